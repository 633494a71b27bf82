/*
** schedule_bind.c: reads the `schedule` of a table, and makes what must hold for the table of its
** runs: a run names a schedule that is there and takes over its name, does not begin too late nor
** beside too many others, and tells the schedule when it began and how it ended. That is SQL of
** effects and of checks that come after them: an UPDATE of the schedule's row lets two sessions
** that begin a run come one after the other, so the second counts the first.
*/
#include "schedule.h"

static const char *const schedule_keys[] = {
    "rule", "rules", "type", "types", "cron",        "fields", "interval",      "at",      "zone",
    "next", "runs",  "last", "error", "last_status", "grace",  "max_instances", "enabled", NULL};
static const char *const rule_keys[] = {"definition", "next", "misfire", "instances",
                                        "runs",       "slot", NULL};
static const char *const type_keys[] = {"cron", "interval", "date", NULL};
static const char *const run_keys[] = {
    "table",   "schedule", "name",   "at",        "status", "reason",      "error",    "pending",
    "running", "skipped",  "missed", "completed", "failed", "lease_until", "attempts", NULL};

static const struct {
  const char *key;
  il_coltype guess;
} columns[IL_SC_COLS] = {
    [IL_SC_CRON] = {"cron", IL_C_TEXT},
    [IL_SC_INTERVAL] = {"interval", IL_C_INT},
    [IL_SC_AT] = {"at", IL_C_INSTANT},
    [IL_SC_ZONE] = {"zone", IL_C_TEXT},
    [IL_SC_TYPE] = {"type", IL_C_TEXT},
    [IL_SC_ENABLED] = {"enabled", IL_C_INT},
    [IL_SC_NEXT] = {"next", IL_C_INSTANT},
    [IL_SC_MAX] = {"max_instances", IL_C_INT},
    [IL_SC_GRACE] = {"grace", IL_C_INT},
    [IL_SC_LAST] = {"last", IL_C_INSTANT},
    [IL_SC_LAST_STATUS] = {"last_status", IL_C_TEXT},
    [IL_SC_ERROR] = {"error", IL_C_TEXT},
};
static const char *const run_columns[IL_SR_COLS] = {
    [IL_SR_SCHEDULE] = "schedule", [IL_SR_AT] = "at",       [IL_SR_STATUS] = "status",
    [IL_SR_REASON] = "reason",     [IL_SR_ERROR] = "error", [IL_SR_LEASE] = "lease_until",
    [IL_SR_ATTEMPTS] = "attempts"};
static const char *const states[IL_SS_STATES] = {
    [IL_SS_PENDING] = "pending", [IL_SS_RUNNING] = "running", [IL_SS_SKIPPED] = "skipped",
    [IL_SS_MISSED] = "missed",   [IL_SS_FAILED] = "failed",   [IL_SS_COMPLETED] = "completed"};

/* What is being bound. */
typedef struct making {
  il_binder *b;
  const cJSON *json, *runs;
  const char *rule, *misfire, *instances, *slot, *ran; /* rule ids */
  il_bind_op *op;
  int col[IL_SC_COLS];
  int64_t max, grace;
  il_draft *run; /* the runs' table */
  const char *run_name[IL_SR_COLS];
  int run_col[IL_SR_COLS];
  const char *code[IL_SS_STATES], *state_name[IL_SS_STATES];
  const il_bind_machine *machine;
} making;

static const char *text_of(making *m, il_buf *b) {
  return il_bind_take(m->b, b);
}

/* "<tag><letter><text>" */
static void indexed(making *m, char tag, int i, const char *text) {
  il_buf b;
  il_buf_init(&b, m->b->arena->mem);
  il_buf_f(&b, "%c%s", 'a' + i, text);
  il_bind_word(m->b, m->op, tag, text_of(m, &b));
}

/* ---- the schedules' table ------------------------------------------------------------------- */

/* A member that is a column; a limit may be a number instead. */
static il_kind bind_col(making *m, int i, int64_t least, int64_t most, int64_t *number) {
  il_binder *b = m->b;
  const cJSON *node = il_doc_get(m->json, columns[i].key);
  il_buf word;
  il_kind kind;
  m->col[i] = -1;
  if (!node) return IL_OK;
  if (number && !cJSON_IsString(node)) return il_bind_int(b, node, least, most, number);
  kind = il_bind_column(b, node, columns[i].guess, &m->col[i]);
  if (kind != IL_OK) return kind;
  il_bind_add_col(b, m->op, m->col[i]);
  il_buf_init(&word, b->arena->mem);
  il_buf_f(&word, "%d", m->col[i]);
  indexed(m, 'c', i, text_of(m, &word));
  return IL_OK;
}

