#include "hash.h"
#include <sys/types.h>
#include <sha2.h>

void il_sha256(const void *p, size_t n, unsigned char out[32]) {
  SHA2_CTX ctx;
  SHA256Init(&ctx);
  if (n) SHA256Update(&ctx, p, n);
  SHA256Final(out, &ctx);
}

static void write_hex(const unsigned char sum[32], char out[65]) {
  static const char hex[] = "0123456789abcdef";
  for (int i = 0; i < 32; i++) {
    out[2 * i] = hex[sum[i] >> 4];
    out[2 * i + 1] = hex[sum[i] & 15];
  }
  out[64] = 0;
}

void il_sha256_hex(const void *p, size_t n, char out[65]) {
  unsigned char sum[32];
  il_sha256(p, n, sum);
  write_hex(sum, out);
}

void il_sha256_parts(const il_hash_part *parts, int n, char out[65]) {
  static const char colon[] = ":";
  unsigned char sum[32];
  SHA2_CTX ctx;
  SHA256Init(&ctx);
  for (int i = 0; i < n; i++) {
    if (i) SHA256Update(&ctx, (const void *)colon, 1);
    if (parts[i].n) SHA256Update(&ctx, parts[i].p, parts[i].n);
  }
  SHA256Final(sum, &ctx);
  write_hex(sum, out);
}
