// SPDX-License-Identifier: GPL-2.0-only
/* Shows long output in a pager. */
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "pager.h"

static bool is_forbidden;
static pid_t pager = -1;
static int terminal = -1;

/* Handlers of SIGINT and SIGQUIT before the pager began */
static sighandler_t before[2];
static const int keys[] = { SIGINT, SIGQUIT };

/*
 * Whether another user may have started this process with more rights, by sudo, doas,
 * pkexec or su: the pager must not give that user a shell with these rights. root has no
 * login user in boot scripts and in some containers.
 */
static bool is_elevated(void)
{
	uid_t login = audit_getloginuid();

	if (geteuid() != getuid() || getenv("SUDO_UID") || getenv("DOAS_USER") ||
	    getenv("PKEXEC_UID"))
		return true;
	return login != (uid_t)-1 && login != geteuid();
}

static void pager_exec(const char *wanted)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		signal(keys[i], before[i]);
	/* Quit if the output fits on the screen, pass colours through */
	setenv("LESS", "FRX", 0);
	/* less must not run other programs; LESSSECURE_ALLOW would permit some */
	if (!geteuid() || is_elevated()) {
		setenv("LESSSECURE", "1", 1);
		unsetenv("LESSSECURE_ALLOW");
	}
	if (is_elevated()) {
		/* PAGER and PATH may be those of the other user */
		execl("/usr/bin/less", "less", (char *)NULL);
		execl("/bin/cat", "cat", (char *)NULL);
		_exit(127);
	}
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
 * pager_forbid() - Use no pager
 */
void pager_forbid(void)
{
	is_forbidden = true;
}

/* The pager has ended, perhaps before the output: SIGINT may end this process again. */
static void pager_gone(int signal_number)
{
	(void)signal_number;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		signal(keys[i], before[i]);
}

/**
 * pager_begin() - Send standard output to a pager
 *
 * Does nothing if a pager runs or is forbidden, without a terminal, if TERM is unset or "dumb", or
 * if PAGER is empty or cat. Until the pager ends, SIGINT and SIGQUIT are ignored.
 *
 * Return: true if a pager was started.
 */
bool pager_begin(void)
{
	const struct sigaction gone = {
		.sa_handler = pager_gone,
		.sa_flags = SA_RESTART | SA_NOCLDSTOP,
	};
	const char *wanted = getenv("PAGER");
	int ends[2];

	if (is_forbidden || pager > 0 || !has_user() || (wanted && (!*wanted || !strcmp(wanted, "cat"))) ||
	    pipe2(ends, O_CLOEXEC))
		return false;
	fflush(stdout);
	/* Ctrl-C is for the pager: it must not be left alone on the terminal */
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		before[i] = signal(keys[i], SIG_IGN);
	sigaction(SIGCHLD, &gone, NULL);
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
	return pager > 0;
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
