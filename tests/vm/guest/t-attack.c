// SPDX-License-Identifier: GPL-2.0-only
/*
 * t-attack NAME COUNT: as nobody, makes COUNT accesses that differ, to fill the module's tables.
 *
 *	ioctl		ioctl numbers on one file
 *	modes		permissions of one file
 *	long		files in a folder whose path has 64 KiB of bytes that are encoded as \001
 *	env		environment variables, 5,000 for each execution
 *	words		values of argv[0] of one program
 *	programs	programs in one directory; runs each
 *	directories	directories in one directory, each with a program; runs each
 *	tree		directories in directories, with at most 100 names in each
 *	nest		directories, each in the one before
 *	depth		files in the last of them; prints the milliseconds of the fastest open()
 *	forest		programs that programs execute, with at most 100 names each
 *	chain		executions, one after the other, in one process
 *	deep		executions by tasks that each execute 512 times and live until the end
 *	cgroups		cgroups in a subtree of nobody; executes a program in each, and removes it
 *	units		the same in the slice of the system, as root
 *	ports		ports of one address that a socket connects to
 *	addresses	addresses that a socket connects to, on one port
 *	pairs		addresses and ports that a socket connects to, both different each time
 *	bind		ports that sockets are bound to
 *	send		addresses that a datagram is sent to
 *	recv		addresses that a datagram comes from, each with a new port
 *	accept		addresses that a connection comes from, each with a new port
 *	abstract	abstract names of unix sockets
 *	unix		pathnames of unix sockets
 *	relative	the same, relative to the current folder
 *	spoof		datagrams with forged senders to a socket whose owner takes none
 *	spoof-recv	the same, and the owner takes all
 *
 * t-attack cost COUNT: prints the nanoseconds of an open() and close() of one of COUNT known
 * files, in the fastest of 20 rounds. t-attack slowest COUNT: attacks like tree, and prints the
 * milliseconds of the slowest mkdir(). t-attack root-slowest COUNT: the same, as root.
 *
 * Root opens the raw socket that sends the forged datagrams, before it becomes nobody.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/tmp/attack"
#define NOBODY 65534
#define NAME_BYTES 255
#define PATH_BYTES 65536
#define VARIABLES 5000
#define WIDTH 100
#define LINKS 512
#define ROUNDS 20
#define PORT 5000
#define CGROUPS "/sys/fs/cgroup"
#define SUBTREE CGROUPS "/user.slice/user-65534.slice/user@65534.service"

static char *none[] = { NULL };

/* A program that only exits: small, so that an execution is fast. */
static const unsigned char small_program[] = {
	0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	2, 0, 62, 0, 1, 0, 0, 0, 0x78, 0, 0x40, 0, 0, 0, 0, 0,		/* entry: 0x400078 */
	64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 64, 0, 56, 0, 1, 0, 0, 0, 0, 0, 0, 0,
	1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,			/* PT_LOAD, R X */
	0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0,
	0x81, 0, 0, 0, 0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0,
	0, 0x10, 0, 0, 0, 0, 0, 0,
	0x31, 0xff, 0xb8, 60, 0, 0, 0, 0x0f, 0x05,				/* exit(0) */
};

static void become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		err(1, "nobody");
	/* /proc/self belongs to nobody again. */
	prctl(PR_SET_DUMPABLE, 1);
	umask(0);
}

static void make_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0755);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd))
		err(1, "%s", path);
}

static void make_program(void)
{
	if (access("program", X_OK))
		make_file("program", small_program, sizeof(small_program));
}

static void run(const char *path, char *name, char **environment)
{
	char *arguments[] = { name, NULL };
	pid_t child = vfork();
	int status;

	if (!child) {
		execve(path, arguments, environment);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || status)
		errx(1, "%s does not run", path);
}

static void attack_ioctl(int count)
{
	int fd, i;

	make_file("file", "x", 1);
	fd = open("file", O_RDONLY);
	/* The file has no ioctl of its own; the kernel's have other first bytes. */
	for (i = 0; i < count; i++)
		ioctl(fd, 0x10000000 + i, 0);
}

