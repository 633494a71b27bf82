/*
** pg.h: what the files of the PostgreSQL host share.
**
**   interlock.c  load, settings, clock        error.c    core error -> ereport
**   value.c      Datum <-> il_value           stmt.c     SQL text -> kept plans, and running them
**   state.c      plans of this backend        row.c      rows of triggers as il_row
**   guard.c      the WHEN clauses             fill.c     BEFORE ROW, BEFORE TRUNCATE
**   grows.c      numbers that only grow
**   after.c      what follows a row           follow.c   templates of follow-ups -> statements
**   ask.c        questions without executor  write.c    rows without executor
**   catalog.c    tables as the core sees them port.c     il_port
**   zones.c      time zones and cron expressions of this backend
**   launcher.c worker.c shown.c           the background worker (worker.h)
**   functions.c  the public SQL functions     make_script.c  (build time) the install script
**
** Memory: palloc in the context that is current when a function of this host is entered; what lives
** longer says where. Errors: ereport. No core frame that is jumped over owns anything outside a
** memory
** context.
*/
#ifndef IL_PG_H
#define IL_PG_H

#include "postgres.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "../common/functions.h"
#include "../common/rules/role.h"
#include "../common/values/instant.h"

#if PG_VERSION_NUM < 150000
#error "interlock needs PostgreSQL 15 or newer"
#endif

/* What SQL can call; everything else of the library is hidden. PostgreSQL 15 leaves PGDLLEXPORT
** empty here. */
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#define IL_PG_FUNCTION(name)                                                                       \
  extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);                                                 \
  PG_FUNCTION_INFO_V1(name)

/* ---- interlock.c ---- */
extern bool il_pg_loading(void);        /* interlock.mode = load */
extern const char *il_pg_mode(void);    /* "enforce" or "load" */
extern const char *il_pg_actor(void);   /* who acts: fsm_transition's actor, else interlock.actor */
extern const char *il_pg_payload(void); /* JSON text of the call under way, "{}" outside one */
extern int64
il_pg_now(void); /* microseconds since 1970: interlock.clock, or the statement's start */
extern int64 il_pg_epoch(void); /* what fencing tokens are at least */
extern void il_pg_now_forward(
    void); /* this statement has waited: from here on its instant is the wall clock's */
/* What one call of a SQL function says about itself; functions.c keeps it for that call. */
typedef struct il_pg_acting {
  const char *actor, *payload, *permit; /* NULL: not set */
  Oid permitted;                        /* the table whose rows permit is about */
  int depth; /* of triggers, when permit was set: it is not for what triggers of the user's do */
} il_pg_acting;
extern il_pg_acting il_acting;

/* ---- error.c ---- */
/* Allocator of the core over a memory context; gives NULL instead of throwing. */
extern il_alloc il_pg_alloc(MemoryContext context);
/* Raises err; relid (may be InvalidOid) names the schema. */
extern void il_pg_raise(const il_error *err, Oid relid) pg_attribute_noreturn();
/* Raises unless kind is IL_OK. */
extern void il_pg_ok(il_kind kind, const il_error *err);
/* The opposite direction, for errors that the core wants to go on after. */
extern il_kind il_pg_caught(const ErrorData *edata, il_error *err);

/* ---- value.c ---- */
typedef enum il_pg_kind {
  IL_P_INT2,
  IL_P_INT4,
  IL_P_INT8,
  IL_P_OID,
  IL_P_BOOL,
  IL_P_FLOAT4,
  IL_P_FLOAT8,
  IL_P_TEXT,
  IL_P_BPCHAR,
  IL_P_TSTZ,
  IL_P_TS,
  IL_P_DATE,
  IL_P_JSON,
  IL_P_JSONB,
  IL_P_BYTEA,
  IL_P_ENUM,
  IL_P_OTHER
} il_pg_kind;

typedef struct il_pg_type {
  Oid type;        /* as given */
  il_pg_kind kind; /* of its base type */
  bool byval;
  int16 len;
  Oid out;         /* output function of IL_P_ENUM and IL_P_OTHER */
  FmgrInfo *equal; /* filled when first needed */
  Oid collation;
} il_pg_type;

