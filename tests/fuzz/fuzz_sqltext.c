/* SQL templates: pieces follow each other without a gap and end at the end, or there is an error within the text. */
#include <string.h>
#include "fuzz.h"
#include "rules/sqltext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *sql = (const char *)data;
  il_arena arena;
  il_error err;
  il_piece piece;
  size_t pos = 0, last = 0;
  int more, text = 0;
  il_error_clear(&err);
  il_arena_init(&arena, &fuzz_mem);
  while ((more = il_sql_piece(sql, size, &pos, &arena, &piece, &err)) == 1) {
    FUZZ_CHECK(piece.offset == last && pos > last && pos <= size);
    if (piece.kind == IL_PIECE_TEXT) {
      FUZZ_CHECK(!text && piece.p == sql + last && piece.n == pos - last);
    } else {
      FUZZ_CHECK(piece.n < pos - last);
      if (piece.n) FUZZ_CHECK(memchr(piece.p, piece.p[piece.n - 1], piece.n) != NULL);
    }
    text = piece.kind == IL_PIECE_TEXT;
    last = pos;
  }
  if (more == 0)
    FUZZ_CHECK(pos == size);
  else
    FUZZ_CHECK(err.kind == IL_ARGUMENT && err.offset >= 0 && (size_t)err.offset < size);
  il_arena_free(&arena);
  return 0;
}
