/*
** foreign.c: triggers of the user's own on a guarded table, and what they can do to its guards.
**
** SQLite (3.40.1, observed): a trigger cannot change NEW, so most are harmless. Four are not:
**   AFTER … RAISE(IGNORE)      ends the row there and keeps the change: guards that would come later
**                              (events, asserts) never run. Refused.
**   BEFORE … writes its table  the guard judged a row that is not the one that will be written.
**                              Refused.
**   BEFORE … RAISE(IGNORE)     skips rows without a word. Reported.
**   AFTER … writes its table   judged like any other write; but while a guard is stamping the row,
**                              recursive_triggers=OFF keeps that guard from running a second time
**                              for the nested change. Reported.
** PostgreSQL: the row is judged after all BEFORE triggers, so whatever they do is seen. One that runs
** after interlock_fill can undo what that filled in. Reported.
*/
#include "functions/reader.h"
#include <string.h>

typedef struct nature {
  int after, ignores, writes;
} nature;

/* "UPDATE [OR x] t", "INTO t", "DELETE FROM t", where t is at hand and before[] are the last tokens. */
static int is_write(const il_token *before) {
  const il_token *verb = il_token_char(&before[0], '.') ? &before[2] : &before[0];
  if (il_token_is(verb, "INTO") || il_token_is(verb, "UPDATE")) return 1;
  if (il_token_is(&before[1], "OR") && il_token_is(&before[2], "UPDATE")) return 1;
  return il_token_is(verb, "FROM") && il_token_is(verb + 1, "DELETE");
}

/* body: 1 when sql is statements only, without the head of a trigger. */
static nature read_trigger(il_arena *arena, const char *sql, const char *table, int body) {
  nature t = {0, 0, 0};
  il_reader r = il_reader_start(arena, IL_SQLITE, sql, strlen(sql));
  il_token before[4] = {{0}, {0}, {0}, {0}};
  for (; r.t.kind != IL_TOKEN_END; il_reader_next(&r)) {
    if (il_token_char(&r.t, '[') || il_token_char(&r.t, ']')) continue; /* SQLite's other quotes */
    if (!body) {
      t.after |= il_token_is(&r.t, "AFTER");
      body = il_token_is(&r.t, "BEGIN");
    } else if (il_token_is(&r.t, "IGNORE")) {
      t.ignores |= il_token_char(&before[0], '(') && il_token_is(&before[1], "RAISE");
    } else if (is_write(before)) {
      const char *name = il_reader_part(&r);
      t.writes |= name && strcasecmp(name, table) == 0;
    }
    memmove(before + 1, before, 3 * sizeof *before);
    before[0] = r.t;
  }
  return t;
}

int il_sql_writes(il_arena *arena, const char *sql, const char *table) {
  return read_trigger(arena, sql, table, 1).writes;
}

const char *il_trigger_danger(il_arena *arena, il_engine engine, const il_table_info *info,
                              const struct il_trigger_info *trigger, int refuse) {
  if (engine == IL_POSTGRES) {
    if (refuse || !strstr(trigger->sql, " BEFORE ") || !strstr(trigger->sql, " FOR EACH ROW"))
      return NULL;
    if (strcmp(trigger->name, "interlock_fill") < 0) return NULL;
    return "runs after interlock_fill and can change what that has filled in";
  }
  nature t = read_trigger(arena, trigger->sql, info->name, 0);
  if (t.after && t.ignores)
    return "ends the statement quietly (RAISE(IGNORE)) before guards that follow have run";
  if (!t.after && t.writes) return "writes the table it is on before the row is written";
  if (refuse) return NULL;
  if (t.ignores) return "skips rows quietly (RAISE(IGNORE))";
  if (t.writes)
    return "writes the table it is on: a guard that is at work does not run again for that";
  return NULL;
}
