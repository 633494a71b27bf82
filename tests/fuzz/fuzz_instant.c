/* Instants: what is read lies in the range and is read again, to the millisecond, from what is written. */
#include <string.h>
#include "fuzz.h"
#include "values/instant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int64_t us = 0, again = 0, any = 0;
  il_error err;
  char buf[32];
  il_error_clear(&err);
  if (il_instant_parse((const char *)data, size, &us, &err) == IL_OK) {
    FUZZ_CHECK(us >= IL_INSTANT_MIN && us <= IL_INSTANT_MAX);
    il_instant_format(us, buf);
    FUZZ_CHECK(strlen(buf) == 24 && il_instant_parse(buf, 24, &again, NULL) == IL_OK);
    FUZZ_CHECK(again <= us && us - again < 1000);
  } else {
    FUZZ_CHECK(err.kind == IL_ARGUMENT && err.message[0] && err.offset >= 0 &&
               (size_t)err.offset <= size);
  }
  memcpy(&any, data, size < sizeof any ? size : sizeof any);
  FUZZ_CHECK(strlen(il_instant_format(any, buf)) == 24);
  return 0;
}
