// SPDX-License-Identifier: GPL-2.0-only
/* What is longer than a terminal is shown by a pager. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pager.h"

static pid_t pager = -1;
static int terminal = -1;

static void pager_exec(const char *wanted)
{
	/* Short output stays on the screen, colours are let through */
	setenv("LESS", "FRX", 0);
	/* Who may only run ashiato as root gets no shell from less */
	if (!geteuid())
		setenv("LESSSECURE", "1", 1);
	if (wanted)
		execl("/bin/sh", "sh", "-c", wanted, (char *)NULL);
	execlp("less", "less", (char *)NULL);
	execlp("cat", "cat", (char *)NULL);
	_exit(127);
}

/* Somebody who can press keys: what runs at boot has a console, and nobody. */
static bool has_user(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0)
		close(fd);
	return fd >= 0 && isatty(STDOUT_FILENO);
}

/**
 * pager_begin() - Let what follows on standard output be paged
 *
 * Nothing happens when no user sits at it, or PAGER is empty or cat.
 */
void pager_begin(void)
{
	const char *wanted = getenv("PAGER");
	int ends[2];

	if (!has_user() || (wanted && (!*wanted || !strcmp(wanted, "cat"))) ||
	    pipe2(ends, O_CLOEXEC))
		return;
	fflush(stdout);
	pager = fork();
	if (!pager) {
		dup2(ends[0], STDIN_FILENO);
		pager_exec(wanted);
	}
	close(ends[0]);
	if (pager > 0) {
		terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
		dup2(ends[1], STDOUT_FILENO);
	}
	close(ends[1]);
}

/**
 * pager_end() - Wait until the user has read it
 */
void pager_end(void)
{
	if (pager <= 0)
		return;
	fflush(stdout);
	/* Nobody writes any more: this is what the pager waits for */
	dup2(terminal, STDOUT_FILENO);
	close(terminal);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
	pager = -1;
}
