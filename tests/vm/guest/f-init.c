// SPDX-License-Identifier: GPL-2.0-only
/*
 * f-init MODULE: fails each allocation of the module's init once, one load after
 * the other, then all of them at once; then each one of its exit. The range of
 * the fault injection is set by the caller to cover init.
 *
 * Every refused load must say why in one line and leave nothing; every load that
 * survives must be complete, or say in `stat` which hook is missing. Prints what
 * was wrong, and a line of numbers; the exit status is 1 when anything was wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/sys/kernel/security/ashiato"
#define DEBUGFS "/sys/kernel/debug/"
#define N_MAX 3000

static const char *file;
static int nth_fd, log_fd, wrong;

static void bad(int n, const char *format, ...)
{
	va_list args;

	printf("# n=%d: ", n);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	wrong++;
}

static void arm(int n)
{
	char text[16];

	if (pwrite(nth_fd, text, sprintf(text, "%d", n), 0) < 0)
		perror("fail-nth");
}

static int left(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 0)
		perror("fail-nth");
	return atoi(text);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

static void fail_all(int on)
{
	put(DEBUGFS "failslab/probability", on ? "100" : "0");
	put(DEBUGFS "fail_page_alloc/probability", on ? "100" : "0");
}

/* The lines of the module since the last call; @last gets the last of them. */
static int log_lines(char *last, size_t size)
{
	char record[2048], *text;
	ssize_t len;
	int count = 0;

	last[0] = 0;
	while ((len = read(log_fd, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (len <= 0)
			continue;
		record[len] = 0;
		text = strchr(record, ';');
		if (!text || strncmp(++text, "ashiato: ", 9))
			continue;
		text[strcspn(text, "\n")] = 0;
		/* The kernel's own, of the first load. */
		if (strstr(text, "taints kernel") || strstr(text, "taint:"))
			continue;
		snprintf(last, size, "%s", text);
		count++;
	}
	return count;
}

static int is_loaded(void)
{
	char line[512];
	FILE *f = fopen("/proc/modules", "r");
	int found = 0;

	while (fgets(line, sizeof(line), f))
		found |= !strncmp(line, "ashiato ", 8);
	fclose(f);
	return found;
}

/* What every task does all the time: a hook that was left behind is called. */
static void use_hooks(int executes)
{
	int status;
	pid_t pid;

	close(open("/proc/self/comm", O_RDONLY));
	close(open("/tmp/f-init", O_CREAT | O_RDWR, 0600));
	unlink("/tmp/f-init");
	pid = fork();
	if (!pid) {
		if (executes)
			execl("/bin/true", "true", NULL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
}

static int load(int n, int *consumed)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), err = 0;

	if (n > 0)
		arm(n);
	else if (!n)
		fail_all(1);
	if (syscall(SYS_finit_module, fd, "", 0))
		err = errno;
	if (n > 0) {
		*consumed = !left();
		arm(0);
	} else if (!n) {
		fail_all(0);
		*consumed = 1;
	}
	close(fd);
	return err;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "ashiato", O_NONBLOCK) ? errno : 0;
}

static void refused(int n, int err)
{
	char line[256];
	int lines = log_lines(line, sizeof(line));

	if (err != ENOMEM)
		bad(n, "the load failed with %s: %s", strerror(err), line);
	if (lines != 1)
		bad(n, "%d lines in the log, not 1: %s", lines, line);
	if (is_loaded())
		bad(n, "it is in /proc/modules");
	if (!access(FOLDER, F_OK))
		bad(n, FOLDER " is there");
	use_hooks(!(n % 8));
}

/* Returns whether a hook is missing. */
static int survived(int n)
{
	char text[8192] = "", last[256];
	int fd = open(FOLDER "/stat", O_RDONLY), a = 0, b = 0, missing, err, lines;
	char *hooks;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		bad(n, "loaded, but stat: %s", strerror(errno));
	close(fd);
	hooks = strstr(text, "hooks_attached: ");
	if (!hooks || sscanf(hooks, "hooks_attached: %d of %d", &a, &b) != 2)
		bad(n, "stat does not name the hooks");
	missing = a != b;
	lines = log_lines(last, sizeof(last));
	if (missing && !strstr(text, "hook_missing: "))
		bad(n, "%d of %d hooks, and none is named", a, b);
	if (lines != 1 + (b - a))
		bad(n, "%d lines in the log, not %d: %s", lines, 1 + (b - a), last);
	use_hooks(1);
	err = unload();
	if (err)
		bad(n, "cannot be unloaded: %s", strerror(err));
	if (!access(FOLDER, F_OK))
		bad(n, FOLDER " is there after unloading");
	log_lines(last, sizeof(last));
	use_hooks(1);
	return missing;
}

static void try_init(void)
{
	int n, err, consumed = 1, count_refused = 0, count_survived = 0, optional = 0;

	for (n = 1; n < N_MAX; n++) {
		err = load(n, &consumed);
		if (err && !consumed)
			bad(n, "failed by itself: %s", strerror(err));
		if (!consumed)
			break;
		if (err) {
			refused(n, err);
			count_refused++;
		} else {
			optional += survived(n);
			count_survived++;
		}
	}
	if (n == N_MAX)
		bad(n, "there is no end");
	else if (!err)
		survived(n);
	err = load(0, &consumed);
	if (err)
		refused(0, err);
	else
		bad(0, "it loads without any memory");
	printf("# init: %d allocations failed one by one: %d loads refused, %d survived (%d without an optional hook)\n",
	       n - 1, count_refused, count_survived, optional);
	if (!count_refused)
		bad(0, "no load was refused: is the range right?");
}

static void try_exit(void)
{
	char line[256];
	int n, err, consumed = 1;

	for (n = 1; n < 100 && consumed; n++) {
		err = load(-1, &consumed);
		if (err)
			bad(n, "does not load any more: %s", strerror(err));
		use_hooks(1);
		log_lines(line, sizeof(line));
		arm(n);
		err = unload();
		consumed = !left();
		arm(0);
		if (err)
			bad(n, "is not unloaded: %s", strerror(err));
		if (is_loaded() || !access(FOLDER, F_OK))
			bad(n, "is still there");
		log_lines(line, sizeof(line));
		if (strcmp(line, "ashiato: unloaded"))
			bad(n, "the log says: %s", line);
		use_hooks(1);
	}
	printf("# exit: %d allocations failed one by one\n", n - 2);
}

int main(int argc, char **argv)
{
	file = argv[1];
	setvbuf(stdout, NULL, _IOLBF, 0);
	nth_fd = open("/proc/self/fail-nth", O_RDWR);
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (argc < 2 || nth_fd < 0 || log_fd < 0) {
		perror("f-init");
		return 2;
	}
	lseek(log_fd, 0, SEEK_END);
	try_init();
	try_exit();
	return wrong != 0;
}
