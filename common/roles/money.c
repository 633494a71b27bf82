/*
** money.c: exact decimals. PostgreSQL's NUMERIC(10,2) rounds to its scale before any rule can see; SQLite's
** stores what it is given, as an integer or a binary fraction. So a value must be one that the scale
** holds exactly: on SQLite the third decimal is refused, and sums can be made in whole units of it.
**
** Words: "n" (may be NULL) or "-", "p<digits>" in all (0: as many as are exact), "s<decimals>".
*/
#include "roles.h"

enum { SCALE_MAX = 15, DIGITS_MAX = 15, NUMERIC_DIGITS_MAX = 1000 };

typedef struct money {
  int64_t digits, scale;
  int64_t unit;  /* 10^scale */
  int64_t limit; /* in units, not reached; 0: none but what is exact */
} money;

/* Above that not every whole number is a binary fraction's neighbour's only one. */
static const int64_t exact = INT64_C(1) << 53;

static il_kind spec(il_binder *b, il_bind_op *op, int col, const cJSON *json) {
  const cJSON *digits = cJSON_IsArray(json) ? json->child : NULL,
              *scale = digits ? digits->next : json;
  int64_t p = 0, s = 0;
  il_kind kind = IL_OK;
  (void)col;
  if (cJSON_IsArray(json) && (!digits || !scale || scale->next))
    return il_bind_error(b, json, IL_ARGUMENT,
                         "must be the number of decimals, or [digits, decimals]");
  if (digits) kind = il_bind_int(b, digits, 1, DIGITS_MAX, &p);
  if (kind == IL_OK) kind = il_bind_int(b, scale, 0, digits ? p : SCALE_MAX, &s);
  if (kind != IL_OK) return kind;
  il_bind_word_int(b, op, 'p', p);
  il_bind_word_int(b, op, 's', s);
  return IL_OK;
}

static il_kind bind_one(il_binder *b, const cJSON *json) {
  return il_bind_columns(b, json, &il_role_money, IL_C_OTHER, spec);
}
static il_kind bind(il_binder *b, const cJSON *json) {
  return il_bind_each(b, json, bind_one);
}

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  money *m = il_arena_alloc(arena, sizeof *m);
  (void)plan;
  if (!m) return il_error_set(err, IL_NOMEM, "out of memory");
  if (op->ncols != 1 || op->nwords != 3 || !il_op_events(op, IL_EV_INSERT | IL_EV_UPDATE) ||
      op->words[1][0] != 'p' || op->words[2][0] != 's' ||
      !il_word_int(op->words[1] + 1, &m->digits) || !il_word_int(op->words[2] + 1, &m->scale) ||
      m->digits < 0 || m->digits > DIGITS_MAX || m->scale < 0 || m->scale > SCALE_MAX ||
      (m->digits && m->scale > m->digits))
    return il_word_error(op, err, "expected one column, digits and decimals");
  m->unit = 1;
  for (int64_t i = 0; i < m->scale; i++)
    m->unit *= 10;
  m->limit = m->digits ? 1 : 0;
  for (int64_t i = 0; i < m->digits; i++)
    m->limit *= 10;
  op->compiled = m;
  return IL_OK;
}

typedef enum verdict { FITS, NO_NUMBER, TOO_FINE, TOO_LARGE } verdict;

static verdict in_limit(const money *m, int64_t units) {
  int64_t limit = m->limit ? m->limit : exact;
  return units < limit && units > -limit ? FITS : TOO_LARGE;
}

static verdict judge_int(const money *m, int64_t i) {
  int64_t units;
  return __builtin_mul_overflow(i, m->unit, &units) ? TOO_LARGE : in_limit(m, units);
}

/* The binary fraction must be the one nearest to a decimal of that scale: then it is meant. */
static verdict judge_real(const money *m, double r) {
  double units = r * (double)m->unit;
  int64_t i;
  if (r != r) return NO_NUMBER;
  if (!(units < (double)exact && units > -(double)exact)) return TOO_LARGE;
  i = (int64_t)(units < 0 ? units - 0.5 : units + 0.5);
  if ((double)i / (double)m->unit != r) return TOO_FINE;
  return in_limit(m, i);
}

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* A decimal as PostgreSQL writes a NUMERIC: exact, however long it is. */
static verdict judge_decimal(const money *m, const char *p, size_t n) {
  const char *end = p + n;
  int64_t whole = 0, decimals = 0;
  if (p < end && *p == '-') p++;
  if (p == end || !is_digit(*p)) return NO_NUMBER; /* NaN, Infinity */
  for (; p < end && *p == '0'; p++)
    ;
  for (; p < end && is_digit(*p); p++)
    whole++;
  if (p < end && *p == '.') {
    int64_t at = 0;
    for (p++; p < end && is_digit(*p); p++)
      if (at++, *p != '0') decimals = at;
  }
  if (p != end) return NO_NUMBER;
  if (decimals > m->scale) return TOO_FINE;
  return whole > (m->digits ? m->digits - m->scale : NUMERIC_DIGITS_MAX) ? TOO_LARGE : FITS;
}

static verdict judge(const money *m, const il_value *v) {
  switch (v->type) {
  case IL_T_INT:
    return judge_int(m, v->i);
  case IL_T_REAL:
    return judge_real(m, v->r);
  case IL_T_OTHER:
    return judge_decimal(m, v->p, v->n);
  default:
    return NO_NUMBER;
  }
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const money *m = op->compiled;
  int col = op->cols[0];
  const char *table = row->plan->table, *column = il_col_name(row->plan, col);
  char shown[64];
  il_value v;
  (void)work;
  if (!il_row_sets(row, col)) return IL_OK;
  v = il_row_value(row, IL_NEW, col);
  if (v.type == IL_T_NULL)
    return op->words[0][0] == 'n' ? IL_OK : il_refuse_null(err, row, op, col);
  switch (judge(m, &v)) {
  case FITS:
    return IL_OK;
  case TOO_FINE:
    il_value_show(&v, shown, sizeof shown);
    if (judge_decimal(m, shown, strlen(shown)) == FITS) /* 0.1 + 0.2 */
      return il_refuse(err, row, op, col, IL_RULE,
                       "%s.%s is nearly %s, but not exactly: round it to %d decimals", table,
                       column, shown, (int)m->scale);
    return il_refuse(err, row, op, col, IL_RULE, "%s.%s has at most %d decimals, not %s", table,
                     column, (int)m->scale, shown);
  case TOO_LARGE:
    if (!m->digits)
      return il_refuse(err, row, op, col, IL_RULE, "%s.%s is too large to be exact: %s", table,
                       column, il_value_show(&v, shown, sizeof shown));
    return il_refuse(err, row, op, col, IL_RULE,
                     "%s.%s has at most %d digits before the point: %s is too large", table, column,
                     (int)(m->digits - m->scale), il_value_show(&v, shown, sizeof shown));
  default:
    return il_refuse(err, row, op, col, IL_RULE, "%s.%s must be a number", table, column);
  }
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const money *m = op->compiled;
  il_buf_f(out, "%s.%s is a number with at most %d decimals", plan->table,
           il_col_name(plan, op->cols[0]), (int)m->scale);
  if (m->digits) il_buf_f(out, " and %d digits before the point", (int)(m->digits - m->scale));
  il_buf_str(out, op->words[0][0] == 'n' ? ", or NULL." : ".");
}

const il_role il_role_money = {.name = "money",
                               .values = 1,
                               .if_changed = 1,
                               .bind = bind,
                               .compile = compile,
                               .check = check,
                               .describe = describe};
