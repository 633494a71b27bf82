/* The JSON validator: first byte the kind. A refused text has its error within it; an accepted one is accepted with white space
** around it, as an element of an array, and not with anything else behind it. */
#include <string.h>
#include "fuzz.h"
#include "values/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t offset = SIZE_MAX, n;
  const char *expected = NULL;
  char *copy;
  il_json_kind kind;
  if (size < 1) return 0;
  kind = (il_json_kind)(data[0] % 4);
  n = size - 1;
  copy = malloc(n + 4);
  FUZZ_CHECK(copy);
  memcpy(copy + 2, data + 1, n);
  if (il_json_valid((const char *)data + 1, n, kind, &offset, &expected)) {
    FUZZ_CHECK(offset == SIZE_MAX && !expected && n);
    memcpy(copy, " \n", 2);
    memcpy(copy + 2 + n, "\t ", 2);
    FUZZ_CHECK(il_json_valid(copy, n + 4, kind, NULL, NULL));
    FUZZ_CHECK(il_json_valid(copy, n + 4, IL_JSON_ANY, NULL, NULL));
    copy[2 + n] = ',';
    FUZZ_CHECK(!il_json_valid(copy, n + 4, kind, NULL, NULL));
    copy[0] = '[';
    copy[2 + n] = ']';
    offset = 0;
    FUZZ_CHECK(il_json_valid(copy, n + 4, IL_JSON_ARRAY, &offset, NULL) || offset >= IL_JSON_DEPTH);
  } else {
    FUZZ_CHECK(offset <= n && expected && *expected);
  }
  free(copy);
  return 0;
}
