/*
** budget.c: limits on what rows of usage cost within a day, a week or a month (H-32 to H-38). A limit is a
** row of another table; it is of all rows, or of those that have a value in common with it.
**
** A new row is refused while a limit that blocks is used up by the rows before it; the row that reaches the
** limit is let in. Then statements of the rulebook follow for the limits whose threshold is reached ($reached).
** Everything is counted in millionths, as whole numbers.
**
** Columns: the instant, the cost, then those of scopes and the JSON of "once". Words: "L<limits table>"
** "k<its key>" "n<name>" "a<amount>" "p<period>" "t<threshold>" "x<action>" "b<code that blocks>"
** "v<active>" "s<scope>"; "g<code>" (all rows); then for each scope "c<code>" "u<column>" "l<limit's column>";
** "o<column>" "m<member>"; "w<statement>" ….
*/
#include "budget.h"

static const char *const budget_keys[] = {"rule", "rules",  "at",   "cost",
                                          "once", "limits", "warn", NULL};
static const char *const rule_keys[] = {"window", "warn", "check", NULL};
static const char *const once_keys[] = {"column", "member", NULL};
static const char *const limits_keys[] = {"table",  "name",   "amount", "period", "threshold",
                                          "action", "active", "scope",  NULL};
static const char *const action_keys[] = {"column", "block", NULL};
static const char *const scope_keys[] = {"column", "all", "of", NULL};
static const char *const of_keys[] = {"column", "limit", NULL};

enum { SCOPES_MAX = 16 };

/* ---- binding ---- */

/* A column of the limits' table, as a word. */
static il_kind limit_column(il_binder *b, il_draft *limits, const cJSON *object, const char *key,
                            il_bind_op *op, char tag) {
  const char *name;
  int col;
  il_kind kind = il_bind_string(b, object, key, 1, &name);
  if (kind == IL_OK)
    kind = il_bind_column_named(b, limits, il_doc_get(object, key), name, IL_C_OTHER, &col);
  if (kind == IL_OK) il_bind_word(b, op, tag, limits->plan->cols[col].name);
  return kind;
}

static il_kind bind_code(il_binder *b, const cJSON *object, const char *key, il_bind_op *op,
                         char tag) {
  const cJSON *at = il_doc_get(object, key);
  il_buf word;
  if (!cJSON_IsString(at) && !il_bind_is_int(at))
    return il_bind_error(b, at ? at : object, IL_ARGUMENT,
                         "\"%s\" must be a text or a whole number", key);
  il_buf_init(&word, b->arena->mem);
  if (cJSON_IsString(at))
    il_buf_f(&word, "t%s", at->valuestring);
  else
    il_buf_f(&word, "i%lld", (long long)at->valuedouble);
  il_bind_word(b, op, tag, il_bind_take(b, &word));
  return IL_OK;
}

static il_kind bind_scope(il_binder *b, il_draft *limits, il_bind_op *op, const cJSON *of) {
  il_buf word;
  int col;
  il_kind kind = il_bind_keys(b, of, of_keys);
  if (kind != IL_OK) return kind;
  il_buf_init(&word, b->arena->mem);
  il_buf_f(&word, "t%s", of->string);
  il_bind_word(b, op, 'c', il_bind_take(b, &word));
  if (!il_doc_get(of, "column"))
    return il_bind_error(b, of, IL_ARGUMENT, "\"column\" is missing: that of the usage");
  kind = il_bind_column(b, il_doc_get(of, "column"), IL_C_OTHER, &col);
  if (kind != IL_OK) return kind;
  il_bind_add_col(b, op, col);
  il_bind_word_int(b, op, 'u', col);
  return limit_column(b, limits, of, "limit", op, 'l');
}

