/* Errors, text buffers, arenas, the formatter, values, UTF-8 and the hash. */
#include <float.h>
#include <limits.h>
#include <math.h>
#include "test.h"
#include "error.h"
#include "values/arena.h"
#include "values/buf.h"
#include "values/hash.h"
#include "values/value.h"

static test_memory memory;

/* ---- errors ---- */

static void refusal(il_error *err, il_kind kind) {
  il_error_set(err, kind, "Runs.Status cannot go from %s to %.*s", "Created", 9, "Succeeded!");
  IL_ERROR_FIELD(err, rule, "T-03", 4);
  IL_ERROR_FIELD(err, rulebook, "textops", 7);
  IL_ERROR_FIELD(err, row, "RunId=r1", 8);
  IL_ERROR_FIELD(err, from, "Created", 7);
  IL_ERROR_FIELD(err, allowed, "A, B", 4);
}

static void test_error_frames(void) {
  il_error err;
  char buf[2048];
  refusal(&err, IL_RULE);
  test_str(
      il_error_text(&err, buf, sizeof buf),
      "interlock T-03: Runs.Status cannot go from Created to Succeeded (RunId=r1); allowed: A, B",
      "the one line of a broken rule");
  test_str(il_error_detail(&err, buf, sizeof buf), "rule T-03 of textops, RunId=r1", "its detail");
  test_str(il_error_hint(&err, buf, sizeof buf), "Allowed from Created: A, B.", "its hint");
  err.from[0] = 0;
  test_str(il_error_hint(&err, buf, sizeof buf), "Allowed: A, B.", "a hint without a subject");
  err.allowed[0] = 0;
  test_str(il_error_hint(&err, buf, sizeof buf), "", "no hint");
  err.kind = IL_CONFLICT;
  test_str(il_error_text(&err, buf, sizeof buf),
           "interlock conflict T-03: Runs.Status cannot go from Created to Succeeded (RunId=r1)",
           "a conflict says so");
  err.row[0] = err.rulebook[0] = 0;
  test_str(il_error_detail(&err, buf, sizeof buf), "rule T-03", "a detail of a rule alone");
  err.rule[0] = 0;
  test_str(il_error_detail(&err, buf, sizeof buf), "", "no detail");
  err.kind = IL_PROTECTED;
  test_str(il_error_text(&err, buf, sizeof buf),
           "interlock: Runs.Status cannot go from Created to Succeeded", "a rule without an id");
  il_error_at(&err, IL_ARGUMENT, 17, "expected %s", "a digit");
  test_str(il_error_text(&err, buf, sizeof buf), "expected a digit, at offset 17",
           "a parser's error");
  test_ok(err.offset == 17 && err.kind == IL_ARGUMENT, "has offset and kind");
  test_ok(il_error_set(NULL, IL_RULE, "x") == IL_RULE &&
              il_error_at(NULL, IL_HOST, 1, "x") == IL_HOST,
          "an error that nobody wants");
}

static void test_error_limits(void) {
  il_error err;
  char buf[40], huge[4096];
  test_table t = {0, 0};
  memset(huge, 'x', sizeof huge);
  for (size_t i = 0; i + 3 <= sizeof huge; i += 3)
    memcpy(huge + i, "\xe2\x82\xac", 3);
  il_error_set(&err, IL_RULE, "%.*s", 4096, huge);
  test_ok(strlen(err.message) == 1023 && il_utf8_length(err.message, 1023) == 341,
          "a message is cut at a character");
  for (size_t cap = 1; cap <= sizeof buf; cap++) {
    char *end = il_error_text(&err, buf, cap);
    size_t n = strlen(end);
    test_case(&t, n < cap && n + 4 > cap && il_utf8_trim(buf, n) == n, "cap %zu: %zu bytes", cap,
              n);
  }
  test_table_end(&t, "a line is cut at a character, whatever fits");
  il_error_at(&err, IL_ARGUMENT, 1234567890, "%.*s", 4096, huge);
  test_ok(strstr(err.message, ", at offset 1234567890") != NULL,
          "the offset of a long message stays");
  il_error_set(&err, IL_RULE, "a\nb%c%.*s\x7f", '\x1b', 3, "x\0y");
  test_str(err.message, "a?b?x?", "control characters are not passed on");
  IL_ERROR_FIELD(&err, rule, huge, sizeof huge);
  test_ok(strlen(err.rule) == 30, "a field is cut at a character");
  err.offset = 3;
  strcpy(err.allowed, "x");
  il_error_clear(&err);
  test_ok(err.kind == IL_OK && !err.message[0] && !err.rule[0] && !err.allowed[0] &&
              err.offset == -1,
          "cleared");
}

