/*
** test_cron_describe.c: expressions in English; the same words for the same meaning; out of memory.
*/
#include "time/cron.h"
#include "timetest.h"

static const struct {
  const char *text, *english;
} rows[] = {
    {"* * * * *", "every minute"},
    {"*/5 * * * *", "every 5 minutes"},
    {"*/7 * * * *", "at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour"},
    {"0 * * * *", "every hour"},
    {"15 * * * *", "at minute 15 of every hour"},
    {"30 2 * * *", "at 02:30 every day"},
    {"0 */2 * * *", "every 2 hours"},
    {"0 0,12 * * *", "at 00:00 and 12:00 every day"},
    {"0 9-17 * * MON-FRI", "at minute 0 of hours 09 through 17 on Monday through Friday"},
    {"*/15 9-17 * * 1-5", "every 15 minutes during hours 09 through 17 on Monday through Friday"},
    {"* 9 * * *", "every minute during hour 09"},
    {"0,20,40 2 * * *", "at 02:00, 02:20 and 02:40 every day"},
    {"5,35 6-20/2 * * *", "at minutes 5 and 35 of hours 06, 08, 10, 12, 14, 16, 18 and 20"},
    {"0 0 13 * FRI", "at 00:00 on day 13 of the month or on Friday"},
    {"0 0 13 * +FRI", "at 00:00 on day 13 of the month when it falls on Friday"},
    {"0 0 1-31 * MON", "at 00:00 every day"},
    {"0 0 1,15 * 3", "at 00:00 on days 1 and 15 of the month or on Wednesday"},
    {"0 0 L * *", "at 00:00 on the last day of the month"},
    {"0 0 L-1,L-3 * *",
     "at 00:00 on the last day of the month minus 1 day or on the last day of the "
     "month minus 3 days"},
    {"0 12 15W,LW,L-2W * *",
     "at 12:00 on the weekday nearest day 15 of the month or on the last weekday of the month or "
     "on the weekday nearest the last day of the month minus 2 days"},
    {"0 0 * * 5L", "at 00:00 on the last Friday of the month"},
    {"0 8 * * MON#1,TUE#L",
     "at 08:00 on the first Monday of the month or on the last Tuesday of the month"},
    {"0 0 1 1 *", "at 00:00 on day 1 of the month in January"},
    {"0 6 * JUN-AUG SUN", "at 06:00 on Sunday in June through August"},
    {"30 2 * 6 *", "at 02:30 every day in June"},
    {"0 0 30 2 *", "at 00:00 on day 30 of the month in February, which never comes"},
    {"* * * * * *", "every second"},
    {"*/10 * * * * *", "every 10 seconds"},
    {"15 * * * * *", "at second 15 of every minute"},
    {"15 30 2 * * *", "at 02:30:15 every day"},
    {"*/5 5 6 * * *", "every 5 seconds during minute 5 of hour 06"},
    {"*/10 5 * * * *", "every 10 seconds during minute 5 of every hour"},
    {"1,2 5 * * * *", "at seconds 1 and 2 of minute 5 of every hour"},
    {"0 0 0 1 * * 2025", "at 00:00 on day 1 of the month in 2025"},
    {"0 0 0 1 1 * 2024,2026-2030,2033/90",
     "at 00:00 on day 1 of the month in January of 2024, 2026 through 2030, 2033, 2123"},
    {"@weekly", "at 00:00 on Sunday"},
    /* written otherwise, meant the same */
    {"0/5 * * * *", "every 5 minutes"},
    {"0,15,30,45 9-17 * * MON,TUE,WED-FRI",
     "every 15 minutes during hours 09 through 17 on Monday through Friday"},
    {"@every_second", "every second"},
};

static void describe(const char *text, il_buf *out) {
  il_cron cron;
  il_error err;
  if (check(il_cron_parse(text, strlen(text), &cron, &err) == IL_OK, "%s: %s", text, err.message))
    il_cron_describe(&cron, out);
}

int main(void) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    il_buf out;
    il_buf_init(&out, test_memory_start(&memory, 0));
    describe(rows[i].text, &out);
    const char *got = il_buf_text(&out);
    check(got && strcmp(got, rows[i].english) == 0, "%s: %s", rows[i].text, got ? got : "(none)");
    il_buf_free(&out);
    check(memory.live == 0, "%s leaks", rows[i].text);
  }
  done("expressions in English");
  il_buf out;
  il_cron wrong;
  il_buf_init(&out, test_memory_start(&memory, 1));
  describe("0 0 1,3,5,7,9 * *", &out);
  check(il_buf_text(&out) == NULL, "out of memory");
  il_buf_free(&out);
  il_buf_init(&out, test_memory_start(&memory, 0));
  il_cron_parse("wrong", 5, &wrong, NULL);
  il_cron_describe(&wrong, &out);
  check(strcmp(il_buf_text(&out), "") == 0, "what failed to parse says nothing");
  il_buf_free(&out);
  done("out of memory, nothing to say");
  return test_end();
}