static il_kind bind_scopes(il_binder *b, il_draft *limits, il_bind_op *op, const cJSON *scope) {
  const cJSON *of = il_doc_get(scope, "of");
  il_kind kind = il_bind_keys(b, scope, scope_keys);
  if (kind == IL_OK) kind = limit_column(b, limits, scope, "column", op, 's');
  if (kind == IL_OK && il_doc_get(scope, "all")) kind = bind_code(b, scope, "all", op, 'g');
  if (kind != IL_OK) return kind;
  if (of && (!cJSON_IsObject(of) || cJSON_GetArraySize(of) > SCOPES_MAX))
    return il_bind_error(b, of, IL_ARGUMENT, "must be an object of at most %d scopes", SCOPES_MAX);
  if (!of && !il_doc_get(scope, "all"))
    return il_bind_error(b, scope, IL_ARGUMENT, "needs \"all\" or \"of\"");
  for (const cJSON *c = of ? of->child : NULL; c && kind == IL_OK; c = c->next)
    kind = bind_scope(b, limits, op, c);
  return kind;
}

static il_kind bind_limits(il_binder *b, il_bind_op *op, const cJSON *json) {
  static const struct {
    const char *key;
    char tag;
  } columns[] = {
      {"name", 'n'}, {"amount", 'a'}, {"period", 'p'}, {"threshold", 't'}, {"active", 'v'}};
  const cJSON *action = il_doc_get(json, "action");
  const char *table = NULL;
  il_draft *limits;
  il_kind kind = il_bind_keys(b, json, limits_keys);
  if (kind == IL_OK) kind = il_bind_string(b, json, "table", 1, &table);
  if (kind != IL_OK) return kind;
  limits = il_bind_draft(b, table);
  if (!limits || limits == b->table)
    return il_bind_error(b, il_doc_get(json, "table"), IL_ARGUMENT,
                         "\"%.*s\" is not another table of this rulebook", 64, table);
  if (limits->plan->nkey > 1 || (limits->plan->nkey == 0 && limits->info))
    return il_bind_error(b, json, IL_ARGUMENT, "limits need a key of one column");
  il_bind_word(b, op, 'L', limits->name);
  il_bind_word(b, op, 'k',
               limits->plan->nkey ? limits->plan->cols[limits->plan->key[0]].name : "id");
  for (size_t i = 0; i < sizeof columns / sizeof *columns && kind == IL_OK; i++)
    kind = limit_column(b, limits, json, columns[i].key, op, columns[i].tag);
  if (kind == IL_OK) kind = il_bind_keys(b, action, action_keys);
  if (kind == IL_OK) kind = limit_column(b, limits, action, "column", op, 'x');
  if (kind == IL_OK) kind = bind_code(b, action, "block", op, 'b');
  return kind == IL_OK ? bind_scopes(b, limits, op, il_doc_get(json, "scope")) : kind;
}

static il_kind bind_once(il_binder *b, il_bind_op *op, const cJSON *json) {
  const cJSON *once = il_doc_get(json, "once");
  const char *member;
  int col;
  il_kind kind = IL_OK;
  if (!once) return IL_OK;
  kind = il_bind_keys(b, once, once_keys);
  if (kind == IL_OK && !il_doc_get(once, "column"))
    kind = il_bind_error(b, once, IL_ARGUMENT, "\"column\" is missing: of JSON");
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(once, "column"), IL_C_JSON, &col);
  if (kind == IL_OK) kind = il_bind_string(b, once, "member", 1, &member);
  if (kind != IL_OK) return kind;
  il_bind_add_col(b, op, col);
  il_bind_word_int(b, op, 'o', col);
  il_bind_word(b, op, 'm', member);
  return IL_OK;
}

/* The statement with $reached as a name, so that what else is wrong with it is seen. */
static il_kind bind_warn(il_binder *b, il_bind_op *op, const cJSON *json) {
  const cJSON *warn = il_doc_get(json, "warn");
  if (!warn) return IL_OK;
  if (!cJSON_IsArray(warn) || !warn->child)
    return il_bind_error(b, warn, IL_ARGUMENT, "must be a list of SQL statements");
  for (const cJSON *s = warn->child; s; s = s->next) {
    char *plain, *at;
    il_kind kind;
    if (!cJSON_IsString(s) || !strstr(s->valuestring, "$reached"))
      return il_bind_error(b, s, IL_ARGUMENT, "must be an SQL statement that reads $reached");
    plain = il_arena_strdup(b->arena, s->valuestring);
    if (!plain) return il_bind_nomem(b);
    while ((at = strstr(plain, "$reached")) != NULL)
      *at = '_';
    kind = il_bind_sql(b, b->table, s, plain, IL_EV_INSERT, 1, NULL);
    if (kind != IL_OK) return kind;
    il_bind_word(b, op, 'w', s->valuestring);
  }
  return IL_OK;
}

