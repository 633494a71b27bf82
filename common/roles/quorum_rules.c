/* quorum_rules.c: the asserts and effects that a quorum is made of; see quorum.c. */
#include "quorum.h"

static const char *const force_keys[] = {"by", "reason", NULL};
static const char *const veto_keys[] = {"by", "reason", "to", NULL};

/* ---- binding: the rules --------------------------------------------------------------------- */

/* What is being made: rules of one table. */
typedef struct maker {
  il_binder *b;
  const cJSON *json;
  const char *rule;
  const il_quorum *q;
  il_draft *votes;
  il_quorum_sql sql; /* over NEW */
} maker;

/* An assert of a rule. that, verify, text, says (a sentence) are taken; verify and text "" mean
** none. */
typedef struct claim {
  il_draft *on;
  const char *key; /* in "rules" */
  unsigned events;
  int rests;
  il_buf that, verify, lock;
  const char *text, *says;
} claim;

static claim claim_of(const maker *m, il_draft *on, const char *key, unsigned events, int rests) {
  claim c = {.on = on, .key = key, .events = events, .rests = rests};
  il_buf_init(&c.that, m->b->arena->mem);
  il_buf_init(&c.verify, m->b->arena->mem);
  il_buf_init(&c.lock, m->b->arena->mem);
  return c;
}

/* Puts it into the table's operations; columns are added to what is returned. */
static il_kind make(const maker *m, claim *c, il_bind_op **out) {
  il_binder *b = m->b;
  const char *rule, *that = il_bind_take(b, &c->that), *verify = il_bind_take(b, &c->verify),
                    *lock = il_bind_take(b, &c->lock);
  il_kind kind = il_bind_rule_of(b, m->json, c->key, m->rule, &rule);
  il_assert_spec spec = {
      c->on,   rule,    c->events, that, *verify ? verify : NULL, *lock ? lock : NULL,
      c->text, c->says, c->rests};
  *out = kind == IL_OK ? il_assert_make(b, &spec) : NULL;
  if (kind != IL_OK) return kind;
  return *out ? IL_OK : il_bind_nomem(b);
}

static il_kind add_column(const maker *m, il_draft *on, il_bind_op *op, const cJSON *at,
                          const char *name) {
  int col;
  il_kind kind = il_bind_column_named(m->b, on, at, name, IL_C_OTHER, &col);
  if (kind == IL_OK) il_bind_add_col(m->b, op, col);
  return kind;
}

/* A text put together. */
static const char *textf(const maker *m, const char *format, const char *a, const char *c) {
  il_buf text;
  il_buf_init(&text, m->b->arena->mem);
  il_buf_f(&text, format, a, c);
  return il_bind_take(m->b, &text);
}

/* A row that the vote is of, and what is asked of it follows; a vote of no row is the foreign
** key's business. */
static void of_vote(const maker *m, const char *side, il_buf *out) {
  il_buf_f(out, "EXISTS (SELECT 1 FROM %I il_p WHERE il_p.%I = %s.%I", m->q->table, m->q->key, side,
           m->q->of);
}

/* In PostgreSQL the first vote of a statement decides by all of its votes, before the others are
** judged: they are in time when the row was decided in this transaction by a command later than
** the one that wrote them. A row that is open is not: its lock is such a command. */
static void same_statement(const maker *m, il_buf *out) {
  const il_quorum *q = m->q;
  const il_plan *plan = m->votes->plan;
  il_buf_str(out, " OR NOT (");
  il_quorum_any("il_p", q->columns[0], q->open, q->nopen, out);
  il_buf_f(out,
           ") AND EXISTS (SELECT 1 FROM %I il_v WHERE il_v.xmin = il_p.xmin AND "
           "CAST(CAST(il_v.cmin AS text) AS bigint) < CAST(CAST(il_p.cmin AS text) AS bigint)",
           q->votes);
  for (int i = 0; i < plan->nkey; i++)
    il_buf_f(out, " AND il_v.%I = NEW.%I", plan->cols[plan->key[i]].name,
             plan->cols[plan->key[i]].name);
  il_buf_char(out, ')');
}