static void test_kinds(void) {
  test_table t = {0, 0};
  static const struct {
    il_kind kind;
    const char *sqlstate;
    int sqlite;
  } want[] = {
      {IL_RULE, "23514", 1811},   {IL_PROTECTED, "23001", 1811}, {IL_CONFLICT, "40001", 1811},
      {IL_ARGUMENT, "22023", 1},  {IL_NO_TABLE, "42P01", 1},     {IL_NO_COLUMN, "42703", 1},
      {IL_NO_OBJECT, "42704", 1}, {IL_NOT_NOW, "55000", 1},      {IL_NOMEM, "53200", 7},
      {IL_OK, "00000", 0},        {(il_kind)999, "XX000", 2}};
  for (size_t i = 0; i < sizeof want / sizeof *want; i++)
    test_case(&t,
              strcmp(il_kind_sqlstate(want[i].kind), want[i].sqlstate) == 0 &&
                  il_kind_sqlite(want[i].kind) == want[i].sqlite,
              "kind %d", (int)want[i].kind);
  test_table_end(&t, "kinds have the codes of the public table");
}

/* ---- buffers and arenas ---- */

static void test_format(void) {
  il_buf b;
  il_buf_init(&b, test_memory_start(&memory, 0));
  test_str(il_buf_text(&b), "", "an empty buffer is an empty text");
  il_buf_f(&b, "%d %d %u %ld %lu", -1, -2147483647 - 1, 4294967295U, LONG_MIN, ULONG_MAX);
  test_str(il_buf_text(&b), "-1 -2147483648 4294967295 -9223372036854775808 18446744073709551615",
           "integers");
  il_buf_reset(&b);
  il_buf_f(&b, "%lld|%llu|%zu|%c|%%|%s|%.*s|%s", (long long)INT64_MIN,
           (unsigned long long)UINT64_MAX, (size_t)7, 'c', "s", 2, "abc", (const char *)NULL);
  test_str(il_buf_text(&b), "-9223372036854775808|18446744073709551615|7|c|%|s|ab|", "the rest");
  il_buf_reset(&b);
  il_buf_f(&b, "%I %Q %.*Q %I", "we\"ird", "it's", 3, "a'bc", "");
  test_str(il_buf_text(&b), "\"we\"\"ird\" 'it''s' 'a''b' \"\"", "SQL names and literals");
  il_buf_reset(&b);
  il_buf_f(&b, "%J", "a\"b\\c\n\t\r\b\f\x01\x1f/\xc3\xa9");
  test_str(il_buf_text(&b), "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u001f/\xc3\xa9\"",
           "JSON strings");
  il_buf_reset(&b);
  il_buf_f(&b, "%.2s|%.0s|%.9Q|%.*s|%.*s|%zd", "abc", "abc", "a'bcdefghij", 99, "short", -1, "x",
           (size_t)3);
  test_str(il_buf_text(&b), "ab||'a''bcdefgh'|short||3", "lengths written out");
  il_buf_reset(&b);
  il_buf_f(&b, "%.*J", 3, "x\0y");
  test_str(il_buf_text(&b), "\"x\\u0000y\"", "a NUL in a JSON string");
  il_buf_reset(&b);
  il_buf_f(&b, "50%y %");
  test_str(il_buf_text(&b), "50%y %", "what is no conversion stays");
  il_buf_free(&b);
  test_ok(memory.live == 0 && b.p == NULL && b.n == 0, "the buffer is freed");
}