static il_kind check_columns(making *m) {
  il_binder *b = m->b;
  const struct il_column_info *next = il_bind_info(b->table, m->col[IL_SC_NEXT]),
                              *enabled = m->col[IL_SC_ENABLED] < 0
                                             ? NULL
                                             : il_bind_info(b->table, m->col[IL_SC_ENABLED]);
  if (m->col[IL_SC_CRON] < 0 && m->col[IL_SC_INTERVAL] < 0 && m->col[IL_SC_AT] < 0)
    return il_bind_error(b, m->json, IL_ARGUMENT,
                         "nothing says when: \"cron\", \"interval\" or \"at\" names a column");
  if (next && (next->generated || next->not_null ||
               (next->coltype != IL_C_INSTANT && next->coltype != IL_C_TEXT)))
    return il_bind_error(b, il_doc_get(m->json, "next"), IL_ARGUMENT,
                         "must be an instant column (SQLite: TEXT) that may be NULL and is not "
                         "generated");
  if (enabled && strcmp(enabled->type, "boolean") == 0) il_bind_word(b, m->op, 'e', "");
  if (b->table->plan->nkey > 1)
    return il_bind_error(b, m->json, IL_ARGUMENT, "schedules have a key of one column");
  return IL_OK;
}

static il_kind bind_types(making *m) {
  const cJSON *types = il_doc_get(m->json, "types");
  il_kind kind = types ? il_bind_keys(m->b, types, type_keys) : IL_OK;
  if (kind == IL_OK && types && m->col[IL_SC_TYPE] < 0)
    return il_bind_error(m->b, types, IL_ARGUMENT, "needs \"type\", the column that holds them");
  for (int w = 0; kind == IL_OK && w < IL_SC_WAYS; w++) {
    const char *text = NULL;
    if (types) kind = il_bind_string(m->b, types, type_keys[w], 0, &text);
    indexed(m, 't', w, text ? text : type_keys[w]);
  }
  return kind;
}

static il_kind bind_table(making *m) {
  const cJSON *fields = il_doc_get(m->json, "fields");
  int64_t n;
  il_kind kind = IL_OK;
  for (int i = 0; kind == IL_OK && i < IL_SC_COLS; i++) {
    if (i == IL_SC_MAX)
      kind = bind_col(m, i, 1, INT32_MAX, &m->max);
    else if (i == IL_SC_GRACE)
      kind = bind_col(m, i, 0, IL_SCHEDULE_SECONDS_MAX, &m->grace);
    else
      kind = bind_col(m, i, 0, 0, NULL);
  }
  if (kind == IL_OK && m->col[IL_SC_NEXT] < 0)
    kind = il_bind_error(m->b, m->json, IL_ARGUMENT, "\"next\" is missing");
  if (kind == IL_OK) kind = check_columns(m);
  if (kind == IL_OK) kind = bind_types(m);
  if (kind == IL_OK && fields) kind = il_bind_int(m->b, fields, 5, 7, &n);
  if (kind != IL_OK) return kind;
  if (fields) il_bind_word_int(m->b, m->op, 'f', n);
  if (m->max >= 0) il_bind_word_int(m->b, m->op, 'm', m->max);
  if (m->grace >= 0) il_bind_word_int(m->b, m->op, 'g', m->grace);
  return IL_OK;
}

