// SPDX-License-Identifier: GPL-2.0-only
/*
 * t-tasks TEST [COUNT]: starts and ends tasks in unusual ways (see main()). Prints the result
 * in one line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF "/sys/kernel/security/ashiato/self_domain"

static char *none[] = { NULL };

static void self_domain(char *text, size_t size)
{
	int fd = open(SELF, O_RDONLY);
	ssize_t len = fd < 0 ? -1 : read(fd, text, size - 1);

	text[len < 0 ? 0 : len] = 0;
	if (fd >= 0)
		close(fd);
}

static int try_exec(const char *path)
{
	char *arguments[] = { (char *)path, NULL };

	execve(path, arguments, none);
	return errno;
}

static void *exec_target(void *unused)
{
	char *arguments[] = { "target", "say-self", NULL };

	(void)unused;
	execve("/a/target", arguments, none);
	return NULL;
}

static void *exec_failing(void *unused)
{
	static char line[8192];
	char before[4096], after[4096];
	int a, b, c;

	(void)unused;
	self_domain(before, sizeof(before));
	a = try_exec("/a/rubbish");
	b = try_exec("/a/none");
	c = try_exec("/etc/passwd");
	self_domain(after, sizeof(after));
	snprintf(line, sizeof(line), "%s %s %s %s", strerrorname_np(a), strerrorname_np(b),
		 strerrorname_np(c), *before && !strcmp(before, after) ? "same" : after);
	return line;
}

static void *idle(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

static void *nothing(void *unused)
{
	int fd = open("/etc/passwd", O_RDONLY);

	close(fd);
	return unused;
}

static void *exec_true(void *unused)
{
	char *arguments[] = { "target", "times", NULL };

	execve("/a/target", arguments, none);
	return unused;
}

/* Fork, execute and kill children until this process is killed. */
static void busy(void)
{
	char *arguments[] = { "target", "repeat", "1000000", "/etc/passwd", NULL };

	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			nothing(NULL);
			execve("/a/target", arguments, none);
			_exit(1);
		}
		usleep(1000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static pthread_barrier_t barrier;

/* Ends this thread only, and with it the process if it is the last one. */
static void *leave(void *unused)
{
	pthread_barrier_wait(&barrier);
	syscall(SYS_exit, 0);
	return unused;
}

/*
 * A process of 20 threads that end at the same time: by themselves, or, with @killed, by a signal.
 * Returns whether the process ended so.
 */
static int crowd(int killed)
{
	int i, status;
	pid_t pid = fork();

	if (!pid) {
		pthread_t thread;

		pthread_barrier_init(&barrier, NULL, 20 + killed);
		for (i = 1; i < 20; i++)
			pthread_create(&thread, NULL, leave, NULL);
		leave(NULL);
	}
	if (killed) {
		usleep(20000);
		kill(pid, SIGKILL);
	}
	return waitpid(pid, &status, 0) == pid && status == (killed ? SIGKILL : 0);
}

static void say(const char *text)
{
	puts(text);
	fflush(stdout);
}

/* After SIGUSR1, read the message that a fork waits for. */
static void *let_fork(void *userfaults)
{
	struct uffd_msg message;
	sigset_t signals;
	int number;

	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigwait(&signals, &number);
	/* The userfaultfd of the child, which also forks. */
	if (read(*(int *)userfaults, &message, sizeof(message)) == sizeof(message))
		close(message.arg.fork.ufd);
	return NULL;
}

/*
 * Fork while the copied memory belongs to a userfaultfd: the fork waits in the kernel until
 * SIGUSR1. The child forks once more, then both open a file.
 */
static int held_fork(void)
{
	int userfaults = syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_EVENT_FORK };
	struct uffdio_register range = { .range.len = 4096, .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;
	sigset_t signals;

	range.range.start = (uintptr_t)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (userfaults < 0 || ioctl(userfaults, UFFDIO_API, &api) ||
	    ioctl(userfaults, UFFDIO_REGISTER, &range)) {
		say("no userfaultfd");
		return 1;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	pthread_create(&thread, NULL, let_fork, &userfaults);
	say("forking");
	if (fork()) {
		say("forked");
	} else {
		close(open(fork() ? "/tmp/child" : "/tmp/grandchild", O_RDONLY));
		say("opened");
	}
	return pause();
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int count = argc > 2 ? atoi(argv[2]) : 1, i, done = 0, status;
	pthread_t thread;
	void *text;
	pid_t pid;

	if (!strcmp(what, "thread-exec")) {
		pthread_create(&thread, NULL, idle, NULL);
		pthread_create(&thread, NULL, exec_target, NULL);
		pthread_join(thread, NULL);
		puts("failed");
	} else if (!strcmp(what, "thread-fail")) {
		pthread_create(&thread, NULL, exec_failing, NULL);
		pthread_join(thread, &text);
		puts(text);
	} else if (!strcmp(what, "failed-execs")) {
		static const struct { const char *path; int err; } tries[] = {
			{ "/a/rubbish", ENOEXEC }, { "/a/none", ENOENT }, { "/etc/passwd", EACCES },
		};

		for (i = 0; i < count; i++)
			done += try_exec(tries[i % 3].path) == tries[i % 3].err;
		printf("%d failed\n", done);
	} else if (!strcmp(what, "clone-flags")) {
		for (i = 0; i < 100; i++)
			if (syscall(SYS_clone, CLONE_THREAD | SIGCHLD, 0, 0, 0, 0) >= 0)
				return 1;
		puts(strerrorname_np(errno));
	} else if (!strcmp(what, "nproc")) {
		struct rlimit limit = { 1, 1 };

		if (setuid(12345) || setrlimit(RLIMIT_NPROC, &limit))
			return 1;
		for (i = 0; i < count; i++) {
			pid = fork();
			if (!pid)
				_exit(0);
			if (pid > 0)
				return 1;
		}
		puts(strerrorname_np(errno));
	} else if (!strcmp(what, "clone3-tid")) {
		/* PID 1 is in use: clone3() fails late, after the new task is set up. */
		pid_t tid = 1;
		struct clone_args args = {
			.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&tid, .set_tid_size = 1,
		};

		for (i = 0; i < count; i++)
			done += syscall(SYS_clone3, &args, sizeof(args)) < 0 && errno == EEXIST;
		printf("%d failed\n", done);
	} else if (!strcmp(what, "vfork")) {
		for (i = 0; i < count; i++) {
			pid = vfork();
			if (!pid) {
				char *arguments[] = { "target", "times", NULL };

				execve("/a/target", arguments, none);
				_exit(1);
			}
			done += waitpid(pid, &status, 0) == pid && !status;
		}
		printf("%d done\n", done);
	} else if (!strcmp(what, "threads")) {
		for (i = 0; i < count; i += 20) {
			pthread_t some[20];
			int j;

			for (j = 0; j < 20; j++)
				done += !pthread_create(&some[j], NULL, nothing, NULL);
			for (j = 0; j < 20; j++)
				pthread_join(some[j], NULL);
		}
		printf("%d done\n", done);
	} else if (!strcmp(what, "killed")) {
		for (i = 0; i < count; i++) {
			pid = fork();
			if (!pid) {
				pthread_create(&thread, NULL, nothing, NULL);
				pthread_create(&thread, NULL, exec_true, NULL);
				for (;;)
					nothing(NULL);
			}
			usleep(rand() % 10000);
			kill(pid, SIGKILL);
			done += waitpid(pid, &status, 0) == pid;
		}
		printf("%d killed\n", done);
	} else if (!strcmp(what, "crowds")) {
		for (i = 0; i < count; i++)
			done += crowd(i % 2);
		printf("%d ended\n", done);
	} else if (!strcmp(what, "script-race")) {
		for (i = 0; i < count; i++) {
			pid = fork();
			if (!pid) {
				int j;

				for (j = 0; j < 5; j++)
					pthread_create(&thread, NULL, exec_true, NULL);
				exec_true(NULL);
				_exit(1);
			}
			done += waitpid(pid, &status, 0) == pid && !status;
		}
		printf("%d done\n", done);
	} else if (!strcmp(what, "sockets")) {
		/* stat() sockets of a child that closes them at the same time. */
		char path[64];
		struct stat st;

		pid = fork();
		for (; !pid; close(9))
			dup2(socket(AF_UNIX, SOCK_DGRAM, 0), 9);
		snprintf(path, sizeof(path), "/proc/%d/fd/9", pid);
		for (i = 0; i < count || (!done && i < 1000000); i++)
			done += !stat(path, &st);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		puts(done ? "seen" : "not seen");
	} else if (!strcmp(what, "held-fork")) {
		return held_fork();
	} else if (!strcmp(what, "leftover")) {
		pid = fork();
		if (!pid)
			busy();
		usleep(300000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	} else if (!strcmp(what, "load")) {
		/*
		 * Open, fork and execute until killed. Low priority, so that loading
		 * and unloading go first; pauses, so that many guests fit on one host.
		 */
		setpriority(PRIO_PROCESS, 0, 15);
		for (;;) {
			pid = fork();
			if (!pid) {
				exec_true(NULL);
				_exit(1);
			}
			for (i = 0; i < 50; i++)
				nothing(NULL);
			waitpid(pid, NULL, 0);
			usleep(100000);
		}
	} else {
		return 2;
	}
	return 0;
}
