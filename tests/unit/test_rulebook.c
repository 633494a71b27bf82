/*
** test_rulebook.c: what reading a rulebook refuses, and where; tiers (RFC 7396); out of memory
** at every allocation; the plan text of every table read back.
*/
#include "orderstest.h"
#include "rules/bind.h"

static il_kind read_text(const char *text, const char *const *patches, il_arena *arena,
                         il_rulebook **out, il_error *err) {
  catalog c = {tables, arena};
  return il_rulebook_read(text, strlen(text), patches, catalog_find, &c, arena, out, err);
}

/* ---- errors ---- */

typedef struct wrong {
  const char *json, *want; /* a part of the message that ends it, or all of it */
  il_kind kind;
} wrong;

static const wrong wrongs[] = {
    {"", "rulebook: not a JSON object: ", IL_ARGUMENT},
    {"[]", "rulebook: not a JSON object: ", IL_ARGUMENT},
    {"{'a':1,'a':2}", "rulebook: /a: the key is there twice", IL_ARGUMENT},
    {"{'a':{'k/~':1,'b':2,'k/~':3}}", "rulebook: /a/k~1~0: the key is there twice", IL_ARGUMENT},
    {"{'n':'a\\u0000b'}", "rulebook: a text must not hold NUL, in line 1, column 8, at offset 7",
     IL_ARGUMENT},
    {"{\n  'n':\"é\" 1}", "expected ',' or '}', in line 2, column 11, at offset 13", IL_ARGUMENT},
    {"{'n':'a\xff'}", "rulebook: not a JSON object: ", IL_ARGUMENT},
    {"{'n':NaN}", "rulebook: not a JSON object: ", IL_ARGUMENT},
    {"{'n':1} x", "rulebook: not a JSON object: ", IL_ARGUMENT},
    {"{'interlock':1,'tables':{'orders':{}}}", "rulebook : /: \"name\" is missing", IL_ARGUMENT},
    {"{'interlock':1,'name':'a b','tables':{'orders':{}}}",
     "/name: must be letters, digits, _ and -, and begin with a letter or digit", IL_ARGUMENT},
    {"{'name':'o','tables':{'orders':{}}}", "\"interlock\" is missing: the format's version, 1",
     IL_ARGUMENT},
    {"{'interlock':2,'name':'o','tables':{'orders':{}}}",
     "rulebook o: /interlock: must be 1, the format that this version reads", IL_ARGUMENT},
    {"{'interlock':1,'name':'o','table':{}}",
     "rulebook o: /table: unknown key; did you mean \"tables\"?", IL_ARGUMENT},
    {"{'interlock':1,'name':'o','zzzzzz':{}}", "rulebook o: /zzzzzz: unknown key", IL_ARGUMENT},
    {"{'interlock':1,'name':'o','tables':{}}", "/tables: must be an object with at least one table",
     IL_ARGUMENT},
    {HEAD "'nosuch':{}}}", "rulebook o: /tables/nosuch: there is no table \"nosuch\"", IL_NO_TABLE},
    {HEAD "'orders':3}}", "/tables/orders: must be an object", IL_ARGUMENT},
    {HEAD "'keyless':{}}}", "/tables/keyless: the table has no primary key: ", IL_ARGUMENT},
    {ORDERS "'key':['id','id']}}}", "/tables/orders/key/1: is in the key twice", IL_ARGUMENT},
    {ORDERS "'key':[]}}}", "/tables/orders/key: must be a list of columns", IL_ARGUMENT},
    {ORDERS "'machine':{}}}}", "/tables/orders/machine: unknown key; did you mean \"machines\"?",
     IL_ARGUMENT},
    {ORDERS "'.domain':{}}}}", "/tables/orders/.domain: unknown key", IL_ARGUMENT},
    {ORDERS "'touch':{'rule':'O-2','column':'touchd'}}}}",
     "/tables/orders/touch/column: table \"orders\" has no column \"touchd\"; did you mean \"touched\"?",
     IL_NO_COLUMN},
    {ORDERS "'touch':{'rule':'O-2','column':'STATUS'}}}}",
     "table \"orders\" has no column \"STATUS\"; did you mean \"status\"?", IL_NO_COLUMN},
    {ORDERS "'touch':{'column':'touched'}}}}", "/tables/orders/touch: \"rule\" is missing",
     IL_ARGUMENT},
    {ORDERS "'touch':{'rule':'','column':'touched'}}}}",
     "/tables/orders/touch/rule: must be a rule id: 1 to 31 bytes without white space",
     IL_ARGUMENT},
    {ORDERS "'touch':{'rule':'a b','column':'touched'}}}}",
     "/tables/orders/touch/rule: must be a rule id: 1 to 31 bytes without white space",
     IL_ARGUMENT},
    {ORDERS "'touch':{'rule':'x','column':'total'}}}}",
     "/tables/orders/touch/column: must be an instant column that is not generated (SQLite: TEXT)",
     IL_ARGUMENT},
    {ORDERS "'touch':{'rule':'x','column':'touched','from':'touched'}}}}",
     "/tables/orders/touch/from: is the column itself", IL_ARGUMENT},
    {ORDERS "'row_version':{'rule':'x','column':'note'}}}}",
     "/tables/orders/row_version/column: must be an integer column that is not generated",
     IL_ARGUMENT},
    {ORDERS "'length':{'rule':'x','columns':{'note':[5,4]}}}}}",
     "/tables/orders/length/columns/note/1: must be 5 to 1000000000", IL_ARGUMENT},
    {ORDERS "'length':{'rule':'x','columns':{'note':1.5}}}}}",
     "/tables/orders/length/columns/note: must be a whole number", IL_ARGUMENT},
    {ORDERS
     "'enum':[{'rule':'x','columns':{'note':['a']}},{'rule':'y','columns':{'note':['a','a']}}]}}}",
     "/tables/orders/enum/1/columns/note/1: is there twice", IL_ARGUMENT},
    {ORDERS "'enum':{'rule':'x','columns':{'note':['a',1]}}}}}",
     "/tables/orders/enum/columns/note: must be texts or whole numbers, not both", IL_ARGUMENT},
    {ORDERS "'enum':{'rule':'x','columns':{'note':[9007199254740992]}}}}}",
     "/tables/orders/enum/columns/note/0: must be a text, a whole number or null", IL_ARGUMENT},
    {ORDERS "'enum':{'rule':'x','columns':{'note':[9007199254740991,-9007199254740991]}}}}}", "",
     IL_OK},
    {ORDERS "'enum':{'rule':'x','columns':{'note':[1e300]}}}}}",
     "/tables/orders/enum/columns/note/0: must be a text, a whole number or null", IL_ARGUMENT},
    {ORDERS "'json':{'rule':'x','columns':{'note':'objekt'}}}}}",
     "must be \"object\", \"array\", \"strings\", \"choices\" or \"any\"", IL_ARGUMENT},
    {ORDERS "'asserts':{'rule':'x','that':'NEW.totl > 0','text':'t'}}}}",
     "/tables/orders/asserts/that: table \"orders\" has no column \"totl\"; did you mean \"total\"?",
     IL_NO_COLUMN},
    {ORDERS "'asserts':{'rule':'x','that':'OLD.total > 0','text':'t'}}}}",
     "/tables/orders/asserts/that: an insert has no OLD row, at offset 0", IL_ARGUMENT},
    {ORDERS "'asserts':{'rule':'x','on':['delete'],'that':'NEW.total > 0','text':'t'}}}}",
     "/tables/orders/asserts/that: a delete has no NEW row, at offset 0", IL_ARGUMENT},
    {ORDERS "'asserts':{'rule':'x','on':['updat'],'that':'1','text':'t'}}}}",
     "/tables/orders/asserts/on/0: must be \"insert\", \"update\" or \"delete\"", IL_ARGUMENT},
    {ORDERS "'asserts':{'rule':'x','that':'$nobody > 0','text':'t'}}}}",
     "/tables/orders/asserts/that: no variable $nobody here, at offset 0", IL_ARGUMENT},
    {ORDERS "'asserts':{'rule':'x','that':'$event > 0','text':'t'}}}}",
     "/tables/orders/asserts/that: no variable $event here, at offset 0", IL_ARGUMENT},
    {ORDERS "'asserts':{'rule':'x','that':'^a','text':'t'}}}}", "at offset 0", IL_ARGUMENT},
    {ORDERS "'effects':{'rule':'x','enter':'new','do':['SELECT 1']}}}}",
     "\"column\" is missing: the table has no machine, or several", IL_ARGUMENT},
    {MACHINE "'new':{'to':'payd'},'paid':{'type':'final'}}}" END,
     "rulebook o: /tables/orders/machines/states/new/to: no state \"payd\"; did you mean \"paid\"?",
     IL_ARGUMENT},
    {MACHINE "'new':{'to':['paid','payd']},'paid':{'type':'final'}}}" END,
     "/tables/orders/machines/states/new/to/1: no state \"payd\"; did you mean \"paid\"?",
     IL_ARGUMENT},
    {MACHINE "'new':{'on':{'P':{'target':'zzz'}}}}}" END,
     "/tables/orders/machines/states/new/on/P/target: no state \"zzz\"", IL_ARGUMENT},
    {MACHINE "'nev':{}}}" END,
     "/tables/orders/machines/initial: no state \"new\"; did you mean \"nev\"?", IL_ARGUMENT},
    {MACHINE "'new':{'type':'final','to':'new'}}}" END,
     "/tables/orders/machines/states/new/to: a final state has no exit", IL_ARGUMENT},
    {MACHINE "'new':{'type':'last'}}}" END,
     "/tables/orders/machines/states/new/type: must be \"final\", or be left out", IL_ARGUMENT},
    {MACHINE "'new':{'tpye':'final'}}}" END,
     "/tables/orders/machines/states/new/tpye: unknown key; did you mean \"type\"?", IL_ARGUMENT},
    {MACHINE "'new.old':{}}}" END,
     "/tables/orders/machines/states/new.old: a state's name has no dot", IL_ARGUMENT},
    {MACHINE "'new':{'code':'a'},'b':{'code':'a'}}}" END,
     "/tables/orders/machines/states/b/code: state \"new\" has this code already", IL_ARGUMENT},
    {MACHINE "'new':{'code':'b'},'b':{}}}" END,
     "/tables/orders/machines/states/b: state \"new\" has this code already", IL_ARGUMENT},
    {MACHINE "'new':{'code':1},'b':{}}}" END,
     "/tables/orders/machines/states/b: either all states have a whole number as code or none",
     IL_ARGUMENT},
    {MACHINE "'new':{'code':1}}}" END,
     "/tables/orders/machines/column: the codes are whole numbers, but the column is declared text",
     IL_ARGUMENT},
    {MACHINE "'new':{'code':9007199254740994}}}" END,
     "/tables/orders/machines/states/new/code: must be a text that is not empty, a whole number "
     "below 2^53 or null",
     IL_ARGUMENT},
    {MACHINE "'new':{'require':['nope']}}}" END,
     "table \"orders\" has no column \"nope\"; did you mean \"note\"?", IL_NO_COLUMN},
    {MACHINE "'new':{'stamp':{'done_at':'noww'}}}}" END,
     "/tables/orders/machines/states/new/stamp/done_at: must be \"now\", \"first\", ", IL_ARGUMENT},
    {MACHINE "'new':{'stamp':{'ms':'ms(paid_at done_at)'}}}}" END, "must be \"ms(column, column)\"",
     IL_ARGUMENT},
    {MACHINE "'new':{'stamp':{'ms':'ms(paid_at, don_at)'}}}}" END,
     "has no column \"don_at\"; did you mean \"done_at\"?", IL_NO_COLUMN},
    {MACHINE "'new':{'born':['A']},'b':{'born':['B']}}}" END,
     "/tables/orders/machines/states/b/born: no row is born in this state: it is not in \"initial\"",
     IL_ARGUMENT},
    {MACHINE "'new':{'after':{'5':{'target':'new','since':'paid_at'}}}}}" END,
     "/tables/orders/machines/states/new/after/5/target: no edge goes from new to new",
     IL_ARGUMENT},
    {MACHINE "'new':{'after':{'-5':{'target':'new','since':'paid_at'}}}}}" END,
     "the delay must be 1 to 3155760000000 milliseconds (100 years)", IL_ARGUMENT},
    {MACHINE "'new':{}},'on':{'X':'new'}}" END,
     "/tables/orders/machines/on/X: the target of a root \"on\" begins with a dot: \".new\"",
     IL_ARGUMENT},
    {MACHINE "'new':{}},'self':'maybe'}" END,
     "/tables/orders/machines/self: must be \"ignore\" or \"deny\"", IL_ARGUMENT},
    {MACHINE "'new':{}},'rules':{'brith':'x'}}" END,
     "/tables/orders/machines/rules/brith: unknown key; did you mean \"birth\"?", IL_ARGUMENT},
    {MACHINE
     "'new':{}},'events':{'table':'event','columns':{}}}},'events':{'append_only':{'rule':'E'}}}}",
     "/tables/orders/machines/events/table: \"event\" is not a table of this rulebook; did you mean \"events\"?",
     IL_ARGUMENT},
    {MACHINE
     "'new':{}},'events':{'table':'events','columns':{'what':'$event'}}}},'events':{'append_only':{'rule':'E'}}}}",
     "no column gets $key, nor $NEW.id: whose event a row is must be known", IL_ARGUMENT},
    {MACHINE
     "'new':{}},'events':{'table':'events','columns':{'of':'$key','what':'$evnt'}}}},'events':{'append_only':{'rule':'E'}}}}",
     "no variable \"$evnt\"; did you mean \"$event\"?", IL_ARGUMENT},
    {MACHINE
     "'new':{'to':'b'},'b':{'to':'new'}},'events':{'table':'events','writer':'application','order':'id','columns':{'of':'$key','what':'$event'}}}},'events':{'append_only':{'rule':'E'}}}}",
     "an application may write the events of a machine without cycles only", IL_ARGUMENT},
    {ORDERS
     "'machines':[{'rule':'a','column':'status','initial':'n','states':{'n':{}}},{'rule':'b','column':'status','initial':'n','states':{'n':{}}}]}}}",
     "/tables/orders/machines/1/column: another machine is on this column", IL_ARGUMENT},
    {HEAD "'nullable':{'machines':{'rule':'a','column':'gen','initial':'n','states':{'n':{}}}}}}",
     "a generated column cannot hold a state", IL_ARGUMENT},
    {HEAD "'inbox':{'dedup':{'rule':'a','key':['a']}}}}",
     "the table has no primary key or unique index over these columns", IL_ARGUMENT},
    {HEAD "'expr':{'dedup':{'rule':'a','key':['b']}}}}",
     "the table has no primary key or unique index over these columns", IL_ARGUMENT},
    {HEAD "'inbox':{'dedup':{'rule':'a','key':['b']}}}}", "", IL_OK},
    {HEAD "'inbox':{'dedup':{'rule':'a','key':['b','a'],'keep_seconds':5}}}}",
     "needs \"at\", the column that tells a key's age", IL_ARGUMENT},
    {HEAD "'events':{'append_only':{'rule':'a','grows':{'rule':'b','column':'what'}}}}}",
     "must be an integer column", IL_ARGUMENT},
    {ORDERS
     "'meta':{'anything':[1,{}]},'immutable':{'rule':'x','columns':['id'],'meta':5}},'inbox':{}},'meta':null}",
     "", IL_OK},
};

