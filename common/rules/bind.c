/* bind.c: what every role needs to read its part of a rulebook; see bind.h. */
#include "bind.h"
#include "sqltext.h"
#include <string.h>

enum { TEXT_MAX = 1000, RULE_MAX = 31, NEAR_WORD = 40 };

/* ---- errors ---- */

il_kind il_bind_place(il_binder *b, const cJSON *at, il_kind kind) {
  char text[sizeof b->err->message];
  il_buf path;
  if (kind == IL_NOMEM || !b->err) return kind;
  memcpy(text, b->err->message, sizeof text);
  il_buf_init(&path, b->arena->mem);
  il_doc_path(at, &path);
  if (b->report) {
    b->report(b->report_ctx, "error", path.p ? path.p : "", text);
    b->errors++;
  }
  il_error_set(b->err, kind, "rulebook %s: %s: %s", b->rulebook ? b->rulebook : "",
               path.p ? path.p : "/", text);
  il_buf_free(&path);
  return kind;
}

il_kind il_bind_nomem(il_binder *b) {
  return il_error_set(b->err, IL_NOMEM, "out of memory");
}

/* Edit distance (Levenshtein, with a swap of neighbours counted as one) of two short words. */
static int distance(const char *x, const char *y) {
  int rows[3][NEAR_WORD + 1];
  int na = (int)strlen(x), nc = (int)strlen(y);
  char a[NEAR_WORD + 1] = "", c[NEAR_WORD + 1] = "";
  int *before = rows[0], *last = rows[1], *now = rows[2];
  if (na > NEAR_WORD || nc > NEAR_WORD) return NEAR_WORD;
  memcpy(a, x, (size_t)na);
  memcpy(c, y, (size_t)nc);
  memset(rows, 0, sizeof rows);
  for (int j = 0; j <= nc; j++)
    last[j] = j;
  for (int i = 1; i <= na; i++) {
    int *spare = before;
    now[0] = i;
    for (int j = 1; j <= nc; j++) {
      int d = last[j - 1] + (a[i - 1] != c[j - 1]);
      if (last[j] + 1 < d) d = last[j] + 1;
      if (now[j - 1] + 1 < d) d = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == c[j - 2] && a[i - 2] == c[j - 1] && before[j - 2] + 1 < d)
        d = before[j - 2] + 1;
      now[j] = d;
    }
    before = last;
    last = now;
    now = spare;
  }
  return last[nc];
}

/* Lower case of ASCII letters, cut: "status" is near "Status" however short it is. */
static const char *fold(const char *p, char *buf) {
  size_t n = 0;
  for (; n < NEAR_WORD && p[n]; n++)
    buf[n] = (char)(p[n] >= 'A' && p[n] <= 'Z' ? p[n] + 32 : p[n]);
  buf[n] = 0;
  return buf;
}

void il_near_start(il_near *near, const char *word) {
  near->word = word;
  near->best = NULL;
  near->distance = (int)strlen(word) / 3 + 1;
}

void il_near_try(il_near *near, const char *candidate) {
  char a[NEAR_WORD + 1], c[NEAR_WORD + 1];
  int d = distance(fold(near->word, a), fold(candidate, c));
  if (d > near->distance || (d == near->distance && near->best)) return;
  if (d >= (int)strlen(near->word)) return;
  near->best = candidate;
  near->distance = d;
}

const char *il_near_hint(const il_near *near, char *buf, size_t cap) {
  static const char before[] = "; did you mean \"", after[] = "\"?";
  size_t n = near->best ? strlen(near->best) : 0;
  buf[0] = 0;
  if (!near->best || n + sizeof before + sizeof after > cap) return buf;
  memcpy(buf, before, sizeof before - 1);
  memcpy(buf + sizeof before - 1, near->best, n);
  memcpy(buf + sizeof before - 1 + n, after, sizeof after);
  return buf;
}

/* ---- reading nodes ---- */

il_kind il_bind_keys(il_binder *b, const cJSON *json, const char *const *keys) {
  if (!cJSON_IsObject(json)) return il_bind_error(b, json, IL_ARGUMENT, "must be an object");
  for (const cJSON *m = json->child; m; m = m->next) {
    char hint[80];
    il_near near;
    const char *const *key = keys;
    if (strcmp(m->string, "meta") == 0) continue;
    while (*key && strcmp(*key, m->string) != 0)
      key++;
    if (*key) continue;
    il_near_start(&near, m->string);
    for (key = keys; *key; key++)
      il_near_try(&near, *key);
    return il_bind_error(b, m, IL_ARGUMENT, "unknown key%s",
                         il_near_hint(&near, hint, sizeof hint));
  }
  return IL_OK;
}

