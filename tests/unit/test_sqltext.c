/* Templates cut into pieces. The pieces are written down as <new:c>, <old:c> and <var:v> between the text as it stands. */
#include "test.h"
#include "rules/sqltext.h"

static const struct {
  const char *sql, *pieces; /* NULL: an error */
  int at;
  const char *word;
} cases[] = {
    {"", "", 0, 0},
    {"SELECT 1", "SELECT 1", 0, 0},
    {"NEW.a", "<new:a>", 0, 0},
    {"new . a+OLD\t.\nb", "<new:a>+<old:b>", 0, 0},
    {"NEW.\"Status\" = 4", "<new:Status> = 4", 0, 0},
    {"NEW.\"we\"\"ird\"\"\"", "<new:we\"ird\">", 0, 0},
    {"NEW.\"\"", "<new:>", 0, 0},
    {"nEw.x1$y_\xc3\xa9,1", "<new:x1$y_\xc3\xa9>,1", 0, 0},
    {"(NEW.a)(OLD.b)", "(<new:a>)(<old:b>)", 0, 0},
    {"NEW.aNEW.b", "<new:aNEW>.b", 0, 0},
    {"NEW.*", "NEW.*", 0, 0},
    {"NEW", "NEW", 0, 0},
    {"NEW.", "NEW.", 0, 0},
    {"NEW.1", "NEW.1", 0, 0},
    {"t AS NEW WHERE NEW.a", "t AS NEW WHERE <new:a>", 0, 0},
    {"renew.a news.a anew.b new_.c", "renew.a news.a anew.b new_.c", 0, 0},
    {"x.NEW.a, x . old.b", "x.NEW.a, x . old.b", 0, 0},
    {"NEW.a.OLD.b", "<new:a>.OLD.b", 0, 0},
    {"\"NEW\".a", "\"NEW\".a", 0, 0},
    {"'NEW.a ''$now'' OLD.b' || NEW.c", "'NEW.a ''$now'' OLD.b' || <new:c>", 0, 0},
    {"'\\'||NEW.a", "'\\'||<new:a>", 0, 0},
    {"E'\\'NEW.a'||NEW.b", "E'\\'NEW.a'||<new:b>", 0, 0},
    {"name'x'", "name'x'", 0, 0},
    {"-- NEW.a\nNEW.b", "-- NEW.a\n<new:b>", 0, 0},
    {"-- NEW.a", "-- NEW.a", 0, 0},
    {"a-NEW.b/OLD.c", "a-<new:b>/<old:c>", 0, 0},
    {"/* NEW.a $now ' */NEW.b", "/* NEW.a $now ' */<new:b>", 0, 0},
    {"/**/$now", "/**/<var:now>", 0, 0},
    {"$now, $actor", "<var:now>, <var:actor>", 0, 0},
    {"$event||$1 $", "<var:event>||$1 $", 0, 0},
    {"a$b, a1$now", "a$b, a1$now", 0, 0},
    {"1e5 0x1F 2.NEW", "1e5 0x1F 2.NEW", 0, 0},
    {"$$NEW.a $now$$ || NEW.b", "$$NEW.a $now$$ || <new:b>", 0, 0},
    {"$q$ $$ NEW.a $q$NEW.b", "$q$ $$ NEW.a $q$<new:b>", 0, 0},
    {"CAST($now AS text)::text", "CAST(<var:now> AS text)::text", 0, 0},
    {"'abc", 0, 0, "unterminated string"},
    {"x '''", 0, 2, "unterminated string"},
    {"E'\\'", 0, 1, "unterminated string"},
    {"E'\\", 0, 1, "unterminated string"},
    {"\"abc", 0, 0, "unterminated name"},
    {"NEW.\"abc", 0, 4, "unterminated name"},
    {"1 /* x", 0, 2, "unterminated comment"},
    {"1 /*/", 0, 2, "unterminated comment"},
    {"/* a /* b */ c */", 0, 5, "a comment within a comment"},
    {"a $$ b $", 0, 2, "unterminated dollar-quoted string"},
    {"$a$ $b$", 0, 0, "unterminated dollar-quoted string"},
};

