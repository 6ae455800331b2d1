// SPDX-License-Identifier: GPL-2.0-only
/* The bounds of accesses: which names become which patterns, and that nothing is lost. */
#include <arpa/inet.h>

#include "core/access.h"
#include "core/domain.h"
#include "core/seen.h"
#include "policy/fold.h"
#include "policy/pattern.h"
#include "unit.h"

static const struct fold_bounds no_bounds;
static struct domain *domain;
static bool is_shared;	/* of the last use() */

static void begin(void)
{
	unit_share(SIZE_MAX, SIZE_MAX, SIZE_MAX);
	fold_bounds = no_bounds;
	assert_int_equal(domain_init(), 0);
	assert_int_equal(access_init(), 0);
	assert_int_equal(seen_init(1024), 0);
	assert_int_equal(fold_init(), 0);
	domain = domain_intern_get(domain_kernel, "/bin/sh", 7, 0, GFP_KERNEL);
	assert_false(IS_ERR(domain));
}

static void end(void)
{
	fold_exit();
	seen_exit();
	access_exit();
	domain_exit();
	unit_assert_clean();
}

/*
 * Records an access as event_record() does. Returns 1 if a line is new, 0 if it was known, or
 * an error; sets *@line to the line, to be freed.
 */
static int use(enum access_op op, const char *object, char **line)
{
	struct access_use one = { .domain = domain, .op = op, .now = 1 };
	char *folded = NULL;
	int ret = 0;

	*line = NULL;
	one.object = object;
	one.len = strlen(object);
	is_shared = false;
	if (!access_repeat(&one)) {
		folded = fold_object(domain, op, object, 0, &is_shared, GFP_ATOMIC);
		if (IS_ERR(folded))
			return PTR_ERR(folded);
		if (folded) {
			one.object = folded;
			one.len = strlen(folded);
			one.is_pattern = true;
		}
		ret = access_record(&one, GFP_ATOMIC);
	}
	*line = strdup(one.object);
	assert_non_null(*line);
	kfree(folded);
	return ret;
}

static void assert_use(enum access_op op, const char *object, const char *wanted)
{
	char *line;

	assert_true(use(op, object, &line) >= 0);
	if (strcmp(line, wanted))
		fail_msg("%s %s: %s instead of %s", access_kinds[op].keyword, object, line,
			 wanted);
	free(line);
}

/* --- tables ---------------------------------------------------------------- */

/* Each word of each kind of access has a rule, so that no word is lost. */
static void all_fields(void **state)
{
	char object[256], *folded;
	int op, i, round;

	(void)state;
	begin();
	for (op = 0; op < ACCESS_OPS; op++) {
		for (round = 0; round < 2; round++) {
			object[0] = '\0';
			for (i = 0; i < ACCESS_FIELDS && access_kinds[op].field[i]; i++) {
				const char *prefix = strchr(access_kinds[op].field[i], '=');

				snprintf(object + strlen(object), 60, "%s%s%s%d%s", i ? " " : "",
					 prefix ? prefix + 1 : "", prefix ? "=\"" : "",
					 i, prefix ? "\"" : "");
			}
			/* The domain has one access, and may have no more. */
			fold_bounds.domain_accesses = round;
			folded = fold_object(domain, op, object, 0, &is_shared, GFP_KERNEL);
			assert_false(IS_ERR(folded));
			if (!round) {
				assert_null(folded);
			} else if (folded) {
				const char *a = object, *b = folded;

				/* As many words as before, with the same prefixes. */
				for (; i > 1; i--) {
					assert_non_null(a = strchr(a, ' '));
					assert_non_null(b = strchr(b, ' '));
					a++;
					b++;
				}
				assert_null(strchr(b, ' '));
				if (strchr(a, '"'))
					assert_memory_equal(a, b, strchr(a, '"') - a + 1);
			}
			kfree(folded);
			if (!access_count()) {
				struct access_use one = { .domain = domain, .object = "x", .len = 1 };

				assert_int_equal(access_record(&one, GFP_KERNEL), 1);
			}
		}
	}
	end();
}

