/*
** Diagrams in the three formats, for plain names and for names that the tools cannot spell, and
** what replacing a rulebook would change. The xstate text is parsed as JSON here; that
** createMachine(), mermaid and dot take the texts was tried when these expectations were written.
*/
#include "test.h"
#include <cjson/cJSON.h>
#include "rules/ddl.h"
#include "values/json.h"

static test_memory memory;
static il_arena arena;

#define BOOK(tables) "{\"interlock\":1,\"name\":\"b\",\"version\":\"1\",\"tables\":{" tables "}}"
#define MACHINE(initial, states)                                                                         \
  BOOK(                                                                                                  \
      "\"Jobs\":{\"key\":[\"id\"],\"machines\":{\"rule\":\"J-1\",\"column\":\"st\",\"initial\":" initial \
      ",\"states\":{" states "}}}")

static const char plain[] =
    MACHINE("[\"New\",\"Held\"]",
            "\"New\":{\"code\":0,\"on\":{\"GO\":{\"target\":\"Run\",\"events\":[\"A\",\"B\"]}}},"
            "\"Held\":{\"code\":1,\"to\":[\"New\"]},\"Run\":{\"code\":2,\"on\":{\"END\":\"Done\"}},"
            "\"Done\":{\"code\":3,\"type\":\"final\"}");
static const char odd[] = MACHINE(
    "\"end\"",
    "\"end\":{\"to\":[\"a \\\"b\\\"\\\\\",\"__proto__\"],\"on\":{\"__proto__\":\"#x; --> y\",\"*\":\"s0\"}},"
    "\"a \\\"b\\\"\\\\\":{\"to\":[\"s0\"]},\"s0\":{\"to\":[\"#x; --> y\"]},"
    "\"__proto__\":{\"type\":\"final\"},\"#x; --> y\":{\"type\":\"final\"}");

static il_rulebook *read_book(const char *json) {
  il_rulebook *book = NULL;
  il_error err;
  il_error_clear(&err);
  if (il_rulebook_read(json, strlen(json), NULL, NULL, NULL, &arena, &book, &err) != IL_OK) {
    test_ok(0, "%s", err.message);
    return NULL;
  }
  return book;
}

static void start(void) {
  il_arena_init(&arena, test_memory_start(&memory, 0));
}

static void end(void) {
  il_arena_free(&arena);
  if (memory.live) test_ok(0, "%ld blocks not freed", memory.live);
}

/* The diagram of a rulebook's first table, or its error. One buffer. */
static const char *diagram(const char *json, const char *column, const char *format) {
  static char out[16384];
  il_rulebook *book;
  il_error err;
  il_buf b;
  start();
  book = read_book(json);
  il_error_clear(&err);
  il_buf_init(&b, arena.mem);
  if (!book)
    out[0] = 0;
  else if (il_diagram(book->plans[0], column, format, &b, &err) == IL_OK)
    snprintf(out, sizeof out, "%s", il_buf_text(&b));
  else
    snprintf(out, sizeof out, "error %d: %s", err.kind, err.message);
  il_buf_free(&b);
  end();
  return out;
}

static void mermaid(void) {
  test_str(
      diagram(plain, NULL, "mermaid"),
      "stateDiagram-v2\n    New\n    Held\n    Run\n    Done\n    [*] --> New\n    [*] --> Held\n"
      "    New --> Run : GO / A, B\n    Held --> New\n    Run --> Done : END\n    Done --> [*]\n",
      "mermaid: births, events, ends");
  test_str(
      diagram(odd, "st", "mermaid"),
      "stateDiagram-v2\n    state \"end\" as s0_\n    state \"a #34;b#34;#92;\" as s1\n    s0\n"
      "    state \"__proto__\" as s3\n    state \"#35;x#59; #45;-#62; y\" as s4\n    [*] --> s0_\n"
      "    s0_ --> s1\n    s0_ --> s3\n    s0_ --> s4 : __proto__\n    s0_ --> s0 : *\n    s1 --> s0\n    s0 --> s4\n    s3 --> [*]\n    s4 --> [*]\n",
      "mermaid: aliases");
}

/* The text holds a part. */
static void holds(const char *text, const char *part, const char *what) {
  if (!test_ok(strstr(text, part) != NULL, "%s", what)) printf("#   no %s in:\n%s\n", part, text);
}

static void dot(void) {
  test_str(
      diagram(plain, NULL, "dot"),
      "digraph \"Jobs.st\" {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n  start [shape=point];\n"
      "  s0 [label=\"New\"];\n  s1 [label=\"Held\"];\n  s2 [label=\"Run\"];\n"
      "  s3 [label=\"Done\", peripheries=2];\n  start -> s0;\n  start -> s1;\n"
      "  s0 -> s2 [label=\"GO / A, B\"];\n  s1 -> s0;\n  s2 -> s3 [label=\"END\"];\n}\n",
      "dot");
  holds(diagram(odd, NULL, "dot"), "[label=\"a \\\"b\\\"\\\\\"]", "dot: quotes and backslashes");
}

/* Every target of every state of the text is a state; the number of edges. */
static int targets(const cJSON *states) {
  int n = 0;
  for (const cJSON *s = states->child; s; s = s->next) {
    for (const cJSON *e = cJSON_GetObjectItemCaseSensitive(s, "on")
                              ? cJSON_GetObjectItemCaseSensitive(s, "on")->child
                              : NULL;
         e; e = e->next) {
      const char *target = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(e, "target"));
      if (!target || *target == '#' || *target == '.' ||
          !cJSON_GetObjectItemCaseSensitive(states, target))
        return -1;
      for (const cJSON *other = e->next; other; other = other->next)
        if (strcmp(other->string, e->string) == 0)
          return -2; /* one (state, event) has one target */
      n++;
    }
  }
  return n;
}

