/*
** routing.c: which channels an alert reaches (S-34): those that are on, ask for no higher severity and
** have a pattern for its domain. alert_route lists them; a delivery to any other channel is refused
** (.routed, on the table of the deliveries).
**
** routing reads the alert's severity and domain; .routed the columns that name alert and channel.
** Words of both: "A<alerts>" "k<their key>" "s<severity>" "d<domain>" "C<channels>" "c<their key>"
** "e<enabled>" "l<least severity>" "p<patterns>", then "r<severity>", the lowest first.
*/
#include "routing.h"

static const char *const routing_keys[] = {"rule",     "severity",   "rank", "domain",
                                           "channels", "deliveries", NULL};
static const char *const channel_keys[] = {"table", "key", "enabled", "least", "patterns", NULL};
static const char *const delivery_keys[] = {"table", "alert", "channel", NULL};

/* ---- binding ---- */

/* A column of a table that may not be in the rulebook, by name. */
static il_kind their_column(il_binder *b, const cJSON *json, const char *key, il_draft *t,
                            int required, const char **name) {
  int col;
  il_kind kind = il_bind_string(b, json, key, required, name);
  if (kind != IL_OK || !*name || !t) return kind;
  return il_bind_column_named(b, t, il_doc_get(json, key), *name, IL_C_OTHER, &col);
}

typedef struct routed {
  const char *severity, *domain, *table, *key, *enabled, *least, *patterns;
  const cJSON *rank;
} routed;

static void put_words(il_binder *b, il_bind_op *op, const routed *r) {
  const il_plan *plan = b->table->plan;
  il_bind_word(b, op, 'A', b->table->name);
  /* A document read without its tables may not say what its key is. */
  il_bind_word(b, op, 'k', plan->nkey ? plan->cols[plan->key[0]].name : "id");
  if (r->severity) il_bind_word(b, op, 's', r->severity);
  if (r->domain) il_bind_word(b, op, 'd', r->domain);
  il_bind_word(b, op, 'C', r->table);
  il_bind_word(b, op, 'c', r->key);
  if (r->enabled) il_bind_word(b, op, 'e', r->enabled);
  if (r->least) il_bind_word(b, op, 'l', r->least);
  if (r->patterns) il_bind_word(b, op, 'p', r->patterns);
  for (const cJSON *v = r->rank ? r->rank->child : NULL; v; v = v->next)
    il_bind_word(b, op, 'r', v->valuestring);
}

static il_kind bind_deliveries(il_binder *b, const cJSON *json, const char *rule, const routed *r) {
  const char *table, *alert, *channel;
  int alert_col, channel_col;
  il_draft *t;
  il_bind_op *op;
  il_kind kind;
  if (!json) return IL_OK;
  kind = il_bind_keys(b, json, delivery_keys);
  if (kind == IL_OK) kind = il_bind_string(b, json, "table", 1, &table);
  if (kind == IL_OK) kind = il_bind_string(b, json, "alert", 1, &alert);
  if (kind == IL_OK) kind = il_bind_string(b, json, "channel", 1, &channel);
  if (kind != IL_OK) return kind;
  t = il_bind_draft(b, table);
  if (!t || t == b->table)
    return il_bind_error(b, il_doc_get(json, "table"), IL_ARGUMENT,
                         "must be another table of this rulebook");
  kind = il_bind_column_named(b, t, il_doc_get(json, "alert"), alert, IL_C_TEXT, &alert_col);
  if (kind == IL_OK)
    kind =
        il_bind_column_named(b, t, il_doc_get(json, "channel"), channel, IL_C_TEXT, &channel_col);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, t, &il_role_routed, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  il_bind_add_col(b, op, alert_col);
  il_bind_add_col(b, op, channel_col);
  put_words(b, op, r);
  return IL_OK;
}

static il_kind bind_channels(il_binder *b, const cJSON *json, routed *r) {
  il_draft *t;
  il_kind kind = IL_OK;
  if (!cJSON_IsObject(json))
    return il_bind_error(b, json, IL_ARGUMENT, "must be an object: the table of the channels");
  kind = il_bind_keys(b, json, channel_keys);
  if (kind == IL_OK) kind = il_bind_string(b, json, "table", 1, &r->table);
  if (kind != IL_OK) return kind;
  t = il_bind_draft(b, r->table);
  kind = their_column(b, json, "key", t, 1, &r->key);
  if (kind == IL_OK) kind = their_column(b, json, "enabled", t, 0, &r->enabled);
  if (kind == IL_OK) kind = their_column(b, json, "least", t, 0, &r->least);
  if (kind == IL_OK) kind = their_column(b, json, "patterns", t, 0, &r->patterns);
  return kind;
}

