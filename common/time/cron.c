/*
** cron.c: the grammar of cron expressions. cron_next.c says which instants a compiled expression
** denotes.
**
** One pass over the text splits it into fields, one pass over each field sets its bits. Nothing is
** copied. A message is made only when something is wrong, and then says field, byte and what was
** expected.
*/
#include "cron.h"

#include <string.h>

#include "../values/instant.h"
#include "../values/value.h"

enum field { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR, FIELDS };

static const struct {
  const char *name;
  int min, max;
} fields[FIELDS] = {
    [SECOND] = {"second", 0, 59},
    [MINUTE] = {"minute", 0, 59},
    [HOUR] = {"hour", 0, 23},
    [DAY] = {"day", 1, 31},
    [MONTH] = {"month", 1, 12},
    [WEEKDAY] = {"weekday", 0, 7},
    [YEAR] = {"year", IL_CRON_YEAR_MIN, IL_CRON_YEAR_MAX},
};

static const char month_names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
static const char weekday_names[] = "sunmontuewedthufrisat";

static const struct {
  const char *name, *stands_for;
} macros[] = {
    {"yearly", "0 0 1 1 *"},         {"annually", "0 0 1 1 *"}, {"monthly", "0 0 1 * *"},
    {"weekly", "0 0 * * 0"},         {"daily", "0 0 * * *"},    {"midnight", "0 0 * * *"},
    {"hourly", "0 * * * *"},         {"minutely", "* * * * *"}, {"every_minute", "* * * * *"},
    {"every_second", "* * * * * *"},
};

/* Where the parser is. */
struct reader {
  const char *text, *text_end; /* the whole expression, for messages */
  const char *p, *end;         /* the rest of the field */
  enum field field;
  int number; /* of the field as written, from 1 */
  il_cron *cron;
  il_error *err;
};

/* At most 63 bytes of hostile text for a message: cut at a UTF-8 boundary, control and invalid
   bytes shown as '?'. */
static const char *show(const char *p, size_t n, char out[64]) {
  il_value v = il_text(p, n);
  return il_value_show(&v, out, 64);
}

/* The character at p for a message: all bytes of a UTF-8 sequence. */
static const char *show_char(const char *p, const char *end, char out[64]) {
  const char *q = p + 1;
  while (q < end && q < p + 4 && ((unsigned char)*q & 0xc0) == 0x80)
    q++;
  return show(p, (size_t)(q - p), out);
}

/* Fails at a byte of the expression as a whole. */
static il_kind fail_text(const char *p, size_t n, size_t offset, il_error *err, const char *what) {
  char shown[64];
  il_error_set(err, IL_ARGUMENT, "cron expression \"%s\": %s, at offset %d", show(p, n, shown),
               what, (int)offset);
  if (err) err->offset = (int)offset;
  return IL_ARGUMENT;
}

/* Fails at a byte of a field. what may hold one %s for word. */
static il_kind fail(const struct reader *r, const char *at, const char *what, const char *word) {
  char shown[64];
  int offset = (int)(at - r->text);
  il_error_set(r->err, IL_ARGUMENT, "cron expression \"%s\": field %d (%s): %s%s, at offset %d",
               show(r->text, (size_t)(r->text_end - r->text), shown), r->number,
               fields[r->field].name, what, word, offset);
  if (r->err) r->err->offset = offset;
  return IL_ARGUMENT;
}

/* "61 is outside 0–59" for the number that is written from at to r->p. */
static il_kind fail_range(const struct reader *r, const char *at, const char *what, int min,
                          int max) {
  char shown[64], digits[64];
  int offset = (int)(at - r->text);
  size_t n = (size_t)(r->p - at);
  il_error_set(r->err, IL_ARGUMENT,
               "cron expression \"%s\": field %d (%s): %s%.*s%s is outside %d–%d, at offset %d",
               show(r->text, (size_t)(r->text_end - r->text), shown), r->number,
               fields[r->field].name, what, n > 12 ? 12 : (int)n, show(at, n, digits),
               n > 12 ? "…" : "", min, max, offset);
  if (r->err) r->err->offset = offset;
  return IL_ARGUMENT;
}

/* Something stands where a value was expected, or nothing does. */
static il_kind fail_value(const struct reader *r) {
  char shown[64];
  int named = r->field == MONTH || r->field == WEEKDAY;
  const char *what =
      named ? "expected a number, a name of three letters or *, " : "expected a number or *, ";
  if (r->p == r->end) return fail(r, r->p, what, "found the end of the field");
  if (*r->p == ',') return fail(r, r->p, what, "found an empty list item");
  return fail(r, r->p,
              named ? "expected a number, a name of three letters or *, not "
                    : "expected a number or *, not ",
              show_char(r->p, r->end, shown));
}

