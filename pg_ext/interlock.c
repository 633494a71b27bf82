/*
** interlock.c: load, settings, clock.
**
**   interlock.actor   anybody    who acts, for event rows (default 'system')
**   interlock.mode    superuser  enforce, or load: existing rows are let in
**   interlock.clock   superuser  an instant that stands still, '' = real time
*/
#include "worker.h"

#include <limits.h>

#include "access/xact.h"
#include "access/xlog.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

enum { MODE_ENFORCE, MODE_LOAD };
static const struct config_enum_entry mode_options[] = {
    {"enforce", MODE_ENFORCE, false}, {"load", MODE_LOAD, false}, {NULL, 0, false}};

static char *clock_text;
static char *actor_text;
static int mode = MODE_ENFORCE;
static int64 frozen = PG_INT64_MIN; /* microseconds; PG_INT64_MIN: real time */
il_pg_acting il_acting;

static bool clock_check(char **value, void **extra, GucSource source) {
  int64_t us = PG_INT64_MIN;
  il_error err;
  (void)source;

  if (*value && **value && il_instant_parse(*value, strlen(*value), &us, &err) != IL_OK) {
    GUC_check_errdetail("%s", err.message);
    return false;
  }
  *extra = malloc(sizeof(int64)); /* guc.c frees it with free() */
  if (!*extra) return false;
  *(int64 *)*extra = us;
  return true;
}

static void clock_assign(const char *value, void *extra) {
  (void)value;
  frozen = extra ? *(int64 *)extra : PG_INT64_MIN;
}

void _PG_init(void) {
  DefineCustomStringVariable(
      "interlock.clock", "The instant at which interlock's clock stands still.",
      "Empty: real time.", &clock_text, "", PGC_SUSET, 0, clock_check, clock_assign, NULL);
  DefineCustomStringVariable("interlock.actor",
                             "Who acts, for the event rows that interlock writes.", NULL,
                             &actor_text, "system", PGC_USERSET, 0, NULL, NULL, NULL);
  DefineCustomEnumVariable("interlock.mode",
                           "Whether rules of birth, transition and stamping hold.",
                           "load lets existing rows in; run interlock_verify() afterwards.", &mode,
                           MODE_ENFORCE, mode_options, PGC_SUSET, 0, NULL, NULL, NULL);
  il_worker_init();
  MarkGUCPrefixReserved("interlock");
  il_held_init();
  il_pg_stmt_init();
  il_pg_follow_init();
  il_pg_zones_init();
}

bool il_pg_loading(void) {
  return mode == MODE_LOAD;
}

const char *il_pg_mode(void) {
  return mode == MODE_LOAD ? "load" : "enforce";
}

const char *il_pg_actor(void) {
  if (il_acting.actor) return il_acting.actor;
  return actor_text && *actor_text ? actor_text : "system";
}

const char *il_pg_payload(void) {
  return il_acting.payload ? il_acting.payload : "{}";
}

/*
** One value per statement: what the client sent is one statement, whatever triggers it fires. A
** statement that waited for another
** session to commit is later than what that session wrote, although it began earlier: then its
** value is set forward.
*/
static TimestampTz forward_of; /* start of the statement that was set forward */
static int64 forward_to;

static int64 from_postgres(TimestampTz at) {
  return at + (int64)(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
}

int64 il_pg_now(void) {
  if (frozen != PG_INT64_MIN) return frozen;
  if (forward_of == GetCurrentStatementStartTimestamp()) return forward_to;
  return from_postgres(GetCurrentStatementStartTimestamp());
}

void il_pg_now_forward(void) {
  if (frozen != PG_INT64_MIN) return;
  forward_of = GetCurrentStatementStartTimestamp();
  forward_to = from_postgres(GetCurrentTimestamp());
}

/*
** A standby that takes over may lack the last tokens that were given, so those that follow start
** above all that could have been: the timeline counts the failovers. The first one is 0, so that
** tokens are 1, 2, 3 until something happens.
*/
int64 il_pg_epoch(void) {
  TimeLineID timeline = RecoveryInProgress() ? 1 : GetWALInsertionTimeLine();
  return timeline > 1 ? (int64)timeline << 40 : 0;
}
