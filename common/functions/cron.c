/*
** cron.c: cron expressions in SQL, over the sets of instants of time/cron.h.
**
**   SELECT cron_next('30 2 * * *', '2025-03-09T00:00:00Z', 'America/New_York');
**   SELECT fire_at FROM cron_series('0 9 * * MON-FRI', '2025-01-01', 'infinity', 'UTC', 5);
**
** Pure: what they give depends on their arguments, and on the zone database as any conversion to
** local time does. 'infinity' and '-infinity' are instants here, on both engines.
*/
#include "functions/inner.h"
#include "time/cron_cache.h"
#include "values/instant.h"
#include <string.h>

/* ---- arguments ------------------------------------------------------------------------------ */

/* Text of argument i as it lies there; what is no text is shown as one. */
static il_value text_arg(il_call *call, int i) {
  const il_value *v = &call->args[i];
  return v->type == IL_T_TEXT || v->type == IL_T_BLOB ? *v : il_arg(call, i);
}

static il_kind cron_arg(il_call *call, il_cron *own, const il_cron **cron, il_error *err) {
  il_value v = text_arg(call, 0);
  if (v.type == IL_T_NULL) return il_nomem(err);
  return il_cron_get(call->port->crons(call->port), v.p ? v.p : "", v.n, own, cron, err);
}

static int is_null(const il_call *call, int i) {
  return i >= call->nargs || call->args[i].type == IL_T_NULL;
}

/* Optional: UTC when it was left out, or is NULL as a column may be that nobody filled. */
static il_kind zone_arg(il_call *call, int i, const il_zone **zone, il_error *err) {
  if (is_null(call, i)) {
    *zone = NULL;
    return IL_OK;
  }
  il_value v = text_arg(call, i);
  if (v.type == IL_T_NULL) return il_nomem(err);
  return il_zone_get(call->port->zone(call->port), v.p ? v.p : "", v.n, zone, err);
}

static int is_word(const il_value *v, const char *word) {
  return v->type == IL_T_TEXT && v->n == strlen(word) && memcmp(v->p, word, v->n) == 0;
}

/* An instant, or one end of time, which is just outside the years that there are. */
static il_kind instant_arg(il_call *call, int i, const char *what, int64_t *us, il_error *err) {
  const il_value *v = &call->args[i];
  if (v->type == IL_T_INSTANT) {
    *us = v->i;
    return IL_OK;
  }
  if (is_word(v, "infinity")) {
    *us = IL_INSTANT_MAX + 1;
    return IL_OK;
  }
  if (is_word(v, "-infinity")) {
    *us = IL_INSTANT_MIN - 1;
    return IL_OK;
  }
  if (call->port->engine == IL_POSTGRES) { /* its timestamps reach further than the calendar here */
    return il_error_set(err, IL_ARGUMENT, "%s must lie in the years 0001 to 9999", what);
  }
  il_kind kind = il_value_instant(v, us, err);
  if (kind == IL_OK && (*us < IL_INSTANT_MIN || *us > IL_INSTANT_MAX)) {
    kind = il_error_set(err, IL_ARGUMENT, "%s must lie in the years 0001 to 9999", what);
  }
  return kind;
}

/* ---- one instant ---------------------------------------------------------------------------- */

static il_kind neighbour(il_call *call, const char *what,
                         int (*find)(const il_cron *, const il_zone *, int64_t, int64_t *),
                         il_error *err) {
  il_cron own;
  const il_cron *cron = &own;
  const il_zone *zone = NULL;
  int64_t from = 0, at;
  if (is_null(call, 0) || (call->nargs > 1 && is_null(call, 1))) return IL_OK;
  il_kind kind = cron_arg(call, &own, &cron, err);
  if (kind == IL_OK) kind = zone_arg(call, 2, &zone, err);
  if (kind != IL_OK) return kind;
  if (call->nargs < 2)
    from = call->port->now(call->port);
  else
    kind = instant_arg(call, 1, what, &from, err);
  if (kind == IL_OK && find(cron, zone, from, &at)) call->result = il_instant(at);
  return kind;
}

il_kind il_fn_cron_next(il_call *call, il_error *err) {
  return neighbour(call, "cron_next: after", il_cron_next, err);
}

il_kind il_fn_cron_prev(il_call *call, il_error *err) {
  return neighbour(call, "cron_prev: before", il_cron_prev, err);
}

