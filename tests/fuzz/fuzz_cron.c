/*
** Cron: an expression parses, or the error says where; next, prev, matches and count agree in UTC
** and in a zone that changes its clocks twice a year. The first 9 bytes are the start and what
** happens with it, the rest is the expression.
*/
#include <string.h>

#include "fuzz.h"
#include "time/cron.h"
#include "values/instant.h"

static const int64_t at[] = {-1000000000, 0, 1000000000, 1300000000};
static const int32_t off[] = {-2067, 3600, 7200, 90000, 3600};
static const il_zone zone = {"Fuzz", 4, IL_ZONE_END, at, off};

static void laws(const il_cron *cron, const il_zone *z, int64_t t) {
  int64_t next, prev, back;
  if (il_cron_next(cron, z, t, &next)) {
    FUZZ_CHECK(!(cron->flags & IL_CRON_NEVER) && next > t && next % 1000000 == 0);
    FUZZ_CHECK(next >= IL_INSTANT_MIN && next <= IL_INSTANT_MAX && il_cron_matches(cron, z, next));
    FUZZ_CHECK(il_cron_next(cron, z, next - 1, &back) && back == next);
    FUZZ_CHECK(il_cron_prev(cron, z, next + 1, &back) && back == next);
    if (il_cron_prev(cron, z, next, &prev)) {
      FUZZ_CHECK(prev <= t && il_cron_matches(cron, z, prev));
      FUZZ_CHECK(il_cron_next(cron, z, prev, &back) && back == next);
      FUZZ_CHECK(il_cron_count(cron, z, prev, next) == 2);
    }
  } else if (t < IL_INSTANT_MAX) {
    FUZZ_CHECK(il_cron_count(cron, z, t + 1, IL_INSTANT_MAX) == 0);
  }
  if (il_cron_prev(cron, z, t, &prev)) FUZZ_CHECK(prev < t && il_cron_matches(cron, z, prev));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  il_cron cron;
  il_error err;
  int64_t t;
  il_buf text;
  if (size < 9) return 0;
  memcpy(&t, data + 1, sizeof t);
  if (data[0] & 1) t = t % INT64_C(4000000000) * 1000000; /* mostly near the clock changes */
  il_error_clear(&err);
  if (il_cron_parse((const char *)data + 9, size - 9, &cron, &err) != IL_OK) {
    FUZZ_CHECK(err.kind == IL_ARGUMENT && strncmp(err.message, "cron expression \"", 17) == 0);
    FUZZ_CHECK(err.offset >= 0 && (size_t)err.offset <= size - 9 && cron.flags == IL_CRON_NEVER);
    return 0;
  }
  FUZZ_CHECK(cron.fields >= 5 && cron.fields <= 7 && cron.first <= cron.final && cron.month);
  laws(&cron, NULL, t);
  laws(&cron, &zone, t);
  il_buf_init(&text, &fuzz_mem);
  il_cron_describe(&cron, &text);
  FUZZ_CHECK(il_buf_text(&text) && *il_buf_text(&text));
  il_buf_free(&text);
  return 0;
}
