/*
** conn.h: everything interlock keeps for one SQLite connection, and what its files share.
**
** There is no other state: no globals, nothing per process. An il_conn is made by the entry point,
** is the user data of every function and module that is registered, and is freed when the last of
** them is (sqlite3_close). SQLite's connection mutex is held wherever this code runs, so nothing
** here locks.
*/
#ifndef IL_CONN_H
#define IL_CONN_H
#include "interlock.h"
#include "functions.h"
#include "port.h"
#include "rules/plan.h"
#include <string.h>
#ifndef SQLITE_CORE
/* Set by the entry point, to the same value for every connection. */
extern const sqlite3_api_routines *sqlite3_api;
#endif

enum {
  IL_PLANS_MAX = 512,     /* compiled plans kept; the least recently used go first */
  IL_PLAN_BUCKETS = 64,   /* power of two */
  IL_STATEMENTS_MAX = 24, /* prepared statements kept */
  IL_ARRIVALS = 32,     /* rows of one table on their way in, one inside the other; power of two */
  IL_PENDING_MAX = 16,  /* stamps computed and not yet written */
  IL_MARKS = 8,         /* power of two */
  IL_ANNOUNCED_MAX = 16 /* event rows announced and not yet written */
};

enum { IL_KEY_PARTS = 4 };

/* A row between its BEFORE and its AFTER trigger, and what was in its way: arrival.c. */
typedef struct il_arrival {
  uint64_t parts[IL_KEY_PARTS]; /* hashes of the key's values */
  int64_t rowid;
  int has_rowid, automatic; /* automatic: the database will choose the rowid, -1 until then */
  unsigned minus_one;       /* bit i: key part i is the integer -1 */
  int hit;
} il_arrival;

/* Old and new value of a state column, as they were accepted: texts, or integers in their 8 bytes. */
enum { IL_SEEN_BYTES = 24, IL_SEEN = 8 /* power of two */ };
typedef struct il_seen {
  int type; /* SQLITE_TEXT, SQLITE_INTEGER; 0: none */
  int n[2];
  char bytes[2][IL_SEEN_BYTES];
} il_seen;

/* A plan that a trigger carried, compiled. slot[event][column] is where the judge finds the
** column's value among the trigger's arguments, counted from the first value of a side; -1: the
** trigger does not pass it. */
typedef struct il_plan_entry {
  struct il_plan_entry *next; /* in its bucket */
  char hash[16];              /* no NUL: compared as two words */
  il_arena arena;             /* owns plan and slots */
  const il_plan *plan;
  int16_t *slot[3];
  int state; /* slot of the one state column that judging an UPDATE looks at; -1: it looks further */
  il_seen seen[IL_SEEN];
  uint64_t used;      /* conn->clicks when last asked for */
  unsigned narrivals; /* place of the next arrival, modulo IL_ARRIVALS */
  int kept;           /* how many below it are still there */
  il_arrival arrivals[IL_ARRIVALS];
} il_plan_entry;

/* What a table's name led to. */
typedef struct il_resolved {
  struct il_resolved *next;
  char *name, *qualified; /* as asked for; "main"."Runs" */
  size_t n;
  char hash[16];  /* of its plan */
  uint64_t epoch; /* of the schema it was found in */
  int kept;       /* serves later calls too */
} il_resolved;

/* One statement of the cache. */
typedef struct il_statement {
  char *sql; /* NULL: free place */
  sqlite3_stmt *stmt;
  int busy; /* a reader is on it: not to be used a second time meanwhile */
  uint64_t used;
} il_statement;

