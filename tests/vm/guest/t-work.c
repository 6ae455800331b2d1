// SPDX-License-Identifier: GPL-2.0-only
/*
 * t-work STEP... : makes the system calls of its steps and no others, so that a test knows
 * each access of a copy of it. Steps are separated by a word ",".
 *
 *	read P   write P   rdwr P   mode3 P   append P   opath P
 *	create P MODE   truncopen P   truncate P   ftruncate P
 *	unlink P   mkdir P MODE   rmdir P   rename A B   exchange A B
 *	link A B   symlink TARGET P   mknod P fifo|sock|char|block|file MODE MAJOR MINOR
 *	chdir P   chroot P   bind-mount A B   tmpfs P   umount P   private
 *	exec P [ARGUMENT...]	in a child, and waits	execve P [ARGUMENT...]	in this process
 *	exec-empty P		with no argument at all	env P COUNT	with COUNT variables
 *	env-of P [STRING...]	executes P with these strings as environment
 *	ready			closes the standard output
 *	fork			a child does the remaining steps; then this process does them, too
 *	socket N FAMILY TYPE PROTOCOL   bind|connect|sendto N ADDRESS [PORT]
 *	listen N   accept N M   send N   pair N M TYPE
 *	nonblock N   send-empty N	with an address of no bytes
 *	sethostname   nice   kill   memfd NAME   other-proc NAME   own-proc NAME
 *	stat P   chmod P MODE   chown P UID GID   fcntl-append P   ioctl P NUMBER
 *	fcntl-read P		as fcntl-append, but P is open for reading only
 *	fcntl-log P		clears O_APPEND while data may only be appended to P (chattr +a)
 *	mount DEV DIR TYPE FLAGS   move-mount A B   pivot-root NEW OLD
 *	move-path A B		moves A, without opening a mount there
 *	recv N [peek|read|mmsg]   recv-late N M ADDRESS [PORT]	receives on N; M sends meanwhile
 *	recv-fd FD		receives on a socket of the process that executed this one
 *	filter N		a socket filter that drops everything   unfilter N   rcvbuf N SIZE
 *	spoof N PORT COUNT	COUNT UDP datagrams with forged senders, through the raw socket N
 *	datagrams PORT COUNT	sends COUNT UDP and COUNT unix datagrams to itself
 *	signal NUMBER PROGRAM   ptrace attach|read PROGRAM	to a child that runs PROGRAM
 *	traceme			again COUNT	executes itself COUNT times, from the first step on
 *	flip P A B		a child does the remaining steps; P is a link to A and B in turn
 *	pretend P		claims to have been executed as P
 *	times   reuse DIR COUNT   storm SEED COUNT   sends COUNT   deep DIR COUNT
 *	bytes DIR   repeat COUNT P   say-self   cat P   uid N   stale-proc   rmdir-proc   held P A B
 *	abort			a child aborts and leaves a core file
 *	subordinate UID		a child does the remaining steps, with another user ID in a user
 *				namespace of user UID; this process does not
 *	threads A B COUNT	a thread makes and removes A; one of another user fails to remove B
 *	uring HOW create|read|unlink|connect|socket ...		with io_uring; HOW: see uring()
 *	call32 read|unlink P	with the system call of a 32-bit program
 *	vfork|spawn P [ARGUMENT...]	as exec, with vfork() or posix_spawn()
 *	exec-memfd P NAME [ARGUMENT...]	executes a copy of P in memory
 *	root-of-own		becomes root in new user, mount, network and UTS namespaces
 *	drop NUMBER		loses a capability for good   put P TEXT	writes to a file
 *
 * Steps without a description here: see their functions.
 *
 * A step with "!ERRNO" before it must fail with that error, with "!ANY" with any. Addresses of unix
 * sockets: a path, @ABSTRACT, or "" for none.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char **a;	/* the words of the step */
static int n;		/* number of words in a */
static char **words;	/* the whole command line */
static int sockets[64];

static long number(int i)
{
	return i < n ? strtol(a[i], NULL, 0) : 0;
}

static mode_t mode(int i)
{
	return i < n ? strtoul(a[i], NULL, 8) : 0;
}

static int open_close(const char *path, int flags, mode_t m)
{
	int fd = open(path, flags, m);

	return fd < 0 ? -1 : close(fd);
}