/* All bounds are 2. Each row of the rules, in order; the domain is empty at each NULL. */
static void rules(void **state)
{
	static const struct {
		enum access_op op;
		const char *object;
		const char *line;	/* NULL: as @object */
	} cases[] = {
		/* Names in a directory; files and directories have a bound each. */
		{ ACCESS_FILE_READ, "/tmp/a", NULL },
		{ ACCESS_FILE_READ, "/tmp/b", NULL },
		{ ACCESS_FILE_READ, "/tmp/c", "/tmp/\\*" },
		{ ACCESS_FILE_READ, "/tmp/d", "/tmp/\\*" },
		{ ACCESS_FILE_READ, "/tmp/a", NULL },
		{ ACCESS_FILE_READ, "/tmp/d/", NULL },
		{ ACCESS_FILE_READ, "/tmp/e/", NULL },
		{ ACCESS_FILE_READ, "/tmp/f/", "/tmp/\\*/" },
		{ ACCESS_FILE_READ, "/a", NULL },
		{ ACCESS_FILE_READ, "/", NULL },
		{ ACCESS_FILE_READ, "/b", NULL },
		{ ACCESS_FILE_READ, "/c", "/\\*" },
		/* Each operation has bounds of its own. */
		{ ACCESS_FILE_WRITE, "/tmp/c", NULL },
		/* Directories in which something was accessed: that one, and two more. */
		{ ACCESS_FILE_READ, "/tmp/x/1", NULL },
		{ ACCESS_FILE_READ, "/tmp/y/1", NULL },
		{ ACCESS_FILE_READ, "/tmp/z/1", "/tmp/\\{\\*\\}/\\*" },
		{ ACCESS_FILE_READ, "/tmp/z/1/2/3", "/tmp/\\{\\*\\}/\\*" },
		{ ACCESS_FILE_READ, "/tmp/z/1/", "/tmp/\\{\\*\\}/" },
		{ ACCESS_FILE_READ, "/tmp/x/2", NULL },
		{ ACCESS_FILE_READ, "/tmp/x/3", "/tmp/x/\\*" },
		{ ACCESS_OPS, NULL, NULL },
		/* Names of file systems, and what is not a path. */
		{ ACCESS_FILE_READ, "proc:/self/a", NULL },
		{ ACCESS_FILE_READ, "proc:/self/b", NULL },
		{ ACCESS_FILE_READ, "proc:/self/c", "proc:/self/\\*" },
		{ ACCESS_FILE_READ, "proc:/1/c", NULL },
		{ ACCESS_FILE_READ, "proc:/2/c", "proc:/\\{\\*\\}/\\*" },
		{ ACCESS_FILE_READ, "proc:/2/", NULL },
		{ ACCESS_FILE_READ, "pipe:[1]", NULL },
		{ ACCESS_FILE_READ, "pipe:[2]", NULL },
		{ ACCESS_FILE_READ, "pipe:[3]", "pipe:\\*" },
		{ ACCESS_FILE_READ, "/etc/a", NULL },
		{ ACCESS_FILE_READ, "a:/", "\\*/" },
		{ ACCESS_FILE_READ, "a:x", "\\*" },
		{ ACCESS_FILE_READ, "a:/x", "\\*/\\*" },
		{ ACCESS_FILE_READ, "a:/x/", "\\*/\\*/" },
		{ ACCESS_FILE_READ, "a:/x/y/z", "\\*/\\{\\*\\}/\\*" },
		{ ACCESS_FILE_READ, "a:/x/y/z/", "\\*/\\{\\*\\}/\\*/" },
		{ ACCESS_FILE_READ, "proc:/self/", NULL },
		{ ACCESS_OPS, NULL, NULL },
		/* Names with characters of patterns and escapes. */
		{ ACCESS_FILE_READ, "/\\\\*/\\040", NULL },
		{ ACCESS_FILE_READ, "/\\\\*/*", NULL },
		{ ACCESS_FILE_READ, "/\\\\*/\\\\{", "/\\\\*/\\*" },
		{ ACCESS_FILE_READ, "/\\\\*/\\377", "/\\\\*/\\*" },
		{ ACCESS_OPS, NULL, NULL },
		/* Numbers of a file. */
		{ ACCESS_FILE_IOCTL, "/dev/tty 0x5401", NULL },
		{ ACCESS_FILE_IOCTL, "/dev/tty 0x5402", NULL },
		{ ACCESS_FILE_IOCTL, "/dev/tty 0x5403", "/dev/tty 0x0-0xFFFFFFFF" },
		{ ACCESS_FILE_IOCTL, "/dev/tty 0x5401", NULL },
		{ ACCESS_FILE_IOCTL, "/dev/a 0x5403", NULL },
		{ ACCESS_FILE_IOCTL, "/dev/b 0x5403", "/dev/\\* 0x5403" },
		{ ACCESS_FILE_IOCTL, "/dev/b 0x5404", "/dev/\\* 0x5404" },
		{ ACCESS_FILE_IOCTL, "/dev/c 0x5405", "/dev/\\* 0x0-0xFFFFFFFF" },
		{ ACCESS_FILE_IOCTL, "/dev/c 0x5403", "/dev/\\* 0x5403" },
		{ ACCESS_FILE_CHMOD, "/a 0600", NULL },
		{ ACCESS_FILE_CHMOD, "/a 0644", NULL },
		{ ACCESS_FILE_CHMOD, "/a 0755", "/a 00-07777" },
		{ ACCESS_FILE_CHOWN, "/a 1", NULL },
		{ ACCESS_FILE_CHOWN, "/a 2", NULL },
		{ ACCESS_FILE_CHOWN, "/a 3", "/a 0-4294967295" },
		{ ACCESS_FILE_CHGRP, "/a 1", NULL },
		{ ACCESS_FILE_CHGRP, "/a 2", NULL },
		{ ACCESS_FILE_CHGRP, "/a 3", "/a 0-4294967295" },
		/* A device is one value. */
		{ ACCESS_FILE_MKBLOCK, "/dev/a 0600 8 1", NULL },
		{ ACCESS_FILE_MKBLOCK, "/dev/a 0600 8 2", NULL },
		{ ACCESS_FILE_MKBLOCK, "/dev/a 0600 8 2", NULL },
		{ ACCESS_FILE_MKBLOCK, "/dev/a 0600 9 2", "/dev/a 00-07777 0-4095 0-1048575" },
		{ ACCESS_FILE_MKBLOCK, "/dev/b 0600 9 2", NULL },
		{ ACCESS_FILE_MKBLOCK, "/dev/c 0600 9 2", "/dev/\\* 0600 9 2" },
		/* A file system type and its flags are one value; users choose subtypes of fuse. */
		{ ACCESS_FILE_MOUNT, "/dev/a /mnt/ ext4 0x1", NULL },
		{ ACCESS_FILE_MOUNT, "/dev/a /mnt/ fuse.a 0x1", NULL },
		{ ACCESS_FILE_MOUNT, "/dev/a /mnt/ fuse.b/c 0x1",
		  "/dev/a /mnt/ \\* 0x0-0xFFFFFFFFFFFFFFFF" },
		{ ACCESS_FILE_MOUNT, "/dev/a /mnt/ ext4 0x1", NULL },
		{ ACCESS_OPS, NULL, NULL },
		/* Pairs of paths: the second one has a bound for each first one, too. */
		{ ACCESS_FILE_RENAME, "/a/1 /x/1", NULL },
		{ ACCESS_FILE_RENAME, "/a/1 /x/2", NULL },
		{ ACCESS_FILE_RENAME, "/a/1 /x/3", "/a/1 /x/\\*" },
		{ ACCESS_FILE_RENAME, "/a/1 /y/3", "/a/1 /y/\\*" },
		{ ACCESS_FILE_RENAME, "/a/1 /y/3/", "/a/1 /y/\\*/" },
		{ ACCESS_FILE_RENAME, "/a/2 /x/1", NULL },
		{ ACCESS_FILE_RENAME, "/a/3 /x/1", "/a/\\* /x/1" },
		{ ACCESS_FILE_RENAME, "/a/3 /z/1", "/a/\\* /\\{\\*\\}/\\*" },
		{ ACCESS_OPS, NULL, NULL },
		/* Words after prefix=" */
		{ ACCESS_FILE_EXECUTE, "/bin/a exec.realpath=\"/b/a\" exec.argv[0]=\"a\"", NULL },
		{ ACCESS_FILE_EXECUTE, "/bin/a exec.realpath=\"/b/a\" exec.argv[0]=\"b\"", NULL },
		{ ACCESS_FILE_EXECUTE, "/bin/a exec.realpath=\"/b/a\" exec.argv[0]=\"c\"",
		  "/bin/a exec.realpath=\"/b/a\" exec.argv[0]=\"\\*\"" },
		{ ACCESS_FILE_EXECUTE, "/bin/a exec.realpath=\"/b/b\" exec.argv[0]=\"c\"", NULL },
		{ ACCESS_FILE_EXECUTE, "/bin/a exec.realpath=\"/b/c\" exec.argv[0]=\"c\"",
		  "/bin/a exec.realpath=\"/b/\\*\" exec.argv[0]=\"c\"" },
		/* A long argv[0] is left out. */
		{ ACCESS_FILE_EXECUTE, "/bin/b exec.realpath=\"/b/b\"", NULL },
		{ ACCESS_FILE_EXECUTE, "/bin/c exec.realpath=\"/b/b\"",
		  "/bin/\\* exec.realpath=\"/b/b\"" },
		{ ACCESS_FILE_SYMLINK, "/a symlink.target=\"../1\"", NULL },
		{ ACCESS_FILE_SYMLINK, "/a symlink.target=\"\\\"", NULL },
		{ ACCESS_FILE_SYMLINK, "/a symlink.target=\"2\"", "/a symlink.target=\"\\*\"" },
		{ ACCESS_MISC_ENV, "PATH", NULL },
		{ ACCESS_MISC_ENV, "HOME", NULL },
		{ ACCESS_MISC_ENV, "X", "\\*" },
		{ ACCESS_MISC_ENV, "PATH", NULL },
		{ ACCESS_OPS, NULL, NULL },
		/* Addresses of a port, networks of a port, ports of an address. */
		{ ACCESS_INET_STREAM_ACCEPT, "10.0.0.1 1024-65535", NULL },
		{ ACCESS_INET_STREAM_ACCEPT, "10.0.0.2 1024-65535", NULL },
		{ ACCESS_INET_STREAM_ACCEPT, "10.0.0.3 1024-65535",
		  "10.0.0.0-10.0.0.255 1024-65535" },
		{ ACCESS_INET_STREAM_ACCEPT, "10.0.0.2 1024-65535", NULL },
		{ ACCESS_INET_STREAM_ACCEPT, "10.0.1.3 1024-65535",
		  "10.0.1.0-10.0.1.255 1024-65535" },
		{ ACCESS_INET_STREAM_ACCEPT, "10.0.2.3 1024-65535",
		  "0.0.0.0-255.255.255.255 1024-65535" },
		{ ACCESS_INET_STREAM_ACCEPT, "10.0.1.4 1024-65535",
		  "10.0.1.0-10.0.1.255 1024-65535" },
		{ ACCESS_INET_STREAM_ACCEPT, "::1 1024-65535",
		  "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 1024-65535" },
		{ ACCESS_INET_STREAM_ACCEPT, "10.0.2.3 80", NULL },
		{ ACCESS_OPS, NULL, NULL },
		{ ACCESS_INET_STREAM_CONNECT, "10.0.0.1 1", NULL },
		{ ACCESS_INET_STREAM_CONNECT, "10.0.0.1 2", NULL },
		{ ACCESS_INET_STREAM_CONNECT, "10.0.0.1 3", "10.0.0.1 0-65535" },
		{ ACCESS_INET_STREAM_CONNECT, "10.0.0.1 2", NULL },
		{ ACCESS_INET_STREAM_CONNECT, "10.0.0.2 1", NULL },
		{ ACCESS_INET_STREAM_CONNECT, "10.0.0.3 1", "10.0.0.0-10.0.0.255 1" },
		{ ACCESS_INET_STREAM_CONNECT, "10.0.0.4 1", "10.0.0.0-10.0.0.255 1" },
		{ ACCESS_OPS, NULL, NULL },
		{ ACCESS_UNIX_STREAM_CONNECT, "/run/a", NULL },
		{ ACCESS_UNIX_STREAM_CONNECT, "/run/b", NULL },
		{ ACCESS_UNIX_STREAM_CONNECT, "/run/c", "/run/\\*" },
		/* Names that the kernel chooses become a pattern at once, and are not counted. */
		{ ACCESS_UNIX_STREAM_CONNECT, "\\00000f3a", "\\000\\x\\x\\x\\x\\x" },
		{ ACCESS_UNIX_STREAM_CONNECT, "\\000a", NULL },
		{ ACCESS_UNIX_STREAM_CONNECT, "\\000b/c", NULL },
		{ ACCESS_UNIX_STREAM_CONNECT, "\\000c", "\\000\\*" },
		{ ACCESS_UNIX_STREAM_CONNECT, "\\000", "\\000\\*" },
		{ ACCESS_UNIX_STREAM_CONNECT, "anonymous", NULL },
		/* Users choose relative names. */
		{ ACCESS_UNIX_STREAM_CONNECT, "a", NULL },
		{ ACCESS_UNIX_STREAM_CONNECT, "b", NULL },
		{ ACCESS_UNIX_STREAM_CONNECT, "c", "\\*" },
		{ ACCESS_UNIX_STREAM_CONNECT, "d/a", NULL },
		{ ACCESS_UNIX_STREAM_CONNECT, "e/a", "\\*/\\*" },
		{ ACCESS_UNIX_STREAM_CONNECT, "f:a", "\\*" },
		{ ACCESS_UNIX_STREAM_CONNECT, "anonymous", NULL },
		{ ACCESS_IPC_SIGNAL, "15 <kernel> /a", NULL },
		{ ACCESS_IPC_SIGNAL, "15 <kernel> /a /b", NULL },
		{ ACCESS_IPC_SIGNAL, "9 <kernel> /a /b", NULL },
		{ ACCESS_IPC_SIGNAL, "15 <kernel> /c", "15 any" },
		{ ACCESS_IPC_SIGNAL, "9 <kernel> /a /b", NULL },
		{ ACCESS_IPC_PTRACE, "16 <kernel> /a", NULL },
		{ ACCESS_IPC_PTRACE, "16 <kernel> /b", NULL },
		{ ACCESS_IPC_PTRACE, "16 <kernel> /c", "16 any" },
		{ ACCESS_CAPABILITY, "a", NULL },
		{ ACCESS_CAPABILITY, "b", NULL },
		{ ACCESS_CAPABILITY, "c", NULL },
		{ ACCESS_OPS, NULL, NULL },
	};
	struct fold_bounds two = {
		.siblings = 2, .subdirectories = 2, .addresses = 2, .ports = 2, .numbers = 2,
		.variables = 2, .words = 2, .abstract = 2, .targets = 2, .programs = 2,
	};
	size_t i, start;
	bool bound;

	(void)state;
	for (i = start = 0; i < ARRAY_SIZE(cases); i++) {
		if (cases[i].object)
			continue;
		/* Without bounds, each access is recorded as it is. */
		for (bound = false;; bound = true) {
			begin();
			if (bound)
				fold_bounds = two;
			for (size_t j = start; j < i; j++)
				assert_use(cases[j].op, cases[j].object,
					   bound && cases[j].line ? cases[j].line : cases[j].object);
			end();
			if (bound)
				break;
		}
		start = i + 1;
	}
	assert_int_equal(start, ARRAY_SIZE(cases));
}

