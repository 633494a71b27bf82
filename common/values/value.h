/*
** value.h: a value as it comes from or goes to the database. Text and bytes are borrowed, never owned.
*/
#ifndef IL_VALUE_H
#define IL_VALUE_H
#include <stddef.h>
#include <stdint.h>

typedef enum il_type {
  IL_T_NULL,
  IL_T_INT,  /* i; also PostgreSQL boolean as 0/1 */
  IL_T_REAL, /* r */
  IL_T_TEXT, /* p, n: bytes as stored; may hold NUL and, in SQLite, invalid UTF-8 */
  IL_T_BLOB, /* p, n; PostgreSQL bytea */
  IL_T_INSTANT, /* i: microseconds since 1970-01-01T00:00:00Z (PostgreSQL timestamptz; SQLite gives text) */
  IL_T_JSON, /* p, n: JSON text that the host has validated already (PostgreSQL jsonb) */
  IL_T_OTHER /* a type the core does not look into (uuid, numeric …): p, n is its text */
} il_type;

typedef struct il_value {
  il_type type;
  int64_t i;
  double r;
  const char *p;
  size_t n;
} il_value;

static inline il_value il_null(void) {
  il_value v = {IL_T_NULL, 0, 0, NULL, 0};
  return v;
}
static inline il_value il_int(int64_t i) {
  il_value v = {IL_T_INT, i, 0, NULL, 0};
  return v;
}
static inline il_value il_real(double r) {
  il_value v = {IL_T_REAL, 0, r, NULL, 0};
  return v;
}
static inline il_value il_text(const char *p, size_t n) {
  il_value v = {IL_T_TEXT, 0, 0, p, n};
  return v;
}
static inline il_value il_json(const char *p, size_t n) {
  il_value v = {IL_T_JSON, 0, 0, p, n};
  return v;
}
static inline il_value il_instant(int64_t us) {
  il_value v = {IL_T_INSTANT, us, 0, NULL, 0};
  return v;
}
/* NUL-terminated text; NULL gives the NULL value. */
il_value il_str(const char *s);

/* Equal as SQLite's IS compares them: NULL equals NULL, 1 equals 1.0, text and bytes by byte. */
int il_value_same(const il_value *a, const il_value *b);

/*
** Text of a value for a message or a key: integers and reals in decimal (reals to 15 significant digits, as SQLite shows them, but
** 1.0 as "1"), instants in canonical form, text as it is, bytes as \x6869 (PostgreSQL's spelling), NULL as "NULL"; at most cap-1
** bytes, cut at a UTF-8 boundary; control characters and invalid UTF-8 shown as '?'. Returns buf.
*/
char *il_value_show(const il_value *v, char *buf, size_t cap);

/* The decimal text of a real as above into buf (32 bytes are enough); returns buf. "NaN", "Infinity", "-Infinity". */
#define IL_REAL_MAX 32
char *il_real_text(double r, char buf[IL_REAL_MAX]);

/* The whole text of a value, appended as it is: what a key is compared with. NULL appends nothing. */
struct il_buf;
void il_value_text(const il_value *v, struct il_buf *out);

/* Length in bytes (1 to 4) of the UTF-8 character at p (RFC 3629: shortest form, no surrogates, up to U+10FFFF); 0 when the
** n bytes do not begin with one. */
size_t il_utf8_char(const char *p, size_t n);
/* The longest m <= n such that p[0..m) does not end within a character. */
size_t il_utf8_trim(const char *p, size_t n);
/* Number of characters of UTF-8 text; an invalid byte counts as one. */
size_t il_utf8_length(const char *p, size_t n);

#endif