static int socket_address(int family, struct sockaddr_storage *s)
{
	struct sockaddr_un *un = (void *)s;
	struct sockaddr_in *in = (void *)s;
	struct sockaddr_in6 *in6 = (void *)s;
	size_t len = strlen(a[2]);

	memset(s, 0, sizeof(*s));
	s->ss_family = family;
	if (family == AF_INET) {
		inet_pton(AF_INET, a[2], &in->sin_addr);
		in->sin_port = htons(number(3));
		return sizeof(*in);
	}
	if (family == AF_INET6) {
		inet_pton(AF_INET6, a[2], &in6->sin6_addr);
		in6->sin6_port = htons(number(3));
		return sizeof(*in6);
	}
	memcpy(un->sun_path, a[2], len);
	if (a[2][0] == '@')
		un->sun_path[0] = 0;
	else if (len)
		len++;
	return offsetof(struct sockaddr_un, sun_path) + len;
}

static int family_of(int fd)
{
	int family = 0;
	socklen_t len = sizeof(family);

	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len);
	return family;
}

static int type_named(const char *name)
{
	return !strcmp(name, "stream") ? SOCK_STREAM : !strcmp(name, "dgram") ? SOCK_DGRAM :
	       !strcmp(name, "raw") ? SOCK_RAW : SOCK_SEQPACKET;
}

static int do_socket(void)
{
	int family = !strcmp(a[2], "inet") ? AF_INET : !strcmp(a[2], "inet6") ? AF_INET6 :
		     !strcmp(a[2], "netlink") ? AF_NETLINK : !strcmp(a[2], "packet") ? AF_PACKET :
		     AF_UNIX;
	int fd = socket(family, type_named(a[3]), number(4)), one = 1;

	if (fd < 0)
		return -1;
	if (family == AF_INET || family == AF_INET6)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	sockets[number(1)] = fd;
	return 0;
}

static int do_address(const char *what)
{
	struct sockaddr_storage s;
	int fd = sockets[number(1)], len = socket_address(family_of(fd), &s);
	char packet[32] = { 8 };	/* an ICMP echo request, for raw sockets */

	if (!strcmp(what, "bind"))
		return bind(fd, (void *)&s, len);
	if (!strcmp(what, "connect"))
		return connect(fd, (void *)&s, len);
	return sendto(fd, packet, sizeof(packet), 0, (void *)&s, len) < 0 ? -1 : 0;
}

static int do_pair(void)
{
	int fds[2];

	if (socketpair(AF_UNIX, type_named(a[3]), 0, fds))
		return -1;
	sockets[number(1)] = fds[0];
	sockets[number(2)] = fds[1];
	return 0;
}

static int do_mknod(void)
{
	mode_t type = !strcmp(a[2], "fifo") ? S_IFIFO : !strcmp(a[2], "sock") ? S_IFSOCK :
		      !strcmp(a[2], "char") ? S_IFCHR : !strcmp(a[2], "block") ? S_IFBLK : S_IFREG;

	return mknod(a[1], type | mode(3), makedev(number(4), number(5)));
}

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	/* The exit status of the child is the errno of its execve(). */
	errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
	return -1;
}

static int do_exec(int in_child)
{
	char *none[] = { NULL };
	pid_t pid = in_child ? fork() : 0;

	if (pid)
		return wait_for(pid);
	a[n] = NULL;
	execve(a[1], n > 2 ? a + 2 : a + 1, none);
	if (in_child)
		_exit(errno);
	return -1;
}

static int do_vfork(void)
{
	char *none[] = { NULL };
	pid_t pid;

	a[n] = NULL;
	pid = vfork();
	if (!pid) {
		execve(a[1], a + 2, none);
		_exit(errno);
	}
	return wait_for(pid);
}

static int do_spawn(void)
{
	char *none[] = { NULL };
	pid_t pid;

	a[n] = NULL;
	errno = posix_spawn(&pid, a[1], NULL, NULL, a + 2, none);
	return errno ? -1 : wait_for(pid);
}

static int do_exec_memfd(void)
{
	char *none[] = { NULL };
	int from = open(a[1], O_RDONLY), to = memfd_create(a[2], 0);
	pid_t pid;

	while (sendfile(to, from, NULL, 1 << 20) > 0)
		;
	a[n] = NULL;
	pid = fork();
	if (!pid) {
		fexecve(to, a + 3, none);
		_exit(errno);
	}
	return wait_for(pid);
}