/* What else the role promises, under its own id. */
static il_kind bind_promises(il_binder *b, const cJSON *json) {
  static const char *const promises[] = {
      "window",
      "Budgets run in UTC: days from 00:00, weeks from Monday, months from their first day.",
      "warn",
      "A budget whose threshold is reached, or that is used up, is told of once in its window.",
      "check",
      "budget_check tells whether a row of usage would be let in, and what is nearly used up.",
  };
  const cJSON *rules = il_doc_get(json, "rules");
  il_kind kind = rules ? il_bind_keys(b, rules, rule_keys) : IL_OK;
  for (size_t i = 0; kind == IL_OK && i < sizeof promises / sizeof *promises; i += 2) {
    const char *rule;
    il_bind_op *op;
    kind = il_bind_rule_of(b, json, promises[i], NULL, &rule);
    if (kind != IL_OK || !rule) continue;
    op = il_bind_add(b, b->table, &il_role_notes, rule, 0);
    if (!op) return il_bind_nomem(b);
    il_bind_word(b, op, 't', promises[i + 1]);
  }
  return kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  const char *rule;
  il_bind_op *op;
  int at, cost;
  il_kind kind = il_bind_keys(b, json, budget_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind != IL_OK) return kind;
  if (!il_doc_get(json, "at") || !il_doc_get(json, "cost") || !il_doc_get(json, "limits"))
    return il_bind_error(b, json, IL_ARGUMENT, "needs \"at\", \"cost\" and \"limits\"");
  op = il_bind_add(b, b->table, &il_role_budget, rule, IL_EV_INSERT);
  if (!op) return il_bind_nomem(b);
  kind = il_bind_column(b, il_doc_get(json, "at"), IL_C_INSTANT, &at);
  if (kind == IL_OK) kind = il_bind_column(b, il_doc_get(json, "cost"), IL_C_OTHER, &cost);
  if (kind != IL_OK) return kind;
  if (at == cost)
    return il_bind_error(b, il_doc_get(json, "cost"), IL_ARGUMENT, "is the column of the instant");
  il_bind_add_col(b, op, at);
  il_bind_add_col(b, op, cost);
  kind = bind_limits(b, op, il_doc_get(json, "limits"));
  if (kind == IL_OK) kind = bind_once(b, op, json);
  if (kind == IL_OK) kind = bind_warn(b, op, json);
  return kind == IL_OK ? bind_promises(b, json) : kind;
}

/* ---- as SQL ---- */

/* The columns of NEW that tell which limits a row falls under have their values in common with them. */
static void put_match(const il_budget *b, const il_plan *plan, il_buf *out) {
  il_buf_f(out, "CASE l.%I", b->scope);
  for (int i = 0; i < b->nscopes; i++) {
    const il_scope *s = &b->scopes[i];
    il_buf_str(out, " WHEN ");
    il_code_sql(&s->code, out);
    if (s->col < 0)
      il_buf_str(out, " THEN 1");
    else
      il_buf_f(out, " THEN CASE WHEN l.%I = NEW.%I THEN 1 END", s->limit,
               il_col_name(plan, s->col));
  }
  il_buf_str(out, " END = 1");
}