static void test_wrongs(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
    const wrong *w = &wrongs[i];
    il_arena arena;
    il_rulebook *book = NULL;
    il_error err;
    il_kind kind;
    const char *at;
    il_arena_init(&arena, test_memory_start(&memory, 0));
    il_error_clear(&err);
    kind = read_text(json(w->json), NULL, &arena, &book, &err);
    at = strstr(err.message, w->want);
    test_case(&t,
              kind == w->kind &&
                  (kind == IL_OK ? book != NULL : at && book == NULL && err.kind == kind),
              "%s: %d %s", w->json, kind, err.message);
    il_arena_free(&arena);
    test_case(&t, memory.live == 0, "%s: memory is left", w->json);
  }
  test_table_end(&t, "a wrong rulebook is refused, with the place");
}

static void test_limits(void) {
  static char text[IL_RULEBOOK_MAX + 64];
  il_arena arena;
  il_rulebook *book;
  il_error err;
  size_t n = 0;
  il_arena_init(&arena, test_memory_start(&memory, 0));
  memset(text, ' ', sizeof text - 1);
  text[0] = '{';
  text[IL_RULEBOOK_MAX] = '}';
  test_ok(read_text(text, NULL, &arena, &book, &err) == IL_ARGUMENT &&
              strstr(err.message, "longer than 1048576 bytes"),
          "a rulebook has a greatest size");
  memset(text, 0, sizeof text);
  n = (size_t)sprintf(text, "{\"meta\":");
  for (int i = 0; i < IL_RULEBOOK_DEPTH; i++)
    text[n++] = '[';
  for (int i = 0; i < IL_RULEBOOK_DEPTH; i++)
    text[n++] = ']';
  text[n] = '}';
  test_ok(read_text(text, NULL, &arena, &book, &err) == IL_ARGUMENT &&
              strstr(err.message, "nested deeper than 32"),
          "and a greatest depth");
  n = (size_t)sprintf(text, "{\"meta\":{");
  while (n < 1000000)
    n += (size_t)sprintf(text + n, "\"k%zu\":0,", n);
  sprintf(text + n, "\"k9\":0}}");
  test_ok(read_text(text, NULL, &arena, &book, &err) == IL_ARGUMENT &&
              strstr(err.message, "the key is there twice"),
          "one key twice among a hundred thousand is found");
  il_arena_free(&arena);
}