static int do_exec_empty(void)
{
	char *none[] = { NULL };
	pid_t pid = fork();

	if (pid)
		return wait_for(pid);
	execve(a[1], none, none);
	_exit(errno);
}

static int do_env(void)
{
	long count = number(2), i;
	char **env = calloc(count + 8, sizeof(*env)), *arguments[] = { a[1], NULL };
	pid_t pid = fork();

	if (pid)
		return wait_for(pid);
	for (i = 0; i < count; i++)
		if (asprintf(&env[i], "NAME_%ld=value", i) < 0)
			_exit(99);
	env[i++] = "=only";
	env[i++] = "no-equals";
	env[i++] = "";
	env[i++] = "a b\"c\n\\=x";
	env[i++] = "TWICE=1";
	env[i++] = "TWICE=2=3";
	execve(a[1], arguments, env);
	_exit(errno);
}

static int do_env_of(void)
{
	char *arguments[] = { a[1], NULL };
	pid_t pid = fork();

	if (pid)
		return wait_for(pid);
	a[n] = NULL;
	execve(a[1], arguments, a + 2);
	_exit(errno);
}

static int do_fork(void)
{
	pid_t pid = fork();

	return pid ? wait_for(pid) : 0;
}

static int do_subordinate(void)
{
	static const char map[] = "0 100000 65536";
	int ready[2], mapped[2], fd;
	char path[64], c = 0;
	pid_t pid;

	if (pipe(ready) || pipe(mapped))
		return -1;
	pid = fork();
	if (!pid)
		return setuid(number(1)) || unshare(CLONE_NEWUSER) || write(ready[1], &c, 1) != 1 ||
		       read(mapped[0], &c, 1) != 1 || setuid(5) ? -1 : 0;
	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1 || (fd = open(path, O_WRONLY)) < 0 ||
	    write(fd, map, strlen(map)) < 0 || write(mapped[1], &c, 1) != 1)
		return -1;
	exit(wait_for(pid) ? 1 : 0);
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), err;

	if (fd < 0)
		return -1;
	err = write(fd, text, strlen(text)) < 0 ? -1 : 0;
	close(fd);
	return err;
}

static int do_root_of_own(void)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %u 1", getuid());
	/* Else the files in /proc belong to root after setuid(). */
	return prctl(PR_SET_DUMPABLE, 1) || unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS) ||
	       put("/proc/self/uid_map", map);
}

/* Drops it from the bounding set, too: root would have it again after an execution. */
static int do_drop(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	int i = number(1) / 32;

	if (prctl(PR_CAPBSET_DROP, number(1)) || syscall(SYS_capget, &head, data))
		return -1;
	data[i].effective &= ~(1U << number(1) % 32);
	data[i].permitted &= data[i].effective;
	return syscall(SYS_capset, &head, data);
}

static int do_abort(void)
{
	const struct rlimit any = { RLIM_INFINITY, RLIM_INFINITY };
	pid_t pid = fork();

	if (!pid && !setrlimit(RLIMIT_CORE, &any))
		abort();
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

/* Maps a part of a ring. */
static void *ring_map(int fd, size_t size, off_t part)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, part);

	if (memory == MAP_FAILED)
		exit(99);
	return memory;
}

/* Makes one request. @how: by this task (task), a worker, or a thread of the kernel (sqpoll). */
static int uring(const char *how, struct io_uring_sqe request)
{
	int polls = !strcmp(how, "sqpoll"), fd;
	struct io_uring_params p = { .flags = polls ? IORING_SETUP_SQPOLL : 0 };
	char *sq, *cq;

	fd = syscall(SYS_io_uring_setup, 1, &p);
	if (fd < 0)
		return -1;
	sq = ring_map(fd, p.sq_off.array + p.sq_entries * 4, IORING_OFF_SQ_RING);
	cq = ring_map(fd, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe),
		      IORING_OFF_CQ_RING);
	request.flags = strcmp(how, "worker") ? 0 : IOSQE_ASYNC;
	*(struct io_uring_sqe *)ring_map(fd, p.sq_entries * sizeof(request), IORING_OFF_SQES) =
		request;
	__atomic_store_n((unsigned int *)(sq + p.sq_off.tail), 1, __ATOMIC_SEQ_CST);
	if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS |
		    (polls ? IORING_ENTER_SQ_WAKEUP : 0), NULL, 0) != 1)
		return -1;
	close(fd);
	fd = ((struct io_uring_cqe *)(cq + p.cq_off.cqes))->res;
	errno = fd < 0 ? -fd : 0;
	return fd < 0 ? -1 : 0;
}