static inline int is_digit(char c) {
  return c >= '0' && c <= '9';
}
static inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
static inline int looking_at(const struct reader *r, char c) {
  return r->p < r->end && lower(*r->p) == c;
}

/* Digits; values past six digits stay at a million, which is outside every field. -1 when there are
   none. */
static int read_digits(struct reader *r) {
  int v = 0;
  const char *from = r->p;
  for (; r->p < r->end && is_digit(*r->p); r->p++)
    v = v < 100000 ? v * 10 + (*r->p - '0') : 1000000;
  return r->p > from ? v : -1;
}

/* A name of the field's; -1 when there is none. */
static int read_name(struct reader *r) {
  const char *names = r->field == MONTH ? month_names : weekday_names;
  int count = r->field == MONTH ? 12 : r->field == WEEKDAY ? 7 : 0;
  if (r->end - r->p < 3) return -1;
  char a = lower(r->p[0]), b = lower(r->p[1]), c = lower(r->p[2]);
  for (int i = 0; i < count; i++) {
    const char *name = names + 3 * i;
    if (a != name[0] || b != name[1] || c != name[2]) continue;
    r->p += 3;
    return i + (r->field == MONTH);
  }
  return -1;
}

/* One value of the field, a number or a name. */
static il_kind read_value(struct reader *r, int *value) {
  const char *at = r->p;
  *value = read_digits(r);
  if (*value < 0) {
    *value = read_name(r);
    if (*value >= 0) return IL_OK;
    fail_value(r);
    return IL_ARGUMENT;
  }
  int min = fields[r->field].min, max = fields[r->field].max;
  if (*value >= min && *value <= max) return IL_OK;
  fail_range(r, at, "", min, max);
  return IL_ARGUMENT;
}

/* Sets the bits lo, lo + step, … hi. Past the field's maximum it goes on at its minimum; weekday 7
   is 0. */
static void set_bits(struct reader *r, int lo, int hi, int step) {
  il_cron *c = r->cron;
  uint64_t bits = 0;
  if (r->field == YEAR) {
    for (int v = lo - IL_CRON_YEAR_MIN; v <= hi - IL_CRON_YEAR_MIN; v += step)
      c->year[v >> 6] |= UINT64_C(1) << (v & 63);
    return;
  }
  int min = fields[r->field].min, max = r->field == WEEKDAY ? 6 : fields[r->field].max;
  if (step == 1 && lo <= hi && hi <= max) {
    bits = (UINT64_MAX >> (63 - (hi - lo))) << lo;
  } else {
    if (hi < lo) hi += max - min + 1;
    for (int v = lo; v <= hi; v += step)
      bits |= UINT64_C(1) << ((v > max ? v - (max - min + 1) : v) & 63);
  }
  switch (r->field) {
  case SECOND:
    c->second |= bits;
    break;
  case MINUTE:
    c->minute |= bits;
    break;
  case HOUR:
    c->hour |= (uint32_t)bits;
    break;
  case DAY:
    c->day |= (uint32_t)bits;
    break;
  case MONTH:
    c->month |= (uint16_t)bits;
    break;
  default:
    c->weekday |= (uint8_t)bits;
    break;
  }
}

/* "/n" when it is there. */
static il_kind read_step(struct reader *r, int *step) {
  *step = 1;
  if (!looking_at(r, '/')) return IL_OK;
  const char *at = ++r->p;
  *step = read_digits(r);
  if (*step < 0) return fail(r, at, "expected a step after /", "");
  int max = fields[r->field].max;
  return *step < 1 || *step > max ? fail_range(r, at, "step ", 1, max) : IL_OK;
}

/* Day: L, L-3, LW, L-3W. r->p is behind the L. */
static il_kind read_last_day(struct reader *r) {
  int before = 0;
  if (looking_at(r, '-')) {
    const char *at = ++r->p;
    before = read_digits(r);
    if (before < 0) return fail(r, at, "expected a number of days after L-", "");
    if (before > 30) return fail_range(r, at, "", 0, 30);
  }
  if (looking_at(r, 'w')) {
    r->p++;
    r->cron->last_near |= UINT32_C(1) << before;
  } else {
    r->cron->last |= UINT32_C(1) << before;
  }
  r->cron->flags |= IL_CRON_SPECIAL;
  return IL_OK;
}