il_kind il_bind_each(il_binder *b, const cJSON *json,
                     il_kind (*fn)(il_binder *b, const cJSON *json)) {
  il_kind first = IL_OK;
  if (!cJSON_IsArray(json)) return fn(b, json);
  for (const cJSON *m = json->child; m; m = m->next) {
    il_kind kind = fn(b, m);
    if (first == IL_OK) first = kind;
    if (kind != IL_OK && (!b->report || kind == IL_NOMEM)) return kind;
  }
  return first;
}

il_kind il_bind_only(il_binder *b, const cJSON *json,
                     il_kind (*fn)(il_binder *b, const cJSON *json), const char *several) {
  if (cJSON_IsArray(json) && cJSON_GetArraySize(json) > 1)
    return il_bind_error(b, json, IL_ARGUMENT, "%s", several);
  return il_bind_each(b, json, fn);
}

il_kind il_bind_string(il_binder *b, const cJSON *object, const char *key, int required,
                       const char **out) {
  const cJSON *m = il_doc_get(object, key);
  *out = NULL;
  if (!m && !required) return IL_OK;
  if (!m) return il_bind_error(b, object, IL_ARGUMENT, "\"%s\" is missing", key);
  if (!cJSON_IsString(m) || !m->valuestring[0])
    return il_bind_error(b, m, IL_ARGUMENT, "must be a text that is not empty");
  if (strlen(m->valuestring) > TEXT_MAX)
    return il_bind_error(b, m, IL_ARGUMENT, "must have at most %d bytes", TEXT_MAX);
  *out = m->valuestring;
  return IL_OK;
}

static il_kind rule_id(il_binder *b, const cJSON *node, const char **out) {
  const char *p = cJSON_IsString(node) ? node->valuestring : "";
  for (; *p; p++)
    if ((unsigned char)*p <= ' ' || *p == 0x7f) break;
  if (!cJSON_IsString(node) || *p || !node->valuestring[0] || strlen(node->valuestring) > RULE_MAX)
    return il_bind_error(b, node, IL_ARGUMENT,
                         "must be a rule id: 1 to %d bytes without white space", RULE_MAX);
  *out = node->valuestring;
  return IL_OK;
}

il_kind il_bind_rule(il_binder *b, const cJSON *object, const char **out) {
  const cJSON *m = il_doc_get(object, "rule");
  if (!m) return il_bind_error(b, object, IL_ARGUMENT, "\"rule\" is missing");
  return rule_id(b, m, out);
}

il_kind il_bind_rule_of(il_binder *b, const cJSON *object, const char *key, const char *otherwise,
                        const char **out) {
  const cJSON *m = il_doc_get(il_doc_get(object, "rules"), key);
  *out = otherwise;
  return m ? rule_id(b, m, out) : IL_OK;
}

/* JSON numbers arrive as doubles: 2^53 may have been 2^53 + 1, what is smaller is what was
** written. */
static const double exact = 9007199254740991.0;

int il_bind_is_int(const cJSON *node) {
  double d = cJSON_IsNumber(node) ? node->valuedouble : 0.5;
  return d >= -exact && d <= exact && d == (double)(int64_t)d;
}

il_kind il_bind_int(il_binder *b, const cJSON *node, int64_t min, int64_t max, int64_t *out) {
  if (!il_bind_is_int(node)) return il_bind_error(b, node, IL_ARGUMENT, "must be a whole number");
  *out = (int64_t)node->valuedouble;
  if (*out < min || *out > max)
    return il_bind_error(b, node, IL_ARGUMENT, "must be %lld to %lld", (long long)min,
                         (long long)max);
  return IL_OK;
}

il_kind il_bind_events(il_binder *b, const cJSON *object, unsigned otherwise, unsigned *events) {
  static const char *const words[] = {"insert", "update", "delete"};
  const cJSON *on = il_doc_get(object, "on");
  *events = otherwise;
  if (!on) return IL_OK;
  if (!cJSON_IsArray(on) || !on->child)
    return il_bind_error(b, on, IL_ARGUMENT,
                         "must be a list of \"insert\", \"update\", \"delete\"");
  *events = 0;
  for (const cJSON *m = on->child; m; m = m->next) {
    int i = 0;
    while (i < 3 && !(cJSON_IsString(m) && strcmp(m->valuestring, words[i]) == 0))
      i++;
    if (i == 3)
      return il_bind_error(b, m, IL_ARGUMENT, "must be \"insert\", \"update\" or \"delete\"");
    *events |= 1U << i;
  }
  return IL_OK;
}