/* at: the column that says when the vote was cast, NULL: none. */
static void in_time(const maker *m, const char *at, int postgres, il_buf *out) {
  const il_quorum *q = m->q;
  const char *deadline = q->columns[2];
  il_buf_str(out, "NOT ");
  of_vote(m, "NEW", out);
  il_buf_str(out, " AND NOT (");
  il_quorum_any("il_p", q->columns[0], q->open, q->nopen, out);
  if (deadline)
    il_buf_f(out, " AND (il_p.%I IS NULL OR instant_us(il_p.%I) > instant_us($now))", deadline,
             deadline);
  if (deadline && at)
    il_buf_f(out, " AND coalesce(instant_us(il_p.%I) > instant_us(NEW.%I), 1 = 1)", deadline, at);
  if (postgres && m->votes->plan->nkey) same_statement(m, out);
  il_buf_str(out, "))");
}

/* Votes are cast, and revised, while the row is open and before its deadline. */
static il_kind make_in_time(const maker *m, const cJSON *votes) {
  const il_quorum *q = m->q;
  const char *at = NULL, *deadline = q->columns[2];
  claim c = claim_of(m, m->votes, "vote", IL_EV_INSERT | IL_EV_UPDATE, 1);
  il_bind_op *op;
  il_buf postgres;
  int col; /* that there is a column `at` */
  il_kind kind = il_bind_string(m->b, votes, "at", 0, &at);
  if (kind == IL_OK && at)
    kind = il_bind_column_named(m->b, m->votes, il_doc_get(votes, "at"), at, IL_C_INSTANT, &col);
  if (kind != IL_OK) return kind;
  in_time(m, at, 0, &c.that);
  if (deadline && at) {
    il_buf_str(&c.verify, "NOT ");
    of_vote(m, "NEW", &c.verify);
    il_buf_f(&c.verify, " AND instant_us(il_p.%I) <= instant_us(NEW.%I))", deadline, at);
  }
  il_assert_lock(q->table, q->key, textf(m, "NEW.%I", q->of, ""), &c.lock);
  il_buf_str(&c.lock, " AND ");
  il_quorum_any("", q->columns[0], q->open, q->nopen, &c.lock);
  const char *until = deadline ? " and before its deadline" : "";
  c.text = textf(m, "votes count while %s is open%s", q->table, until);
  c.says =
      textf(m, textf(m, "%s are cast while %%s is open%%s.", m->votes->name, ""), q->table, until);
  kind = make(m, &c, &op);
  if (kind != IL_OK) return kind;
  il_buf_init(&postgres, m->b->arena->mem);
  in_time(m, at, 1, &postgres);
  il_bind_word(m->b, op, 'p', il_bind_take(m->b, &postgres));
  return add_column(m, m->votes, op, votes, q->decision);
}

static il_kind make_voter(const maker *m) {
  const il_quorum *q = m->q;
  il_bind_op *op;
  il_kind kind = IL_OK;
  if (q->voters_type && q->type != q->voter) {
    claim c = claim_of(m, m->votes, "voter", IL_EV_INSERT, 1);
    il_buf_f(&c.that,
             "NOT EXISTS (SELECT 1 FROM %I il_a WHERE il_a.%I = NEW.%I AND il_a.%I <> NEW.%I)",
             q->voters, q->voters_key, q->voter, q->voters_type, q->type);
    c.text = textf(m, "%s is not what the voter is in %s", q->type, q->voters);
    c.says = textf(m, "%s of a vote is the voter's in %s at that time.", q->type, q->voters);
    kind = make(m, &c, &op);
  }
  if (kind == IL_OK && q->required >= 0) {
    claim c = claim_of(m, m->votes, "voter", IL_EV_INSERT, 0);
    const char *required = q->columns[4];
    il_buf_str(&c.that, "NOT ");
    of_vote(m, "NEW", &c.that);
    il_buf_f(&c.that, " AND json_distinct(il_p.%I) > 0 AND NOT json_has(il_p.%I, NEW.%I))",
             required, required, q->type);
    il_buf_add(&c.verify, c.that.p ? c.that.p : "", c.that.n);
    c.text = textf(m, "%s is not among %s", q->type, required);
    c.says = textf(m, "%s of a vote is among %s, where any is required.", q->type, required);
    kind = make(m, &c, &op);
  }
  return kind;
}

