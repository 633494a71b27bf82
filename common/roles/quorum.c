/*
** quorum.c: a row is decided by votes, which are rows of another table (D-24 … D-33, D.5).
**
** The role makes asserts and effects of SQL: on the table of votes that they are cast while the
** row is open, by whom it wants, and stay as they are, and that each one decides the row as soon
** as they suffice; on the row's own table that nothing else decides it, but for force and veto.
** The arithmetic is quorum_verdict's. Its own operation is what the functions read.
**
** Words: columns of the row "c" state, "h" threshold, "d" deadline, "e" resolved, "q" required;
** "o<code>" open states, "y<code>" approved, "n<code>" rejected; "k<key>"; "N<needs>" or pairs
** "T<threshold>" "N<needs>"; votes "V<table>" "F<of>" "W<voter>" "Y<type>" "D<decision>"
** "b<code>" four ballots; voters "A<table>" "K<key>" "G<type>" "z<column>" "a<code>" absent.
*/
#include "quorum.h"

static const char *const quorum_keys[] = {
    "rule",  "rules",     "column",     "open",     "approved", "rejected",
    "needs", "threshold", "thresholds", "deadline", "resolved", "required",
    "fixed", "votes",     "voters",     "force",    "veto",     NULL};
static const char *const rule_keys[] = {"vote",    "voter", "revise", "fixed",
                                        "resolve", "force", "veto",   NULL};
static const char *const vote_keys[] = {"table",    "of",      "voter",          "type",
                                        "decision", "at",      "revise",         "approve",
                                        "reject",   "abstain", "need_more_info", NULL};
static const char *const voter_keys[] = {"table", "key", "type", "absent", NULL};
static const char *const absent_keys[] = {"column", "states", NULL};
static const char *const ballots[] = {"approve", "reject", "abstain", "need_more_info"};

/* ---- binding: words ------------------------------------------------------------------------- */

static il_kind bind_states(il_binder *b, il_bind_op *op, const cJSON *json, const char *key,
                           char tag, int many) {
  const cJSON *node = il_doc_get(json, key);
  il_kind kind = IL_OK;
  int n = 0;
  if (!node) return il_bind_error(b, json, IL_ARGUMENT, "\"%s\" is missing", key);
  if (!many || !cJSON_IsArray(node)) return il_bind_code_of(b, op, op->cols[0], node, tag);
  if (!node->child) return il_bind_error(b, node, IL_ARGUMENT, "must name at least one state");
  for (const cJSON *s = node->child; s && kind == IL_OK; s = s->next) {
    if (++n > IL_QUORUM_STATES) return il_bind_error(b, s, IL_ARGUMENT, "too many states");
    kind = il_bind_code_of(b, op, op->cols[0], s, tag);
  }
  return kind;
}

static il_kind bind_need(il_binder *b, il_bind_op *op, const cJSON *node) {
  il_needs needs;
  if (!cJSON_IsString(node) || !il_needs_read(node->valuestring, &needs))
    return il_bind_error(b, node, IL_ARGUMENT,
                         "must be \"all\", \"any\", or a share as \">=2/3\" or \">1/2\"");
  il_bind_word(b, op, 'N', node->valuestring);
  return IL_OK;
}

static il_kind bind_needs(il_binder *b, il_bind_op *op, const cJSON *json) {
  const cJSON *needs = il_doc_get(json, "needs"), *all = il_doc_get(json, "thresholds");
  il_kind kind = IL_OK;
  int n = 0;
  if (!needs == !il_doc_get(json, "threshold"))
    return il_bind_error(b, json, IL_ARGUMENT,
                         "needs \"needs\", or \"threshold\" and \"thresholds\"");
  if (needs && all) return il_bind_error(b, all, IL_ARGUMENT, "says nothing without \"threshold\"");
  if (needs) return bind_need(b, op, needs);
  if (!cJSON_IsObject(all) || !all->child)
    return il_bind_error(b, all ? all : json, IL_ARGUMENT,
                         "\"thresholds\" must be an object: what each threshold needs");
  for (const cJSON *t = all->child; t && kind == IL_OK; t = t->next) {
    if (++n > IL_QUORUM_THRESHOLDS) return il_bind_error(b, t, IL_ARGUMENT, "too many thresholds");
    il_bind_word(b, op, 'T', t->string);
    kind = bind_need(b, op, t);
  }
  return kind;
}

