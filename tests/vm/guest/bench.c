// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench: measures the cost of operations with the guest's clock. When QEMU counts
 * instructions (-icount), a nanosecond is one instruction.
 *
 *	bench make COUNT	creates COUNT files
 *	bench run [OPTION...]	prints "OPERATION<tab>COST" for each operation; COST is
 *				nanoseconds per operation
 *		-m		also opens 100,000 files
 *		-n COUNT	first opens COUNT files, then skips the operations that
 *				open many files
 *		-w COMM,COMM	waits until these processes sleep before it reads the clock,
 *				so that their work is part of the cost of an operation
 *	bench bounds [OPTION...]
 *				measures names and ports that are new each time; also
 *				prints the numbers of entries and audit records they made
 *	bench links [OPTION...]	makes and removes hard links in the current folder
 *		-n COUNT	number of names or links
 *	bench booted [OPTION...]
 *				prints how long the processor was busy since the start
 *	bench hold COUNT	starts COUNT idle tasks, prints "ready"
 *	bench hammer COUNT	opens one file COUNT times on one processor, then on two
 *				at the same time, in ten rounds; marks the begin and the
 *				end of each measurement for tests/bench/count.c
 *	bench exit		does nothing
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/tmp/bench"
#define FEW 1000
#define MANY 100000
#define HAMMER_ROUNDS 10
#define LINKS 64999	/* as many as ext4 allows */
#define PROGRAM "/tmp/bench-small"
#define STAT "/sys/kernel/security/ashiato/stat"
#define LOG "/var/log/audit/audit.log"

/* A measurement ends after this number of nanoseconds: the operation costs far too much. */
static long long longest = 4000000000LL;

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Returns now() without the time in which the processor was idle. */
static long long busy(void)
{
	long long idle, iowait, time = now();
	FILE *stat = fopen("/proc/stat", "r");

	if (!stat || fscanf(stat, "cpu %*u %*u %*u %lld %lld", &idle, &iowait) != 2)
		err(1, "/proc/stat");
	fclose(stat);
	return time - (idle + iowait) * (1000000000LL / sysconf(_SC_CLK_TCK));
}

static long long (*clock_read)(void) = now;

/* Descriptors of /proc/PID/stat for the processes of -w. */
static int watched[4], watched_count;

static void watch_process(const char *pid, const char *comm)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text) - 1) > 0)
		text[strcspn(text, "\n")] = '\0';
	close(fd);
	if (strcmp(text, comm) || watched_count == 4)
		return;
	snprintf(path, sizeof(path), "/proc/%.16s/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		err(1, "%s", path);
	watched[watched_count++] = fd;
}

static void watch(char *comms)
{
	struct dirent *entry;
	char *comm;
	int before;

	for (comm = strtok(comms, ","); comm; comm = strtok(NULL, ",")) {
		DIR *dir = opendir("/proc");

		before = watched_count;
		while (dir && (entry = readdir(dir)))
			watch_process(entry->d_name, comm);
		if (watched_count == before)
			errx(1, "%s does not run", comm);
		closedir(dir);
	}
}

static bool all_asleep(void)
{
	char text[64];
	const char *state;
	int i;

	for (i = 0; i < watched_count; i++) {
		ssize_t size = pread(watched[i], text, sizeof(text) - 1, 0);

		if (size < 0)
			err(1, "/proc");
		text[size] = '\0';
		state = strchr(text, ')');
		if (!state || state[2] != 'S')
			return false;
	}
	return true;
}

/* Wait until all watched processes sleep. Look three times: one may wake another and then sleep. */
static void drain(void)
{
	int quiet = 0;

	while (watched_count && quiet < 3) {
		sched_yield();
		quiet = all_asleep() ? quiet + 1 : 0;
	}
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
	sprintf(path, FOLDER "/f%06d", i);
}

static int make(int count)
{
	char path[64];
	int i, fd;

	mkdir(FOLDER, 0755);
	for (i = 0; i < count; i++) {
		file_name(path, i);
		fd = open(path, O_CREAT | O_WRONLY, 0644);
		if (fd < 0)
			err(1, "%s", path);
		close(fd);
	}
	return 0;
}

static void op_getpid(int i)
{
	(void)i;
	syscall(SYS_getpid);
}