extern void il_pg_type_of(Oid type, Oid collation, il_pg_type *out);
extern il_coltype il_pg_coltype(Oid type);
/* A timestamptz as microseconds since 1970; false: infinite, or outside the core's years. */
extern bool il_pg_instant(int64 at, int64 *us);
/* Datum that is not NULL -> value. Text points into the datum, or into a palloc'd copy. */
extern void il_pg_value(const il_pg_type *type, Datum datum, il_value *out);
/* Value -> datum of a type, through its input function where nothing nearer exists. */
extern Datum il_pg_datum(const il_value *value, Oid type, bool *isnull);
/* Type of a parameter that carries such a value; UNKNOWNOID leaves it to the parser. */
extern Oid il_pg_param_type(const il_value *value);
/* SQL's IS DISTINCT FROM by the type's own equality, byte image where it has none; context: where
** type lives, for the function that is looked up once. */
extern bool il_pg_differs(il_pg_type *type, MemoryContext context, NullableDatum a,
                          NullableDatum b);

/* ---- state.c ---- */
typedef struct il_held {
  uint64 hash;
  MemoryContext context; /* everything of this entry */
  const il_plan *plan;
  int pins; /* who points here from a memory context */
} il_held;

/* The plan of a text; loaded when this backend does not have it yet. Raises when the text is no
** plan. */
extern il_held *il_held_text(const char *p, size_t n);
/* The plan of 16 hex digits when this backend has it, else NULL. */
extern il_held *il_held_hash(const char *hash16);
/* Keeps it until the memory context goes. */
extern void il_held_pin(il_held *held, MemoryContext context);
extern void il_held_init(void);

/* ---- stmt.c ---- */
typedef struct il_pg_stmt il_pg_stmt;
typedef struct il_pg_writer il_pg_writer; /* write.c */
#define IL_PG_PARAMS 1000
/* search_path = schema (NULL: pg_catalog), pg_temp last, until il_pg_path_leave or an error. */
extern int il_pg_path_enter(const char *schema);
extern void il_pg_path_leave(int level);
/* One SQL statement with its bare tables in `schemas` (Oids, first match) and its calls of
** interlock's functions in fn; palloc'd. */
extern char *il_pg_qualify(const char *sql, List *schemas, Oid fn);
/* Types the parser gives to the parameters that are UNKNOWNOID; text where it has no opinion. */
extern void il_pg_resolve(const char *sql, int nargs, Oid *types);
/* A kept plan for SQL with $1 … $n, qualified first when schemas is not NIL; valid until the end
** of the
** transaction. */
extern il_pg_stmt *il_pg_stmt_get(const char *sql, int nargs, const Oid *declared, List *schemas,
                                  Oid fn);
/* Raises what is wrong with it, and keeps nothing. */
extern void il_pg_stmt_analyse(const char *sql, int nargs, const Oid *declared, List *schemas,
                               Oid fn);
extern const Oid *il_pg_stmt_types(const il_pg_stmt *stmt);
/* What the statement was analysed to, NULL when it is several or is to be analysed again. Not to be
** changed. */
extern struct Query *il_pg_stmt_query(const il_pg_stmt *stmt);
/* Runs it; nulls as SPI has them; rows go to dest. The number of rows. Only pg_catalog is searched
** when it is analysed, the caller's path holds when it runs. */
extern uint64 il_pg_stmt_run(il_pg_stmt *stmt, Datum *args, const char *nulls, DestReceiver *dest);
/* A row that follows another: the same, but what an INSERT of one row needs is set up once and kept
** in *kept (NULL at first) and context. */
extern uint64 il_pg_stmt_write(il_pg_stmt *stmt, Datum *args, const char *nulls,
                               il_pg_writer **kept, MemoryContext context);
/* Prepares and runs without keeping. SPI is connected. */
extern uint64 il_pg_stmt_once(const char *sql, int nargs, Oid *types, Datum *args,
                              const char *nulls, DestReceiver *dest);
/* Runs a definition; bare names are found and made in schema (NULL: there are none). */
extern uint64 il_pg_define(const char *sql, const char *schema);
extern void il_pg_stmt_init(void);

