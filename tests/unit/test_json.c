/*
** The JSON validator: every verdict, kind, offset and limit. With the JSON parsing test suite (verdict, name, hex; verdict y must be
** accepted, n refused, i either) given as an argument or in INTERLOCK_JSON_SUITE, all of it too.
*/
#include "test.h"
#include "values/json.h"

/* Accepted and refused by RFC 8259's grammar; at: where the first error is, -1: accepted. */
static const struct {
  const char *text;
  int at;
  const char *expected;
} grammar[] = {
    {"{}", -1, 0},
    {"[]", -1, 0},
    {" \t\r\n[ ] \n", -1, 0},
    {"null", -1, 0},
    {"true", -1, 0},
    {"false", -1, 0},
    {"\"\"", -1, 0},
    {"0", -1, 0},
    {"-0", -1, 0},
    {"-0.0e-0", -1, 0},
    {"1E+400", -1, 0},
    {"123456789012345678901234567890", -1, 0},
    {"[1,2.5,-3e7,\"x\",null,{\"a\":[]}]", -1, 0},
    {"{\"a\":1,\"a\":2}", -1, 0},
    {"{\"\":{\"\":[[{}]]}}", -1, 0},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD834\\uDd1e\"", -1, 0},
    {"\"\\ud800\"", -1, 0},
    {"\"\x7f\"", -1, 0},
    {"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", -1, 0},
    {"\"0123456789abcdef0123456789abcdef\\n0123456789\"", -1, 0},
    {"", 0, "a JSON value"},
    {"  ", 2, "a JSON value"},
    {"{", 1, "a string or '}'"},
    {"[", 1, "a JSON value"},
    {"[1", 2, "',' or ']'"},
    {"[1,", 3, "a JSON value"},
    {"[1,]", 3, "a JSON value"},
    {"[,1]", 1, "a JSON value"},
    {"[1 2]", 3, "',' or ']'"},
    {"[1}", 2, "',' or ']'"},
    {"]", 0, "a JSON value"},
    {"[]]", 2, "the end"},
    {"{} x", 3, "the end"},
    {"1 2", 2, "the end"},
    {"{\"a\"}", 4, "':'"},
    {"{\"a\":}", 5, "a JSON value"},
    {"{\"a\":1,}", 7, "a string"},
    {"{\"a\":1 \"b\":2}", 7, "',' or '}'"},
    {"{a:1}", 1, "a string or '}'"},
    {"{1:1}", 1, "a string or '}'"},
    {"{\"a\":1]", 6, "',' or '}'"},
    {"{\"a", 3, "a closing quote"},
    {"\"", 1, "a closing quote"},
    {"\"abcdefgh", 9, "a closing quote"},
    {"\"abcdefg\n\"", 8, "an escape instead of a control character"},
    {"\"\t\"", 1, "an escape instead of a control character"},
    {"\"\\x\"", 2, "an escape such as \\n or \\u0041"},
    {"\"\\", 2, "an escape such as \\n or \\u0041"},
    {"\"\\u00g0\"", 5, "four hexadecimal digits"},
    {"\"\\u00", 5, "four hexadecimal digits"},
    {"01", 1, "the end"},
    {"-", 1, "a digit"},
    {"+1", 0, "a JSON value"},
    {".5", 0, "a JSON value"},
    {"1.", 2, "a digit"},
    {"1.e5", 2, "a digit"},
    {"1e", 2, "a digit"},
    {"1e+", 3, "a digit"},
    {"-a", 1, "a digit"},
    {"0x1F", 1, "the end"},
    {"NaN", 0, "a JSON value"},
    {"Infinity", 0, "a JSON value"},
    {"-Infinity", 1, "a digit"},
    {"tru", 0, "a JSON value"},
    {"True", 0, "a JSON value"},
    {"nulll", 4, "the end"},
    {"bug,urgent", 0, "a JSON value"},
    {"'a'", 0, "a JSON value"},
    {"[1]//x", 3, "the end"},
    {"/**/[]", 0, "a JSON value"},
    {"\xef\xbb\xbf[]", 0, "a JSON value"},
    {"[]\xc2\xa0", 2, "the end"},
    {"\"\x80\"", 1, "valid UTF-8"},
    {"\"\xc0\xaf\"", 1, "valid UTF-8"},
    {"\"\xe0\x80\xaf\"", 1, "valid UTF-8"},
    {"\"\xed\xa0\x80\"", 1, "valid UTF-8"},
    {"\"\xf4\x90\x80\x80\"", 1, "valid UTF-8"},
    {"\"\xf8\x88\x80\x80\x80\"", 1, "valid UTF-8"},
    {"\"ab\xe2\x82\"", 3, "valid UTF-8"},
    {"\"\xe2\x82", 1, "valid UTF-8"},
    {"\xff", 0, "a JSON value"},
};