/* ---- tiers: the examples of RFC 7396, appendix A ---- */

static void test_merge(void) {
  static const struct {
    const char *target, *patch, *want;
  } rows[] = {
      {"{'a':'b'}", "{'a':'c'}", "{'a':'c'}"},
      {"{'a':'b'}", "{'b':'c'}", "{'a':'b','b':'c'}"},
      {"{'a':'b'}", "{'a':null}", "{}"},
      {"{'a':'b','b':'c'}", "{'a':null}", "{'b':'c'}"},
      {"{'a':['b']}", "{'a':'c'}", "{'a':'c'}"},
      {"{'a':'c'}", "{'a':['b']}", "{'a':['b']}"},
      {"{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}", "{'a':{'b':'d'}}"},
      {"{'a':[{'b':'c'}]}", "{'a':[1]}", "{'a':[1]}"},
      {"{'e':null}", "{'a':1}", "{'e':null,'a':1}"},
      {"{}", "{'a':{'bb':{'ccc':null}}}", "{'a':{'bb':{}}}"},
      {"{'a':1,'b':2,'c':3}", "{'b':{'x':[null,{'y':null}]},'d':4}",
       "{'a':1,'b':{'x':[null,{'y':null}]},'c':3,'d':4}"},
      {"{'b':1.5,'t':'\xc3\xa9^\\n'}", "{}", "{'b':1.5,'t':'\xc3\xa9^\\n'}"},
  };
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    il_arena arena;
    il_error err;
    cJSON *target = NULL, *patch = NULL;
    char want[256];
    const char *got = "";
    il_arena_init(&arena, test_memory_start(&memory, 0));
    strcpy(want, json(rows[i].want));
    if (il_doc_read(json(rows[i].target), strlen(json(rows[i].target)), "t", &arena, &target,
                    &err) == IL_OK &&
        il_doc_read(json(rows[i].patch), strlen(json(rows[i].patch)), "p", &arena, &patch, &err) ==
            IL_OK &&
        il_doc_merge(&target, patch, &arena) == IL_OK)
      got = il_doc_text(target, 256, &arena);
    test_case(&t, got && strcmp(got, want) == 0, "%s + %s: %s", rows[i].target, rows[i].patch,
              got ? got : "nothing");
    il_arena_free(&arena);
  }
  test_table_end(&t, "patches merge as in RFC 7396");
}