static void test_buf(void) {
  il_buf b;
  test_table t = {0, 0};
  il_buf_init(&b, test_memory_start(&memory, 0));
  for (int i = 0; i < 10000; i++) {
    il_buf_char(&b, (char)('a' + i % 26));
    if (b.p[b.n] != 0 || b.n != (size_t)i + 1) t.bad++;
  }
  for (int i = 0; i < 10000; i++)
    test_case(&t, b.p[i] == 'a' + i % 26, "byte %d", i);
  test_table_end(&t, "a buffer grows and is always ended");
  il_buf_int(&b, -5);
  test_str(b.p + 10000, "-5", "and takes numbers");
  il_buf_free(&b);
  il_buf_init(&b, test_memory_start(&memory, 2));
  il_buf_str(&b, "begin");
  for (int i = 0; i < 100; i++)
    il_buf_str(&b, "0123456789");
  test_ok(b.failed && il_buf_text(&b) == NULL, "out of memory is sticky");
  il_buf_reset(&b);
  il_buf_str(&b, "again");
  test_str(il_buf_text(&b), "again", "until the buffer is emptied");
  il_buf_free(&b);
  test_ok(memory.live == 0, "nothing leaks");
}

static void test_arena(void) {
  il_arena arena;
  test_table t = {0, 0};
  il_arena_init(&arena, test_memory_start(&memory, 0));
  for (size_t n = 0; n < 5000; n += 7) {
    unsigned char *p = il_arena_alloc(&arena, n);
    int zero = 1;
    for (size_t i = 0; i < n; i++)
      zero &= p[i] == 0;
    if (n) memset(p, 0xff, n);
    test_case(&t, zero && ((uintptr_t)p & 7) == 0, "%zu bytes", n);
  }
  test_table_end(&t, "memory of an arena is zeroed and aligned");
  test_ok(memory.count < 100, "and comes in few blocks: %ld", memory.count);
  test_str(il_arena_copy(&arena, "abcdef", 3), "abc", "copies end");
  test_str(il_arena_strdup(&arena, ""), "", "so do empty ones");
  test_ok(il_arena_alloc(&arena, SIZE_MAX - 3) == NULL && arena.failed, "an absurd size fails");
  test_ok(il_arena_copy(&arena, "", SIZE_MAX) == NULL, "so does the copy of one");
  il_arena_free(&arena);
  test_ok(memory.live == 0 && !arena.failed, "an arena is freed as a whole");
  il_arena_init(&arena, test_memory_start(&memory, 1));
  test_ok(il_arena_alloc(&arena, 1) == NULL && arena.failed, "out of memory is NULL and sticky");
  test_ok(il_arena_alloc(&arena, 1) != NULL && arena.failed, "even when there is memory again");
  il_arena_free(&arena);
}

/* ---- values ---- */

static void test_same(void) {
  static const char one[] = {'a', 0, 'b'}, two[] = {'a', 0, 'c'};
  il_value blob = {IL_T_BLOB, 0, 0, "a", 1}, other = {IL_T_OTHER, 0, 0, "1.50", 4};
  struct {
    il_value a, b;
    int same;
  } cases[] = {{il_null(), il_null(), 1},
               {il_null(), il_int(0), 0},
               {il_null(), il_text("", 0), 0},
               {il_int(1), il_real(1.0), 1},
               {il_int(1), il_real(1.5), 0},
               {il_int(0), il_real(-0.0), 1},
               {il_int(INT64_MAX), il_real(9223372036854775807.0), 0}, /* the real is 2^63 */
               {il_int(INT64_MIN), il_real(-9223372036854775808.0), 1},
               {il_int((INT64_C(1) << 53) + 1), il_real(9007199254740992.0), 0},
               {il_int(1), il_real(NAN), 0},
               {il_int(1), il_real(INFINITY), 0},
               {il_real(NAN), il_real(NAN), 1},
               {il_int(1), il_text("1", 1), 0},
               {il_text("a", 1), il_text("A", 1), 0},
               {il_text("a", 1), il_text("a ", 2), 0},
               {il_text("", 0), il_text(NULL, 0), 1},
               {il_text(one, 3), il_text(two, 3), 0},
               {il_text("a", 1), blob, 0},
               {blob, blob, 1},
               {il_json("{}", 2), il_text("{}", 2), 1},
               {il_text("{}", 2), other, 0},
               {il_text("1.50", 4), other, 1},
               {other, il_int(1), 0},
               {il_real(2.5), il_real(2.5), 1},
               {il_real(2.5), il_real(NAN), 0},
               {il_real(2.5), il_null(), 0},
               {il_int(7), il_int(7), 1},
               {il_int(7), il_int(8), 0},
               {il_instant(5), il_instant(5), 1},
               {il_instant(5), il_int(5), 0}};
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    test_case(&t, il_value_same(&cases[i].a, &cases[i].b) == cases[i].same, "case %zu", i);
    test_case(&t, il_value_same(&cases[i].b, &cases[i].a) == cases[i].same, "case %zu turned", i);
  }
  test_table_end(&t, "values compare as IS does");
}