/* A table of the rulebook; another one than the row's. */
static il_kind find_draft(il_binder *b, const cJSON *json, il_draft **out) {
  const char *name = NULL;
  char hint[80];
  il_near near;
  il_kind kind = il_bind_string(b, json, "table", 1, &name);
  if (kind != IL_OK) return kind;
  *out = il_bind_draft(b, name);
  if (*out && *out != b->table) return IL_OK;
  if (*out)
    return il_bind_error(b, il_doc_get(json, "table"), IL_ARGUMENT, "must be another table");
  il_near_start(&near, name);
  for (int i = 0; i < b->ndrafts; i++)
    il_near_try(&near, b->drafts[i].name);
  return il_bind_error(b, il_doc_get(json, "table"), IL_ARGUMENT,
                       "\"%.*s\" is not a table of this rulebook%s", 64, name,
                       il_near_hint(&near, hint, sizeof hint));
}

/* The name of a column of another table, as a word. */
static il_kind bind_name(il_binder *b, il_draft *t, il_bind_op *op, const cJSON *json,
                         const char *key, char tag, int required) {
  const char *name;
  int col;
  il_kind kind = il_bind_string(b, json, key, required, &name);
  if (kind != IL_OK || !name) return kind;
  kind = il_bind_column_named(b, t, il_doc_get(json, key), name, IL_C_TEXT, &col);
  if (kind == IL_OK) il_bind_word(b, op, tag, t->plan->cols[col].name);
  return kind;
}

static il_kind bind_plain_code(il_binder *b, il_bind_op *op, const cJSON *node,
                               const char *otherwise, char tag) {
  il_buf text;
  il_buf_init(&text, b->arena->mem);
  if (!node)
    il_buf_f(&text, "t%s", otherwise);
  else if (cJSON_IsString(node) && node->valuestring[0])
    il_buf_f(&text, "t%s", node->valuestring);
  else if (il_bind_is_int(node))
    il_buf_f(&text, "i%lld", (long long)node->valuedouble);
  else
    return il_bind_error(b, node, IL_ARGUMENT, "must be a text or a whole number");
  il_bind_word(b, op, tag, il_bind_take(b, &text));
  return IL_OK;
}

static il_kind bind_votes(il_binder *b, il_bind_op *op, const cJSON *votes, il_draft **draft) {
  il_kind kind;
  if (!cJSON_IsObject(votes))
    return il_bind_error(b, votes ? votes : b->table->json, IL_ARGUMENT,
                         "\"votes\" must be an object");
  kind = il_bind_keys(b, votes, vote_keys);
  if (kind == IL_OK) kind = find_draft(b, votes, draft);
  if (kind != IL_OK || !*draft) return kind;
  il_bind_word(b, op, 'V', (*draft)->name);
  kind = bind_name(b, *draft, op, votes, "of", 'F', 1);
  if (kind == IL_OK) kind = bind_name(b, *draft, op, votes, "voter", 'W', 1);
  if (kind == IL_OK) kind = bind_name(b, *draft, op, votes, "type", 'Y', 0);
  if (kind == IL_OK) kind = bind_name(b, *draft, op, votes, "decision", 'D', 1);
  for (int i = 0; i < IL_BALLOTS && kind == IL_OK; i++)
    kind = bind_plain_code(b, op, il_doc_get(votes, ballots[i]), ballots[i], 'b');
  return kind;
}

