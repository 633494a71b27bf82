/*
** approval.c: who may approve.
**
**   SELECT approval_list('["ann", "@bob"]');          true: names, or any
**   SELECT approval_by('["ann", "@bob"]', 'Bob');     true: letters of either case, @ or not
**   SELECT approval_by(NULL, 'system', false);        false: not a person
*/
#include "functions/inner.h"
#include "values/json.h"
#include "values/json_walk.h"
#include <string.h>

/* A name without the white space around it and its @. */
static il_span name_of(const char *p, size_t n) {
  while (n && (*p == ' ' || *p == '\t'))
    p++, n--;
  while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
    n--;
  if (n && *p == '@') p++, n--;
  return (il_span){p, n};
}

/* ASCII letters of either case are the same: account names have no others. */
static int same_name(const il_span *a, const char *b, size_t n) {
  if (a->n != n) return 0;
  for (size_t i = 0; i < n; i++) {
    char x = a->p[i], y = b[i];
    if (x >= 'A' && x <= 'Z') x = (char)(x | 0x20);
    if (y >= 'A' && y <= 'Z') y = (char)(y | 0x20);
    if (x != y) return 0;
  }
  return 1;
}

typedef enum list_kind { LIST_BAD, LIST_ANY, LIST_NAMES } list_kind;

/* What a list is; with a name, *found says whether it is in it. */
static list_kind read_list(const il_value *list, const il_span *name, il_arena *arena, int *found) {
  il_span all = {list->p, list->n}, element;
  il_json_walk w;
  int n = 0, any = 0;
  *found = 0;
  if (list->type == IL_T_NULL || (list->n == 3 && memcmp(list->p, "any", 3) == 0)) return LIST_ANY;
  if (!il_json_valid(list->p, list->n, IL_JSON_ANY, NULL, NULL)) return LIST_BAD;
  if (!il_json_walk_start(&w, all.p, all.n)) {
    size_t len;
    const char *start = memchr(all.p, '"', all.n), *end = all.p + all.n;
    if (!start) return LIST_BAD;
    while (end > start && end[-1] != '"')
      end--;
    all = (il_span){start, (size_t)(end - start)};
    const char *text = il_json_string(&all, arena, &len);
    return text && len == 3 && memcmp(text, "any", 3) == 0 ? LIST_ANY : LIST_BAD;
  }
  if (w.object) return LIST_BAD;
  while (il_json_walk_next(&w, NULL, &element)) {
    size_t len;
    const char *text = il_json_string(&element, arena, &len);
    il_span one = name_of(text ? text : "", text ? len : 0);
    if (!one.n || memchr(one.p, 0, one.n)) return LIST_BAD;
    any = text && len == 3 && memcmp(text, "any", 3) == 0;
    n++;
    if (name && same_name(name, one.p, one.n)) *found = 1;
  }
  if (!n) return LIST_BAD;
  return n == 1 && any ? LIST_ANY : LIST_NAMES;
}

il_kind il_fn_approval_list(il_call *call, il_error *err) {
  il_value list = il_arg(call, 0);
  int found;
  if (call->nargs > 0 && call->args[0].type != IL_T_NULL && list.type == IL_T_NULL)
    return il_nomem(err);
  call->result = il_int(read_list(&list, NULL, call->arena, &found) != LIST_BAD);
  return call->arena->failed ? il_nomem(err) : IL_OK;
}

il_kind il_fn_approval_by(il_call *call, il_error *err) {
  il_value list = il_arg(call, 0), by = il_arg(call, 1);
  int system = call->nargs > 2 && call->args[2].type == IL_T_INT && call->args[2].i != 0, found;
  if (call->arena->failed) return il_nomem(err);
  call->result = il_int(0);
  if (by.type == IL_T_NULL) return IL_OK;
  il_span name = name_of(by.p, by.n);
  if (!name.n || (!system && same_name(&name, "system", 6))) return IL_OK;
  list_kind kind = read_list(&list, &name, call->arena, &found);
  call->result = il_int(kind == LIST_ANY || (kind == LIST_NAMES && found));
  return call->arena->failed ? il_nomem(err) : IL_OK;
}