/* Millionths that rows of one scope cost since the window of l began. Each scope has an index of its
** own, so only the window's rows are read. */
static void put_sum(const il_budget *b, const il_plan *plan, const il_scope *s, int postgres,
                    int own, il_buf *out) {
  il_buf_f(out, "(SELECT coalesce(sum(CAST(round(u.%I * 1000000) AS bigint)), 0) FROM %I u WHERE ",
           il_col_name(plan, b->cost), plan->table);
  if (s->col >= 0) il_buf_f(out, "u.%I = l.%I AND ", il_col_name(plan, s->col), s->limit);
  if (postgres)
    il_buf_f(out, "u.%I >= budget_start(l.%I, $now)", il_col_name(plan, b->at), b->period);
  else
    il_buf_f(out, "instant_us(u.%I) >= instant_us(budget_start(l.%I, $now))",
             il_col_name(plan, b->at), b->period);
  for (int i = 0; !own && i < plan->nkey; i++)
    il_buf_f(out, "%su.%I <> NEW.%I", i ? " OR " : " AND (", il_col_name(plan, plan->key[i]),
             il_col_name(plan, plan->key[i]));
  il_buf_str(out, own || !plan->nkey ? ")" : "))");
}

void il_budget_limits_sql(const il_budget *b, const il_plan *plan, int postgres, int own,
                          il_buf *out) {
  il_buf_f(out,
           "SELECT l.%I AS limit_key, l.%I AS limit_name, l.%I AS period, "
           "CAST(round(l.%I * 1000000) AS bigint) AS amount, "
           "CAST(round(l.%I * 100) AS bigint) AS percent, CASE WHEN l.%I = ",
           b->key, b->name, b->period, b->amount, b->threshold, b->action);
  il_code_sql(&b->block, out);
  il_buf_f(out, " THEN 1 ELSE 0 END AS blocks, CASE l.%I", b->scope);
  for (int i = 0; i < b->nscopes; i++) {
    il_buf_str(out, " WHEN ");
    il_code_sql(&b->scopes[i].code, out);
    il_buf_str(out, " THEN ");
    put_sum(b, plan, &b->scopes[i], postgres, own, out);
  }
  il_buf_f(out, " END AS spent FROM %I l WHERE CAST(l.%I AS integer) = 1 AND ", b->limits,
           b->active);
  put_match(b, plan, out);
}

/* The limits that object, by key. A row whose key is taken is left to the constraint, or to DO NOTHING:
** PostgreSQL asks before it knows. */
static const char *refuse_sql(const il_budget *b, const il_plan *plan, int postgres,
                              il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  il_buf_str(&sql, "SELECT 'the budget \"' || q.limit_name || '\" (' || q.period || ') is used up' "
                   "AS \"what\" FROM (");
  il_budget_limits_sql(b, plan, postgres, 0, &sql);
  il_buf_f(&sql, " AND l.%I = ", b->action);
  il_code_sql(&b->block, &sql);
  if (postgres && plan->nkey) {
    il_buf_f(&sql, " AND NOT EXISTS (SELECT 1 FROM %I t WHERE ", plan->table);
    for (int i = 0; i < plan->nkey; i++)
      il_buf_f(&sql, "%st.%I = NEW.%I", i ? " AND " : "", il_col_name(plan, plan->key[i]),
               il_col_name(plan, plan->key[i]));
    il_buf_char(&sql, ')');
  }
  il_buf_str(&sql, ") q WHERE q.spent >= q.amount ORDER BY q.limit_key LIMIT 1");
  return il_buf_arena(&sql, arena);
}

/* Sessions take turns at a limit that blocks, by its key: what one spends the next sees. */
static const char *turn_sql(const il_budget *b, const il_plan *plan, il_arena *arena) {
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  il_buf_f(&sql,
           "SELECT pg_catalog.pg_advisory_xact_lock(q.h) FROM (SELECT "
           "pg_catalog.hashtextextended('interlock budget ' || CAST(l.%I AS text), 0) AS h FROM %I "
           "l WHERE CAST(l.%I AS integer) = 1 AND l.%I = ",
           b->key, b->limits, b->active, b->action);
  il_code_sql(&b->block, &sql);
  il_buf_str(&sql, " AND ");
  put_match(b, plan, &sql);
  il_buf_str(&sql, " ORDER BY 1) q");
  return il_buf_arena(&sql, arena);
}