/* ---- tables and columns ---- */

il_draft *il_bind_draft(il_binder *b, const char *table) {
  for (int i = 0; i < b->ndrafts; i++)
    if (strcmp(b->drafts[i].name, table) == 0) return &b->drafts[i];
  return NULL;
}

il_kind il_bind_column_named(il_binder *b, il_draft *t, const cJSON *at, const char *name,
                             il_coltype guess, int *col) {
  *col = il_plan_column(t->plan, name);
  if (*col >= 0) { /* without a catalog the first role that knows the type says it */
    if (!t->info && t->plan->cols[*col].type == IL_C_OTHER) t->plan->cols[*col].type = guess;
    return IL_OK;
  }
  if (t->info) { /* all columns of the table are in the plan already */
    char hint[80];
    il_near near;
    il_near_start(&near, name);
    for (int i = 0; i < t->info->ncols; i++)
      il_near_try(&near, t->info->cols[i].name);
    return il_bind_error(b, at, IL_NO_COLUMN, "table \"%s\" has no column \"%s\"%s", t->name, name,
                         il_near_hint(&near, hint, sizeof hint));
  }
  *col = il_plan_add_column(t->plan, b->arena, name, guess);
  if (*col >= 0) return IL_OK;
  if (b->arena->failed) return il_bind_nomem(b);
  return il_bind_error(b, at, IL_ARGUMENT, "more than %d columns", IL_PLAN_COLS_MAX);
}

il_kind il_bind_column(il_binder *b, const cJSON *node, il_coltype guess, int *col) {
  if (!cJSON_IsString(node) || !node->valuestring[0] || strlen(node->valuestring) > 127)
    return il_bind_error(b, node, IL_ARGUMENT, "must be the name of a column");
  return il_bind_column_named(b, b->table, node, node->valuestring, guess, col);
}

const struct il_column_info *il_bind_info(const il_draft *t, int col) {
  for (int i = 0; t->info && i < t->info->ncols; i++)
    if (strcmp(t->info->cols[i].name, t->plan->cols[col].name) == 0) return &t->info->cols[i];
  return NULL;
}

int il_bind_nullable(const il_draft *t, int col) {
  const struct il_column_info *info = il_bind_info(t, col);
  return !info || !info->not_null;
}

/* ---- operations ---- */

/* Room for one more of n things; arrays double at powers of two and the old ones stay in the
** arena. */
static void *grow(il_binder *b, void *array, int n, size_t size) {
  void *bigger;
  if (n > 0 && (n < 4 || (n & (n - 1)))) return array;
  bigger = il_arena_alloc(b->arena, (size_t)(n < 4 ? 4 : n * 2) * size);
  if (bigger && n) memcpy(bigger, array, (size_t)n * size);
  return bigger;
}

il_bind_op *il_bind_add(il_binder *b, il_draft *t, const il_role *role, const char *rule,
                        unsigned events) {
  il_bind_op *op = il_arena_alloc(b->arena, sizeof *op);
  il_bind_op **ops = grow(b, t->ops, t->nops, sizeof(il_bind_op *));
  if (!op || !ops) return NULL;
  op->role = role;
  op->rule = rule;
  op->events = events;
  t->ops = ops;
  t->ops[t->nops++] = op;
  return op;
}

void il_bind_add_col(il_binder *b, il_bind_op *op, int col) {
  uint16_t *cols = op ? grow(b, op->cols, op->ncols, sizeof *cols) : NULL;
  if (!cols) return;
  op->cols = cols;
  cols[op->ncols++] = (uint16_t)col;
}

void il_bind_word(il_binder *b, il_bind_op *op, char tag, const char *text) {
  const char **words = op ? grow(b, op->words, op->nwords, sizeof *words) : NULL;
  size_t n = text ? strlen(text) : 0;
  char *word = il_arena_alloc(b->arena, n + 2);
  if (!words || !word) return;
  word[0] = tag;
  for (size_t i = 0; i < n; i++)
    word[i + 1] = text[i];
  op->words = words;
  words[op->nwords++] = word;
}