static il_kind bind_rank(il_binder *b, const cJSON *json, routed *r) {
  r->rank = il_doc_get(json, "rank");
  if ((r->severity != NULL) != (r->rank != NULL) || (r->severity != NULL) != (r->least != NULL))
    return il_bind_error(b, json, IL_ARGUMENT,
                         "\"severity\", \"rank\" and \"least\" of the channels go together");
  if ((r->domain != NULL) != (r->patterns != NULL))
    return il_bind_error(b, json, IL_ARGUMENT,
                         "\"domain\" and \"patterns\" of the channels go together");
  if (r->rank && (!cJSON_IsArray(r->rank) || !r->rank->child))
    return il_bind_error(b, r->rank, IL_ARGUMENT, "must be a list of texts, the lowest first");
  for (const cJSON *v = r->rank ? r->rank->child : NULL; v; v = v->next)
    if (!cJSON_IsString(v) || !v->valuestring[0])
      return il_bind_error(b, v, IL_ARGUMENT, "must be a text");
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *channels = il_doc_get(json, "channels");
  const il_plan *plan = b->table->plan;
  const char *rule;
  routed r = {0};
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, routing_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && !channels)
    kind = il_bind_error(b, json, IL_ARGUMENT, "\"channels\" is missing");
  if (kind == IL_OK) kind = their_column(b, json, "severity", b->table, 0, &r.severity);
  if (kind == IL_OK) kind = their_column(b, json, "domain", b->table, 0, &r.domain);
  if (kind == IL_OK) kind = bind_channels(b, channels, &r);
  if (kind == IL_OK) kind = bind_rank(b, json, &r);
  if (kind != IL_OK) return kind;
  if (plan->nkey > 1 || (plan->nkey == 0 && b->table->info))
    return il_bind_error(b, json, IL_ARGUMENT, "needs a key of one column");
  op = il_bind_add(b, b->table, &il_role_routing, rule, IL_EV_INSERT | IL_EV_UPDATE);
  if (!op) return il_bind_nomem(b);
  if (r.severity) il_bind_add_col(b, op, il_plan_column(plan, r.severity));
  if (r.domain) il_bind_add_col(b, op, il_plan_column(plan, r.domain));
  put_words(b, op, &r);
  return bind_deliveries(b, il_doc_get(json, "deliveries"), rule, &r);
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table has one routing");
}

/* ---- compiling ---- */

typedef struct routed_op {
  il_routing r; /* first */
  const char *sql, *changed;
} routed_op;

static il_kind read_words(const il_op *op, il_routing *r, il_error *err) {
  for (int i = 0; i < op->nwords; i++) {
    const char *word = op->words[i], **to = NULL;
    switch (word[0]) {
    case 'A':
      to = &r->alerts;
      break;
    case 'k':
      to = &r->key;
      break;
    case 's':
      to = &r->severity;
      break;
    case 'd':
      to = &r->domain;
      break;
    case 'C':
      to = &r->channels;
      break;
    case 'c':
      to = &r->channel_key;
      break;
    case 'e':
      to = &r->enabled;
      break;
    case 'l':
      to = &r->least;
      break;
    case 'p':
      to = &r->patterns;
      break;
    case 'r':
      if (!r->nranks) r->ranks = op->words + i;
      r->nranks++;
      continue;
    default:
      break;
    }
    if (!to || *to || !word[1] || r->nranks)
      return il_word_error(op, err, "a word that is no part of a routing");
    *to = word + 1;
  }
  if (!r->alerts || !r->key || !r->channels || !r->channel_key ||
      (r->severity != NULL) != (r->nranks > 0) || (r->least != NULL) != (r->nranks > 0) ||
      (r->domain != NULL) != (r->patterns != NULL))
    return il_word_error(op, err, "expected alerts and channels");
  return IL_OK;
}

static void put_rank(const il_routing *r, const char *side, const char *column, il_buf *out) {
  il_buf_f(out, "coalesce(CASE %s.%I", side, column);
  for (int i = 0; i < r->nranks; i++)
    il_buf_f(out, " WHEN %Q THEN %d", r->ranks[i] + 1, i + 1);
  il_buf_str(out, " END, 0)");
}