/* ---- ask.c ---- */
/* A question ("SELECT expression") in a form that is answered without an executor. */
typedef struct il_pg_ask il_pg_ask;
/* NULL: this one needs an executor. Lives in a context under parent. */
extern il_pg_ask *il_pg_ask_make(struct Query *query, int nparams, const Oid *types,
                                 MemoryContext parent);
/* A relation has changed; InvalidOid: anything may have. True: the question is void. */
extern bool il_pg_ask_changes(il_pg_ask *ask, Oid relid);
/* False: it cannot be answered now, the executor must. Otherwise as il_pg_stmt_run. */
extern bool il_pg_ask_answer(il_pg_ask *ask, const Datum *args, const char *nulls, Datum *out,
                             bool *isnull);

/* ---- write.c ---- */
struct PlannedStmt;
/* Writes the one row of an INSERT; false: the executor must. generation: of the plan; kept and
** context as il_pg_stmt_write has them. */
extern bool il_pg_write(il_pg_writer **kept, MemoryContext context, const il_pg_stmt *stmt,
                        const struct PlannedStmt *plan, int generation, ParamListInfo params,
                        uint64 *written);

/* ---- row.c ---- */
/* The columns of a relation that a plan names, by plan column. */
typedef struct il_columns {
  MemoryContext context;
  AttrNumber *attnum; /* 0: there is no such column any more */
  il_pg_type *type;
} il_columns;

/* A template that this trigger ran lately. */
typedef struct il_pg_follow il_pg_follow;
typedef struct il_pg_recent {
  const void *key; /* NULL: none */
  uint64 which;
  il_pg_follow *follow;
} il_pg_recent;
#define IL_PG_RECENT 8

/* What a trigger function keeps in fn_extra: one per statement, relation and trigger. */
typedef struct il_trigger {
  il_held *held;
  il_columns *columns;
  Oid relid;
  Oid root;               /* the topmost partitioned table, or relid */
  Oid schema;             /* of root */
  Oid fn;                 /* schema of our functions */
  const char *word;       /* second argument, or "" */
  il_pg_type *all;        /* every column, for "did anything change" */
  il_pg_recent *recent;   /* IL_PG_RECENT of them */
  il_pg_writer **writers; /* of rows that follow; in context */
  MemoryContext context;
  struct ExprState *moves; /* partition constraint, see fill.c */
  struct EState *estate;
  TupleTableSlot *filled; /* the row as filled, see fill.c */
} il_trigger;

typedef struct il_tuple_row {
  il_row row;
  TupleTableSlot *slot[2]; /* IL_OLD, IL_NEW; NULL: there is none */
  il_columns *columns;
  Relation rel;
  const Bitmapset *named; /* columns of the SET list */
} il_tuple_row;

/* Checks that the call is one of a trigger of ours and finds its plan; what: the function's name.
** */
extern il_trigger *il_trigger_of(FunctionCallInfo fcinfo, const char *what);
extern void il_tuple_row_init(il_tuple_row *row, const il_trigger *trigger, TriggerData *data);

/* ---- follow.c ---- */
/* The key of a row as $key spells it; palloc'd. */
extern const char *il_pg_key(const il_row *row);
/* Runs a template for a row. The number of rows. */
extern uint64 il_pg_follow_run(const il_trigger *trigger, const char *sql, const il_tuple_row *row,
                               const il_op *op, const char *event);
/* A template's prepared form. What is run for every row is found again by key and `which`, which
** stand for its text as long as this trigger lasts; NULL: not lately, or no key. */
extern il_pg_follow *il_pg_follow_recent(const il_trigger *trigger, const void *key, uint64 which);
extern il_pg_follow *il_pg_follow_find(const il_trigger *trigger, Relation rel, const char *sql,
                                       const void *key, uint64 which);
/* Writes the one row of a template that inserts one. The number of rows. */
extern uint64 il_pg_follow_write(il_pg_follow *insert, const il_tuple_row *row, const il_op *op,
                                 const char *event, const il_trigger *trigger);
