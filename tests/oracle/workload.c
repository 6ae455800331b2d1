// SPDX-License-Identifier: GPL-2.0-only
/*
 * workload --rows FILE [--replay]
 *
 * Runs the rows of FILE. A row is a line with a name, followed by its steps on lines that
 * begin with a tab. Each row is run by a copy of this program, /o/rows/NAME, in the folder
 * /o/work/NAME, so each row has a domain of its own. Rows whose name is followed by " -"
 * are not run with --replay. Prints TAP.
 *
 * workload STEP...: runs the steps.
 *
 * A step is a word of the table at the end, and its arguments. With "!ERROR" (or
 * "!ERROR|ERROR...") before it, a step must fail with that error (or one of them); with
 * "?", any result is accepted. In arguments, \xHH is a byte, \s a space, \n a newline,
 * \t a tab, "" an empty string and "-" NULL where that makes sense; %pid and %ppid are the
 * ids of the process and its parent, %dir is the current folder.
 *
 * A step names the number of the descriptor that it opens. The programs that steps execute
 * are copies of this one, so their arguments are steps.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <asm/termbits.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/mount.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/userfaultfd.h>
#include <mntent.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROWS "/o/rows"
#define WORK "/o/work"
#define WORDS_MAX 64

/* From <sys/mount.h>, which conflicts with <linux/mount.h>. */
int mount(const char *dev, const char *dir, const char *type, unsigned long flags, const void *data);
int umount2(const char *dir, int flags);
#define MNT_FORCE 1
#define MNT_DETACH 2
#define MNT_EXPIRE 4
#define UMOUNT_NOFOLLOW 8

static char *a[WORDS_MAX];	/* the words of the step */
static int n;			/* number of words */

struct named {
	const char *name;
	unsigned long value;
};

static const struct named open_flags[] = {
	{ "rdonly", O_RDONLY }, { "wronly", O_WRONLY }, { "rdwr", O_RDWR }, { "mode3", 3 },
	{ "creat", O_CREAT }, { "excl", O_EXCL }, { "trunc", O_TRUNC }, { "append", O_APPEND },
	{ "path", O_PATH }, { "tmpfile", O_TMPFILE }, { "nofollow", O_NOFOLLOW },
	{ "directory", O_DIRECTORY }, { "cloexec", O_CLOEXEC }, { "nonblock", O_NONBLOCK },
	{ "noatime", O_NOATIME }, { "sync", O_SYNC }, { "noctty", O_NOCTTY }, { },
};

static const struct named mount_flags[] = {
	{ "ro", MS_RDONLY }, { "nosuid", MS_NOSUID }, { "nodev", MS_NODEV }, { "noexec", MS_NOEXEC },
	{ "sync", MS_SYNCHRONOUS }, { "remount", MS_REMOUNT }, { "dirsync", MS_DIRSYNC },
	{ "noatime", MS_NOATIME }, { "bind", MS_BIND }, { "move", MS_MOVE }, { "rec", MS_REC },
	{ "silent", MS_SILENT }, { "unbindable", MS_UNBINDABLE }, { "private", MS_PRIVATE },
	{ "slave", MS_SLAVE }, { "shared", MS_SHARED }, { "relatime", MS_RELATIME },
	{ "strictatime", MS_STRICTATIME }, { "lazytime", MS_LAZYTIME }, { "magic", MS_MGC_VAL }, { },
};

static const struct named umount_flags[] = {
	{ "detach", MNT_DETACH }, { "force", MNT_FORCE }, { "expire", MNT_EXPIRE },
	{ "nofollow", UMOUNT_NOFOLLOW }, { },
};

static const struct named space_flags[] = {
	{ "mnt", CLONE_NEWNS }, { "pid", CLONE_NEWPID }, { "net", CLONE_NEWNET },
	{ "user", CLONE_NEWUSER }, { "uts", CLONE_NEWUTS }, { },
};

static const struct named tree_flags[] = {
	{ "clone", OPEN_TREE_CLONE }, { "rec", AT_RECURSIVE }, { "empty", AT_EMPTY_PATH }, { },
};

static const struct named at_flags[] = {
	{ "empty", AT_EMPTY_PATH }, { "nofollow", AT_SYMLINK_NOFOLLOW },
	{ "follow", AT_SYMLINK_FOLLOW }, { "removedir", AT_REMOVEDIR }, { },
};

static const struct named rename_flags[] = {
	{ "exchange", RENAME_EXCHANGE }, { "noreplace", RENAME_NOREPLACE },
	{ "whiteout", RENAME_WHITEOUT }, { },
};

static const struct named file_types[] = {
	{ "fifo", S_IFIFO }, { "sock", S_IFSOCK }, { "char", S_IFCHR }, { "block", S_IFBLK },
	{ "reg", S_IFREG }, { "none", 0 }, { },
};

static const struct named families[] = {
	{ "inet", AF_INET }, { "inet6", AF_INET6 }, { "unix", AF_UNIX }, { "netlink", AF_NETLINK },
	{ "packet", AF_PACKET }, { },
};

static const struct named socket_types[] = {
	{ "stream", SOCK_STREAM }, { "dgram", SOCK_DGRAM }, { "raw", SOCK_RAW },
	{ "seqpacket", SOCK_SEQPACKET }, { },
};