static void test_reals(void) {
  static const struct {
    double r;
    const char *text;
  } cases[] = {{0, "0"},
               {-0.0, "0"},
               {1, "1"},
               {-1.5, "-1.5"},
               {0.1, "0.1"},
               {0.1 + 0.2, "0.3"},
               {1.0 / 3, "0.333333333333333"},
               {2.0 / 3, "0.666666666666667"},
               {100, "100"},
               {123456789012345, "123456789012345"},
               {999999999999999, "999999999999999"},
               {1e15, "1e+15"},
               {9999999999999995.0, "1e+16"},
               {0.00001, "0.00001"},
               {0.000001, "1e-06"},
               {1.25e-7, "1.25e-07"},
               {-1e100, "-1e+100"},
               {DBL_MAX, "1.79769313486232e+308"},
               {DBL_MIN, "2.2250738585072e-308"},
               {4.94065645841247e-324, "4.94065645841247e-324"},
               {INFINITY, "Infinity"},
               {-INFINITY, "-Infinity"},
               {NAN, "NaN"}};
  test_table t = {0, 0};
  char buf[IL_REAL_MAX], libc[64];
  unsigned long long state = 1;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    test_case(&t, strcmp(il_real_text(cases[i].r, buf), cases[i].text) == 0, "%s: %s",
              cases[i].text, buf);
  for (int i = 0; i < 200000; i++) { /* any bits against the C library's 15 digits */
    double r;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    memcpy(&r, &state, sizeof r);
    if (r - r != 0) continue;
    snprintf(libc, sizeof libc, "%.15g", r);
    il_real_text(r, buf);
    /* As near as the C library's, which rounds ties to even. */
    test_case(&t, fabsl(strtold(buf, NULL) - r) <= fabsl(strtold(libc, NULL) - r) * 1.01L, "%s: %s",
              libc, buf);
  }
  test_table_end(&t, "reals have 15 significant digits");
}

static void test_show(void) {
  il_value blob = {IL_T_BLOB, 0, 0, "\x00\xab", 2};
  il_value other = {IL_T_OTHER, 0, 0, "1.50", 4};
  struct {
    il_value v;
    size_t cap;
    const char *text;
  } cases[] = {{il_null(), 64, "NULL"},
               {il_int(INT64_MIN), 64, "-9223372036854775808"},
               {il_int(42), 2, "4"},
               {il_real(2.5), 64, "2.5"},
               {il_instant(1), 64, "1970-01-01T00:00:00.000Z"},
               {il_text("a\tb\x7f\xff\xc3\xa9", 7), 64, "a?b??\xc3\xa9"},
               {il_text("ab\xc3\xa9", 4), 4, "ab"},
               {il_text("ab\xc3\xa9", 4), 5, "ab\xc3\xa9"},
               {il_text("a\0b", 3), 64, "a?b"},
               {il_text(NULL, 0), 64, ""},
               {il_json("{}", 2), 64, "{}"},
               {other, 64, "1.50"},
               {blob, 64, "\\x00ab"},
               {blob, 6, "\\x00"},
               {blob, 2, ""},
               {il_str("x"), 64, "x"},
               {il_str(NULL), 64, "NULL"},
               {il_text("abc", 3), 1, ""}};
  test_table t = {0, 0};
  char buf[64];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    test_case(&t, strcmp(il_value_show(&cases[i].v, buf, cases[i].cap), cases[i].text) == 0,
              "%s: %s", cases[i].text, buf);
  buf[0] = 'x';
  il_value_show(&blob, buf, 0);
  test_case(&t, buf[0] == 'x', "a buffer of no bytes is left alone");
  test_table_end(&t, "values as messages show them");
}

