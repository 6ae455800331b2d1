// SPDX-License-Identifier: GPL-2.0-only
/* loadmod FILE [PARAMETER...]: calls finit_module() once and prints its error. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char parameters[4096] = "";
	size_t used = 0;
	int fd, i;

	if (argc < 2) {
		fprintf(stderr, "usage: loadmod FILE [PARAMETER...]\n");
		return 2;
	}
	for (i = 2; i < argc; i++) {
		if (used + strlen(argv[i]) + 2 > sizeof(parameters)) {
			fprintf(stderr, "loadmod: too many parameters\n");
			return 2;
		}
		used += sprintf(parameters + used, "%s%s", used ? " " : "", argv[i]);
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, parameters, 0)) {
		fprintf(stderr, "loadmod: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	return 0;
}