static const struct {
  const char *text;
  il_json_kind kind;
  int at;
  const char *expected;
} kinds[] = {
    {" {}", IL_JSON_OBJECT, -1, 0},
    {"{\"a\":[1]}", IL_JSON_OBJECT, -1, 0},
    {" []", IL_JSON_OBJECT, 1, "an object"},
    {"\"{}\"", IL_JSON_OBJECT, 0, "an object"},
    {"", IL_JSON_OBJECT, 0, "an object"},
    {"[1,{}]", IL_JSON_ARRAY, -1, 0},
    {"{}", IL_JSON_ARRAY, 0, "an array"},
    {"[]", IL_JSON_STRINGS, -1, 0},
    {"[ \"a\" , \"b\" ]", IL_JSON_STRINGS, -1, 0},
    {"{}", IL_JSON_STRINGS, 0, "an array"},
    {"[\"a\",1]", IL_JSON_STRINGS, 5, "a string"},
    {"[[\"a\"]]", IL_JSON_STRINGS, 1, "a string"},
    {"[null]", IL_JSON_STRINGS, 1, "a string"},
    {"[\"a\",]", IL_JSON_STRINGS, 5, "a string"},
};

/* Each text lies at the very end of an allocation of its own, so that a sanitizer sees one byte too many. */
static int valid(const char *p, size_t n, il_json_kind kind, size_t *at, const char **expected) {
  char *copy = malloc(n ? n : 1);
  int ok;
  if (n) memcpy(copy, p, n);
  ok = il_json_valid(copy, n, kind, at, expected);
  free(copy);
  return ok;
}

static void test_one(test_table *t, const char *text, il_json_kind kind, int want,
                     const char *word) {
  size_t at = 999;
  const char *expected = "";
  int ok = valid(text, strlen(text), kind, &at, &expected);
  test_case(t, want < 0 ? ok : !ok && at == (size_t)want && strcmp(expected, word) == 0,
            "%s: %s at %zu expecting %s", text, ok ? "accepted" : "refused", at, expected);
}

/* Every prefix of a text that needs its last byte is refused, and never read past. */
static void test_prefixes(void) {
  static const char text[] = "{\"k\\u0041\":[-1.5e+3,true,false,null,\"\xe2\x82\xac\",{\"\":{}}]}";
  test_table t = {0, 0};
  for (size_t n = 0; n < sizeof text - 1; n++) {
    size_t at = 999;
    test_case(&t, !valid(text, n, IL_JSON_ANY, &at, NULL) && at <= n, "prefix of %zu bytes", n);
  }
  test_case(&t, valid(text, sizeof text - 1, IL_JSON_ANY, NULL, NULL), "the whole");
  test_table_end(&t, "every truncation is refused");
}