/* With a full domain, each word becomes its pattern at once; what is known stays known. */
static void full_domain(void **state)
{
	static const struct {
		enum access_op op;
		const char *object;
		const char *line;
	} cases[] = {
		{ ACCESS_FILE_READ, "/etc/a", "/etc/a" },
		{ ACCESS_FILE_READ, "/etc/b", "/\\{\\*\\}/\\*" },
		{ ACCESS_FILE_READ, "/etc/b/", "/\\{\\*\\}/" },
		{ ACCESS_FILE_READ, "/etc", "/\\*" },
		{ ACCESS_FILE_READ, "/etc/", "/\\*/" },
		{ ACCESS_FILE_READ, "/", "/" },
		{ ACCESS_FILE_READ, "proc:/a", "\\*/\\*" },
		{ ACCESS_FILE_READ, "pipe:[1]", "\\*" },
		{ ACCESS_FILE_CHOWN, "/a 1", "/\\* 0-4294967295" },
		{ ACCESS_FILE_RENAME, "/a/b /c", "/\\{\\*\\}/\\* /\\*" },
		{ ACCESS_FILE_MOUNT, "a /b/ fuse.c 0x0", "\\* /\\*/ \\* 0x0-0xFFFFFFFFFFFFFFFF" },
		{ ACCESS_FILE_EXECUTE, "/a exec.realpath=\"/b/c\" exec.argv[0]=\"d\"",
		  "/\\* exec.realpath=\"/\\{\\*\\}/\\*\" exec.argv[0]=\"\\*\"" },
		{ ACCESS_MISC_ENV, "A", "\\*" },
		{ ACCESS_INET_DGRAM_SEND, "10.0.0.1 53", "0.0.0.0-255.255.255.255 0-65535" },
		{ ACCESS_INET_DGRAM_RECV, "::1 1024-65535",
		  "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 1024-65535" },
		{ ACCESS_UNIX_DGRAM_SEND, "\\000a", "\\000\\*" },
		{ ACCESS_UNIX_DGRAM_SEND, "a", "\\*" },
		{ ACCESS_UNIX_DGRAM_SEND, "/a", "/\\*" },
		{ ACCESS_IPC_SIGNAL, "9 <kernel>", "9 any" },
		{ ACCESS_FILE_READ, "/etc/a", "/etc/a" },
	};
	size_t i;

	(void)state;
	begin();
	fold_bounds.domain_accesses = 1;
	assert_false(fold_is_full(domain, 0));
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_use(cases[i].op, cases[i].object, cases[i].line);
		assert_true(fold_is_full(domain, 0));
	}
	assert_false(fold_is_full(domain_kernel, 0));
	fold_bounds.domain_accesses = 0;
	assert_use(ACCESS_FILE_READ, "/etc/b", "/etc/b");
	end();
}