/* Asks a question: a SELECT of one integer or boolean; false: NULL, or no row. */
extern bool il_pg_follow_ask(il_pg_follow *question, const il_tuple_row *row, const il_op *op,
                             const char *event, Datum *answer);
/* Asks for one value of any type, copied into the current memory context; false: NULL, or no row. */
extern bool il_pg_follow_value(const il_trigger *trigger, const char *sql, const il_tuple_row *row,
                               const il_op *op, Oid *type, Datum *value);
/* Prepares a template for rows of a relation; SPI is connected. Raises what the parser says. */
extern void il_pg_follow_analyse(Oid relid, Oid fn, const char *sql);
/* At the end of a transaction: drops what is stale, or everything. */
extern void il_pg_follow_forget(bool all);
extern void il_pg_follow_init(void);

/* ---- grows.c ---- */
/* BEFORE INSERT: looks at the number of a `.grows` operation. AFTER INSERT: refuses it if it was
** passed already and no sequence
** gave it. */
extern void il_pg_grows_before(const il_trigger *trigger, const il_tuple_row *row, const il_op *op);
extern void il_pg_grows_after(const il_tuple_row *row, const il_op *op);
extern void il_pg_grows_forget(void); /* at the end of a transaction */

/* ---- after.c ---- */
/* The event row that a machine's trigger is writing at this moment. */
typedef struct il_announcement {
  const char *rulebook, *table; /* table NULL: any of the rulebook */
  Oid source;                   /* the machine's table */
  const il_row *row;            /* its row */
  const char *event;            /* "": none */
  const il_op *steps; /* NULL: an event; else the row of table that this operation steps */
  bool taken;
  const char *adding; /* NULL, or the key of the row of `table` whose totals are added to */
  int depth;          /* of triggers, while that is done */
} il_announcement;
/* Runs what is to run before the row is inserted (IL_FOLLOW_BEFORE); once it is filled, asks what objects
** to it (IL_FOLLOW_TURN, IL_FOLLOW_REFUSE). */
extern void il_pg_precede(const il_trigger *t, const il_tuple_row *r);
extern void il_pg_objections(const il_trigger *t, const il_tuple_row *r);
extern il_announcement *il_announcing; /* NULL: none */
/* row->announced of rows in a WHEN clause, and of rows in a trigger function: is this the announced
** row, or one that a permission covers (common/rules/permit.h)? */
extern int il_pg_announced(const il_row *row, const il_op *op);
extern int il_pg_announced_within(const il_row *row, const il_op *op);
/* Trigger functions that are running. */
extern int il_pg_depth(void);

/* ---- zones.c ---- */
extern il_zone_cache *il_pg_zones(void); /* of this backend */
extern il_cron_cache *il_pg_crons(void);
extern void il_pg_zones_init(void);

/* ---- catalog.c ---- */
/* The topmost partitioned table of a partition, else the table itself. */
extern Oid il_pg_root(Oid relid);
/* A table by name: as it is, then lower case; "schema.table". path: Oids of the caller's search
** path.
** InvalidOid when there is none. */
extern Oid il_pg_find_table(const char *name, size_t n, List *path);
extern il_table_info *il_pg_table_info(Oid relid, il_arena *arena);
/* The plan text that our triggers on a relation carry, palloc'd; hash16 NULL: whichever. NULL:
** none. */
extern char *il_pg_plan_text(Oid relid, const char *hash16, size_t *n);
/* "schema"."table", quoted always; palloc'd. */
extern char *il_pg_qualified(Oid relid);

/* ---- worker.c ---- */
/* In the background worker's ticks, see there. */
extern bool il_pg_own_only;
extern int il_pg_batch_limit;

/* ---- port.c ---- */
typedef struct il_pg_port {
  il_port port;
  il_alloc mem;
  MemoryContext context; /* of the call */
  Oid fn;
  List *path;         /* the search path of the caller: Oids */
  const char *schema; /* set by the core: where its statements find bare names; NULL: nowhere */
  bool ordered;       /* no sorting where an index has the order */
  Oid target;         /* the last table whose plan was asked for */
} il_pg_port;
/* path: the caller's search path, taken before it was changed. */
extern void il_pg_port_init(il_pg_port *port, Oid fn, List *path);

#endif
