/*
** table.c: the list of SQL functions, and how their arguments are read.
*/
#include "functions/inner.h"
#include <string.h>

const il_function_def il_functions[] = {
#define IL_F(name, min, max, signature, ret, columns, flags, symbol, doc)                          \
  {name, min, max, signature, ret, flags, columns, symbol, doc},
#include "functions.def"
#undef IL_F
};
const int il_function_count = (int)(sizeof il_functions / sizeof il_functions[0]);

il_value il_arg(il_call *call, int i) {
  if (i >= call->nargs || call->args[i].type == IL_T_NULL) return il_null();
  const il_value *v = &call->args[i];
  if (v->type == IL_T_INT || v->type == IL_T_REAL || v->type == IL_T_INSTANT) {
    char *text = il_arena_alloc(call->arena, 64);
    if (!text) return il_null();
    il_value_show(v, text, 64);
    return il_text(text, strlen(text));
  }
  char *text = il_arena_copy(call->arena, v->p ? v->p : "", v->n);
  return text ? il_text(text, v->n) : il_null();
}

const char *il_arg_text(il_call *call, int i) {
  il_value v = il_arg(call, i);
  return v.type == IL_T_NULL ? NULL : v.p;
}

/* Name of parameter i of a function: the words of its signature are "name type [= default]", or
** "VARIADIC name type". */
static const char *parameter(const char *function, int i, size_t *n) {
  const char *p = "";
  for (int f = 0; f < il_function_count; f++) {
    if (strcmp(il_functions[f].name, function) == 0) p = il_functions[f].signature;
  }
  while (i-- > 0 && strchr(p, ','))
    p = strchr(p, ',') + 1;
  while (*p == ' ')
    p++;
  if (strncmp(p, "VARIADIC ", 9) == 0) p += 9;
  *n = strcspn(p, " ");
  return p;
}

il_kind il_arg_require(il_call *call, int upto, const char *function, il_error *err) {
  for (int i = 0; i < upto; i++) {
    size_t n;
    if (i < call->nargs && call->args[i].type != IL_T_NULL) continue;
    const char *name = parameter(function, i, &n);
    return il_error_set(err, IL_ARGUMENT, "%s: argument %d (%.*s) must not be NULL", function,
                        i + 1, (int)n, name);
  }
  return IL_OK;
}

/* A decimal integer, all of the text. */
int il_text_int(const char *p, size_t n, int64_t *out) {
  size_t i = n && (p[0] == '-' || p[0] == '+') ? 1 : 0;
  int64_t v = 0;
  if (i == n) return 0;
  for (; i < n; i++) {
    if (p[i] < '0' || p[i] > '9') return 0;
    int digit = p[0] == '-' ? -(p[i] - '0') : p[i] - '0';
    if (__builtin_mul_overflow(v, (int64_t)10, &v) ||
        __builtin_add_overflow(v, (int64_t)digit, &v)) {
      return 0;
    }
  }
  *out = v;
  return 1;
}

il_kind il_arg_int(il_call *call, int i, int64_t missing, int64_t min, int64_t max,
                   const char *name, int64_t *out, il_error *err) {
  *out = missing;
  if (i >= call->nargs || call->args[i].type == IL_T_NULL) return IL_OK;
  const il_value *v = &call->args[i];
  int ok = v->type == IL_T_INT;
  if (ok) *out = v->i;
  if (v->type == IL_T_TEXT) ok = il_text_int(v->p, v->n, out);
  if (ok && *out >= min && *out <= max) return IL_OK;
  char shown[64];
  il_value_show(v, shown, sizeof shown);
  if (max == INT64_MAX) {
    return il_error_set(err, IL_ARGUMENT, "%s must be an integer of at least %lld, not %s", name,
                        (long long)min, shown);
  }
  return il_error_set(err, IL_ARGUMENT, "%s must be an integer from %lld to %lld, not %s", name,
                      (long long)min, (long long)max, shown);
}