/* The /64 of an address, in all ways in which %pI6c writes addresses. */
static void networks_v6(void **state)
{
	static const struct {
		const char *address;
		const char *network;
	} cases[] = {
		{ "::", "0:0:0:0" }, { "::1", "0:0:0:0" }, { "1::", "1:0:0:0" },
		{ "2001:db8::1", "2001:db8:0:0" }, { "2001:db8:1::1", "2001:db8:1:0" },
		{ "2001:db8:1:2::1", "2001:db8:1:2" }, { "2001:db8:1:2:3::1", "2001:db8:1:2" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2" }, { "1:2:3:4::", "1:2:3:4" },
		{ "1:2:3::", "1:2:3:0" }, { "1:2::3:4:5:6", "1:2:0:0" }, { "1::4:5:6:7", "1:0:0:0" },
		{ "::3:4:5:6:7:8", "0:0:3:4" }, { "1::4:5:6:7:8", "1:0:0:4" },
		{ "0:2:3:4:5:6:7:8", "0:2:3:4" }, { "1:0:3:4:5:6:7:8", "1:0:3:4" },
		{ "::4:5:6:7:8", "0:0:0:4" }, { "::ffff:0:0:1", "0:0:0:0" },
		{ "fe80::1", "fe80:0:0:0" }, { "ff02::fb", "ff02:0:0:0" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff" },
		{ "abcd:ef01:2345:6789::a", "abcd:ef01:2345:6789" },
	};
	char object[64], wanted[128];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		begin();
		fold_bounds.addresses = 1;
		assert_use(ACCESS_INET_STREAM_CONNECT, "7777::7 1", "7777::7 1");
		snprintf(object, sizeof(object), "%s 1", cases[i].address);
		snprintf(wanted, sizeof(wanted), "%s:0:0:0:0-%s:ffff:ffff:ffff:ffff 1",
			 cases[i].network, cases[i].network);
		assert_use(ACCESS_INET_STREAM_CONNECT, object, wanted);
		end();
	}
	begin();
	fold_bounds.addresses = 1;
	assert_use(ACCESS_INET_STREAM_CONNECT, "7777::7 1", "7777::7 1");
	assert_use(ACCESS_INET_STREAM_CONNECT, "::ffff:10.1.2.3 1",
		   "::ffff:10.1.2.0-::ffff:10.1.2.255 1");
	assert_use(ACCESS_INET_STREAM_CONNECT, "10.1.2.3 1", "0.0.0.0-255.255.255.255 1");
	assert_use(ACCESS_INET_STREAM_CONNECT, "fe80::5efe:10.1.2.3 1",
		   "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 1");
	end();
}

/* A path beyond the budget of long texts is cut between two characters. */
static void long_paths(void **state)
{
	static const char *const characters[] = { "x", "\\\\", "\\001", "\\\\x", "x\\\\\\001" };
	static char path[5 * SHARE_TEXT_LONG];
	size_t i, shift, used, len;
	char *line;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(characters); i++) {
		for (shift = 0; shift < 6; shift++) {
			begin();
			path[0] = '/';
			memset(path + 1, 'y', shift);
			for (used = 1 + shift; used <= SHARE_TEXT_LONG; used += len) {
				len = strlen(characters[i]);
				memcpy(path + used, characters[i], len + 1);
			}
			/* There is room for long texts. */
			assert_use(ACCESS_FILE_READ, path, path);
			memcpy(path + used, "x", 2);
			unit_share(SIZE_MAX, SIZE_MAX, 0);
			line = fold_object(domain, ACCESS_FILE_READ, path, 0, &is_shared, GFP_KERNEL);
			assert_false(!line || IS_ERR(line));
			len = strlen(line);
			assert_in_range(len, SHARE_TEXT_LONG - 6, SHARE_TEXT_LONG);
			assert_memory_equal(line, path, len - 3);
			assert_string_equal(line + len - 3, "...");
			assert_true(pattern_is_valid(line, len) && pattern_is_literal(line, len));
			kfree(line);
			/* The users start again: forget what was paid before. */
			fold_exit();
			seen_exit();
			access_exit();
			domain_exit();
			shim_rcu_run();
			assert_int_equal(shim_live(), 0);
		}
	}
}

/* Programs that a domain executes: the bound is one of its own, and there are no words. */
static void programs(void **state)
{
	static const char *const cases[][2] = {
		{ "/bin/a", NULL }, { "/bin/b", NULL }, { "/bin/c", "/bin/\\*" },
		{ "/home/a/x", NULL }, { "/home/b/x", NULL }, { "/home/c/x", "/home/\\{\\*\\}/\\*" },
		{ "proc:/1/exe", "\\*/\\{\\*\\}/\\*" },
	};
	char *folded;
	size_t i;

	(void)state;
	begin();
	fold_bounds.programs = 2;
	fold_bounds.siblings = 1;
	fold_bounds.domain_accesses = 1;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		fold_bounds.subdirectories = i < 6 ? 2 : 0;
		if (i == 6)
			break;
		/* Two of three directories in /: bin and home. */
		folded = fold_program(domain, cases[i][0], 0, GFP_KERNEL);
		assert_int_equal(!!folded, !!cases[i][1]);
		if (folded)
			assert_string_equal(folded, cases[i][1]);
		kfree(folded);
	}
	end();
}

/* --- memory, users, resets -------------------------------------------------- */

/* Each allocation fails once; each lost access is reported, and nothing leaks. */
static void without_memory(void **state)
{
	static const struct {
		enum access_op op;
		const char *object;
	} cases[] = {
		{ ACCESS_FILE_READ, "/a/b/c" }, { ACCESS_FILE_RENAME, "/a/b c:/d/e" },
		{ ACCESS_FILE_EXECUTE, "/a exec.realpath=\"/b/c\" exec.argv[0]=\"d\"" },
		{ ACCESS_FILE_MOUNT, "tmpfs /mnt/ tmpfs 0x0" }, { ACCESS_MISC_ENV, "A" },
		{ ACCESS_INET_STREAM_CONNECT, "10.0.0.1 80" },
		{ ACCESS_UNIX_STREAM_CONNECT, "\\000a" }, { ACCESS_IPC_SIGNAL, "9 <kernel> /a" },
	};
	static const struct fold_bounds one = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0 };
	unsigned long nth;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		for (nth = 1;; nth++) {
			const char *object = cases[i / 2].object;
			char *line;
			bool failed;
			int ret;

			begin();
			fold_bounds = one;
			/* In the second round, the domain is full. */
			if (i % 2) {
				assert_use(ACCESS_CAPABILITY, "a", "a");
				fold_bounds.domain_accesses = 1;
			}
			shim_fail_at(nth);
			ret = use(cases[i / 2].op, object, &line);
			failed = shim_has_failed();
			shim_fail_at(0);
			assert_int_equal(ret, failed ? -ENOMEM : 1);
			free(line);
			assert_int_equal(access_count(), i % 2 + !failed);
			/* Later it is recorded. */
			assert_int_equal(use(cases[i / 2].op, object, &line), failed);
			free(line);
			end();
			if (!failed)
				break;
		}
		assert_in_range(nth, 3, 20);
	}
}

