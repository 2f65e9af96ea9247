/* A static program for test images: prints what a container gives it, unchanged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

extern char **environ;

/* show args A B: one [argument] per line; show env NAME: its value, or (unset); show xattr FILE NAME: hex */
int main(int argc, char **argv) {
  if (argc == 3 && !strcmp(argv[1], "env")) {
    const char *value = getenv(argv[2]);
    fputs(value ? value : "(unset)", stdout);
    return 0;
  }
  if (argc == 2 && !strcmp(argv[1], "environ")) {
    for (char **entry = environ; *entry; entry++) printf("%s%c", *entry, 0);
    return 0;
  }
  if (argc == 4 && !strcmp(argv[1], "xattr")) {
    unsigned char value[256];
    long size = lgetxattr(argv[2], argv[3], value, sizeof value);
    if (size < 0) return perror(argv[2]), 1;
    for (long i = 0; i < size; i++) printf("%02x", value[i]);
    return 0;
  }
  for (int i = 1; i < argc; i++) printf("[%s]\n", argv[i]);
  return 0;
}
