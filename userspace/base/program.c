// SPDX-License-Identifier: GPL-2.0-only
/* Runs other programs. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "program.h"

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void program_exec(const char *const argv[], int output)
{
	static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
	int null = open("/dev/null", O_RDWR);

	/* Do not pass on the signals that pager.c handles or ignores */
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		_exit(127);
	execve(argv[0], (char *const *)argv, (char *const *)environment);
	_exit(127);
}

/* Wait until a descriptor is readable. Returns 0, -ETIMEDOUT if the time is over, or -errno. */
static int readable_wait(int fd, int64_t end)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int64_t left;
	int count;

	do {
		left = end - now_ms();
		count = left > 0 ? poll(&ready, 1, (int)left) : 0;
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return -errno;
	return count ? 0 : -ETIMEDOUT;
}

/* Read until the program closes its output, the time is over, or the output is full. */
static int output_read(int fd, int64_t end, struct text *output)
{
	char block[512];

	for (;;) {
		int err = readable_wait(fd, end);
		ssize_t got;

		if (err)
			return err;
		got = read(fd, block, sizeof(block));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		if (output->len + (size_t)got > PROGRAM_OUTPUT_MAX)
			return -EFBIG;
		text_add(output, block, (size_t)got);
	}
}

/* Wait until a child has ended, or the time is over. */
static int child_end(pid_t child, int64_t end)
{
	/* Not pidfd_open(): old C libraries lack it */
	int fd = (int)syscall(SYS_pidfd_open, child, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = readable_wait(fd, end);
	close(fd);
	return err;
}

/**
 * program_output() - Run a program without a shell, and read its output
 * @argv: absolute path of the program, and its arguments; NULL after the last
 * @limit_ms: time limit; the program is killed then
 * @output: the output is appended, at most PROGRAM_OUTPUT_MAX bytes
 *
 * The program gets no input, and an environment of its own.
 *
 * Return: exit status of the program; -ETIMEDOUT, -EFBIG or another -errno.
 */
int program_output(const char *const argv[], int limit_ms, struct text *output)
{
	int64_t end = now_ms() + limit_ms;
	int status = 0;
	int ends[2];
	pid_t child;
	int err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	child = fork();
	if (!child)
		program_exec(argv, ends[1]);
	close(ends[1]);
	err = child < 0 ? -errno : output_read(ends[0], end, output);
	close(ends[0]);
	if (child < 0)
		return err;
	/* It may have closed its output without ending */
	if (!err)
		err = child_end(child, end);
	if (err)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (err || output->failed)
		return err ? err : -ENOMEM;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}