/* What $reached stands for: a row for each limit and level that is reached. */
static void put_reached(const il_budget *b, const il_plan *plan, int postgres, il_buf *out) {
  const char *since = "utc_date(budget_start(q.period, $now))";
  il_buf text;
  il_buf_init(&text, out->mem);
  il_buf_f(&text, "'{\"dedup\": \"budget:' || q.limit_key || ':' || %s || ':' || v.level || '\"}'",
           since);
  il_buf_f(
      out,
      "(SELECT q.limit_key, q.limit_name, q.period, v.level, CASE v.level WHEN 'critical' THEN "
      "100 ELSE q.percent END AS percent, %s AS since, 'budget:' || q.limit_key || ':' || %s || "
      "':' || v.level AS dedup, ",
      since, since);
  il_buf_f(out, postgres ? "CAST(%s AS pg_catalog.jsonb)" : "%s",
           il_buf_text(&text) ? il_buf_text(&text) : "");
  out->failed |= text.failed;
  il_buf_free(&text);
  il_buf_str(out, " AS metadata FROM (");
  il_budget_limits_sql(b, plan, postgres, 1, out);
  il_buf_str(out,
             ") q JOIN (SELECT 'warning' AS level UNION ALL SELECT 'critical') v ON q.spent * 100 "
             ">= q.amount * CASE v.level WHEN 'critical' THEN 100 ELSE q.percent END)");
}

static const char *warn_sql(const il_budget *b, const il_plan *plan, const char *statement,
                            int postgres, il_arena *arena) {
  static const char word[] = "$reached";
  il_buf sql;
  il_buf_init(&sql, arena->mem);
  for (const char *at; (at = strstr(statement, word)) != NULL; statement = at + sizeof word - 1) {
    il_buf_add(&sql, statement, (size_t)(at - statement));
    put_reached(b, plan, postgres, &sql);
  }
  il_buf_str(&sql, statement);
  return il_buf_arena(&sql, arena);
}

/* ---- compiling ---- */

static int read_scope(il_budget *b, const char *word, const il_op *op, const il_plan *plan) {
  il_scope *s = b->nscopes ? &b->scopes[b->nscopes - 1] : NULL;
  if (word[0] == 'g' || word[0] == 'c') {
    if (b->nscopes > SCOPES_MAX) return 0;
    b->scopes[b->nscopes].col = -1;
    return il_code_read(word + 1, &b->scopes[b->nscopes++].code);
  }
  if (!s) return 0;
  if (word[0] == 'l') {
    s->limit = word + 1;
    return s->col >= 0;
  }
  s->col = il_word_col(word + 1, plan);
  for (int i = 0; i < op->ncols; i++)
    if (op->cols[i] == s->col) return 1;
  return 0;
}

static int read_word(il_budget *b, const char *word, const il_op *op, const il_plan *plan) {
  static const char tags[] = "Lknaptxvsm";
  const char **const texts[] = {&b->limits,    &b->key,    &b->name,   &b->amount, &b->period,
                                &b->threshold, &b->action, &b->active, &b->scope,  &b->member};
  const char *tag = word[0] ? strchr(tags, word[0]) : NULL;
  if (!word[0] || !word[1]) return 0;
  if (tag) {
    *texts[tag - tags] = word + 1;
    return 1;
  }
  if (strchr("gcul", word[0])) return read_scope(b, word, op, plan);
  if (word[0] == 'b') return il_code_read(word + 1, &b->block);
  if (word[0] == 'o') return (b->once = il_word_col(word + 1, plan)) >= 0;
  if (word[0] == 'w') {
    b->warn[0][b->nwarn++] = word + 1;
    return 1;
  }
  return 0;
}

