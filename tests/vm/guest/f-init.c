// SPDX-License-Identifier: GPL-2.0-only
/*
 * f-init MODULE: fails each allocation of the module's init, one per load; then all in
 * one load; then each allocation of its exit, one per unload. The caller sets the range of
 * the fault injection, which must cover init.
 *
 * A refused load must log one line with the reason and leave nothing behind. A successful
 * load must be complete, or `stat` must name the missing hooks. Prints each problem, and a
 * line of numbers for init and for exit; the exit status is 1 when there was a problem.
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

/* Count the module's lines in the log since the last call; @last gets the last one. */
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
		/* The kernel logs the taint at the first load. */
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

/* Make system calls that call hooks: a hook that is still attached after an unload would crash. */
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
	if (syscall(SYS_finit_module, fd, "policy=", 0))
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
		bad(n, "the module is in /proc/modules after a refused load");
	if (!access(FOLDER, F_OK))
		bad(n, FOLDER " exists after a refused load");
	use_hooks(!(n % 8));
}

/* Check a successful load and unload it. Returns whether a hook is missing. */
static int loaded(int n)
{
	char text[8192] = "", last[256];
	int fd = open(FOLDER "/stat", O_RDONLY), a = 0, b = 0, missing, err, lines, expected;
	char *hooks;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		bad(n, "the module is loaded, but stat cannot be read: %s", strerror(errno));
	close(fd);
	hooks = strstr(text, "hooks_attached: ");
	if (!hooks || sscanf(hooks, "hooks_attached: %d of %d", &a, &b) != 2)
		bad(n, "stat does not name the hooks");
	missing = a != b;
	lines = log_lines(last, sizeof(last));
	if (missing && !strstr(text, "hook_missing: "))
		bad(n, "%d of %d hooks are attached, and stat names no missing one", a, b);
	/* Two lines report the load, and one each hook or tracepoint that is missing. */
	expected = 2 + (b - a) + !!strstr(text, "hook_missing: sched_process_exit");
	if (lines != expected)
		bad(n, "%d lines in the log, not %d: %s", lines, expected, last);
	use_hooks(1);
	err = unload();
	if (err)
		bad(n, "cannot be unloaded: %s", strerror(err));
	if (!access(FOLDER, F_OK))
		bad(n, FOLDER " exists after unloading");
	log_lines(last, sizeof(last));
	use_hooks(1);
	return missing;
}

static void try_init(void)
{
	int n, err, consumed = 1, count_refused = 0, count_loaded = 0, optional = 0;

	for (n = 1; n < N_MAX; n++) {
		err = load(n, &consumed);
		if (err && !consumed)
			bad(n, "failed without an injected failure: %s", strerror(err));
		if (!consumed)
			break;
		if (err) {
			refused(n, err);
			count_refused++;
		} else {
			optional += loaded(n);
			count_loaded++;
		}
	}
	if (n == N_MAX)
		bad(n, "allocations still fail");
	else if (!err)
		loaded(n);
	err = load(0, &consumed);
	if (err)
		refused(0, err);
	else
		bad(0, "loading succeeds although all allocations fail");
	printf("# init: %d allocations failed one by one: %d loads refused, %d successful (%d without an optional hook)\n",
	       n - 1, count_refused, count_loaded, optional);
	if (!count_refused)
		bad(0, "no load was refused: the range of the fault injection may be wrong");
}

static void try_exit(void)
{
	char line[256];
	int n, err, consumed = 1;

	for (n = 1; n < 100 && consumed; n++) {
		err = load(-1, &consumed);
		if (err)
			bad(n, "the module does not load again: %s", strerror(err));
		use_hooks(1);
		log_lines(line, sizeof(line));
		arm(n);
		err = unload();
		consumed = !left();
		arm(0);
		if (err)
			bad(n, "the module is not unloaded: %s", strerror(err));
		if (is_loaded() || !access(FOLDER, F_OK))
			bad(n, "the module is in /proc/modules, or " FOLDER " exists, after unloading");
		log_lines(line, sizeof(line));
		if (strcmp(line, "ashiato: unloaded"))
			bad(n, "unexpected line in the log: %s", line);
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