static void op_read(int i)
{
	static int fd = -1;
	char byte;

	(void)i;
	if (fd < 0)
		fd = open("/etc/passwd", O_RDONLY);
	if (pread(fd, &byte, 1, 0) != 1)
		err(1, "read");
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

/* Opens the same 1,000 files over and over. */
static void op_open_few(int i)
{
	op_open_many(i % FEW);
}

/* A directory of a file system that is unmounted but still in use, and a file in it. */
static int unmounted(void)
{
	static const char folder[] = "/tmp/unmounted";
	int fd;

	mkdir(folder, 0755);
	if (mount("tmpfs", folder, "tmpfs", 0, NULL))
		err(1, "mount");
	fd = open(folder, O_RDONLY | O_DIRECTORY);
	if (fd < 0 || umount2(folder, MNT_DETACH))
		err(1, "umount");
	close(openat(fd, "file", O_CREAT | O_WRONLY, 0644));
	return fd;
}

/* Closing a file of an unmounted file system changes the sequence of mounts, as a mount does. */
static void op_unmounted(int i)
{
	static int dir = -1;

	(void)i;
	if (dir < 0)
		dir = unmounted();
	close(openat(dir, "file", O_RDONLY));
}

static void op_open_after(int i)
{
	op_unmounted(i);
	op_open(i);
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

/* Makes a socket with a port of 127.0.0.1, and stores its address. */
static int server(int type, struct sockaddr_in *at)
{
	int fd = socket(AF_INET, type, 0);
	socklen_t len = sizeof(*at);

	at->sin_family = AF_INET;
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)at, sizeof(*at)) ||
	    getsockname(fd, (struct sockaddr *)at, &len) ||
	    (type == SOCK_STREAM && listen(fd, 8)))
		err(1, "server");
	return fd;
}

/* Connects from @from_port; 0: from a port that the kernel chooses. Returns the port. */
static int tcp(int from_port)
{
	static int listener = -1;
	static struct sockaddr_in at;
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(from_port) };
	struct linger hard = { .l_onoff = 1 };
	socklen_t len = sizeof(from);
	int fd, accepted, on = 1;

	if (listener < 0)
		listener = server(SOCK_STREAM, &at);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	if ((from_port && bind(fd, (struct sockaddr *)&from, sizeof(from))) ||
	    connect(fd, (struct sockaddr *)&at, sizeof(at)))
		err(1, "connect");
	accepted = accept(listener, (struct sockaddr *)&from, &len);
	close(fd);
	close(accepted);
	return ntohs(from.sin_port);
}

/* A fixed port, so that the module records one peer instead of one per connection */
static void op_tcp(int i)
{
	(void)i;
	tcp(4000);
}

/* Every ten seconds, the kernel chooses ports in another order: skip those that were used before. */
static void op_tcp_new(int i)
{
	static bool used[65536];
	int port;

	(void)i;
	do
		port = tcp(0);
	while (used[port]);
	used[port] = true;
}

/*
 * Even numbers: a question of a client that has another port each time, odd numbers: the
 * server's answer.
 */
static void op_udp_new(int i)
{
	static int fd = -1, client;
	static struct sockaddr_in at, peer;
	socklen_t len = sizeof(peer);
	char byte;

	if (fd < 0)
		fd = server(SOCK_DGRAM, &at);
	if (i % 2) {
		if (sendto(fd, "x", 1, 0, (struct sockaddr *)&peer, len) != 1 ||
		    recvfrom(client, &byte, 1, 0, NULL, NULL) != 1)
			err(1, "answer");
		close(client);
		return;
	}
	client = socket(AF_INET, SOCK_DGRAM, 0);
	if (sendto(client, "x", 1, 0, (struct sockaddr *)&at, sizeof(at)) != 1 ||
	    recvfrom(fd, &byte, 1, 0, (struct sockaddr *)&peer, &len) != 1)
		err(1, "question");
}

static int link_count;

/* The first half of the operations makes the links, the second half removes them. */
static void op_link(int i)
{
	char path[64];

	sprintf(path, "link%06d", i % link_count);
	if (i < link_count ? link("file", path) : unlink(path))
		err(1, "%s", path);
}

static void op_fork(int i)
{
	pid_t child = fork();

	(void)i;
	if (!child)
		_exit(0);
	if (child < 0)
		err(1, "fork");
	waitpid(child, NULL, 0);
}

static char *small_argv[] = { PROGRAM, "exit", NULL };
static char *small_env[21];

