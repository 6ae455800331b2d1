// SPDX-License-Identifier: GPL-2.0-only
/*
 * f-hooks [OP...]: runs each kind of access, with new names in each trial, while
 * allocations of the module fail: the first one, the second one, ..., then all.
 *
 * The call must succeed in each trial. The access must then be in domain_policy, or a
 * lost_ counter of stat must have grown; repeated without failures, it must be in
 * domain_policy. Each recorded access must have an audit record, or a loss must have been
 * counted by the module or by audit. The caller sets the range of the fault injection.
 * Prints each problem, and a line of numbers for each op; the exit status is 1 when there
 * was a problem.
 *
 * The ops "read-files" and "reset" use the securityfs files of the module.
 *
 * f-hooks grow		fails the growth of the sets: see grow()
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/sys/kernel/security/ashiato/"
#define DEBUGFS "/sys/kernel/debug/"
#define BASE "/tmp/f"
#define N_MAX 400
#define ALL 0	/* value of n in the trial in which all allocations fail */
#define TEXT_MAX (16 << 20)
#define KERNEL_OTHER 1316

static int log_fd, nth_fd, stat_fd, mode_fd, failing_fd, slab_fd, page_fd;
static int wrong;

static void die(const char *what)
{
	printf("# f-hooks: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

/* Fault injection */

/* Shared memory: fork() does not copy its page tables. */
static void *shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	return memory;
}

static void write_text(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		die(text);
}

static int left_at(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		die("fail-nth");
	return atoi(text);
}

static void fail_all(const char *probability)
{
	write_text(slab_fd, probability);
	write_text(page_fd, probability);
}

static void arm(int n)
{
	char text[16];

	if (n == ALL) {
		write_text(failing_fd, "1");
		fail_all("100");
	} else {
		sprintf(text, "%d", n);
		write_text(nth_fd, text);
	}
}

/* Returns whether an allocation failed. For ALL the kernel does not report it: assume so. */
static int disarm(int n)
{
	int consumed;

	if (n == ALL) {
		fail_all("0");
		write_text(failing_fd, "0");
		return 1;
	}
	consumed = !left_at(nth_fd);
	write_text(nth_fd, "0");
	return consumed;
}

/* Reading the module's files */

enum { MEMORY, QUOTA, TASK, HISTORY, AUDIT, SUBJECT, NEW, COUNTERS };
static const char *const counter_names[COUNTERS] = {
	"lost_memory: ", "lost_quota: ", "lost_task: ", "lost_history: ", "lost_audit: ",
	"lost_subject: ", "events_new: ",
};

static void stat_read(long counters[COUNTERS])
{
	char text[8192];
	ssize_t len;
	int i;

	lseek(stat_fd, 0, SEEK_SET);
	len = read(stat_fd, text, sizeof(text) - 1);
	if (len < 0)
		die("stat");
	text[len] = 0;
	for (i = 0; i < COUNTERS; i++) {
		const char *line = strstr(text, counter_names[i]);

		if (!line)
			die(counter_names[i]);
		counters[i] = atol(line + strlen(counter_names[i]));
	}
}

static void mode(const char *word)
{
	if (write(mode_fd, word, strlen(word)) < 0)
		die("mode");
}

static char *policy;
static size_t policy_len;

static void policy_read(void)
{
	int fd = open_or_die(FOLDER "domain_policy", O_RDONLY);
	ssize_t len;

	policy[0] = '\n';
	policy_len = 1;
	while ((len = read(fd, policy + policy_len, TEXT_MAX - 1 - policy_len)) > 0)
		policy_len += len;
	if (len < 0)
		die("domain_policy");
	policy[policy_len] = 0;
	close(fd);
}

/* Is there a @line between @begin and @end? */
static int lines_have(const char *begin, const char *end, const char *line)
{
	static char wanted[10000];
	const char *found;

	snprintf(wanted, sizeof(wanted), "\n%s\n", line);
	found = strstr(begin, wanted);
	return found && found < end;
}

/* Is there a @line in a domain whose last program is @domain (NULL: in any domain)? */
static int policy_has(const char *domain, const char *line)
{
	char wanted[300], *begin, *end, *found;

	if (!domain)
		return lines_have(policy, policy + policy_len, line);
	snprintf(wanted, sizeof(wanted), " %s\n", domain);
	for (found = strstr(policy, wanted); found; found = strstr(found + 1, wanted)) {
		for (begin = found; *begin != '\n'; begin--)
			;
		end = strstr(found, "\n\n");
		if (!strncmp(begin + 1, "<kernel>", 8) &&
		    (!line || lines_have(found, end ? end : policy + policy_len, line)))
			return 1;
	}
	return 0;
}

/* Receiving audit records */

struct heard {
	volatile size_t used;
	char text[256 << 20];
};
static struct heard *heard;
static const char *heard_now;	/* the records since the op began */
static int audit_fd;

static void audit_send(int fd, int type, const void *data, size_t len)
{
	static unsigned int sequence;
	struct {
		struct nlmsghdr header;
		char data[2048];
	} message = { .header = { .nlmsg_len = NLMSG_LENGTH(len), .nlmsg_type = type,
				  .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = ++sequence } };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	memcpy(message.data, data, len);
	if (sendto(fd, &message, message.header.nlmsg_len, 0, (void *)&kernel,
		   sizeof(kernel)) < 0)
		die("netlink");
}

static ssize_t audit_receive(int fd, char *buffer, size_t size)
{
	ssize_t len;

	do
		len = recv(fd, buffer, size - 1, 0);
	while (len < 0 && (errno == ENOBUFS || errno == EINTR));
	if (len < (ssize_t)sizeof(struct nlmsghdr))
		die("recv from audit");
	buffer[len] = 0;
	return len;
}

/* A rule that never matches: any rule makes audit collect data for each system call. */
static struct audit_rule_data rule = {
	.flags = AUDIT_FILTER_EXIT, .action = AUDIT_ALWAYS, .field_count = 1,
	.mask = { [AUDIT_WORD(SYS_swapoff)] = AUDIT_BIT(SYS_swapoff) },
	.fields = { AUDIT_PID }, .values = { 1 }, .fieldflags = { AUDIT_EQUAL },
};

/* An audit daemon that keeps the records in shared memory. */
static void audit_daemon(int ready)
{
	static char buffer[70000];
	struct audit_status status = {
		.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_PID | AUDIT_STATUS_BACKLOG_LIMIT |
			AUDIT_STATUS_RATE_LIMIT | AUDIT_STATUS_FAILURE,
		.enabled = 1, .pid = getpid(), .failure = AUDIT_FAIL_SILENT,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT), size = 64 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	audit_send(fd, AUDIT_ADD_RULE, &rule, sizeof(rule));
	audit_send(fd, AUDIT_SET, &status, sizeof(status));
	if (write(ready, "x", 1) != 1)
		die("pipe");
	for (;;) {
		ssize_t len = audit_receive(fd, buffer, sizeof(buffer));
		const struct nlmsghdr *header = (void *)buffer;

		if (heard->used + len + 32 > sizeof(heard->text))
			continue;
		/* nlmsg_len of audit's records does not count the header. */
		heard->used += sprintf(heard->text + heard->used, "type=%d %s\n",
				       header->nlmsg_type, buffer + NLMSG_HDRLEN);
	}
}

static pid_t audit_start(void)
{
	int ready[2];
	char c;
	pid_t pid;

	heard = shared(sizeof(*heard));
	if (pipe(ready))
		die("pipe");
	pid = fork();
	if (!pid)
		audit_daemon(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		die("audit daemon");
	audit_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	return pid;
}

static void audit_stop(pid_t daemon)
{
	struct audit_status status = { .mask = AUDIT_STATUS_ENABLED };

	audit_send(audit_fd, AUDIT_SET, &status, sizeof(status));
	audit_send(audit_fd, AUDIT_DEL_RULE, &rule, sizeof(rule));
	kill(daemon, SIGKILL);
	waitpid(daemon, NULL, 0);
}

/* The number of records that audit has lost: it logs one line for each. */
static long audit_lost(void)
{
	static long lost;
	char line[2048];
	ssize_t len;

	while ((len = read(log_fd, line, sizeof(line) - 1)) > 0 || errno == EPIPE) {
		if (len <= 0)
			continue;
		line[len] = 0;
		lost += strstr(line, "audit: audit_lost=") != NULL;
	}
	return lost;
}

static void user_message(const char *text)
{
	audit_send(audit_fd, AUDIT_FIRST_USER_MSG, text, strlen(text) + 1);
}

/* Wait until all pending audit records have arrived. */
static void audit_wait(void)
{
	static int count;
	char text[64];
	int i;

	sprintf(text, "f-hooks-marker-%d-", ++count);
	user_message(text);
	for (i = 0; i < 1000; i++) {
		if (strstr(heard_now, text))
			return;
		usleep(10000);
	}
	printf("# audit does not answer\n");
	wrong++;
}

/* Trials */

/* A line that must be in domain_policy. */
struct fact {
	char domain[128];	/* last program of the domain; "": any domain */
	char keyword[64];	/* "": only the domain must exist */
	char object[6000];
};

#define FACTS 3

struct op;

struct trial {
	const struct op *op;
	int n;
	char id[64];
	char p[96], q[96];	/* pathnames for this trial */
	int number;
	struct in_addr ip;
	int facts;
	struct fact fact[FACTS];
	int consumed, lost[COUNTERS], audit_lost, present[FACTS];
	int stayed;		/* an executed program did not get a domain of its own */
};

struct op {
	const char *name;
	void (*prepare)(void);
	int (*act)(void);
	void (*after)(void);	/* called right after act(), with fault injection off */
	void (*clean)(void);
	void (*check)(void);
	int custom;		/* act() arms and reports itself, in a child */
	int most;		/* last n to try: later allocations belong to another op; 0: no limit */
	int no_record;		/* the access is too long for an audit record */
	int unknown;		/* the fork is counted as lost, and accesses before the adoption are lost */
	int twice;		/* with unknown: the history entry of its first program is lost, too */
	const char *silent;	/* keyword of accesses whose records are not checked */
};

static struct trial *t;
static int sockets[8];

static struct fact *expect(const char *domain, const char *keyword, const char *format, ...)
{
	struct fact *fact = &t->fact[t->facts++];
	va_list args;

	snprintf(fact->domain, sizeof(fact->domain), "%s", domain);
	snprintf(fact->keyword, sizeof(fact->keyword), "%s", keyword);
	va_start(args, format);
	vsnprintf(fact->object, sizeof(fact->object), format, args);
	va_end(args);
	return fact;
}

static int fact_is_there(const struct fact *fact)
{
	static char line[7000];

	snprintf(line, sizeof(line), "%s %s", fact->keyword, fact->object);
	return policy_has(fact->domain[0] ? fact->domain : NULL, fact->keyword[0] ? line : NULL);
}

static char record[20000];	/* the last record that record_find() compared */

enum found { RECORD_WHOLE, RECORD_NONE, RECORD_PARTIAL };

/* Find the audit record of @fact. Partial: it lacks the domain or subj=. */
static enum found record_find(const struct fact *fact)
{
	char op[80], word[300], *c;
	static char object[6000];
	const char *begin = heard_now, *end;
	int all;

	snprintf(op, sizeof(op), " op=%s ", fact->keyword);
	for (c = op + 1; c[1]; c++)
		if (*c == ' ')
			*c = '-';
	for (begin = strstr(begin, op); begin; begin = strstr(end, op)) {
		const char *start = begin;

		end = strchr(begin, '\n');
		while (start > heard_now && start[-1] != '\n')
			start--;
		snprintf(record, sizeof(record), "%.*s ", (int)(end - start), start);
		strcpy(object, fact->object);
		all = atoi(record + 5) == KERNEL_OTHER;
		for (c = strtok(object, " "); c && all; c = strtok(NULL, " ")) {
			if (strchr(c, '='))
				continue;
			snprintf(word, sizeof(word), "\"%.200s\" ", c);
			if (strstr(record, word))
				continue;
			snprintf(word, sizeof(word), "=%.200s ", c);
			all = strstr(record, word) != NULL;
		}
		if (all) {
			const char *subject = strstr(record, " subj=\"");

			/* A field follows subj: res, or the domain where the outcome is unknown. */
			return strstr(record, " domain=\"<kernel>") && subject && !strstr(record, "=? ") &&
			       (strstr(subject, " res=") || strstr(subject, " domain=\"<kernel>"))
			       ? RECORD_WHOLE : RECORD_PARTIAL;
		}
	}
	return RECORD_NONE;
}

static void bad(const char *format, ...)
{
	va_list args;

	printf("# %s: ", t->id);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf(" (memory %d task %d history %d audit %d subject %d; audit's own %d)\n",
	       t->lost[MEMORY], t->lost[TASK], t->lost[HISTORY], t->lost[AUDIT],
	       t->lost[SUBJECT], t->audit_lost);
	wrong++;
}

/* The result of a child, sent through report_pipe. */
struct report {
	int result;
	int consumed;
	int stayed;
};

static int report_pipe[2];

static void report(int result, int consumed, int stayed)
{
	struct report r = { result, consumed, stayed };

	if (write(report_pipe[1], &r, sizeof(r)) != sizeof(r))
		_exit(1);
}

static int result_of(int ret)
{
	return ret < 0 ? -errno : 0;
}

#define HELD_MAX 400

/* Children that hold the reserve of the module for forks; each ends when its pipe is closed. */
static int held[HELD_MAX], held_count;

static void release_held(void)
{
	while (held_count)
		close(held[--held_count]);
}

static void clean(void)
{
	size_t i = sizeof(sockets) / sizeof(sockets[0]);

	/* Close connected sockets before listening ones. */
	while (i--) {
		if (sockets[i] > 0)
			close(sockets[i]);
		sockets[i] = 0;
	}
	if (t->op->clean)
		t->op->clean();
	unlink(t->p);
	rmdir(t->p);
	unlink(t->q);
	rmdir(t->q);
}

/* @n: number of the allocation to fail; -1: none. Returns the result of act(). */
static int trial_run(int n)
{
	long before[COUNTERS], after[COUNTERS], lost_before = audit_lost();
	struct report r = { 0 };
	int result, i;

	mode("off");
	t->facts = 0;
	clean();
	t->op->prepare();
	stat_read(before);
	mode("learn");
	if (t->op->custom) {
		t->n = n;
		result = t->op->act();
		if (!result) {
			struct pollfd answer = { report_pipe[0], POLLIN, 0 };

			if (poll(&answer, 1, 10000) != 1 ||
			    read(report_pipe[0], &r, sizeof(r)) != sizeof(r))
				die("no report from the child");
			result = r.result;
		}
		t->consumed = r.consumed;
		t->stayed = r.stayed;
		mode("off");
	} else {
		if (n >= 0)
			arm(n);
		result = t->op->act();
		t->consumed = n >= 0 ? disarm(n) : 0;
		mode("off");
		if (t->op->after)
			t->op->after();
	}
	stat_read(after);
	for (i = 0; i < COUNTERS; i++)
		t->lost[i] = after[i] - before[i];
	if (t->op->unknown)
		t->lost[TASK] = 0;
	if (t->op->unknown && n >= 0)
		t->lost[HISTORY]--;
	if (t->op->no_record)
		t->lost[AUDIT] = 0;
	if (t->op->twice && n >= 0)
		t->lost[HISTORY]--;
	t->audit_lost = audit_lost() - lost_before;
	clean();
	return result;
}

static int lost_any(void)
{
	return t->lost[MEMORY] + t->lost[TASK] + t->lost[HISTORY];
}

static int records_lost(void)
{
	return t->lost[AUDIT] + t->lost[SUBJECT] + t->audit_lost;
}

static void check_record(int i)
{
	const struct fact *fact = &t->fact[i];

	if (!fact->keyword[0] || (t->op->silent && !strcmp(t->op->silent, fact->keyword)))
		return;
	switch (record_find(fact)) {
	case RECORD_WHOLE:
		break;
	case RECORD_NONE:
		if (!records_lost())
			bad("no record of '%s %.80s', and no loss counted", fact->keyword,
			    fact->object);
		break;
	case RECORD_PARTIAL:
		if (!records_lost())
			bad("a record lacks its domain or subj, and no loss counted: %.700s", record);
	}
}

static void op_run(const struct op *op, int index)
{
	static struct trial *trials;
	static int used;
	int n, i, count, failed = 0, unrecorded = 0, with_fallback = 0;

	heard_now = heard->text + heard->used;
	if (!trials)
		trials = shared((N_MAX + 1) * sizeof(*trials));
	memset(trials, 0, used * sizeof(*trials));
	/* trials[0] (ALL), in which all allocations fail, runs last. */
	for (count = 1; count <= N_MAX; count++) {
		int result;

		n = count;
again:
		t = &trials[n];
		t->op = op;
		t->n = n;
		t->number = index * N_MAX + n;
		t->ip.s_addr = htonl(0x7f000001 | (index + 10) << 16 | (n / 200 + 1) << 12 |
				     (n % 200 + 1) << 4);
		snprintf(t->id, sizeof(t->id), "%s-%d", op->name, n);
		snprintf(t->p, sizeof(t->p), BASE "/%s", t->id);
		snprintf(t->q, sizeof(t->q), BASE "/%s.q", t->id);
		result = trial_run(n);
		if (result)
			bad("the caller got error %s", strerror(-result));
		if (n == ALL)
			break;
		failed += t->consumed;
		if (!t->consumed || count == op->most) {
			/* No allocation is left to fail one by one: go on with ALL. */
			n = ALL;
			goto again;
		}
	}
	used = count + 1;
	policy_read();
	audit_wait();
	for (n = 0; n <= count; n++) {
		int absent = 0;

		t = &trials[n];
		if (!t->op)
			continue;
		for (i = 0; i < t->facts; i++) {
			t->present[i] = fact_is_there(&t->fact[i]);
			absent += !t->present[i];
			if (t->present[i])
				check_record(i);
		}
		if (op->check)
			op->check();
		if ((absent || t->stayed) && !lost_any())
			bad("'%s %.80s' is not recorded, and no loss counted",
			    t->fact[!t->present[0] ? 0 : t->facts - 1].keyword,
			    t->fact[!t->present[0] ? 0 : t->facts - 1].object);
		/* With twice, the domain of the program before may be lost. */
		if (!absent && !t->stayed && lost_any() && !t->op->twice)
			bad("a loss is counted, but all is recorded");
		if (!t->consumed && (absent || lost_any() || records_lost()))
			bad("no allocation failed, but a loss is counted");
		unrecorded += n != ALL && (absent || t->stayed);
		with_fallback += n != ALL && t->consumed && !absent && !t->stayed;
	}
	/* Repeat all trials without failures. */
	for (n = 0; n <= count; n++) {
		t = &trials[n];
		if (!t->op)
			continue;
		i = trial_run(-1);
		if (i)
			bad("once more: error %s", strerror(-i));
		if (lost_any() || records_lost())
			bad("once more: a loss is counted");
	}
	policy_read();
	for (n = 0; n <= count; n++) {
		t = &trials[n];
		for (i = 0; t->op && i < t->facts; i++)
			if (!fact_is_there(&t->fact[i]))
				bad("once more: '%s %.80s' is not recorded", t->fact[i].keyword,
				    t->fact[i].object);
	}
	release_held();
	printf("# %-20s %3d failed: %d lost and counted, %d recorded nevertheless\n",
	       op->name, failed, unrecorded, with_fallback);
	if (!failed)
		bad("no allocation failed: is the range right?");
}

/* Files */

static void make(void)
{
	if (mknod(t->p, S_IFREG | 0600, 0))
		die(t->p);
}

static int open_as(int flags)
{
	int fd = open(t->p, flags, 0600);

	return fd < 0 ? -errno : result_of(close(fd));
}

#define OPEN(NAME, FLAGS) static int act_##NAME(void) { return open_as(FLAGS); }
OPEN(read, O_RDONLY)
OPEN(write, O_WRONLY)
OPEN(append, O_WRONLY | O_APPEND)
OPEN(rdwr, O_RDWR)
OPEN(create, O_CREAT | O_EXCL | O_WRONLY)
OPEN(trunc, O_WRONLY | O_TRUNC)

static void pre_read(void) { make(); expect("", "file read", "%s", t->p); }
static void pre_write(void) { make(); expect("", "file write", "%s", t->p); }
static void pre_append(void) { make(); expect("", "file append", "%s", t->p); }
static void pre_rdwr(void) { pre_read(); expect("", "file write", "%s", t->p); }
static void pre_trunc(void) { pre_write(); expect("", "file truncate", "%s", t->p); }

static void pre_create(void)
{
	expect("", "file create", "%s 0600", t->p);
	expect("", "file write", "%s", t->p);
}

static void pre_truncate(void) { make(); expect("", "file truncate", "%s", t->p); }
static int act_truncate(void) { return result_of(truncate(t->p, 1)); }

static void pre_ftruncate(void)
{
	pre_truncate();
	sockets[0] = open(t->p, O_WRONLY);
}

static int act_ftruncate(void) { return result_of(ftruncate(sockets[0], 1)); }

static void pre_unlink(void) { make(); expect("", "file unlink", "%s", t->p); }
static int act_unlink(void) { return result_of(unlink(t->p)); }
static void pre_mkdir(void) { expect("", "file mkdir", "%s/ 0700", t->p); }
static int act_mkdir(void) { return result_of(mkdir(t->p, 0700)); }

static void pre_rmdir(void)
{
	act_mkdir();
	expect("", "file rmdir", "%s/", t->p);
}

static int act_rmdir(void) { return result_of(rmdir(t->p)); }
static void pre_rename(void) { make(); expect("", "file rename", "%s %s", t->p, t->q); }
static int act_rename(void) { return result_of(rename(t->p, t->q)); }

static void pre_rename_dir(void)
{
	act_mkdir();
	expect("", "file rename", "%s/ %s/", t->p, t->q);
}

static void pre_exchange(void)
{
	make();
	mknod(t->q, S_IFREG | 0600, 0);
	expect("", "file rename", "%s %s", t->p, t->q);
	expect("", "file rename", "%s %s", t->q, t->p);
}

static int act_exchange(void)
{
	return result_of(syscall(SYS_renameat2, AT_FDCWD, t->p, AT_FDCWD, t->q, 2));
}

static void pre_link(void) { make(); expect("", "file link", "%s %s", t->p, t->q); }
static int act_link(void) { return result_of(link(t->p, t->q)); }

static void pre_symlink(void)
{
	expect("", "file symlink", "%s symlink.target=\"to-%s\"", t->p, t->id);
}

static int act_symlink(void)
{
	char target[80];

	snprintf(target, sizeof(target), "to-%s", t->id);
	return result_of(symlink(target, t->p));
}

#define NODE(NAME, TYPE, DEVICE, FORMAT) \
	static void pre_##NAME(void) { expect("", "file " #NAME, "%s 0600" FORMAT, t->p); } \
	static int act_##NAME(void) { return result_of(mknod(t->p, (TYPE) | 0600, DEVICE)); }
NODE(mkfifo, S_IFIFO, 0, "")
NODE(mksock, S_IFSOCK, 0, "")
NODE(mkchar, S_IFCHR, makedev(1, 3), " 1 3")
NODE(mkblock, S_IFBLK, makedev(7, 0), " 7 0")

static void pre_chmod(void) { make(); expect("", "file chmod", "%s 0640", t->p); }
static int act_chmod(void) { return result_of(chmod(t->p, 0640)); }

static void pre_chown(void)
{
	make();
	expect("", "file chown", "%s 7", t->p);
	expect("", "file chgrp", "%s 8", t->p);
}

static int act_chown(void) { return result_of(chown(t->p, 7, 8)); }

static void pre_getattr(void) { make(); expect("", "file getattr", "%s", t->p); }

static int act_getattr(void)
{
	struct stat st;

	return result_of(stat(t->p, &st));
}

static void pre_ioctl(void)
{
	pre_ftruncate();
	t->facts = 0;
	expect("", "file ioctl", "%s 0x%X", t->p, FIOCLEX);
}

static int act_ioctl(void) { return result_of(ioctl(sockets[0], FIOCLEX)); }

/* Setting O_APPEND on an open file is recorded like opening it for appending. */
static void pre_fcntl(void)
{
	pre_ftruncate();
	t->facts = 0;
	expect("", "file append", "%s", t->p);
}

static int act_fcntl(void) { return result_of(fcntl(sockets[0], F_SETFL, O_APPEND)); }

static void pre_chroot(void)
{
	act_mkdir();
	/* Record the capability now, so that the trial has one new access only. */
	mode("learn");
	if (chroot("/"))
		die("chroot");
	mode("off");
	sockets[0] = open("/", O_PATH | O_DIRECTORY);
	expect("", "file chroot", "%s/", t->p);
}

static int act_chroot(void) { return result_of(chroot(t->p)); }

static void post_chroot(void)
{
	if (fchdir(sockets[0]) || chroot("."))
		die("chroot");
}

/* Mounts */

static void pre_mount(void)
{
	act_mkdir();
	expect("", "file mount", "%s %s/ tmpfs 0x8000", t->id, t->p);
}

static int act_mount(void) { return result_of(mount(t->id, t->p, "tmpfs", MS_SILENT, NULL)); }
static void clean_mount(void) { umount2(t->p, MNT_DETACH); umount2(t->q, MNT_DETACH); }

static void pre_remount(void)
{
	act_mkdir();
	act_mount();
	expect("", "file mount", "none %s/ --remount 0x0", t->p);
}

static int act_remount(void) { return result_of(mount("none", t->p, NULL, MS_REMOUNT, NULL)); }

static void pre_mount_bind(void)
{
	act_mkdir();
	mkdir(t->q, 0700);
	expect("", "file mount", "%s/ %s/ --bind 0x0", t->p, t->q);
}

static int act_mount_bind(void) { return result_of(mount(t->p, t->q, NULL, MS_BIND, NULL)); }

static void pre_mount_move(void)
{
	pre_mount_bind();
	t->facts = 0;
	act_mount();
	mount("none", t->p, NULL, MS_PRIVATE, NULL);
	expect("", "file mount", "%s/ %s/ --move 0x0", t->p, t->q);
}

static int act_mount_move(void) { return result_of(mount(t->p, t->q, NULL, MS_MOVE, NULL)); }

static void pre_move_mount(void)
{
	pre_mount_move();
	t->facts = 0;
	expect("", "file move_mount", "%s/ %s/", t->p, t->q);
}

static int act_move_mount(void)
{
	return result_of(syscall(SYS_move_mount, AT_FDCWD, t->p, AT_FDCWD, t->q, 0));
}

static void pre_unmount(void)
{
	act_mkdir();
	act_mount();
	expect("", "file unmount", "%s/", t->p);
}

static int act_unmount(void) { return result_of(umount(t->p)); }

/* A path that is longer than a page. */
static char deep[6000];

static void deep_make(void)
{
	char name[201];
	int i;

	memset(name, 'x', 200);
	name[200] = 0;
	strcpy(deep, BASE "/deep/");
	mkdir(BASE "/deep", 0700);
	if (chdir(BASE "/deep"))
		die("deep");
	for (i = 0; i < 21; i++) {
		mkdir(name, 0700);
		if (chdir(name))
			die("deep");
		strcat(strcat(deep, name), "/");
	}
}

static void pre_deep(void)
{
	deep_make();
	close(open(t->id, O_CREAT | O_WRONLY, 0600));
	expect("", "file read", "%s%s", deep, t->id);
}

static int act_deep(void)
{
	int fd = open(t->id, O_RDONLY);

	return fd < 0 ? -errno : result_of(close(fd));
}

static void clean_deep(void)
{
	if (chdir("/"))
		die("/");
}

/* Programs */

static void pre_exec(void)
{
	if (link(BASE "/helper", t->p))
		die(t->p);
	expect("", "file execute", "%s exec.realpath=\"%s\" exec.argv[0]=\"a-%s\"", t->p, t->p,
	       t->id);
	expect(t->p, "misc env", "V-%s", t->id);
}

static char child_nth[16], child_report[16], child_name[256];

/* In the child: arm and execute the program, which reports the result, see child(). */
static void child_exec(const char *how)
{
	char argv0[80], variable[80];
	char *arguments[] = { argv0, "child", (char *)how, child_nth, child_report, child_name, NULL };
	char *environment[] = { variable, NULL };
	int n = t->n;

	snprintf(argv0, sizeof(argv0), "a-%s", t->id);
	snprintf(variable, sizeof(variable), "V-%s=1", t->id);
	sprintf(child_report, "%d", report_pipe[1]);
	strcpy(child_name, t->p);
	nth_fd = open("/proc/self/fail-nth", O_RDWR);
	failing_fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
	sprintf(child_nth, "%d", nth_fd);
	if (n >= 0)
		arm(n);
	execve(t->p, arguments, environment);
	n = errno;
	write_text(nth_fd, "0");
	report(-n, 0, 0);
	_exit(1);
}

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	/* If the child armed ALL, the executed program has not disarmed it for the system. */
	fail_all("0");
	return 0;
}

static int act_exec(void)
{
	pid_t pid = fork();

	if (!pid)
		child_exec("exec");
	return wait_for(pid);
}

static void pre_exec_symlink(void)
{
	if (symlink(BASE "/helper", t->p))
		die(t->p);
	expect("", "file execute", "%s exec.realpath=\"%s\" exec.argv[0]=\"a-%s\"", t->p,
	       BASE "/helper", t->id);
	expect(t->p, "misc env", "V-%s", t->id);
}

static void pre_script(void)
{
	FILE *f = fopen(t->p, "w");

	fprintf(f, "#!%s/interpreter script\n", BASE);
	fclose(f);
	chmod(t->p, 0700);
	expect("", "file execute", "%s exec.realpath=\"%s\" exec.argv[0]=\"a-%s\"", t->p, t->p,
	       t->id);
	expect(t->p, "misc env", "V-%s", t->id);
	expect(t->p, "file read", "%s/interpreter", BASE);
}

/* Waits in a child for the parent. The child ends if the parent closes the pipe. */
static void continue_unknown(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		_exit(0);
	close(fd);
	fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
	write_text(fd, "0");
	close(fd);
}

/*
 * Fork while all allocations of the module fail, until its reserve is empty: the last child has no
 * history, which is counted.
 */
static pid_t fork_unknown(void)
{
	long before[COUNTERS], after[COUNTERS];
	int fds[2];
	pid_t pid;

	stat_read(before);
	while (held_count < HELD_MAX) {
		if (pipe2(fds, O_CLOEXEC))
			die("pipe");
		arm(ALL);
		pid = fork();
		if (!pid) {
			close(fds[1]);
			continue_unknown(fds[0]);
			return 0;
		}
		disarm(ALL);
		close(fds[0]);
		stat_read(after);
		if (after[HISTORY] > before[HISTORY]) {
			write_text(fds[1], "x");
			close(fds[1]);
			return pid;
		}
		held[held_count++] = fds[1];
	}
	die("a fork without a history is not counted");
	return -1;
}

/* The task has no history: it is adopted when it executes. */
static int act_unknown(void)
{
	pid_t pid = t->n >= 0 ? fork_unknown() : fork();

	if (!pid)
		child_exec("exec");
	return wait_for(pid);
}

/*
 * Fail the allocations at fork and at the first execution, of BASE/other: the task is
 * adopted at its second execution.
 */
static int act_adopted(void)
{
	char number[16];
	pid_t pid;

	if (t->n < 0)
		return act_exec();
	pid = fork_unknown();
	if (!pid) {
		sprintf(number, "%d", t->n);
		sprintf(child_report, "%d", report_pipe[1]);
		failing_fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
		arm(ALL);
		execl(BASE "/other", "other", "again", t->id, number, child_report, NULL);
		_exit(1);
	}
	return wait_for(pid);
}

static void pre_adopted(void)
{
	if (link(BASE "/helper", t->p))
		die(t->p);
	expect("", "file execute", "%s exec.realpath=\"%s\" exec.argv[0]=\"a-%s\"", t->p, t->p,
	       t->id);
	expect(t->p, "misc env", "V-%s", t->id);
}

/* f-hooks again ID N PIPE: the second half of act_adopted(). */
static int again(char **argv)
{
	static struct trial trial;

	t = &trial;
	strcpy(t->id, argv[2]);
	sprintf(t->p, BASE "/%s", t->id);
	t->n = atoi(argv[3]);
	report_pipe[1] = atoi(argv[4]);
	failing_fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
	slab_fd = open_or_die(DEBUGFS "failslab/probability", O_RDWR);
	page_fd = open_or_die(DEBUGFS "fail_page_alloc/probability", O_RDWR);
	disarm(ALL);
	child_exec("exec");
	return 1;
}

static void pre_fork(void)
{
	make();
	expect("", "file read", "%s", t->p);
}

static int act_fork(void)
{
	pid_t pid = fork();

	if (!pid) {
		int err = act_read();

		_exit(-err);
	}
	if (pid < 0)
		return -errno;
	waitpid(pid, &pid, 0);
	return -WEXITSTATUS(pid);
}

/* There are few capabilities, so a program with a new domain uses the same one each time. */
static int act_capability(void)
{
	int n = t->n;
	pid_t pid = fork();

	if (!pid) {
		char number[16];

		sprintf(number, "%d", n);
		sprintf(child_report, "%d", report_pipe[1]);
		execl(t->p, "c", "child", "capability", number, child_report, NULL);
		_exit(1);
	}
	return wait_for(pid);
}

static void pre_capability(void)
{
	if (link(BASE "/helper", t->p))
		die(t->p);
	expect(t->p, "capability", "SYS_ADMIN");
}

static void self_domain(char *text, size_t size)
{
	int fd = open(FOLDER "self_domain", O_RDONLY);
	ssize_t len = fd < 0 ? -1 : read(fd, text, size - 1);

	text[len < 0 ? 0 : len] = 0;
	text[strcspn(text, "\n")] = 0;
	close(fd);
}

/* A program with a domain of its own forks and ends: the child keeps its domain. */
static int act_orphan(void)
{
	pid_t pid = fork();

	if (!pid) {
		sprintf(child_nth, "%d", t->n);
		sprintf(child_report, "%d", report_pipe[1]);
		execl(t->p, "o", "child", "orphan", child_nth, child_report, NULL);
		_exit(1);
	}
	return wait_for(pid);
}

static int fork_orphan(int n)
{
	char before[8192], after[8192];
	int *consumed = shared(sizeof(*consumed));
	pid_t parent = getpid(), pid;

	self_domain(before, sizeof(before));
	if (n >= 0)
		arm(n);
	pid = fork();
	if (pid) {
		*consumed = n >= 0 ? disarm(n) : 0;
		return pid < 0;
	}
	while (getppid() == parent)
		usleep(1000);
	self_domain(after, sizeof(after));
	report(strcmp(before, after) ? -EXDEV : 0, *consumed, 0);
	return 0;
}

static void pre_orphan(void)
{
	if (link(BASE "/helper", t->p))
		die(t->p);
	expect(t->p, "", "%s", "");
}

/*
 * Whether process_status shows the history of the program before as that of this one, whose
 * name is @comm: the last entry must be @comm(TIME), or "?".
 */
static int has_wrong_history(const char *comm)
{
	static char text[1 << 20];
	char wanted[32], last[32];
	const char *line, *end;
	int fd = open(FOLDER "process_status", O_RDONLY);
	size_t len = 0;
	ssize_t got;

	while ((got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += got;
	close(fd);
	snprintf(wanted, sizeof(wanted), "\n%d\t", getpid());
	line = strstr(text, wanted);
	end = line ? strstr(line, "\"\t<kernel>") : NULL;
	/* No history at all is counted as lost. */
	if (!end)
		return 0;
	snprintf(last, sizeof(last), "=>%.15s(", comm);
	return strncmp(end - 3, "=>?", 3) && strncmp(end - 21 - strlen(last) + 1, last, strlen(last));
}

/* f-hooks child exec NTH PIPE NAME; f-hooks child capability|orphan N PIPE. */
static int child(int argc, char **argv)
{
	char domain[8192], *last;
	int n, consumed, result, fd;

	report_pipe[1] = atoi(argv[4]);
	if (strcmp(argv[2], "exec")) {
		n = atoi(argv[3]);
		nth_fd = open_or_die("/proc/self/fail-nth", O_RDWR);
		failing_fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
		slab_fd = open_or_die(DEBUGFS "failslab/probability", O_RDWR);
		page_fd = open_or_die(DEBUGFS "fail_page_alloc/probability", O_RDWR);
		if (!strcmp(argv[2], "orphan"))
			return fork_orphan(n);
		if (n >= 0)
			arm(n);
		result = result_of(sethostname("guest", 5));
		consumed = n >= 0 ? disarm(n) : 0;
		report(result, consumed, 0);
		return 0;
	}
	if (argc < 6)
		return 1;
	nth_fd = atoi(argv[3]);
	consumed = !left_at(nth_fd);
	write_text(nth_fd, "0");
	/* End the trial ALL for this task. */
	fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
	write_text(fd, "0");
	self_domain(domain, sizeof(domain));
	last = strrchr(domain, ' ');
	report(has_wrong_history(strrchr(argv[5], '/') + 1) ? -EILSEQ : 0, consumed, !last || strcmp(last + 1, argv[5]));
	return 0;
}

/* Sockets */

static int inet_socket(int slot, int type, int protocol)
{
	int fd = socket(AF_INET, type, protocol), one = 1;
	struct linger linger = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	return sockets[slot] = fd;
}

static struct sockaddr_in inet_address(struct in_addr ip, int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = ip };

	return in;
}

static int inet_do(int (*what)(int, const struct sockaddr *, socklen_t), int slot,
		   struct in_addr ip, int port)
{
	struct sockaddr_in in = inet_address(ip, port);

	return result_of(what(sockets[slot], (void *)&in, sizeof(in)));
}

#define INET(NAME, TYPE, PROTOCOL, PORT, KEYWORD) \
	static void pre_##NAME(void) \
	{ \
		inet_socket(0, TYPE, PROTOCOL); \
		expect("", KEYWORD, "%s %d", inet_ntoa(t->ip), PORT); \
	}

INET(bind, SOCK_STREAM, 0, 700, "network inet stream bind")
static int act_bind(void) { return inet_do(bind, 0, t->ip, 700); }
INET(dgram_bind, SOCK_DGRAM, 0, 700, "network inet dgram bind")
INET(raw_bind, SOCK_RAW, IPPROTO_ICMP, 1, "network inet raw bind")
INET(raw_send, SOCK_RAW, IPPROTO_ICMP, 1, "network inet raw send")
INET(dgram_connect, SOCK_DGRAM, 0, 700, "network inet dgram send")
static int act_dgram_connect(void) { return inet_do(connect, 0, t->ip, 700); }
INET(dgram_send, SOCK_DGRAM, 0, 700, "network inet dgram send")

static int act_send(void)
{
	struct sockaddr_in in = inet_address(t->ip, 700);
	char packet[32] = { 8 };

	return result_of(sendto(sockets[0], packet, sizeof(packet), 0, (void *)&in, sizeof(in)));
}

static void pre_listen(void)
{
	inet_socket(0, SOCK_STREAM, 0);
	act_bind();
	expect("", "network inet stream listen", "%s 700", inet_ntoa(t->ip));
}

static int act_listen(void) { return result_of(listen(sockets[0], 5)); }

static void pre_connect(void)
{
	inet_socket(0, SOCK_STREAM, 0);
	act_bind();
	act_listen();
	inet_socket(1, SOCK_STREAM, 0);
	expect("", "network inet stream connect", "%s 700", inet_ntoa(t->ip));
}

static int act_connect(void) { return inet_do(connect, 1, t->ip, 700); }

static void pre_accept(void)
{
	struct in_addr server = { htonl(INADDR_LOOPBACK) };

	inet_socket(0, SOCK_STREAM, 0);
	if (inet_do(bind, 0, server, 701) || act_listen())
		die("accept");
	inet_socket(1, SOCK_STREAM, 0);
	if (inet_do(bind, 1, t->ip, 702) || inet_do(connect, 1, server, 701))
		die("accept");
	expect("", "network inet stream accept", "%s 702", inet_ntoa(t->ip));
}

static int act_accept(void)
{
	sockets[2] = accept(sockets[0], NULL, NULL);
	return result_of(sockets[2]);
}

static void pre_bind6(void)
{
	sockets[0] = socket(AF_INET6, SOCK_STREAM, 0);
	expect("", "network inet stream bind", "::1 %d", 10000 + t->number);
}

static int act_bind6(void)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(10000 + t->number),
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	return result_of(bind(sockets[0], (void *)&in6, sizeof(in6)));
}

static int unix_do(int (*what)(int, const struct sockaddr *, socklen_t), int slot,
		   const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	strcpy(un.sun_path, path);
	return result_of(what(sockets[slot], (void *)&un, sizeof(un)));
}

static int act_unix_bind(void) { return unix_do(bind, 0, t->p); }
static int act_unix_connect(void) { return unix_do(connect, 1, t->p); }

#define UNIX(NAME, TYPE) \
	static void pre_unix_##NAME##_bind(void) \
	{ \
		sockets[0] = socket(AF_UNIX, TYPE, 0); \
		expect("", "network unix " #NAME " bind", "%s", t->p); \
		expect("", "file mksock", "%s 0777", t->p); \
	} \
	static void pre_unix_##NAME##_listen(void) \
	{ \
		sockets[0] = socket(AF_UNIX, TYPE, 0); \
		act_unix_bind(); \
		expect("", "network unix " #NAME " listen", "%s", t->p); \
	} \
	static void pre_unix_##NAME##_connect(void) \
	{ \
		sockets[0] = socket(AF_UNIX, TYPE, 0); \
		act_unix_bind(); \
		act_listen(); \
		sockets[1] = socket(AF_UNIX, TYPE, 0); \
		expect("", "network unix " #NAME " connect", "%s", t->p); \
	} \
	static void pre_unix_##NAME##_accept(void) \
	{ \
		pre_unix_##NAME##_connect(); \
		t->facts = 0; \
		unix_do(bind, 1, t->q); \
		act_unix_connect(); \
		expect("", "network unix " #NAME " accept", "%s", t->q); \
	}
UNIX(stream, SOCK_STREAM)
UNIX(seqpacket, SOCK_SEQPACKET)

static void pre_unix_dgram_bind(void)
{
	sockets[0] = socket(AF_UNIX, SOCK_DGRAM, 0);
	expect("", "network unix dgram bind", "%s", t->p);
	expect("", "file mksock", "%s 0777", t->p);
}

static void pre_unix_dgram_send(void)
{
	sockets[0] = socket(AF_UNIX, SOCK_DGRAM, 0);
	act_unix_bind();
	sockets[1] = socket(AF_UNIX, SOCK_DGRAM, 0);
	expect("", "network unix dgram send", "%s", t->p);
}

static int act_unix_dgram_send(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	strcpy(un.sun_path, t->p);
	return result_of(sendto(sockets[1], "x", 1, 0, (void *)&un, sizeof(un)));
}

static int recv_send(void)
{
	struct sockaddr_in in = inet_address((struct in_addr){ htonl(INADDR_LOOPBACK) }, 703);

	return result_of(sendto(sockets[1], "x", 1, 0, (void *)&in, sizeof(in)));
}

static void pre_recv(void)
{
	struct in_addr server = { htonl(INADDR_LOOPBACK) };

	inet_socket(0, SOCK_DGRAM, 0);
	inet_socket(1, SOCK_DGRAM, 0);
	if (inet_do(bind, 0, server, 703) || inet_do(bind, 1, t->ip, 704) || recv_send())
		die("recv");
	expect("", "network inet dgram recv", "%s 704", inet_ntoa(t->ip));
}

static int act_recv(void)
{
	char byte;

	return result_of(recv(sockets[0], &byte, 1, MSG_DONTWAIT));
}

static void pre_unix_dgram_recv(void)
{
	pre_unix_dgram_send();
	t->facts = 0;
	unix_do(bind, 1, t->q);
	if (act_unix_dgram_send())
		die("unix dgram recv");
	expect("", "network unix dgram recv", "%s", t->q);
}

/* Processes */

static pid_t victim;

static void pre_signal(void)
{
	char domain[4096];

	self_domain(domain, sizeof(domain));
	victim = fork();
	if (!victim) {
		signal(SIGRTMIN + t->n, SIG_IGN);
		for (;;)
			pause();
	}
	usleep(20000);
	expect("", "ipc signal", "%d %s", SIGRTMIN + t->n, domain);
}

static int act_signal(void) { return result_of(kill(victim, SIGRTMIN + t->n)); }

static void clean_victim(void)
{
	if (victim > 0) {
		kill(victim, SIGKILL);
		waitpid(victim, NULL, __WALL);
	}
	victim = 0;
}

/* subj= in audit records */

static void pre_user(void)
{
	mode("learn");
	user_message("the capability is known from now on");
	mode("off");
}

static int act_user(void)
{
	char text[80];

	snprintf(text, sizeof(text), "user-%s-", t->id);
	user_message(text);
	return 0;
}

/* The message must have subj=, or a loss must have been counted. */
static void check_user(void)
{
	const char *record, *end, *subj;
	char text[80];

	snprintf(text, sizeof(text), "user-%s-", t->id);
	record = strstr(heard_now, text);
	if (!record) {
		bad("audit has lost the message");
		return;
	}
	while (record > heard_now && record[-1] != '\n')
		record--;
	end = strchr(record, '\n');
	subj = strstr(record, " subj=\"");
	if ((!subj || subj > end) && !t->lost[SUBJECT])
		bad("a message without subj=, and no loss counted");
}

/* The files in securityfs: reading may fail with ENOMEM. */

static char once[TEXT_MAX], twice[TEXT_MAX];

static int file_read(const char *name, char *text, size_t size)
{
	char path[128];
	size_t used = 0;
	ssize_t len = 0;
	int fd, err = 0;

	snprintf(path, sizeof(path), FOLDER "%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -errno;
	while (used < size - 1 && (len = read(fd, text + used, size - 1 - used)) > 0)
		used += len;
	if (len < 0)
		err = -errno;
	text[used] = 0;
	close(fd);
	return err;
}

/* process_status: tasks start and end, so check only the form of the lines. */
static int status_is_whole(const char *text)
{
	while (*text) {
		int tabs = 0;
		const char *domain = text;

		for (; *text && *text != '\n'; text++)
			if (*text == '\t' && ++tabs == 4)
				domain = text + 1;
		if (*text++ != '\n' || tabs != 5 || strncmp(domain, "<kernel>", 8))
			return 0;
	}
	return 1;
}

static void read_file(const char *name)
{
	int n, err, consumed = 1, refused = 0;

	t = calloc(1, sizeof(*t));
	snprintf(t->id, sizeof(t->id), "read-%s", name);
	for (n = 1; n < 40 && consumed; n++) {
		if (file_read(name, once, sizeof(once)))
			die(name);
		arm(n);
		err = file_read(name, twice, sizeof(twice));
		consumed = disarm(n);
		if (err && err != -ENOMEM)
			bad("n=%d: %s", n, strerror(-err));
		refused += !!err;
		/* Reading these files changes their content. */
		if (err || !strcmp(name, "stat") || !strcmp(name, "accesses"))
			continue;
		if (!strcmp(name, "process_status") ? !status_is_whole(twice)
						    : strncmp(once, twice, strlen(once)))
			bad("n=%d: the content differs, and there was no error", n);
	}
	printf("# read-%-15s %3d failed: %d times ENOMEM\n", name, n - 1 - !consumed, refused);
	free(t);
}

static void read_files(void)
{
	static const char *const names[] = {
		"domain_policy", "process_status", "self_domain", "stat", "version", "mode",
		"accesses", "exception_policy", "cgroups",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		read_file(names[i]);
}

static long resets(void)
{
	const char *line;

	if (file_read("stat", once, sizeof(once)))
		die("stat");
	line = strstr(once, "resets: ");
	return line ? atol(line + strlen("resets: ")) : -1;
}

/* A reset itself needs no memory, but its audit record does. */
static void reset(void)
{
	int fd = open_or_die(FOLDER "reset", O_WRONLY), n, consumed = 1;

	t = calloc(1, sizeof(*t));
	strcpy(t->id, "reset");
	for (n = 1; n < 40 && consumed; n++) {
		long before = resets();
		ssize_t len;

		arm(n);
		len = write(fd, "1", 1);
		consumed = disarm(n);
		if (len != 1)
			bad("n=%d: %s", n, strerror(errno));
		else if (resets() != before + 1)
			bad("n=%d: the reset was not counted", n);
	}
	printf("# reset %3d failed\n", n - 1 - !consumed);
	if (n < 3)
		bad("no allocation failed");
	close(fd);
	free(t);
}

#define OP(NAME, PREPARE, ACT, ...) { .name = NAME, .prepare = PREPARE, .act = ACT, __VA_ARGS__ }

static const struct op ops[] = {
	OP("read", pre_read, act_read),
	OP("write", pre_write, act_write),
	OP("append", pre_append, act_append),
	OP("read-write", pre_rdwr, act_rdwr),
	OP("create", pre_create, act_create),
	OP("open-trunc", pre_trunc, act_trunc),
	OP("truncate", pre_truncate, act_truncate),
	OP("ftruncate", pre_ftruncate, act_ftruncate),
	OP("unlink", pre_unlink, act_unlink),
	OP("mkdir", pre_mkdir, act_mkdir),
	OP("rmdir", pre_rmdir, act_rmdir),
	OP("rename", pre_rename, act_rename),
	OP("rename-dir", pre_rename_dir, act_rename),
	OP("exchange", pre_exchange, act_exchange),
	OP("link", pre_link, act_link),
	OP("symlink", pre_symlink, act_symlink),
	OP("mkfifo", pre_mkfifo, act_mkfifo),
	OP("mksock", pre_mksock, act_mksock),
	OP("mkchar", pre_mkchar, act_mkchar),
	OP("mkblock", pre_mkblock, act_mkblock),
	OP("chmod", pre_chmod, act_chmod),
	OP("chown", pre_chown, act_chown),
	OP("getattr", pre_getattr, act_getattr),
	OP("ioctl", pre_ioctl, act_ioctl),
	OP("fcntl", pre_fcntl, act_fcntl),
	OP("chroot", pre_chroot, act_chroot, .after = post_chroot),
	OP("mount", pre_mount, act_mount, .clean = clean_mount, .silent = "capability"),
	OP("remount", pre_remount, act_remount, .clean = clean_mount),
	OP("mount-bind", pre_mount_bind, act_mount_bind, .clean = clean_mount),
	OP("mount-move", pre_mount_move, act_mount_move, .clean = clean_mount),
	OP("move-mount", pre_move_mount, act_move_mount, .clean = clean_mount),
	OP("unmount", pre_unmount, act_unmount, .clean = clean_mount),
	OP("deep", pre_deep, act_deep, .clean = clean_deep, .no_record = 1, .silent = "file read"),
	OP("exec", pre_exec, act_exec, .custom = 1),
	OP("exec-symlink", pre_exec_symlink, act_exec, .custom = 1, .most = 12),
	OP("script", pre_script, act_exec, .custom = 1, .silent = "file read"),
	OP("orphan", pre_orphan, act_orphan, .custom = 1),
	OP("exec-unknown", pre_exec, act_unknown, .custom = 1, .unknown = 1, .most = 12),
	OP("exec-adopted", pre_adopted, act_adopted, .custom = 1, .unknown = 1, .twice = 1, .most = 16),
	OP("fork", pre_fork, act_fork),
	OP("capability", pre_capability, act_capability, .custom = 1, .silent = "capability"),
	OP("bind", pre_bind, act_bind),
	OP("listen", pre_listen, act_listen),
	OP("connect", pre_connect, act_connect),
	OP("accept", pre_accept, act_accept),
	OP("bind6", pre_bind6, act_bind6),
	OP("dgram-bind", pre_dgram_bind, act_bind),
	OP("dgram-connect", pre_dgram_connect, act_dgram_connect),
	OP("dgram-send", pre_dgram_send, act_send),
	OP("raw-bind", pre_raw_bind, act_bind),
	OP("raw-send", pre_raw_send, act_send),
	OP("recv", pre_recv, act_recv),
	OP("unix-recv", pre_unix_dgram_recv, act_recv),
	OP("signal", pre_signal, act_signal, .clean = clean_victim, .silent = "ipc signal"),
	OP("unix-bind", pre_unix_stream_bind, act_unix_bind),
	OP("unix-listen", pre_unix_stream_listen, act_listen),
	OP("unix-connect", pre_unix_stream_connect, act_unix_connect),
	OP("unix-accept", pre_unix_stream_accept, act_accept),
	OP("seqpacket-bind", pre_unix_seqpacket_bind, act_unix_bind),
	OP("seqpacket-listen", pre_unix_seqpacket_listen, act_listen),
	OP("seqpacket-connect", pre_unix_seqpacket_connect, act_unix_connect),
	OP("seqpacket-accept", pre_unix_seqpacket_accept, act_accept),
	OP("unix-dgram-bind", pre_unix_dgram_bind, act_unix_bind),
	OP("unix-dgram-send", pre_unix_dgram_send, act_unix_dgram_send),
	OP("user-message", pre_user, act_user, .check = check_user),
};

/* Growth */

#define MANY 4300
#define PROGRAMS 480

static int grow_connect(int fd, int i)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(10000 + i) };

	in.sin_addr.s_addr = htonl(0x7fff0001);
	return connect(fd, (void *)&in, sizeof(in));
}

/* The number of integers below @count that never follow @before in the policy. */
static int grow_missing_after(const char *before, int count)
{
	static char seen[MANY + 1];
	const char *c = policy;
	int i, missing = 0;

	memset(seen, 0, sizeof(seen));
	for (; (c = strstr(c, before)); c++) {
		i = atoi(c + strlen(before));
		if (i >= 0 && i < count)
			seen[i] = 1;
	}
	for (i = 0; i < count; i++)
		missing += !seen[i];
	return missing;
}

static int grow_missing_accesses(void)
{
	policy_read();
	return grow_missing_after("\nnetwork inet dgram send 127.255.0.1 1", MANY);
}

static int grow_execute(int i)
{
	char path[128], *arguments[] = { path, NULL }, *environment[] = { NULL };

	sprintf(path, BASE "/p-%d", i);
	execve(path, arguments, environment);
	return errno == ENOEXEC ? 0 : -errno;
}

static int grow_missing_domains(void)
{
	policy_read();
	return grow_missing_after("/f-hooks " BASE "/p-", PROGRAMS);
}

/*
 * The caller limits the failures to set_make_room(): the sets then hold only what fits
 * into their first tables, and count the rest as lost. Without failures, the sets must
 * grow and all accesses must be recorded.
 */
static int grow(void)
{
	long before[COUNTERS], after[COUNTERS];
	int fd, i, missing, err;
	char path[128], keep[128];

	mkdir(BASE, 0700);
	/* Printable content: for other unknown formats the kernel would request a module. */
	fd = open(BASE "/p", O_CREAT | O_WRONLY, 0700);
	if (write(fd, "text\n", 5) != 5)
		die("p");
	close(fd);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	t = calloc(1, sizeof(*t));
	strcpy(t->id, "grow");
	mode("off");
	for (i = 0; i < PROGRAMS; i++) {
		sprintf(path, BASE "/p-%d", i);
		if (link(BASE "/p", path))
			die(path);
	}
	sprintf(keep, "file read %s", BASE "/p");
	mode("learn");
	close(open(BASE "/p", O_RDONLY));

	arm(ALL);
	stat_read(before);
	for (i = 0, err = 0; i < PROGRAMS && !err; i++)
		err = grow_execute(i);
	stat_read(after);
	disarm(ALL);
	if (err)
		bad("execve: %s", strerror(-err));
	missing = grow_missing_domains();
	t->lost[HISTORY] = after[HISTORY] - before[HISTORY];
	printf("# grow: %d of %d domains were lost and counted\n", missing, PROGRAMS);
	if (!missing || missing != t->lost[HISTORY])
		bad("%d domains are missing", missing);

	arm(ALL);
	stat_read(before);
	for (i = 0, err = 0; i < MANY && !err; i++)
		err = grow_connect(fd, i) ? -errno : 0;
	stat_read(after);
	disarm(ALL);
	if (err)
		bad("connect: %s", strerror(-err));
	missing = grow_missing_accesses();
	t->lost[MEMORY] = after[MEMORY] - before[MEMORY];
	printf("# grow: %d of %d accesses were lost and counted\n", missing, MANY);
	if (!missing || missing != t->lost[MEMORY])
		bad("%d accesses are missing", missing);
	if (after[NEW] - before[NEW] != MANY - missing)
		bad("%ld were new", after[NEW] - before[NEW]);
	if (!policy_has(NULL, keep))
		bad("an access that was recorded before is missing");

	stat_read(before);
	for (i = 0; i < MANY; i++)
		grow_connect(fd, i);
	for (i = 0; i < PROGRAMS; i++)
		grow_execute(i);
	stat_read(after);
	if (grow_missing_accesses() || grow_missing_domains())
		bad("with memory: %d accesses, %d domains are missing", grow_missing_accesses(),
		    grow_missing_domains());
	if (!policy_has(NULL, keep))
		bad("an access that was recorded before is missing");
	for (i = MEMORY; i < NEW; i++)
		if (after[i] != before[i])
			bad("with memory: %s%ld", counter_names[i], after[i] - before[i]);
	return wrong != 0;
}

static void copy(const char *from, const char *to)
{
	static char buffer[1 << 16];
	int in = open_or_die(from, O_RDONLY), out = open(to, O_CREAT | O_WRONLY, 0700);
	ssize_t len;

	while ((len = read(in, buffer, sizeof(buffer))) > 0)
		if (write(out, buffer, len) != len)
			die(to);
	close(in);
	close(out);
}

static int wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return 1;
	return argc == 1;
}

int main(int argc, char **argv)
{
	size_t i;
	pid_t daemon, tester;

	/* Called as an interpreter: the arguments of the script follow its name. */
	if (argc > 4 && !strcmp(argv[1], "script"))
		return child(argc - 2, argv + 2);
	if (argc > 4 && !strcmp(argv[1], "child"))
		return child(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	umask(0);
	if (argc > 4 && !strcmp(argv[1], "again"))
		return again(argv);
	policy = shared(TEXT_MAX);
	nth_fd = open_or_die("/proc/self/fail-nth", O_RDWR);
	failing_fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
	slab_fd = open_or_die(DEBUGFS "failslab/probability", O_RDWR);
	page_fd = open_or_die(DEBUGFS "fail_page_alloc/probability", O_RDWR);
	stat_fd = open_or_die(FOLDER "stat", O_RDONLY);
	mode_fd = open_or_die(FOLDER "mode", O_RDWR);
	log_fd = open_or_die("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	lseek(log_fd, 0, SEEK_END);
	if (argc == 2 && !strcmp(argv[1], "grow"))
		return grow();
	mkdir(BASE, 0700);
	copy("/proc/self/exe", BASE "/helper");
	link(BASE "/helper", BASE "/interpreter");
	copy("/proc/self/exe", BASE "/other");
	daemon = audit_start();
	/* Test in a new task: tasks from before audit was enabled have no audit context. */
	tester = fork();
	if (!tester) {
		close(nth_fd);
		nth_fd = open_or_die("/proc/self/fail-nth", O_RDWR);
		close(failing_fd);
		failing_fd = open_or_die("/proc/self/make-it-fail", O_RDWR);
		if (pipe(report_pipe))
			die("pipe");
		if (wanted("read-files", argc, argv))
			read_files();
		for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
			if (wanted(ops[i].name, argc, argv))
				op_run(&ops[i], i);
		}
		if (wanted("reset", argc, argv))
			reset();
		exit(wrong != 0);
	}
	waitpid(tester, &wrong, 0);
	audit_stop(daemon);
	return wrong != 0;
}
