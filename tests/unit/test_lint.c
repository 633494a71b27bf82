/* test_lint.c: every finding of lint, with its place. */
#include "orderstest.h"

typedef struct findings {
  char text[16384];
  int n, errors;
} findings;

static void collect(void *ctx, const char *severity, const char *path, const char *message) {
  findings *f = ctx;
  size_t n = strlen(f->text);
  snprintf(f->text + n, sizeof f->text - n, "%s %s %s\n", severity, path, message);
  f->n++;
  f->errors += strcmp(severity, "error") == 0;
}

/* ---- lint ---- */

#define OM "/tables/orders/machines"

static const struct {
  const char *json, *want;
  int n;
} lints[] = {
    /* nothing to say */
    {MACHINE "'new':{'to':'done'},'done':{'type':'final'}}}" END, "", 0},
    /* the graph */
    {MACHINE "'new':{'to':'done'},'done':{'type':'final'},'lost':{'to':'done'}}}" END,
     "warning " OM "/states/lost no row can get into this state from an initial one\n", 1},
    {MACHINE "'new':{'to':'stuck'},'stuck':{}}}" END,
     "warning " OM
     "/states/stuck no way leads out of this state; if it is meant to be the end, say \"type\": \"final\"\n",
     1},
    {MACHINE "'new':{'type':'final'}}}" END,
     "warning " OM "/initial state new is initial and final\n", 1},
    {MACHINE "'new':{'to':['new','done']},'done':{'type':'final'}}}" END,
     "warning " OM
     "/states/new/to/0 leads to the state itself: writing the state a row has is no transition, so this never happens\n",
     1},
    {MACHINE "'new':{'on':{'A':'done','B':'done'}},'done':{'type':'final'}}}" END,
     "warning " OM
     "/states/new/on/B a second edge from new to done: a plain UPDATE writes the events of the first one only\n",
     1},
    {MACHINE "'new':{'to':'done'},'done':{'type':'final'}},'on':{'X':'.done'}}" END,
     "warning " OM "/on/X state new goes to done by itself, so this is shadowed there\n", 2},
    {MACHINE "'new':{'to':'done'},'done':{'type':'final'}},'on':{'X':'.done'}}" END,
     "warning " OM
     "/on/X serves no state: every one that is not final has its own way, or is the target\n",
     2},
    {MACHINE "'new':{'on':{'X':'mid'}},'mid':{},'done':{'type':'final'}},'on':{'X':'.done'}}" END,
     "info " OM "/on/X state new has its own X, which this does not touch\n", 1},
    /* all errors, not the first one */
    {MACHINE "'new':{'to':'a1','on':{'X':'b1'}},'done':{'to':'c1'}}}" END,
     "error " OM "/states/done/to no state \"c1\"\n", 3},
    {ORDERS
     "'immutable':{'rule':'x','columns':['idd']},'touch':{'rule':'y','column':'touchd'},'foo':1}}}",
     "error /tables/orders/foo unknown key\n", 3},
    {ORDERS "'length':[{'rule':'x','columns':{'note':-1}},{'columns':{'note':1}}]}}}",
     "error /tables/orders/length/1 \"rule\" is missing\n", 2},
    {"{'interlock':1,'name':'o','tables':{'x':{},'y':{}}}",
     "error /tables/y there is no table \"y\"\n", 2},
    {"{'a':1,'a':1}", "error /a the key is there twice\n", 1},
    {"{", "error ", 1},
    /* columns of the machine */
    {HEAD
     "'nullable':{'machines':{'rule':'m','column':'status','initial':'a','states':{'a':{'to':'b'},'b':{'type':'final'}}}}}}",
     "warning /tables/nullable/machines/column the column may be NULL as far as the table goes; declare it NOT NULL\n",
     1},
    {HEAD
     "'nullable':{'machines':{'rule':'m','column':'raw','initial':'a','states':{'a':{'to':'b'},'b':{'type':'final'}}}}}}",
     "warning /tables/nullable/machines/column the column has no type, so 2 and '2' are different values in it\n",
     1},
    {ORDERS
     "'immutable':{'rule':'i','columns':['status']},'machines':{'rule':'m','column':'status','initial':'a','states':{'a':{'to':'b'},'b':{'type':'final'}}}}}}",
     "error " OM "/column the column is listed as immutable, so no transition can ever happen\n",
     1},
    {ORDERS
     "'enum':{'rule':'i','columns':{'status':['a','b']}},'machines':{'rule':'m','column':'status','initial':'a','states':{'a':{'to':'b'},'b':{'type':'final'}}}}}}",
     "info " OM "/column an enum is on the column as well; the machine knows its values\n", 1},
    /* stamps and requirements */
    {MACHINE "'new':{'to':'done'},'done':{'type':'final','stamp':{'total':'now'}}}}" END,
     "error " OM "/states/done/stamp/total the column holds no instants, it is declared int\n", 1},
    {MACHINE
     "'new':{'to':'done'},'done':{'type':'final','stamp':{'note':'ms(paid_at, done_at)','done_at':'now'}}}}" END,
     "error " OM
     "/states/done/stamp/note a number of milliseconds needs an integer column, this is declared text\n",
     2},
    {MACHINE
     "'new':{'to':'done'},'done':{'type':'final','stamp':{'ms':'ms(paid_at, done_at)','done_at':'now'}}}}" END,
     "warning " OM
     "/states/done/stamp/ms paid_at is stamped in no state, so the duration will often be NULL\n",
     1},
    {MACHINE
     "'new':{'to':'done'},'done':{'type':'final','stamp':{'ms':'ms(total, done_at)','done_at':'now'}}}}" END,
     "error " OM "/states/done/stamp/ms total is no column of instants\n", 1},
    {MACHINE "'new':{'to':'done'},'done':{'type':'final','stamp':{'made':1}}}}" END,
     "error " OM "/states/done/stamp/made a generated column cannot be written\n", 1},
    {MACHINE
     "'new':{'to':'done'},'done':{'type':'final','stamp':{'version':1}}}},'row_version':{'rule':'v','column':'version'}" END,
     "error " OM "/states/done/stamp/version the column is the row version\n", 1},
    {ORDERS
     "'immutable':{'rule':'i','columns':['done_at']},'machines':{'rule':'m','column':'status','initial':'a','states':{'a':{'to':'b'},'b':{'type':'final','stamp':{'done_at':'now'}}}}}}}",
     "error " OM "/states/b/stamp/done_at the column is listed as immutable\n", 1},
    {MACHINE
     "'new':{'to':'done'},'done':{'type':'final','stamp':{'done_at':'now'},'forbid':['done_at']}}}" END,
     "error " OM "/states/done/forbid/0 is stamped in the state that forbids it\n", 1},
    {MACHINE
     "'new':{'to':'done'},'done':{'type':'final','require':['note'],'forbid':['note']}}}" END,
     "error " OM
     "/states/done/require/0 is required and forbidden in the same state: no row can be in it\n",
     1},
    {MACHINE "'new':{'to':'done'},'done':{'type':'final','require':['made']}}}" END,
     "warning " OM "/states/done/require/0 is a generated column: no writer can give it a value\n",
     1},
    {ORDERS
     "'immutable':{'rule':'i','columns':['id','note']},'machines':{'rule':'m','column':'status','initial':'a','states':{'a':{'to':'b'},'b':{'type':'final','require':['note']}}}}}}",
     "warning " OM
     "/states/b/require/0 is immutable: a row that was born without it can never get into this state\n",
     1},
    {MACHINE
     "'new':{'to':'done','after':{'5':{'target':'done','since':'paid_at'}}},'done':{'type':'final'}}}" END,
     "warning " OM
     "/states/new/after/5/since the column may be NULL and is stamped in no state: such rows never time out\n",
     1},
    {MACHINE
     "'new':{'to':'done','after':{'5':{'target':'done','since':'total'}}},'done':{'type':'final'}}}" END,
     "error " OM "/states/new/after/5/since the column holds no instants, it is declared int\n", 1},
    /* what the database writes */
    {ORDERS
     "'immutable':{'rule':'i','columns':['version']},'row_version':{'rule':'v','column':'version'}}}}",
     "error /tables/orders/row_version/column the row_version column is listed as immutable\n", 1},
    {ORDERS
     "'immutable':{'rule':'i','columns':['touched']},'touch':[{'rule':'v','column':'touched'}]}}}",
     "error /tables/orders/touch/0/column the touch column is listed as immutable\n", 1},
    /* events tables */
    {MACHINE
     "'new':{'to':'done'},'done':{'type':'final'}},'events':{'table':'events','columns':{'of':'$key','what':'$event','at':'$now'}}}},'events':{}}}",
     "warning " OM "/events/table events is not append_only: its rows can be changed and deleted\n",
     1},
    {MACHINE
     "'new':{'to':'done'},'done':{'type':'final'}},'events':{'table':'strict','columns':{'of':'$key','what':'$event','at':'$now'}}}},'strict':{'append_only':{'rule':'e'}}}}",
     "error " OM "/events/columns strict.needs is NOT NULL, has no default and gets no value\n", 1},
    {MACHINE
     "'new':{'born':['Made'],'to':'done'},'done':{'type':'final'}},'events':{'table':'events','columns':{'of':'$key','what':'$event','at':'$now'}}}},"
     "'events':{'append_only':{'rule':'e'},'enum':{'rule':'w','columns':{'what':['Made']}}}}}",
     "error " OM "/states/new/to writes the event done, which w of events does not let in\n", 1},
    /* tables */
    {HEAD "'expr':{'key':['b']}}}",
     "warning /tables/expr/key the table has no primary key or unique index over these columns\n",
     2},
    {ORDERS "'key':['note']}}}",
     "warning /tables/orders/key the table has no primary key or unique index over these columns\n",
     2},
    {ORDERS "}}}", "info /tables/orders the table has no rules\n", 1},
};