/* A user pays for the counters; without room, nothing is recorded. */
static void counters_are_paid(void **state)
{
	const struct share limits = { .accesses = 1000, .domains = 1000, .bytes = 1 << 20 };
	struct share before, after;
	char name[32], *folded;
	int i;

	(void)state;
	begin();
	fold_bounds.siblings = 1;
	fold_bounds.subdirectories = 1 << 20;
	before = unit_total();
	assert_null(fold_object(domain, ACCESS_FILE_READ, "/a/b", 1000, &is_shared,
				GFP_KERNEL));
	after = unit_total();
	assert_int_equal(after.accesses + after.domains, before.accesses + before.domains);
	assert_in_range(after.bytes - before.bytes, 2 * 32, 2 * 128);
	share_set_limits(&limits);
	for (i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "/%d/x", i);
		folded = fold_object(domain, ACCESS_FILE_READ, name, 1000, &is_shared, GFP_KERNEL);
		if (IS_ERR(folded))
			break;
		assert_null(folded);
	}
	assert_in_range(i, 100, 5000);
	assert_int_equal(PTR_ERR(folded), -EDQUOT);
	assert_true(unit_total().bytes - before.bytes <= (1 << 20) / 8);
	/* A path whose counters exist needs none. */
	folded = fold_object(domain, ACCESS_FILE_READ, "/0/y", 1000, &is_shared, GFP_KERNEL);
	assert_string_equal(folded, "/0/\\*");
	kfree(folded);
	end();
}

/* In a domain, root and the other users have separate bounds. */
static void root_counts_apart(void **state)
{
	struct access_use one = { .op = ACCESS_FILE_READ, .uid = 1000, .now = 1 };
	char *folded, name[32];
	int i;

	(void)state;
	begin();
	one.domain = domain;
	fold_bounds.siblings = 2;
	fold_bounds.programs = 1;
	fold_bounds.domain_accesses = 4;
	for (i = 0; i < 4; i++) {
		assert_false(fold_is_full(domain, 1000));
		snprintf(name, sizeof(name), "/etc/%d", i);
		folded = fold_object(domain, ACCESS_FILE_READ, name, 1000, &is_shared, GFP_KERNEL);
		assert_int_equal(!!folded, i >= 2);
		kfree(folded);
		one.object = name;
		one.len = strlen(name);
		assert_int_equal(access_record(&one, GFP_KERNEL), 1);
	}
	assert_true(fold_is_full(domain, 1000));
	assert_true(fold_is_full(domain, 1001));
	assert_false(fold_is_full(domain, 0));
	assert_null(fold_program(domain, "/bin/a", 1000, GFP_KERNEL));
	folded = fold_program(domain, "/bin/b", 1000, GFP_KERNEL);
	assert_string_equal(folded, "/bin/\\*");
	kfree(folded);
	assert_null(fold_program(domain, "/bin/b", 0, GFP_KERNEL));
	assert_use(ACCESS_FILE_READ, "/etc/shadow", "/etc/shadow");
	assert_use(ACCESS_FILE_READ, "/etc/gshadow", "/etc/gshadow");
	assert_use(ACCESS_FILE_READ, "/etc/passwd-", "/etc/\\*");
	end();
}

/* Long paths do not take more memory than many accesses. */
static void counters_are_bounded(void **state)
{
	char name[256];
	char *folded = NULL;
	u32 i, k, len;

	(void)state;
	begin();
	fold_bounds.domain_accesses = 16;
	fold_bounds.subdirectories = 128;
	for (i = 0; !fold_is_full(domain, 0); i++) {
		for (k = len = 0; k < 40; k++)
			len += snprintf(name + len, sizeof(name) - len, "/%x", (i >> k % 8) & 1);
		snprintf(name + len, sizeof(name) - len, "/%u", i);
		folded = fold_object(domain, ACCESS_FILE_READ, name, 0, &is_shared, GFP_KERNEL);
		assert_false(IS_ERR(folded));
		kfree(folded);
		assert_in_range(i, 0, 1000);
	}
	assert_in_range(domain_counter_count(domain, DOMAIN_ROOT), 16 * 64, 16 * 100);
	assert_int_equal(domain_counter_count(domain, DOMAIN_OTHERS), 0);
	folded = fold_object(domain, ACCESS_FILE_READ, "/x/y", 0, &is_shared, GFP_KERNEL);
	assert_string_equal(folded, "/\\{\\*\\}/\\*");
	kfree(folded);
	/* A generation counts anew. */
	access_forget();
	assert_false(fold_is_full(domain, 0));
	assert_int_equal(domain_counter_count(domain, DOMAIN_ROOT), 0);
	assert_null(fold_object(domain, ACCESS_FILE_READ, "/x/y", 0, &is_shared,
				GFP_KERNEL));
	end();
}

/* Addresses and ports that become ranges need no counters. */
static void peers_need_no_counters(void **state)
{
	char object[64];
	u32 i;

	(void)state;
	begin();
	fold_bounds.addresses = 8;
	fold_bounds.ports = 8;
	for (i = 0; i < 5000; i++) {
		snprintf(object, sizeof(object), "10.0.%u.%u 443", i / 200, i % 200);
		kfree(fold_object(domain, ACCESS_INET_STREAM_CONNECT, object, 0, &is_shared,
				  GFP_KERNEL));
	}
	for (i = 0; i < 5000; i++) {
		snprintf(object, sizeof(object), "10.1.0.0 %u", i);
		kfree(fold_object(domain, ACCESS_INET_STREAM_CONNECT, object, 0, &is_shared,
				  GFP_KERNEL));
	}
	/* As a name server answers its clients. */
	for (i = 0; i < 5000; i++) {
		snprintf(object, sizeof(object), "10.2.%u.%u %u", i / 200, i % 200, 5000 + i);
		kfree(fold_object(domain, ACCESS_INET_STREAM_CONNECT, object, 0, &is_shared,
				  GFP_KERNEL));
	}
	assert_use(ACCESS_INET_STREAM_CONNECT, "10.3.0.1 60000", "0.0.0.0-255.255.255.255 0-65535");
	assert_use(ACCESS_INET_STREAM_CONNECT, "10.0.0.0 443", "10.0.0.0 443");
	assert_in_range(domain_counter_count(domain, DOMAIN_ROOT), 20, 200);
	end();
}

/* A generation counts anew; the counters of the one before are freed. */
static void counts_of_generations(void **state)
{
	struct share before;

	(void)state;
	begin();
	before = unit_total();
	fold_bounds.siblings = 1;
	assert_use(ACCESS_FILE_READ, "/a", "/a");
	assert_use(ACCESS_FILE_READ, "/b", "/\\*");
	access_forget();
	assert_use(ACCESS_FILE_READ, "/b", "/b");
	assert_use(ACCESS_FILE_READ, "/a", "/\\*");
	access_free_forgotten();
	fold_free_forgotten();
	assert_use(ACCESS_FILE_READ, "/c", "/\\*");
	access_forget();
	access_free_forgotten();
	fold_free_forgotten();
	assert_int_equal(unit_total().bytes, before.bytes);
	end();
}

static void reset(void *unused)
{
	(void)unused;
	access_forget();
}

/* A reset while a counter waits for memory. */
static void reset_during_fold(void **state)
{
	unsigned long nth;

	(void)state;
	for (nth = 1; nth <= 4; nth++) {
		begin();
		fold_bounds.siblings = 1;
		shim_on_nth_alloc(nth, reset, NULL);
		assert_use(ACCESS_FILE_CHOWN, "/a 1", "/a 1");
		shim_on_alloc(NULL, NULL);
		end();
	}
}

static void count_a(void *unused)
{
	(void)unused;
	assert_null(fold_object(domain, ACCESS_FILE_READ, "/a", 0, &is_shared,
				GFP_ATOMIC));
}

/* Another CPU adds the same counter while this one waits for memory. */
static void counted_by_another_cpu(void **state)
{
	struct share before, after;
	char *folded;

	(void)state;
	begin();
	fold_bounds.siblings = 1;
	before = unit_total();
	shim_on_alloc(count_a, NULL);
	folded = fold_object(domain, ACCESS_FILE_READ, "/b", 0, &is_shared, GFP_KERNEL);
	assert_string_equal(folded, "/\\*");
	kfree(folded);
	after = unit_total();
	assert_in_range(after.bytes - before.bytes, 1, 127);
	end();
}