static void xstate(void) {
  const char *text = diagram(plain, NULL, "xstate");
  cJSON *json = cJSON_Parse(text);
  const cJSON *states = cJSON_GetObjectItemCaseSensitive(json, "states");
  holds(text, "\"id\": \"Jobs_st\"", "xstate: an id without a dot");
  holds(text, "\"initial\": [\"New\", \"Held\"] },\n  \"initial\": \"New\"",
        "xstate: the first birth state is initial, all are in meta");
  holds(text, "\"GO\": { \"target\": \"Run\", \"meta\": { \"events\": [\"A\", \"B\"] } }",
        "xstate: named edges");
  holds(text, "\"New\": { \"target\": \"New\"",
        "xstate: an edge without a name is the event of its target");
  holds(text, "\"code\": 3, \"initial\": false },\n      \"type\": \"final\"",
        "xstate: final states");
  test_ok(states && targets(states) == 3, "xstate: every target is a state");
  cJSON_Delete(json);
  text = diagram(odd, NULL, "xstate");
  json = cJSON_Parse(text);
  states = cJSON_GetObjectItemCaseSensitive(json, "states");
  test_ok(il_json_valid(text, strlen(text), IL_JSON_OBJECT, NULL, NULL),
          "xstate: strict JSON of odd names");
  test_ok(states && targets(states) == 6, "xstate: odd names are states too");
  holds(text, "\"on *\": { \"target\": \"s0\"", "xstate: an event named * is no wildcard");
  holds(text, "\"state_3\": {\n      \"meta\": { \"state\": \"__proto__\"",
        "xstate: the name is in meta");
  cJSON_Delete(json);
}

static void errors(void) {
  test_str(diagram(plain, "nope", "mermaid"), "error 7: no state machine is on Jobs.nope",
           "no such machine");
  test_str(diagram(BOOK("\"t\":{\"key\":[\"id\"],\"append_only\":{\"rule\":\"A\"}}"), NULL, "dot"),
           "error 7: no state machine is on t", "no machine at all");
  test_str(diagram(plain, NULL, "png"),
           "error 4: diagram format \"png\": expected mermaid, dot or xstate", "no such format");
}

/* ---- diff ---- */

static char changes[4096];

static il_kind note(void *ctx, const il_change *c, il_error *err) {
  size_t n = strlen(changes);
  (void)ctx, (void)err;
  snprintf(changes + n, sizeof changes - n, "%s %s %s/%s/%s\n", c->change, c->path,
           c->table ? c->table : "-", c->column ? c->column : "-", c->state ? c->state : "-");
  return IL_OK;
}

static const char *diff(const char *old, const char *new_) {
  il_rulebook *a, *b;
  il_error err;
  start();
  changes[0] = 0;
  a = read_book(old);
  b = read_book(new_);
  il_error_clear(&err);
  if (a && b && il_rulebook_diff(a, b, &arena, note, NULL, &err) != IL_OK)
    snprintf(changes, sizeof changes, "%s", err.message);
  end();
  return changes;
}

static void diffs(void) {
  test_str(diff(plain, plain), "", "the same is no change");
  test_str(
      diff(
          plain,
          MACHINE(
              "[\"New\"]",
              "\"New\":{\"code\":0,\"on\":{\"GO\":{\"target\":\"Run\",\"events\":[\"A\"]}}},\"Held\":{\"code\":1,\"type\":"
              "\"final\"},\"Run\":{\"code\":7,\"on\":{\"END\":\"Over\"}},\"Over\":{\"code\":4,\"type\":\"final\"}")),
      "state final /tables/Jobs/machines/0/states/Held Jobs/st/1\n"
      "birth removed /tables/Jobs/machines/0/states/Held -/-/-\n"
      "state code changed /tables/Jobs/machines/0/states/Run Jobs/st/2\n"
      "state added /tables/Jobs/machines/0/states/Over -/-/-\n"
      "state removed /tables/Jobs/machines/0/states/Done Jobs/st/3\n"
      "events changed /tables/Jobs/machines/0/states/New -/-/-\n"
      "transition added /tables/Jobs/machines/0/states/Run -/-/-\n"
      "transition removed /tables/Jobs/machines/0/states/Held Jobs/st/1\n"
      "transition removed /tables/Jobs/machines/0/states/Run Jobs/st/2\n",
      "states and edges");
  test_str(
      diff(
          BOOK(
              "\"a/b\":{\"key\":[\"id\"],\"immutable\":{\"rule\":\"I\",\"columns\":[\"x\",\"y\"]},\"enum\":{\"rule\":\"E\",\"columns\":{"
              "\"y\":[\"1\"]}}},\"gone\":{\"key\":[\"id\"],\"append_only\":{\"rule\":\"A\"}}"),
          BOOK(
              "\"new\":{\"key\":[\"id\"],\"append_only\":{\"rule\":\"A\"}},\"a/b\":{\"key\":[\"id\"],\"immutable\":{\"rule\":\"I\","
              "\"columns\":[\"x\"]},\"append_only\":{\"rule\":\"L\"}}")),
      "table added /tables/new new/-/-\n"
      "rule added /tables/a~1b/append_only a/b/-/-\n"
      "rule changed /tables/a~1b/immutable a/b/-/-\n"
      "rule removed /tables/a~1b/enum -/-/-\n"
      "table removed /tables/gone gone/-/-\n",
      "tables and rules");
}

int main(void) {
  mermaid();
  dot();
  xstate();
  errors();
  diffs();
  return test_end();
}