static il_kind bind_voters(il_binder *b, il_bind_op *op, const cJSON *voters) {
  const cJSON *absent = il_doc_get(voters, "absent"), *states = il_doc_get(absent, "states");
  il_draft *draft = NULL;
  il_kind kind;
  int n = 0;
  if (!voters) return IL_OK;
  kind = il_bind_keys(b, voters, voter_keys);
  if (kind == IL_OK) kind = find_draft(b, voters, &draft);
  if (kind != IL_OK || !draft) return kind;
  il_bind_word(b, op, 'A', draft->name);
  kind = bind_name(b, draft, op, voters, "key", 'K', 1);
  if (kind == IL_OK) kind = bind_name(b, draft, op, voters, "type", 'G', 0);
  if (kind != IL_OK || !absent) return kind;
  kind = il_bind_keys(b, absent, absent_keys);
  if (kind == IL_OK) kind = bind_name(b, draft, op, absent, "column", 'z', 1);
  if (kind != IL_OK) return kind;
  if (!cJSON_IsArray(states) || !states->child)
    return il_bind_error(b, states ? states : absent, IL_ARGUMENT,
                         "\"states\" must be a list of states");
  for (const cJSON *s = states->child; s && kind == IL_OK; s = s->next) {
    if (++n > IL_QUORUM_STATES) return il_bind_error(b, s, IL_ARGUMENT, "too many states");
    kind = bind_plain_code(b, op, s, "", 'a');
  }
  return kind;
}

static il_kind bind_words(il_binder *b, const cJSON *json, il_bind_op *op, il_draft **votes) {
  static const il_part parts[] = {{"column", 'c', IL_C_TEXT, 1},
                                  {"threshold", 'h', IL_C_TEXT, 0},
                                  {"deadline", 'd', IL_C_INSTANT, 0},
                                  {"resolved", 'e', IL_C_INSTANT, 0},
                                  {"required", 'q', IL_C_JSON, 0}};
  const il_plan *plan = b->table->plan;
  il_kind kind = il_bind_parts(b, json, op, parts, 5);
  if (kind == IL_OK) kind = bind_states(b, op, json, "open", 'o', 1);
  if (kind == IL_OK) kind = bind_states(b, op, json, "approved", 'y', 0);
  if (kind == IL_OK) kind = bind_states(b, op, json, "rejected", 'n', 0);
  if (kind != IL_OK) return kind;
  if (plan->nkey > 1 || (plan->nkey == 0 && b->table->info))
    return il_bind_error(b, json, IL_ARGUMENT, "needs a key of one column");
  /* A document read without its tables may not say what its key is. */
  il_bind_word(b, op, 'k', plan->nkey ? plan->cols[plan->key[0]].name : "id");
  kind = bind_needs(b, op, json);
  if (kind == IL_OK) kind = bind_votes(b, op, il_doc_get(json, "votes"), votes);
  return kind == IL_OK ? bind_voters(b, op, il_doc_get(json, "voters")) : kind;
}

/* ---- compiling ------------------------------------------------------------------------------ */

static int add_code(const char *word, il_code *list, int *n, int max) {
  return *n < max && il_code_read(word, &list[(*n)++]);
}

static int read_word(const char *word, il_quorum *q, int *nballots) {
  const char *rest = word + 1;
  il_needs needs;
  switch (word[0]) {
  case 'c':
  case 'h':
  case 'd':
  case 'e':
  case 'q':
    return 1; /* read by their tags */
  case 'o':
    return add_code(rest, q->open, &q->nopen, IL_QUORUM_STATES);
  case 'y':
    return il_code_read(rest, &q->approved);
  case 'n':
    return il_code_read(rest, &q->rejected);
  case 'b':
    return add_code(rest, q->ballots, nballots, IL_BALLOTS);
  case 'a':
    return add_code(rest, q->absent, &q->nabsent, IL_QUORUM_STATES);
  case 'k':
    q->key = rest;
    return *rest != 0;
  case 'V':
    q->votes = rest;
    return *rest != 0;
  case 'F':
    q->of = rest;
    return *rest != 0;
  case 'W':
    q->voter = rest;
    return *rest != 0;
  case 'Y':
    q->type = rest;
    return *rest != 0;
  case 'D':
    q->decision = rest;
    return *rest != 0;
  case 'A':
    q->voters = rest;
    return *rest != 0;
  case 'K':
    q->voters_key = rest;
    return *rest != 0;
  case 'G':
    q->voters_type = rest;
    return *rest != 0;
  case 'z':
    q->absent_column = rest;
    return *rest != 0;
  case 'T':
    if (q->nthresholds == IL_QUORUM_THRESHOLDS) return 0;
    q->thresholds[q->nthresholds++].value = rest;
    return 1;
  case 'N':
    if (q->nthresholds)
      q->thresholds[q->nthresholds - 1].needs = rest;
    else
      q->needs = rest;
    return il_needs_read(rest, &needs);
  default:
    return 0;
  }
}

