/*
** keys.c: guarded tables, their key and column values, as parameters of statements.
**
** Values come from users as text. Integers and instants are read here and not by the database, so
** that both engines refuse the same text with the same words; everything else is bound as text
** and takes the type of the column it is compared with or put into.
*/
#include "functions/inner.h"
#include "values/instant.h"
#include "values/json.h"
#include <string.h>

il_kind il_target_find(il_call *call, int i, const char *function, il_target *out, il_error *err) {
  const il_value *given = &call->args[i]; /* il_arg_require has seen that it is there */
  *out = (il_target){function, *given, NULL, NULL};
  if (given->type != IL_T_TEXT) out->name = il_arg(call, i);
  if (out->name.type == IL_T_NULL) return il_nomem(err);
  return call->port->plan(call->port, out->name.p, out->name.n, &out->plan, &out->qualified, err);
}

il_kind il_column_value(il_call *call, const il_target *t, int col, const il_value *text,
                        il_value *out, il_error *err) {
  const il_column *c = &t->plan->cols[col];
  *out = *text;
  if (text->type == IL_T_NULL) return IL_OK;
  if (c->type == IL_C_INT) {
    int64_t i;
    if (!il_text_int(text->p, text->n, &i)) {
      char shown[80];
      il_value_show(text, shown, sizeof shown);
      return il_error_set(err, IL_ARGUMENT, "%s: %s.%s is an integer, \"%s\" is none", t->function,
                          t->plan->table, c->name, shown);
    }
    *out = il_int(i);
  } else if (c->type == IL_C_INSTANT) {
    int64_t us;
    il_kind kind = il_instant_parse(text->p, text->n, &us, err);
    if (kind != IL_OK) return kind;
    if (call->port->engine == IL_POSTGRES) *out = il_instant(us);
  }
  return IL_OK;
}

/* ---- composite keys: a JSON array in key order ---------------------------------------------- */

static int hex4(const char *p) {
  int v = 0;
  for (int i = 0; i < 4; i++) {
    int c = (unsigned char)p[i] | 0x20;
    v = v * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return v;
}

static void put_utf8(il_buf *b, unsigned c) {
  if (c < 0x80) {
    il_buf_char(b, (char)c);
  } else if (c < 0x800) {
    il_buf_char(b, (char)(0xc0 | c >> 6));
    il_buf_char(b, (char)(0x80 | (c & 63)));
  } else {
    if (c < 0x10000) {
      il_buf_char(b, (char)(0xe0 | c >> 12));
    } else {
      il_buf_char(b, (char)(0xf0 | c >> 18));
      il_buf_char(b, (char)(0x80 | (c >> 12 & 63)));
    }
    il_buf_char(b, (char)(0x80 | (c >> 6 & 63)));
    il_buf_char(b, (char)(0x80 | (c & 63)));
  }
}

/* The string that starts after the quote at p, of text that is valid JSON; returns what follows
** its closing quote. */
static const char *json_string(const char *p, il_buf *out) {
  static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
  while (*p != '"') {
    if (*p != '\\') {
      il_buf_char(out, *p++);
      continue;
    }
    const char *known = strchr(from, p[1]);
    if (p[1] == 'u') {
      unsigned c = (unsigned)hex4(p + 2);
      p += 6;
      if (c >= 0xd800 && c < 0xdc00 && p[0] == '\\' && p[1] == 'u') {
        unsigned low = (unsigned)hex4(p + 2);
        if (low >= 0xdc00 && low < 0xe000) {
          c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
          p += 6;
        }
      }
      put_utf8(out, c);
    } else {
      il_buf_char(out, known ? to[known - from] : p[1]);
      p += 2;
    }
  }
  return p + 1;
}

/* The elements of a JSON array of scalars as texts; -1 when an element is not one, or out of
** memory. */
static int json_elements(const char *p, il_arena *arena, il_value *out, int max) {
  int n = 0;
  p += strspn(p, " \t\r\n") + 1;
  for (p += strspn(p, " \t\r\n"); *p != ']'; p += strspn(p, " ,\t\r\n")) {
    il_buf b;
    il_scratch(&b, arena);
    if (n == max || *p == '[' || *p == '{' || b.failed) return -1;
    if (*p == '"') {
      p = json_string(p + 1, &b);
    } else {
      size_t len = strcspn(p, " ,]\t\r\n");
      if (len == 4 && memcmp(p, "null", 4) == 0) return -1;
      il_buf_add(&b, p, len);
      p += len;
    }
    const char *text = il_scratch_text(&b);
    if (!text) return -1;
    out[n++] = il_text(text, b.n);
  }
  return n;
}

int il_json_scalar(const char *p, size_t n, il_arena *arena, il_value *out) {
  il_buf b;
  *out = il_null();
  if (n == 4 && memcmp(p, "null", 4) == 0) return 1;
  il_scratch(&b, arena);
  if (n && *p == '"')
    (void)json_string(p + 1, &b);
  else
    il_buf_add(&b, p, n);
  const char *text = il_scratch_text(&b);
  if (text) *out = il_text(text, b.n);
  return text != NULL;
}

il_value il_column_param(il_call *call, il_value v) {
  const char *text;
  if (v.type != IL_T_INT || call->port->engine != IL_POSTGRES) return v;
  text = il_textf(call->arena, "%lld", (long long)v.i);
  return text ? il_str(text) : v;
}

il_kind il_key_read(il_call *call, const il_target *t, const il_value *text, il_value *out,
                    il_error *err) {
  const il_plan *plan = t->plan;
  int n = 0;
  il_value parts[32];
  if (plan->nkey == 1) {
    parts[0] = *text;
    n = 1;
  } else if (plan->nkey > 32) {
    return il_error_set(err, IL_ARGUMENT, "%s: the key of %s has too many columns", t->function,
                        plan->table);
  } else if (memchr(text->p, 0, text->n) == NULL &&
             il_json_valid(text->p, text->n, IL_JSON_ARRAY, NULL, NULL)) {
    n = json_elements(text->p, call->arena, parts, plan->nkey);
  }
  if (plan->nkey == 0 || n != plan->nkey) {
    return il_error_set(err, IL_ARGUMENT,
                        "%s: the key of %s must be a JSON array of its %d columns in key order",
                        t->function, plan->table, plan->nkey);
  }
  for (int i = 0; i < n; i++) {
    il_kind kind = il_column_value(call, t, plan->key[i], &parts[i], &out[i], err);
    if (kind != IL_OK) return kind;
  }
  return IL_OK;
}

void il_key_where(const il_plan *plan, int n, il_buf *out) {
  for (int i = 0; i < plan->nkey; i++) {
    il_buf_f(out, "%s%I = ?%d", i ? " AND " : "", plan->cols[plan->key[i]].name, n + i);
  }
}

void il_key_columns(const il_plan *plan, const char *prefix, il_buf *out) {
  for (int i = 0; i < plan->nkey; i++) {
    il_buf_f(out, "%s%s%I", i ? ", " : "", prefix, plan->cols[plan->key[i]].name);
  }
}
