/*
** unique_work.c: at most one row of work with the same columns in some states of its queue
** (jobs.md, "Unique work"): a unique index over the rows in these states. The states are such that
** no transition leads into them from others, so the index never stands in the way of one: only the
** birth of a row can be refused.
**
** Column 0 is the state's, the others tell work apart. Words: "s<code>" … the states.
*/
#include "queue.h"

static const char *const unique_keys[] = {"columns", "states", NULL};

typedef struct unique_work {
  int nstates;
  il_code *states;
  const char *sql; /* what a stored row is held against */
} unique_work;

/* ---- binding ---- */

static int among(const cJSON *states, const cJSON *list, const cJSON *state) {
  (void)states;
  if (!list) return il_doc_get(state, "type") == NULL;
  for (const cJSON *s = list->child; s; s = s->next)
    if (cJSON_IsString(s) && strcmp(s->valuestring, state->string) == 0) return 1;
  return 0;
}

/* No way leads from a state outside to one of the list. */
static il_kind check_closed(il_binder *b, const il_bind_machine *m, const cJSON *json,
                            const cJSON *list) {
  for (const cJSON *from = m->states->child; from; from = from->next) {
    if (among(m->states, list, from)) continue;
    for (const cJSON *to = m->states->child; to; to = to->next)
      if (among(m->states, list, to) &&
          il_bind_has_edge(b->table, m->col, from->string, to->string))
        return il_bind_error(b, list ? list : json, IL_ARGUMENT,
                             "the machine leads from %s to %s: work that comes back could find "
                             "another in its place; name %s as well, or not %s",
                             from->string, to->string, from->string, to->string);
  }
  return IL_OK;
}

static il_kind bind_states(il_binder *b, il_bind_op *op, const il_bind_machine *m,
                           const cJSON *json) {
  const cJSON *list = il_doc_get(json, "states");
  if (list && (!cJSON_IsArray(list) || !list->child))
    return il_bind_error(b, list, IL_ARGUMENT, "must be a list of states");
  for (const cJSON *s = list ? list->child : NULL; s; s = s->next) {
    const char *code;
    if (!cJSON_IsString(s)) return il_bind_error(b, s, IL_ARGUMENT, "must be the name of a state");
    il_kind kind = il_bind_state(b, m, s, s->valuestring, &code);
    if (kind != IL_OK) return kind;
  }
  for (const cJSON *s = m->states->child; s; s = s->next) {
    const char *code;
    il_buf word;
    if (!among(m->states, list, s)) continue;
    il_kind kind = il_bind_state(b, m, s, s->string, &code);
    if (kind != IL_OK) return kind;
    il_buf_init(&word, b->arena->mem);
    il_buf_f(&word, "%c%s", m->integers ? 'i' : 't', code);
    il_bind_word(b, op, 's', il_bind_take(b, &word));
  }
  if (op->nwords == 0)
    return il_bind_error(b, json, IL_ARGUMENT, "\"states\" is missing: every state is final");
  return check_closed(b, m, json, list);
}

il_kind il_bind_unique_work(il_binder *b, const il_bind_machine *m, const char *rule,
                            const cJSON *json) {
  const cJSON *columns = il_doc_get(json, "columns");
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, unique_keys);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsArray(columns) || !columns->child)
    return il_bind_error(b, columns ? columns : json, IL_ARGUMENT,
                         "\"columns\" must be a list of columns");
  op = il_bind_add(b, b->table, &il_role_unique_work, rule, 0);
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, m->col);
  for (const cJSON *c = columns->child; c; c = c->next) {
    int col;
    kind = il_bind_column(b, c, IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
    for (int k = 0; k < op->ncols; k++)
      if (op->cols[k] == col)
        return il_bind_error(b, c, IL_ARGUMENT,
                             k ? "is named twice" : "is the state's column itself");
    il_bind_add_col(b, op, col);
  }
  return bind_states(b, op, m, json);
}