static void test_lint(void) {
  test_table t = {0, 0};
  for (size_t i = 0; i < sizeof lints / sizeof *lints; i++) {
    static findings f;
    il_arena arena;
    catalog c = {tables, &arena};
    const char *text = json(lints[i].json);
    int errors;
    il_arena_init(&arena, test_memory_start(&memory, 0));
    memset(&f, 0, sizeof f);
    errors = il_rulebook_lint(text, strlen(text), catalog_find, &c, &arena, collect, &f);
    test_case(&t, strstr(f.text, lints[i].want) && f.n == lints[i].n && errors == f.errors,
              "%s: %d findings, %d errors\n%s", lints[i].json, f.n, errors, f.text);
    il_arena_free(&arena);
    test_case(&t, memory.live == 0, "%s: memory is left", lints[i].json);
  }
  test_table_end(&t, "lint finds what it shall, and no more");
}

static void test_lint_alone(void) {
  static findings f;
  il_arena arena;
  const char *text =
      json(MACHINE "'new':{'to':'done','stamp':{'x':'now'}},'done':{'type':'final'}}}" END);
  il_arena_init(&arena, test_memory_start(&memory, 0));
  memset(&f, 0, sizeof f);
  test_ok(il_rulebook_lint(text, strlen(text), NULL, NULL, &arena, collect, &f) == 0 && f.n == 1,
          "a rulebook alone is linted on trust");
  il_arena_free(&arena);
}

/* Out of memory at every allocation: -1, nothing left behind, no crash. */
static void test_memory_everywhere(void) {
  const char *text = json(ORDERS_ALL);
  test_table t = {0, 0};
  for (long fail = 1; fail < 20000; fail++) {
    static findings f;
    il_arena arena;
    int errors;
    il_arena_init(&arena, test_memory_start(&memory, fail));
    memset(&f, 0, sizeof f);
    errors = il_rulebook_lint(text, strlen(text), NULL, NULL, &arena, collect, &f);
    test_case(&t, errors == -1 || memory.count < fail, "lint: allocation %ld fails: %d", fail,
              errors);
    il_arena_free(&arena);
    test_case(&t, memory.live == 0, "lint: allocation %ld fails: %ld left", fail, memory.live);
    if (memory.count < fail) break;
  }
  test_table_end(&t, "lint out of memory at every allocation");
}

int main(void) {
  test_lint();
  test_lint_alone();
  test_memory_everywhere();
  return test_end();
}
