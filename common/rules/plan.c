/* plan.c: building a plan and making it ready to judge. Its text form is plantext.c, judging is judge.c. */
#include "plan.h"
#include "role.h"
#include "../values/hash.h"
#include "../values/instant.h"
#include <string.h>

static const char *const coltypes[] = {
    [IL_C_INT] = "int",         [IL_C_REAL] = "real", [IL_C_TEXT] = "text",   [IL_C_BLOB] = "blob",
    [IL_C_INSTANT] = "instant", [IL_C_JSON] = "json", [IL_C_OTHER] = "other",
};

const char *il_coltype_name(il_coltype type) {
  return coltypes[type];
}

int il_coltype_parse(const char *word) {
  for (int i = 0; i < (int)(sizeof coltypes / sizeof *coltypes); i++)
    if (strcmp(coltypes[i], word) == 0) return i;
  return -1;
}

int il_plan_column(const il_plan *plan, const char *name) {
  for (int i = 0; i < plan->ncols; i++)
    if (strcmp(plan->cols[i].name, name) == 0) return i;
  return -1;
}

int il_event_slot(int event) {
  return event == IL_EV_UPDATE ? 1 : event == IL_EV_DELETE ? 2 : 0;
}

static il_kind nomem(il_error *err) {
  return il_error_set(err, IL_NOMEM, "out of memory");
}

il_plan *il_plan_new(il_arena *arena, const char *rulebook, const char *table) {
  il_plan *plan = il_arena_alloc(arena, sizeof *plan);
  if (!plan) return NULL;
  plan->rulebook = il_arena_strdup(arena, rulebook);
  plan->table = il_arena_strdup(arena, table);
  return plan->rulebook && plan->table ? plan : NULL;
}

/* Room for one more of n things in an array that doubles; the old array stays in the arena. */
static void *grow(il_arena *arena, void *array, int n, int *cap, size_t size) {
  void *bigger;
  if (n < *cap) return array;
  bigger = il_arena_alloc(arena, (size_t)(*cap ? *cap * 2 : 8) * size);
  if (!bigger) return NULL;
  if (n) memcpy(bigger, array, (size_t)n * size);
  *cap = *cap ? *cap * 2 : 8;
  return bigger;
}

int il_plan_add_column(il_plan *plan, il_arena *arena, const char *name, il_coltype type) {
  int at = il_plan_column(plan, name);
  il_column *cols;
  if (at >= 0) return at;
  if (plan->ncols >= IL_PLAN_COLS_MAX) return -1;
  cols = grow(arena, plan->cols, plan->ncols, &plan->cap_cols, sizeof *cols);
  if (!cols) return -1;
  plan->cols = cols;
  name = il_arena_strdup(arena, name);
  if (!name) return -1;
  cols[plan->ncols].name = name;
  cols[plan->ncols].type = type;
  return plan->ncols++;
}

static uint16_t *copy_cols(il_arena *arena, const uint16_t *cols, int ncols) {
  uint16_t *copy = il_arena_alloc(arena, (size_t)ncols * sizeof *copy);
  if (copy && ncols) memcpy(copy, cols, (size_t)ncols * sizeof *copy);
  return copy;
}

il_kind il_plan_set_key(il_plan *plan, il_arena *arena, const uint16_t *cols, int ncols,
                        il_error *err) {
  plan->key = copy_cols(arena, cols, ncols);
  if (!plan->key) return nomem(err);
  plan->nkey = ncols;
  return IL_OK;
}

