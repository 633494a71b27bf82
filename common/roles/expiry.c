/*
** expiry.c: rows that are over at an instant (H-41, A-26). Expired: column <= now. expire_purge and
** the tick delete such rows, or move them to a state.
**
** With keep_seconds rows are kept so long after the instant, and `.retained` refuses every
** DELETE and TRUNCATE: only expire_purge deletes, and only what is old enough.
**
** Column 0 is the instant. Words: "t<seconds>" default at insert, "f" must be in the future at
** insert, "m<column>" the machine and "s<code>" the state they move to, "k<seconds>" kept.
*/
#include "times.h"

static const char *const expiry_keys[] = {"rule", "column", "ttl_seconds",  "future",
                                          "to",   "state",  "keep_seconds", NULL};

static il_kind bind_to(il_binder *b, const cJSON *json, il_bind_op *op) {
  const cJSON *to = il_doc_get(json, "to"), *state = il_doc_get(json, "state");
  const il_bind_machine *m;
  il_kind kind = IL_OK;
  int col = -1;
  if (!to)
    return state ? il_bind_error(b, state, IL_ARGUMENT, "needs \"to\", the state to move to")
                 : IL_OK;
  if (state) kind = il_bind_column(b, state, IL_C_TEXT, &col);
  if (kind != IL_OK) return kind;
  m = il_bind_machine_of(b->table, col);
  if (!m)
    return il_bind_error(b, state ? state : to, IL_ARGUMENT,
                         state ? "is not the column of a machine"
                               : "needs one machine; name its column by \"state\"");
  il_bind_word_int(b, op, 'm', m->col);
  return il_bind_code_of(b, op, m->col, to, 's');
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  static const il_part parts[] = {{"column", 'c', IL_C_INSTANT, 1}};
  const cJSON *keep = il_doc_get(json, "keep_seconds");
  const char *rule;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, expiry_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_expiry, rule, IL_EV_INSERT | IL_EV_UPDATE);
  kind = il_bind_parts(b, json, op, parts, 1);
  if (kind == IL_OK) kind = il_bind_seconds(b, json, "ttl_seconds", 1, op, 't');
  if (kind == IL_OK) kind = il_bind_truth(b, json, "future", op, 'f');
  if (kind == IL_OK) kind = il_bind_seconds(b, json, "keep_seconds", 1, op, 'k');
  if (kind == IL_OK && keep && il_doc_get(json, "to"))
    kind = il_bind_error(b, keep, IL_ARGUMENT,
                         "is for rows that are deleted, not for rows that go \"to\" a state");
  if (kind == IL_OK) kind = bind_to(b, json, op);
  if (kind != IL_OK || !keep) return kind;
  if (op->ncols == 0) return il_bind_nomem(b);
  il_bind_add_col(b, il_bind_add(b, b->table, &il_role_retained, rule, IL_EV_DELETE), op->cols[0]);
  return IL_OK;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table expires by one column");
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_expiry *e = il_arena_alloc(arena, sizeof *e);
  const char *to = il_op_word(op, 's'), *machine = il_op_word(op, 'm');
  if (!e) return il_error_set(err, IL_NOMEM, "out of memory");
  e->col = il_op_col(op, plan, 'c');
  e->ttl = il_op_seconds(op, 't', 0);
  e->keep = il_op_seconds(op, 'k', 0);
  e->future = il_op_word(op, 'f') != NULL;
  e->machine = to && machine ? il_word_col(machine, plan) : -1;
  if (e->col < 0 || e->ttl < 0 || e->keep < 0 || op->ncols < 1 || e->col != op->cols[0] ||
      !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) || (to && !il_code_read(to, &e->to)) ||
      (to != NULL) != (machine != NULL) || (to && e->machine < 0))
    return il_word_error(op, err, "expected an instant");
  op->compiled = e;
  return IL_OK;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_expiry *e = op->compiled;
  int64_t us;
  int has = il_row_instant(row, IL_NEW, e->col, &us);
  if (has < 0) return il_refuse_instant(err, row, op, e->col);
  if (row->stored || row->load || row->event != IL_EV_INSERT) return IL_OK;
  if (!has && e->ttl) *work |= IL_WORK_FILL;
  if (has && e->future && us <= row->now)
    return il_refuse(err, row, op, e->col, IL_RULE, "%s.%s must be in the future", row->plan->table,
                     il_col_name(row->plan, e->col));
  return IL_OK;
}

static int fill(const il_op *op, const il_row *row, il_fill *fills, int n, int max) {
  const il_expiry *e = op->compiled;
  if (!e->ttl || n >= max || row->load || row->event != IL_EV_INSERT) return n;
  if (il_row_value(row, IL_NEW, e->col).type != IL_T_NULL) return n;
  fills[n].col = e->col;
  fills[n].value = il_instant(il_after_seconds(row->now, e->ttl));
  return n + 1;
}

static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  const il_expiry *e = op->compiled;
  if (k) return 0;
  il_index_instant(plan, e->machine, e->col, postgres, columns);
  *what = "expiry";
  (void)where;
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_expiry *e = op->compiled;
  il_buf_f(out, "%s rows are over when %s is reached", plan->table, il_col_name(plan, e->col));
  if (e->ttl) il_buf_f(out, ", %lld seconds after birth by default", (long long)e->ttl);
  if (e->future) il_buf_str(out, "; at birth it is in the future");
  if (e->machine >= 0)
    il_buf_f(out, "; then %s becomes %.*s.", il_col_name(plan, e->machine), (int)e->to.n,
             e->to.text);
  else if (e->keep)
    il_buf_f(out, "; expire_purge deletes them %lld seconds later.", (long long)e->keep);
  else
    il_buf_str(out, "; then they are deleted.");
}

/* ---- retained ---- */

static il_kind compile_retained(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  (void)plan;
  (void)arena;
  return op->ncols == 1 && op->nwords == 0 && op->events == IL_EV_DELETE
             ? IL_OK
             : il_word_error(op, err, "expected an instant");
}

static il_kind refuse_delete(const il_op *op, const il_row *row, il_error *err, const char *what) {
  return il_refuse(err, row, op, -1, IL_PROTECTED, "%s rows go by expire_purge only: %s is refused",
                   row->plan->table, what);
}

static il_kind check_retained(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)work;
  if (row->stored || row->event != IL_EV_DELETE) return IL_OK;
  if (row->announced && row->announced(row, op)) return IL_OK;
  return refuse_delete(op, row, err, "DELETE");
}

static il_kind truncate_retained(const il_op *op, const il_row *row, il_error *err) {
  return refuse_delete(op, row, err, "TRUNCATE");
}

static void describe_retained(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "%s rows are deleted by expire_purge only, by their %s.", plan->table,
           il_col_name(plan, op->cols[0]));
}

const il_role il_role_expiry = {.name = "expiry",
                                .if_changed = 1,
                                .session = 1,
                                .bind = bind,
                                .compile = compile,
                                .check = check,
                                .fill = fill,
                                .index = index_of,
                                .describe = describe};
const il_role il_role_retained = {.name = ".retained",
                                  .compile = compile_retained,
                                  .check = check_retained,
                                  .truncate = truncate_retained,
                                  .describe = describe_retained};
