// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench: what operations cost, by the guest's clock. Where QEMU counts
 * instructions (-icount), nanoseconds are instructions.
 *
 * Prints a line "OPERATION<tab>COST" for each; costs are per operation.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/tmp/bench"

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void open_close(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		err(1, "%s", path);
	close(fd);
}

static void file_name(char *path, int i)
{
	sprintf(path, FOLDER "/f%05d", i);
}

static void files_make(int count)
{
	char path[64];
	int i;

	mkdir(FOLDER, 0755);
	for (i = 0; i < count; i++) {
		file_name(path, i);
		close(open(path, O_CREAT | O_WRONLY, 0644));
	}
}

static void op_getpid(int i)
{
	(void)i;
	syscall(SYS_getpid);
}

static void op_stat(int i)
{
	struct stat st;

	(void)i;
	stat("/etc/passwd", &st);
}

static void op_open(int i)
{
	(void)i;
	open_close("/etc/passwd");
}

static void op_open_many(int i)
{
	char path[64];

	file_name(path, i);
	open_close(path);
}

static void op_create(int i)
{
	(void)i;
	close(open(FOLDER "/new", O_CREAT | O_WRONLY, 0644));
	unlink(FOLDER "/new");
}

static void op_udp(int i)
{
	static int fd = -1;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };

	(void)i;
	if (fd < 0)
		fd = socket(AF_INET, SOCK_DGRAM, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to));
}

static void op_tcp(int i)
{
	static int listener = -1;
	static struct sockaddr_in at;
	socklen_t len = sizeof(at);
	int fd, accepted;

	(void)i;
	if (listener < 0) {
		listener = socket(AF_INET, SOCK_STREAM, 0);
		at.sin_family = AF_INET;
		at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		bind(listener, (struct sockaddr *)&at, sizeof(at));
		listen(listener, 8);
		getsockname(listener, (struct sockaddr *)&at, &len);
	}
	fd = socket(AF_INET, SOCK_STREAM, 0);
	/* A fixed port: the peer is recorded once. */
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(4000) };
	struct linger hard = { .l_onoff = 1 };
	int on = 1;

	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) ||
	    connect(fd, (struct sockaddr *)&at, sizeof(at)))
		err(1, "connect");
	accepted = accept(listener, NULL, NULL);
	close(fd);
	close(accepted);
}

static void op_fork(int i)
{
	pid_t child = fork();

	(void)i;
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
}

static char *small_argv[] = { "/tmp/bench-small", "exit", NULL };
static char *small_env[21];

static void op_exec(int i)
{
	pid_t child = fork();

	(void)i;
	if (!child) {
		execve(small_argv[0], small_argv, small_env);
		_exit(1);
	}
	waitpid(child, NULL, 0);
}

static void measure(const char *name, void (*op)(int), int first, int count)
{
	long long start;
	int i;

	start = now();
	for (i = 0; i < count; i++)
		op(first + i);
	printf("%s\t%lld\n", name, (now() - start) / count);
	fflush(stdout);
}

/* Once to warm up and be recorded, then for real. */
static void measure_steady(const char *name, void (*op)(int), int count)
{
	int i;

	for (i = 0; i < count; i++)
		op(i);
	measure(name, op, 0, count);
}

int main(int argc, char *argv[])
{
	int i;

	if (argc > 1 && !strcmp(argv[1], "exit"))
		return 0;
	for (i = 0; i < 20; i++)
		if (asprintf(&small_env[i], "VARIABLE_%d=value %d", i, i) < 0)
			return 1;
	files_make(10000);

	measure_steady("getpid", op_getpid, 1000);
	measure_steady("stat", op_stat, 1000);
	measure_steady("open+close, one file", op_open, 1000);
	measure_steady("open+close, 1,000 files", op_open_many, 1000);
	measure("open+close, first of 9,000 files", op_open_many, 1000, 9000);
	measure("open+close, 10,000 files", op_open_many, 0, 10000);
	measure_steady("create+unlink", op_create, 1000);
	measure_steady("UDP send", op_udp, 1000);
	measure_steady("TCP connect+accept+close", op_tcp, 200);
	measure_steady("fork+exit+wait", op_fork, 100);
	measure_steady("fork+exec+exit+wait, 20 variables", op_exec, 100);
	return 0;
}
