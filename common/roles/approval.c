/*
** approval.c: a row is approved or rejected by somebody (D-20 … D-23): who may is in a list, who
** did and why not are kept, and each decision is written down in another table.
**
** The role makes asserts and an effect of SQL; whose name is in a list is approval_by's to say.
** Its own operation fills who approved, where that is left out, with the session's actor when
** that is a person.
**
** Columns: who approved, the state. Word: the code of approved.
*/
#include "../rules/sqltext.h"
#include "times.h"

static const char *const approval_keys[] = {
    "rule", "rules",  "column", "approved", "rejected", "skipped", "approvers",
    "by",   "reason", "at",     "system",   "choice",   "record",  NULL};
static const char *const rule_keys[] = {"approvers", "reason", "record", NULL};
static const char *const where_keys[] = {"column", "values", NULL};
static const char *const record_keys[] = {"table", "columns", "decisions", NULL};
static const char *const decision_keys[] = {"approved", "rejected", "skipped", NULL};

enum { APPROVED, REJECTED, SKIPPED, STATES };
static const char *const states[] = {"approved", "rejected", "skipped"};

/* A role being made into rules. */
typedef struct maker {
  il_binder *b;
  const cJSON *json;
  const char *rule;
  int state; /* plan columns, -1: none */
  int approvers, by, reason, at;
  const char *column; /* the state's */
  il_code codes[STATES];
  int has[STATES];
} maker;

static const char *name_of(const maker *m, int col) {
  return il_col_name(m->b->table->plan, col);
}

/* ---- reading -------------------------------------------------------------------------------- */

static il_kind find_column(maker *m, const char *key, int required, int *col) {
  const cJSON *node = il_doc_get(m->json, key);
  *col = -1;
  if (!node && !required) return IL_OK;
  if (!node) return il_bind_error(m->b, m->json, IL_ARGUMENT, "\"%s\" is missing", key);
  return il_bind_column(m->b, node, IL_C_TEXT, col);
}

static il_kind find_states(maker *m) {
  for (int i = 0; i < STATES; i++) {
    const cJSON *node = il_doc_get(m->json, states[i]);
    il_bind_op scratch = {0};
    il_kind kind;
    if (!node && i == SKIPPED) continue;
    if (!node) return il_bind_error(m->b, m->json, IL_ARGUMENT, "\"%s\" is missing", states[i]);
    kind = il_bind_code_of(m->b, &scratch, m->state, node, 'w');
    if (kind != IL_OK) return kind;
    if (!scratch.nwords || !il_code_read(scratch.words[0] + 1, &m->codes[i]))
      return il_bind_nomem(m->b);
    m->has[i] = 1;
  }
  return IL_OK;
}

/* SQL: the column of {"column", "values"} holds one of the values; "(1 = 0)" without it. */
static il_kind find_where(maker *m, const char *key, const char **out) {
  const cJSON *json = il_doc_get(m->json, key), *values = il_doc_get(json, "values");
  int col;
  il_buf sql;
  il_kind kind;
  *out = "(1 = 0)";
  if (!json) return IL_OK;
  kind = il_bind_keys(m->b, json, where_keys);
  if (kind == IL_OK && !il_doc_get(json, "column"))
    kind = il_bind_error(m->b, json, IL_ARGUMENT, "\"column\" is missing");
  if (kind == IL_OK) kind = il_bind_column(m->b, il_doc_get(json, "column"), IL_C_TEXT, &col);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsArray(values) || !values->child)
    return il_bind_error(m->b, values ? values : json, IL_ARGUMENT, "\"values\" must be a list");
  il_buf_init(&sql, m->b->arena->mem);
  il_buf_f(&sql, "(NEW.%I IN (", name_of(m, col));
  for (const cJSON *v = values->child; v; v = v->next) {
    if (!cJSON_IsString(v)) {
      il_buf_free(&sql);
      return il_bind_error(m->b, v, IL_ARGUMENT, "must be a text");
    }
    il_buf_f(&sql, "%s%Q", v == values->child ? "" : ", ", v->valuestring);
  }
  il_buf_str(&sql, "))");
  *out = il_bind_take(m->b, &sql);
  return IL_OK;
}

/* ---- asserts -------------------------------------------------------------------------------- */

/* Of a part of the rule, over columns, which may be -1. */
static il_kind add(const maker *m, const char *part, il_assert_spec *spec, const int *cols, int n) {
  il_bind_op *op;
  il_kind kind = il_bind_rule_of(m->b, m->json, part, m->rule, &spec->rule);
  if (kind != IL_OK) return kind;
  spec->on = m->b->table;
  op = il_assert_make(m->b, spec);
  if (!op) return il_bind_nomem(m->b);
  for (int i = 0; i < n; i++)
    if (cols[i] >= 0) il_bind_add_col(m->b, op, cols[i]);
  return IL_OK;
}

