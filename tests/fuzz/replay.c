/* Runs a fuzz target over the files and the files of the directories given: the corpus as a test, without libFuzzer. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "fuzz.h"

static int replay(const char *path) {
  struct stat st;
  FILE *file;
  uint8_t *data;
  size_t n;
  if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) return 0;
  file = fopen(path, "rb");
  data = malloc(st.st_size ? (size_t)st.st_size : 1);
  if (!file || !data) {
    fprintf(stderr, "%s: cannot be read\n", path);
    exit(1);
  }
  n = fread(data, 1, (size_t)st.st_size, file);
  fclose(file);
  LLVMFuzzerTestOneInput(data, n);
  free(data);
  return 1;
}

int main(int argc, char **argv) {
  int n = 0;
  for (int i = 1; i < argc; i++) {
    DIR *dir = opendir(argv[i]);
    struct dirent *entry;
    if (!dir) {
      n += replay(argv[i]);
      continue;
    }
    while ((entry = readdir(dir)) != NULL) {
      char path[4096];
      if (snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name) < (int)sizeof path)
        n += replay(path);
    }
    closedir(dir);
  }
  printf("%s - %d inputs\n", n ? "ok" : "not ok", n);
  return n == 0;
}