static int complete(const il_quorum *q, int nballots) {
  int good = q->state >= 0 && q->nopen && q->approved.text && q->rejected.text && q->key &&
             q->votes && q->of && q->voter && q->decision && nballots == IL_BALLOTS;
  if (!q->needs == !q->nthresholds || (q->nthresholds && q->threshold < 0)) return 0;
  for (int i = 0; i < q->nthresholds; i++)
    good = good && q->thresholds[i].needs;
  if (q->voters && !q->voters_key) return 0;
  return good && (!q->nabsent || (q->voters && q->absent_column));
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_quorum *q = il_arena_alloc(arena, sizeof *q);
  int nballots = 0, good = op->events == 0;
  static const char tags[] = "chdeq";
  int *cols[5];
  if (!q) return il_error_set(err, IL_NOMEM, "out of memory");
  cols[0] = &q->state, cols[1] = &q->threshold, cols[2] = &q->deadline, cols[3] = &q->resolved;
  cols[4] = &q->required;
  q->table = plan->table;
  for (int i = 0; i < 5; i++) {
    *cols[i] = il_op_col(op, plan, tags[i]);
    if (*cols[i] >= 0) q->columns[i] = il_col_name(plan, *cols[i]);
  }
  for (int i = 0; i < op->nwords && good; i++)
    good = read_word(op->words[i], q, &nballots);
  if (!good || !complete(q, nballots))
    return il_word_error(op, err, "expected states, votes and what they need");
  if (!q->type) q->type = q->voter;
  op->compiled = q;
  return IL_OK;
}

/* ---- binding -------------------------------------------------------------------------------- */

/* The operation as it will be read back. */
static il_kind read_back(il_binder *b, const il_bind_op *from, const il_quorum **q) {
  il_op op = {.role = from->role, .rule = from->rule, .events = from->events};
  op.ncols = from->ncols;
  op.cols = from->cols;
  op.nwords = from->nwords;
  op.words = from->words;
  il_kind kind = compile(&op, b->table->plan, b->arena, b->err);
  *q = op.compiled;
  return kind;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  const cJSON *rules = il_doc_get(json, "rules");
  il_draft *votes = NULL;
  const il_quorum *q = NULL;
  const char *rule;
  il_bind_op *op;
  il_kind kind = il_bind_keys(b, json, quorum_keys);
  if (kind == IL_OK) kind = il_bind_rule(b, json, &rule);
  if (kind == IL_OK && rules) kind = il_bind_keys(b, rules, rule_keys);
  if (kind != IL_OK) return kind;
  op = il_bind_add(b, b->table, &il_role_quorum, rule, 0);
  if (!op) return il_bind_nomem(b);
  kind = bind_words(b, json, op, &votes);
  if (kind == IL_OK && b->arena->failed) kind = il_bind_nomem(b);
  if (kind == IL_OK) kind = read_back(b, op, &q);
  return kind == IL_OK ? il_quorum_rules(b, json, rule, q, votes) : kind;
}

static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_only(b, json, bind_one, "a table has one quorum");
}

static int index_of(const il_op *op, const il_plan *plan, int k, int postgres, const char **what,
                    il_buf *columns, il_buf *where) {
  const il_quorum *q = op->compiled;
  (void)where;
  if (k || q->deadline < 0) return 0; /* nothing closes by itself */
  il_index_instant(plan, q->state, q->deadline, postgres, columns);
  *what = "quorum";
  return 1;
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_quorum *q = op->compiled;
  il_buf_f(out, "%s is decided by %s: ", plan->table, q->votes);
  if (q->needs) il_buf_str(out, q->needs);
  for (int i = 0; i < q->nthresholds; i++)
    il_buf_f(out, "%s%s %s", i ? ", " : "", q->thresholds[i].value, q->thresholds[i].needs);
  il_buf_str(out, " of those who approve or reject");
  if (q->required >= 0) il_buf_f(out, ", when everybody in %s has voted", q->columns[4]);
  if (q->deadline >= 0) il_buf_f(out, ", or at %s", q->columns[2]);
  il_buf_char(out, '.');
}

const il_role il_role_quorum = {
    .name = "quorum", .bind = bind, .compile = compile, .index = index_of, .describe = describe};
