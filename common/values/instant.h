/*
** instant.h: instants are int64 microseconds since 1970-01-01T00:00:00Z, years 0001 to 9999, proleptic Gregorian calendar.
*/
#ifndef IL_INSTANT_H
#define IL_INSTANT_H
#include <stddef.h>
#include <stdint.h>
#include "../error.h"
#include "value.h"

#define IL_INSTANT_MIN INT64_C(-62135596800000000) /* 0001-01-01T00:00:00Z */
#define IL_INSTANT_MAX INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

/* Days since 1970-01-01 of a civil date and back (months 1-12, days 1-31; Howard Hinnant's days_from_civil algorithm). */
int64_t il_days_from_civil(int64_t year, int month, int day);
void il_civil_from_days(int64_t days, int64_t *year /*out*/, int *month /*out*/, int *day /*out*/);

/* Reads every form of rule X-10: "YYYY-MM-DD[ T]HH:MM[:SS[.f{1,9}]][Z|±HH[:MM[:SS]]|±HHMM]" and a date alone (midnight); 'T',
** 't' or one space; no offset = UTC; 24:00:00 refused; a leap second 60 counts as the next second. Fractions past microseconds
** are cut. Error IL_ARGUMENT with offset and what was expected. */
il_kind il_instant_parse(const char *p, size_t n, int64_t *us /*out*/, il_error *err);

/* "YYYY-MM-DDTHH:MM:SS.sssZ" (24 bytes + NUL, milliseconds cut toward the past). buf holds at least 32 bytes. Returns buf. */
char *il_instant_format(int64_t us, char *buf /*out*/);

/* The instant of a value: IL_T_INSTANT as it is, IL_T_TEXT parsed. Anything else: IL_ARGUMENT. */
il_kind il_value_instant(const il_value *v, int64_t *us /*out*/, il_error *err);

#endif
