/*
** plan.h: a rulebook's rules for one table, compiled. A plan is what a trigger carries (a literal in SQLite, an argument in
** PostgreSQL) and what every check of a row reads; nothing else is consulted when a row is written.
**
** Text form (one line, one literal):   il1:<16 hex>:<records>
** The 16 hex digits are the first 8 bytes of SHA-256 over <records>: they are checked when the text is read and are the cache
** key afterwards. Records are separated by ';', words by ' '; a byte that is ' ', ';', '%', '\'', '\\', below 0x21 or 0x7f is
** written %XX. Limits for text from a hostile database: 256 KiB, 512 columns, 4096 operations, 16384 words.
**
**   b <rulebook> <table>                  what the plan is of
**   c <name> <type>                       a column (index = order of appearance); type is an il_coltype word
**   k <col>…                              the key columns
**   o <role> <rule> <events> <cols> <word>…   one operation; cols is "0,3" or "-"; events is a subset of "iud" or "-"
*/
#ifndef IL_PLAN_H
#define IL_PLAN_H
#include <stddef.h>
#include <stdint.h>
#include "../error.h"
#include "../values/arena.h"
#include "../values/buf.h"
#include "../values/value.h"

enum {
  IL_PLAN_TEXT_MAX = 256 * 1024,
  IL_PLAN_COLS_MAX = 512,
  IL_PLAN_OPS_MAX = 4096,
  IL_PLAN_WORDS_MAX = 16384 /* words of all operations together */
};

enum { IL_EV_INSERT = 1, IL_EV_UPDATE = 2, IL_EV_DELETE = 4 };
enum { IL_OLD = 0, IL_NEW = 1 };

/* What a column is declared as, from the host's catalog when the rulebook is applied. Words: int real text blob instant json other */
typedef enum il_coltype {
  IL_C_INT,
  IL_C_REAL,
  IL_C_TEXT,
  IL_C_BLOB,
  IL_C_INSTANT,
  IL_C_JSON,
  IL_C_OTHER
} il_coltype;

typedef struct il_column {
  const char *name;
  il_coltype type;
  int instant; /* a rule says that its texts are instants: the same one in another form is no change */
} il_column;

typedef struct il_op {
  const struct il_role *role;
  const char *rule; /* rule id */
  unsigned events;  /* IL_EV_* it is judged on */
  int ncols;
  const uint16_t *cols; /* plan columns it reads */
  int nwords;
  const char **words; /* role's own parameters */
  void *compiled;     /* what role->compile made of them; arena-owned */
  int index;          /* position in plan->ops */
} il_op;

struct il_row;
struct il_zone_cache;

/* One call of the judge. Precomputed, so that judging a row is a walk over an array of function pointers. */
typedef struct il_step {
  il_kind (*check)(const il_op *op, const struct il_row *row, unsigned *work, il_error *err);
  const il_op *op;
  /* Plan columns (bit = index) one of which must change for the check to be called; 0: it always is. */
  uint64_t gate;
} il_step;

typedef struct il_steps {
  int n;
  /* IL_WORK_* that are due whatever the row holds: of operations that follow or fill and have no check. */
  unsigned work;
  int ngates; /* columns in any gate, in gates[] */
  const uint16_t *gates;
  const il_step *steps;
} il_steps;

typedef struct il_plan {
  const char *rulebook, *table;
  char hash[17];
  int ncols, nkey, nops;
  il_column *cols;
  uint16_t *key;
  il_op *ops;
  int session; /* some check reads row->now or row->actor (il_role.session) */
  /* Columns that the operations of an event read (key included), ascending: what a host must pass to the judge. */
  int nused[3]; /* 0 insert, 1 update, 2 delete */
  uint16_t *used[3];
  /* [event slot][IL_GIVEN, IL_VALUES, IL_ALL, IL_FINAL]: what il_plan_judge runs, in order. */
  il_steps steps[3][4];
  int cap_cols, cap_ops, nwords; /* builder only */
} il_plan;

/* The row under judgement. The host gives values on demand, so that a check that never looks at a column costs nothing. */
typedef struct il_row {
  const il_plan *plan;
  int event; /* IL_EV_* */
  int side;  /* IL_OLD for a delete, else IL_NEW: where the key of a message is read */
  int load;  /* interlock_set_mode('load'): birth, transition and stamping rules rest */
  /* interlock_verify: judge a stored row; only the new side exists and nothing is being written. */
  int stored;
  int64_t
      now; /* microseconds; 0 until the host has set it: fills, role->written, DELETE, roles that read the session */
  int64_t epoch;     /* a fencing token is at least this: larger after every failover (fills) */
  const char *actor; /* who acts; for checks of roles that read the session */
  struct il_zone_cache
      *zones; /* of the connection or backend (values/zone.h); never NULL in a host */
  /* col is a plan column index that is in used[]. */
  void (*get)(const struct il_row *row, int side, int col, il_value *out);
  /* 1 when OLD and NEW differ (SQL IS DISTINCT FROM); update only. */
  int (*differs)(const struct il_row *row, int col);
  /* Does the SET list name the column, whether it changes or not? Set for role->written only. */
  int (*named)(const struct il_row *row, int col);
  /* Event rows: is this the row that the machine's own trigger is writing at this moment (host state, see roles/event_log.c)?
  ** Any row: does a permission cover it (permit.h)? */
  int (*announced)(const struct il_row *row, const il_op *op);
  void *host;
} il_row;

