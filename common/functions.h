/*
** functions.h: the SQL functions of the public surface as the hosts call them. functions.def lists them once; from it come the SQLite
** registration, PostgreSQL's install script and docs/functions.md.
*/
#ifndef IL_FUNCTIONS_H
#define IL_FUNCTIONS_H
#include "port.h"

/* Call of a function: arguments in, one value or rows out. Values given out are copied by the host before the call returns;
** what they point to may live in `arena`, which the host frees afterwards. */
typedef struct il_stream {
  /* The next row into row (as many values as functions.def has columns); *more = 0: there is none. Allocates nothing that stays. */
  il_kind (*step)(void *state, il_port *port, il_value *row /*out*/, int *more /*out*/,
                  il_error *err);
  void *state;
} il_stream;

typedef struct il_call {
  il_port *port;
  il_arena *arena;
  int nargs; /* as given; optional trailing ones may be missing */
  const il_value *args;
  il_value result; /* scalar functions: NULL unless set */
  il_row_fn emit;  /* set functions: one call per row, in the column order of functions.def */
  void *emit_ctx;
  /* IL_FN_STREAM functions: set by the call instead of emitting, and asked for one row at a time while arena and port live;
  ** the arguments need not. step NULL: no rows. */
  il_stream stream;
} il_call;

typedef il_kind (*il_function)(il_call *call, il_error *err);

typedef enum il_ret {
  IL_RET_TEXT,
  IL_RET_INT,
  IL_RET_BOOL,
  IL_RET_INSTANT,
  IL_RET_JSON,
  IL_RET_REAL, /* SQLite: an integer when it is whole, as PostgreSQL shows it */
  IL_RET_VOID,
  IL_RET_SET
} il_ret;

enum {
  IL_FN_PURE =
      1, /* same arguments, same result; reads nothing: DETERMINISTIC INNOCUOUS; IMMUTABLE STRICT PARALLEL SAFE */
  IL_FN_READS = 2,   /* reads catalog, tables or clock: DIRECTONLY; STABLE */
  IL_FN_WRITES = 4,  /* writes or defines: DIRECTONLY; VOLATILE PARALLEL UNSAFE */
  IL_FN_CLOCK = 8,   /* reads only the clock or session: STABLE; usable in triggers and defaults */
  IL_FN_REVOKE = 16, /* EXECUTE is not granted to PUBLIC in PostgreSQL */
  IL_FN_NOW =
      32, /* PURE, but with the required arguments alone it reads the clock ("after instant = now") */
  IL_FN_NULLS = 64,  /* PURE, but a NULL does not make its result NULL by itself */
  IL_FN_STREAM = 128 /* a set whose rows are made when they are asked for */
};

typedef struct il_function_def {
  const char *name;
  int min_args, max_args; /* max -1: variadic text */
  const char *
      signature; /* "expr text, after instant = NULL, zone text = 'UTC'": types are text int real bool instant json; the default now is the clock */
  il_ret ret;
  unsigned flags;
  const char *columns; /* set functions: "state text, code text, kind text"; "" otherwise */
  il_function call;
  const char *doc; /* one line */
} il_function_def;

extern const il_function_def il_functions[];
extern const int il_function_count;

#define IL_F(name, min, max, signature, ret, columns, flags, symbol, doc)                          \
  il_kind symbol(il_call *call, il_error *err);
#include "functions.def"
#undef IL_F

/* Argument helpers. Text of an argument (any scalar) as a NUL-terminated arena copy; NULL when absent or SQL NULL. */
const char *il_arg_text(il_call *call, int i);
/* An argument that must be there and not NULL: IL_ARGUMENT "fsm_can: argument 2 (from) must not be NULL". */
il_kind il_arg_require(il_call *call, int upto, const char *function, il_error *err);
il_kind il_arg_int(il_call *call, int i, int64_t missing, int64_t min, int64_t max,
                   const char *name, int64_t *out, il_error *err);

#endif