static int do_uring(void)
{
	const char *how = a[1], *what = a[2];
	struct sockaddr_storage s;
	struct io_uring_sqe request = { .fd = AT_FDCWD, .addr = (uintptr_t)a[3] };

	/* The rest has the form of the step with this name. */
	a += 2;
	n -= 2;
	if (!strcmp(what, "create")) {
		request.opcode = IORING_OP_OPENAT;
		request.open_flags = O_CREAT | O_EXCL | O_WRONLY;
		request.len = mode(2);
	} else if (!strcmp(what, "read")) {
		request.opcode = IORING_OP_OPENAT;
	} else if (!strcmp(what, "unlink")) {
		request.opcode = IORING_OP_UNLINKAT;
	} else if (!strcmp(what, "connect")) {
		request.opcode = IORING_OP_CONNECT;
		request.fd = sockets[number(1)];
		request.off = socket_address(family_of(request.fd), &s);
		request.addr = (uintptr_t)&s;
	} else {
		request.opcode = IORING_OP_SOCKET;
		request.fd = AF_NETLINK;
		request.off = SOCK_RAW;
		request.addr = 0;
	}
	return uring(how, request);
}

/* System calls of 32-bit programs, whose numbers and addresses have 32 bits. */
static int do_call32(void)
{
	char *path = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int is_unlink = !strcmp(a[1], "unlink"), result;

	strcpy(path, a[2]);
	__asm__ volatile("int $0x80" : "=a"(result)
			 : "a"(is_unlink ? 10 : 5), "b"(path), "c"(O_RDONLY), "d"(0) : "memory");
	errno = result < 0 ? -result : 0;
	return result < 0 ? -1 : 0;
}

static int do_proc(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, a[1]);
	return open_close(path, O_RDONLY, 0);
}

/* The child opens the same dentry: for the child it is a file of another process. */
static int do_stale_proc(void)
{
	char path[64];
	pid_t pid;

	snprintf(path, sizeof(path), "/proc/%d/stat", getpid());
	if (open_close(path, O_RDONLY, 0) || open_close(path, O_RDONLY, 0))
		return -1;
	printf("%d\n", getpid());
	fflush(stdout);
	pid = fork();
	if (pid)
		return wait_for(pid);
	_exit(open_close(path, O_RDONLY, 0) ? errno : 0);
}

/* Fails to remove the directory of a child in /proc, which goes when the child has ended. */
static int do_rmdir_proc(void)
{
	char path[64];
	pid_t pid = fork();
	int err;

	if (!pid)
		exit(pause());
	printf("%d\n", pid);
	snprintf(path, sizeof(path), "/proc/%d", pid);
	err = rmdir(path) && errno == EPERM ? 0 : -1;
	kill(pid, SIGKILL);
	return waitpid(pid, NULL, 0) == pid ? err : -1;
}

/* Files created and unlinked in turn: their dentries reuse memory under other names. */
static int do_reuse(void)
{
	char path[256];
	long i;

	for (i = 0; i < number(2); i++) {
		snprintf(path, sizeof(path), "%s/f%ld", a[1], i);
		if (open_close(path, O_CREAT | O_RDWR, 0600) ||
		    open_close(path, O_RDONLY, 0) || unlink(path))
			return -1;
	}
	return 0;
}

/* Lets the symbolic link P point to A and to B in turn, while a child does the remaining steps. */
static int do_flip(void)
{
	char new[256];
	pid_t child;
	int i, status;

	snprintf(new, sizeof(new), "%s.new", a[1]);
	child = fork();
	if (!child)
		return 0;
	for (i = 0; !waitpid(child, &status, WNOHANG); i++) {
		if (symlink(a[2 + i % 2], new) || rename(new, a[1]))
			return -1;
	}
	exit(WEXITSTATUS(status));
}

/* Changes the name under which this program was executed to one that is not longer. */
static int do_pretend(void)
{
	strcpy((char *)getauxval(AT_EXECFN), a[1]);
	return 0;
}

static unsigned int state;

static unsigned int pick(unsigned int below)
{
	state = state * 1103515245 + 12345;
	return (state >> 16) % below;
}