/* Every byte at every place of a string that is longer than the eight bytes looked at together. */
static void test_bytes(void) {
  test_table t = {0, 0};
  for (int place = 1; place <= 20; place++)
    for (int c = 0; c < 256; c++) {
      char text[23] = "\"aaaaaaaaaaaaaaaaaaaa\"";
      size_t at = 999;
      int plain = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
      int want = c == '"' ? place + 1 : c == '\\' ? place + 1 : place;
      text[place] = (char)c;
      if (place == 20 && c == 0x22) want = 21; /* the string ends early, one quote is too many */
      if (place == 20 && c == 0x5c) want = 22; /* the last quote is escaped */
      test_case(&t,
                valid(text, 22, IL_JSON_ANY, &at, NULL) == plain && (plain || at == (size_t)want),
                "byte %d at %d", c, place);
    }
  test_table_end(&t, "every byte at every place of a string");
}

static void test_depth(void) {
  enum { DEEP = 100000 };
  char *text = malloc(2 * DEEP);
  const char *expected = "";
  size_t at = 0;
  memset(text, '[', DEEP);
  memset(text + IL_JSON_DEPTH, ']', IL_JSON_DEPTH);
  test_ok(valid(text, 2 * IL_JSON_DEPTH, IL_JSON_ANY, &at, &expected), "1000 levels are accepted");
  memset(text, '[', DEEP);
  test_ok(!valid(text, DEEP, IL_JSON_ANY, &at, &expected) && at == IL_JSON_DEPTH, "1001 are not");
  test_str(expected, "at most 1000 levels", "and the error says why");
  for (int i = 0; i < DEEP; i += 5)
    memcpy(text + i, "{\"\":[", 5);
  test_ok(!valid(text, DEEP, IL_JSON_ANY, &at, &expected) && at == 5 * IL_JSON_DEPTH / 2,
          "nor objects and arrays in turn");
  free(text);
  test_ok(!il_json_valid("\0", 1, IL_JSON_ANY, NULL, NULL), "a NUL byte is no JSON");
  test_ok(!il_json_valid("1\0", 2, IL_JSON_ANY, &at, NULL) && at == 1,
          "nor is one behind a number");
}

static int hex_value(char c) {
  return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void test_suite(const char *path) {
  FILE *file = fopen(path, "r");
  static char line[4 << 20];
  test_table t = {0, 0};
  int seen[3] = {0, 0, 0};
  if (!file) {
    test_ok(0, "the JSON suite %s can be read", path);
    return;
  }
  while (fgets(line, sizeof line, file)) {
    char *save = NULL, *verdict = strtok_r(line, "\t\n", &save),
         *name = strtok_r(NULL, "\t\n", &save);
    char *hex = strtok_r(NULL, "\t\n", &save), *bytes;
    size_t n = hex ? strlen(hex) / 2 : 0;
    int ok;
    if (!verdict || !name || strlen(verdict) != 1) continue; /* the head line */
    bytes = malloc(n ? n : 1);
    for (size_t i = 0; i < n; i++)
      bytes[i] = (char)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
    ok = il_json_valid(bytes, n, IL_JSON_ANY, NULL, NULL);
    free(bytes);
    seen[*verdict == 'y' ? 0 : *verdict == 'n' ? 1 : 2]++;
    test_case(&t, *verdict == 'i' || ok == (*verdict == 'y'), "%s %s", verdict, name);
  }
  fclose(file);
  test_table_end(&t, "the JSON parsing test suite");
  test_ok(seen[0] > 50 && seen[1] > 50, "it had %d to accept, %d to refuse, %d free", seen[0],
          seen[1], seen[2]);
}

int main(int argc, char **argv) {
  const char *suite = argc > 1 ? argv[1] : getenv("INTERLOCK_JSON_SUITE");
  test_table t = {0, 0}, k = {0, 0};
  for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++)
    test_one(&t, grammar[i].text, IL_JSON_ANY, grammar[i].at, grammar[i].expected);
  test_table_end(&t, "the grammar of RFC 8259, with offsets and what was expected");
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    test_one(&k, kinds[i].text, kinds[i].kind, kinds[i].at, kinds[i].expected);
  test_table_end(&k, "objects, arrays and arrays of strings");
  test_prefixes();
  test_bytes();
  test_depth();
  if (suite && *suite) test_suite(suite);
  return test_end();
}
