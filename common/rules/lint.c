/*
** lint.c: what is wrong or suspicious in a rulebook. Errors are what il_rulebook_read refuses,
** every one of them, and what could never work; warnings are what works but is hardly meant.
*/
#include "lint.h"
#include <string.h>

void il_lint_find(il_lint *l, const char *severity, const cJSON *at, const char *format, ...) {
  il_error text;
  il_buf path;
  va_list args;
  va_start(args, format);
  il_error_setv(&text, IL_ARGUMENT, format, args);
  va_end(args);
  il_buf_init(&path, l->b->arena->mem);
  il_doc_path(at, &path);
  l->report(l->ctx, severity, path.p ? path.p : "", text.message);
  if (path.failed) l->b->arena->failed = 1;
  il_buf_free(&path);
  l->errors += strcmp(severity, "error") == 0;
}

const il_bind_op *il_lint_op(const il_draft *t, const char *role, int col) {
  for (int i = 0; i < t->nops; i++)
    if (t->ops[i]->ncols && t->ops[i]->cols[0] == col && strcmp(t->ops[i]->role->name, role) == 0)
      return t->ops[i];
  return NULL;
}

int il_lint_among(const il_draft *t, const char *role, int col) {
  for (int i = 0; i < t->nops; i++) {
    if (strcmp(t->ops[i]->role->name, role) != 0) continue;
    for (int c = 0; c < t->ops[i]->ncols; c++)
      if (t->ops[i]->cols[c] == col) return 1;
  }
  return 0;
}

int il_lint_column(const il_draft *t, const cJSON *name) {
  return cJSON_IsString(name) ? il_plan_column(t->plan, name->valuestring) : -1;
}

/* ---- tables ---- */

/* Do these columns tell rows apart? */
static int is_unique(const il_draft *t, const cJSON *key) {
  const il_table_info *info = t->info;
  int n = cJSON_GetArraySize(key);
  for (int u = -1; u < info->nunique; u++) {
    const int *cols = u < 0 ? info->key : info->unique[u].cols;
    int ncols = u < 0 ? info->nkey : info->unique[u].ncols, found = 0;
    if (ncols == 0 || ncols > n || (u >= 0 && info->unique[u].where)) continue;
    for (int i = 0; i < ncols; i++)
      for (const cJSON *k = cols[i] >= 0 ? key->child : NULL; k; k = k->next)
        found += cJSON_IsString(k) && strcmp(info->cols[cols[i]].name, k->valuestring) == 0;
    if (found == ncols) return 1;
  }
  return 0;
}

/* What the database writes must be writable. */
static void lint_written(il_lint *l, il_draft *t, const cJSON *node, const char *role) {
  const cJSON *column = il_doc_get(node, "column");
  int col = il_lint_column(t, column);
  if (cJSON_IsArray(node))
    for (const cJSON *n = node->child; n; n = n->next)
      lint_written(l, t, n, role);
  if (col < 0) return;
  if (il_lint_among(t, "immutable", col))
    il_lint_find(l, "error", column, "the %s column is listed as immutable", role);
  if (strcmp(role, "touch") == 0 && il_lint_op(t, "row_version", col))
    il_lint_find(l, "error", column, "the column is the row version as well");
}

static int has_roles(const il_draft *t) {
  for (const cJSON *m = t->json->child; m; m = m->next)
    if (strcmp(m->string, "key") != 0 && strcmp(m->string, "meta") != 0) return 1;
  return t->nops > 0; /* an events table has at least the machine's guard */
}

static void lint_table(il_lint *l, il_draft *t) {
  const cJSON *key = il_doc_get(t->json, "key"), *machines = il_doc_get(t->json, "machines");
  if (!has_roles(t)) il_lint_find(l, "info", t->json, "the table has no rules");
  if (t->info && cJSON_IsArray(key) && !is_unique(t, key))
    il_lint_find(l, "warning", key,
                 "the table has no primary key or unique index over these columns");
  if (!t->info && !key)
    il_lint_find(l, "info", t->json, "\"key\" is missing: the table's primary key will be used");
  lint_written(l, t, il_doc_get(t->json, "row_version"), "row_version");
  lint_written(l, t, il_doc_get(t->json, "touch"), "touch");
  if (cJSON_IsObject(machines)) il_lint_machine(l, t, machines);
  if (cJSON_IsArray(machines))
    for (const cJSON *m = machines->child; m; m = m->next)
      if (cJSON_IsObject(m)) il_lint_machine(l, t, m);
}

/* ---- the document ---- */

/* An error that was found before the document could be walked: the pointer, when there is one,
** is in its text. */
static void report_text(il_finding_fn report, void *ctx, const il_error *err) {
  const char *slash = strstr(err->message, ": /"), *end = slash ? strstr(slash + 3, ": ") : NULL;
  char path[256] = "";
  if (end && (size_t)(end - slash - 2) < sizeof path)
    memcpy(path, slash + 2, (size_t)(end - slash - 2));
  report(ctx, "error", path, end ? end + 2 : err->message);
}

int il_rulebook_lint(const char *json, size_t n, il_catalog_fn catalog, void *ctx, il_arena *arena,
                     il_finding_fn report, void *report_ctx) {
  il_error err;
  il_rulebook book = {0};
  il_binder b = {0};
  il_lint l = {&b, report, report_ctx, 0};
  cJSON *doc;
  il_kind kind;
  il_error_clear(&err);
  kind = il_doc_read(json, n, "rulebook", arena, &doc, &err);
  if (kind == IL_NOMEM) return -1;
  if (kind != IL_OK) {
    report_text(report, report_ctx, &err);
    return 1;
  }
  b.arena = arena;
  b.err = &err;
  b.report = report;
  b.report_ctx = report_ctx;
  kind = il_rulebook_bind(&b, doc, catalog, ctx, &book);
  if (kind == IL_NOMEM || arena->failed) return -1;
  if (kind != IL_OK &&
      b.errors == 0) { /* not of a node: the catalog's own, or a plan that is too long */
    report(report_ctx, "error", "", err.message);
    l.errors++;
  }
  for (int i = 0; b.drafts && i < b.ndrafts; i++)
    lint_table(&l, &b.drafts[i]);
  return arena->failed ? -1 : b.errors + l.errors;
}