static void test_tiers(void) {
  const char *patches[] = {
      "{\"version\":\"2\",\"tables\":{\"orders\":{\"immutable\":{\"columns\":[\"note\"]},\"touch\":null}}}",
      "{\"tables\":{\"orders\":{\"immutable\":{\"rule\":\"Z\"}}}}", NULL};
  il_arena arena;
  il_rulebook *book = NULL;
  il_error err;
  il_arena_init(&arena, test_memory_start(&memory, 0));
  if (test_ok(
          read_text(
              json(
                  ORDERS
                  "'immutable':{'rule':'x','columns':['id']},'touch':{'rule':'y','column':'touched'}}}}"),
              patches, &arena, &book, &err) == IL_OK,
          "a rulebook with two tiers is read")) {
    test_ok(book->plans[0]->nops == 1 && strcmp(book->plans[0]->ops[0].rule, "Z") == 0,
            "both tiers count");
    test_str(book->version, "2", "a tier may change the version");
    test_str(
        book->json,
        "{\"interlock\":1,\"name\":\"o\",\"tables\":{\"orders\":{\"immutable\":{\"rule\":\"Z\",\"columns\":[\"note\"]}}},\"version\":\"2\"}",
        "the text in force is the merged one");
  }
  patches[1] = "{\"tables\":{\"orders\":{\"immutable\":{\"columns\":[\"nope\"]}}}}";
  test_ok(read_text(json(ORDERS "'immutable':{'rule':'x','columns':['id']}}}}"), patches, &arena,
                    &book, &err) == IL_NO_COLUMN &&
              strstr(err.message, "/tables/orders/immutable/columns/0: "),
          "an error inside a tier has its place in the whole");
  patches[1] = "{";
  test_ok(read_text(json(ORDERS "}}}"), patches, &arena, &book, &err) == IL_ARGUMENT &&
              strncmp(err.message, "rulebook patch: ", 16) == 0,
          "a tier that is no JSON is refused");
  il_arena_free(&arena);
}