/* Renames, mounts and opens at random in the current folder. */
static int do_storm(void)
{
	char one[64], two[64], path[128];
	long i;

	state = number(1);
	for (i = 0; i < 6; i++) {
		snprintf(one, sizeof(one), "d%ld", i);
		snprintf(two, sizeof(two), "d%ld/f%ld", i, i % 3);
		if (mkdir(one, 0700) || open_close(two, O_CREAT | O_RDWR, 0600))
			return -1;
	}
	for (i = 0; i < number(2); i++) {
		unsigned int what = pick(16);

		snprintf(one, sizeof(one), "d%u", pick(6));
		snprintf(two, sizeof(two), "d%u/d%u", pick(6), pick(6));
		if (pick(2))
			snprintf(two, sizeof(two), "d%u", pick(6));
		switch (what) {
		case 0:
			rename(one, two);
			break;
		case 1:
			rename(two, one);
			break;
		case 2:
			mkdir(two, 0700);
			break;
		case 3:
			syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, two, 2);
			break;
		case 4:
			if (!mount(one, two, NULL, MS_BIND, NULL))
				break;
			break;
		case 5:
			umount2(two, 0);
			break;
		case 6:
			if (chdir(one) == 0) {
				rename("../d1", "d1");
				chdir("..");
			}
			break;
		default:
			snprintf(path, sizeof(path), "%s/f%u", two, pick(3));
			open_close(path, what & 1 ? O_RDONLY : O_RDWR | O_CREAT, 0600);
		}
	}
	return 0;
}

static int do_sends(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long i, count = number(1);

	for (i = 0; i < count; i++) {
		struct sockaddr_in in = { .sin_family = AF_INET };

		in.sin_addr.s_addr = htonl(0x7f000001 + i / 60000);
		in.sin_port = htons(1 + i % 60000);
		if (connect(fd, (void *)&in, sizeof(in)))
			return -1;
	}
	return close(fd);
}

/* Nested folders with names of 200 bytes, and a file in the innermost. */
static int do_deep(void)
{
	char name[201];
	long i;

	memset(name, 'x', 200);
	name[200] = 0;
	if (chdir(a[1]))
		return -1;
	for (i = 0; i < number(2); i++) {
		if (mkdir(name, 0700) || chdir(name))
			return -1;
	}
	if (open_close("end", O_CREAT | O_WRONLY, 0600))
		return -1;
	return open_close("end", O_RDONLY, 0);
}

/* One file for each byte that a name can contain. */
static int do_bytes(void)
{
	char name[3] = "", path[256];
	int c;

	for (c = 1; c < 256; c++) {
		if (c == '/')
			continue;
		name[0] = 'n';
		name[1] = c;
		snprintf(path, sizeof(path), "%s/%s", a[1], name);
		if (open_close(path, O_CREAT | O_WRONLY, 0600) ||
		    open_close(path, O_RDONLY, 0))
			return -1;
	}
	return 0;
}

static int do_repeat(void)
{
	long i;

	for (i = 0; i < number(1); i++)
		if (open_close(a[2], O_RDONLY, 0))
			return -1;
	return 0;
}

static int do_cat(const char *path)
{
	static char text[65536];
	int fd = open(path, O_RDONLY);
	ssize_t len;

	if (fd < 0)
		return -1;
	while ((len = read(fd, text, sizeof(text))) > 0)
		if (write(1, text, len) != len)
			return -1;
	return len < 0 ? -1 : close(fd);
}

/* Opens P, renames A to B, and opens the file of P again through /proc/self/fd. */
static int do_held(void)
{
	char path[64];
	int fd = open(a[1], O_RDONLY), again;

	if (fd < 0 || rename(a[2], a[3]))
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_WRONLY);
	if (again < 0)
		return -1;
	close(again);
	return close(fd);
}

static int do_truncate_open(void)
{
	int fd = open(a[1], O_WRONLY);

	return fd < 0 || ftruncate(fd, 1) ? -1 : close(fd);
}

static int do_memfd(void)
{
	char path[64];
	int fd = memfd_create(a[1], 0);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fd < 0 ? -1 : open_close(path, O_RDONLY, 0);
}

static int do_open_fd(int flags, int (*what)(int fd))
{
	int fd = open(a[1], flags), err;

	if (fd < 0)
		return -1;
	err = what(fd);
	close(fd);
	return err;
}

static int set_append(int fd)
{
	/* Only the first and the last call change O_APPEND. */
	if (fcntl(fd, F_SETFL, O_APPEND) || fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK))
		return -1;
	return fcntl(fd, F_SETFL, O_NONBLOCK);
}