static const char *is_state(const maker *m, const char *side, int state) {
  il_buf sql;
  il_buf_init(&sql, m->b->arena->mem);
  il_buf_f(&sql, "%s.%I = ", side, m->column);
  il_code_sql(&m->codes[state], &sql);
  return il_bind_take(m->b, &sql);
}

static il_kind make_who(const maker *m, const char *system) {
  il_arena *arena = m->b->arena;
  const char *by = name_of(m, m->by), *list = "NULL";
  il_assert_spec spec = {.events = IL_EV_INSERT | IL_EV_UPDATE};
  il_kind kind = IL_OK;
  if (m->approvers >= 0) {
    const char *approvers = name_of(m, m->approvers);
    list = il_sqlf(arena, "CAST(NEW.%I AS text)", approvers);
    spec.that = spec.verify = il_sqlf(arena, "approval_list(%s)", list ? list : "");
    spec.text = il_sqlf(arena, "%s is any, or a JSON array of names that is not empty", approvers);
    spec.says = il_sqlf(arena, "%s is any, or a JSON array of names that is not empty.", approvers);
    kind = add(m, "approvers", &spec, &m->approvers, 1);
  }
  if (kind != IL_OK) return kind;
  spec.that = spec.verify = il_sqlf(arena, "NOT (%s) OR approval_by(%s, NEW.%I, %s)",
                                    is_state(m, "NEW", APPROVED), list ? list : "", by, system);
  spec.text = il_sqlf(arena, "%s is nobody who may approve", by);
  spec.says =
      il_sqlf(arena, "Who approves is in %s%s%s.", by, m->approvers >= 0 ? ", and among " : "",
              m->approvers >= 0 ? name_of(m, m->approvers) : "");
  const int cols[] = {m->state, m->by, m->approvers};
  return add(m, "", &spec, cols, 3);
}

static il_kind make_reason(const maker *m) {
  il_arena *arena = m->b->arena;
  const char *by = name_of(m, m->by);
  il_assert_spec spec = {.events = IL_EV_INSERT | IL_EV_UPDATE};
  il_kind kind = IL_OK;
  if (m->reason >= 0) {
    const char *reason = name_of(m, m->reason);
    const int cols[] = {m->state, m->reason};
    spec.that = spec.verify = il_sqlf(
        arena, "CASE WHEN %s THEN coalesce(length(trim(NEW.%I)), 0) > 0 ELSE NEW.%I IS NULL END",
        is_state(m, "NEW", REJECTED), reason, reason);
    spec.text =
        il_sqlf(arena, "%s says why a row is rejected, and is NULL while it is not", reason);
    spec.says =
        il_sqlf(arena, "%s says why a row is rejected, and is NULL while it is not.", reason);
    kind = add(m, "reason", &spec, cols, 2);
  }
  if (kind != IL_OK) return kind;
  const char *at = m->at >= 0 ? il_sqlf(arena, " AND NEW.%I IS NULL", name_of(m, m->at)) : "";
  const int cols[] = {m->state, m->by, m->at};
  spec.that = spec.verify =
      il_sqlf(arena, "%s OR NEW.%I IS NULL%s", is_state(m, "NEW", APPROVED), by, at ? at : "");
  spec.text =
      il_sqlf(arena, "%s%s%s NULL while the row is not approved", by, m->at >= 0 ? " and " : " is",
              m->at >= 0 ? il_sqlf(arena, "%s are", name_of(m, m->at)) : "");
  spec.says = il_sqlf(arena, "%s.", spec.text ? spec.text : "");
  return add(m, "reason", &spec, cols, 3);
}

static il_kind make_choice(const maker *m, const char *choice) {
  il_assert_spec spec = {.events = IL_EV_UPDATE, .rests = 1};
  if (!il_doc_get(m->json, "choice")) return IL_OK;
  spec.that = il_sqlf(
      m->b->arena,
      "NOT (%s AND NOT (%s) AND %s) OR coalesce(length(trim(json_text($payload, 'choice'))), 0) > 0",
      is_state(m, "NEW", APPROVED), is_state(m, "OLD", APPROVED), choice);
  spec.text =
      "what is approved is a choice: the payload of fsm_transition must say which, as {\"choice\": …}";
  spec.says = "Approving a choice says which, in the payload.";
  return add(m, "record", &spec, &m->state, 1);
}

/* ---- the record ----------------------------------------------------------------------------- */

