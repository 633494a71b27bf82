/*
** event_log.c: rows of an events table come only from the machine that writes them (T-12). The
** machine's trigger announces a row just before it inserts it; a row that nobody announced is
** refused.
**
** Columns: those that hold the key of the machine's row, then the event's name. Words:
** "T<table>", "C<column>" of the machine, "k" or "j" (the key is a JSON array in one column),
** and "e" when the last column is the event.
*/
#include "events.h"
#include "roles.h"

static il_kind compile(il_op *op, const il_plan *plan, il_arena *arena, il_error *err) {
  il_event_log *log = il_arena_alloc(arena, sizeof *log);
  int event;
  (void)plan;
  if (!log) return il_error_set(err, IL_NOMEM, "out of memory");
  if (!il_op_events(op, IL_EV_INSERT) || op->nwords < 3 || op->nwords > 4 ||
      op->words[0][0] != 'T' || op->words[1][0] != 'C' ||
      (op->words[2][0] != 'k' && op->words[2][0] != 'j'))
    return il_word_error(op, err, "expected a table and a column");
  event = op->nwords == 4;
  log->table = op->words[0] + 1;
  log->column = op->words[1] + 1;
  log->json = op->words[2][0] == 'j';
  log->nkey = op->ncols - event;
  log->key = op->cols;
  if (log->nkey < 1 || (log->json && log->nkey != 1))
    return il_word_error(op, err, "expected key columns");
  log->event = event ? op->cols[log->nkey] : -1;
  op->compiled = log;
  return IL_OK;
}

static il_kind check(const il_op *op, const il_row *row, unsigned *work, il_error *err) {
  const il_event_log *log = op->compiled;
  (void)work;
  if (row->load || row->stored || row->event != IL_EV_INSERT) return IL_OK;
  if (row->announced && row->announced(row, op)) return IL_OK;
  return il_refuse(err, row, op, -1, IL_RULE, "%s rows are written by %s.%s, not by hand",
                   row->plan->table, log->table, log->column);
}

void il_event_log_key(const il_op *op, const il_row *row, il_buf *out) {
  const il_event_log *log = op->compiled;
  if (log->nkey == 1) {
    il_value v = il_row_value(row, IL_NEW, log->key[0]);
    il_value_text(&v, out);
    return;
  }
  for (int i = 0; i < log->nkey; i++) {
    il_value v = il_row_value(row, IL_NEW, log->key[i]);
    il_buf_str(out, i ? "," : "[");
    il_key_part(&v, out);
  }
  il_buf_char(out, ']');
}

void il_event_log_event(const il_op *op, const il_row *row, il_buf *out) {
  const il_event_log *log = op->compiled;
  il_value v;
  if (log->event < 0) return;
  v = il_row_value(row, IL_NEW, log->event);
  il_value_text(&v, out);
}

static void describe(const il_op *op, const il_plan *plan, il_buf *out) {
  const il_event_log *log = op->compiled;
  il_buf_f(out, "%s rows are written by the transitions of %s.%s, and by nobody else.", plan->table,
           log->table, log->column);
}

const il_role il_role_event_log = {
    .name = ".event_log", .compile = compile, .check = check, .describe = describe};
