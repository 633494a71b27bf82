/*
** test_typed.c: what is an integer, a float, a boolean and JSON in a text, and how each is written.
*/
#include "test.h"
#include "values/typed.h"

static const struct {
  il_typed type;
  const char *text, *written; /* NULL: not one */
} texts[] = {
    {IL_TYPED_STRING, "", ""},
    {IL_TYPED_STRING, " any \x01", " any \x01"},
    {IL_TYPED_INTEGER, "0", "0"},
    {IL_TYPED_INTEGER, "-0", "0"},
    {IL_TYPED_INTEGER, "+007", "7"},
    {IL_TYPED_INTEGER, "-42", "-42"},
    {IL_TYPED_INTEGER, "9223372036854775807", "9223372036854775807"},
    {IL_TYPED_INTEGER, "9223372036854775808", NULL},
    {IL_TYPED_INTEGER, "-9223372036854775808", "-9223372036854775808"},
    {IL_TYPED_INTEGER, "-9223372036854775809", NULL},
    {IL_TYPED_INTEGER, "00000000000000000000000000000001", "1"},
    {IL_TYPED_INTEGER, "99999999999999999999", NULL},
    {IL_TYPED_INTEGER, "", NULL},
    {IL_TYPED_INTEGER, "+", NULL},
    {IL_TYPED_INTEGER, "--1", NULL},
    {IL_TYPED_INTEGER, "1 ", NULL},
    {IL_TYPED_INTEGER, "1.0", NULL},
    {IL_TYPED_INTEGER, "0x10", NULL},
    {IL_TYPED_INTEGER, "\xd9\xa1", NULL},
    {IL_TYPED_FLOAT, "1", "1"},
    {IL_TYPED_FLOAT, "1.", "1."},
    {IL_TYPED_FLOAT, ".5", ".5"},
    {IL_TYPED_FLOAT, "-.5e-3", "-.5e-3"},
    {IL_TYPED_FLOAT, "+1E+2", "+1E+2"},
    {IL_TYPED_FLOAT, ".", NULL},
    {IL_TYPED_FLOAT, "e5", NULL},
    {IL_TYPED_FLOAT, "1e", NULL},
    {IL_TYPED_FLOAT, "1e+", NULL},
    {IL_TYPED_FLOAT, "1e5.5", NULL},
    {IL_TYPED_FLOAT, "inf", NULL},
    {IL_TYPED_FLOAT, "NaN", NULL},
    {IL_TYPED_FLOAT, "1e308", "1e308"},
    {IL_TYPED_FLOAT, "1.7976e308", "1.7976e308"},
    {IL_TYPED_FLOAT, "1.7977e308", NULL},
    {IL_TYPED_FLOAT, "1e309", NULL},
    {IL_TYPED_FLOAT, "-1e309", NULL},
    {IL_TYPED_FLOAT, "0.0001e312", "0.0001e312"},
    {IL_TYPED_FLOAT, "0.0001e313", NULL},
    {IL_TYPED_FLOAT, "0e99999999999999999999", "0e99999999999999999999"},
    {IL_TYPED_FLOAT, "1e99999999999999999999", NULL},
    {IL_TYPED_FLOAT, "1e-99999999999999999999", "1e-99999999999999999999"},
    {IL_TYPED_BOOLEAN, "true", "true"},
    {IL_TYPED_BOOLEAN, "False", "false"},
    {IL_TYPED_BOOLEAN, "1", "true"},
    {IL_TYPED_BOOLEAN, "0", "false"},
    {IL_TYPED_BOOLEAN, "YES", "true"},
    {IL_TYPED_BOOLEAN, "nO", "false"},
    {IL_TYPED_BOOLEAN, "y", NULL},
    {IL_TYPED_BOOLEAN, "yess", NULL},
    {IL_TYPED_BOOLEAN, "", NULL},
    {IL_TYPED_BOOLEAN, "2", NULL},
    {IL_TYPED_JSON, "{\"a\": [1, null]}", "{\"a\": [1, null]}"},
    {IL_TYPED_JSON, " 7 ", " 7 "},
    {IL_TYPED_JSON, "", NULL},
    {IL_TYPED_JSON, "{a: 1}", NULL},
    {IL_TYPED_JSON, "NaN", NULL},
};

static void test_texts(void) {
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *p = texts[i].text, *want = texts[i].written;
    int good = il_typed_valid(texts[i].type, p, strlen(p));
    test_memory memory;
    il_buf out;
    test_ok(good == (want != NULL), "%s \"%s\"", il_typed_name(texts[i].type), p);
    if (!good || !want) continue;
    il_buf_init(&out, test_memory_start(&memory, 0));
    il_typed_write(texts[i].type, p, strlen(p), &out);
    test_str(out.p ? out.p : "", want, "as it is written");
    il_buf_free(&out);
  }
}

int main(void) {
  test_texts();
  return test_end();
}
