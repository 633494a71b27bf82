/* Words of operations that nobody bound, as a trigger of a hostile database may have them, and what is in a JSON text that nobody
** validated: derived, copies, members, reference, tally, routing, fetch, stamps, append_only; json_items. */
#include "test.h"
#include "rules/plan.h"
#include "values/buf.h"
#include "values/hash.h"
#include "values/json.h"

/* The columns are a and b, texts. */
static const struct {
  const char *op;
  il_kind kind;
} ops[] = {
    {"derived R iu 0,1 d32", IL_OK},
    {"derived R iu 0,1 d7", IL_ARGUMENT},
    {"derived R iu 0,1 d65", IL_ARGUMENT},
    {"derived R iu 0,1 dx", IL_ARGUMENT},
    {"derived R iu 0 d32", IL_ARGUMENT},
    {"derived R iu 0,1 m", IL_ARGUMENT},
    {"derived R iu 0,1,1 m", IL_OK},
    {"derived R iu 0,1 b", IL_OK},
    {"derived R iu 0,1 q", IL_ARGUMENT},
    {"derived R iu 0,1", IL_ARGUMENT},
    {"derived R iud 0,1 b", IL_ARGUMENT},
    {"copies R iu 0,1 Tt Kk nx", IL_OK},
    {"copies R iu 0,1 Tt Kk Ex", IL_OK},
    {"copies R iu 0,1 Tt Kk x", IL_ARGUMENT},
    {"copies R iu 0,1 Tt Kk n", IL_ARGUMENT},
    {"copies R iu 0,1 T Kk nx", IL_ARGUMENT},
    {"copies R iu 0 Tt Kk", IL_ARGUMENT},
    {"copies R d 0,1 Tt Kk nx", IL_ARGUMENT},
    {".copied R iu 0,1 Tt Kk nx", IL_OK},
    {".copied R iu 0,1,1 Tt Kk nx nx", IL_ARGUMENT},
    {"members R iu 0 mx", IL_OK},
    {"members R iu 0,1 cta mx", IL_OK},
    {"members R iu 0 cta mx", IL_ARGUMENT},
    {"members R iu 0,1 ca mx", IL_ARGUMENT},
    {"members R iu 0 m", IL_ARGUMENT},
    {"members R iu -", IL_ARGUMENT},
    {"reference R iu 0 n senv", IL_OK},
    {"reference R iu 0 n", IL_ARGUMENT},
    {"reference R iu 0 n s", IL_ARGUMENT},
    {"reference R iu 0,1 n senv", IL_ARGUMENT},
    {"tally R iu 0 Tt s1 v0", IL_OK},
    {"tally R iu 0 Tt s", IL_ARGUMENT},
    {"tally R iu 0 Tt s1 x", IL_ARGUMENT},
    {"tally R iu - Tt s1", IL_ARGUMENT},
    {".tallied R iu 0,1 Tt Kk etx ca =0", IL_OK},
    {".tallied R iu 0,1 Tt Kk etx ca n cb +1 ety cb -1", IL_ARGUMENT},
    {".tallied R iu 0,1 Tt Kk etx ca", IL_ARGUMENT},
    {".tallied R iu 0,1 Tt Kk etx ca n cb", IL_ARGUMENT},
    {".tallied R iu 0,1 Tt Kk etx ety ca n", IL_ARGUMENT},
    {".tallied R iu 0 Tt Kk etx ca n", IL_ARGUMENT},
    {".tallied R iu 0,1 Tt Kk ex ca n", IL_ARGUMENT},
    {"routing R iu 0 Aa kk sa Cc ck ll rx", IL_OK},
    {"routing R iu - Aa kk sa Cc ck ll rx", IL_ARGUMENT},
    {"routing R iu 0 Aa kk sa Cc ck rx", IL_ARGUMENT},
    {"routing R iu 0 Aa kk Cc ck db", IL_ARGUMENT},
    {"routing R iu 0 Aa Aa kk Cc ck", IL_ARGUMENT},
    {"routing R iu 0 Aa kk Cc ck z", IL_ARGUMENT},
    {"routing R d 0 Aa kk Cc ck", IL_ARGUMENT},
    {".routed R iu 0,1 Aa kk Cc ck", IL_OK},
    {".routed R iu 0 Aa kk Cc ck", IL_ARGUMENT},
    {"fetch R iu 0,1 o0 l0 u0 a1 +tx =ty", IL_OK},
    {"fetch R iu 0,1 o0 l0 u0 a2 +tx =ty", IL_ARGUMENT},
    {"fetch R iu 0 o0 l0 u0 a1 +tx =ty", IL_ARGUMENT},
    {"fetch R iu 0,1 o0 l0 u0 a1 +x =ty", IL_ARGUMENT},
    {"fetch R iu 0,1 o0 l0 u0 a1 =ty", IL_ARGUMENT},
    {"append_only R ud 0,1 X1", IL_OK},
    {"append_only R ud 0,1 X7", IL_ARGUMENT},
    {"append_only R ud 0,1 X", IL_ARGUMENT},
    {".stamp R iu 0,1,0,1 tx nx b0,1,60000000,2000,3600000000,5", IL_OK},
    {".stamp R iu 0,1,0,1 tx nx b0,1,60000000,2000,3600000000", IL_ARGUMENT},
    {".stamp R iu 0,1,0,1 tx nx b0,1,60000000,2000,3600000000,5,6", IL_ARGUMENT},
    {".stamp R iu 0,1,0,1 tx nx b0,9,60000000,2000,3600000000,5", IL_ARGUMENT},
    {".stamp R iu 0,1,0,1 tx nx b0,1,60000000,0,3600000000,5", IL_ARGUMENT},
    {".stamp R iu 0,1,0,1 tx nx b0,1,-1,2000,3600000000,5", IL_ARGUMENT},
    {".stamp R iu 0,1,0,1 tx nx b0,1,1,99999999999,3600000000,5", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>1/2 Vv Ff Ww Dd bta btb btc btd", IL_OK},
    {"quorum R - 0,1 c0 h1 otopen ytyes ntno kid Tmost N>1/2 Tall Nall Vv Ff Ww Dd bta btb btc btd",
     IL_OK},
    {"quorum R iu 0 c0 otopen ytyes ntno kid N>1/2 Vv Ff Ww Dd bta btb btc btd", IL_ARGUMENT},
    {"quorum R - 0 c1 otopen ytyes ntno kid N>1/2 Vv Ff Ww Dd bta btb btc btd", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>3/2 Vv Ff Ww Dd bta btb btc btd", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>1/2 Vv Ff Ww Dd bta btb btc", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>1/2 Vv Ff Ww Dd bta btb btc btd bte", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>1/2 Tmost Vv Ff Ww Dd bta btb btc btd", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid Tmost Nall Vv Ff Ww Dd bta btb btc btd", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes kid N>1/2 Vv Ff Ww Dd bta btb btc btd", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>1/2 Vv Ff Ww D bta btb btc btd", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>1/2 Vv Ff Ww Dd bta btb btc btd Av", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>1/2 Vv Ff Ww Dd bta btb btc btd atx", IL_ARGUMENT},
    {"quorum R - 0 c0 otopen ytyes ntno kid N>1/2 Vv Ff Ww Dd bta btb btc btd x", IL_ARGUMENT},
    {"approval R u 0,1 tapproved", IL_OK},
    {"approval R iu 0,1 tapproved", IL_ARGUMENT},
    {"approval R u 0 tapproved", IL_ARGUMENT},
    {"approval R u 0,1 approved", IL_ARGUMENT},
    {"asserts R iu - tx sx lSELECT%%201", IL_OK},
    {"asserts R d - tx sx lSELECT%%201", IL_ARGUMENT},
    {"asserts R iu - tx sx la lb", IL_OK},
};

static il_kind read_op(const char *op, const il_alloc *mem) {
  il_buf body, text;
  il_plan *out;
  il_error err;
  il_arena arena;
  il_kind kind;
  char hex[65];
  il_arena_init(&arena, mem);
  il_buf_init(&body, mem);
  il_buf_init(&text, mem);
  il_buf_str(&body, "b r t;c a text;c b text;k 0;o ");
  for (const char *p = op; *p; p++) { /* %% is one */
    il_buf_char(&body, *p);
    p += *p == '%' && p[1] == '%';
  }
  il_sha256_hex(body.p, body.n, hex);
  il_buf_f(&text, "il1:%.*s:%s", 16, hex, il_buf_text(&body));
  kind = il_plan_read(text.p, text.n, &arena, &out, &err);
  il_buf_free(&body);
  il_buf_free(&text);
  il_arena_free(&arena);
  return kind;
}

static void test_ops(void) {
  test_table t = {0, 0};
  test_memory memory;
  const il_alloc *mem = test_memory_start(&memory, 0);
  for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
    test_case(&t, read_op(ops[i].op, mem) == ops[i].kind, "%s", ops[i].op);
  test_case(&t, memory.live == 0, "%ld allocations are left", memory.live);
  test_table_end(&t, "words are believed only when they fit");
}

/* ---- JSON ---- */

static const struct {
  const char *text, *items; /* name=value, with a semicolon behind each */
} lists[] = {
    {"[]", ""},
    {"{}", ""},
    {" [ 1 , \"a,]\" , [ [ ] , { } ] , null ] ", "1;\"a,]\";[ [ ] , { } ];null;"},
    {"{\"a\":1,\"b\\\"}\" : {\"c\":[1,2]} , \"d\":\"\\\\\"}",
     "\"a\"=1;\"b\\\"}\"={\"c\":[1,2]};\"d\"=\"\\\\\";"},
    /* whatever it is, nothing outside it is read */
    {"[", ""},
    {"[\"", "\";"},
    {"[\"\\", "\"\\;"},
    {"{\"a", ""},
    {"{\"a\"", ""},
    {"{\"a\":", ""},
    {"{a:1}", ""},
    {"[1", "1;"},
    {"[,]", ""},
    {"[[", "[;"},
};

static void test_items(void) {
  test_table t = {0, 0};
  test_memory memory;
  const il_alloc *mem = test_memory_start(&memory, 0);
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    size_t n = strlen(lists[i].text);
    char *exact = malloc(n); /* a byte too far is seen by the sanitizer */
    il_json_items items;
    il_json_item item;
    il_buf out;
    il_buf_init(&out, mem);
    memcpy(exact, lists[i].text, n);
    if (il_json_items_start(&items, exact, n))
      while (il_json_items_next(&items, &item))
        il_buf_f(&out, "%.*s%s%.*s;", (int)item.nname, item.name ? item.name : "",
                 item.name ? "=" : "", (int)item.nvalue, item.value);
    test_case(&t, strcmp(il_buf_text(&out), lists[i].items) == 0, "%s: %s", lists[i].text,
              il_buf_text(&out));
    il_buf_free(&out);
    free(exact);
  }
  il_json_items none;
  test_case(&t, !il_json_items_start(&none, "1", 1) && !il_json_items_start(&none, " ", 1),
            "a number has items");
  test_table_end(&t, "items and members");
}

static const struct {
  const char *json, *text;
  size_t less;
  il_json_match match;
} strings[] = {
    {"\"abc\"", "abc", 0, IL_JSON_SAME},
    {"\"abc\"", "abcd", 0, IL_JSON_PREFIX},
    {"\"abc\"", "abd", 0, IL_JSON_OTHER},
    {"\"abc\"", "ab", 0, IL_JSON_OTHER},
    {"\"ab*\"", "abz", 1, IL_JSON_PREFIX},
    {"\"\"", "", 0, IL_JSON_SAME},
    {"\"\"", "a", 0, IL_JSON_PREFIX},
    {"\"\\u00e9\\n\\\"\"", "\xc3\xa9\n\"", 0, IL_JSON_SAME},
    {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", 0, IL_JSON_SAME},
    {"\"\\ud83dx\"", "\xf0\x9f\x98\x80", 0, IL_JSON_OTHER},
    {"\"\\u0000\"", "", 0, IL_JSON_OTHER},
    {"\"\\u12\"", "\x12", 0, IL_JSON_OTHER},
    {"\"\\\"", "x", 0, IL_JSON_OTHER},
    {"\"", "", 0, IL_JSON_OTHER},
    {"\"a\"", "a", 5, IL_JSON_OTHER},
    {"1", "1", 0, IL_JSON_OTHER},
};

int main(void) {
  static const il_hash_part parts[] = {{"a", 1}, {"b", 1}, {NULL, 0}};
  test_table t = {0, 0};
  char hex[65], want[65];
  test_ops();
  test_items();
  for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
    size_t n = strlen(strings[i].json);
    char *exact = malloc(n);
    memcpy(exact, strings[i].json, n);
    test_case(&t,
              il_json_match_text(exact, n, strings[i].less, strings[i].text,
                                 strlen(strings[i].text)) == strings[i].match,
              "%s %s", strings[i].json, strings[i].text);
    free(exact);
  }
  test_table_end(&t, "a string of JSON against a text");
  il_sha256_parts(parts, 3, hex);
  il_sha256_hex("a:b:", 4, want);
  test_str(hex, want, "a digest of parts is that of the parts joined with colons");
  return test_end();
}
