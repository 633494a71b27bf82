/* schedule_timing.c: when a schedule is due; see schedule.h. */
#include "schedule.h"
#include "../values/instant.h"

static int is_text(const il_value *v) {
  return v->type == IL_T_TEXT || v->type == IL_T_OTHER;
}

int il_schedule_on(const il_value *enabled) {
  return enabled->type == IL_T_INT ? enabled->i != 0 : enabled->type != IL_T_NULL;
}

/* ---- reading -------------------------------------------------------------------------------- */

static int way_of_type(const il_schedule *s, const il_value *type) {
  for (int w = 0; w < IL_SC_WAYS; w++)
    if (is_text(type) && type->n == strlen(s->type[w]) && memcmp(type->p, s->type[w], type->n) == 0)
      return w;
  return -1;
}

int il_timing_way(const il_schedule *s, const il_value *v, int *col, const char **what) {
  int way = -1;
  if (s->col[IL_SC_TYPE] >= 0) {
    way = way_of_type(s, &v[IL_SC_TYPE]);
    *col = IL_SC_TYPE;
    *what = "names no kind of schedule";
    if (way < 0) return -1;
    *col = way;
    *what = "must be set";
    if (s->col[way] < 0) *col = IL_SC_TYPE, *what = "names a kind that this table has not";
    if (s->col[way] < 0 || v[way].type == IL_T_NULL) return -1;
  }
  for (int w = 0; w < IL_SC_WAYS; w++) {
    if (s->col[w] < 0 || w == way || v[w].type == IL_T_NULL) continue;
    *col = w;
    *what = s->col[IL_SC_TYPE] >= 0 ? "must be NULL in a schedule of this type"
                                    : "must be NULL: the schedule says otherwise when it runs";
    if (way >= 0) return -1;
    way = w;
  }
  if (way >= 0) return way;
  for (int w = IL_SC_WAYS - 1; w >= 0; w--)
    if (s->col[w] >= 0) *col = w;
  *what = "must be set, or the other column that says when";
  return -1;
}

static il_kind read_cron(const il_schedule *s, const il_value *v, il_timing *out, il_error *err) {
  il_kind kind;
  if (!is_text(v)) return il_error_set(err, IL_ARGUMENT, "must be a cron expression");
  kind = il_cron_parse(v->p, v->n, &out->cron, err);
  if (kind != IL_OK) return kind;
  if (s->fields && out->cron.fields != s->fields)
    return il_error_set(err, IL_ARGUMENT, "has %d fields, and must have %d", out->cron.fields,
                        s->fields);
  if (out->cron.flags & IL_CRON_NEVER) return il_error_set(err, IL_ARGUMENT, "never fires");
  return IL_OK;
}

static il_kind read_zone(const il_value *v, il_zone_cache *zones, il_timing *out, il_error *err) {
  out->zone = il_zone_utc();
  if (v->type == IL_T_NULL) return IL_OK;
  out->col = IL_SC_ZONE;
  if (!is_text(v)) return il_error_set(err, IL_ARGUMENT, "must be the name of a time zone");
  return il_zone_get(zones, v->p, v->n, &out->zone, err);
}

il_kind il_timing_read(const il_schedule *s, const il_value *v, il_zone_cache *zones,
                       il_timing *out, il_error *err) {
  const char *what;
  il_kind kind = IL_OK;
  out->way = il_timing_way(s, v, &out->col, &what);
  if (out->way < 0) return il_error_set(err, IL_ARGUMENT, "%s", what);
  out->col = out->way;
  v += out->way;
  if (out->way == IL_SC_CRON) {
    kind = read_cron(s, v, out, err);
  } else if (out->way == IL_SC_INTERVAL) {
    if (v->type != IL_T_INT || v->i < 1 || v->i > IL_SCHEDULE_SECONDS_MAX)
      return il_error_set(err, IL_ARGUMENT, "must be 1 to %lld seconds",
                          (long long)IL_SCHEDULE_SECONDS_MAX);
    out->every = v->i * 1000000;
  } else {
    kind = il_value_instant(v, &out->at, err);
    out->at = kind == IL_OK ? il_whole_ms(out->at) : 0;
  }
  if (kind != IL_OK) return kind;
  return read_zone(v - out->way + IL_SC_ZONE, zones, out, err);
}

/* ---- slots ---------------------------------------------------------------------------------- */

int il_timing_first(const il_timing *t, int64_t now, int born, int64_t *next) {
  if (t->way == IL_SC_CRON) return il_cron_next(&t->cron, t->zone, now, next);
  *next = t->way == IL_SC_INTERVAL ? il_whole_ms(now) + t->every : t->at;
  if (t->way == IL_SC_INTERVAL) return *next <= IL_INSTANT_MAX;
  return born || *next > now;
}

void il_timing_due(const il_timing *t, int64_t from, int64_t now, il_slots *out) {
  *out = (il_slots){1, from, from};
  if (t->way == IL_SC_INTERVAL) {
    int64_t steps = (now - from) / t->every;
    out->n += steps;
    out->newest += steps * t->every;
    out->before = steps ? out->newest - t->every : from;
  } else if (t->way == IL_SC_CRON) {
    /* now + 1: strictly before that. What the clock has not passed is never asked for. */
    int64_t more = il_cron_count(&t->cron, t->zone, from + 1, now);
    if (more < 1 || !il_cron_prev(&t->cron, t->zone, now + 1, &out->newest)) return;
    out->n += more;
    if (more < 2 || !il_cron_prev(&t->cron, t->zone, out->newest, &out->before)) out->before = from;
  }
}

int il_timing_after(const il_timing *t, int64_t from, int64_t now, int64_t *next) {
  if (t->way == IL_SC_CRON) return il_cron_next(&t->cron, t->zone, now, next);
  if (t->way == IL_SC_AT) return 0;
  *next = from + ((now - from) / t->every + 1) * t->every;
  return *next <= IL_INSTANT_MAX;
}