static void op_exec(int i)
{
	pid_t child = fork();
	int status;

	(void)i;
	if (!child) {
		execve(small_argv[0], small_argv, small_env);
		_exit(1);
	}
	waitpid(child, &status, 0);
	if (status)
		errx(1, PROGRAM " does not run");
}

/* Returns the cost of one operation. */
static long long cost(void (*op)(int), int first, int count)
{
	long long start;
	int i;

	drain();
	start = clock_read();
	for (i = 0; i < count && (i % 1024 || clock_read() - start < longest); i++)
		op(first + i);
	drain();
	return (clock_read() - start) / i;
}

static void print_cost(const char *name, long long per_operation)
{
	printf("%s\t%lld\n", name, per_operation);
	fflush(stdout);
}

static void measure(const char *name, void (*op)(int), int first, int count)
{
	print_cost(name, cost(op, first, count));
}

/*
 * Warm up, which also records the accesses; then repeat often enough that timer ticks do
 * not matter. With -w a tenth of the repetitions is enough.
 */
static long long cost_steady(void (*op)(int), int count)
{
	int i;

	for (i = 0; i < 100; i++)
		op(i);
	return cost(op, 0, watched_count ? count / 10 : count);
}

static void measure_steady(const char *name, void (*op)(int), int count)
{
	print_cost(name, cost_steady(op, count));
}

/* Measures an operation without @before, which it begins with. */
static void measure_after(const char *name, void (*op)(int), void (*before)(int), int count)
{
	long long both = cost_steady(op, count);

	print_cost(name, both - cost_steady(before, count));
}

/* Returns how many accesses the module has; 0 without the module. */
static int entries(void)
{
	char line[256];
	FILE *stat = fopen(STAT, "r");
	int count = 0;

	while (stat && fgets(line, sizeof(line), stat) && !sscanf(line, "accesses: %d", &count))
		;
	if (stat)
		fclose(stat);
	return count;
}

/* Returns how many records of accesses the audit log has. */
static int records(void)
{
	char line[16384];
	FILE *log = fopen(LOG, "r");
	int count = 0;

	while (log && fgets(line, sizeof(line), log))
		count += !strncmp(line, "type=KERNEL_OTHER ", 18);
	if (log)
		fclose(log);
	return count;
}

/* Measures after @first operations, which reach the bounds of the module. */
static void measure_bound(const char *name, void (*op)(int), int first, int count)
{
	int i, entries_before, records_before;

	for (i = 0; i < first; i++)
		op(i);
	drain();
	entries_before = entries();
	records_before = records();
	measure(name, op, first, count);
	printf("%s: new entries\t%d\n", name, entries() - entries_before);
	printf("%s: records\t%d\n", name, records() - records_before);
}

/* The 128 first names are recorded as they are; the next one makes the pattern. */
static int bounds(int names)
{
	struct stat st;

	/* Now the module records the accesses of this program to these files and to its output. */
	entries();
	records();
	fstat(STDOUT_FILENO, &st);
	measure_bound("name in a folder, 130th to 100,000th", op_open_many, 129, names - 129);
	measure_bound("open+close of these files again", op_open_many, 0, names);
	measure_bound("TCP connection, new client port", op_tcp_new, 100, 2000);
	measure_bound("UDP question or answer, new client port", op_udp_new, 200, 4000);
	return 0;
}

static int links(int count)
{
	clock_read = busy;
	longest = 10000000000LL;
	link_count = count;
	close(open("file", O_CREAT | O_WRONLY, 0644));
	measure("hard link made, removed", op_link, 0, 2 * count);
	return 0;
}

static int booted(void)
{
	drain();
	printf("boot\t%lld\n", busy());
	return 0;
}

static void environment_make(void)
{
	int i;

	for (i = 0; i < 20; i++)
		if (asprintf(&small_env[i], "VARIABLE_%d=value %d", i, i) < 0)
			exit(1);
}

/* The order matters: "first open" needs new files, the next measurement needs recorded ones. */
static void measure_opens(bool many)
{
	int i;

	for (i = 0; i < FEW; i++)
		op_open_many(i);
	measure_steady("open+close over 1,000 files", op_open_few, 10 * FEW);
	measure("first open+close of a file", op_open_many, FEW, many ? MANY - FEW : FEW);
	if (many)
		measure("open+close over 100,000 files", op_open_many, 0, MANY);
}