void il_routing_reason(const il_routing *r, const char *fn, il_buf *out) {
  il_buf_str(out, "CASE WHEN false THEN ''");
  if (r->enabled)
    il_buf_f(out, " WHEN coalesce(CAST(c.%I AS integer), 0) = 0 THEN 'disabled'", r->enabled);
  if (r->severity) {
    il_buf_str(out, " WHEN ");
    put_rank(r, "a", r->severity, out);
    il_buf_str(out, " < ");
    put_rank(r, "c", r->least, out);
    il_buf_str(out, " THEN 'severity'");
  }
  if (r->domain)
    il_buf_f(out, " WHEN NOT %spattern_match(c.%I, a.%I) THEN 'domain'", fn, r->patterns,
             r->domain);
  il_buf_str(out, " END");
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  routed_op *r = il_arena_alloc(arena, sizeof *r);
  il_kind kind;
  il_buf sql;
  if (!r) return il_error_set(err, IL_NOMEM, "out of memory");
  op->compiled = r;
  kind = read_words(op, &r->r, err);
  if (kind != IL_OK) return kind;
  if (!il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) ||
      (op->role == &il_role_routing ? r->r.nranks && op->ncols < 1 : op->ncols != 2))
    return il_word_error(op, err, "expected an alert and a channel");
  if (op->role == &il_role_routing) return IL_OK;
  const char *alert = il_col_name(plan, op->cols[0]), *channel = il_col_name(plan, op->cols[1]);
  il_buf_init(&sql, arena->mem);
  il_buf_f(&sql, "EXISTS (SELECT 1 FROM %I a, %I c WHERE a.%I = NEW.%I AND c.%I = NEW.%I AND (",
           r->r.alerts, r->r.channels, r->r.key, alert, r->r.channel_key, channel);
  il_routing_reason(&r->r, "", &sql);
  il_buf_str(&sql, ") IS NULL)");
  r->sql = il_buf_arena(&sql, arena);
  r->changed = il_sqlf(arena, "(OLD.%I IS NOT NEW.%I OR OLD.%I IS NOT NEW.%I) AND " IL_NOT_LOADING,
                       alert, alert, channel, channel);
  return arena->failed ? il_error_set(err, IL_NOMEM, "out of memory") : IL_OK;
}

/* ---- judging ---- */

/* A severity without a rank would reach everybody or nobody. */
static il_kind check_alert(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_routing *r = op->compiled;
  char shown[65];
  il_value v;
  (void)work;
  if (!r->nranks || !il_row_sets(row, op->cols[0])) return IL_OK;
  v = il_row_value(row, IL_NEW, op->cols[0]);
  for (int i = 0; i < r->nranks; i++)
    if (v.type == IL_T_TEXT && strlen(r->ranks[i] + 1) == v.n &&
        memcmp(r->ranks[i] + 1, v.p, v.n) == 0)
      return IL_OK;
  if (v.type == IL_T_NULL) return il_refuse_null(err, row, op, op->cols[0]);
  return il_refuse(err, row, op, op->cols[0], IL_RULE, "%s.%s cannot be %s: it has no rank",
                   row->plan->table, il_col_name(row->plan, op->cols[0]),
                   il_value_show(&v, shown, sizeof shown));
}

static int applies(const il_op *op, const il_row *row) {
  if (row->stored || row->load) return 0;
  return il_row_sets(row, op->cols[0]) || il_row_sets(row, op->cols[1]);
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  (void)err;
  if (applies(op, row)) *work |= IL_WORK_AFTER;
  return IL_OK;
}

static int follow(const il_op *op, const il_row *row, int event, int k, il_arena *arena,
                  il_follow *out) {
  const routed_op *r = op->compiled;
  (void)arena;
  if (k > 0 || !event || (row && !applies(op, row))) return 0;
  *out = (il_follow){.kind = IL_FOLLOW_ASSERT,
                     .sql = r->sql,
                     .text = "the channel does not take this alert: see alert_route"};
  if (!row) out->condition = event == IL_EV_UPDATE ? r->changed : IL_NOT_LOADING;
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_routing *r = op->compiled;
  il_buf_f(out, "An alert of %s reaches the rows of %s", plan->table, r->channels);
  if (r->enabled) il_buf_f(out, " that are %s", r->enabled);
  if (r->severity) {
    il_buf_f(out, ", whose %s is not above its %s (", r->least, r->severity);
    for (int i = 0; i < r->nranks; i++)
      il_buf_f(out, "%s%s", i ? " < " : "", r->ranks[i] + 1);
    il_buf_char(out, ')');
  }
  if (r->domain) il_buf_f(out, ", whose %s has a pattern for its %s", r->patterns, r->domain);
  il_buf_str(out, "; alert_route lists them.");
}

static void describe_routed(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_routing *r = op->compiled;
  il_buf_f(out, "%s rows are only of channels of %s that the alert of %s reaches.", plan->table,
           r->channels, r->alerts);
}

const il_role il_role_routing = {.name = "routing",
                                 .if_changed = 1,
                                 .bind = bind,
                                 .compile = compile,
                                 .check = check_alert,
                                 .describe = describe};
const il_role il_role_routed = {.name = ".routed",
                                .if_changed = 1,
                                .rests_in_load = 1,
                                .compile = compile,
                                .check = check,
                                .follow = follow,
                                .describe = describe_routed};
