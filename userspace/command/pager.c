// SPDX-License-Identifier: GPL-2.0-only
/* Shows long output in a pager. */
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
	/* Quit if the output fits on the screen, pass colours through */
	setenv("LESS", "FRX", 0);
	/* A user whose sudo rules allow only ashiato must not get a root shell from less */
	if (!geteuid())
		setenv("LESSSECURE", "1", 1);
	if (wanted)
		execl("/bin/sh", "sh", "-c", wanted, (char *)NULL);
	execlp("less", "less", (char *)NULL);
	execlp("cat", "cat", (char *)NULL);
	_exit(127);
}

/*
 * Whether standard output is a terminal that can show pages, and the process has
 * a controlling terminal: boot scripts have a console, but no user.
 */
static bool has_user(void)
{
	const char *term = getenv("TERM");
	int fd;

	if (!term || !strcmp(term, "dumb"))
		return false;
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0)
		close(fd);
	return fd >= 0 && isatty(STDOUT_FILENO);
}

/**
 * pager_begin() - Send standard output to a pager
 *
 * Does nothing without a terminal, if TERM is unset or "dumb", or if PAGER is
 * empty or cat.
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
 * pager_end() - Wait until the user quits the pager
 */
void pager_end(void)
{
	if (pager <= 0)
		return;
	fflush(stdout);
	/* Close the last writer: the pager sees the end of its input */
	dup2(terminal, STDOUT_FILENO);
	close(terminal);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
	pager = -1;
}