static int run(bool many, int before)
{
	int i;

	environment_make();
	for (i = 0; i < before; i++)
		op_open_many(i);
	measure_steady("getpid", op_getpid, 100000);
	measure_steady("read of one byte", op_read, 50000);
	measure_steady("stat", op_stat, 20000);
	measure_steady("open+close of one file", op_open, 10000);
	measure_after("... after each change of mounts", op_open_after, op_unmounted, 10000);
	if (before < 0)
		measure_opens(many);
	measure_steady("create+unlink", op_create, 5000);
	measure_steady("UDP send", op_udp, 5000);
	measure_steady("TCP connect+accept+close", op_tcp, 2000);
	measure_steady("fork+exit+wait", op_fork, 1000);
	measure_steady("fork+exec+exit+wait, 20 variables", op_exec, 400);
	if (before >= 0)
		measure("first open+close of a file", op_open_many, before, FEW);
	return 0;
}

static int hold_task(void *unused)
{
	(void)unused;
	while (pause())
		;
	return 0;
}

/* The tasks share memory and files: only their number matters. */
static int hold(int count)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD;
	const size_t size = 1024;
	char *stacks = mmap(NULL, count * size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	if (stacks == MAP_FAILED)
		err(1, "mmap");
	for (i = 0; i < count; i++) {
		if (clone(hold_task, stacks + (i + 1) * size, flags, NULL) < 0)
			err(1, "task %d", i);
	}
	puts("ready");
	fflush(stdout);
	return hold_task(NULL);
}

/* tests/bench/count.c starts counting at even numbers and stops at odd ones. */
#define MARK(NUMBER) asm volatile(".byte 0x0f, 0x1f, 0x80, 'a', 's', 'h', %c0" : : "i" (NUMBER))

/* A barrier, so that the threads start at the same time. */
static pthread_barrier_t hammer_barrier;

struct hammer {
	pthread_t thread;
	int cpu;
	int count;
	bool with_other;
};

static void *hammer_thread(void *argument)
{
	const struct hammer *hammer = argument;
	cpu_set_t set;
	int i;

	CPU_ZERO(&set);
	CPU_SET(hammer->cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "processor %d", hammer->cpu);
	pthread_barrier_wait(&hammer_barrier);
	if (hammer->with_other)
		MARK(2);
	else
		MARK(0);
	for (i = 0; i < hammer->count; i++)
		open_close("/etc/passwd");
	if (hammer->with_other)
		MARK(3);
	else
		MARK(1);
	return NULL;
}

static void hammer_run(int processors, int count)
{
	struct hammer hammers[2];
	int i;

	pthread_barrier_init(&hammer_barrier, NULL, processors);
	for (i = 0; i < processors; i++) {
		hammers[i] = (struct hammer){ .cpu = i, .count = count, .with_other = processors > 1 };
		if (pthread_create(&hammers[i].thread, NULL, hammer_thread, &hammers[i]))
			errx(1, "no thread");
	}
	for (i = 0; i < processors; i++)
		pthread_join(hammers[i].thread, NULL);
	pthread_barrier_destroy(&hammer_barrier);
}

static int hammer(int count)
{
	int round;

	for (round = 0; round < 2 * HAMMER_ROUNDS; round++)
		hammer_run(1 + round % 2, count);
	printf("opens\t%d\n", 3 * HAMMER_ROUNDS * count);
	return 0;
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	int before = -1, option, count;
	bool many = false;

	if (!strcmp(what, "exit"))
		return 0;
	while ((option = getopt(argc, argv, "mn:w:")) >= 0) {
		if (option == 'm')
			many = true;
		else if (option == 'n')
			before = atoi(optarg);
		else if (option == 'w')
			watch(optarg);
		else
			return 2;
	}
	count = optind + 1 < argc ? atoi(argv[optind + 1]) : 0;
	if (!strcmp(what, "run"))
		return run(many, before);
	if (!strcmp(what, "bounds"))
		return bounds(before > 0 ? before : MANY);
	if (!strcmp(what, "links"))
		return links(before > 0 ? before : LINKS);
	if (!strcmp(what, "booted"))
		return booted();
	if (!strcmp(what, "make") && count > 0)
		return make(count);
	if (!strcmp(what, "hold") && count > 0)
		return hold(count);
	if (!strcmp(what, "hammer") && count > 0)
		return hammer(count);
	errx(2, "see the head of bench.c");
}
