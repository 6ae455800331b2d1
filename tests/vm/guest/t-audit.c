// SPDX-License-Identifier: GPL-2.0-only
/*
 * t-audit: a minimal audit daemon and auditctl.
 *
 *	daemon FILE [MILLISECONDS]	registers as the audit daemon and appends each record to
 *			FILE; at SIGTERM requests and appends the sender's SIGNAL_INFO, then
 *			exits. With MILLISECONDS, sleeps before each record, and has room for few
 *	enable N	sets "enabled", and a backlog limit of 8192
 *	failure FLAG LIMIT RATE		sets failure flag, backlog limit and rate limit
 *	rule NUMBER [FIELD=LABEL | FIELD!=LABEL]	adds an exit,always rule for a system
 *			call; FIELD: subj_user, subj_role, subj_type
 *	delete NUMBER [...]	deletes such a rule
 *	user TEXT	sends a USER message
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_MAX 16384

/* Same as the kernel's struct audit_sig_info, which its UAPI headers do not have. */
struct signal_info {
	uid_t uid;
	pid_t pid;
	char ctx[];
};

static int sock;
static volatile sig_atomic_t stop;

static void on_term(int number)
{
	(void)number;
	stop = 1;
}

static void fail(const char *what)
{
	fprintf(stderr, "t-audit: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void send_message(int type, const void *data, size_t len, int flags)
{
	struct { struct nlmsghdr head; char data[MESSAGE_MAX]; } m = { 0 };
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };

	m.head.nlmsg_len = NLMSG_LENGTH(len);
	m.head.nlmsg_type = type;
	m.head.nlmsg_flags = NLM_F_REQUEST | flags;
	m.head.nlmsg_seq = 1;
	memcpy(m.data, data, len);
	if (sendto(sock, &m, m.head.nlmsg_len, 0, (void *)&to, sizeof(to)) < 0)
		fail("sendto");
}

/* Sends a request and waits for the acknowledgement. */
static void ask(int type, const void *data, size_t len)
{
	struct { struct nlmsghdr head; struct nlmsgerr error; char rest[MESSAGE_MAX]; } m;

	send_message(type, data, len, NLM_F_ACK);
	do {
		if (recv(sock, &m, sizeof(m), 0) < 0)
			fail("recv");
	} while (m.head.nlmsg_type != NLMSG_ERROR);
	if (m.error.error) {
		errno = -m.error.error;
		fail("the kernel refused");
	}
}

static void rule(int type, int argc, char **argv)
{
	struct { struct audit_rule_data head; char text[256]; } r = { 0 };
	struct audit_rule_data *d = &r.head;
	int number = atoi(argv[2]);
	char *value;

	d->flags = AUDIT_FILTER_EXIT;
	d->action = AUDIT_ALWAYS;
	d->mask[number / 32] |= 1U << (number % 32);
	if (argc > 3) {
		value = strchr(argv[3], '=') + 1;
		d->field_count = 1;
		d->fields[0] = !strncmp(argv[3], "subj_user", 9) ? AUDIT_SUBJ_USER :
			       !strncmp(argv[3], "subj_role", 9) ? AUDIT_SUBJ_ROLE : AUDIT_SUBJ_TYPE;
		d->fieldflags[0] = value[-2] == '!' ? AUDIT_NOT_EQUAL : AUDIT_EQUAL;
		d->values[0] = d->buflen = strlen(value);
		memcpy(d->buf, value, d->buflen);
	}
	ask(type, d, sizeof(*d) + d->buflen);
}

static void write_record(int fd, int type, const char *text, size_t len)
{
	char line[MESSAGE_MAX + 32];
	int used = snprintf(line, sizeof(line), "type=%d msg=%.*s\n", type, (int)len, text);

	if (write(fd, line, used) != used)
		fail("write");
}

static void daemon_run(const char *path, int pause)
{
	struct { struct nlmsghdr head; char data[MESSAGE_MAX]; } m;
	struct sigaction action = { .sa_handler = on_term };
	struct audit_status s = { .mask = AUDIT_STATUS_PID, .pid = getpid() };
	struct timeval second = { .tv_sec = 1 };
	int fd = open(path, O_CREAT | O_WRONLY | O_APPEND, 0600), asked = 0, waited = 0;

	if (fd < 0)
		fail(path);
	sigaction(SIGTERM, &action, NULL);
	setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	send_message(AUDIT_SET, &s, sizeof(s), NLM_F_ACK);
	for (;;) {
		ssize_t len;

		if (stop && !asked) {
			asked = 1;
			send_message(AUDIT_SIGNAL_INFO, NULL, 0, 0);
		}
		usleep(pause * 1000);
		len = recv(sock, &m, sizeof(m), 0);
		if (len < (ssize_t)sizeof(m.head)) {
			if (stop && waited++ > 10) {
				write_record(fd, NLMSG_ERROR, strerrorname_np(errno), 6);
				return;
			}
			continue;
		}
		len -= sizeof(m.head);
		switch (m.head.nlmsg_type) {
		case NLMSG_ERROR: {
			const struct nlmsgerr *error = (void *)m.data;
			const char *why = strerrorname_np(-error->error);

			if (error->error)
				write_record(fd, NLMSG_ERROR, why, strlen(why));
			break;
		}
		case AUDIT_REPLACE:
			break;
		case AUDIT_SIGNAL_INFO: {
			struct signal_info *info = (void *)m.data;
			char text[MESSAGE_MAX];
			int used = snprintf(text, sizeof(text), "signal pid=%d subj=%.*s",
					    info->pid, (int)(len - sizeof(*info)), info->ctx);

			write_record(fd, AUDIT_SIGNAL_INFO, text, used);
			return;
		}
		default:
			write_record(fd, m.head.nlmsg_type, m.data, len);
		}
	}
}

int main(int argc, char **argv)
{
	struct audit_status s = { .mask = AUDIT_STATUS_ENABLED };
	int pause = argc > 3 && !strcmp(argv[1], "daemon") ? atoi(argv[3]) : 0;
	int size = pause ? 1 << 12 : 1 << 22;

	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
	if (sock < 0 || argc < 3)
		fail("socket");
	setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (!strcmp(argv[1], "daemon")) {
		daemon_run(argv[2], pause);
	} else if (!strcmp(argv[1], "enable")) {
		s.enabled = atoi(argv[2]);
		ask(AUDIT_SET, &s, sizeof(s));
		s.mask = AUDIT_STATUS_BACKLOG_LIMIT;
		s.backlog_limit = 8192;
		ask(AUDIT_SET, &s, sizeof(s));
	} else if (!strcmp(argv[1], "failure") && argc > 4) {
		s.mask = AUDIT_STATUS_FAILURE | AUDIT_STATUS_BACKLOG_LIMIT | AUDIT_STATUS_RATE_LIMIT;
		s.failure = atoi(argv[2]);
		s.backlog_limit = atoi(argv[3]);
		s.rate_limit = atoi(argv[4]);
		ask(AUDIT_SET, &s, sizeof(s));
	} else if (!strcmp(argv[1], "rule")) {
		rule(AUDIT_ADD_RULE, argc, argv);
	} else if (!strcmp(argv[1], "delete")) {
		rule(AUDIT_DEL_RULE, argc, argv);
	} else if (!strcmp(argv[1], "user")) {
		ask(AUDIT_USER, argv[2], strlen(argv[2]) + 1);
	} else {
		return 2;
	}
	return 0;
}