/* --- any sequence of names --------------------------------------------------- */

enum kind { FIXED, PATH, UNIX, NUMBER, TEXT, ADDRESS, PORT, TARGET };

static enum kind kind_of(enum access_op op, int i)
{
	static const struct {
		const char *field;
		enum kind kind;
	} kinds[] = {
		{ "path", PATH }, { "new", PATH }, { "dev", PATH },
		{ "realpath=exec.realpath", PATH }, { "argv0=exec.argv[0]", TEXT },
		{ "target=symlink.target", TEXT }, { "fstype", TEXT }, { "name", TEXT },
		{ "mode", NUMBER },
		{ "major", NUMBER }, { "minor", NUMBER }, { "ouid", NUMBER }, { "ogid", NUMBER },
		{ "ioctlcmd", NUMBER }, { "flags", NUMBER }, { "laddr", ADDRESS },
		{ "faddr", ADDRESS }, { "lport", PORT }, { "fport", PORT }, { "target", TARGET },
	};
	size_t k;

	if (op >= ACCESS_UNIX_STREAM_BIND && op <= ACCESS_UNIX_SEQPACKET_ACCEPT)
		return UNIX;
	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		if (!strcmp(kinds[k].field, access_kinds[op].field[i]))
			return kinds[k].kind;
	}
	return FIXED;
}

static int fields_of(enum access_op op)
{
	int i;

	for (i = 0; i < ACCESS_FIELDS && access_kinds[op].field[i]; i++)
		;
	return i;
}

struct line {
	char text[ACCESS_FIELDS][128];	/* the words, without prefix=" and " */
};

static void line_split(struct line *line, enum access_op op, const char *text)
{
	int count = fields_of(op), i;

	memset(line, 0, sizeof(*line));
	for (i = 0; i < count; i++) {
		const char *prefix = strchr(access_kinds[op].field[i], '=');
		size_t len = kind_of(op, i) == TARGET ? strlen(text) : strcspn(text, " ");
		size_t skip = prefix ? strlen(prefix + 1) + 2 : 0;

		assert_true(len >= skip + !!prefix && len < sizeof(line->text[i]));
		if (prefix) {
			assert_memory_equal(text, prefix + 1, skip - 2);
			assert_int_equal(text[len - 1], '"');
		}
		memcpy(line->text[i], text + skip, len - skip - !!prefix);
		text += len;
		assert_int_equal(*text, i + 1 < count ? ' ' : '\0');
		text += i + 1 < count;
	}
}

static struct in6_addr address_of(const char *text, size_t len)
{
	struct in6_addr address = { 0 };
	char copy[64] = "";

	memcpy(copy, text, len);
	if (!inet_pton(AF_INET6, copy, &address)) {
		/* Prefix 1:: keeps IPv4 addresses apart. */
		address.s6_addr[1] = 1;
		assert_int_equal(inet_pton(AF_INET, copy, &address.s6_addr[12]), 1);
	}
	return address;
}

/* Does a word of a line cover a word of an access? */
static bool covers(enum kind kind, const char *line, const char *word)
{
	const char *dash = strchr(line, '-');

	if (!strcmp(line, word))
		return true;
	switch (kind) {
	case UNIX:
		if (!strcmp(line, "\\000\\*"))
			return !strncmp(word, "\\000", 4);
		/* fallthrough */
	case PATH:
		assert_true(pattern_is_valid(line, strlen(line)));
		return !pattern_is_literal(line, strlen(line)) &&
		       pattern_matches(line, strlen(line), word, strlen(word));
	case NUMBER:
	case PORT:
		/* No word of the tests is a range but that of client ports. */
		return dash && !strchr(word, '-') &&
		       strtoul(line, NULL, 0) <= strtoul(word, NULL, 0) &&
		       strtoul(word, NULL, 0) <= strtoul(dash + 1, NULL, 0);
	case TEXT:
		return !strcmp(line, "\\*");
	case TARGET:
		return !strcmp(line, "any");
	case ADDRESS:
		if (dash) {
			struct in6_addr low = address_of(line, dash - line);
			struct in6_addr high = address_of(dash + 1, strlen(dash + 1));
			struct in6_addr is = address_of(word, strlen(word));

			return memcmp(&low, &is, sizeof(is)) <= 0 &&
			       memcmp(&is, &high, sizeof(is)) <= 0;
		}
		return false;
	default:
		return false;
	}
}

static void path_random(char *text, u64 *seed, u32 width, bool is_unix)
{
	static const char *const names[] = {
		"a", "*", "\\\\*", "\\040", "{x}", "\\\\{\\\\*\\\\}", "b.c", "-", "?", "\\377z", "...",
	};
	static const char *const roots[] = { "/", "/", "/", "/", "proc:/", "pipe:", "", "a/", "b:" };
	u64 random = unit_random(seed);
	u32 depth = random % 4;

	text += sprintf(text, "%s", roots[random / 4 % ARRAY_SIZE(roots)]);
	if (is_unix && random >> 60 < 6) {
		text[0] = '\0';
		sprintf(text, random >> 60 ? "\\000%llu/x" : "anonymous",
			(unsigned long long)unit_random(seed) % width);
		return;
	}
	/* A user may choose the root, too. */
	if (random >> 40 & 1)
		text += sprintf(text, "%llu:", (unsigned long long)unit_random(seed) % width);
	do {
		u64 name = unit_random(seed);

		text += sprintf(text, "%s%llu", names[name % ARRAY_SIZE(names)],
				(unsigned long long)(name >> 8) % width);
		if (depth)
			*text++ = '/';
	} while (depth--);
	if (random >> 50 & 1)
		*text++ = '/';
	*text = '\0';
}

static void word_random(char *text, enum access_op op, int i, u64 *seed, u32 width)
{
	const char *field = access_kinds[op].field[i];
	u32 number = unit_random(seed) % width, more = unit_random(seed) % width;
	static const char *const networks[] = { "2001:db8:%x::%x", "::%x:%x", "fe80::%x:0:0:%x",
						"%x:2:3:4:5:6:7:%x", "::ffff:10.1.%u.%u" };

	switch (kind_of(op, i)) {
	case PATH:
	case UNIX:
		path_random(text, seed, width, kind_of(op, i) == UNIX);
		break;
	case NUMBER:
		if (!strcmp(field, "mode"))
			sprintf(text, "0%o", number);
		else
			sprintf(text, !strcmp(field, "flags") || !strcmp(field, "ioctlcmd") ?
				"0x%X" : "%u", number);
		break;
	case ADDRESS:
		if (unit_random(seed) % 2)
			sprintf(text, "10.0.%u.%u", more % 256, number % 256);
		else
			sprintf(text, networks[unit_random(seed) % ARRAY_SIZE(networks)],
				more % 256, number % 256);
		break;
	case PORT:
		sprintf(text, unit_random(seed) % 4 ? "%u" : "1024-65535", number);
		break;
	case TARGET:
		sprintf(text, "<kernel> /bin/%u", number);
		break;
	default:
		sprintf(text, "w%u", number % 4);
		if (kind_of(op, i) == TEXT)
			sprintf(text, "../%u\\\\*\\040", number);
	}
}

enum { NAMES = 400 };

/* An access, and the line under which it was recorded. */
static struct used {
	enum access_op op;
	bool was_full;
	bool is_shared;
	char place[ACCESS_FIELDS * 160];	/* without the last name, or the port */
	struct line name;
	struct line line;
} used[NAMES];