il_kind il_plan_add_op(il_plan *plan, il_arena *arena, const il_role *role, const char *rule,
                       unsigned events, const uint16_t *cols, int ncols, const char *const *words,
                       int nwords, il_op **out, il_error *err) {
  il_op *ops, *op;
  const char **copies = il_arena_alloc(arena, (size_t)nwords * sizeof *copies);
  if (plan->nops >= IL_PLAN_OPS_MAX || nwords > IL_PLAN_WORDS_MAX - plan->nwords ||
      ncols > IL_PLAN_COLS_MAX)
    return il_error_set(err, IL_ARGUMENT, "rulebook %s: too many rules for table %s",
                        plan->rulebook, plan->table);
  ops = grow(arena, plan->ops, plan->nops, &plan->cap_ops, sizeof *ops);
  if (!ops || !copies) return nomem(err);
  plan->ops = ops;
  op = &ops[plan->nops];
  memset(op, 0, sizeof *op);
  op->role = role;
  op->rule = il_arena_strdup(arena, rule);
  op->events = events;
  op->cols = copy_cols(arena, cols, ncols);
  op->ncols = ncols;
  for (int i = 0; i < nwords; i++)
    copies[i] = il_arena_strdup(arena, words[i]);
  op->words = copies;
  op->nwords = nwords;
  if (arena->failed) return nomem(err);
  op->index = plan->nops++;
  plan->nwords += nwords;
  if (out) *out = op;
  return IL_OK;
}

/* Role rank first, order of the file within a role. Roles that are not in the table (tests) come last. */
static il_kind sort_ops(il_plan *plan, il_arena *arena, il_error *err) {
  il_op *sorted = il_arena_alloc(arena, (size_t)plan->nops * sizeof *sorted);
  int n = 0;
  if (!sorted) return nomem(err);
  for (int rank = 0; rank < il_role_count; rank++)
    for (int i = 0; i < plan->nops; i++)
      if (plan->ops[i].role == il_roles[rank]) {
        sorted[n++] = plan->ops[i];
        plan->ops[i].index = -1;
      }
  for (int i = 0; i < plan->nops; i++)
    if (plan->ops[i].index >= 0) sorted[n++] = plan->ops[i];
  for (int i = 0; i < n; i++)
    sorted[i].index = i;
  plan->ops = sorted;
  plan->cap_ops = plan->nops;
  return IL_OK;
}

static il_kind find_used(il_plan *plan, il_arena *arena, int slot, il_error *err) {
  unsigned char mark[IL_PLAN_COLS_MAX] = {0};
  int n = 0;
  for (int i = 0; i < plan->nkey; i++)
    mark[plan->key[i]] = 1;
  for (int i = 0; i < plan->nops; i++) {
    const il_op *op = &plan->ops[i];
    if (!(op->events & (1U << slot))) continue;
    for (int k = 0; k < op->ncols; k++)
      mark[op->cols[k]] = 1;
  }
  for (int i = 0; i < plan->ncols; i++)
    n += mark[i];
  plan->used[slot] = il_arena_alloc(arena, (size_t)n * sizeof *plan->used[slot]);
  if (!plan->used[slot]) return nomem(err);
  plan->nused[slot] = n;
  n = 0;
  for (int i = 0; i < plan->ncols; i++)
    if (mark[i]) plan->used[slot][n++] = (uint16_t)i;
  return IL_OK;
}

/* The gate of an operation on UPDATE: plans of more than 64 columns go without beyond them. */
static uint64_t gate_of(const il_op *op, int slot) {
  uint64_t gate = 0;
  if (slot != 1 || !op->role->if_changed) return 0;
  for (int i = 0; i < op->ncols; i++) {
    if (op->cols[i] >= 64) return 0;
    gate |= UINT64_C(1) << op->cols[i];
  }
  return gate;
}

static il_kind find_gates(il_steps *steps, il_arena *arena, il_error *err) {
  uint64_t any = 0;
  uint16_t *gates = il_arena_alloc(arena, 64 * sizeof *gates);
  if (!gates) return nomem(err);
  steps->gates = gates;
  for (int i = 0; i < steps->n; i++)
    any |= steps->steps[i].gate;
  for (int col = 0; col < 64; col++)
    if (any >> col & 1) gates[steps->ngates++] = (uint16_t)col;
  return IL_OK;
}