static int clear_append(int fd)
{
	/* FS_IOC_SETFLAGS and FS_APPEND_FL: linux/fs.h conflicts with sys/mount.h. */
	const unsigned long set_flags = _IOW('f', 2, long);
	int flags = 0x20, none = 0, err, error;

	if (ioctl(fd, set_flags, &flags))
		return -1;
	err = fcntl(fd, F_SETFL, 0);
	error = errno;
	ioctl(fd, set_flags, &none);
	errno = error;
	return err;
}

static int do_ioctl(int fd)
{
	return ioctl(fd, number(2), 0) < 0 ? -1 : 0;
}

static int do_move_mount(void)
{
	int fd = syscall(SYS_open_tree, AT_FDCWD, a[1], 1 /* OPEN_TREE_CLONE */);

	if (fd < 0)
		return -1;
	return syscall(SYS_move_mount, fd, "", AT_FDCWD, a[2], 4 /* MOVE_MOUNT_F_EMPTY_PATH */);
}

static int do_recv(int fd)
{
	char byte[64];
	struct iovec iov = { byte, sizeof(byte) };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } };
	const char *how = n > 2 ? a[2] : "";

	if (!strcmp(how, "read"))
		return read(fd, byte, sizeof(byte)) < 0 ? -1 : 0;
	if (!strcmp(how, "mmsg"))
		return recvmmsg(fd, &m, 1, MSG_DONTWAIT, NULL) < 0 ? -1 : 0;
	return recv(fd, byte, sizeof(byte), MSG_DONTWAIT | (*how ? MSG_PEEK : 0)) < 0 ? -1 : 0;
}

static int do_filter(void)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &drop };

	return setsockopt(sockets[number(1)], SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program));
}