static int is_revised(const cJSON *votes, const il_quorum *q, const char *name) {
  const cJSON *list = il_doc_get(votes, "revise");
  int found = strcmp(name, q->decision) == 0;
  for (const cJSON *c = cJSON_IsArray(list) ? list->child : NULL; c && !found; c = c->next)
    found = cJSON_IsString(c) && strcmp(c->valuestring, name) == 0;
  return found;
}

/* Votes stay as they are; who needed to know more may say something else. */
static il_kind make_kept(const maker *m, const cJSON *votes) {
  const il_quorum *q = m->q;
  const cJSON *list = il_doc_get(votes, "revise");
  claim revise = claim_of(m, m->votes, "revise", IL_EV_UPDATE, 0),
        keep = claim_of(m, m->votes, "revise", IL_EV_UPDATE, 0),
        go = claim_of(m, m->votes, "revise", IL_EV_DELETE, 0);
  il_bind_op *op;
  il_kind kind;
  int n = 0;
  il_buf_f(&revise.that, "OLD.%I = ", q->decision);
  il_code_sql(&q->ballots[IL_NEED_INFO], &revise.that);
  il_buf_f(&revise.that, " AND NEW.%I <> ", q->decision);
  il_code_sql(&q->ballots[IL_NEED_INFO], &revise.that);
  revise.text = "a vote that needs more information may become another, and no vote else changes";
  revise.says = textf(m, "%s that need more information may become another%s.", m->votes->name, "");
  kind = make(m, &revise, &op);
  if (kind == IL_OK) kind = add_column(m, m->votes, op, votes, q->decision);
  if (list && !cJSON_IsArray(list))
    return il_bind_error(m->b, list, IL_ARGUMENT, "must be a list of columns");
  for (const cJSON *c = list ? list->child : NULL; c && kind == IL_OK; c = c->next) {
    if (!cJSON_IsString(c)) return il_bind_error(m->b, c, IL_ARGUMENT, "must name a column");
    kind = add_column(m, m->votes, op, c, c->valuestring);
  }
  if (kind != IL_OK) return kind;
  il_buf_str(&keep.that, "1 = 0");
  keep.text = "votes do not change";
  keep.says = textf(m, "Nothing else of %s changes%s.", m->votes->name, "");
  for (int i = 0; i < m->votes->plan->ncols; i++)
    n += !is_revised(votes, q, m->votes->plan->cols[i].name);
  kind = n ? make(m, &keep, &op) : IL_OK;
  for (int i = 0; n && kind == IL_OK && i < m->votes->plan->ncols; i++)
    if (!is_revised(votes, q, m->votes->plan->cols[i].name)) il_bind_add_col(m->b, op, i);
  if (kind != IL_OK) return kind;
  il_buf_str(&go.that, "NOT ");
  of_vote(m, "OLD", &go.that);
  il_buf_char(&go.that, ')');
  go.text = textf(m, "votes go only with their row of %s%s", q->table, "");
  go.says = textf(m, "%s go only with their row of %s.", m->votes->name, q->table);
  return make(m, &go, &op);
}