static const struct named ioctls[] = {
	{ "TCGETS", TCGETS }, { "TIOCGWINSZ", TIOCGWINSZ }, { "FIONREAD", FIONREAD },
	{ "FIONBIO", FIONBIO }, { "FIOCLEX", FIOCLEX }, { "FS_IOC_GETFLAGS", FS_IOC_GETFLAGS },
	{ "FIGETBSZ", FIGETBSZ }, { "TIOCGPTN", TIOCGPTN }, { "SIOCGIFINDEX", 0x8933 },
	{ "BLKGETSIZE64", BLKGETSIZE64 }, { "MAX", 0xffffffff }, { "ZERO", 0 }, { },
};

static void give_up(const char *what)
{
	printf("# %s\n", what);
	fflush(stdout);
	_exit(99);
}

/* Word @i: names separated by commas; returns the sum of their values. */
static unsigned long flags(const struct named *table, int i)
{
	char *text, *word, *rest;
	unsigned long sum = 0;

	if (i >= n || !strcmp(a[i], "0"))
		return 0;
	text = strdup(a[i]);
	for (rest = text; (word = strsep(&rest, ","));) {
		const struct named *t = table;

		while (t->name && strcmp(t->name, word))
			t++;
		if (!t->name)
			give_up(word);
		sum |= t->value;
	}
	free(text);
	return sum;
}

static long number(int i)
{
	return i < n ? strtol(a[i], NULL, 0) : 0;
}

static mode_t mode(int i)
{
	return i < n ? strtoul(a[i], NULL, 8) : 0644;
}

/* Word @i, or NULL for "-". */
static char *maybe(int i)
{
	return i < n && strcmp(a[i], "-") ? a[i] : NULL;
}

