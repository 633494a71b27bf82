/*
** backoff.c: min(cap, base * factor^(n-1)) and its jitter. backoff.h is the contract.
*/
#include "backoff.h"

#define UNIT 1000 /* a factor or share of one */

il_kind il_backoff_check(const il_backoff *b, il_error *err) {
  if (b->cap < 0 || b->cap > IL_BACKOFF_CAP_MAX)
    return il_error_set(err, IL_ARGUMENT, "the longest delay must be between 0 and 10000 years");
  if (b->base < 0 || b->base > b->cap)
    return il_error_set(err, IL_ARGUMENT, "the first delay must be between 0 and the longest");
  if (b->factor < UNIT || b->factor > IL_BACKOFF_FACTOR_MAX)
    return il_error_set(err, IL_ARGUMENT, "the factor of delays must be between 1 and 1000");
  if (b->jitter < 0 || b->jitter > UNIT)
    return il_error_set(err, IL_ARGUMENT, "the jitter of delays must be between 0 and 1");
  return IL_OK;
}

/* x * scale to the nearest integer, -1 when that is not between 0 and max (or x is no number). */
static int64_t scaled(double x, double scale, int64_t max) {
  double v = x * scale;
  return v >= 0 && v <= (double)max ? (int64_t)(v + 0.5) : -1;
}

il_kind il_backoff_seconds(double base, double factor, double cap, double jitter, il_backoff *b,
                           il_error *err) {
  b->base = scaled(base, 1e6, IL_BACKOFF_CAP_MAX);
  b->factor = (int32_t)scaled(factor, UNIT, IL_BACKOFF_FACTOR_MAX);
  b->cap = scaled(cap, 1e6, IL_BACKOFF_CAP_MAX);
  b->jitter = (int32_t)scaled(jitter, UNIT, UNIT);
  return il_backoff_check(b, err);
}

/* 64 bits from key and attempt: FNV-1a over the bytes, then the finalizer of splitmix64, without
** which the high bits of short keys hardly differ. It spreads, it does not keep secrets. */
static uint64_t hash(const char *key, size_t n, int64_t attempt) {
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < n; i++)
    h = (h ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
  h += (uint64_t)attempt * UINT64_C(0x9e3779b97f4a7c15);
  h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
  return h ^ h >> 31;
}

/* d * share / UNIT, cut; or most, when that is less or the product does not fit. In two parts: the
** remainder's product is always small. */
static int64_t part(int64_t d, int64_t share, int64_t most) {
  int64_t whole;
  if (__builtin_mul_overflow(d / UNIT, share, &whole)) return most;
  int64_t rest = d % UNIT * share / UNIT;
  return whole < most - rest ? whole + rest : most;
}

int64_t il_backoff_delay(const il_backoff *b, int64_t attempt, const char *key, size_t n) {
  int64_t delay = b->base;
  /* At most some 41,000 steps (factor 1.001), and none that changes nothing. */
  for (int64_t i = 1; i < attempt && delay < b->cap; i++) {
    int64_t longer = part(delay, b->factor, b->cap);
    if (longer == delay) break;
    delay = longer;
  }
  if (b->jitter == 0) return delay;
  /* u in steps of 2^-20; delay * jitter / UNIT * u, again in parts. */
  int64_t most = part(delay, b->jitter, delay), u = (int64_t)(hash(key, n, attempt) >> 44);
  return delay - ((most >> 20) * u + ((most & 0xfffff) * u >> 20));
}