static int complete(const il_budget *b) {
  if (!b->limits || !b->key || !b->name || !b->amount || !b->period || !b->threshold ||
      !b->action || !b->active || !b->scope || !b->block.text || !b->nscopes ||
      (b->once >= 0) != (b->member != NULL))
    return 0;
  for (int i = 0; i < b->nscopes; i++)
    if ((b->scopes[i].col >= 0) != (b->scopes[i].limit != NULL)) return 0;
  return 1;
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_budget *b = il_arena_alloc(arena, sizeof *b);
  size_t n = (size_t)op->nwords + 1;
  if (!b) return il_error_set(err, IL_NOMEM, "out of memory");
  *b = (il_budget){.once = -1};
  b->scopes = il_arena_alloc(arena, (SCOPES_MAX + 1) * sizeof *b->scopes);
  b->warn[0] = il_arena_alloc(arena, n * sizeof *b->warn[0]);
  b->warn[1] = il_arena_alloc(arena, n * sizeof *b->warn[1]);
  if (!b->scopes || !b->warn[0] || !b->warn[1]) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols < 2 || op->events != IL_EV_INSERT)
    return il_word_error(op, err, "expected an instant and a cost");
  b->at = op->cols[0];
  b->cost = op->cols[1];
  for (int i = 0; i < op->nwords; i++)
    if (!read_word(b, op->words[i], op, plan))
      return il_word_error(op, err, "a word that is no part of a budget");
  if (!complete(b)) return il_word_error(op, err, "expected limits and their scopes");
  for (int i = 0; i < 2; i++)
    b->refuse[i] = refuse_sql(b, plan, i, arena);
  for (int i = 0; i < b->nscopes; i++)
    b->scopes[i].index = b->scopes[i].col < 0
                             ? "budget"
                             : il_sqlf(arena, "budget_%.16s", il_col_name(plan, b->scopes[i].col));
  b->turn = turn_sql(b, plan, arena);
  for (int i = 0; i < b->nwarn; i++) {
    const char *statement = b->warn[0][i];
    b->warn[0][i] = warn_sql(b, plan, statement, 0, arena);
    b->warn[1][i] = warn_sql(b, plan, statement, 1, arena);
  }
  if (arena->failed) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = b;
  return IL_OK;
}

const il_budget *il_plan_budget(const il_plan *plan, const il_op **op) {
  for (int i = 0; i < plan->nops; i++) {
    if (plan->ops[i].role != &il_role_budget) continue;
    if (op) *op = &plan->ops[i];
    return plan->ops[i].compiled;
  }
  return NULL;
}

/* ---- judging ---- */

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)op;
  (void)err;
  if (!row->load && !row->stored) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const il_budget *b = op->compiled;
  (void)arena;
  if (event != IL_EV_INSERT || k >= b->nwarn + 2 || (row && row->load)) return 0;
  if (k == 0)
    *out = (il_follow){.kind = IL_FOLLOW_TURN, .sql = b->turn};
  else if (k == 1)
    *out = (il_follow){.kind = IL_FOLLOW_REFUSE, .sql = b->refuse[0], .postgres = b->refuse[1]};
  else
    *out = (il_follow){.kind = IL_FOLLOW_EXEC,
                       .sql = b->warn[0][k - 2],
                       .postgres = b->warn[1][k - 2],
                       .condition = row ? NULL : IL_NOT_LOADING};
  return 1;
}

/* For each scope its column, the instant and the cost: a window is added up from the index alone. */
static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  const il_budget *b = op->compiled;
  (void)where;
  if (k >= b->nscopes) return 0;
  *what = b->scopes[k].index;
  if (b->scopes[k].col >= 0) il_buf_f(columns, "%I, ", il_col_name(plan, b->scopes[k].col));
  il_buf_f(columns, postgres ? "%I" : "instant_us(%I)", il_col_name(plan, b->at));
  il_buf_f(columns, ", %I", il_col_name(plan, b->cost));
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_budget *b = op->compiled;
  il_buf_f(out,
           "A row of %s is refused while the rows before it have used up a limit of %s that blocks "
           "and that it falls under.",
           plan->table, b->limits);
}

const il_role il_role_budget = {.name = "budget",
                                .precedes = 1,
                                .rests_in_load = 1,
                                .bind = bind,
                                .compile = compile,
                                .check = check,
                                .follow = follow,
                                .index = index_of,
                                .describe = describe};
