// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine to examine: this one, or a copy of a machine's files in the directory
 * that the environment variable ASHIATO_ROOT names.
 */
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>
#include <libkmod.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "machine.h"

/* File of a copy with the output of "auditctl -s" */
#define AUDIT_COPY	"auditctl"

/* The kernel answers at once: this is only a limit. */
#define AUDIT_WAIT_MS	1000

static const char *machine_root(void)
{
	const char *root = getenv("ASHIATO_ROOT");

	return root ? root : "";
}

/**
 * machine_is_copy() - Whether a copy is examined and not this machine
 *
 * Return: true if ASHIATO_ROOT names a directory.
 */
bool machine_is_copy(void)
{
	return *machine_root();
}

/**
 * machine_path() - Find the path of a file of the machine
 * @name: path without the leading slash
 * @path: the path to open is appended
 */
void machine_path(const char *name, struct text *path)
{
	text_puts(path, machine_root());
	text_puts(path, "/");
	text_puts(path, name);
}

/**
 * machine_open() - Open a file to read it
 * @name: path without the leading slash
 *
 * Return: file descriptor or -errno.
 */
int machine_open(const char *name)
{
	struct text path = { 0 };
	int fd = -ENOMEM;

	machine_path(name, &path);
	if (!path.failed) {
		/* Do not wait for a process that writes to a FIFO */
		fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd < 0)
			fd = -errno;
	}
	text_free(&path);
	return fd;
}

/**
 * machine_has() - Whether the machine has a file or directory
 * @name: path without the leading slash
 *
 * Return: true if it exists and can be opened.
 */
bool machine_has(const char *name)
{
	int fd = machine_open(name);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/**
 * machine_archive_lacks() - Whether no archive that apt knows has a package
 * @package: name of the package
 *
 * Return: true if apt's cache exists, and does not have the name.
 */
bool machine_archive_lacks(const char *package)
{
	int fd = machine_open("var/cache/apt/pkgcache.bin");
	struct stat st;
	void *cache = MAP_FAILED;
	bool lacks = false;

	if (fd >= 0 && !fstat(fd, &st) && st.st_size > 0)
		cache = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (cache != MAP_FAILED) {
		/* Names end in NUL */
		lacks = !memmem(cache, (size_t)st.st_size, package,
				strlen(package) + 1);
		munmap(cache, (size_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
	return lacks;
}

/**
 * machine_read() - Read a whole file
 * @name: path without the leading slash
 * @content: the content is appended
 *
 * Return: 0 or -errno.
 */
int machine_read(const char *name, struct text *content)
{
	char block[4096];
	ssize_t got;
	int err = 0;
	int fd = machine_open(name);

	if (fd < 0)
		return fd;
	while ((got = read(fd, block, sizeof(block))) > 0)
		text_add(content, block, (size_t)got);
	if (got < 0)
		err = -errno;
	else if (content->failed)
		err = -ENOMEM;
	close(fd);
	return err;
}

/**
 * machine_read_word() - Read a file of one line
 * @name: path without the leading slash
 * @word: the line is appended, without the newline
 *
 * Return: 0 or -errno.
 */
int machine_read_word(const char *name, struct text *word)
{
	int err = machine_read(name, word);

	if (!err && word->len && word->data[word->len - 1] == '\n')
		word->data[--word->len] = '\0';
	return err;
}

static int module_read(struct kmod_module *found, struct machine_module *module)
{
	struct kmod_list *info = NULL;
	struct kmod_list *entry;
	int err;

	text_puts(&module->path, kmod_module_get_path(found));
	err = kmod_module_get_info(found, &info);
	if (err < 0)
		return err;
	kmod_list_foreach(entry, info) {
		const char *key = kmod_module_info_get_key(entry);
		const char *value = kmod_module_info_get_value(entry);

		if (!strcmp(key, "version"))
			text_puts(&module->version, value);
		else if (!strcmp(key, "sig_id"))
			module->is_signed = true;
	}
	kmod_module_info_free_list(info);
	return 0;
}

/**
 * machine_find_module() - Look up a module as modprobe does
 * @name: name of the module
 * @release: release of the kernel
 * @module: zeroed; filled in; free it with machine_module_free() even on error
 *
 * Return: 0; -ENOENT if there is no such module; another -errno.
 */
int machine_find_module(const char *name, const char *release,
			struct machine_module *module)
{
	/* An empty list: ignore modprobe.d, which may blacklist the module. */
	const char *no_config = NULL;
	struct text directory = { 0 };
	struct kmod_list *found = NULL;
	struct kmod_ctx *kmod = NULL;
	int err = -ENOMEM;

	machine_path("lib/modules/", &directory);
	text_puts(&directory, release);
	if (directory.failed)
		goto out_directory;
	kmod = kmod_new(directory.data, &no_config);
	if (!kmod)
		goto out_directory;
	kmod_set_log_priority(kmod, 0);
	err = kmod_module_new_from_lookup(kmod, name, &found);
	if (!err && !found)
		err = -ENOENT;
	if (!err) {
		struct kmod_module *first = kmod_module_get_module(found);

		err = module_read(first, module);
		kmod_module_unref(first);
	}
	kmod_module_unref_list(found);
	kmod_unref(kmod);
out_directory:
	text_free(&directory);
	return err;
}

/**
 * machine_module_free() - Free the strings of a module
 * @module: module from machine_find_module()
 */
void machine_module_free(struct machine_module *module)
{
	text_free(&module->path);
	text_free(&module->version);
}

/* Each line of the file is a name, a space and a number. */
static int audit_read_copy(struct machine_audit *audit)
{
	const struct {
		const char *format;
		unsigned int *value;
	} lines[] = {
		{ "enabled %u", &audit->enabled },
		{ "pid %u", &audit->pid },
		{ "lost %u", &audit->lost },
		{ "backlog_limit %u", &audit->backlog_limit },
	};
	struct text content = { 0 };
	char *rest = NULL;
	int err = machine_read(AUDIT_COPY, &content);

	if (!err && content.data)
		rest = content.data;
	for (char *line; (line = strsep(&rest, "\n"));)
		for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
			if (sscanf(line, lines[i].format, lines[i].value) == 1)
				break;
	text_free(&content);
	return err;
}

static int audit_ask(int fd, struct machine_audit *audit)
{
	struct pollfd answers = { .fd = fd, .events = POLLIN };
	struct audit_reply reply;
	int err = audit_request_status(fd);

	if (err < 0)
		return err;
	while (poll(&answers, 1, AUDIT_WAIT_MS) > 0) {
		err = audit_get_reply(fd, &reply, GET_REPLY_NONBLOCKING, 0);
		if (err < 0)
			return err;
		if (reply.type == NLMSG_ERROR && reply.error->error)
			return reply.error->error;
		if (reply.type != AUDIT_GET)
			continue;
		*audit = (struct machine_audit){
			.enabled = reply.status->enabled,
			.pid = reply.status->pid,
			.lost = reply.status->lost,
			.backlog_limit = reply.status->backlog_limit,
		};
		return 0;
	}
	return -ETIMEDOUT;
}

/**
 * machine_read_audit() - Read the state of the kernel's audit system
 * @audit: zeroed; filled in
 *
 * Return: 0; -EPERM without CAP_AUDIT_CONTROL; another -errno.
 */
int machine_read_audit(struct machine_audit *audit)
{
	int err;
	int fd;

	if (machine_is_copy())
		return audit_read_copy(audit);
	fd = audit_open();
	if (fd < 0)
		return -errno;
	err = audit_ask(fd, audit);
	audit_close(fd);
	return err;
}