typedef struct il_conn {
  sqlite3 *db;
  int refs;     /* functions and modules that hold this */
  int warned;   /* foreign_keys=OFF was logged */
  il_alloc mem; /* sqlite3_malloc64 */
  il_port port;
  il_zone_cache zones;
  il_cron_cache *crons; /* NULL until first needed */

  /* Session: interlock_set_clock, _actor, _mode */
  int frozen, load;
  int64_t clock;                   /* when frozen */
  char *actor, *schema;            /* NULL: default */
  char *acting, *payload, *permit; /* of the running call: cleared when it ends */

  /* The call from SQL that is running now (calls nest: a function runs a statement that calls
  ** another) */
  sqlite3_context *ctx; /* NULL inside a table-valued function */
  int64_t now;          /* 0: not asked for yet */
  int depth;
  unsigned savepoints; /* one bit an atomic(1) without its atomic(0): was a savepoint taken? */

  /* The last refusal of a guard, which exec tells apart from an error of the database itself */
  il_error *refusal;  /* allocated with the connection; kind IL_OK when there is none */
  char *refusal_text; /* as SQLite got it; IL_REFUSAL_TEXT bytes */

  const il_plan_entry *mru, *mru2; /* the last two plans asked for */
  il_plan_entry *plans[IL_PLAN_BUCKETS];
  int nplans;
  uint64_t clicks;

  /* While connected: makes sqlite3_close() finalise the cache. See statements.c */
  sqlite3_vtab *holder;
  il_statement statements[IL_STATEMENTS_MAX];
  sqlite3_stmt *witness; /* counts changes of the schema: lookup.c; finalised with the cache */
  int witness_count;
  int nresolved;
  uint64_t epoch;
  struct il_resolved *resolved; /* tables whose plan was looked up: lookup.c */
  struct il_binding *bindings;  /* user data of the functions of functions.def */

  struct {
    uint64_t what;
    double julian;
  } marks[IL_MARKS]; /* columns that an UPDATE under way names: marks.c */
  unsigned nmarks;

  int npending; /* stack; places above it keep their memory: stamp.c */
  int nannounced;
  struct il_pending *pending[IL_PENDING_MAX];
  uint64_t notes, stamps; /* how many there ever were: announce.c, stamp.c */
  struct {
    uint64_t hash, note;
  } announced[IL_ANNOUNCED_MAX]; /* announce.c */
} il_conn;

enum { IL_REFUSAL_TEXT = 4096 };

/* ---- state.c ------------------------------------------------------------------------------- */

/* A connection's state with one reference, or NULL when out of memory. */
il_conn *il_conn_new(sqlite3 *db);
void il_conn_ref(il_conn *c);
void il_conn_unref(void *c); /* il_conn*; a destructor for SQLite */

/* The compiled plan of a trigger's text, from the cache or read now. Stays until the outermost
** call ends. */
il_kind il_conn_plan(il_conn *c, const char *text, size_t n, const il_plan_entry **entry /*out*/,
                     il_error *err);
/* The plan asked for last or before it, when this is its text again: its 16 digits say so. NULL:
** it is another. */
static inline const il_plan_entry *il_conn_plan_last(il_conn *c, const char *text, size_t n) {
  static const char begin[4] = {'i', 'l', '1', ':'};
  const il_plan_entry *e = c->mru;
  if (!e || n < 21 || memcmp(text, begin, 4) != 0 || text[20] != ':') return NULL;
  if (memcmp(text + 4, e->hash, 16) == 0) return e;
  e = c->mru2;
  if (!e || memcmp(text + 4, e->hash, 16) != 0) return NULL;
  c->mru2 = c->mru;
  ((il_plan_entry *)c->mru2)->used = ++c->clicks; /* it was the last one used until now */
  return c->mru = e;
}
/* The same for a plan that may be in the cache; NULL when it is not. */
const il_plan_entry *il_conn_plan_known(il_conn *c, const char *hash);
/* A call from SQL begins and ends; what is between may keep plans. `saved` is the caller's. */
typedef struct il_frame {
  sqlite3_context *ctx;
  int64_t now;
  char *acting, *payload, *permit;
} il_frame;
void il_conn_enter(il_conn *c, sqlite3_context *ctx, il_frame *saved /*out*/);
void il_conn_leave(il_conn *c, const il_frame *saved);

/* Microseconds since 1970 of the VFS's clock, milliseconds really: what SQLite's 'now' reads. */
int64_t il_conn_clock(il_conn *c);
/* The clock of the running call: frozen, else one value per statement. */
int64_t il_conn_now(il_conn *c);
/* julianday('now') as microseconds since 1970, the millisecond exactly. */
int64_t il_from_julian(double day);