/* ---- files that ship, memory ---- */

static char *file(const char *path) {
  static char buf[1 << 18];
  FILE *f = fopen(path, "r");
  size_t n = f ? fread(buf, 1, sizeof buf - 1, f) : 0;
  if (f) fclose(f);
  buf[n] = 0;
  return buf;
}

static void test_textops(void) {
  const char *text = file("sql/textops/rules.json");
  il_arena arena;
  il_rulebook *book = NULL;
  il_error err;
  char seen[4096] = "";
  test_table t = {0, 0};
  il_arena_init(&arena, test_memory_start(&memory, 0));
  il_error_clear(&err);
  if (!test_ok(il_rulebook_read(text, strlen(text), NULL, NULL, NULL, &arena, &book, &err) == IL_OK,
               "TextOps is read: %s", err.message))
    return;
  for (int i = 0; i < book->ntables; i++)
    for (int k = 0; k < book->plans[i]->nops; k++)
      strcat(strcat(seen, " "), book->plans[i]->ops[k].rule);
  strcat(seen, " ");
  for (int i = 1; i <= 24; i++) {
    char id[16];
    sprintf(id, " T-%02d ", i);
    test_case(&t, strstr(seen, id) != NULL, "rule%sis in no plan", id);
  }
  test_table_end(&t, "every rule of TextOps is an operation of a plan");
  t = (test_table){0, 0};
  for (int i = 0; i < book->ntables; i++) {
    il_buf a, b;
    il_plan *again = NULL;
    il_buf_init(&a, arena.mem);
    il_buf_init(&b, arena.mem);
    il_plan_write(book->plans[i], &a);
    test_case(&t, il_plan_read(a.p, a.n, &arena, &again, &err) == IL_OK, "%s: %s",
              book->plans[i]->table, err.message);
    if (again) il_plan_write(again, &b);
    test_case(&t, again && a.n == b.n && memcmp(a.p, b.p, a.n) == 0, "%s is another after reading",
              book->plans[i]->table);
    il_buf_free(&a);
    il_buf_free(&b);
  }
  test_table_end(&t, "plans read back as written");
  il_arena_free(&arena);
}

/* Out of memory at every allocation: NOMEM, nothing left behind, no crash. */
static void test_memory_everywhere(void) {
  const char *text = json(ORDERS_ALL);
  const char *patches[] = {"{\"version\":\"2\"}", NULL};
  test_table t = {0, 0};
  for (long fail = 1; fail < 20000; fail++) {
    il_arena arena;
    il_rulebook *book = NULL;
    il_error err;
    il_kind kind;
    il_arena_init(&arena, test_memory_start(&memory, fail));
    il_error_clear(&err);
    kind = il_rulebook_read(text, strlen(text), patches, NULL, NULL, &arena, &book, &err);
    test_case(&t, kind == IL_NOMEM || (kind == IL_OK && memory.count < fail),
              "allocation %ld fails: %d %s", fail, kind, err.message);
    il_arena_free(&arena);
    test_case(&t, memory.live == 0, "allocation %ld fails: %ld left", fail, memory.live);
    if (kind == IL_OK) break;
  }
  test_table_end(&t, "out of memory at every allocation");
}

int main(void) {
  test_wrongs();
  test_limits();
  test_merge();
  test_tiers();
  test_textops();
  test_memory_everywhere();
  return test_end();
}