/* Move @fd to the number that word @i names. */
static int keep(int fd, int i)
{
	int wanted = number(i);

	if (fd < 0)
		return -1;
	if (fd == wanted)
		return 0;
	if (dup3(fd, wanted, fcntl(fd, F_GETFD) & FD_CLOEXEC ? O_CLOEXEC : 0) < 0)
		return -1;
	return close(fd);
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

/* Files. */

static int do_file(void)
{
	int fd = open(a[1], O_CREAT | O_WRONLY | O_TRUNC, 0644);
	const char *text = n > 2 ? a[2] : "text";

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return -1;
	return close(fd);
}

static int do_copy(void)
{
	static char buffer[65536];
	int in = open(a[1], O_RDONLY), out = open(a[2], O_CREAT | O_EXCL | O_WRONLY, 0755);
	ssize_t len;

	if (in < 0 || out < 0)
		return -1;
	while ((len = read(in, buffer, sizeof(buffer))) > 0)
		if (write(out, buffer, len) != len)
			return -1;
	close(in);
	return close(out);
}

static int do_open(void)
{
	return keep(open(a[2], flags(open_flags, 3), mode(4)), 1);
}

static int do_openat(void)
{
	return keep(openat(number(2), a[3], flags(open_flags, 4), mode(5)), 1);
}

static int do_openat2(void)
{
	struct open_how how = { .flags = flags(open_flags, 3), .mode = 0 };

	return keep(syscall(SYS_openat2, AT_FDCWD, a[2], &how, sizeof(how)), 1);
}

static int do_statx(void)
{
	struct statx buffer;

	return statx(number(1), a[2], flags(at_flags, 3), STATX_BASIC_STATS, &buffer);
}

static int do_fstatat(void)
{
	struct stat buffer;

	return fstatat(number(1), a[2], &buffer, flags(at_flags, 3));
}

static int do_stat(void)
{
	struct stat buffer;

	return stat(a[1], &buffer);
}

static int do_lstat(void)
{
	struct stat buffer;

	return lstat(a[1], &buffer);
}

static int do_fstat(void)
{
	struct stat buffer;

	return fstat(number(1), &buffer);
}

static int do_rename(void)
{
	return syscall(SYS_renameat2, AT_FDCWD, a[1], AT_FDCWD, a[2], flags(rename_flags, 3));
}

static int do_mknod(void)
{
	return mknod(a[1], flags(file_types, 2) | mode(3), makedev(number(4), number(5)));
}

static int do_setfl(void)
{
	return fcntl(number(1), F_SETFL, flags(open_flags, 2));
}

static int do_ioctl(void)
{
	static char buffer[4096];

	return ioctl(number(1), flags(ioctls, 2), buffer) < 0 ? -1 : 0;
}

/* ioctl() through the system call entry for 32-bit programs; needs a low buffer address. */
static int do_ioctl32(void)
{
	char *buffer = mmap((void *)0x10000000, 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	long ret;

	asm volatile("int $0x80" : "=a"(ret)
		     : "a"(54), "b"(number(1)), "c"(flags(ioctls, 2)), "d"(buffer)
		     : "memory", "r8", "r9", "r10", "r11");
	if (ret >= 0)
		return 0;
	errno = -ret;
	return -1;
}

static int do_handle(void)
{
	char buffer[sizeof(struct file_handle) + 128];
	struct file_handle *handle = (void *)buffer;
	int id, dir = open(".", O_RDONLY | O_DIRECTORY);

	handle->handle_bytes = 128;
	if (name_to_handle_at(AT_FDCWD, a[2], handle, &id, 0))
		return -1;
	return keep(open_by_handle_at(dir, handle, flags(open_flags, 3)), 1);
}

static int do_setxattr(void)
{
	extern int setxattr(const char *p, const char *x, const void *v, size_t s, int f);

	return setxattr(a[1], a[2], "value", 5, 0);
}

/* Submit one io_uring request, executed by this task or, if @async, by a worker. */
static int uring(unsigned char op, int fd, const void *addr, unsigned int len, unsigned int open,
		 bool async)
{
	struct io_uring_params params = { };
	int ring = syscall(SYS_io_uring_setup, 2, &params), ret;
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	unsigned char *sq, *cq;

	if (ring < 0)
		return -1;
	sq = mmap(NULL, params.sq_off.array + 2 * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED,
		  ring, IORING_OFF_SQ_RING);
	cq = mmap(NULL, params.cq_off.cqes + 4 * sizeof(*cqe), PROT_READ | PROT_WRITE, MAP_SHARED,
		  ring, IORING_OFF_CQ_RING);
	sqe = mmap(NULL, 2 * sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || sqe == MAP_FAILED)
		return -1;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = op;
	sqe->flags = async ? IOSQE_ASYNC : 0;
	sqe->fd = fd;
	sqe->addr = (unsigned long)addr;
	sqe->len = len;
	sqe->open_flags = open;
	*(unsigned int *)(sq + params.sq_off.array) = 0;
	__atomic_store_n((unsigned int *)(sq + params.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		return -1;
	cqe = (void *)(cq + params.cq_off.cqes);
	ret = cqe->res;
	close(ring);
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

static int do_uring_open(void)
{
	return keep(uring(IORING_OP_OPENAT, AT_FDCWD, a[2], 0, flags(open_flags, 3), n > 4), 1);
}

static int do_uring_unlink(void)
{
	return uring(IORING_OP_UNLINKAT, AT_FDCWD, a[1], 0, 0, n > 2);
}

/* One file for each byte that a name can contain. */
static int do_bytes(void)
{
	char name[] = "n?m";
	int c, fd;

	for (c = 1; c < 256; c++) {
		if (c == '/')
			continue;
		name[1] = c;
		fd = open(name, O_CREAT | O_RDWR, 0600);
		if (fd < 0 || close(fd))
			return -1;
	}
	return 0;
}

/* deep COUNT: create and enter nested folders with names of 250 bytes. */
static int do_deep(void)
{
	char name[251];
	long i;

	memset(name, n > 2 ? a[2][0] : 'x', 250);
	name[250] = 0;
	for (i = 0; i < number(1); i++)
		if (mkdir(name, 0700) || chdir(name))
			return -1;
	return 0;
}

/* Mounts. */

static int do_mount(void)
{
	return mount(maybe(1), a[2], maybe(3), flags(mount_flags, 4), n > 5 ? a[5] : NULL);
}

/* Changes of mounts are visible in this row only. ashiato's names are the names on the host. */
static int do_private(void)
{
	return unshare(CLONE_NEWNS) ? -1 : mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static int do_open_tree(void)
{
	return keep(syscall(SYS_open_tree, AT_FDCWD, a[2], flags(tree_flags, 3)), 1);
}

static int do_move_mount(void)
{
	return syscall(SYS_move_mount, number(1), "", AT_FDCWD, a[2], MOVE_MOUNT_F_EMPTY_PATH);
}

static int do_fsopen(void)
{
	return keep(syscall(SYS_fsopen, a[2], 0), 1);
}

static int do_fsconfig(void)
{
	if (n > 2)
		return syscall(SYS_fsconfig, number(1), FSCONFIG_SET_STRING, a[2], a[3], 0);
	return syscall(SYS_fsconfig, number(1), FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

static int do_fsmount(void)
{
	return keep(syscall(SYS_fsmount, number(2), 0, number(3)), 1);
}

static int do_fspick(void)
{
	return keep(syscall(SYS_fspick, AT_FDCWD, a[2], 0), 1);
}

static int do_mount_setattr(void)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	return syscall(SYS_mount_setattr, AT_FDCWD, a[1], 0, &attr, sizeof(attr));
}

/* Programs. */

static void arguments(char **argv, int from)
{
	int i;

	for (i = from; i < n; i++)
		*argv++ = a[i];
	*argv = NULL;
}

static char *none[] = { NULL };

/* exec P ARGUMENT...: execute P in a child */
static int do_exec(void)
{
	char *argv[WORDS_MAX];
	pid_t pid;

	arguments(argv, 1);
	pid = fork();
	if (pid)
		return wait_for(pid);
	execve(a[1], argv, none);
	_exit(errno);
}

/* execve P ARGUMENT...: execute P in this process */
static int do_execve(void)
{
	char *argv[WORDS_MAX];

	arguments(argv, 1);
	return execve(a[1], argv, none);
}

/* execas P ARGV0 ARGUMENT... */
static int do_execas(void)
{
	char *argv[WORDS_MAX];
	pid_t pid;

	arguments(argv, 2);
	pid = fork();
	if (pid)
		return wait_for(pid);
	execve(a[1], argv, none);
	_exit(errno);
}

/* execenv P VARIABLE... */
static int do_execenv(void)
{
	char *env[WORDS_MAX], *argv[] = { a[1], NULL };
	pid_t pid;

	arguments(env, 2);
	pid = fork();
	if (pid)
		return wait_for(pid);
	execve(a[1], argv, env);
	_exit(errno);
}

/* execlong P argv0|env LENGTH: execute P with an argv[0] or a variable of LENGTH bytes */
static int do_execlong(void)
{
	char *word = malloc(number(3) + 1), *argv[] = { a[1], NULL }, *env[] = { NULL, NULL };
	pid_t pid;

	memset(word, 'w', number(3));
	word[number(3)] = 0;
	if (!strcmp(a[2], "env"))
		env[0] = word;
	else
		argv[0] = word;
	pid = fork();
	if (pid)
		return wait_for(pid);
	execve(a[1], argv, env);
	_exit(errno);
}

/* execmany P COUNT: execute P with COUNT variables */
static int do_execmany(void)
{
	long i, count = number(2);
	char **env = calloc(count + 1, sizeof(*env)), *argv[] = { a[1], NULL };
	pid_t pid;

	for (i = 0; i < count; i++)
		if (asprintf(&env[i], "VARIABLE_%03ld=%0*ld", i, (int)(i * 7 % 100), i) < 0)
			return -1;
	pid = fork();
	if (pid)
		return wait_for(pid);
	execve(a[1], argv, env);
	_exit(errno);
}

/* execat N P FLAGS ARGUMENT... */
static int do_execat(void)
{
	char *argv[WORDS_MAX];
	pid_t pid;

	arguments(argv, 3);
	argv[0] = "execat";
	pid = fork();
	if (pid)
		return wait_for(pid);
	syscall(SYS_execveat, number(1), a[2], argv, none, flags(at_flags, 3));
	_exit(errno);
}

static int do_vfork(void)
{
	char *argv[WORDS_MAX];
	pid_t pid;

	arguments(argv, 1);
	pid = vfork();
	if (pid)
		return wait_for(pid);
	execve(a[1], argv, none);
	_exit(errno);
}

static void *thread_execve(void *unused)
{
	char *argv[WORDS_MAX];

	arguments(argv, 1);
	execve(a[1], argv, none);
	_exit(errno);
	return unused;
}

/* An execution by a thread that is not the leader. */
static int do_threadexec(void)
{
	pthread_t thread;
	pid_t pid = fork();

	if (pid)
		return wait_for(pid);
	if (pthread_create(&thread, NULL, thread_execve, NULL))
		_exit(98);
	for (;;)
		pause();
}

/* chain P COUNT: P executes itself COUNT times */
static int do_chain(void)
{
	char next[512], *argv[] = { a[1], next, NULL };
	pid_t pid;

	if (!number(2))
		return close(open("end", O_CREAT | O_WRONLY, 0600));
	snprintf(next, sizeof(next), "chain %s %ld", a[1], number(2) - 1);
	pid = fork();
	if (pid)
		return wait_for(pid);
	execve(a[1], argv, none);
	_exit(errno);
}

/* A child runs the remaining steps; this process waits for it and exits. */
static int do_fork(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		return 0;
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 97);
}

static int do_core(void)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };
	pid_t pid = fork();
	int status;

	if (!pid) {
		setrlimit(RLIMIT_CORE, &limit);
		abort();
	}
	return waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGABRT ? 0 : -1;
}

/*
 * elf P KIND: create a program that cannot be executed. interp: its interpreter does not
 * exist; segment: a segment is outside of the file; class: it is for another machine.
 */
static int do_elf(void)
{
	struct {
		Elf64_Ehdr head;
		Elf64_Phdr parts[2];
		char interp[32];
	} elf = {
		.head = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
			.e_entry = 0x400000, .e_phoff = offsetof(typeof(elf), parts),
			.e_ehsize = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1,
		},
		.parts = { {
			.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = 0x400000,
			.p_filesz = sizeof(elf), .p_memsz = sizeof(elf), .p_align = 4096,
		}, {
			.p_type = PT_INTERP, .p_offset = offsetof(typeof(elf), interp),
		} },
	};
	int fd = open(a[1], O_CREAT | O_WRONLY | O_EXCL, 0755);

	if (!strcmp(a[2], "interp")) {
		elf.head.e_phnum = 2;
		strcpy(elf.interp, n > 3 ? a[3] : "/none");
		elf.parts[1].p_filesz = strlen(elf.interp) + 1;
	} else if (!strcmp(a[2], "segment")) {
		elf.parts[0].p_vaddr = 0x7fffffffe000ull;
		elf.parts[0].p_memsz = 0x100000;
	} else {
		elf.head.e_machine = EM_SPARC;
	}
	if (fd < 0 || write(fd, &elf, sizeof(elf)) != sizeof(elf))
		return -1;
	return close(fd);
}

static int do_uid(void)
{
	return setresgid(number(1), number(1), number(1)) || setresuid(number(1), number(1), number(1));
}

/* Descriptors without a path. */

static int do_memfd(void)
{
	return keep(memfd_create(a[2], 0), 1);
}

static int do_pipe(void)
{
	int fds[2];

	return pipe(fds) || keep(fds[0], 1) || keep(fds[1], 2) ? -1 : 0;
}

static int do_anon(void)
{
	const char *what = a[2];
	sigset_t set;

	sigemptyset(&set);
	if (!strcmp(what, "eventfd"))
		return keep(eventfd(0, 0), 1);
	if (!strcmp(what, "epoll"))
		return keep(epoll_create1(0), 1);
	if (!strcmp(what, "timerfd"))
		return keep(timerfd_create(CLOCK_MONOTONIC, 0), 1);
	if (!strcmp(what, "signalfd"))
		return keep(signalfd(-1, &set, 0), 1);
	if (!strcmp(what, "inotify"))
		return keep(inotify_init1(0), 1);
	if (!strcmp(what, "fanotify"))
		return keep(fanotify_init(FAN_CLASS_NOTIF, O_RDONLY), 1);
	if (!strcmp(what, "userfaultfd"))
		return keep(syscall(SYS_userfaultfd, 0), 1);
	if (!strcmp(what, "pidfd"))
		return keep(syscall(SYS_pidfd_open, getpid(), 0), 1);
	if (!strcmp(what, "iouring")) {
		struct io_uring_params params = { };

		return keep(syscall(SYS_io_uring_setup, 2, &params), 1);
	}
	give_up(what);
	return -1;
}

/* fanotify P: reading the event of an open of P opens P again */
static int do_fanotify(void)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK, O_RDWR), opened;
	struct fanotify_event_metadata event;

	if (fd < 0 || fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, a[1]))
		return -1;
	opened = open(a[1], O_RDONLY);
	if (opened < 0 || read(fd, &event, sizeof(event)) != sizeof(event) || event.fd < 0)
		return -1;
	close(event.fd);
	close(opened);
	return close(fd);
}

