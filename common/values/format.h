/*
** format.h: the one formatter of the core, behind il_buf_f and il_error_set. It is no printf: no locale, no width, no
** floating point, and nothing that could fail.
*/
#ifndef IL_FORMAT_H
#define IL_FORMAT_H
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Takes n bytes of output. */
typedef void (*il_put_fn)(void *ctx, const char *p, size_t n);

/*
** %s %.*s %.16s text up to its NUL or that many bytes, %d %u %ld %lu %lld %llu %zu numbers, %c, %%; for SQL %I identifier in double
** quotes, %Q literal in single quotes, each with its quotes doubled; %J JSON string with its quotes. %I %Q %J take const char *, or
** int and const char * as %.*I … do (%.*J: exactly that many bytes, NUL included). A NULL string is written as nothing. Any other
** conversion is written as it stands.
*/
void il_format(il_put_fn put, void *ctx, const char *format, va_list args);

/* Decimal digits of a number to the end of buf; returns the index of the first. No NUL. */
#define IL_DECIMAL_MAX 20
size_t il_decimal(uint64_t u, char buf[IL_DECIMAL_MAX]);

#endif