/* ---- values.c ------------------------------------------------------------------------------ */

/* A value as the core sees it. *nomem is set (never cleared) when text could not be had. Points
** into v. */
void il_value_of(sqlite3_value *v, il_value *out, int *nomem);
int il_bind(sqlite3_stmt *stmt, int i, const il_value *v); /* an SQLite result code */
void il_result(sqlite3_context *ctx, const il_value *v);
/* Reports a core error: text and code of its kind; IL_HOST has the database's own in it. */
void il_result_error(sqlite3_context *ctx, const il_error *err);
/* The same for a virtual table: sets vtab->zErrMsg and returns the code. */
int il_vtab_error(sqlite3_vtab *vtab, const il_error *err);

/* ---- statements.c -------------------------------------------------------------------------- */

/* Registers the table that owns the cache. */
int il_statements_register(sqlite3 *db, il_conn *c);
/* A statement ready to be bound; cached ones are marked busy. il_statement_done gives it back. */
il_kind il_statement_get(il_conn *c, const char *sql, int cache, sqlite3_stmt **stmt /*out*/,
                         il_error *err);
void il_statement_done(il_conn *c, sqlite3_stmt *stmt);
/* A statement that is kept with the cache and never given to anybody else; *stmt stays NULL when
** nothing can be kept. */
il_kind il_statement_keep(il_conn *c, const char *sql, sqlite3_stmt **stmt /*out*/, il_error *err);
/* The database's error as IL_HOST (IL_NOMEM for out of memory; the
** refusal itself when a guard of ours was what failed). */
il_kind il_host_error(il_conn *c, il_error *err);

/* ---- port.c, catalog.c, lookup.c ----------------------------------------------------------- */

void il_port_init(il_conn *c);
il_kind il_sqlite_table(il_port *port, const char *name, size_t n, il_arena *arena,
                        il_table_info **info, il_error *err);
il_kind il_sqlite_plan(il_port *port, const char *name, size_t n, const il_plan **plan,
                       const char **qualified, il_error *err);
void il_resolved_clear(il_conn *c);
void il_resolved_trim(il_conn *c);
il_kind il_sqlite_registries(il_port *port, il_row_fn each, void *ctx, il_error *err);

/* ---- stamp.c: stamps under way ------------------------------------------------------------- */

typedef struct il_pending il_pending;
void il_pending_clear(il_conn *c);
void il_pending_begin(il_conn *c, const il_plan_entry *entry);
void il_pending_forget(il_conn *c, const il_plan_entry *entry);

/* ---- zones.c: the files of time zones -------------------------------------------------------- */

/* il_zone_read; ctx: the directory, a C string. */
il_kind il_zone_file(void *directory, const char *name, unsigned char *buf, size_t cap, size_t *n,
                     il_error *err);

/* ---- registration -------------------------------------------------------------------------- */

/* With c NULL these, and il_statements_register, take away what they had registered. */
int il_register_guards(sqlite3 *db, il_conn *c);    /* guard.c */
int il_register_functions(sqlite3 *db, il_conn *c); /* functions.c */
/* tables.c: a set function */
int il_register_table(sqlite3 *db, il_conn *c, const il_function_def *def);

/* signature.c: one parameter of a signature, "name text = NULL". */
typedef struct il_param {
  const char *name;
  int nname;
  const char *type;
  int ntype;
} il_param;
/* Cuts the next parameter (or column) off *p; 0 at the end. */
int il_param_next(const char **p, il_param *out);
int il_param_is(const il_param *p, const char *type);
/* Bit i: parameter i of the signature is a number. */
uint32_t il_numeric_params(const char *signature);
/* Calls a public function inside a frame; args, arena and emit are the caller's. ctx NULL: set. */
il_kind il_call_function(il_conn *c, sqlite3_context *ctx, const il_function_def *def,
                         il_call *call, il_error *err);

#endif