/* Weekday: 5L, FRI#2, FRI#L. r->p is at the L or the #. */
static il_kind read_nth(struct reader *r, int weekday) {
  int k = 6;
  if (*r->p++ == '#') {
    if (looking_at(r, 'l')) {
      r->p++;
    } else {
      const char *at = r->p;
      k = read_digits(r);
      if (k < 0) return fail(r, at, "expected 1 to 5 or L after #", "");
      if (k < 1 || k > 5 || r->p - at > 1) return fail_range(r, at, "", 1, 5);
    }
  }
  r->cron->nth |= UINT64_C(1) << (8 * (weekday % 7) + k);
  r->cron->flags |= IL_CRON_SPECIAL;
  return IL_OK;
}

/* One item of a list. */
static il_kind read_item(struct reader *r) {
  int lo, hi, step;
  il_kind kind;
  if (r->p < r->end && (*r->p == '*' || *r->p == '?')) {
    r->p++;
    if ((kind = read_step(r, &step))) return kind;
    if (r->field == YEAR && step == 1)
      r->cron->flags &= ~(uint32_t)IL_CRON_YEARS; /* every year, past 2199 too */
    set_bits(r, fields[r->field].min, r->field == WEEKDAY ? 6 : fields[r->field].max, step);
    return IL_OK;
  }
  if (r->field == DAY && looking_at(r, 'l')) {
    r->p++;
    return read_last_day(r);
  }
  const char *at = r->p;
  if ((kind = read_value(r, &lo))) return kind;
  hi = lo;
  if (r->field == DAY && looking_at(r, 'w')) {
    r->p++;
    r->cron->near |= UINT32_C(1) << lo;
    r->cron->flags |= IL_CRON_SPECIAL;
    return IL_OK;
  }
  if (r->field == WEEKDAY && (looking_at(r, 'l') || looking_at(r, '#'))) return read_nth(r, lo);
  if (looking_at(r, '-')) {
    r->p++;
    if ((kind = read_value(r, &hi))) return kind;
    if (r->field == YEAR && hi < lo) return fail(r, at, "the range runs backwards", "");
  } else if (looking_at(r, '/')) {
    hi = r->field == WEEKDAY && lo < 7 ? 6 : fields[r->field].max;
  }
  if ((kind = read_step(r, &step))) return kind;
  set_bits(r, lo, hi, step);
  return IL_OK;
}

/* A whole field: a list of items. */
static il_kind read_field(struct reader *r) {
  char shown[64];
  if (r->field == WEEKDAY && looking_at(r, '+')) {
    r->p++;
    r->cron->flags |= IL_CRON_AND;
  }
  if (r->p < r->end && (*r->p == '*' || *r->p == '?')) {
    if (r->field == DAY) r->cron->flags |= IL_CRON_AND | IL_CRON_DAY_STAR;
    if (r->field == WEEKDAY) r->cron->flags |= IL_CRON_AND | IL_CRON_WEEKDAY_STAR;
  }
  if (r->field == YEAR) r->cron->flags |= IL_CRON_YEARS;
  for (;;) {
    il_kind kind = read_item(r);
    if (kind) return kind;
    if (r->p == r->end) break;
    if (*r->p != ',')
      return fail(r, r->p, "expected a comma or the end of the field, not ",
                  show_char(r->p, r->end, shown));
    r->p++;
  }
  return IL_OK;
}

/* Splits the text into at most FIELDS + 1 fields. */
static int split(const char *p, const char *end, const char *from[FIELDS + 1],
                 const char *to[FIELDS + 1]) {
  int n = 0;
  for (;;) {
    while (p < end && (*p == ' ' || *p == '\t'))
      p++;
    if (p == end || n > FIELDS) return n;
    from[n] = p;
    while (p < end && *p != ' ' && *p != '\t')
      p++;
    to[n++] = p;
  }
}

/* Whether any of the characters *, ?, - and / stands in a field. */
static int is_interval(const char *p, const char *end) {
  for (; p < end; p++)
    if (*p == '*' || *p == '-' || *p == '/' || *p == '?') return 1;
  return 0;
}