static int used_count;

/* Sets the part of a text that all objects with the same shared key have. */
static void place_of(char *place, const char *text)
{
	size_t len = strlen(text);
	bool is_directory = len && text[len - 1] == '/';

	for (len -= is_directory; len && !strchr(" /", text[len - 1]); len--)
		;
	sprintf(place, "%.*s%s%s", (int)len, text, is_directory ? " directory" : "",
		strstr(text, " 1024-65535") ? " range" : "");
}

/* An object that was not used before gets the line of an earlier use with the same shared key. */
static void assert_is_shared(const struct used *one)
{
	int n;

	for (n = 0; used + n < one; n++) {
		if (used[n].op == one->op && !memcmp(&used[n].name, &one->name, sizeof(one->name)))
			return;
	}
	for (n = 0; used + n < one; n++) {
		if (used[n].is_shared && used[n].op == one->op && used[n].was_full == one->was_full &&
		    !strcmp(used[n].place, one->place))
			assert_memory_equal(&used[n].line, &one->line, sizeof(one->line));
	}
}

static void use_random(u64 *seed, u32 width, u32 ops)
{
	struct used *one = &used[used_count++];
	char text[ACCESS_FIELDS * 160] = "", *line;
	int i;

	one->op = ops + unit_random(seed) % 3;
	if (one->op >= ACCESS_OPS)
		one->op = ACCESS_OPS - 1;
	for (i = 0; i < fields_of(one->op); i++) {
		const char *prefix = strchr(access_kinds[one->op].field[i], '=');
		char word[128];

		word_random(word, one->op, i, seed, width);
		sprintf(text + strlen(text), "%s%s%s%s%s", i ? " " : "", prefix ? prefix + 1 : "",
			prefix ? "=\"" : "", word, prefix ? "\"" : "");
	}
	one->was_full = fold_is_full(domain, 0);
	assert_true(use(one->op, text, &line) >= 0);
	one->is_shared = is_shared;
	place_of(one->place, text);
	line_split(&one->name, one->op, text);
	line_split(&one->line, one->op, line);
	for (i = 0; i < fields_of(one->op); i++) {
		if (!covers(kind_of(one->op, i), one->line.text[i], one->name.text[i]))
			fail_msg("%s: %s does not cover %s", access_kinds[one->op].keyword, line, text);
	}
	assert_is_shared(one);
	free(line);
}

/*
 * The number of different words @i among all uses of an operation for which @wants is true.
 * @part returns the part of the word that is counted, or false.
 */
struct count {
	enum access_op op;
	int word;
	const char *dir;	/* for paths: the directory */
	const struct line *line;	/* with this line's words instead, before and after @word */
	bool of_line;	/* count words of lines, not of accesses */
};

static bool line_is_like(const struct count *count, const struct used *one)
{
	int i;

	for (i = 0; count->line && i < fields_of(count->op); i++) {
		if (i != count->word && strcmp(count->line->text[i], one->line.text[i]))
			return false;
	}
	return true;
}

static int count_parts(const struct count *count,
		       bool (*part)(const struct count *count, const char *word, char *dst))
{
	static char seen[NAMES][128];
	int n, all = 0, i;

	for (n = 0; n < used_count; n++) {
		const struct used *one = &used[n];
		const struct line *words = count->of_line ? &one->line : &one->name;
		char text[128];

		if (one->op != count->op || !line_is_like(count, one) ||
		    !part(count, words->text[count->word], text))
			continue;
		for (i = 0; i < all && strcmp(seen[i], text); i++)
			;
		if (i == all)
			strcpy(seen[all++], text);
	}
	return all;
}

static bool part_all(const struct count *count, const char *word, char *dst)
{
	(void)count;
	strcpy(dst, word);
	return true;
}

static bool part_root(const struct count *count, const char *word, char *dst)
{
	const char *slash = strchr(word, '/');

	(void)count;
	if (word[0] == '/')
		return false;
	if (!slash)
		slash = strchr(word, ':');
	strcpy(dst, word);
	dst[slash ? slash - word + 1 : 0] = '\0';
	return true;
}

/* An entry of the directory itself: a file or, with '/' at the end, a directory. */
static bool part_sibling(const struct count *count, const char *word, char *dst)
{
	size_t len = strlen(count->dir);
	const char *slash;

	if (strncmp(word, count->dir, len) || !word[len])
		return false;
	/* The directory "" has names without a root. */
	if (!len && strpbrk(word, ":/"))
		return false;
	strcpy(dst, word + len);
	slash = strchr(dst, '/');
	return !slash || !slash[1];
}

static bool part_file(const struct count *count, const char *word, char *dst)
{
	return part_sibling(count, word, dst) && !strchr(dst, '/');
}

static bool part_directory(const struct count *count, const char *word, char *dst)
{
	return part_sibling(count, word, dst) && strchr(dst, '/');
}

/* A directory in the directory, with something below it. */
static bool part_below(const struct count *count, const char *word, char *dst)
{
	size_t len = strlen(count->dir);
	const char *slash = strncmp(word, count->dir, len) ? NULL : strchr(word + len, '/');

	if (!slash || !slash[1])
		return false;
	strcpy(dst, word);
	dst[slash - word] = '\0';
	return true;
}

static bool ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), part = strlen(end);

	return len >= part && !strcmp(text + len - part, end);
}

/* Is a pattern of a path there because its directory had more names than the bound? */
static bool path_is_earned(struct count count, const struct line *line)
{
	static const char *const ends[] = {
		"\\{\\*\\}/\\*", "\\{\\*\\}/", "\\*/", "\\*",
	};
	char dir[128];
	size_t e;

	strcpy(dir, line->text[count.word]);
	for (e = 0; !ends_in(dir, ends[e]); e++)
		assert_true(e + 1 < ARRAY_SIZE(ends));
	dir[strlen(dir) - strlen(ends[e])] = '\0';
	count.dir = dir;
	if (line->text[count.word][0] == '\\' && line->text[count.word][1] == '*' &&
	    count_parts(&count, part_root) > (int)fold_bounds.subdirectories)
		return true;
	if (e < 2)
		return count_parts(&count, part_below) > (int)fold_bounds.subdirectories;
	if (count_parts(&count, e == 2 ? part_directory : part_file) > (int)fold_bounds.siblings)
		return true;
	if (!count.word)
		return false;
	/* Or the first path of a pair had more second ones. */
	count.line = NULL;
	{
		int n, more = 0, i;
		static char seen[NAMES][128];

		for (n = 0; n < used_count; n++) {
			if (used[n].op != count.op ||
			    strcmp(used[n].line.text[count.word - 1], line->text[count.word - 1]))
				continue;
			for (i = 0; i < more && strcmp(seen[i], used[n].name.text[count.word]); i++)
				;
			if (i == more)
				strcpy(seen[more++], used[n].name.text[count.word]);
		}
		return more > (int)fold_bounds.siblings;
	}
}

static bool is_folded(enum kind kind, const char *line, const char *word)
{
	return kind != FIXED && strcmp(line, word);
}

static int rest_bound(enum access_op op)
{
	int i;

	for (i = 0; i < fields_of(op); i++) {
		if (kind_of(op, i) == TEXT)
			return fold_bounds.words;
	}
	return fold_bounds.numbers;
}