static int do_rcvbuf(void)
{
	int size = number(2);

	return setsockopt(sockets[number(1)], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int do_spoof(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct {
		struct iphdr ip;
		struct udphdr udp;
	} packet = {
		.ip = { .version = 4, .ihl = 5, .ttl = 1, .protocol = IPPROTO_UDP,
			.daddr = to.sin_addr.s_addr, .tot_len = htons(sizeof(packet)) },
		.udp = { .dest = htons(number(2)), .len = htons(sizeof(packet.udp)) },
	};
	long i;

	for (i = 0; i < number(3); i++) {
		packet.ip.saddr = htonl(0x7f010000 + i);
		packet.udp.source = htons(1024 + i % 60000);
		if (sendto(sockets[number(1)], &packet, sizeof(packet), 0, (void *)&to,
			   sizeof(to)) < 0)
			return -1;
	}
	return 0;
}

static int do_datagrams(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(number(1)),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int udp = socket(AF_INET, SOCK_DGRAM, 0), pair[2];
	char byte;
	long i;

	if (bind(udp, (void *)&in, sizeof(in)) || connect(udp, (void *)&in, sizeof(in)) ||
	    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
		return -1;
	for (i = 0; i < number(2); i++)
		if (send(udp, "x", 1, 0) != 1 || recv(udp, &byte, 1, 0) != 1 ||
		    send(pair[0], "x", 1, 0) != 1 || recv(pair[1], &byte, 1, 0) != 1)
			return -1;
	return 0;
}

/* Receive before the datagram is sent. */
static int do_recv_late(void)
{
	int fd = sockets[number(1)];
	char byte[64];
	pid_t pid;

	pid = fork();
	if (!pid) {
		usleep(300000);
		a++;
		n--;
		_exit(do_address("sendto") ? 1 : 0);
	}
	if (recv(fd, byte, sizeof(byte), 0) < 0)
		return -1;
	return wait_for(pid);
}

/* Start a child that executes the copy of t-work at @path and sleeps, in a domain of its own. */
static pid_t sleeper(const char *path)
{
	char *const words[] = { (char *)path, "ready", ",", "sleep", "100", NULL };
	int fds[2];
	pid_t pid;
	char byte;

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		execv(path, words);
		_exit(1);
	}
	close(fds[1]);
	/* "ready" closes the pipe. Close-on-exec would do so before the domain has changed. */
	while (read(fds[0], &byte, 1) > 0)
		;
	close(fds[0]);
	return pid;
}

static int do_signal(void)
{
	pid_t pid = sleeper(a[2]);
	int err = kill(pid, 0) || kill(pid, number(1)) || kill(pid, SIGKILL);

	waitpid(pid, NULL, 0);
	/* A signal to the own process is not an access. */
	signal(SIGUSR1, SIG_IGN);
	return err || kill(getpid(), SIGUSR1);
}

static int do_ptrace(void)
{
	pid_t pid = sleeper(a[2]);
	char name[32];
	int err = 0;

	if (!strcmp(a[1], "attach")) {
		err = ptrace(PTRACE_SEIZE, pid, 0, 0);
	} else if (!strcmp(a[1], "read")) {
		snprintf(name, sizeof(name), "/proc/%d/environ", pid);
		err = open_close(name, O_RDONLY, 0);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return err;
}

static int do_traceme(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(ptrace(PTRACE_TRACEME, 0, 0, 0) ? 1 : 0);
	return wait_for(pid);
}

/* Makes and removes a folder as long as the other thread tries in vain to remove another. */
static void *make_folders(void *path)
{
	long i;

	for (i = 0; i < number(3); i++)
		if (mkdir(path, 0700) || rmdir(path))
			return path;
	return NULL;
}

static int do_threads(void)
{
	pthread_t thread;
	void *failed;
	long i;

	if (pthread_create(&thread, NULL, make_folders, a[1]))
		return -1;
	/* The system call changes the user of this thread only. */
	if (syscall(SYS_setresuid, 65534, 65534, 65534))
		return -1;
	for (i = 0; i < number(3); i++)
		if (!rmdir(a[2]) || (errno != EACCES && errno != EPERM))
			return -1;
	pthread_join(thread, &failed);
	errno = failed ? EINVAL : 0;
	return failed ? -1 : 0;
}

static int do_again(void)
{
	char left[32];

	if (!number(1))
		return 0;
	snprintf(left, sizeof(left), "%ld", number(1) - 1);
	a[1] = left;
	return execve((char *)getauxval(AT_EXECFN), words, environ);
}

static int step(void)
{
	struct stat st;

	const char *w = a[0];

#define STEP(NAME, ...) if (!strcmp(w, NAME)) return (__VA_ARGS__)
	STEP("read", open_close(a[1], O_RDONLY, 0));
	STEP("write", open_close(a[1], O_WRONLY, 0));
	STEP("rdwr", open_close(a[1], O_RDWR, 0));
	STEP("mode3", open_close(a[1], 3, 0));
	STEP("append", open_close(a[1], O_WRONLY | O_APPEND, 0));
	STEP("opath", open_close(a[1], O_PATH, 0));
	STEP("create", open_close(a[1], O_CREAT | O_EXCL | O_WRONLY, mode(2)));
	STEP("truncopen", open_close(a[1], O_WRONLY | O_TRUNC, 0));
	STEP("truncate", truncate(a[1], 1));
	STEP("ftruncate", do_truncate_open());
	STEP("unlink", unlink(a[1]));
	STEP("mkdir", mkdir(a[1], mode(2)));
	STEP("rmdir", rmdir(a[1]));
	STEP("rename", rename(a[1], a[2]));
	STEP("exchange", (int)syscall(SYS_renameat2, AT_FDCWD, a[1], AT_FDCWD, a[2], 2));
	STEP("link", link(a[1], a[2]));
	STEP("symlink", symlink(a[1], a[2]));
	STEP("mknod", do_mknod());
	STEP("chdir", chdir(a[1]));
	STEP("chroot", chroot(a[1]));
	STEP("bind-mount", mount(a[1], a[2], NULL, MS_BIND, NULL));
	STEP("tmpfs", mount("tmpfs", a[1], "tmpfs", 0, NULL));
	STEP("umount", umount2(a[1], MNT_DETACH));
	STEP("private", unshare(CLONE_NEWNS) ? -1 :
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	STEP("exec", do_exec(1));
	STEP("execve", do_exec(0));
	STEP("exec-empty", do_exec_empty());
	STEP("env", do_env());
	STEP("env-of", do_env_of());
	STEP("fork", do_fork());
	STEP("subordinate", do_subordinate());
	STEP("abort", do_abort());
	STEP("uring", do_uring());
	STEP("call32", do_call32());
	STEP("vfork", do_vfork());
	STEP("spawn", do_spawn());
	STEP("exec-memfd", do_exec_memfd());
	STEP("root-of-own", do_root_of_own());
	STEP("drop", do_drop());
	STEP("put", put(a[1], a[2]));
	STEP("socket", do_socket());
	STEP("bind", do_address(w));
	STEP("connect", do_address(w));
	STEP("sendto", do_address(w));
	STEP("listen", listen(sockets[number(1)], 5));
	STEP("accept", (sockets[number(2)] = accept(sockets[number(1)], NULL, NULL)) < 0 ? -1 : 0);
	STEP("send", send(sockets[number(1)], "x", 1, MSG_NOSIGNAL) < 0 ? -1 : 0);
	STEP("send-empty", sendto(sockets[number(1)], "x", 1, 0, (void *)&st, 0) < 0 ? -1 : 0);
	STEP("nonblock", fcntl(sockets[number(1)], F_SETFL, O_NONBLOCK));
	STEP("pair", do_pair());
	STEP("sethostname", sethostname("guest", 5));
	STEP("nice", setpriority(PRIO_PROCESS, 0, -1));
	STEP("memfd", do_memfd());
	STEP("other-proc", do_proc(getppid()));
	STEP("own-proc", do_proc(getpid()));
	STEP("stale-proc", do_stale_proc());
	STEP("rmdir-proc", do_rmdir_proc());
	STEP("times", (int)(syscall(SYS_times, NULL) < 0 ? -1 : 0));
	STEP("reuse", do_reuse());
	STEP("flip", do_flip());
	STEP("pretend", do_pretend());
	STEP("storm", do_storm());
	STEP("sends", do_sends());
	STEP("deep", do_deep());
	STEP("bytes", do_bytes());
	STEP("repeat", do_repeat());
	STEP("cat", do_cat(a[1]));
	STEP("say-self", do_cat("/sys/kernel/security/ashiato/self_domain"));
	STEP("uid", setuid(number(1)));
	STEP("held", do_held());
	STEP("stat", stat(a[1], &st));
	STEP("chmod", chmod(a[1], mode(2)));
	STEP("chown", chown(a[1], number(2), number(3)));
	STEP("fcntl-append", do_open_fd(O_RDWR, set_append));
	STEP("fcntl-read", do_open_fd(O_RDONLY, set_append));
	STEP("fcntl-log", do_open_fd(O_WRONLY | O_APPEND, clear_append));
	STEP("ioctl", do_open_fd(O_RDWR, do_ioctl));
	STEP("mount", mount(a[1], a[2], strcmp(a[3], "-") ? a[3] : NULL, number(4), NULL));
	STEP("move-mount", do_move_mount());
	STEP("move-path", (int)syscall(SYS_move_mount, AT_FDCWD, a[1], AT_FDCWD, a[2], 0));
	STEP("pivot-root", (int)syscall(SYS_pivot_root, a[1], a[2]));
	STEP("recv", do_recv(sockets[number(1)]));
	STEP("recv-fd", do_recv(number(1)));
	STEP("recv-late", do_recv_late());
	STEP("filter", do_filter());
	STEP("unfilter", setsockopt(sockets[number(1)], SOL_SOCKET, SO_DETACH_FILTER, &n, sizeof(n)));
	STEP("rcvbuf", do_rcvbuf());
	STEP("spoof", do_spoof());
	STEP("datagrams", do_datagrams());
	STEP("signal", do_signal());
	STEP("ptrace", do_ptrace());
	STEP("traceme", do_traceme());
	STEP("threads", do_threads());
	STEP("again", do_again());
	STEP("ready", close(STDOUT_FILENO));
	STEP("sleep", sleep(number(1)) ? -1 : 0);
	fprintf(stderr, "t-work: unknown step %s\n", w);
	exit(2);
}

int main(int argc, char **argv)
{
	const char *wanted, *got;
	int i = 1, err;

	words = argv;
	umask(0);
	while (i < argc) {
		wanted = "0";
		if (argv[i][0] == '!')
			wanted = argv[i++] + 1;
		for (a = argv + i, n = 0; i < argc && strcmp(argv[i], ","); i++)
			n++;
		i++;
		errno = 0;
		err = step();
		got = err ? strerrorname_np(errno) : "0";
		if (strcmp(wanted, "ANY") ? strcmp(got ? got : "?", wanted) : !err) {
			fprintf(stderr, "t-work: %s %s: error %s, not %s\n", a[0],
				n > 1 ? a[1] : "", got, wanted);
			return 1;
		}
	}
	return 0;
}
