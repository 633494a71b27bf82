/*
** Zones: any bytes are a zone or an error. Of a zone, segments are in order and without holes, each
** leads to its neighbours and back, local times lead back to their instants, and cron terminates.
*/
#include <string.h>

#include "fuzz.h"
#include "time/cron.h"
#include "values/instant.h"

static void walk(const il_zone *z) {
  il_segment s, back;
  il_zone_segment(z, INT64_MIN, &s);
  FUZZ_CHECK(s.start == IL_ZONE_BEGIN);
  for (int i = 0; i < 10000; i++) {
    int64_t local[2], t = s.end - 1;
    FUZZ_CHECK(s.start < s.end && il_zone_local(z, t) == s.offset);
    FUZZ_CHECK(s.offset > -IL_ZONE_OFFSET_MAX && s.offset < IL_ZONE_OFFSET_MAX);
    if (i < 50 && t > IL_INSTANT_MIN / 1000000 && t < IL_INSTANT_MAX / 1000000) {
      int n = il_zone_instants(z, t + s.offset, local);
      FUZZ_CHECK(n >= 1 && local[0] <= t && t <= local[1]);
    }
    back = s;
    if (!il_zone_next(z, &s)) break;
    FUZZ_CHECK(s.start == back.end && s.before == back.offset);
    il_segment forward = s;
    FUZZ_CHECK(il_zone_prev(z, &forward) && forward.start == back.start && forward.end == back.end);
  }
}

static void fire(const il_zone *z, const char *text, int64_t t) {
  il_cron cron;
  int64_t next, prev;
  FUZZ_CHECK(il_cron_parse(text, strlen(text), &cron, NULL) == IL_OK);
  if (il_cron_next(&cron, z, t, &next)) FUZZ_CHECK(next > t && il_cron_matches(&cron, z, next));
  if (il_cron_prev(&cron, z, t, &prev)) FUZZ_CHECK(prev < t && il_cron_matches(&cron, z, prev));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const texts[] = {"*/20 * * * *", "30 2 * * *", "0 0 29 2 *", "15 1,2 L * *"};
  il_zone *z = NULL;
  il_error err;
  il_error_clear(&err);
  il_kind kind = il_zone_open(&fuzz_mem, "Fuzz/Zone", 9, data, size, &z, &err);
  FUZZ_CHECK((kind == IL_OK) == (z != NULL));
  FUZZ_CHECK(kind == IL_OK || (kind == IL_ARGUMENT && err.message[0]));
  if (!z) {
    kind = il_zone_name_check((const char *)data, size, &err); /* a name instead */
    FUZZ_CHECK(kind == IL_OK || (err.offset >= 0 && (size_t)err.offset <= size));
    return 0;
  }
  walk(z);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    fire(z, texts[i], z->n ? z->at[z->n / 2] * 1000000 : 0);
    fire(z, texts[i], INT64_C(253000000000000000));
    fire(z, texts[i], IL_INSTANT_MIN + 1);
  }
  il_zone_close(&fuzz_mem, z);
  return 0;
}
