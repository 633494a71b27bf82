/*
** scan.h: SQL as a row of tokens, for cutting scripts into statements and finding a clause of one.
** What a token means is nobody's business here; that a semicolon stands in a string or in
** parentheses is.
*/
#ifndef IL_SCAN_H
#define IL_SCAN_H
#include <stddef.h>

typedef enum il_token_kind {
  IL_TOKEN_END,
  IL_TOKEN_SPACE,  /* white space or a comment */
  IL_TOKEN_WORD,   /* keyword, bare name or number */
  IL_TOKEN_NAME,   /* "name" or `name` */
  IL_TOKEN_STRING, /* 'text', E'text', $tag$text$tag$ */
  IL_TOKEN_CHAR,   /* any other single byte */
  IL_TOKEN_OPEN    /* a quote or comment that does not end: reaches to the end of the text */
} il_token_kind;

typedef struct il_token {
  il_token_kind kind;
  const char *p;
  size_t n;
} il_token;

typedef struct il_scan {
  const char *p, *end;
  int depth; /* parentheses open before the token that comes next */
} il_scan;

il_scan il_scan_start(const char *sql, size_t n);
/* The next token, white space and comments included; IL_TOKEN_END at the end. */
il_token il_scan_raw(il_scan *s);
/* The next token that is neither white space nor a comment. */
il_token il_scan_next(il_scan *s);
/* A keyword, whatever its case; word is in upper case. */
int il_token_is(const il_token *t, const char *word);
int il_token_char(const il_token *t, char c);

#endif
