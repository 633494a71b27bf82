/*
** error.h: errors are data.
**
** A core function returns IL_OK or the kind of its error and fills a caller-owned il_error. The host
** turns that into its own frame: il_error_text() is the one line that SQLite shows; PostgreSQL uses
** the fields (message, DETAIL, HINT, CONSTRAINT, TABLE, COLUMN, SQLSTATE). Nothing is allocated: every
** field is a bounded buffer that is cut at a UTF-8 boundary, so an error can be reported out of memory.
*/
#ifndef IL_ERROR_H
#define IL_ERROR_H
#include <stdarg.h>

typedef enum il_kind {
  IL_OK = 0,
#define IL_KIND(name, sqlstate, sqlite_code, doc) IL_##name,
#include "kinds.def"
#undef IL_KIND
  IL_KIND_COUNT
} il_kind;

typedef struct il_error {
  il_kind kind;      /* IL_OK: nothing is wrong and no other field means anything */
  char rule[32];     /* rule id, "" when no rule is involved */
  char rulebook[64]; /* its rulebook */
  char table[128];   /* table as written in the rulebook, "" when none */
  char column[128];  /* column, "" when none */
  char row[256];     /* the row's key as "RunId=r1", "" when unknown */
  /* What is wrong: one sentence without a full stop, never a payload or a secret. */
  char message[1024];
  char from[128];     /* HINT subject: "Allowed from <from>: …"; "" gives "Allowed: …" */
  char allowed[1024]; /* what would be allowed, comma separated; "" when there is no hint */
  int offset; /* byte offset of a parse error, -1 when there is none; IL_HOST: the database's code */
} il_error;

/* The PostgreSQL SQLSTATE ("23514") and the extended SQLite result code (1811) of a kind. */
const char *il_kind_sqlstate(il_kind kind);
int il_kind_sqlite(il_kind kind);

/* Empties err. Call before first use; every il_error_set() does it too. */
void il_error_clear(il_error *err);

/* Sets kind and message (printf-like: %s %.*s %d %lld %zu %c %% only) and returns kind, so that a failing function
** can end with `return il_error_set(err, IL_ARGUMENT, "…")`. err may be NULL. */
il_kind il_error_set(il_error *err, il_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

il_kind il_error_setv(il_error *err, il_kind kind, const char *format, va_list args);
/* The same for a parser's error: sets offset and ends the message with ", at offset <offset>". */
il_kind il_error_at(il_error *err, il_kind kind, unsigned long offset, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Sets a text field of the error from bytes, cut to what fits; control characters become '?'. Use with IL_ERROR_FIELD. */
void il_error_field(char *field, unsigned long cap, const char *p, unsigned long n);
#define IL_ERROR_FIELD(err, name, p, n) il_error_field((err)->name, sizeof(err)->name, (p), (n))

/* The one line SQLite shows, at most n bytes with the NUL, cut at a UTF-8 boundary:
**   rule broken:   interlock T-03: <message> (RunId=r1); allowed: A, B
**   conflict:      interlock conflict T-05: <message> (RunId=r1)
**   anything else: <message>; allowed: A, B
** The parts in brackets and after the semicolon only when they are known.
** Returns buf. */
char *il_error_text(const il_error *err, char *buf, unsigned long n);

/* DETAIL ("rule T-03 of textops, RunId=r1") and HINT ("Allowed from Created: A, B.") for PostgreSQL; "" when none. */
char *il_error_detail(const il_error *err, char *buf, unsigned long n);
char *il_error_hint(const il_error *err, char *buf, unsigned long n);

#endif