static test_memory memory;

/* 1 and the pieces in out, or 0 and the error. The text lies at the end of its allocation. */
static int pieces(const char *sql, size_t n, il_buf *out, il_error *err) {
  static const char *const names[] = {"", "old", "new", "var"};
  char *copy = malloc(n ? n : 1);
  il_arena arena;
  il_piece piece;
  size_t pos = 0, last = 0;
  int more;
  if (n) memcpy(copy, sql, n);
  il_arena_init(&arena, &memory.alloc);
  while ((more = il_sql_piece(copy, n, &pos, &arena, &piece, err)) == 1) {
    if (pos <= last || pos > n || piece.offset != last) test_ok(0, "pieces follow each other");
    last = pos;
    if (piece.kind == IL_PIECE_TEXT)
      il_buf_add(out, piece.p, piece.n);
    else
      il_buf_f(out, "<%s:%.*s>", names[piece.kind], (int)piece.n, piece.p);
  }
  if (more == 0 && pos != n) test_ok(0, "the end is reached");
  il_arena_free(&arena);
  free(copy);
  return more == 0;
}

static void test_cases(void) {
  test_table t = {0, 0};
  il_buf out;
  il_buf_init(&out, &memory.alloc);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    il_error err;
    int ok;
    il_buf_reset(&out);
    il_error_clear(&err);
    ok = pieces(cases[i].sql, strlen(cases[i].sql), &out, &err);
    if (cases[i].pieces)
      test_case(&t, ok && strcmp(il_buf_text(&out), cases[i].pieces) == 0, "%s: %s %s",
                cases[i].sql, il_buf_text(&out), err.message);
    else
      test_case(&t,
                !ok && err.kind == IL_ARGUMENT && err.offset == cases[i].at &&
                    strncmp(err.message, cases[i].word, strlen(cases[i].word)) == 0,
                "%s: %s", cases[i].sql, err.message);
  }
  il_buf_free(&out);
  test_table_end(&t, "columns and variables are found, and nothing else is");
}

/* Every truncation of every case, and every pair of characters that begin something. */
static void test_truncated(void) {
  static const char starts[] = "'\"$-/*eENn.\\o1 \n\xc3";
  test_table t = {0, 0};
  il_buf out;
  il_error err;
  il_buf_init(&out, &memory.alloc);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t n = 0; n <= strlen(cases[i].sql); n++) {
      il_buf_reset(&out);
      il_error_clear(&err);
      test_case(&t, pieces(cases[i].sql, n, &out, &err) || err.kind == IL_ARGUMENT, "%s",
                cases[i].sql);
    }
  for (const char *a = starts; *a; a++)
    for (const char *b = starts; *b; b++)
      for (const char *c = starts; *c; c++) {
        char text[] = {*a, *b, *c, 'N', 'E', 'W', '.', 'x', *c, *b, *a};
        il_buf_reset(&out);
        il_error_clear(&err);
        test_case(&t, pieces(text, sizeof text, &out, &err) || err.kind == IL_ARGUMENT, "%.3s",
                  text);
      }
  il_buf_free(&out);
  test_table_end(&t, "no text is read past its end");
}

static void test_memory_out(void) {
  il_arena arena;
  il_piece piece;
  il_error err;
  size_t pos = 0;
  test_memory low;
  il_arena_init(&arena, test_memory_start(&low, 1));
  test_ok(il_sql_piece("NEW.\"a\"\"b\"", 10, &pos, &arena, &piece, &err) == -1 &&
              err.kind == IL_NOMEM,
          "out of memory is an error");
  il_arena_free(&arena);
}

int main(void) {
  test_memory_start(&memory, 0);
  test_cases();
  test_truncated();
  test_memory_out();
  test_ok(memory.live == 0, "nothing leaks");
  return test_end();
}