/* Each vote decides when they suffice. */
static il_kind make_resolve(const maker *m) {
  const il_quorum *q = m->q;
  il_binder *b = m->b;
  const char *rule, *table = textf(m, "%I%s", q->table, ""), *verdict, *statement;
  il_quorum_sql s = {q, table, "", ""};
  il_buf sql, closed;
  il_kind kind = il_bind_rule_of(b, m->json, "resolve", m->rule, &rule);
  if (kind != IL_OK) return kind;
  il_buf_init(&closed, b->arena->mem);
  il_quorum_closed(&s, "$now", &closed);
  il_buf_init(&sql, b->arena->mem);
  il_quorum_verdict(&s, il_bind_take(b, &closed), 0, &sql);
  verdict = il_bind_take(b, &sql);
  il_buf_init(&sql, b->arena->mem);
  il_buf_f(&sql, "UPDATE %I SET %I = CASE %s WHEN 'approved' THEN ", q->table, q->columns[0],
           verdict);
  il_code_sql(&q->approved, &sql);
  il_buf_str(&sql, " ELSE ");
  il_code_sql(&q->rejected, &sql);
  il_buf_f(&sql, " END WHERE %I = NEW.%I AND ", q->key, q->of);
  il_quorum_any("", q->columns[0], q->open, q->nopen, &sql);
  il_buf_f(&sql, " AND %s IN ('approved', 'rejected')", verdict);
  statement = il_bind_take(b, &sql);
  for (int update = 0; update < 2; update++) {
    il_bind_op *op =
        il_bind_add(b, m->votes, &il_role_effects, rule, update ? IL_EV_UPDATE : IL_EV_INSERT);
    if (!op) return il_bind_nomem(b);
    il_bind_word(b, op, 'r', "");
    if (update) {
      il_buf_init(&sql, b->arena->mem);
      il_buf_f(&sql, "NOT (OLD.%I = NEW.%I)", q->decision, q->decision);
      il_bind_word(b, op, 'w', il_bind_take(b, &sql));
    }
    il_bind_word(b, op, 'd', statement);
    il_bind_word(b, op, 'D',
                 textf(m,
                       update ? "A vote that is revised decides %s as soon as the votes suffice%s."
                              : "A vote decides %s as soon as the votes suffice%s.",
                       q->table, ""));
  }
  return IL_OK;
}

/* ---- the row that is decided on ---- */

static il_kind make_verdict(const maker *m, const char *forced) {
  const il_quorum *q = m->q;
  claim c = claim_of(m, m->b->table, "", IL_EV_UPDATE, 1);
  il_code ends[2] = {q->approved, q->rejected};
  il_buf closed;
  il_bind_op *op;
  il_kind kind;
  il_buf_init(&closed, m->b->arena->mem);
  il_quorum_closed(&m->sql, "$now", &closed);
  il_buf_str(&c.that, "NOT (");
  il_quorum_any("NEW", q->columns[0], ends, 2, &c.that);
  il_buf_str(&c.that, " AND ");
  il_quorum_any("OLD", q->columns[0], q->open, q->nopen, &c.that);
  il_buf_str(&c.that, ") OR ");
  if (forced) il_buf_f(&c.that, "NEW.%I IS NOT NULL OR ", forced);
  il_quorum_verdict(&m->sql, il_bind_take(m->b, &closed), 0, &c.that);
  il_buf_f(&c.that, " = CASE NEW.%I WHEN ", q->columns[0]);
  il_code_sql(&q->approved, &c.that);
  il_buf_str(&c.that, " THEN 'approved' ELSE 'rejected' END");
  /* Stored rows: as of when it was resolved; who should have voted where nobody in particular
  ** was required is forgotten. */
  il_buf_init(&closed, m->b->arena->mem);
  if (q->resolved >= 0 && q->deadline >= 0)
    il_quorum_closed(&m->sql, textf(m, "coalesce(NEW.%I, $now)", q->columns[3], ""), &closed);
  else
    il_quorum_closed(&m->sql, "$now", &closed);
  const char *was = il_bind_take(m->b, &closed);
  il_quorum_any("NEW", q->columns[0], q->open, q->nopen, &c.verify);
  il_buf_str(&c.verify, " OR ");
  if (forced) il_buf_f(&c.verify, "NEW.%I IS NOT NULL OR ", forced);
  il_quorum_verdict(&m->sql, was, 1, &c.verify);
  il_buf_f(&c.verify, " = CASE NEW.%I WHEN ", q->columns[0]);
  il_code_sql(&q->rejected, &c.verify);
  il_buf_str(&c.verify, " THEN 'rejected' ELSE 'approved' END");
  if (q->voters) {
    il_buf_f(&c.verify, " OR NEW.%I = ", q->columns[0]);
    il_code_sql(&q->rejected, &c.verify);
    il_buf_f(&c.verify, " AND %s", was);
    if (q->required >= 0)
      il_buf_f(&c.verify, " AND coalesce(json_distinct(NEW.%I), 0) = 0", q->columns[4]);
  }
  c.text = "the votes have not decided so";
  c.says = textf(m, forced ? "%s is decided by its %s, or by force." : "%s is decided by its %s.",
                 q->table, m->votes->name);
  kind = make(m, &c, &op);
  if (kind == IL_OK) il_bind_add_col(m->b, op, q->state);
  return kind;
}