static il_kind find_steps(il_plan *plan, il_arena *arena, int slot, int phase, il_error *err) {
  il_steps *out = &plan->steps[slot][phase];
  il_step *steps = il_arena_alloc(arena, (size_t)plan->nops * sizeof *steps);
  if (!steps) return nomem(err);
  memset(out, 0, sizeof *out); /* finished once more: start again */
  out->steps = steps;
  /* SQLite judges single values before an INSERT and the rest after it; PostgreSQL all at once, in the same order. */
  for (int k = 0; k < (slot == 0 && phase == IL_ALL ? 2 * plan->nops : plan->nops); k++) {
    const il_op *op = &plan->ops[k % plan->nops];
    if (!(op->events & (1U << slot))) continue;
    if (slot == 0 && phase == IL_ALL && (op->role->values != 0) != (k < plan->nops)) continue;
    if (phase == IL_GIVEN) {
      if (!op->role->given) continue;
      steps[out->n].check = op->role->given;
      steps[out->n++].op = op;
      continue;
    }
    if (phase == IL_VALUES ? !op->role->values : phase == IL_FINAL && op->role->values) continue;
    if (op->role->check) {
      steps[out->n].check = op->role->check;
      steps[out->n].gate = gate_of(op, slot);
      steps[out->n++].op = op;
    } else {
      if (op->role->follow) out->work |= IL_WORK_AFTER;
      if (op->role->fill) out->work |= IL_WORK_FILL;
    }
  }
  return slot == 1 ? find_gates(out, arena, err) : IL_OK;
}

int il_op_differs(const il_op *op, const il_row *row) {
  for (int i = 0; i < op->ncols; i++)
    if (row->differs(row, op->cols[i])) return 1;
  return 0;
}

int il_column_same(const il_column *column, const il_value *a, const il_value *b) {
  int64_t was, is;
  il_error ignored;
  return il_value_same(a, b) || (column->instant && a->type == IL_T_TEXT && b->type == IL_T_TEXT &&
                                 il_value_instant(a, &was, &ignored) == IL_OK &&
                                 il_value_instant(b, &is, &ignored) == IL_OK && was == is);
}

void il_sql_changes(il_buf *out, const char *before, const il_column *column) {
  const char *name = column->name;
  il_buf_f(out, "%sOLD.%I IS NOT NEW.%I", before, name, name);
  if (column->instant)
    il_buf_f(out, " AND il1_instant(OLD.%I) IS NOT il1_instant(NEW.%I)", name, name);
}

il_kind il_plan_link(il_plan *plan, il_arena *arena, il_error *err) {
  il_kind kind = IL_OK;
  for (int i = 0; i < plan->nops; i++)
    for (int c = 0; plan->ops[i].role->instants && c < plan->ops[i].ncols; c++)
      plan->cols[plan->ops[i].cols[c]].instant = 1;
  for (int i = 0; i < plan->nops && kind == IL_OK; i++) {
    il_op *op = &plan->ops[i];
    if (op->role->compile) kind = op->role->compile(op, plan, arena, err);
  }
  plan->session = 0;
  for (int i = 0; i < plan->nops; i++)
    plan->session |= plan->ops[i].role->session;
  for (int slot = 0; slot < 3 && kind == IL_OK; slot++) {
    kind = find_used(plan, arena, slot, err);
    for (int phase = IL_GIVEN; phase <= IL_FINAL && kind == IL_OK; phase++)
      kind = find_steps(plan, arena, slot, phase, err);
  }
  if (kind == IL_OK && arena->failed) return nomem(err);
  return kind;
}

il_kind il_plan_finish(il_plan *plan, il_arena *arena, il_error *err) {
  il_buf text;
  il_kind kind = sort_ops(plan, arena, err);
  if (kind != IL_OK) return kind;
  il_buf_init(&text, arena->mem);
  il_plan_hash(plan, &text);
  if (text.failed)
    kind = nomem(err);
  else if (text.n + sizeof "il1::" - 1 + 16 > IL_PLAN_TEXT_MAX)
    kind = il_error_set(err, IL_ARGUMENT, "rulebook %s: the rules of table %s are too long",
                        plan->rulebook, plan->table);
  il_buf_free(&text);
  return kind == IL_OK ? il_plan_link(plan, arena, err) : kind;
}
