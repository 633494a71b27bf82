/*
** quorum.h: a decision by votes as the SQL functions see it, and the SQL that both they and the
** rules are made of.
*/
#ifndef IL_QUORUM_H
#define IL_QUORUM_H
#include "times.h"

enum { IL_QUORUM_STATES = 16, IL_QUORUM_THRESHOLDS = 32 };
enum { IL_APPROVE, IL_REJECT, IL_ABSTAIN, IL_NEED_INFO, IL_BALLOTS };

typedef struct il_quorum {
  /* Plan columns, -1: none. */
  int state, threshold, deadline, resolved, required;
  const char *table, *key;
  const char *columns[5]; /* names of the above, NULL: none */
  int nopen;
  il_code open[IL_QUORUM_STATES], approved, rejected;
  const char *needs; /* one for all; NULL: by the threshold column */
  int nthresholds;
  struct il_threshold {
    const char *value, *needs;
  } thresholds[IL_QUORUM_THRESHOLDS];
  /* Votes: table, columns. type is voter's when there is no column of types. */
  const char *votes, *of, *voter, *type, *decision;
  il_code ballots[IL_BALLOTS];
  /* Who may vote; voters NULL: anybody. */
  const char *voters, *voters_key, *voters_type, *absent_column;
  int nabsent;
  il_code absent[IL_QUORUM_STATES];
} il_quorum;

/* How the SQL names things. */
typedef struct il_quorum_sql {
  const il_quorum *q;
  const char *row;    /* NEW, or the table's name quoted: the row that is decided on */
  const char *schema; /* before the names of tables, with its dot; "" in rules */
  const char *fn;     /* before the names of our functions; "" in rules */
} il_quorum_sql;

/* The number of votes of a kind. */
void il_quorum_count(const il_quorum_sql *s, int ballot, il_buf *out);
/* The text that quorum_verdict gives. closed: SQL, true when the deadline has come; all: 1 when
** nobody is missing where nobody in particular is required. */
void il_quorum_verdict(const il_quorum_sql *s, const char *closed, int all, il_buf *out);
/* SQL: the deadline is not after `now` (SQL). */
void il_quorum_closed(const il_quorum_sql *s, const char *now, il_buf *out);
/* SQL of a state column's value is one of the codes. */
void il_quorum_any(const char *row, const char *column, const il_code *codes, int n, il_buf *out);

/* The rules of both tables; json is the role's (quorum_rules.c). */
il_kind il_quorum_rules(il_binder *b, const cJSON *json, const char *rule, const il_quorum *q,
                        il_draft *votes);

/* What it takes: "all", "any", ">=n/d", ">n/d". 1 when it is one. */
typedef struct il_needs {
  char kind; /* 'a' all, '1' any, '=' at least, '>' more than */
  int64_t n, d;
} il_needs;
int il_needs_read(const char *text, il_needs *out);

#endif
