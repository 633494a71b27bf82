/* hash.h: SHA-256 (FIPS 180-4) through libmd. */
#ifndef IL_HASH_H
#define IL_HASH_H
#include <stddef.h>
void il_sha256(const void *p, size_t n, unsigned char out[32]);
void il_sha256_hex(const void *p, size_t n, char out[65]);
/* Of n parts with a colon between one and the next. */
typedef struct il_hash_part {
  const void *p;
  size_t n;
} il_hash_part;
void il_sha256_parts(const il_hash_part *parts, int n, char out[65]);
#endif