/* Nothing is covered that no rule allows: each pattern of a line has a reason. */
static void assert_is_earned(const struct used *one)
{
	int i, n = fields_of(one->op);

	for (i = 0; i < n; i++) {
		enum kind kind = kind_of(one->op, i);
		struct count count = { .op = one->op, .word = i };
		const char *text = one->line.text[i];
		int more, bound;

		if (!is_folded(kind, text, one->name.text[i]))
			continue;
		switch (kind) {
		case UNIX:
		case PATH:
			if (kind == UNIX && !strcmp(text, "\\000\\*")) {
				more = count_parts(&count, part_all);
				bound = fold_bounds.abstract;
				break;
			}
			if (!path_is_earned(count, &one->line))
				fail_msg("%s %s: no reason for %s", access_kinds[one->op].keyword,
					 one->name.text[i], text);
			continue;
		case TARGET:
			more = count_parts(&count, part_all);
			bound = fold_bounds.targets;
			break;
		case ADDRESS:
			more = count_parts(&count, part_all);
			bound = fold_bounds.addresses;
			break;
		case PORT:
			more = count_parts(&count, part_all);
			bound = fold_bounds.ports;
			break;
		case TEXT:
			if (n == 1) {
				more = count_parts(&count, part_all);
				bound = fold_bounds.variables;
				break;
			}
			/* fallthrough */
		default:
			/* The words after the paths are one value: count all that follow them. */
			more = 1;
			for (count.word = 0; count.word < n; count.word++) {
				if (kind_of(one->op, count.word) == NUMBER ||
				    kind_of(one->op, count.word) == TEXT)
					more *= count_parts(&count, part_all);
			}
			bound = rest_bound(one->op);
		}
		if (more <= bound)
			fail_msg("%s: %s with %d of %d values", access_kinds[one->op].keyword, text,
				 more, bound);
	}
}

/* The number of lines for words that vary, while all others are the same. */
static int lines_like(const struct used *one, int first)
{
	static struct line seen[NAMES];
	int n, i, all = 0;

	for (n = 0; n < used_count; n++) {
		bool same = used[n].op == one->op;

		for (i = 0; i < first && same; i++)
			same = !strcmp(used[n].line.text[i], one->line.text[i]);
		for (i = 0; i < all && same; i++)
			same = memcmp(&seen[i], &used[n].line, sizeof(seen[i])) != 0;
		if (same)
			seen[all++] = used[n].line;
	}
	return all;
}

/* The lines of an access stay within the bounds. */
static void assert_is_bounded(const struct used *one)
{
	int n = fields_of(one->op), i, paths;
	struct count count = { .op = one->op, .of_line = true };
	char dir[128];

	for (paths = 0; paths < n && kind_of(one->op, paths) == PATH; paths++)
		;
	/* Values after the paths: the bound, and one pattern. */
	if (paths && paths < n && lines_like(one, paths) > rest_bound(one->op) + 1)
		fail_msg("%s %s: %d lines", access_kinds[one->op].keyword, one->line.text[0],
			 lines_like(one, paths));
	for (i = 0; i < n; i++) {
		count.word = i;
		switch (kind_of(one->op, i)) {
		case UNIX:
			if (!strncmp(one->name.text[i], "\\000", 4))
				continue;
			/* fallthrough */
		case PATH:
			strcpy(dir, one->line.text[i]);
			if (dir[0] && dir[strlen(dir) - 1] == '/')
				dir[strlen(dir) - 1] = '\0';
			if (!strrchr(dir, '/'))
				continue;
			strrchr(dir, '/')[1] = '\0';
			count.dir = dir;
			/* Single names, the pattern of names, and that of directories. */
			assert_true(count_parts(&count, part_file) <= (int)fold_bounds.siblings + 1);
			assert_true(count_parts(&count, part_directory) <=
				    (int)fold_bounds.siblings + 2);
			assert_true(count_parts(&count, part_below) <=
				    (int)fold_bounds.subdirectories + 1);
			break;
		case TEXT:
			if (n == 1)
				assert_true(count_parts(&count, part_all) <=
					    (int)fold_bounds.variables + 1);
			break;
		case TARGET:
			assert_true(count_parts(&count, part_all) <= (int)fold_bounds.targets + 1);
			break;
		case ADDRESS:
			/* Addresses, networks, and all of IPv4 and of IPv6. */
			count.line = &one->line;
			assert_true(count_parts(&count, part_all) <=
				    2 * (int)fold_bounds.addresses + 2);
			count.line = NULL;
			break;
		case PORT:
			/* Ports, all ports, client ports. */
			count.line = &one->line;
			if (strchr(one->line.text[0], '-') &&
			    (!strncmp(one->line.text[0], "0.0.0.0-", 8) ||
			     !strncmp(one->line.text[0], "::-", 3)))
				break;
			assert_true(count_parts(&count, part_all) <= (int)fold_bounds.ports + 2);
			count.line = NULL;
			break;
		default:
			break;
		}
	}
}

static u32 bound_random(u64 *seed)
{
	return 1 + unit_random(seed) % 5;
}

/* Any names, bounds, and widths of the alphabet; the domain is never full. */
static void any_names(void **state)
{
	u64 seed = 11;
	int round, n;

	(void)state;
	for (round = 0; round < 1000; round++) {
		u32 width = 1 + unit_random(&seed) % 12, ops = round % (ACCESS_OPS - 2);

		begin();
		fold_bounds = (struct fold_bounds){
			bound_random(&seed), bound_random(&seed), bound_random(&seed),
			bound_random(&seed), bound_random(&seed), bound_random(&seed),
			bound_random(&seed), bound_random(&seed), bound_random(&seed),
			bound_random(&seed), 0, 0,
		};
		used_count = 0;
		for (n = 0; n < 120 + round % 7 * 40; n++)
			use_random(&seed, width, ops);
		for (n = round % 4; n < used_count; n += 4) {
			assert_is_earned(&used[n]);
			assert_is_bounded(&used[n]);
		}
		end();
	}
}

/* A full domain has a fixed number of lines more, whatever is used. */
static void any_names_when_full(void **state)
{
	u64 seed = 12;
	int round, n, i;

	(void)state;
	for (round = 0; round < 500; round++) {
		u32 width = 1 + unit_random(&seed) % 1000, ops = round % (ACCESS_OPS - 2);
		u32 bound = 1 + unit_random(&seed) % 50, forms = 0;

		begin();
		fold_bounds.domain_accesses = bound;
		used_count = 0;
		for (n = 0; n < NAMES; n++)
			use_random(&seed, width, ops);
		for (n = 0; n < NAMES; n++) {
			if (!used[n].was_full)
				assert_memory_equal(&used[n].line, &used[n].name, sizeof(used[n].line));
		}
		/* The patterns of a word, or the single words that stay. */
		for (i = 0; i < 3; i++) {
			u32 op = min(ops + i, ACCESS_OPS - 1u), all = 1;

			for (n = 0; n < fields_of(op); n++)
				all *= kind_of(op, n) == PATH || kind_of(op, n) == UNIX ? 12 :
				       kind_of(op, n) == FIXED ? 4 : 2;
			forms += all;
		}
		assert_true(access_count() <= bound + forms);
		assert_int_equal(access_count(), domain_access_count(domain, DOMAIN_ROOT));
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(all_fields),
		unit_case(rules),
		unit_case(full_domain),
		unit_case(networks_v6),
		unit_case(long_paths),
		unit_case(programs),
		unit_case(without_memory),
		unit_case(counters_are_paid),
		unit_case(root_counts_apart),
		unit_case(counters_are_bounded),
		unit_case(peers_need_no_counters),
		unit_case(counts_of_generations),
		unit_case(reset_during_fold),
		unit_case(counted_by_another_cpu),
		unit_case(any_names),
		unit_case(any_names_when_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