/* What is voted on does not change under the voters. */
static il_kind make_fixed(const maker *m) {
  const il_quorum *q = m->q;
  const cJSON *list = il_doc_get(m->json, "fixed");
  claim threshold = claim_of(m, m->b->table, "fixed", IL_EV_UPDATE, 0),
        asked = claim_of(m, m->b->table, "fixed", IL_EV_UPDATE, 0);
  il_bind_op *op;
  il_kind kind = IL_OK;
  if (list && !cJSON_IsArray(list))
    return il_bind_error(m->b, list, IL_ARGUMENT, "must be a list of columns");
  if (q->threshold >= 0) {
    il_buf_str(&threshold.that, "1 = 0");
    threshold.text = textf(m, "%s does not change%s", q->columns[1], "");
    threshold.says = textf(m, "%s of %s does not change.", q->columns[1], q->table);
    kind = make(m, &threshold, &op);
    if (kind == IL_OK) il_bind_add_col(m->b, op, q->threshold);
  }
  if (kind != IL_OK || (!list && q->required < 0)) return kind;
  il_buf_f(&asked.that, "NOT EXISTS (SELECT 1 FROM %I il_v WHERE il_v.%I = NEW.%I)", q->votes,
           q->of, q->key);
  asked.text = "what is voted on does not change after the first vote";
  asked.says = textf(m, "What is voted on does not change once %s has %s.", q->table, q->votes);
  kind = make(m, &asked, &op);
  if (kind == IL_OK && q->required >= 0) il_bind_add_col(m->b, op, q->required);
  for (const cJSON *c = list ? list->child : NULL; c && kind == IL_OK; c = c->next) {
    if (!cJSON_IsString(c)) return il_bind_error(m->b, c, IL_ARGUMENT, "must name a column");
    kind = add_column(m, m->b->table, op, c, c->valuestring);
  }
  return kind;
}

/* Who overrides says so with a reason, once, and in the UPDATE that does it. state: SQL over NEW
** that goes with it. */
static il_kind make_override(const maker *m, const char *key, const char *const cols[2],
                             const char *state, const char *before, int open, const char *says) {
  claim pair = claim_of(m, m->b->table, key, IL_EV_INSERT | IL_EV_UPDATE, 0),
        once = claim_of(m, m->b->table, key, IL_EV_UPDATE, 1);
  il_bind_op *op;
  il_kind kind;
  il_buf_f(&pair.that, "(NEW.%I IS NULL) = (NEW.%I IS NULL)", cols[0], cols[1]);
  for (int i = 0; i < 2; i++)
    il_buf_f(&pair.that, " AND coalesce(length(trim(NEW.%I)), 1) > 0", cols[i]);
  il_buf_f(&pair.that, " AND %s", state);
  il_buf_add(&pair.verify, pair.that.p ? pair.that.p : "", pair.that.n);
  pair.text = textf(m, "%s and %s go together, are not empty and are of one who overrides", cols[0],
                    cols[1]);
  pair.says = says;
  kind = make(m, &pair, &op);
  if (kind == IL_OK && !open) il_bind_add_col(m->b, op, m->q->state);
  for (int i = 0; i < 2 && kind == IL_OK; i++)
    kind = add_column(m, m->b->table, op, m->json, cols[i]);
  if (kind != IL_OK) return kind;
  il_buf_f(&once.that, "OLD.%I IS NULL AND OLD.%I IS NULL AND %s", cols[0], cols[1], before);
  once.text =
      textf(m, "%s and %s are written once, in the UPDATE that overrides", cols[0], cols[1]);
  once.says =
      textf(m, "%s and %s are written once, in the UPDATE that overrides.", cols[0], cols[1]);
  kind = make(m, &once, &op);
  for (int i = 0; i < 2 && kind == IL_OK; i++)
    kind = add_column(m, m->b->table, op, m->json, cols[i]);
  return kind;
}

