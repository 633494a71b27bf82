/*
** backoff.h: how long to wait before an attempt is made again.
**
** After the n-th failed attempt: min(cap, base * factor^(n-1)), in exact integer steps that stop at
** the cap, so that nothing overflows and both engines agree to the microsecond. With jitter j the
** delay is shortened by up to that share: delay * (1 - j * u), where u in [0, 1) is a hash of key
** and attempt: rows that failed together come back apart, and every rerun gives the same times.
**
**   il_backoff b = {.base = 1000000, .factor = 2000, .cap = 3600000000, .jitter = 500};
**   if (il_backoff_check(&b, &err) == IL_OK) next_at = now + il_backoff_delay(&b, attempt, key, n);
*/
#ifndef IL_BACKOFF_H
#define IL_BACKOFF_H
#include <stddef.h>
#include <stdint.h>
#include "../error.h"

#define IL_BACKOFF_FACTOR_MAX 1000000                  /* a thousandfold */
#define IL_BACKOFF_CAP_MAX INT64_C(315576000000000000) /* 10,000 years of 365.25 days, in µs */

typedef struct il_backoff {
  int64_t base;   /* microseconds after the first attempt, 0 to cap */
  int32_t factor; /* thousandths: 1000 (always base) to IL_BACKOFF_FACTOR_MAX */
  int64_t cap;    /* microseconds, 0 to IL_BACKOFF_CAP_MAX */
  int32_t jitter; /* thousandths of the delay that may be taken off: 0 (none) to 1000 */
} il_backoff;

/* IL_ARGUMENT, with a message that says which, when a member is outside its range. */
il_kind il_backoff_check(const il_backoff *b, il_error *err);

/* A backoff of values as SQL has them, checked: seconds and a plain factor (1.5); factor and jitter
** are rounded to thousandths, times to microseconds. NaN and infinities are refused. */
il_kind il_backoff_seconds(double base, double factor, double cap, double jitter,
                           il_backoff *b /*out*/, il_error *err);

/* Microseconds to wait after failed attempt n >= 1; less than 1 counts as 1. b has passed
** il_backoff_check. key (may be NULL when n is 0) matters only with jitter. */
int64_t il_backoff_delay(const il_backoff *b, int64_t attempt, const char *key, size_t n);

#endif