/* $decision: what the record calls it. */
static il_kind decision_sql(const maker *m, const cJSON *names, il_buf *out) {
  il_kind kind = names ? il_bind_keys(m->b, names, decision_keys) : IL_OK;
  il_buf_f(out, "CASE NEW.%I", m->column);
  for (int i = 0; i < STATES && kind == IL_OK; i++) {
    const char *name = states[i];
    if (!m->has[i]) continue;
    if (il_doc_get(names, states[i])) kind = il_bind_string(m->b, names, states[i], 1, &name);
    il_buf_str(out, " WHEN ");
    il_code_sql(&m->codes[i], out);
    if (name) il_buf_f(out, " THEN %Q", name);
  }
  il_buf_str(out, " END");
  return kind;
}

static int is_var(const il_piece *piece, const char *name) {
  return piece->kind == IL_PIECE_VAR && piece->n == strlen(name) &&
         memcmp(piece->p, name, piece->n) == 0;
}

/* An expression of the record with $decision and $by put in. */
static il_kind expand(const maker *m, const cJSON *at, const char *decision, il_buf *out) {
  const char *sql = at->valuestring;
  size_t pos = 0, n = strlen(sql);
  il_piece piece;
  il_error err;
  int got;
  il_error_clear(&err);
  while ((got = il_sql_piece(sql, n, &pos, m->b->arena, &piece, &err)) > 0) {
    if (is_var(&piece, "decision"))
      il_buf_str(out, decision);
    else if (is_var(&piece, "by"))
      il_buf_f(out, "CASE WHEN %s THEN NEW.%I ELSE $actor END", is_state(m, "NEW", APPROVED),
               name_of(m, m->by));
    else if (piece.kind == IL_PIECE_VAR)
      il_buf_f(out, "$%.*s", (int)piece.n, piece.p);
    else if (piece.kind == IL_PIECE_TEXT)
      il_buf_add(out, piece.p, piece.n);
    else
      il_buf_f(out, "%s.%.*I", piece.kind == IL_PIECE_OLD ? "OLD" : "NEW", (int)piece.n, piece.p);
  }
  return got == 0 ? IL_OK : il_bind_error(m->b, at, err.kind, "%s", err.message);
}

static il_kind record_sql(const maker *m, const cJSON *record, const char **out) {
  const cJSON *columns = il_doc_get(record, "columns");
  const char *table;
  il_buf names, values, decision;
  il_draft *draft;
  il_kind kind = il_bind_string(m->b, record, "table", 1, &table);
  int col;
  if (kind != IL_OK) return kind;
  draft = il_bind_draft(m->b, table);
  if (!draft || draft == m->b->table)
    return il_bind_error(m->b, il_doc_get(record, "table"), IL_ARGUMENT,
                         "must be another table of this rulebook");
  if (!cJSON_IsObject(columns) || !columns->child)
    return il_bind_error(m->b, columns ? columns : record, IL_ARGUMENT,
                         "\"columns\" must be an object: what each column gets, as SQL");
  il_buf_init(&names, m->b->arena->mem);
  il_buf_init(&values, m->b->arena->mem);
  il_buf_init(&decision, m->b->arena->mem);
  kind = decision_sql(m, il_doc_get(record, "decisions"), &decision);
  const char *word = il_bind_take(m->b, &decision);
  for (const cJSON *c = columns->child; c && kind == IL_OK; c = c->next) {
    const char *comma = c == columns->child ? "" : ", ";
    if (!cJSON_IsString(c) || !c->valuestring[0])
      kind = il_bind_error(m->b, c, IL_ARGUMENT, "must be an SQL expression");
    if (kind == IL_OK) kind = il_bind_column_named(m->b, draft, c, c->string, IL_C_OTHER, &col);
    if (kind != IL_OK) break;
    il_buf_f(&names, "%s%I", comma, draft->plan->cols[col].name);
    il_buf_str(&values, comma);
    kind = expand(m, c, word, &values);
  }
  const char *list = il_bind_take(m->b, &names), *given = il_bind_take(m->b, &values);
  if (kind != IL_OK) return kind;
  *out = il_sqlf(m->b->arena, "INSERT INTO %I (%s) VALUES (%s)", draft->name, list, given);
  return *out ? il_bind_sql(m->b, m->b->table, columns, *out, IL_EV_UPDATE, 1, NULL)
              : il_bind_nomem(m->b);
}