static il_kind bind_pair(const maker *m, const cJSON *json, const char *const *keys,
                         const char *cols[2]) {
  il_kind kind = il_bind_keys(m->b, json, keys);
  if (kind == IL_OK) kind = il_bind_string(m->b, json, "by", 1, &cols[0]);
  return kind == IL_OK ? il_bind_string(m->b, json, "reason", 1, &cols[1]) : kind;
}

static const char *any_text(const maker *m, const char *not_, const char *side,
                            const il_code *codes, int n) {
  il_buf text;
  il_buf_init(&text, m->b->arena->mem);
  il_buf_str(&text, not_);
  il_quorum_any(side, m->q->columns[0], codes, n, &text);
  return il_bind_take(m->b, &text);
}

static il_kind make_force(const maker *m, const cJSON *force, const char *cols[2]) {
  const il_quorum *q = m->q;
  il_code ends[2] = {q->approved, q->rejected};
  il_kind kind = bind_pair(m, force, force_keys, cols);
  if (kind != IL_OK) return kind;
  const char *state =
      textf(m, "(NEW.%I IS NULL OR %s)", cols[0], any_text(m, "NOT ", "NEW", q->open, q->nopen));
  const char *before = textf(m, "%s AND %s", any_text(m, "", "OLD", q->open, q->nopen),
                             any_text(m, "", "NEW", ends, 2));
  const char *says =
      textf(m, "Who forces a decision is in %s, with a reason in %s.", cols[0], cols[1]);
  return make_override(m, "force", cols, state, before, 1, says);
}

static il_kind make_veto(const maker *m, const cJSON *veto) {
  const cJSON *node = il_doc_get(veto, "to");
  const char *cols[2] = {NULL, NULL};
  il_bind_op scratch = {0};
  il_code to;
  il_kind kind = bind_pair(m, veto, veto_keys, cols);
  if (kind != IL_OK) return kind;
  if (!node) return il_bind_error(m->b, veto, IL_ARGUMENT, "\"to\" is missing");
  kind = il_bind_code_of(m->b, &scratch, m->q->state, node, 'w');
  if (kind != IL_OK) return kind;
  if (!scratch.nwords || !il_code_read(scratch.words[0] + 1, &to)) return il_bind_nomem(m->b);
  const char *is = any_text(m, "", "NEW", &to, 1);
  const char *state = textf(m, "(NEW.%I IS NOT NULL) = (%s)", cols[0], is);
  const char *says =
      textf(m, "Who vetoes a decision is in %s, with a reason in %s.", cols[0], cols[1]);
  return make_override(m, "veto", cols, state, is, 0, says);
}

il_kind il_quorum_rules(il_binder *b, const cJSON *json, const char *rule, const il_quorum *q,
                        il_draft *votes_draft) {
  const struct maker made = {b, json, rule, q, votes_draft, {q, "NEW", "", ""}};
  const struct maker *m = &made;
  const cJSON *votes = il_doc_get(m->json, "votes"), *force = il_doc_get(m->json, "force"),
              *veto = il_doc_get(m->json, "veto");
  const char *cols[2] = {NULL, NULL};
  il_kind kind = make_kept(m, votes);
  if (kind == IL_OK) kind = make_in_time(m, votes);
  if (kind == IL_OK) kind = make_voter(m);
  if (kind == IL_OK) kind = make_resolve(m);
  if (kind == IL_OK && force) kind = make_force(m, force, cols);
  if (kind == IL_OK) kind = make_verdict(m, cols[0]);
  if (kind == IL_OK) kind = make_fixed(m);
  return kind == IL_OK && veto ? make_veto(m, veto) : kind;
}