/* ---- compiling ---- */

static void put_states(const unique_work *u, const char *prefix, const char *column, il_buf *out) {
  il_buf_f(out, "%s%I IN (", prefix, column);
  for (int i = 0; i < u->nstates; i++) {
    if (i) il_buf_str(out, ", ");
    il_code_sql(&u->states[i], out);
  }
  il_buf_char(out, ')');
}

static const char *stored_sql(const il_op *op, const il_plan *plan, const unique_work *u,
                              il_arena *arena) {
  il_buf b;
  il_buf_init(&b, arena->mem);
  il_buf_str(&b, "NOT ");
  put_states(u, "NEW.", il_col_name(plan, op->cols[0]), &b);
  il_buf_f(&b, " OR NOT EXISTS (SELECT 1 FROM %I AS o WHERE ", plan->table);
  put_states(u, "o.", il_col_name(plan, op->cols[0]), &b);
  for (int i = 1; i < op->ncols; i++)
    il_buf_f(&b, " AND o.%I = NEW.%I", il_col_name(plan, op->cols[i]),
             il_col_name(plan, op->cols[i]));
  il_buf_str(&b, " AND NOT (");
  for (int i = 0; i < plan->nkey; i++)
    il_buf_f(&b, "%so.%I = NEW.%I", i ? " AND " : "", il_col_name(plan, plan->key[i]),
             il_col_name(plan, plan->key[i]));
  il_buf_str(&b, plan->nkey ? "))" : "1 = 1))");
  return il_buf_arena(&b, arena);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  unique_work *u = il_arena_alloc(arena, sizeof *u);
  il_code *states = il_arena_alloc(arena, (size_t)(op->nwords + 1) * sizeof *states);
  if (!u || !states) return il_error_set(err, IL_NOMEM, "out of memory");
  *u = (unique_work){.nstates = op->nwords, .states = states};
  if (op->events || op->ncols < 2 || op->nwords < 1)
    return il_word_error(op, err, "expected columns and states");
  for (int i = 0; i < op->nwords; i++)
    if (op->words[i][0] != 's' || !il_code_read(op->words[i] + 1, &states[i]))
      return il_word_error(op, err, "expected a state");
  u->sql = stored_sql(op, plan, u, arena);
  if (!u->sql) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = u;
  return IL_OK;
}

/* ---- as SQL ---- */

int il_unique_work(const il_plan *plan, const il_op **op, il_buf *columns, il_buf *where) {
  for (int i = 0; i < plan->nops; i++) {
    const il_op *found = &plan->ops[i];
    if (found->role != &il_role_unique_work) continue;
    *op = found;
    for (int c = 1; c < found->ncols; c++)
      il_buf_f(columns, "%s%I", c > 1 ? ", " : "", il_col_name(plan, found->cols[c]));
    put_states(found->compiled, "", il_col_name(plan, found->cols[0]), where);
    return 1;
  }
  return 0;
}

static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  (void)op;
  (void)postgres;
  *what = "unique";
  return k == 0 && il_unique_work(plan, &op, columns, where);
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const unique_work *u = op->compiled;
  (void)arena;
  if (row || event || k) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT,
                     .sql = u->sql,
                     .text = "there is another row of the same work that is not finished"};
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const unique_work *u = op->compiled;
  il_buf_f(out, "%s has at most one row with the same ", plan->table);
  il_describe_cols(op, plan, 1, out);
  il_buf_f(out, " whose %s is", il_col_name(plan, op->cols[0]));
  for (int i = 0; i < u->nstates; i++)
    il_buf_f(out, "%s %.*s", i ? " or" : "", (int)u->states[i].n, u->states[i].text);
  il_buf_char(out, '.');
}

const il_role il_role_unique_work = {.name = ".unique",
                                     .unique_index = 1,
                                     .compile = compile,
                                     .index = index_of,
                                     .follow = follow,
                                     .describe = describe};