static void attack_modes(int count)
{
	int i;

	make_file("file", "x", 1);
	for (i = 0; i < count; i++)
		chmod("file", i % 010000);
}

static void attack_long(int count)
{
	char name[NAME_BYTES + 1];
	int i;

	memset(name, 1, NAME_BYTES);
	name[NAME_BYTES] = 0;
	for (i = 0; i < PATH_BYTES / (NAME_BYTES + 1); i++) {
		if (mkdir(name, 0755) || chdir(name))
			err(1, "mkdir %d", i);
	}
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "file%d", i);
		make_file(name, "x", 1);
	}
}

static void attack_env(int count)
{
	char *environment[VARIABLES + 1] = { NULL };
	int i;

	make_program();
	for (i = 0; i < count; i++) {
		if (asprintf(&environment[i % VARIABLES], "N%d=", i) < 0)
			exit(1);
		if (i % VARIABLES == VARIABLES - 1 || i == count - 1) {
			run("program", "program", environment);
			for (char **name = environment; *name; name++) {
				free(*name);
				*name = NULL;
			}
		}
	}
}

static void attack_words(int count)
{
	char name[32];
	int i;

	make_program();
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "word%d", i);
		run("program", name, none);
	}
}

static void attack_programs(int count)
{
	char name[32];
	int i;

	make_program();
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (link("program", name))
			err(1, "%s", name);
		run(name, name, none);
		unlink(name);
	}
}

static void attack_directories(int count)
{
	char folder[32], name[48];
	int i;

	make_program();
	for (i = 0; i < count; i++) {
		snprintf(folder, sizeof(folder), "%d", i);
		snprintf(name, sizeof(name), "%s/program", folder);
		if (mkdir(folder, 0755) || link("program", name))
			err(1, "%s", name);
		run(name, name, none);
		unlink(name);
		rmdir(folder);
	}
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Makes @count directories below the current one; returns the nanoseconds of the slowest. */
static long long make_tree(int count)
{
	long long slowest = 0, before;
	char name[64];
	int i;

	for (i = 0; i < count; i++) {
		int parent = i / WIDTH;
		/* No directory has more than WIDTH + 1 names in it. */
		int len = snprintf(name, sizeof(name), "%d", parent / WIDTH);

		mkdir(name, 0755);
		len += snprintf(name + len, sizeof(name) - len, "/%d", parent % WIDTH);
		mkdir(name, 0755);
		snprintf(name + len, sizeof(name) - len, "/%d", i % WIDTH);
		before = now();
		if (mkdir(name, 0755))
			err(1, "%s", name);
		before = now() - before;
		if (before > slowest)
			slowest = before;
	}
	return slowest;
}

static void attack_tree(int count)
{
	make_tree(count);
}

static void attack_nest(int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (mkdir("d", 0755) || chdir("d"))
			err(1, "mkdir %d", i);
	}
}

static void attack_depth(int count)
{
	long long best = 0, before;
	char name[] = "a";
	int fd;

	while (count--) {
		if (chdir("d"))
			err(1, "chdir");
	}
	for (; *name <= 'e'; ++*name) {
		before = now();
		fd = open(name, O_CREAT | O_WRONLY, 0600);
		before = now() - before;
		if (fd < 0 || close(fd))
			err(1, "%s", name);
		if (!best || before < best)
			best = before;
	}
	printf("%lld\n", best / 1000000);
}

static void attack_slowest(int count)
{
	printf("%lld\n", make_tree(count) / 1000000);
}

/* Executes itself, with one less to do. */
static void again(const char *what, int count)
{
	char number[16], *arguments[] = { "chain", (char *)what, number, NULL };

	snprintf(number, sizeof(number), "%d", count);
	execve("/proc/self/exe", arguments, none);
	err(1, "%s", what);
}

static void attack_chain(int count)
{
	if (count)
		again("chain", count - 1);
}