static void test_value_text(void) {
  il_value blob = {IL_T_BLOB, 0, 0, "\x00\xab", 2};
  il_value list[] = {il_null(),          il_int(-3),       il_real(0.5),
                     il_text("a\tb", 3), il_instant(1000), blob};
  il_buf b;
  il_buf_init(&b, test_memory_start(&memory, 0));
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    il_value_text(&list[i], &b);
    il_buf_char(&b, '|');
  }
  test_str(il_buf_text(&b), "|-3|0.5|a\tb|1970-01-01T00:00:00.001Z|\\x00ab|", "values as keys");
  il_buf_free(&b);
}

/* Every sequence of one, two and three bytes, and the edges of four, against the table of RFC 3629. */
static void test_utf8(void) {
  static const struct {
    const char *text;
    size_t n, len;
  } edges[] = {{"\xf0\x90\x80\x80", 4, 4}, {"\xf0\x8f\xbf\xbf", 4, 0},
               {"\xf4\x8f\xbf\xbf", 4, 4}, {"\xf4\x90\x80\x80", 4, 0},
               {"\xf5\x80\x80\x80", 4, 0}, {"\xf0\x90\x80", 3, 0},
               {"\xf1\x80\x80\x7f", 4, 0}, {"", 0, 0}};
  test_table t = {0, 0};
  for (unsigned a = 0; a < 256; a++)
    for (unsigned b = 0; b < 256; b++)
      for (unsigned c = 0; c < 256; c += a == 0xe0 || a == 0xed || a == 0xef ? 1 : 85) {
        char p[3] = {(char)a, (char)b, (char)c};
        int bb = (b & 0xc0) == 0x80, cc = (c & 0xc0) == 0x80;
        unsigned code = (a & 15) << 12 | (b & 63) << 6 | (c & 63);
        size_t want =
            a < 0x80                      ? 1
            : a >= 0xc2 && a < 0xe0 && bb ? 2
            : a >= 0xe0 && a < 0xf0 && bb && cc && code >= 0x800 && (code < 0xd800 || code > 0xdfff)
                ? 3
                : 0;
        test_case(&t, il_utf8_char(p, 3) == want, "%02x %02x %02x", a, b, c);
      }
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
    test_case(&t, il_utf8_char(edges[i].text, edges[i].n) == edges[i].len, "edge %zu", i);
  test_table_end(&t, "UTF-8 characters");
  test_ok(il_utf8_length("", 0) == 0 && il_utf8_length("abcdefghij", 10) == 10 &&
              il_utf8_length("\xc3\xa9t\xc3\xa9", 5) == 3 &&
              il_utf8_length("12345678\xf0\x9f\x98\x80"
                             "90",
                             14) == 11 &&
              il_utf8_length("\xff\xc3", 2) == 2 && il_utf8_length("a\0b", 3) == 3,
          "characters are counted");
  test_ok(il_utf8_trim("ab\xe2\x82", 4) == 2 && il_utf8_trim("ab\xe2\x82\xac", 5) == 5 &&
              il_utf8_trim("\xf0\x9f\x98", 3) == 0 && il_utf8_trim("a\xc3", 2) == 1 &&
              il_utf8_trim("ab", 2) == 2 && il_utf8_trim("", 0) == 0 &&
              il_utf8_trim("\x80\x80\x80\x80", 4) == 4,
          "a cut falls between characters");
}

/* FIPS 180-4 examples. */
static void test_hash(void) {
  static char million[1000000];
  char hex[65];
  il_sha256_hex("abc", 3, hex);
  test_str(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
           "SHA-256 of abc");
  il_sha256_hex(NULL, 0, hex);
  test_str(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "of nothing");
  memset(million, 'a', sizeof million);
  il_sha256_hex(million, sizeof million, hex);
  test_str(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
           "of a million a");
}

int main(void) {
  test_error_frames();
  test_error_limits();
  test_kinds();
  test_format();
  test_buf();
  test_arena();
  test_same();
  test_reals();
  test_show();
  test_value_text();
  test_utf8();
  test_hash();
  return test_end();
}
