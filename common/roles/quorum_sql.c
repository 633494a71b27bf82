/* quorum_sql.c: the SQL of a decision by votes; see quorum.h. */
#include "quorum.h"

enum { STATE, THRESHOLD, DEADLINE, RESOLVED, REQUIRED };

void il_quorum_any(const char *row, const char *column, const il_code *codes, int n, il_buf *out) {
  if (*row)
    il_buf_f(out, "%s.%I IN (", row, column);
  else
    il_buf_f(out, "%I IN (", column);
  for (int i = 0; i < n; i++) {
    if (i) il_buf_str(out, ", ");
    il_code_sql(&codes[i], out);
  }
  il_buf_char(out, ')');
}

/* FROM votes of the row. */
static void votes_of(const il_quorum_sql *s, il_buf *out) {
  il_buf_f(out, " FROM %s%I il_v WHERE il_v.%I = %s.%I", s->schema, s->q->votes, s->q->of, s->row,
           s->q->key);
}

void il_quorum_count(const il_quorum_sql *s, int ballot, il_buf *out) {
  il_buf_str(out, "(SELECT count(*)");
  votes_of(s, out);
  il_buf_f(out, " AND il_v.%I = ", s->q->decision);
  il_code_sql(&s->q->ballots[ballot], out);
  il_buf_char(out, ')');
}

void il_quorum_closed(const il_quorum_sql *s, const char *now, il_buf *out) {
  if (s->q->deadline < 0) {
    il_buf_str(out, "(1 = 0)");
    return;
  }
  il_buf_f(out, "(%s.%I IS NOT NULL AND %sinstant_us(%s.%I) <= %sinstant_us(%s))", s->row,
           s->q->columns[DEADLINE], s->fn, s->row, s->q->columns[DEADLINE], s->fn, now);
}

/* Of the types that are required, those that have not voted; where none is, voters who have not. */
static void missing(const il_quorum_sql *s, int all, il_buf *out) {
  const il_quorum *q = s->q;
  if (q->required >= 0) {
    const char *required = q->columns[REQUIRED];
    il_buf_f(out, "CASE WHEN coalesce(%sjson_distinct(%s.%I), 0) > 0 THEN ", s->fn, s->row,
             required);
    il_buf_f(out, "%sjson_distinct(%s.%I) - (SELECT count(DISTINCT il_v.%I)", s->fn, s->row,
             required, q->type);
    votes_of(s, out);
    il_buf_f(out, " AND %sjson_has(%s.%I, il_v.%I)) ELSE ", s->fn, s->row, required, q->type);
  }
  if (!q->voters || all) {
    il_buf_char(out, '0');
  } else {
    il_buf_f(out, "(SELECT count(*) FROM %s%I il_a WHERE ", s->schema, q->voters);
    if (q->nabsent) {
      il_buf_str(out, "NOT (");
      il_quorum_any("il_a", q->absent_column, q->absent, q->nabsent, out);
      il_buf_str(out, ") AND ");
    }
    il_buf_str(out, "NOT EXISTS (SELECT 1");
    votes_of(s, out);
    il_buf_f(out, " AND il_v.%I = il_a.%I))", q->voter, q->voters_key);
  }
  if (q->required >= 0) il_buf_str(out, " END");
}

static void needs(const il_quorum_sql *s, il_buf *out) {
  const il_quorum *q = s->q;
  if (q->needs) {
    il_buf_f(out, "%Q", q->needs);
    return;
  }
  il_buf_f(out, "CASE %s.%I", s->row, q->columns[THRESHOLD]);
  for (int i = 0; i < q->nthresholds; i++)
    il_buf_f(out, " WHEN %Q THEN %Q", q->thresholds[i].value, q->thresholds[i].needs);
  il_buf_str(out, " END");
}

void il_quorum_verdict(const il_quorum_sql *s, const char *closed, int all, il_buf *out) {
  static const int order[] = {IL_APPROVE, IL_REJECT, IL_NEED_INFO};
  il_buf_f(out, "%squorum_verdict(", s->fn);
  needs(s, out);
  for (int i = 0; i < 3; i++) {
    il_buf_str(out, ", ");
    il_quorum_count(s, order[i], out);
  }
  il_buf_str(out, ", ");
  missing(s, all, out);
  il_buf_f(out, ", %s)", closed);
}

int il_needs_read(const char *text, il_needs *out) {
  char num[24];
  const char *slash = strchr(text, '/'), *from = text + 1;
  *out = (il_needs){0, 1, 1};
  if (strcmp(text, "all") == 0) out->kind = 'a';
  if (strcmp(text, "any") == 0) out->kind = '1';
  if (out->kind) return 1;
  if (text[0] != '>' || !slash) return 0;
  if (*from == '=') from++;
  if (slash <= from || (size_t)(slash - from) >= sizeof num) return 0;
  memcpy(num, from, (size_t)(slash - from));
  num[slash - from] = 0;
  out->kind = text[1] == '=' ? '=' : '>';
  return il_word_int(num, &out->n) && il_word_int(slash + 1, &out->d) && out->n > 0 &&
         out->n <= out->d && out->d <= 1000000;
}