static void attack_twigs(int count)
{
	attack_programs(count);
}

/* Programs below programs: a program of each name executes programs in a directory of its own. */
static void attack_forest(int count)
{
	char name[32], number[16], *arguments[] = { "branch", "twigs", number, NULL };
	int status, i;
	pid_t child;

	snprintf(number, sizeof(number), "%d", WIDTH);
	for (i = 0; i < count / WIDTH; i++) {
		snprintf(name, sizeof(name), "branch%d", i);
		/* The name of a symbolic link is the name of the program. */
		if (symlink("/proc/self/exe", name))
			err(1, "%s", name);
		child = fork();
		if (!child) {
			execve(name, arguments, none);
			_exit(127);
		}
		if (child < 0 || waitpid(child, &status, 0) < 0 || status)
			errx(1, "%s does not run", name);
		unlink(name);
	}
}

static void attack_links(int count)
{
	if (count)
		again("links", count - 1);
	puts("ready");
	fflush(stdout);
	pause();
}

static void attack_deep(int count)
{
	int ends[2], tasks = count / LINKS, i;
	char ready;

	if (pipe(ends))
		err(1, "pipe");
	for (i = 0; i < tasks; i++) {
		pid_t child = fork();

		if (!child) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			dup2(ends[1], STDOUT_FILENO);
			again("links", LINKS);
		}
		if (child < 0)
			err(1, "fork");
	}
	close(ends[1]);
	/* Each task writes a line: six bytes. */
	for (i = 0; i < 6 * tasks; i++) {
		if (read(ends[0], &ready, 1) != 1)
			errx(1, "a task ended");
	}
	/* They live while root's program runs: the test kills this process. */
	puts("ready");
	fflush(stdout);
	pause();
}

/* Moves this process to a subtree of cgroups that belongs to nobody. */
static void delegate_cgroups(void)
{
	mkdir(CGROUPS "/user.slice", 0755);
	mkdir(CGROUPS "/user.slice/user-65534.slice", 0755);
	mkdir(SUBTREE, 0755);
	make_file(SUBTREE "/cgroup.procs", "0", 1);
	if (chown(SUBTREE, NOBODY, NOBODY) || chown(SUBTREE "/cgroup.procs", NOBODY, NOBODY))
		err(1, SUBTREE);
}

/* Executes the program in a new cgroup, and removes that. */
static void run_in_cgroup(const char *path)
{
	char *arguments[] = { "program", NULL };
	struct clone_args args = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD };
	int fd = mkdir(path, 0755) ? -1 : open(path, O_RDONLY);
	int status;
	pid_t child;

	if (fd < 0)
		err(1, "%s", path);
	args.cgroup = fd;
	child = syscall(SYS_clone3, &args, sizeof(args));
	if (!child) {
		execve(FOLDER "/program", arguments, none);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || status || close(fd) || rmdir(path))
		err(1, "%s", path);
}

/* The names have the most bytes that fit, once they are encoded as \001. */
static void attack_cgroups(int count)
{
	char path[PATH_BYTES], last[200];
	int i;

	make_program();
	memset(last, 1, sizeof(last));
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), SUBTREE "/%d.%.*s", i, (int)sizeof(last), last);
		run_in_cgroup(path);
	}
}

static void attack_units(int count)
{
	char path[64];
	int i;

	make_program();
	mkdir(CGROUPS "/system.slice", 0755);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), CGROUPS "/system.slice/%d.service", i);
		run_in_cgroup(path);
	}
}

static struct sockaddr_in loopback(unsigned int host, unsigned int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };

	/* 127.0.0.1 and the 16 million addresses behind it. */
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
	return in;
}

static int open_socket(int type)
{
	int fd = socket(AF_INET, type, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)))
		err(1, "socket");
	return fd;
}

static int connect_to(int fd, unsigned int host, unsigned int port)
{
	struct sockaddr_in in = loopback(host, port);

	return connect(fd, (struct sockaddr *)&in, sizeof(in));
}

