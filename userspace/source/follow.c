// SPDX-License-Identifier: GPL-2.0-only
/* Follow audit records: from the kernel, or in a log that grows and is rotated. */
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <libgen.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "follow.h"

/*
 * Interval for looking at the log without a notification, because inotify reports
 * no changes on network file systems, and for completing waiting events.
 */
#define LOOK_MS		1000
#define RECEIVE_SIZE	(8 * 1024 * 1024)

/* Open a file descriptor that becomes readable on SIGINT or SIGTERM. */
static int signals_open(void)
{
	sigset_t signals;
	int fd;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return -errno;
	fd = signalfd(-1, &signals, SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Wait for input. Returns 1 to go on, 0 after a signal, or -errno. */
static int follow_wait(int signals, int fd, int timeout_ms)
{
	struct pollfd polled[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};

	if (poll(polled, 2, timeout_ms) < 0)
		return errno == EINTR ? 1 : -errno;
	return !polled[0].revents;
}

/* Pass on a record as the line that auditd would write. */
static int kernel_line(struct audit_reader *reader, struct text *text,
		       const struct audit_reply *reply, struct line *line)
{
	const char *type = audit_msg_type_to_name(reply->type);
	const char *message = NLMSG_DATA(&reply->msg.nlh);
	char number[32];

	if (reply->len < NLMSG_HDRLEN)
		return -EBADMSG;
	snprintf(number, sizeof(number), "UNKNOWN[%d]", reply->type);
	text_clear(text);
	text_puts(text, "type=");
	text_puts(text, type ? type : number);
	text_puts(text, " msg=");
	text_add(text, message, strnlen(message, (size_t)reply->len - NLMSG_HDRLEN));
	if (text->failed)
		return -ENOMEM;
	line->ptr = text->data;
	line->len = text->len;
	return audit_reader_line(reader, line);
}

/**
 * follow_kernel_open() - Open a socket that receives all audit records
 *
 * Return: the socket; -EPERM without CAP_AUDIT_READ, or another -errno.
 */
int follow_kernel_open(void)
{
	const struct sockaddr_nl all = {
		.nl_family = AF_NETLINK,
		.nl_groups = 1 << (AUDIT_NLGRP_READLOG - 1),
	};
	int size = RECEIVE_SIZE;
	int fd = audit_open();

	if (fd < 0)
		return -errno;
	/* nl_pid is 0, so the kernel chooses an unused address for the socket. */
	if (bind(fd, (const struct sockaddr *)&all, sizeof(all))) {
		int err = -errno;

		close(fd);
		return err;
	}
	/* Without privileges this fails, and the default buffer size stays. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
}

/**
 * follow_kernel() - Read audit records from the kernel until a signal arrives
 * @fd: socket from follow_kernel_open()
 * @reader: gets the records
 * @damage: counts records that are damaged or were dropped
 *
 * Return: 0 after SIGINT or SIGTERM; the error of @reader; -errno.
 */
int follow_kernel(int fd, struct audit_reader *reader, struct damage *damage)
{
	int signals = signals_open();
	struct text text = { 0 };
	struct line line = { 0 };
	struct audit_reply reply;
	int err = signals;

	while (err >= 0 && (err = follow_wait(signals, fd, LOOK_MS)) > 0) {
		err = audit_get_reply(fd, &reply, GET_REPLY_NONBLOCKING, 0);
		line.number++;
		if (err > 0)
			err = kernel_line(reader, &text, &reply, &line);
		/* ENOBUFS: the kernel has dropped records, as reading was too slow. */
		if (err == -EBADMSG || err == -ENOBUFS)
			damage_add(damage, &line);
		if (err == -EBADMSG || err == -ENOBUFS || err == -EAGAIN)
			err = audit_reader_idle(reader);
	}
	text_free(&text);
	if (signals >= 0)
		close(signals);
	return err;
}

/**
 * struct growing - A log that grows
 * @source: open log; after a rotation, @path names another file
 * @path: name of the log
 * @reader: gets its lines
 * @lines: splits it into lines
 */
struct growing {
	struct source *source;
	const char *path;
	struct audit_reader *reader;
	struct lines lines;
};

static int growing_read(struct growing *log)
{
	struct line line;
	int err;

	while ((err = lines_next(&log->lines, &line)) > 0) {
		err = audit_reader_line(log->reader, &line);
		if (err == -EBADMSG)
			damage_add(&log->source->damage, &line);
		else if (err)
			return err;
	}
	return err;
}

static int growing_begin(struct growing *log)
{
	int err = lines_init(&log->lines, log->source->fd);

	log->lines.is_growing = true;
	return err;
}

/* The log was rotated: read the rest of the old file, then open the new one. */
static int growing_rotate(struct growing *log)
{
	struct source next;
	int err;

	err = source_open(&next, log->path);
	if (err) {
		source_close(&next);
		return err == -ENOENT ? 0 : err;
	}
	log->lines.is_growing = false;
	err = growing_read(log);
	lines_free(&log->lines);
	close(log->source->fd);
	log->source->fd = next.fd;
	next.fd = -1;
	source_close(&next);
	return err ? err : growing_begin(log);
}

/* Read new lines, also after the log was rotated or truncated. */
static int growing_look(struct growing *log)
{
	struct stat named;
	struct stat held;
	int err;

	err = growing_read(log);
	if (err || fstat(log->source->fd, &held) || stat(log->path, &named) ||
	    !S_ISREG(named.st_mode))
		return err;
	if (named.st_dev != held.st_dev || named.st_ino != held.st_ino) {
		err = growing_rotate(log);
		return err ? err : growing_read(log);
	}
	/* Truncated, as by logrotate's copytruncate */
	if (held.st_size < lseek(log->source->fd, 0, SEEK_CUR)) {
		lines_free(&log->lines);
		lseek(log->source->fd, 0, SEEK_SET);
		err = growing_begin(log);
		return err ? err : growing_read(log);
	}
	return 0;
}

/* Watch the directory of a file. Without a watch, LOOK_MS limits the delay. */
static int directory_watch(const char *path)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char *copy = strdup(path);

	if (copy)
		inotify_add_watch(fd, dirname(copy),
				  IN_MODIFY | IN_CREATE | IN_MOVED_TO);
	free(copy);
	return fd;
}

/**
 * follow_file() - Read lines appended to a log until a signal arrives
 * @source: log, opened; reopened when the log is rotated
 * @path: path of the log
 * @reader: gets the lines
 *
 * Return: 0 after SIGINT or SIGTERM; the error of @reader; -errno.
 */
int follow_file(struct source *source, const char *path,
		struct audit_reader *reader)
{
	struct growing log = { source, path, reader, { 0 } };
	int signals;
	int watch;
	char events[4096];
	int err;

	lseek(source->fd, 0, SEEK_END);
	signals = signals_open();
	watch = directory_watch(path);
	err = signals < 0 ? signals : growing_begin(&log);
	while (!err && (err = growing_look(&log)) == 0 &&
	       (err = follow_wait(signals, watch, LOOK_MS)) > 0) {
		while (read(watch, events, sizeof(events)) > 0)
			;
		err = audit_reader_idle(reader);
	}
	lines_free(&log.lines);
	if (watch >= 0)
		close(watch);
	if (signals >= 0)
		close(signals);
	return err;
}