void il_bind_word_int(il_binder *b, il_bind_op *op, char tag, int64_t i) {
  il_buf text;
  il_buf_init(&text, b->arena->mem);
  il_buf_int(&text, i);
  il_bind_word(b, op, tag, il_bind_take(b, &text));
}

const char *il_bind_copy(il_binder *b, const char *text, size_t n) {
  const char *copy = il_arena_copy(b->arena, text, n);
  return copy ? copy : "";
}

const char *il_bind_take(il_binder *b, il_buf *buf) {
  const char *text = il_bind_copy(b, buf->p ? buf->p : "", buf->p ? buf->n : 0);
  if (buf->failed) b->arena->failed = 1;
  il_buf_free(buf);
  return text;
}

/* ---- machines and SQL ---- */

il_bind_machine *il_bind_machine_of(const il_draft *t, int col) {
  if (col < 0) return t->machines && !t->machines->next ? t->machines : NULL;
  for (il_bind_machine *m = t->machines; m; m = m->next)
    if (m->col == col) return m;
  return NULL;
}

il_kind il_bind_code(il_binder *b, const cJSON *state, const char **code, int *integer) {
  const cJSON *node = il_doc_get(state, "code");
  *integer = 0;
  *code = state->string;
  if (!node) return IL_OK;
  if (cJSON_IsString(node) && node->valuestring[0]) {
    *code = node->valuestring;
  } else if (il_bind_is_int(node)) {
    il_buf text;
    il_buf_init(&text, b->arena->mem);
    il_buf_int(&text, (int64_t)node->valuedouble);
    *code = il_bind_take(b, &text);
    *integer = 1;
  } else if (cJSON_IsNull(node)) {
    *integer = -1;
  } else {
    return il_bind_error(b, node, IL_ARGUMENT,
                         "must be a text that is not empty, a whole number below 2^53 or null");
  }
  return IL_OK;
}

il_kind il_bind_state(il_binder *b, const il_bind_machine *m, const cJSON *at, const char *name,
                      const char **code) {
  const cJSON *state = il_doc_get(m->states, name);
  int integer;
  if (!state) {
    char hint[80];
    il_near near;
    il_near_start(&near, name);
    for (const cJSON *s = m->states->child; s; s = s->next)
      il_near_try(&near, s->string);
    return il_bind_error(b, at, IL_ARGUMENT, "no state \"%.*s\"%s", 64, name,
                         il_near_hint(&near, hint, sizeof hint));
  }
  il_kind kind = il_bind_code(b, state, code, &integer);
  if (kind == IL_OK && integer < 0)
    kind =
        il_bind_error(b, at, IL_ARGUMENT, "\"%s\" is stored as NULL: nothing can hang on it", name);
  return kind;
}

/* Of asserts and effects; which event it is only event rows know. */
static int known_variable(const char *p, size_t n) {
  static const char *const known[] = {"now", "actor", "payload", "from", "to", "key"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strlen(known[i]) == n && memcmp(known[i], p, n) == 0) return 1;
  return 0;
}

il_kind il_bind_sql(il_binder *b, il_draft *t, const cJSON *at, const char *sql, unsigned events,
                    int vars, int *uses_old) {
  size_t pos = 0, n = strlen(sql);
  il_piece piece;
  int more;
  if (uses_old) *uses_old = 0;
  while ((more = il_sql_piece(sql, n, &pos, b->arena, &piece, b->err)) == 1) {
    int col;
    il_kind kind;
    if (piece.kind == IL_PIECE_TEXT) continue;
    if (piece.kind == IL_PIECE_VAR) {
      if (vars && known_variable(piece.p, piece.n)) continue;
      return il_bind_error(b, at, IL_ARGUMENT, "no variable $%.*s here, at offset %zu",
                           (int)piece.n, piece.p, piece.offset);
    }
    if (piece.kind == IL_PIECE_OLD) {
      if (uses_old) *uses_old = 1;
      if (events & IL_EV_INSERT)
        return il_bind_error(b, at, IL_ARGUMENT, "an insert has no OLD row, at offset %zu",
                             piece.offset);
    } else if (events & IL_EV_DELETE) {
      return il_bind_error(b, at, IL_ARGUMENT, "a delete has no NEW row, at offset %zu",
                           piece.offset);
    }
    kind = il_bind_column_named(b, t, at, il_bind_copy(b, piece.p, piece.n), IL_C_OTHER, &col);
    if (kind != IL_OK) return kind;
  }
  if (more < 0) return il_bind_place(b, at, b->err->kind);
  return IL_OK;
}
