/*
** session.c: version, clock, actor and mode of a session, and the two pure helpers.
**
**   SELECT interlock_version();
**   SELECT interlock_set_clock('2026-01-01T00:00:00Z'), interlock_now();
**   SELECT interlock_set_actor('user:ada@example.org');
**   SELECT interlock_set_mode('load');
*/
#include "functions/inner.h"
#include "values/hash.h"
#include "values/instant.h"
#include <string.h>

#ifndef IL_VERSION
#define IL_VERSION "0.1.0"
#endif

enum { ACTOR_MAX = 500 };

il_kind il_fn_version(il_call *call, il_error *err) {
  (void)err;
  call->result = il_str(IL_VERSION);
  return IL_OK;
}

il_kind il_fn_now(il_call *call, il_error *err) {
  (void)err;
  call->result = il_instant(call->port->now(call->port));
  return IL_OK;
}

il_kind il_fn_set_clock(il_call *call, il_error *err) {
  il_value at = il_null();
  if (call->nargs > 0 && call->args[0].type != IL_T_NULL) {
    int64_t us;
    il_kind kind = il_value_instant(&call->args[0], &us, err);
    if (kind != IL_OK) return kind;
    if (us < IL_INSTANT_MIN || us > IL_INSTANT_MAX) {
      return il_error_set(err, IL_ARGUMENT, "interlock_set_clock: outside the years 0001 to 9999");
    }
    at = il_instant(us);
  }
  il_kind kind = call->port->set(call->port, "clock", &at, err);
  if (kind != IL_OK) return kind;
  call->result = at.type == IL_T_INSTANT ? at : il_instant(call->port->now(call->port));
  return IL_OK;
}

/* Who acts must be something that a log can be read by: some text, no control characters, no
** endless one. */
il_kind il_actor_check(const char *function, const il_value *actor, il_error *err) {
  if (actor->n == 0) return il_error_set(err, IL_ARGUMENT, "%s: actor must not be empty", function);
  if (il_utf8_length(actor->p, actor->n) > ACTOR_MAX) {
    return il_error_set(err, IL_ARGUMENT, "%s: actor must have at most %d characters", function,
                        ACTOR_MAX);
  }
  for (size_t i = 0; i < actor->n; i++) {
    if ((unsigned char)actor->p[i] < 0x20 || actor->p[i] == 0x7f) {
      return il_error_set(err, IL_ARGUMENT, "%s: actor must not hold control characters", function);
    }
  }
  return IL_OK;
}

il_kind il_fn_set_actor(il_call *call, il_error *err) {
  il_value actor = il_arg(call, 0);
  il_kind kind =
      actor.type == IL_T_NULL ? IL_OK : il_actor_check("interlock_set_actor", &actor, err);
  if (kind == IL_OK) kind = call->port->set(call->port, "actor", &actor, err);
  if (kind != IL_OK) return kind;
  const char *now = call->port->get(call->port, "actor");
  now = now ? il_arena_strdup(call->arena, now) : NULL;
  call->result = il_str(now);
  return IL_OK;
}

il_kind il_fn_set_mode(il_call *call, il_error *err) {
  il_kind kind = il_arg_require(call, 1, "interlock_set_mode", err);
  if (kind != IL_OK) return kind;
  il_value mode = il_arg(call, 0);
  if (mode.type == IL_T_NULL) return il_nomem(err);
  if (strcmp(mode.p, "enforce") != 0 && strcmp(mode.p, "load") != 0) {
    return il_error_set(err, IL_ARGUMENT,
                        "interlock_set_mode: mode must be \"enforce\" or \"load\"");
  }
  kind = call->port->set(call->port, "mode", &mode, err);
  call->result = mode;
  return kind;
}

il_kind il_fn_instant_us(il_call *call, il_error *err) {
  int64_t us;
  if (call->nargs < 1 || call->args[0].type == IL_T_NULL) return IL_OK;
  il_kind kind = il_value_instant(&call->args[0], &us, err);
  if (kind == IL_OK) call->result = il_int(us);
  return kind;
}

il_kind il_fn_instant_ms(il_call *call, il_error *err) {
  int64_t us;
  if (call->nargs < 1 || call->args[0].type == IL_T_NULL) return IL_OK;
  il_kind kind = il_value_instant(&call->args[0], &us, err);
  if (kind == IL_OK) call->result = il_instant(us - (us % 1000 + 1000) % 1000);
  return kind;
}

il_kind il_fn_instant_add(il_call *call, il_error *err) {
  const il_value *by = &call->args[1];
  int64_t us, add;
  if (call->nargs < 2 || call->args[0].type == IL_T_NULL || by->type == IL_T_NULL) return IL_OK;
  double seconds = by->type == IL_T_INT ? (double)by->i : by->r;
  il_kind kind = il_value_instant(&call->args[0], &us, err);
  if (kind != IL_OK) return kind;
  if ((by->type != IL_T_INT && by->type != IL_T_REAL) || !(seconds > -4e11 && seconds < 4e11))
    return il_error_set(err, IL_ARGUMENT,
                        "instant_add: argument 2 (seconds) must be a number within 4e11");
  seconds *= 1e6;
  add = (int64_t)(seconds < 0 ? seconds - 0.5 : seconds + 0.5);
  if (__builtin_add_overflow(us, add, &us) || us < IL_INSTANT_MIN || us > IL_INSTANT_MAX)
    return il_error_set(err, IL_ARGUMENT, "instant_add: the sum is outside the years 1 to 9999");
  call->result = il_instant(us);
  return IL_OK;
}

/* The parts are joined with a colon, so ('a:b') and ('a','b') are the same key: as documented
** (S-32). */
il_kind il_fn_dedup_key(il_call *call, il_error *err) {
  il_buf b;
  char hex[65];
  il_scratch(&b, call->arena);
  for (int i = 0; i < call->nargs; i++) {
    il_value part = il_arg(call, i);
    if (call->args[i].type == IL_T_NULL) return IL_OK;
    if (part.type == IL_T_NULL) return il_nomem(err);
    if (i) il_buf_char(&b, ':');
    il_buf_add(&b, part.p, part.n);
  }
  if (!il_scratch_text(&b)) return il_nomem(err);
  il_sha256_hex(b.p ? b.p : "", b.n, hex);
  hex[32] = 0;
  const char *key = il_arena_strdup(call->arena, hex);
  call->result = il_str(key);
  return key ? IL_OK : il_nomem(err);
}