static void part(making *m, const il_role *role, const char *rule, int next) {
  il_bind_op *op = il_bind_add(m->b, m->b->table, role, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (next) il_bind_add_col(m->b, op, m->col[IL_SC_NEXT]);
  if (next && m->col[IL_SC_ERROR] >= 0) {
    il_bind_add_col(m->b, op, m->col[IL_SC_ERROR]);
    il_bind_word(m->b, op, 'x', "");
  }
  for (int i = 0; i <= IL_SC_ENABLED; i++)
    if (m->col[i] >= 0) il_bind_add_col(m->b, op, m->col[i]);
}

static void limit(making *m, int i, const char *rule, int64_t least, int64_t most) {
  il_bind_op *op;
  if (m->col[i] < 0) return;
  op = il_bind_add(m->b, m->b->table, &il_role_schedule_limit, rule, IL_EV_INSERT | IL_EV_UPDATE);
  il_bind_add_col(m->b, op, m->col[i]);
  for (int k = 0; k < 2; k++) {
    il_buf word;
    il_buf_init(&word, m->b->arena->mem);
    il_buf_f(&word, "%lld", (long long)(k ? most : least));
    const char *text = text_of(m, &word);
    il_bind_word(m->b, op, text[0], text + 1);
  }
}

/* ---- the runs' table ------------------------------------------------------------------------ */

static il_kind run_column(making *m, int i, int required) {
  const cJSON *node = il_doc_get(m->runs, run_columns[i]);
  il_kind kind = il_bind_string(m->b, m->runs, run_columns[i], required, &m->run_name[i]);
  m->run_col[i] = -1;
  if (kind != IL_OK || !m->run_name[i]) return kind;
  kind = il_bind_column_named(m->b, m->run, node, m->run_name[i],
                              i == IL_SR_AT || i == IL_SR_LEASE ? IL_C_INSTANT
                              : i == IL_SR_ATTEMPTS             ? IL_C_INT
                                                                : IL_C_TEXT,
                              &m->run_col[i]);
  if (kind == IL_OK) indexed(m, 'k', i, m->run_name[i]);
  return kind;
}

static il_kind run_state(making *m, int i) {
  const cJSON *node = il_doc_get(m->runs, states[i]);
  il_buf word;
  il_kind kind = il_bind_string(m->b, m->runs, states[i], 1, &m->state_name[i]);
  if (kind == IL_OK) kind = il_bind_state(m->b, m->machine, node, m->state_name[i], &m->code[i]);
  if (kind != IL_OK) return kind;
  il_buf_init(&word, m->b->arena->mem);
  il_buf_f(&word, "%c%s", m->machine->integers ? 'i' : 't', m->code[i]);
  indexed(m, 's', i, text_of(m, &word));
  indexed(m, 'n', i, m->state_name[i]);
  return IL_OK;
}

/* A slot happens once because an index says so. */
static int is_unique(const making *m) {
  const il_table_info *info = m->run->info;
  for (int u = -1; info && u < info->nunique; u++) {
    const int *cols = u < 0 ? info->key : info->unique[u].cols;
    int ncols = u < 0 ? info->nkey : info->unique[u].ncols, found = 0;
    if (ncols != 2 || (u >= 0 && info->unique[u].where)) continue;
    for (int k = 0; k < 2; k++)
      for (int i = IL_SR_SCHEDULE; i <= IL_SR_AT && cols[k] >= 0; i++)
        found += strcmp(info->cols[cols[k]].name, m->run_name[i]) == 0;
    if (found == 2) return 1;
  }
  return info == NULL;
}

static il_kind run_names(making *m) {
  const cJSON *name = il_doc_get(m->runs, "name");
  int n = 0, col;
  if (name && !cJSON_IsObject(name))
    return il_bind_error(m->b, name, IL_ARGUMENT,
                         "must be an object: a column of a run, and of the schedule");
  for (const cJSON *c = name ? name->child : NULL; c; c = c->next) {
    il_kind kind = il_bind_column_named(m->b, m->run, c, c->string, IL_C_TEXT, &col);
    if (kind == IL_OK) kind = il_bind_column(m->b, c, IL_C_TEXT, &col);
    if (kind != IL_OK) return kind;
    if (++n > IL_SC_NAMES_MAX)
      return il_bind_error(m->b, name, IL_ARGUMENT, "more than %d columns", IL_SC_NAMES_MAX);
    il_bind_word(m->b, m->op, 'a', c->string);
    il_bind_word(m->b, m->op, 'b', c->valuestring);
  }
  return IL_OK;
}

static il_kind find_runs(making *m) {
  const cJSON *at = il_doc_get(m->runs, "table");
  const char *table;
  il_kind kind = il_bind_keys(m->b, m->runs, run_keys);
  if (kind == IL_OK) kind = il_bind_string(m->b, m->runs, "table", 1, &table);
  if (kind != IL_OK) return kind;
  m->run = il_bind_draft(m->b, table);
  if (!m->run || m->run == m->b->table)
    return il_bind_error(m->b, at, IL_ARGUMENT, "\"%.*s\" is not another table of this rulebook",
                         64, table);
  il_bind_word(m->b, m->op, 'r', table);
  for (int i = 0; kind == IL_OK && i < IL_SR_COLS; i++)
    kind = run_column(m, i, i <= IL_SR_STATUS);
  if (kind != IL_OK) return kind;
  m->machine = il_bind_machine_of(m->run, m->run_col[IL_SR_STATUS]);
  if (!m->machine)
    return il_bind_error(m->b, il_doc_get(m->runs, "status"), IL_ARGUMENT,
                         "must be the column of a machine of %s", table);
  for (int i = 0; kind == IL_OK && i < IL_SS_STATES; i++)
    kind = run_state(m, i);
  if (kind == IL_OK && !is_unique(m))
    kind = il_bind_error(m->b, at, IL_ARGUMENT,
                         "%s needs a unique index over %s and %s: a slot happens once", table,
                         m->run_name[IL_SR_SCHEDULE], m->run_name[IL_SR_AT]);
  return kind == IL_OK ? run_names(m) : kind;
}

/* ---- what follows in the runs' table -------------------------------------------------------- */

static const char *key_of(const il_draft *t) {
  return t->plan->cols[t->plan->key[0]].name;
}

/* FROM "schedules" AS s WHERE s."id" = NEW."schedule" */
static void from_schedule(making *m, il_buf *sql) {
  il_buf_f(sql, " FROM %I AS s WHERE s.%I = NEW.%I", m->b->table->name, key_of(m->b->table),
           m->run_name[IL_SR_SCHEDULE]);
}

static void literal(making *m, int state, il_buf *sql) {
  il_buf_f(sql, m->machine->integers ? "%s" : "%Q", m->code[state]);
}

static il_bind_op *add_check(making *m, const char *rule, unsigned events, int col,
                             const char *text, il_buf *sql) {
  il_bind_op *op = il_bind_add(m->b, m->run, &il_role_schedule_run, rule, events);
  il_bind_word(m->b, op, 't', text);
  il_bind_word(m->b, op, 's', text_of(m, sql));
  if (col >= 0) il_bind_add_col(m->b, op, col);
  return op;
}

/* "<tag><code word>" of a state. */
static void add_state(making *m, il_bind_op *op, char tag, int state) {
  il_buf word;
  il_buf_init(&word, m->b->arena->mem);
  il_buf_f(&word, "%c%s", m->machine->integers ? 'i' : 't', m->code[state]);
  il_bind_word(m->b, op, tag, text_of(m, &word));
}

/* A statement when a run enters a state (-1: when it is made and `when` is true). */
static void add_effect(making *m, const char *rule, int state, const char *when, il_buf *sql) {
  il_bind_op *op = il_bind_add(m->b, m->run, &il_role_effects, rule,
                               IL_EV_INSERT | (state < 0 ? 0 : IL_EV_UPDATE));
  if (state >= 0) {
    il_bind_add_col(m->b, op, m->run_col[IL_SR_STATUS]);
    add_state(m, op, 'e', state);
  } else {
    il_bind_word(m->b, op, 'w', when);
    il_bind_word(m->b, op, 'q', "");
  }
  il_bind_word(m->b, op, 'd', text_of(m, sql));
}

/* What was tried before may be tried again: the slot had its chance in time. */
static void check_late(making *m) {
  il_buf sql;
  if (m->grace < 0 && m->col[IL_SC_GRACE] < 0) return;
  il_buf_init(&sql, m->b->arena->mem);
  il_buf_f(&sql, "NEW.%I <> ", m->run_name[IL_SR_STATUS]);
  literal(m, IL_SS_RUNNING, &sql);
  il_buf_str(&sql, " OR NOT EXISTS (SELECT 1");
  from_schedule(m, &sql);
  il_buf_f(&sql, " AND instant_us($now) > instant_us(NEW.%I) + ", m->run_name[IL_SR_AT]);
  if (m->grace >= 0)
    il_buf_f(&sql, "%lld", (long long)m->grace * 1000000);
  else
    il_buf_f(&sql, "CAST(s.%I AS BIGINT) * 1000000",
             il_col_name(m->b->table->plan, m->col[IL_SC_GRACE]));
  il_buf_char(&sql, ')');
  if (m->run_name[IL_SR_ATTEMPTS]) il_buf_f(&sql, " OR NEW.%I > 1", m->run_name[IL_SR_ATTEMPTS]);
  add_state(m,
            add_check(m, m->misfire, IL_EV_INSERT | IL_EV_UPDATE, m->run_col[IL_SR_STATUS],
                      "the slot is past its grace: too late to begin", &sql),
            'e', IL_SS_RUNNING);
}

/* Counts only as many as matter. */
static void check_instances(making *m) {
  il_buf sql;
  if (m->max < 0 && m->col[IL_SC_MAX] < 0) return;
  il_buf_init(&sql, m->b->arena->mem);
  il_buf_f(&sql, "NEW.%I <> ", m->run_name[IL_SR_STATUS]);
  literal(m, IL_SS_RUNNING, &sql);
  il_buf_str(&sql, " OR NOT EXISTS (SELECT 1");
  from_schedule(m, &sql);
  il_buf_f(&sql, " AND (SELECT count(*) FROM %I AS r WHERE r.%I = NEW.%I AND r.%I = ", m->run->name,
           m->run_name[IL_SR_SCHEDULE], m->run_name[IL_SR_SCHEDULE], m->run_name[IL_SR_STATUS]);
  literal(m, IL_SS_RUNNING, &sql);
  il_buf_str(&sql, ") > ");
  if (m->max >= 0)
    il_buf_f(&sql, "%lld)", (long long)m->max);
  else
    il_buf_f(&sql, "s.%I)", il_col_name(m->b->table->plan, m->col[IL_SC_MAX]));
  add_state(m,
            add_check(m, m->instances, IL_EV_INSERT | IL_EV_UPDATE, m->run_col[IL_SR_STATUS],
                      "as many runs of the schedule as may run at once are running", &sql),
            'e', IL_SS_RUNNING);
}

/* A run takes over columns of its schedule: what is left out (NULL or '') is filled, what is given
** must be the same, and it stays what it was when the schedule changes or goes. */
static void take_over(making *m) {
  const cJSON *name = il_doc_get(m->runs, "name");
  il_buf exists, when, set, kept;
  int n = 0;
  il_buf_init(&exists, m->b->arena->mem);
  il_buf_init(&when, m->b->arena->mem);
  il_buf_init(&set, m->b->arena->mem);
  il_buf_f(&set, "UPDATE %I SET ", m->run->name);
  il_buf_str(&exists, "EXISTS (SELECT 1");
  from_schedule(m, &exists);
  for (const cJSON *c = name ? name->child : NULL; c; c = c->next) {
    il_buf_f(&exists, " AND (NEW.%I IS NULL OR NEW.%I = '' OR NEW.%I = s.%I)", c->string, c->string,
             c->string, c->valuestring);
    il_buf_f(&when, "%sNEW.%I IS NULL OR NEW.%I = ''", n ? " OR " : "", c->string, c->string);
    il_buf_f(&set, "%s%I = coalesce((SELECT s.%I", n++ ? ", " : "", c->string, c->valuestring);
    from_schedule(m, &set);
    il_buf_str(&set, "), '')"); /* no such schedule: refused below */
    il_buf_init(&kept, m->b->arena->mem);
    il_buf_f(&kept, "OLD.%I IS NULL OR OLD.%I = ''", c->string, c->string);
    add_check(m, m->slot, IL_EV_UPDATE, il_plan_column(m->run->plan, c->string),
              "what a run took over from its schedule cannot change", &kept);
  }
  il_buf_char(&exists, ')');
  add_check(m, m->slot, IL_EV_INSERT, -1,
            n ? "a run names a schedule that is there, and has its name"
              : "a run names a schedule that is there",
            &exists);
  if (n) {
    il_buf_str(&set, " WHERE ");
    for (int i = 0; i < m->run->plan->nkey; i++) {
      const char *key = il_col_name(m->run->plan, m->run->plan->key[i]);
      il_buf_f(&set, "%s%I = NEW.%I", i ? " AND " : "", key, key);
    }
    add_effect(m, m->slot, -1, text_of(m, &when), &set);
  } else {
    il_buf_free(&set);
    il_buf_free(&when);
  }
}

/* UPDATE "schedules" SET … WHERE "id" = NEW."schedule" */
static void tell(making *m, int state, const char *column, const char *value) {
  const char *schedules = m->b->table->name;
  il_buf sql;
  il_buf_init(&sql, m->b->arena->mem);
  il_buf_f(&sql, "UPDATE %I SET %I = %s WHERE %I = NEW.%I", schedules, column, value,
           key_of(m->b->table), m->run_name[IL_SR_SCHEDULE]);
  add_effect(m, m->ran, state, NULL, &sql);
}

static void tell_schedule(making *m) {
  const il_plan *plan = m->b->table->plan;
  const char *next = il_col_name(plan, m->col[IL_SC_NEXT]);
  static const int ends[] = {IL_SS_COMPLETED, IL_SS_FAILED};
  il_buf text;
  if (m->col[IL_SC_LAST] >= 0) {
    tell(m, IL_SS_RUNNING, il_col_name(plan, m->col[IL_SC_LAST]), "$now");
  } else if (m->max >= 0 || m->col[IL_SC_MAX] >= 0) { /* for the lock */
    il_buf_init(&text, m->b->arena->mem);
    il_buf_f(&text, "%I", next);
    tell(m, IL_SS_RUNNING, next, text_of(m, &text));
  }
  for (int i = 0; i < 2 && m->col[IL_SC_LAST_STATUS] >= 0; i++) {
    il_buf_init(&text, m->b->arena->mem);
    il_buf_f(&text, "%Q", m->state_name[ends[i]]);
    tell(m, ends[i], il_col_name(plan, m->col[IL_SC_LAST_STATUS]), text_of(m, &text));
  }
}

/* An outer OR IGNORE keeps SQLite from writing the slot anew when it is there already in another
** spelling: then the row would stay as the writer spelled it. */
static void keep_slot(making *m) {
  const il_plan *plan = m->run->plan;
  il_buf sql;
  il_bind_op *op =
      il_bind_add(m->b, m->run, &il_role_schedule_slot, m->slot, IL_EV_INSERT | IL_EV_UPDATE);
  il_bind_add_col(m->b, op, m->run_col[IL_SR_AT]);
  il_bind_add_col(m->b, op, m->run_col[IL_SR_SCHEDULE]);
  il_bind_add_col(m->b, op, m->run_col[IL_SR_STATUS]);
  if (m->run_name[IL_SR_LEASE]) il_bind_add_col(m->b, op, m->run_col[IL_SR_LEASE]);
  add_state(m, op, 'p', IL_SS_PENDING);
  add_state(m, op, 'r', IL_SS_RUNNING);
  il_buf_init(&sql, m->b->arena->mem);
  il_buf_f(&sql, "NOT EXISTS (SELECT 1 FROM %I AS r WHERE ", m->run->name);
  for (int i = 0; i < plan->nkey; i++) {
    const char *key = il_col_name(plan, plan->key[i]);
    il_buf_f(&sql, "r.%I = NEW.%I AND ", key, key);
  }
  il_buf_f(&sql, "r.%I <> instant_ms(r.%I))", m->run_name[IL_SR_AT], m->run_name[IL_SR_AT]);
  op = add_check(m, m->slot, IL_EV_INSERT, m->run_col[IL_SR_AT],
                 "the slot is there already, in another spelling", &sql);
  il_bind_word(m->b, op, 'i', "");
}

/* ---- the role ------------------------------------------------------------------------------- */

il_kind il_schedule_bind(il_binder *b, const cJSON *json) {
  const char *definition, *next;
  const cJSON *rules = il_doc_get(json, "rules");
  making m = {.b = b, .json = json, .runs = il_doc_get(json, "runs"), .max = -1, .grace = -1};
  il_kind kind = il_bind_keys(b, json, schedule_keys);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &m.rule);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "definition", m.rule, &definition);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "next", m.rule, &next);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "misfire", m.rule, &m.misfire);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "instances", m.rule, &m.instances);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "runs", m.rule, &m.ran);
  if (kind == IL_OK) kind = il_bind_rule_of(b, json, "slot", m.rule, &m.slot);
  if (kind != IL_OK) return kind;
  m.op = il_bind_add(b, b->table, &il_role_schedule, m.rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!m.op) return il_bind_nomem(b);
  kind = bind_table(&m);
  if (kind == IL_OK && m.runs) kind = find_runs(&m);
  if (kind != IL_OK) return kind;
  part(&m, &il_role_schedule_definition, definition, 0);
  part(&m, &il_role_schedule_next, next, 1);
  limit(&m, IL_SC_MAX, m.instances, 1, INT32_MAX);
  limit(&m, IL_SC_GRACE, m.misfire, 0, IL_SCHEDULE_SECONDS_MAX);
  if (!m.runs || b->table->plan->nkey != 1) return IL_OK; /* without a catalog the key is unknown */
  keep_slot(&m);
  take_over(&m);
  tell_schedule(&m);
  check_late(&m);
  check_instances(&m);
  return IL_OK;
}