/* pty MASTER SLAVE: open a terminal, SLAVE by its name in /dev/pts */
static int do_pty(void)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), zero = 0, which;
	char name[32];

	if (master < 0 || ioctl(master, TIOCSPTLCK, &zero) || ioctl(master, TIOCGPTN, &which))
		return -1;
	snprintf(name, sizeof(name), "/dev/pts/%d", which);
	return keep(master, 1) || keep(open(name, O_RDWR | O_NOCTTY), 2) ? -1 : 0;
}

static int do_mq(void)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 8 };

	return keep(mq_open(a[2], O_CREAT | O_RDWR, 0600, &attr), 1);
}

/* other N PATH FLAGS: open /proc/PID/PATH of a child */
static int do_other(void)
{
	char path[128];
	int ends[2], fd;
	pid_t pid;

	if (pipe(ends))
		return -1;
	pid = fork();
	if (!pid) {
		char c;

		close(ends[1]);
		_exit(read(ends[0], &c, 1));
	}
	snprintf(path, sizeof(path), "/proc/%d/%s", pid, a[2]);
	fd = open(path, flags(open_flags, 3));
	close(ends[0]);
	close(ends[1]);
	waitpid(pid, NULL, 0);
	return keep(fd, 1);
}

/* The network. */

/*
 * Word @i: an address, written as in,ADDRESS,PORT in6,ADDRESS,PORT unspec,ADDRESS,PORT un,PATH
 * un,@ABSTRACT or "un,". Except for un, ",LENGTH" may follow: the length to pass to the kernel.
 * Returns the length.
 */
