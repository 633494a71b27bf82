/*
** foreign.c: triggers of the user's own on a guarded table, and what they can do to its guards.
**
** SQLite (3.40.1, observed): a trigger cannot change NEW, so most are harmless. Three are not:
**   AFTER … RAISE(IGNORE)     ends the row there and keeps the change: guards that would come later (events, asserts) never run. Refused.
**   BEFORE … writes its table the guard judged a row that is not the one that will be written. Refused.
**   BEFORE … RAISE(IGNORE)    skips rows without a word. Reported.
**   AFTER … writes its table  judged like any other write; but while a guard is stamping the row, recursive_triggers=OFF keeps that
**                             guard from running a second time for the nested change. Reported.
** PostgreSQL: the row is judged after all BEFORE triggers, so whatever they do is seen. One that runs after interlock_fill can undo
** what that filled in. Reported.
*/
#include "functions/inner.h"
#include <string.h>

typedef struct lexer {
  const char *p;
} lexer;

static int word_char(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '$' ||
         (unsigned char)c >= 0x80;
}

/* The next word (quotes undone, lower case) or punctuation character in buf; 0 at the end. Literals are skipped. */
static int next(lexer *l, char *buf, size_t cap) {
  size_t n = 0;
  for (;;) {
    while (*l->p == ' ' || (*l->p >= '\t' && *l->p <= '\r')) l->p++;
    if (l->p[0] == '-' && l->p[1] == '-') {
      l->p += strcspn(l->p, "\n");
    } else if (l->p[0] == '/' && l->p[1] == '*') {
      const char *end = strstr(l->p + 2, "*/");
      l->p = end ? end + 2 : l->p + strlen(l->p);
    } else if (*l->p == '\'') {
      do l->p += strcspn(l->p + 1, "'") + 1;
      while (l->p[0] == '\'' && l->p[1] == '\'' && l->p++);
      if (*l->p) l->p++;
    } else {
      break;
    }
  }
  if (!*l->p) return 0;
  char close = *l->p == '[' ? ']' : *l->p == '"' || *l->p == '`' ? *l->p : 0;
  if (close) {
    for (l->p++; *l->p && *l->p != close; l->p++) {
      if (n + 1 < cap) buf[n++] = *l->p;
    }
    if (*l->p) l->p++;
  } else if (!word_char(*l->p)) {
    buf[n++] = *l->p++;
  } else {
    for (; word_char(*l->p); l->p++) {
      char c = *l->p;
      if (n + 1 < cap) buf[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
  }
  buf[n] = 0;
  return 1;
}

typedef struct nature {
  int after, ignores, writes;
} nature;

/* Reads "… into <table>", "update [or x] <table>", "delete from <table>" with and without a schema. */
static nature read_trigger(const char *sql, const char *table) {
  nature t = {0, 0, 0};
  lexer l = {sql};
  char word[160], before[160] = "", before2[160] = "", before3[160] = "";
  int body = 0;
  while (next(&l, word, sizeof word)) {
    if (!body && strcmp(word, "after") == 0) t.after = 1;
    if (!body && strcmp(word, "begin") == 0) body = 1;
    if (body && strcmp(word, "ignore") == 0 && strcmp(before, "(") == 0 && strcmp(before2, "raise") == 0) {
      t.ignores = 1;
    }
    if (body && strcasecmp(word, table) == 0) {
      const char *verb = strcmp(before, ".") == 0 ? before3 : before;
      int or_clause = strcmp(before2, "or") == 0 && strcmp(before3, "update") == 0;
      t.writes |= strcmp(verb, "into") == 0 || strcmp(verb, "update") == 0 || or_clause;
      t.writes |= strcmp(verb, "from") == 0 && strcmp(before2, "delete") == 0;
    }
    memcpy(before3, before2, sizeof before3);
    memcpy(before2, before, sizeof before2);
    memcpy(before, word, sizeof before);
  }
  return t;
}

const char *il_trigger_danger(il_engine engine, const il_table_info *info, const struct il_trigger_info *trigger,
                              int refuse) {
  if (engine == IL_POSTGRES) {
    if (refuse || !strstr(trigger->sql, " BEFORE ") || !strstr(trigger->sql, " FOR EACH ROW")) return NULL;
    if (strcmp(trigger->name, "interlock_fill") < 0) return NULL;
    return "runs after interlock_fill and can change what that has filled in";
  }
  nature t = read_trigger(trigger->sql, info->name);
  if (t.after && t.ignores) return "ends the statement quietly (RAISE(IGNORE)) before guards that follow have run";
  if (!t.after && t.writes) return "writes the table it is on before the row is written";
  if (refuse) return NULL;
  if (t.ignores) return "skips rows quietly (RAISE(IGNORE))";
  if (t.writes) return "writes the table it is on: a guard that is at work does not run again for that";
  return NULL;
}