/* Bits the judge returns in *work: what the host must still do for this row after it is written. */
enum {
  IL_WORK_AFTER = 1, /* events, asserts or effects are due */
  IL_WORK_FILL = 2   /* some column must be filled or stamped (SQLite: a second UPDATE) */
};

/*
** Builder, used by rulebook.c: everything given is copied into the arena. il_plan_finish sorts the operations by role rank
** (roles.def, the order of the file within a role), gives them their index, compiles them (role->compile) and computes the hash,
** used[] and steps[]; pointers that il_plan_add_op gave out are stale afterwards.
*/
/* NULL: out of memory. */
il_plan *il_plan_new(il_arena *arena, const char *rulebook, const char *table);
/* Index of the column, which is added when it is not there yet; -1 when there are too many or memory is out. */
int il_plan_add_column(il_plan *plan, il_arena *arena, const char *name, il_coltype type);
il_kind il_plan_set_key(il_plan *plan, il_arena *arena, const uint16_t *cols, int ncols,
                        il_error *err);
/* out may be NULL. IL_ARGUMENT when a limit is passed. */
il_kind il_plan_add_op(il_plan *plan, il_arena *arena, const struct il_role *role, const char *rule,
                       unsigned events, const uint16_t *cols, int ncols, const char *const *words,
                       int nwords, il_op **out, il_error *err);
il_kind il_plan_finish(il_plan *plan, il_arena *arena, il_error *err);
/* What il_plan_finish and il_plan_read end with: compiles the operations, computes used[] and steps[]. */
/* An UPDATE: does it change one of the operation's columns? */
int il_op_differs(const il_op *op, const il_row *row);
/* Is it the same value for the rules of that column? */
int il_column_same(const il_column *column, const il_value *a, const il_value *b);
/* Asks it in a trigger of SQLite's: adds `before` and the condition that OLD and NEW differ. */
void il_sql_changes(il_buf *out, const char *before, const il_column *column);

il_kind il_plan_link(il_plan *plan, il_arena *arena, il_error *err);
/* "int" "real" …; -1 when the word is none. */
const char *il_coltype_name(il_coltype type);
int il_coltype_parse(const char *word);

/* Text form. out is appended to. */
void il_plan_write(const il_plan *plan, il_buf *out);
/* Sets plan->hash; the records are written into scratch (il_plan_finish does this). */
void il_plan_hash(il_plan *plan, il_buf *scratch);
/* Reads the text form into *plan (arena-owned; the text need not outlive the call). IL_ARGUMENT with offset when it is not a
** plan of this format version, its hash does not match or a limit is passed. Never trusts the text. */
il_kind il_plan_read(const char *p, size_t n, il_arena *arena, il_plan **plan /*out*/,
                     il_error *err);
/* The 16 hex digits of a text that looks like a plan, or NULL: the cache key, found without reading the rest. */
const char *il_plan_peek(const char *p, size_t n);

/* Index of a column by exact name, or -1. */
int il_plan_column(const il_plan *plan, const char *name);
/* The slot of an event in used[]: 0, 1, 2. */
int il_event_slot(int event);

/*
** Judges a row. phase IL_VALUES: only rules about what a single column may hold (SQLite runs them BEFORE INSERT, where OR IGNORE
** could otherwise skip a row silently, and where birth must not be judged because an upsert may still become an UPDATE). IL_ALL:
** everything. Operations are judged in plan order, so both engines report the same rule first. Returns IL_OK and *work, or the
** error of the first rule that refuses.
** A role without a check that has follow() or fill() makes IL_WORK_AFTER or IL_WORK_FILL due for every row of its events; a role
** with a check sets the bits itself.
*/
enum {
  IL_GIVEN = 0, /* role->given instead of role->check */
  IL_VALUES = 1,
  IL_ALL = 2,
  IL_FINAL = 3 /* everything but IL_VALUES: AFTER INSERT in SQLite */
};
il_kind il_plan_judge(const il_plan *plan, const il_row *row, int phase,
                      unsigned *work /*out, may be NULL*/, il_error *err);

/* Fills rule, rulebook, table, column (col < 0: none), kind and row key into err; then the message. Returns kind. */
il_kind il_refuse(il_error *err, const il_row *row, const il_op *op, int col, il_kind kind,
                  const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The key of the row as "RunId=r1" or "a=1, b=2" (for messages), and as the SQL surface spells it: text or a JSON array. */
char *il_row_key_show(const il_row *row, char *buf, size_t cap);
void il_row_key_text(const il_row *row, il_buf *out);
/* One part of a composite key as JSON. */
void il_key_part(const il_value *v, il_buf *out);

#endif