/* Whether dates are wanted that no calendar has. Plain days and weekdays are decided at once: every
** day up to the 28th, and with it every pair of such a day and a weekday, comes in each month of
** some year. Otherwise the 28 kinds of month are looked at: a month's length and the weekday of its
** first decide which of its days match. */
static int is_never(const il_cron *c) {
  int64_t ignored;
  if (c->flags & IL_CRON_YEARS) return !il_cron_next(c, NULL, IL_INSTANT_MIN, &ignored);
  if (!(c->flags & IL_CRON_SPECIAL)) {
    if (!(c->flags & IL_CRON_AND)) return 0; /* any weekday of some month */
    int longest = c->month & 0x15aa ? 31 : c->month & 0x0a50 ? 30 : 29;
    return !(c->day & (UINT32_MAX >> (31 - longest)));
  }
  for (int month = 1; month <= 12; month++) {
    if (!(c->month >> month & 1)) continue;
    int longest = month == 2 ? 29 : 0x15aa >> month & 1 ? 31 : 30;
    for (int length = month == 2 ? 28 : longest; length <= longest; length++)
      for (int weekday = 0; weekday < 7; weekday++)
        if (il_cron_month_days(c, length, weekday)) return 0;
  }
  return 1;
}

static int lowest(uint64_t bits) {
  return __builtin_ctzll(bits);
}
static int highest(uint64_t bits) {
  return 63 - __builtin_clzll(bits);
}

static il_kind read_fields(const char *p, size_t n, il_cron *cron, il_error *err) {
  const char *from[FIELDS + 1], *to[FIELDS + 1];
  struct reader r = {.text = p, .text_end = p + n, .cron = cron, .err = err};
  int count = split(p, p + n, from, to);
  if (count < 5) {
    char what[] = "expected 5, 6 or 7 fields, found 0";
    what[sizeof what - 2] = (char)('0' + count);
    return fail_text(p, n, n, err, what);
  }
  if (count > FIELDS)
    return fail_text(p, n, (size_t)(from[FIELDS] - p), err,
                     "expected nothing after the seventh field");
  cron->fields = (uint8_t)count;
  int first = count == 5 ? MINUTE : SECOND;
  if (count == 5)
    cron->second = 1;
  else
    cron->flags |= IL_CRON_SECONDS;
  for (int i = 0; i < count; i++) {
    r.field = (enum field)(first + i);
    r.number = i + 1;
    r.p = from[i];
    r.end = to[i];
    if (r.field <= HOUR && is_interval(from[i], to[i])) cron->flags |= IL_CRON_INTERVAL;
    il_kind kind = read_field(&r);
    if (kind) return kind;
  }
  cron->first = lowest(cron->hour) * 3600 + lowest(cron->minute) * 60 + lowest(cron->second);
  cron->final = highest(cron->hour) * 3600 + highest(cron->minute) * 60 + highest(cron->second);
  if (is_never(cron)) cron->flags |= IL_CRON_NEVER;
  return IL_OK;
}

static il_kind read_macro(const char *p, const char *name, const char *end, size_t n, il_cron *cron,
                          il_error *err) {
  const char *q = name + 1;
  while (q < end && *q != ' ' && *q != '\t')
    q++;
  const char *rest = q;
  while (rest < end && (*rest == ' ' || *rest == '\t'))
    rest++;
  size_t length = (size_t)(q - name - 1);
  for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
    const char *m = macros[i].name;
    size_t k = 0;
    while (k < length && m[k] && lower(name[1 + k]) == m[k])
      k++;
    if (k < length || m[k]) continue;
    if (rest < end)
      return fail_text(p, n, (size_t)(rest - p), err, "expected nothing after the macro");
    return read_fields(macros[i].stands_for, strlen(macros[i].stands_for), cron, err);
  }
  return fail_text(p, n, (size_t)(name - p), err,
                   "expected @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, "
                   "@minutely, @every_minute or @every_second");
}

il_kind il_cron_parse(const char *p, size_t n, il_cron *cron, il_error *err) {
  const char *q = p, *end = p + n;
  il_kind kind;
  memset(cron, 0, sizeof *cron);
  while (q < end && n <= IL_CRON_TEXT_MAX && (*q == ' ' || *q == '\t'))
    q++;
  if (n > IL_CRON_TEXT_MAX)
    kind = fail_text(p, n, IL_CRON_TEXT_MAX, err, "longer than 1024 bytes");
  else if (q < end && *q == '@')
    kind = read_macro(p, q, end, n, cron, err);
  else
    kind = read_fields(p, n, cron, err);
  if (kind) { /* whoever goes on all the same gets an expression that never fires */
    memset(cron, 0, sizeof *cron);
    cron->flags = IL_CRON_NEVER;
  }
  return kind;
}