il_kind il_fn_cron_matches(il_call *call, il_error *err) {
  il_cron own;
  const il_cron *cron = &own;
  const il_zone *zone = NULL;
  int64_t at = 0;
  if (is_null(call, 0) || is_null(call, 1)) return IL_OK;
  il_kind kind = cron_arg(call, &own, &cron, err);
  if (kind == IL_OK) kind = zone_arg(call, 2, &zone, err);
  if (kind == IL_OK) kind = instant_arg(call, 1, "cron_matches: at", &at, err);
  if (kind == IL_OK) call->result = il_int(il_cron_matches(cron, zone, at));
  return kind;
}

/* ---- the series ----------------------------------------------------------------------------- */

/* Between two rows other calls may have made room in the cache of zones, so the zone is asked for
** by its name again; that of the last call costs one comparison. */
typedef struct series {
  il_cron cron;
  il_cron_series at;
  int64_t left; /* rows that may still be given; -1: any number */
  size_t nzone;
  char zone[IL_ZONE_NAME_MAX + 1];
} series;

static il_kind series_step(void *state, il_port *port, il_value *row, int *more, il_error *err) {
  series *s = state;
  int64_t at;
  *more = 0;
  if (s->left == 0) return IL_OK;
  if (s->left > 0) s->left--;
  il_kind kind = il_zone_get(port->zone(port), s->zone, s->nzone, &s->at.zone, err);
  if (kind != IL_OK) return kind;
  *more = il_cron_step(&s->at, &at);
  if (*more) row[0] = il_instant(at);
  return IL_OK;
}

static il_kind series_zone(il_call *call, series *s, il_error *err) {
  const il_zone *zone;
  il_kind kind = zone_arg(call, 3, &zone, err);
  if (kind != IL_OK) return kind;
  il_value name = is_null(call, 3) ? il_str("UTC") : text_arg(call, 3);
  if (name.type == IL_T_NULL) return il_nomem(err);
  s->nzone = name.n; /* a name that was found has at most IL_ZONE_NAME_MAX bytes */
  memcpy(s->zone, name.p, name.n);
  return IL_OK;
}

il_kind il_fn_cron_series(il_call *call, il_error *err) {
  const il_cron *cron = NULL;
  int64_t from = 0, until = 0;
  if (is_null(call, 0) || is_null(call, 1) || is_null(call, 2)) return IL_OK;
  series *s = il_arena_alloc(call->arena, sizeof *s);
  if (!s) return il_nomem(err);
  il_kind kind = cron_arg(call, &s->cron, &cron, err);
  if (kind == IL_OK) kind = series_zone(call, s, err);
  if (kind == IL_OK) kind = instant_arg(call, 1, "cron_series: from", &from, err);
  if (kind == IL_OK) kind = instant_arg(call, 2, "cron_series: until", &until, err);
  if (kind == IL_OK) {
    kind = il_arg_int(call, 4, -1, 0, INT64_MAX, "cron_series: limit", &s->left, err);
  }
  if (kind != IL_OK) return kind;
  if (cron && cron != &s->cron) s->cron = *cron;
  s->at = il_cron_from(&s->cron, NULL, from, until);
  call->stream = (il_stream){series_step, s};
  return IL_OK;
}

/* ---- about an expression -------------------------------------------------------------------- */

il_kind il_fn_cron_error(il_call *call, il_error *err) {
  il_cron own;
  const il_cron *cron = &own;
  if (is_null(call, 0)) return IL_OK;
  il_kind kind = cron_arg(call, &own, &cron, err);
  if (kind != IL_ARGUMENT) return kind;
  const char *text = il_arena_strdup(call->arena, err->message);
  if (!text) return il_nomem(err);
  call->result = il_str(text);
  il_error_clear(err);
  return IL_OK;
}

il_kind il_fn_cron_describe(il_call *call, il_error *err) {
  il_cron own;
  const il_cron *cron = &own;
  il_buf b;
  if (is_null(call, 0)) return IL_OK;
  il_kind kind = cron_arg(call, &own, &cron, err);
  if (kind != IL_OK) return kind;
  il_scratch(&b, call->arena);
  il_cron_describe(cron, &b);
  const char *text = il_scratch_text(&b);
  if (!text) return il_nomem(err);
  call->result = il_text(text, b.n);
  return IL_OK;
}