static il_kind make_record(const maker *m) {
  const cJSON *record = il_doc_get(m->json, "record");
  const char *rule, *sql = NULL;
  il_bind_op *op;
  il_kind kind;
  if (!record) return IL_OK;
  kind = il_bind_keys(m->b, record, record_keys);
  if (kind == IL_OK) kind = il_bind_rule_of(m->b, m->json, "record", m->rule, &rule);
  if (kind == IL_OK) kind = record_sql(m, record, &sql);
  if (kind != IL_OK) return kind;
  op = il_bind_add(m->b, m->b->table, &il_role_effects, rule, IL_EV_UPDATE);
  if (!op) return il_bind_nomem(m->b);
  il_bind_add_col(m->b, op, m->state);
  for (int i = 0; i < STATES; i++) {
    if (!m->has[i]) continue;
    il_bind_word(m->b, op, 'e',
                 il_sqlf(m->b->arena, "%c%s", m->codes[i].integer ? 'i' : 't', m->codes[i].text));
  }
  il_bind_word(m->b, op, 'r', "");
  il_bind_word(m->b, op, 'd', sql);
  il_bind_word(m->b, op, 'D',
               il_sqlf(m->b->arena, "Every decision about %s is written into %s.",
                       m->b->table->name, il_doc_get(record, "table")->valuestring));
  return IL_OK;
}

/* ---- binding -------------------------------------------------------------------------------- */

static il_kind add_fill(const maker *m) {
  il_bind_op *op = il_bind_add(m->b, m->b->table, &il_role_approval, m->rule, IL_EV_UPDATE);
  if (!op) return il_bind_nomem(m->b);
  il_bind_add_col(m->b, op, m->by);
  il_bind_add_col(m->b, op, m->state);
  il_bind_word(m->b, op, m->codes[APPROVED].integer ? 'i' : 't', m->codes[APPROVED].text);
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *rules = il_doc_get(json, "rules");
  const char *system, *choice;
  maker m = {.b = b, .json = json};
  il_kind kind = il_bind_keys(b, json, approval_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &m.rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = find_column(&m, "column", 1, &m.state);
  if (kind == IL_OK) m.column = name_of(&m, m.state);
  if (kind == IL_OK) kind = find_column(&m, "approvers", 0, &m.approvers);
  if (kind == IL_OK) kind = find_column(&m, "by", 1, &m.by);
  if (kind == IL_OK) kind = find_column(&m, "reason", 0, &m.reason);
  if (kind == IL_OK) kind = find_column(&m, "at", 0, &m.at);
  if (kind == IL_OK) kind = find_states(&m);
  if (kind == IL_OK) kind = find_where(&m, "system", &system);
  if (kind == IL_OK) kind = find_where(&m, "choice", &choice);
  if (kind == IL_OK) kind = add_fill(&m);
  if (kind == IL_OK) kind = make_who(&m, system);
  if (kind == IL_OK) kind = make_reason(&m);
  if (kind == IL_OK) kind = make_choice(&m, choice);
  if (kind == IL_OK) kind = make_record(&m);
  return b->arena->failed ? il_bind_nomem(b) : kind;
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

/* ---- who approved, when the writer does not say --------------------------------------------- */

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_code *approved = il_arena_alloc(arena, sizeof *approved);
  (void)plan;
  if (!approved) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 2 || op->nwords != 1 || !il_op_events(op, IL_EV_UPDATE) ||
      !il_code_read(op->words[0], approved))
    return il_word_error(op, err, "expected two columns and a state");
  op->compiled = approved;
  return IL_OK;
}

/* The name of the person who acts, NULL: nobody, or no person. */
static const char *person(const il_row *row) {
  static const char human[] = "human:", agent[] = "agent:";
  const char *actor = row->actor;
  if (!actor || strncmp(actor, agent, sizeof agent - 1) == 0) return NULL;
  if (strncmp(actor, human, sizeof human - 1) == 0) actor += sizeof human - 1;
  return *actor && strcmp(actor, "system") != 0 ? actor : NULL;
}

static int fills(const il_op *op, const il_row *row) {
  il_value state;
  if (row->event != IL_EV_UPDATE || row->load || row->stored || !row->differs(row, op->cols[1]))
    return 0;
  state = il_row_value(row, IL_NEW, op->cols[1]);
  return il_code_is(op->compiled, &state) &&
         il_row_value(row, IL_NEW, op->cols[0]).type == IL_T_NULL && person(row);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (fills(op, row)) *work |= IL_WORK_FILL;
  return IL_OK;
}

static int fill(const il_op *op, const il_row *row, il_fill *out, int n, int max) {
  if (n >= max || !fills(op, row)) return n;
  out[n].col = op->cols[0];
  out[n].value = il_str(person(row));
  return n + 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "Where %s of %s is left out, it is the person who acts.",
           il_col_name(plan, op->cols[0]), plan->table);
}

const il_role il_role_approval = {.name = "approval",
                                  .session = 1,
                                  .bind = bind,
                                  .compile = compile,
                                  .check = check,
                                  .fill = fill,
                                  .describe = describe};