static int address(int i, struct sockaddr_storage *s)
{
	struct sockaddr_un *un = (void *)s;
	struct sockaddr_in *in = (void *)s;
	struct sockaddr_in6 *in6 = (void *)s;
	char *rest = strdup(a[i]), *family = strsep(&rest, ",");
	int len;

	memset(s, 0, sizeof(*s));
	if (!strcmp(family, "un")) {
		s->ss_family = AF_UNIX;
		len = strlen(rest);
		memcpy(un->sun_path, rest, len);
		if (rest[0] == '@')
			un->sun_path[0] = 0;
		else if (len)
			len++;
		return offsetof(struct sockaddr_un, sun_path) + (len > 108 ? 108 : len);
	}
	if (!strcmp(family, "in6")) {
		s->ss_family = AF_INET6;
		inet_pton(AF_INET6, strsep(&rest, ","), &in6->sin6_addr);
		in6->sin6_port = htons(atoi(strsep(&rest, ",")));
		len = sizeof(*in6);
	} else {
		s->ss_family = strcmp(family, "in") ? AF_UNSPEC : AF_INET;
		inet_pton(AF_INET, strsep(&rest, ","), &in->sin_addr);
		in->sin_port = htons(atoi(strsep(&rest, ",")));
		len = sizeof(*in);
	}
	return rest ? atoi(rest) : len;
}

static int do_socket(void)
{
	int fd = socket(flags(families, 2), flags(socket_types, 3), number(4)), one = 1;

	if (fd >= 0 && strcmp(a[2], "unix"))
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	return keep(fd, 1);
}

static int do_pair(void)
{
	int fds[2];

	return socketpair(AF_UNIX, flags(socket_types, 3), 0, fds) || keep(fds[0], 1) ||
	       keep(fds[1], 2) ? -1 : 0;
}