static int open_bound(int type, unsigned int host, unsigned int port)
{
	struct sockaddr_in in = loopback(host, port);
	int fd = open_socket(type);

	if (bind(fd, (struct sockaddr *)&in, sizeof(in)))
		err(1, "bind");
	return fd;
}

static unsigned int port_of(int i)
{
	return 1024 + i % 64000;
}

static void attack_ports(int count)
{
	int fd = open_socket(SOCK_DGRAM), i;

	for (i = 0; i < count; i++)
		connect_to(fd, i / 64000, port_of(i));
}

static void attack_addresses(int count)
{
	int fd = open_socket(SOCK_DGRAM), i;

	for (i = 0; i < count; i++)
		connect_to(fd, i * 16, PORT);
}

static void attack_pairs(int count)
{
	int fd = open_socket(SOCK_DGRAM), i;

	for (i = 0; i < count; i++)
		connect_to(fd, i * 16, port_of(i));
}

static void attack_bind(int count)
{
	int i;

	for (i = 0; i < count; i++)
		close(open_bound(SOCK_DGRAM, i / 64000, port_of(i)));
}

static void attack_send(int count)
{
	int fd = open_socket(SOCK_DGRAM), i;

	for (i = 0; i < count; i++) {
		struct sockaddr_in in = loopback(i * 16, PORT);

		sendto(fd, "x", 1, 0, (struct sockaddr *)&in, sizeof(in));
	}
}

static void attack_recv(int count)
{
	int fd = open_bound(SOCK_DGRAM, 0, PORT), i;
	char byte;

	for (i = 0; i < count; i++) {
		int from = open_bound(SOCK_DGRAM, 1 + i * 16, 0);

		if (connect_to(from, 0, PORT) || send(from, "x", 1, 0) != 1 ||
		    recv(fd, &byte, 1, 0) != 1)
			err(1, "recv");
		close(from);
	}
}

static void attack_accept(int count)
{
	int listener = open_bound(SOCK_STREAM, 0, PORT), i;
	struct linger hard = { .l_onoff = 1 };

	if (listen(listener, 8))
		err(1, "listen");
	for (i = 0; i < count; i++) {
		int from = open_bound(SOCK_STREAM, 1 + i * 16, 0), accepted;

		setsockopt(from, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		if (connect_to(from, 0, PORT))
			err(1, "connect");
		accepted = accept(listener, NULL, NULL);
		if (accepted < 0)
			err(1, "accept");
		close(from);
		close(accepted);
	}
}

/* Binds sockets to names that begin with @folder; without @folder, to abstract names. */
static void bind_unix(int count, const char *folder)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int abstract = !folder, i;

	for (i = 0; i < count; i++) {
		int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
		int len = snprintf(un.sun_path + abstract, sizeof(un.sun_path) - 1, "%ssocket%d",
				   folder ? folder : "", i);

		if (bind(fd, (struct sockaddr *)&un,
			 offsetof(struct sockaddr_un, sun_path) + 1 + len))
			err(1, "bind");
		close(fd);
		if (!abstract)
			unlink(un.sun_path);
	}
}

static void attack_abstract(int count)
{
	bind_unix(count, NULL);
}

static void attack_unix(int count)
{
	bind_unix(count, FOLDER "/");
}

static void attack_relative(int count)
{
	bind_unix(count, "");
}

static int raw_socket;