static int do_bind(void)
{
	struct sockaddr_storage s;
	int len = address(2, &s);

	return bind(number(1), (void *)&s, len);
}

static int do_connect(void)
{
	struct sockaddr_storage s;
	int len = address(2, &s);

	return connect(number(1), (void *)&s, len);
}

static int do_accept(void)
{
	return keep(accept(number(1), NULL, NULL), 2);
}

static char packet[16] = { 8 };	/* an ICMP echo request, for raw sockets */

static int do_sendto(void)
{
	struct sockaddr_storage s;
	int len = address(2, &s);

	return sendto(number(1), packet, sizeof(packet), MSG_NOSIGNAL, (void *)&s, len) < 0 ? -1 : 0;
}

static int do_sendmsg(void)
{
	struct iovec iov = { packet, sizeof(packet) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct sockaddr_storage s;

	if (n > 2) {
		msg.msg_namelen = address(2, &s);
		msg.msg_name = &s;
	}
	return sendmsg(number(1), &msg, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* sendmmsg N ADDRESS ADDRESS */
static int do_sendmmsg(void)
{
	struct iovec iov = { packet, sizeof(packet) };
	struct sockaddr_storage s[2];
	struct mmsghdr msgs[2] = { };
	int i;

	for (i = 0; i < 2; i++) {
		msgs[i].msg_hdr.msg_iov = &iov;
		msgs[i].msg_hdr.msg_iovlen = 1;
		msgs[i].msg_hdr.msg_namelen = address(2 + i, &s[i]);
		msgs[i].msg_hdr.msg_name = &s[i];
	}
	return sendmmsg(number(1), msgs, 2, 0) == 2 ? 0 : -1;
}

static int do_fastopen(void)
{
	struct sockaddr_storage s;
	int len = address(2, &s);

	return sendto(number(1), "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (void *)&s, len) < 0 ? -1 : 0;
}

/* pass N M L K: send descriptor M over N, and receive it from L as K */
static int do_pass(void)
{
	char control[CMSG_SPACE(sizeof(int))] = { }, byte = 'x';
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int fd = number(2);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(number(1), &msg, 0) != 1 || recvmsg(number(3), &msg, 0) != 1)
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return keep(fd, 4);
}

static int do_recv(void)
{
	char buffer[64];

	return recv(number(1), buffer, sizeof(buffer), 0) < 0 ? -1 : 0;
}

static int do_recvfrom(void)
{
	char buffer[64];
	struct sockaddr_storage s;
	socklen_t len = sizeof(s);

	return recvfrom(number(1), buffer, sizeof(buffer), 0, (void *)&s, &len) < 0 ? -1 : 0;
}

static int do_write(void)
{
	return write(number(1), a[2], strlen(a[2])) < 0 ? -1 : 0;
}

static int do_read(void)
{
	char buffer[64];

	return read(number(1), buffer, sizeof(buffer)) < 0 ? -1 : 0;
}

/* The table of steps: word, minimum number of arguments, function. */
struct step {
	const char *word;
	int arguments;
	int (*function)(void);
};

#define SIMPLE(NAME, CALL) static int do_##NAME(void) { return (CALL); }
SIMPLE(close, close(number(1)))
SIMPLE(unlink, unlink(a[1]))
SIMPLE(unlinkat, unlinkat(number(1), a[2], flags(at_flags, 3)))
SIMPLE(mkdir, mkdir(a[1], mode(2)))
SIMPLE(mkdirat, mkdirat(number(1), a[2], mode(3)))
SIMPLE(rmdir, rmdir(a[1]))
SIMPLE(truncate, truncate(a[1], 1))
SIMPLE(ftruncate, ftruncate(number(1), 1))
SIMPLE(fallocate, fallocate(number(1), 0, 0, 4096))
SIMPLE(symlink, symlink(a[1], a[2]))
SIMPLE(link, link(a[1], a[2]))
SIMPLE(linkat, linkat(number(1), a[2], AT_FDCWD, a[3], flags(at_flags, 4)))
SIMPLE(chmod, chmod(a[1], mode(2)))
SIMPLE(fchmod, fchmod(number(1), mode(2)))
SIMPLE(fchmodat, fchmodat(number(1), a[2], mode(3), flags(at_flags, 4)))
SIMPLE(chown, chown(a[1], number(2), number(3)))
SIMPLE(lchown, lchown(a[1], number(2), number(3)))
SIMPLE(fchown, fchown(number(1), number(2), number(3)))
SIMPLE(fchownat, fchownat(number(1), a[2], number(3), number(4), flags(at_flags, 5)))
SIMPLE(utimes, utimensat(AT_FDCWD, a[1], NULL, 0))
SIMPLE(access, access(a[1], R_OK))
SIMPLE(readlink, readlink(a[1], (char[64]){ 0 }, 64) < 0 ? -1 : 0)
SIMPLE(chdir, chdir(a[1]))
SIMPLE(fchdir, fchdir(number(1)))
SIMPLE(chroot, chroot(a[1]))
SIMPLE(umount, umount2(a[1], flags(umount_flags, 2)))
SIMPLE(pivot, (int)syscall(SYS_pivot_root, a[1], a[2]))
SIMPLE(unshare, unshare(flags(space_flags, 1)))
SIMPLE(setns, setns(number(1), 0))
SIMPLE(dup, dup2(number(1), number(2)) < 0 ? -1 : 0)
SIMPLE(acct, acct(maybe(1)))
SIMPLE(uselib, (int)syscall(SYS_uselib, a[1]))
SIMPLE(listen, listen(number(1), 5))
SIMPLE(send, send(number(1), packet, sizeof(packet), MSG_NOSIGNAL) < 0 ? -1 : 0)
SIMPLE(mqunlink, mq_unlink(a[1]))
SIMPLE(umask, (umask(mode(1)), 0))
SIMPLE(kill, kill(strcmp(a[1], "self") ? number(1) : getpid(), number(2)))
SIMPLE(nothing, 0)

static const struct step steps[] = {
	{ "access", 1, do_access }, { "acct", 1, do_acct }, { "accept", 2, do_accept },
	{ "anon", 2, do_anon }, { "bind", 2, do_bind }, { "bytes", 0, do_bytes },
	{ "chdir", 1, do_chdir }, { "chain", 2, do_chain }, { "chmod", 2, do_chmod }, { "chown", 3, do_chown },
	{ "chroot", 1, do_chroot }, { "close", 1, do_close }, { "connect", 2, do_connect },
	{ "copy", 2, do_copy }, { "core", 0, do_core }, { "deep", 1, do_deep },
	{ "dup", 2, do_dup }, { "elf", 2, do_elf }, { "exec", 1, do_exec },
	{ "execas", 1, do_execas }, { "execat", 3, do_execat }, { "execenv", 1, do_execenv },
	{ "execlong", 3, do_execlong }, { "execmany", 2, do_execmany },
	{ "execve", 1, do_execve }, { "fallocate", 1, do_fallocate },
	{ "fanotify", 1, do_fanotify }, { "fastopen", 2, do_fastopen }, { "fchdir", 1, do_fchdir }, { "fchmod", 2, do_fchmod },
	{ "fchmodat", 3, do_fchmodat }, { "fchown", 3, do_fchown }, { "fchownat", 4, do_fchownat },
	{ "file", 1, do_file }, { "fork", 0, do_fork }, { "fsconfig", 1, do_fsconfig },
	{ "fsmount", 3, do_fsmount }, { "fsopen", 2, do_fsopen }, { "fspick", 2, do_fspick },
	{ "fstat", 1, do_fstat }, { "fstatat", 2, do_fstatat }, { "ftruncate", 1, do_ftruncate },
	{ "handle", 3, do_handle }, { "ioctl", 2, do_ioctl }, { "ioctl32", 2, do_ioctl32 },
	{ "kill", 2, do_kill }, { "lchown", 3, do_lchown }, { "link", 2, do_link },
	{ "linkat", 3, do_linkat }, { "listen", 1, do_listen }, { "lstat", 1, do_lstat },
	{ "memfd", 2, do_memfd }, { "mkdir", 2, do_mkdir }, { "mkdirat", 3, do_mkdirat },
	{ "mknod", 3, do_mknod }, { "mount", 4, do_mount },
	{ "mount_setattr", 1, do_mount_setattr }, { "move_mount", 2, do_move_mount },
	{ "mq", 2, do_mq }, { "mqunlink", 1, do_mqunlink }, { "nothing", 0, do_nothing },
	{ "open", 3, do_open }, { "open_tree", 3, do_open_tree }, { "openat", 4, do_openat },
	{ "openat2", 3, do_openat2 }, { "other", 3, do_other }, { "pair", 3, do_pair },
	{ "pass", 4, do_pass }, { "pipe", 2, do_pipe }, { "pivot", 2, do_pivot },
	{ "private", 0, do_private }, { "pty", 2, do_pty }, { "read", 1, do_read },
	{ "readlink", 1, do_readlink }, { "recv", 1, do_recv }, { "recvfrom", 1, do_recvfrom },
	{ "rename", 2, do_rename }, { "rmdir", 1, do_rmdir }, { "send", 1, do_send },
	{ "sendmmsg", 3, do_sendmmsg }, { "sendmsg", 1, do_sendmsg }, { "sendto", 2, do_sendto },
	{ "setfl", 2, do_setfl }, { "setns", 1, do_setns }, { "setxattr", 2, do_setxattr },
	{ "socket", 3, do_socket }, { "stat", 1, do_stat }, { "statx", 2, do_statx },
	{ "symlink", 2, do_symlink }, { "threadexec", 1, do_threadexec },
	{ "truncate", 1, do_truncate }, { "uid", 1, do_uid }, { "umask", 1, do_umask },
	{ "umount", 1, do_umount }, { "unlink", 1, do_unlink }, { "unlinkat", 2, do_unlinkat },
	{ "unshare", 1, do_unshare }, { "uring_open", 3, do_uring_open },
	{ "uring_unlink", 1, do_uring_unlink }, { "uselib", 1, do_uselib },
	{ "utimes", 1, do_utimes }, { "vfork", 1, do_vfork }, { "write", 2, do_write },
};

/* Copy a word and expand \ and %. */
static char *word_decode(const char *word)
{
	char *text = malloc(8192), *to = text;

	if (!strcmp(word, "\"\""))
		word = "";
	while (*word) {
		if (!strncmp(word, "\\x", 2)) {
			char hex[3] = { word[2], word[3] };

			*to++ = strtoul(hex, NULL, 16);
			word += 4;
		} else if (*word == '\\') {
			*to++ = word[1] == 's' ? ' ' : word[1] == 'n' ? '\n' : word[1] == 't' ? '\t' : word[1];
			word += 2;
		} else if (!strncmp(word, "%pid", 4)) {
			to += sprintf(to, "%d", getpid());
			word += 4;
		} else if (!strncmp(word, "%ppid", 5)) {
			to += sprintf(to, "%d", getppid());
			word += 5;
		} else if (!strncmp(word, "%dir", 4)) {
			to += strlen(getcwd(to, 4096));
			word += 4;
		} else {
			*to++ = *word++;
		}
	}
	*to = 0;
	return text;
}

static bool error_wanted(const char *wanted, int err)
{
	const char *name = err ? strerrorname_np(err) : "0";
	char *rest = strdup(wanted), *word;

	while ((word = strsep(&rest, "|")))
		if (name && !strcmp(word, name))
			return true;
	return false;
}

/* Run one step; returns whether it had the expected result. */
static bool step_run(const char *line)
{
	char *text = strdup(line), *rest = text, *word, *wanted = "0";
	const struct step *step = steps, *end = steps + sizeof(steps) / sizeof(*steps);
	int err;

	for (n = 0; (word = strsep(&rest, " "));) {
		if (!*word)
			continue;
		if (!n && *word == '!')
			wanted = strdup(word + 1);
		else if (!n && !strcmp(word, "?"))
			wanted = NULL;
		else
			a[n++] = word_decode(word);
	}
	while (step < end && strcmp(step->word, n ? a[0] : ""))
		step++;
	if (step == end || n <= step->arguments)
		give_up(line);
	errno = 0;
	err = step->function() ? errno : 0;
	if (!wanted || error_wanted(wanted, err))
		return true;
	printf("# %s: %s, not %s\n", line, err ? strerrorname_np(err) : "0", wanted);
	fflush(stdout);
	return false;
}

/* Unmount all but the first mounts, the last one first. Returns the number of mounts before. */
static int mounts_undo(int first)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	struct mntent *entry;
	char *places[100];
	int count = 0, i;

	while (mounts && (entry = getmntent(mounts)) && count < 100)
		places[count++] = strdup(entry->mnt_dir);
	endmntent(mounts);
	for (i = count; i-- > first;)
		umount2(places[i], MNT_DETACH);
	return count;
}

/* Number of mounts before the first row. */
static int mounts_count;

/* Run one row: execute its copy of this program, with the steps as arguments. */
static bool row_run(const char *name, char **row_steps)
{
	char program[256], folder[256], *argv[200] = { (char *)name };
	pid_t pid;
	int i;

	snprintf(program, sizeof(program), ROWS "/%s", name);
	snprintf(folder, sizeof(folder), WORK "/%s", name);
	for (i = 0; row_steps[i]; i++)
		argv[i + 1] = row_steps[i];
	if (link("/proc/self/exe", program) && link("/oracle/workload", program))
		give_up(program);
	if (mkdir(folder, 0755))
		give_up(folder);
	pid = fork();
	if (pid) {
		bool failed = wait_for(pid);

		if (failed)
			printf("# row %s failed\n", name);
		fflush(stdout);
		mounts_undo(mounts_count);
		return !failed;
	}
	if (chdir(folder))
		_exit(1);
	execve(program, argv, none);
	_exit(1);
}

static int rows_run(const char *path, bool replay)
{
	static char line[16384];
	char *row_steps[200] = { NULL }, *name = NULL, *rest;
	FILE *file = fopen(path, "r");
	int rows = 0, good = 0, count = 0;
	bool more = true;

	if (!file)
		give_up(path);
	mkdir("/o", 0755);
	mkdir(ROWS, 0755);
	mkdir(WORK, 0755);
	mounts_count = mounts_undo(100);
	while (more) {
		more = fgets(line, sizeof(line), file);
		line[strcspn(line, "\n")] = 0;
		if (more && (line[0] == '#' || !line[0]))
			continue;
		if (more && line[0] == '\t') {
			row_steps[count++] = strdup(line + 1);
			row_steps[count] = NULL;
			continue;
		}
		rest = name;
		if (strsep(&rest, " ") && !(replay && rest)) {
			rows++;
			good += row_run(name, row_steps);
		}
		name = strdup(line);
		count = 0;
		row_steps[0] = NULL;
	}
	printf("%sok - %d of %d rows had the expected results\n", good == rows ? "" : "not ", good, rows);
	return good != rows;
}

/* An interpreter gets the name of its script as an argument, which is not a step. */
static bool is_file_name(const char *word)
{
	size_t i;

	if (strchr(word, ' '))
		return false;
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (!strcmp(word, steps[i].word))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	int i;

	umask(0);
	if (argc > 2 && !strcmp(argv[1], "--rows"))
		return rows_run(argv[2], argc > 3);
	for (i = 1; i < argc; i++)
		if (!is_file_name(argv[i]) && !step_run(argv[i]))
			return 1;
	return 0;
}