/* Sends one datagram with a forged sender. */
static void spoof(int i)
{
	struct {
		struct iphdr ip;
		struct udphdr udp;
		char byte;
	} __attribute__((packed)) packet = {
		.ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP },
		.udp = { .dest = htons(PORT), .len = htons(sizeof(struct udphdr) + 1) },
		.byte = 'x',
	};
	struct sockaddr_in to = loopback(0, 0);

	packet.ip.saddr = htonl(0x0a000000 + i * 16);
	packet.ip.daddr = to.sin_addr.s_addr;
	packet.udp.source = htons(port_of(i));
	if (sendto(raw_socket, &packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		err(1, "sendto");
}

static void receive_spoofed(int count, bool receive)
{
	int fd = open_bound(SOCK_DGRAM, 0, PORT), i;
	struct timeval second = { .tv_sec = 1 };
	char byte;

	/* Receives once, without success, so that the module knows the receiver of the socket. */
	recv(fd, &byte, 1, MSG_DONTWAIT);
	/* A datagram may arrive late, in ksoftirqd. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	for (i = 0; i < count; i++) {
		spoof(i);
		if (receive && recv(fd, &byte, 1, 0) != 1)
			err(1, "recv %d", i);
	}
}

static void attack_spoof(int count)
{
	receive_spoofed(count, false);
}

static void attack_spoof_recv(int count)
{
	receive_spoofed(count, true);
}

static int cost(int count)
{
	long long best = 0, start;
	char name[64];
	int round, i, fd;

	mkdir("/tmp/cost", 0755);
	for (round = 0; round < ROUNDS; round++) {
		start = now();
		for (i = 0; i < count; i++) {
			snprintf(name, sizeof(name), "/tmp/cost/%d", i);
			fd = open(name, O_CREAT | O_RDONLY, 0600);
			if (fd < 0)
				err(1, "%s", name);
			close(fd);
		}
		start = now() - start;
		if (!best || start < best)
			best = start;
	}
	printf("%lld\n", best / count);
	return 0;
}

static const struct {
	const char *name;
	void (*attack)(int count);
} attacks[] = {
	{ "ioctl", attack_ioctl },
	{ "modes", attack_modes },
	{ "long", attack_long },
	{ "env", attack_env },
	{ "words", attack_words },
	{ "programs", attack_programs },
	{ "directories", attack_directories },
	{ "tree", attack_tree },
	{ "nest", attack_nest },
	{ "depth", attack_depth },
	{ "slowest", attack_slowest },
	{ "chain", attack_chain },
	{ "deep", attack_deep },
	{ "links", attack_links },
	{ "forest", attack_forest },
	{ "twigs", attack_twigs },
	{ "cgroups", attack_cgroups },
	{ "units", attack_units },
	{ "ports", attack_ports },
	{ "addresses", attack_addresses },
	{ "pairs", attack_pairs },
	{ "bind", attack_bind },
	{ "send", attack_send },
	{ "recv", attack_recv },
	{ "accept", attack_accept },
	{ "abstract", attack_abstract },
	{ "unix", attack_unix },
	{ "relative", attack_relative },
	{ "spoof", attack_spoof },
	{ "spoof-recv", attack_spoof_recv },
};

int main(int argc, char *argv[])
{
	const char *what = argc > 2 ? argv[1] : "";
	int count = argc > 2 ? atoi(argv[2]) : 0;
	size_t i;

	if (!strcmp(what, "cost") && count > 0)
		return cost(count);
	if (!strcmp(what, "root-slowest")) {
		mkdir("/tmp/root-slowest", 0755);
		if (chdir("/tmp/root-slowest"))
			err(1, "chdir");
		attack_slowest(count);
		return 0;
	}
	if (!geteuid()) {
		struct rlimit many = { 100000, 100000 };

		setrlimit(RLIMIT_NPROC, &many);
		setrlimit(RLIMIT_NOFILE, &many);
		mkdir(FOLDER, 0755);
		if (chown(FOLDER, NOBODY, NOBODY) || chdir(FOLDER))
			err(1, FOLDER);
		/* Descriptors keep their rights: nobody sends with root's socket. */
		if (!strncmp(what, "spoof", 5))
			raw_socket = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
		if (!strcmp(what, "cgroups"))
			delegate_cgroups();
		if (strcmp(what, "units"))
			become_nobody();
	}
	for (i = 0; i < sizeof(attacks) / sizeof(*attacks); i++) {
		if (!strcmp(what, attacks[i].name)) {
			attacks[i].attack(count);
			return 0;
		}
	}
	errx(2, "see the head of t-attack.c");
}
