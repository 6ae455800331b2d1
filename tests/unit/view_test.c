// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of patterns, comparisons, times and filters. Run by
 * "make -C userspace unit-view", built with ASan and UBSan.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/nearest.h"
#include "model/filter.h"
#include "source/op.h"
#include "model/compare.h"
#include "model/patternize.h"
#include "model/match.h"
#include "base/time_parse.h"

/* --- patterns --------------------------------------------------------- */

static void match_accesses(void **state)
{
	static const struct {
		const char *typed;
		const char *line;
		bool is_match;
	} cases[] = {
		{ "/etc/passwd", "file read /etc/passwd", true },
		{ "/etc/passwd", "file read /etc/passwd-", false },
		{ "/etc/passwd", "file rename /etc/passwd /x", true },
		{ "/x", "file rename /etc/passwd /x", true },
		{ "/etc/passwd /x", "file rename /etc/passwd /x", true },
		{ "/x /etc/passwd", "file rename /etc/passwd /x", false },
		{ "/etc", "file read /etc/", true },
		{ "/etc/", "file read /etc", false },
		{ "/et\\?", "file read /etc/", false },
		{ "/", "file read /", true },
		{ "/etc/\\*", "file read /etc/passwd", true },
		{ "/etc/\\*", "file read /etc/ssh/x", false },
		{ "/etc/\\{\\*\\}/\\*", "file read /etc/ssh/x", true },
		{ "  /a   /b ", "file link /a /b", true },
		{ "file", "file read /x", true },
		{ "file read", "file read /x", true },
		{ "read", "file read /x", false },
		{ "read /x", "file read /x", false },
		{ "file read /y", "file read /x", false },
		{ "misc env", "misc env PATH", true },
		{ "PATH", "misc env PATH", true },
		{ "PATH", "misc env LD_LIBRARY_PATH", false },
		{ "SYS_ADMIN", "capability SYS_ADMIN", true },
		{ "capability", "capability SYS_ADMIN", true },
		{ "10.0.0.1", "network inet stream connect 10.0.0.1 443", true },
		{ "10.0.0.1 443", "network inet stream connect 10.0.0.1 443", true },
		{ "443", "network inet stream connect 10.0.0.1 443", true },
		{ "44", "network inet stream connect 10.0.0.1 443", false },
		{ "10.0.0.\\$", "network inet stream connect 10.0.0.1 443", true },
		{ "connect", "network inet stream connect 10.0.0.1 443", false },
		{ "/usr/bin/dash", "file execute /bin/sh exec.realpath=\"/usr/bin/dash\"", true },
		{ "exec.realpath=\"/usr/bin/dash\"",
		  "file execute /bin/sh exec.realpath=\"/usr/bin/dash\"", true },
		{ "x", "file read a=\"x", false },
		{ "x", "file read \"x\"", false },
		{ "", "file read x=\"", false },
		{ "/usr/sbin/sshd", "ipc signal 15 <kernel> /usr/sbin/sshd", true },
		{ "/x\303\251", "file read /x\\303\\251", true },
		{ "/x\\040y", "file read /x\\040y", true },
		{ "whatever", "task manual_domain_transition whatever", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct span typed = { cases[i].typed, strlen(cases[i].typed) };
		struct text pattern = { 0 };
		int err = match_parse(&pattern, typed);

		assert_int_equal(err, typed.len ? 0 : -EINVAL);
		for (int extent = MATCH_ANY; extent <= MATCH_ALL && !err; extent++)
			if (match_access(pattern.data, cases[i].line, extent) !=
			    cases[i].is_match)
				fail_msg("%s, %s", cases[i].typed, cases[i].line);
		text_free(&pattern);
	}
}

/* Accesses that have patterns or ranges, as the module writes them beyond a bound */
static void match_ranges(void **state)
{
	static const struct {
		const char *typed;
		const char *line;
		bool is_any;
		bool is_all;
	} cases[] = {
		{ "/d/f17", "file read /d/\\*", true, false },
		{ "/d/f17", "file read /d/\\*/", true, false },
		{ "/d/f17/", "file read /d/\\*/", true, false },
		{ "/d/f17/", "file read /d/\\*", false, false },
		{ "/d/e/f17", "file read /d/\\*", false, false },
		{ "/d/e/f17", "file read /d/\\{\\*\\}/\\*", true, false },
		{ "/d/e/f17", "file read /d/\\{\\*\\}/", true, false },
		{ "/d/f17", "file read /d/\\{\\*\\}/\\*", false, false },
		{ "f17", "file read /d/\\*", false, false },
		{ "/d/\\*", "file read /d/\\*", true, true },
		{ "/d/f\\*", "file read /d/\\*", true, false },
		{ "/d/f\\*", "file read /d/x\\*", false, false },
		{ "/d/\\*", "file read /d/x\\*", true, true },
		{ "/d/\\@", "file read /d/\\*", true, false },
		{ "/d/\\*\\-x", "file read /d/\\*", true, false },
		{ "/d/\\$", "file read /d/\\A", false, false },
		{ "/d/\\X", "file read /d/\\$", true, true },
		{ "/d/\\$", "file read /d/\\X", true, false },
		{ "/d/\\{\\*\\}/\\*", "file read /d/e/\\*", true, true },
		{ "/d/e/\\*", "file read /d/\\{\\*\\}/\\*", true, false },
		{ "/d/\\?", "file read /d/\\*", true, false },
		{ "/d/\\*7", "file read /d/\\$", true, false },
		{ "/d/7\\*", "file read /d/\\$", true, false },
		{ "/\\*/f", "file read /d/\\x", true, false },
		{ "/d/\\X", "file read /d/\\x", true, true },
		{ "file read /d/f17", "file read /d/\\*", true, false },
		{ "file write /d/f17", "file read /d/\\*", false, false },
		{ "/d/f17 /e/f18", "file rename /d/\\* /e/\\*", true, false },
		{ "10.0.0.17", "network inet stream accept 10.0.0.0-10.0.0.255 443", true, false },
		{ "10.0.0.17 443", "network inet stream accept 10.0.0.0-10.0.0.255 443", true, false },
		{ "10.0.1.17", "network inet stream accept 10.0.0.0-10.0.0.255 443", false, false },
		{ "10.0.0.17 443", "network inet dgram recv 0.0.0.0-255.255.255.255 0-65535", true, false },
		{ "10.0.0.17 443", "network inet dgram recv 10.0.0.17 1024-65535", false, false },
		{ "443", "network inet dgram send 10.0.0.17 0-65535", true, false },
		{ "10.0.0.\\$", "network inet dgram send 10.0.0.0-10.0.0.255 53", true, false },
		{ "10.0.\\*", "network inet dgram send 10.1.0.0-10.1.0.255 53", false, false },
		{ "10.0.0.0-10.0.255.255", "network inet dgram send 10.0.7.7 53", true, true },
		{ "10.0.0.0-10.0.255.255", "network inet dgram send 10.0.7.0-10.0.7.255 53", true, true },
		{ "10.0.7.0-10.0.7.9", "network inet dgram send 10.0.7.0-10.0.7.255 53", true, false },
		{ "10.0.0.0-10.0.255.255 1-1023", "network inet dgram send 10.0.7.7 53", true, true },
		{ "2001:db8::17", "network inet stream connect 2001:db8::-2001:db8::ffff:ffff:ffff:ffff 80",
		  true, false },
		{ "2001:0db8:0::17", "network inet stream connect ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 80",
		  true, false },
		{ "10.0.0.17", "network inet stream connect ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 80",
		  false, false },
		{ "2001:db9::17", "network inet stream connect 2001:db8::-2001:db8::ffff:ffff:ffff:ffff 80",
		  false, false },
		{ "0x5401", "file ioctl /dev/x 0x0-0xFFFFFFFF", true, false },
		{ "5401", "file ioctl /dev/x 0x0-0xFFFFFFFF", false, false },
		{ "1000", "file chown /x 0-4294967295", true, false },
		{ "0644", "file chmod /x 00-07777", true, false },
		{ "644", "file chmod /x 00-07777", false, false },
		{ "0x99999999999999999999", "file ioctl /dev/x 0x0-0xFFFFFFFF", false, false },
		{ "1-", "file chown /x 0-4294967295", false, false },
		{ "PATH", "misc env \\*", true, false },
		{ "10.0.0.17", "misc env \\*", false, false },
		{ "/etc/passwd", "misc env \\*", false, false },
		{ "misc env", "misc env \\*", true, true },
		{ "x", "file execute /a exec.realpath=\"/a\" exec.argv[0]=\"\\*\"", false, false },
		{ "/d/x", "file execute /d/\\* exec.realpath=\"/d/\\*\" exec.argv[0]=\"\\*\"", true, false },
		{ "\\000/tmp/x", "network unix stream connect \\000\\*", true, false },
		{ "/tmp/x", "network unix stream connect \\000\\*", false, false },
		{ "<kernel> /a", "ipc signal 15 any", true, false },
		{ "15 <kernel>", "ipc signal 15 any", true, false },
		{ "/a", "ipc signal 15 any", false, false },
		{ "<kernel>", "misc env any", false, false },
		{ "/d/x", "ipc ptrace read <kernel> /d/\\*", true, false },
		/* Words of kinds that only TOMOYO has */
		{ "10.0.0.17 443", "network inet stream frob 10.0.0.0-10.0.0.255 1-1023", true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct span typed = { cases[i].typed, strlen(cases[i].typed) };
		struct text pattern = { 0 };

		assert_int_equal(match_parse(&pattern, typed), 0);
		if (match_access(pattern.data, cases[i].line, MATCH_ANY) !=
		    cases[i].is_any ||
		    match_access(pattern.data, cases[i].line, MATCH_ALL) !=
		    cases[i].is_all)
			fail_msg("%s, %s", cases[i].typed, cases[i].line);
		text_free(&pattern);
	}
}

static void match_domains(void **state)
{
	static const char name[] = "<kernel> /sbin/init /bin/sh";

	(void)state;
	assert_true(match_domain("<kernel>", name));
	assert_true(match_domain("<kernel> /sbin/init", name));
	assert_true(match_domain("<kernel> /sbin/\\* /bin/sh", name));
	assert_false(match_domain("<kernel> /bin/sh", name));
	assert_false(match_domain("<kernel> /sbin/init /bin/sh /bin/ls", name));
	assert_false(match_domain("/sbin/init", name));
	assert_true(match_domain("<kernel> /d/\\*", "<kernel> /d/\\* /bin/sh"));
	assert_false(match_domain("<kernel> /d/x", "<kernel> /d/\\*"));
}

static int list_line(struct match_list *list, const char *text, size_t len,
		     bool is_cut)
{
	/* An exact allocation, so that ASan detects a read past the end */
	struct line line = { malloc(len + !len), len, 1, is_cut };
	int err;

	assert_non_null(line.ptr);
	memcpy(line.ptr, text, len);
	err = match_list_line(list, &line);
	free(line.ptr);
	return err;
}

static void match_lists(void **state)
{
	struct match_list list = { 0 };

	(void)state;
	assert_int_equal(list_line(&list, "", 0, false), 0);
	assert_int_equal(list_line(&list, "   ", 3, false), 0);
	assert_int_equal(list_line(&list, "# /etc/x", 8, false), 0);
	assert_int_equal(list.count, 0);
	assert_int_equal(list_line(&list, "", 0, true), -EINVAL);
	assert_int_equal(list_line(&list, "/a\0b", 4, false), -EINVAL);
	assert_int_equal(list_line(&list, "/a\r", 3, false), -EINVAL);
	assert_int_equal(list_line(&list, "/a \\q", 5, false), -EINVAL);
	match_list_free(&list);
	assert_int_equal(list_line(&list, " /a ", 4, false), 0);
	assert_int_equal(list_line(&list, "misc env", 8, true), 0);
	assert_false(list.has_domains);
	assert_int_equal(list_line(&list, "<kernel> /b", 11, false), 0);
	assert_true(list.has_domains);
	assert_true(match_list_access(&list, "file read /a"));
	assert_true(match_list_access(&list, "misc env X"));
	assert_false(match_list_access(&list, "file read /b"));
	assert_true(match_list_domain(&list, "<kernel> /b /c"));
	assert_false(match_list_domain(&list, "<kernel> /a"));
	match_list_free(&list);
}

/* --- patternize ------------------------------------------------------- */

static void patternize_texts(void **state)
{
	static const struct {
		const char *text;
		const char *patterned;
	} cases[] = {
		{ "file read pipe:[12]", "file read pipe:[\\$]" },
		{ "file read proc:/1/stat", NULL },
		{ "file read proc:/12/stat", "file read proc:/\\$/stat" },
		{ "file read /proc/12/stat", "file read /proc/\\$/stat" },
		{ "file read /proc/1/stat", NULL },
		{ "file rename /tmp/a.x8Ziv3 /tmp/b.X8ziv3",
		  "file rename /tmp/a.\\* /tmp/b.\\*" },
		{ "file read /tmp/x8ziv3/conf", "file read /tmp/\\*/conf" },
		{ "file read /tmp/tmpabcd_fgh", "file read /tmp/tmp\\*" },
		{ "file read /tmp/cache.backup", NULL },
		{ "file read /dev/shm/sem.x8ziv3", "file read /dev/shm/sem.\\*" },
		{ "file write /etc/passwd.qX2bYz", "file write /etc/passwd.\\*" },
		{ "file read /a/b.sha256", NULL },
		{ "file read /a/b.README", NULL },
		{ "file read /a/b.Config", NULL },
		{ "file read /a/b.config", NULL },
		{ "file write /b/db-2026-11-21.sql", "file write /b/db-\\*.sql" },
		{ "file write /b/db-20261121.sql", "file write /b/db-\\*.sql" },
		{ "file write /b/db-20269921.sql", NULL },
		{ "file write /b/1202611215", NULL },
		{ "file rename /var/log/a.1 /var/log/a.2",
		  "file rename /var/log/a.\\$ /var/log/a.\\$" },
		{ "file read /var/log/a.1.gz", "file read /var/log/a.\\$.gz" },
		{ "file read /usr/lib/libc.so.6", NULL },
		{ "file read /boot/vmlinuz-6.1.0-13amd64", NULL },
		{ "file read /x/123e4567-e89b-12d3-a456-426614174000",
		  "file read /x/\\*" },
		{ "file read /run/0123456789abcdef0123456789abcdef/x",
		  "file read /run/\\*/x" },
		{ "network inet stream accept 10.0.0.7 51122",
		  "network inet stream accept 10.0.0.7 1024-65535" },
		{ "network inet dgram recv 10.0.0.7 53", NULL },
		{ "network inet stream connect 10.0.0.7 51122", NULL },
		{ "<kernel> /tmp/tmp.kq8ZIV3x/setup /bin/sh",
		  "<kernel> /tmp/tmp.\\*/setup /bin/sh" },
		/* A program keeps its own name */
		{ "<kernel> /unit/run-u12.service /tmp/1.a /tmp/2.b",
		  "<kernel> /unit/run-u\\$.\\* /tmp/1.a /tmp/2.b" },
		{ "file execute /tmp/1.a exec.realpath=\"/tmp/x8ziv3/2.b\" exec.argv[0]=\"/tmp/3.c\"",
		  "file execute /tmp/1.a exec.realpath=\"/tmp/\\*/2.b\" exec.argv[0]=\"/tmp/\\$.\\*\"" },
		{ "file execute x", NULL },
		{ "file write /tmp/1.a", "file write /tmp/\\$.\\*" },
		/* policy/patterns */
		{ "file write /var/lib/redis/temp-812.rdb", "file write /var/lib/redis/temp-\\$.rdb" },
		{ "file write /var/lib/redis/temp-x.rdb", NULL },
		{ "file write /pg/base/5/16384_fsm", "file write /pg/base/\\$/\\$\\*" },
		{ "file mkdir /pg/base/5/ 0700", "file mkdir /pg/base/\\$/ 0700" },
		{ "file write /pg/base/5/PG_VERSION", "file write /pg/base/\\$/PG_VERSION" },
		{ "file rename /pg/pg_wal/xlogtemp.9 /pg/pg_wal/00000001000000000000000A",
		  "file rename /pg/pg_wal/xlogtemp.\\$ /pg/pg_wal/\\X" },
		{ "file write /pg/pg_wal/00000001000000000000000", NULL },
		{ "file write /run/systemd/journal/streams/8:123",
		  "file write /run/systemd/journal/streams/\\$:\\$" },
		{ "file mkdir /tmp/systemd-private-0123456789abcdef0123456789abcdef-a.service-abcdef/ 0700",
		  "file mkdir /tmp/systemd-private-\\X-\\*/ 0700" },
		{ "file symlink /run/l symlink.target=\"/pg/base/7/8\"",
		  "file symlink /run/l symlink.target=\"/pg/base/\\$/\\$\\*\"" },
		{ "file write /tmp/#12", "file write /tmp/#\\$" },
		{ "file read /proc/12/task/13/stat", "file read /proc/\\$/task/\\$/stat" },
		{ "file read /srv/proc/12/stat", NULL },
		{ "file write /run/systemd/.#unitsAb", "file write /run/systemd/.#\\*" },
		{ "network unix stream connect /a/base/1/2", "network unix stream connect /a/base/\\$/\\$\\*" },
	};
	struct patternizer *numbers = patternizer_new(NULL);
	struct patterns names = { 0 };
	struct text error = { 0 };
	struct patternizer *all;

	(void)state;
	assert_int_equal(conf_read_text(&patterns_conf, &names, "patterns",
					(struct span){ patterns_conf.shipped,
						       strlen(patterns_conf.shipped) },
					&error), 0);
	all = patternizer_new(&names);
	assert_non_null(all);
	assert_non_null(numbers);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(patternize_text(all, cases[i].text),
				    cases[i].patterned ? cases[i].patterned
						     : cases[i].text);
	assert_string_equal(patternize_text(numbers, "file link pipe:[1] /tmp/a.x8ziv3"),
			    "file link pipe:[\\$] /tmp/a.x8ziv3");
	patternizer_free(all);
	patternizer_free(numbers);
	patterns_free(&names);
}

/* @expected: message, or the result for the name /d/a1 */
static void patterns_tables(void **state)
{
	static const struct {
		const char *table;
		const char *expected;
	} cases[] = {
		{ "", "/d/a1/x" },
		{ "# comment\n\n \t\ra\\$\n", "/d/a\\$/x" },
		{ "a\\$ b", "/d/b/x" },
		{ "a1\na\\$", "/d/a1/x" },
		{ "d/a\\$", "/d/a\\$/x" },
		{ "/d/a\\$", "/d/a\\$/x" },
		{ "/a\\$", "/d/a1/x" },
		{ "/d/\\*/\\*", "/d/\\*/\\*" },
		{ "d/a1/ c/", "/c/x" },
		{ "d/a1/x/", "/d/a1/x" },
		{ "/d/a\\$/x/y", "/d/a1/x" },
		{ "\\*\\-a1", "/\\*\\-a1/a1/\\*\\-a1" },
		{ "#a\\$", "/d/a1/x" },
		{ "\na\\", "t:2: not a line of the form \"PATTERN [NAME]\": see ashiato-policy(5)" },
		{ "a b c", "t:1: not a line of the form \"PATTERN [NAME]\": see ashiato-policy(5)" },
		{ "a b/", "t:1: not a line of the form \"PATTERN [NAME]\": see ashiato-policy(5)" },
		{ "/\\{a\\}/b", "t:1: not a line of the form \"PATTERN [NAME]\": see ashiato-policy(5)" },
		{ "a\001", "t:1: not a line of the form \"PATTERN [NAME]\": see ashiato-policy(5)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct span text = { cases[i].table, strlen(cases[i].table) };
		struct patterns names = { 0 };
		struct text result = { 0 };

		if (!conf_read_text(&patterns_conf, &names, "t", text, &result))
			patterns_apply(&names, "/d/a1/x", &result);
		assert_string_equal(text_str(&result), cases[i].expected);
		patterns_free(&names);
		text_free(&result);
	}
}

/* --- differences ------------------------------------------------------ */

static void fact_add(struct model *model, const char *domain,
		     const char *access, unsigned int flags)
{
	const struct fact fact = {
		.kind = access ? FACT_ACCESS : FACT_DOMAIN,
		.flags = flags,
		.domain = domain,
		.access = access,
	};

	assert_int_equal(model_add(model, &fact), 0);
}

static int difference_write(void *ctx, const struct difference *difference)
{
	const struct pair *pair = difference->pair;
	struct text *out = ctx;

	text_puts(out, difference->is_new ? "+" : "-");
	domain_name(pair->self, out);
	text_puts(out, difference->line ? " " : "");
	text_puts(out, difference->line ? difference->line : "");
	text_puts(out, difference->flag ? " !" : "");
	text_puts(out, difference->flag ? difference->flag : "");
	text_puts(out, "\n");
	return 0;
}

static void differences(void **state)
{
	struct match_list ignore = { 0 };
	struct model old = { 0 };
	struct model new = { 0 };
	struct text out = { 0 };
	struct comparison comparison = { .take = difference_write, .ctx = &out };

	(void)state;
	fact_add(&old, "<kernel> /a", "file read /1", 0);
	fact_add(&old, "<kernel> /a", "file read /2", 0);
	fact_add(&old, "<kernel> /b /x", "file read /1", 0);
	fact_add(&old, "<kernel> /c", NULL, 0);
	fact_add(&new, "<kernel> /a", "file read /2", 0);
	fact_add(&new, "<kernel> /a", "file read /3", 0);
	fact_add(&new, "<kernel> /aa", NULL, 0);
	fact_add(&new, "<kernel> /c", NULL, FACT_QUOTA_EXCEEDED);
	model_sort(&old);
	model_sort(&new);
	assert_int_equal(models_compare(&comparison, &old, &new), 0);
	assert_string_equal(out.data,
			    "-<kernel> /a file read /1\n"
			    "+<kernel> /a file read /3\n"
			    "+<kernel> /aa\n"
			    "-<kernel> /b\n"
			    "-<kernel> /b /x\n"
			    "-<kernel> /b /x file read /1\n"
			    "+<kernel> /c !quota_exceeded\n");
	text_clear(&out);
	assert_int_equal(models_compare(&comparison, &new, &new), 0);
	assert_string_equal(out.data, "");
	comparison.ignore = &ignore;
	list_line(&ignore, "/\\+", 3, false);
	list_line(&ignore, "<kernel> /aa", 12, false);
	list_line(&ignore, "<kernel> /b", 11, false);
	assert_int_equal(models_compare(&comparison, &old, &new), 0);
	assert_string_equal(out.data, "+<kernel> /c !quota_exceeded\n");
	match_list_free(&ignore);
	text_free(&out);
	model_free(&old);
	model_free(&new);
}

/* Lines of one side that a pattern or range of the other side stands for */
static void differences_covered(void **state)
{
	static const struct {
		const char *wide;
		const char *narrow;
		bool is_covered;
	} cases[] = {
		{ "file read /d/\\*", "file read /d/x", true },
		{ "file read /d/\\*", "file read /d/x/", false },
		{ "file read /d/\\*", "file write /d/x", false },
		{ "file read /d/\\*/", "file read /d/x/", true },
		{ "file read /d/\\{\\*\\}/\\*", "file read /d/a/b/c/x", true },
		{ "file read /d/\\{\\*\\}/\\*", "file read /d/a/\\*", true },
		{ "file read /d/\\*", "file read /d/\\{\\*\\}/\\*", false },
		{ "file read /d/\\*\\-y", "file read /d/x", true },
		{ "file read /d/\\*\\-y", "file read /d/y", false },
		{ "file read proc:/\\$/stat", "file read proc:/12/stat", true },
		{ "file create /d/\\* 0644", "file create /d/x 0644", true },
		{ "file create /d/\\* 0644", "file create /d/x 0600", false },
		{ "file create /d/\\* 00-07777", "file create /d/x 0600", true },
		{ "file rename /d/\\* /e/\\*", "file rename /d/x /e/y", true },
		{ "file rename /d/\\* /e/y", "file rename /d/x /e/y", true },
		{ "file rename /d/x /e/\\*", "file rename /d/x /e/y", true },
		{ "file rename /d/x /e/\\*", "file rename /d/z /e/y", false },
		{ "file ioctl /x 0x0-0xFFFFFFFF", "file ioctl /x 0x5401", true },
		{ "file chown /x 0-4294967295", "file chown /x 0", true },
		{ "file chown /x 0-99", "file chown /x 5-100", false },
		{ "network inet stream accept 10.0.0.0-10.0.0.255 1024-65535",
		  "network inet stream accept 10.0.0.17 40000", true },
		{ "network inet stream accept 0.0.0.0-255.255.255.255 1024-65535",
		  "network inet stream accept 10.0.0.0-10.0.0.255 1024-65535", true },
		{ "network inet stream connect 10.0.0.0-10.0.0.255 443",
		  "network inet stream connect 10.0.0.17 80", false },
		{ "network inet dgram recv ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 53",
		  "network inet dgram recv 2001:db8::1 53", true },
		{ "misc env \\*", "misc env A/B", true },
		{ "file execute /x exec.realpath=\"/x\" exec.argv[0]=\"\\*\"",
		  "file execute /x exec.realpath=\"/x\" exec.argv[0]=\"/a/b\"", true },
		{ "file execute /d/\\* exec.realpath=\"/d/\\*\" exec.argv[0]=\"\\*\"",
		  "file execute /d/x exec.realpath=\"/e/x\" exec.argv[0]=\"x\"", false },
		{ "network unix stream connect \\000\\*",
		  "network unix stream connect \\000/tmp/x", true },
		{ "network unix stream connect \\000\\*",
		  "network unix stream connect /tmp/x", false },
		{ "ipc signal 15 any", "ipc signal 15 <kernel> /a /b", true },
		{ "ipc signal 15 any", "ipc signal 9 <kernel> /a /b", false },
		{ "ipc signal 15 <kernel> /d/\\* /b", "ipc signal 15 <kernel> /d/x /b", true },
		{ "ipc signal 15 <kernel> /d/\\*", "ipc signal 15 <kernel> /d/x /b", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct model wide = { 0 };
		struct model narrow = { 0 };
		struct text out = { 0 };
		struct comparison comparison = { .take = difference_write, .ctx = &out };

		fact_add(&wide, "<kernel>", cases[i].wide, 0);
		fact_add(&wide, "<kernel>", "file read /0", 0);
		fact_add(&narrow, "<kernel>", cases[i].narrow, 0);
		fact_add(&narrow, "<kernel>", "file read /0", 0);
		model_sort(&wide);
		model_sort(&narrow);
		/* The pattern is new, but the accesses that it stands for are not */
		assert_int_equal(models_compare(&comparison, &narrow, &wide), 0);
		if (!strstr(out.data, "+<kernel> ") ||
		    !strstr(out.data, "-<kernel> ") != cases[i].is_covered)
			fail_msg("%s: %s", cases[i].narrow, out.data);
		text_clear(&out);
		assert_int_equal(models_compare(&comparison, &wide, &narrow), 0);
		if (!strstr(out.data, "-<kernel> ") ||
		    !strstr(out.data, "+<kernel> ") != cases[i].is_covered)
			fail_msg("%s: %s", cases[i].narrow, out.data);
		text_free(&out);
		model_free(&wide);
		model_free(&narrow);
	}
}

/* The domain of the programs of a directory stands for the domain of each */
static void differences_domains(void **state)
{
	struct model old = { 0 };
	struct model new = { 0 };
	struct text out = { 0 };
	struct comparison comparison = { .take = difference_write, .ctx = &out };

	(void)state;
	fact_add(&old, "<kernel> /d/x", "file read /1", 0);
	fact_add(&old, "<kernel> /d/x", "file read /2", 0);
	fact_add(&old, "<kernel> /d/x /bin/sh", "file read /1", 0);
	fact_add(&old, "<kernel> /d/x /bin/ls", NULL, 0);
	fact_add(&old, "<kernel> /e/x", NULL, 0);
	fact_add(&new, "<kernel> /d/\\*", "file read /2", 0);
	fact_add(&new, "<kernel> /d/\\*", "file read /3", FACT_QUOTA_EXCEEDED);
	fact_add(&new, "<kernel> /d/\\* /bin/sh", "file read /\\+", 0);
	fact_add(&new, "<kernel> /d/\\* /bin/cat", NULL, 0);
	model_sort(&old);
	model_sort(&new);
	assert_int_equal(models_compare(&comparison, &old, &new), 0);
	assert_string_equal(out.data,
			    "+<kernel> /d/\\*\n"
			    "+<kernel> /d/\\* !quota_exceeded\n"
			    "+<kernel> /d/\\* file read /2\n"
			    "+<kernel> /d/\\* file read /3\n"
			    "+<kernel> /d/\\* /bin/cat\n"
			    "+<kernel> /d/\\* /bin/sh\n"
			    "+<kernel> /d/\\* /bin/sh file read /\\+\n"
			    "-<kernel> /d/x file read /1\n"
			    "-<kernel> /d/x /bin/ls\n"
			    "-<kernel> /e/x\n");
	text_free(&out);
	model_free(&old);
	model_free(&new);
}

static int difference_count(void *ctx, const struct difference *difference)
{
	(void)difference;
	++*(size_t *)ctx;
	return 0;
}

/* The time must not grow with the product of lines and patterns. */
static void differences_many(void **state)
{
	enum { LINES = 30000 };
	static const char *const wide[] = {
		"file read /d%d/\\*", "file read /d/%d\\*",
		"file rename /d/\\* /e%d/x", "file rename /d/\\* /e%d/\\*",
		"network inet stream connect 10.0.0.0-10.0.0.255 %d",
		"ipc signal %d any",
	};
	static const char *const narrow[] = {
		"file read /d%d/a/b/c/d/e/f", "file read /d/x%d",
		"file rename /d/%d /e", "file rename /d/x /e/%d",
		"network inet stream connect 10.0.1.0 %d",
		"ipc signal x%d <kernel>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wide); i++) {
		struct model old = { 0 };
		struct model new = { 0 };
		size_t count = 0;
		struct comparison comparison = { .take = difference_count, .ctx = &count };
		struct text line = { 0 };
		clock_t start;

		for (int j = 0; j < LINES; j++) {
			text_clear(&line);
			text_format(&line, wide[i], j);
			fact_add(&old, "<kernel>", line.data, 0);
			text_clear(&line);
			text_format(&line, narrow[i], j);
			fact_add(&new, "<kernel>", line.data, 0);
		}
		model_sort(&old);
		model_sort(&new);
		start = clock();
		assert_int_equal(models_compare(&comparison, &old, &new), 0);
		print_message("# %s: %zu differences, %.1f s\n", wide[i], count,
			      (double)(clock() - start) / CLOCKS_PER_SEC);
		assert_true(clock() - start < 30 * CLOCKS_PER_SEC);
		assert_int_equal(count, 2 * LINES);
		text_free(&line);
		model_free(&old);
		model_free(&new);
	}
}

/* --- times of the command line ---------------------------------------- */

static void times_parsed(void **state)
{
	/* 2026-11-22 03:00:00 UTC, at noon in Tokyo */
	const time_t now = 1795316400;
	static const struct {
		const char *typed;
		int64_t seconds;
	} cases[] = {
		{ "now", 1795316400 },
		{ "today", 1795273200 },
		{ "yesterday", 1795186800 },
		{ "-90s", 1795316310 },
		{ "-15m", 1795315500 },
		{ "-2h", 1795309200 },
		{ "-7d", 1794711600 },
		{ "2026-11-22", 1795273200 },
		{ "2026-11-22 11:30", 1795314600 },
		{ "2026-11-22 11:30:05", 1795314605 },
		{ "2026-11-22T11:30:05", 1795314605 },
		{ "11:30", 1795314600 },
		{ "11:30:05", 1795314605 },
		/* As the command prints them, and as in subj= */
		{ "2026-11-22T02:30:05Z", 1795314605 },
		{ "2026-11-22T02:30:05.000Z", 1795314605 },
		{ "2026/11/22-02:30:05", 1795314605 },
		{ "[Sun Nov 22 11:30:05 2026]", 1795314605 },
		{ "Sun Nov 22 11:30:05 2026", 1795314605 },
		{ "2026-11-22T02:30:05.00Z", -1 },
		{ "2026-11-22T02:30:05.000", -1 },
		{ "2026-11-22T02:30:05.0000Z", -1 },
		{ "[Sun Nov 22 11:30:05 2026", -1 },
		{ "", -1 },
		{ "x", -1 },
		{ "-", -1 },
		{ "-h", -1 },
		{ "-2", -1 },
		{ "-2w", -1 },
		{ "-2hh", -1 },
		{ "--2h", -1 },
		{ "-99999999999999999999d", -1 },
		{ "2026-13-01", -1 },
		{ "2026-02-29", -1 },
		{ "2026-11-31 11:30", -1 },
		{ "2026-11-22 ", -1 },
		{ "2026-11-22x", -1 },
		{ "25:00", -1 },
		{ "1960-01-01", -1 },
	};

	(void)state;
	setenv("TZ", "JST-9", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t time_ms;
		int err = time_parse(cases[i].typed, now, false, &time_ms);

		if (err != (cases[i].seconds < 0 ? -EINVAL : 0) ||
		    (!err && time_ms != cases[i].seconds * 1000))
			fail_msg("\"%s\": %d, %lld", cases[i].typed, err,
				 (long long)time_ms / 1000);
	}
}

/* A time that is printed without milliseconds is the end of its second for --until. */
static void times_end(void **state)
{
	static const struct {
		const char *typed;
		int64_t ms;
	} cases[] = {
		{ "2026-11-22 11:30:05", 1795314605999 },
		{ "11:30:05", 1795314605999 },
		{ "2026/11/22-02:30:05", 1795314605999 },
		{ "2026-11-22T02:30:05.345Z", 1795314605345 },
		{ "2026-11-22 11:30", 1795314600000 },
		{ "2026-11-22", 1795273200000 },
		{ "now", 1795314645000 },
	};

	(void)state;
	setenv("TZ", "JST-9", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t time_ms = 0;

		assert_int_equal(time_parse(cases[i].typed, 1795314645, true, &time_ms), 0);
		assert_int_equal(time_ms, cases[i].ms);
	}
}

/* 02:30 comes twice on the day on which summer time ends, and not at all in March. */
static void times_twice(void **state)
{
	static const struct {
		const char *typed;
		int64_t first;
		int64_t last;
	} cases[] = {
		{ "2026-10-25 02:30", 1792888200, 1792891800 },
		{ "2026-10-25 01:30", 1792884600, 1792884600 },
		{ "2026-10-25 03:30", 1792895400, 1792895400 },
		{ "2026-10-25T00:30:00.000Z", 1792888200, 1792888200 },
		{ "2026-03-29 02:30", 1774747800, 1774747800 },
		{ "2026-07-01", 1782856800, 1782856800 },
	};

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t first = 0;
		int64_t last = 0;

		assert_int_equal(time_parse(cases[i].typed, 1795314645, false, &first), 0);
		assert_int_equal(time_parse(cases[i].typed, 1795314645, true, &last), 0);
		if (first != cases[i].first * 1000 || last != cases[i].last * 1000)
			fail_msg("\"%s\": %lld, %lld", cases[i].typed,
				 (long long)first / 1000, (long long)last / 1000);
	}
}

/* --- filter ----------------------------------------------------------- */

static void filters(void **state)
{
	static const struct {
		struct filter filter;
		const char *names;
	} cases[] = {
		{ { .depth = DEPTH_ALL }, "<kernel> /a /b /c /d /b " },
		{ { .depth = 0 }, "<kernel> " },
		{ { .depth = 1 }, "<kernel> /a /d " },
		{ { .under = "/b", .depth = DEPTH_ALL }, "<kernel> /a /b /c /d /b " },
		{ { .under = "a b", .depth = DEPTH_ALL }, "<kernel> /a /b /c " },
		{ { .under = "b", .depth = 0 }, "<kernel> /a /b /d /b " },
		{ { .under = "x", .depth = DEPTH_ALL }, "" },
		{ { .depth = DEPTH_ALL, .since_ms = 2000 }, "<kernel> /a /b /c " },
		{ { .depth = DEPTH_ALL, .since_ms = 2001 }, "<kernel> /a /b /c " },
		{ { .depth = DEPTH_ALL, .since_ms = 3001 }, "" },
		{ { .depth = DEPTH_ALL, .until_ms = 1000 }, "<kernel> /a " },
		{ { .depth = DEPTH_ALL, .until_ms = 999 }, "" },
		{ { .depth = DEPTH_ALL, .since_ms = 2000, .until_ms = 2000 },
		  "<kernel> /a " },
		{ { .under = "d", .depth = DEPTH_ALL, .since_ms = 1 }, "" },
		{ { .depth = DEPTH_ALL, .ops = "read" }, "<kernel> /a /b /c /d /b " },
		{ { .depth = DEPTH_ALL, .ops = "write" }, "" },
	};
	static const struct fact facts[] = {
		{ .kind = FACT_ACCESS, .domain = "<kernel> /a",
		  .access = "file read /1", .time_ms = 1000 },
		{ .kind = FACT_ACCESS, .domain = "<kernel> /a",
		  .access = "file read /1", .time_ms = 2000 },
		{ .kind = FACT_ACCESS, .domain = "<kernel> /a /b /c",
		  .access = "file read /1", .time_ms = 3000 },
		{ .kind = FACT_ACCESS, .domain = "<kernel> /d /b",
		  .access = "file read /2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct model model = { 0 };
		struct text names = { 0 };

		for (size_t j = 0; j < ARRAY_SIZE(facts); j++)
			assert_int_equal(model_add(&model, &facts[j]), 0);
		model_sort(&model);
		model_filter(&model, &cases[i].filter);
		for (struct domain *domain = model_first(&model); domain;
		     domain = model_next(&model, domain)) {
			text_puts(&names, domain->name->text);
			text_puts(&names, " ");
		}
		assert_string_equal(text_str(&names), cases[i].names);
		text_free(&names);
		model_free(&model);
	}
}

/* A filter selects the same from the facts of a log as from a model. */
static void filters_facts(void **state)
{
	static const struct {
		struct filter filter;
		bool is_selected;
	} cases[] = {
		{ { 0 }, true },
		{ { .under = "bash" }, true },
		{ { .under = "sshd bash" }, true },
		{ { .under = "/usr/sbin/sshd" }, true },
		{ { .under = "<kernel> /usr/sbin/sshd" }, true },
		{ { .under = "<kernel> /usr/sbin/sshd /bin/bash /bin/cat" }, true },
		{ { .under = " sshd  bash " }, true },
		{ { .under = "sshd cat" }, false },
		{ { .under = "<kernel> /bin/bash" }, false },
		{ { .under = "<kernel> bash" }, false },
		{ { .under = "ash" }, false },
		{ { .under = "sbin/sshd" }, false },
		{ { .since_ms = 1000, .until_ms = 1000 }, true },
		{ { .since_ms = 1001 }, false },
		{ { .until_ms = 999 }, false },
		{ { .ops = "read" }, true },
		{ { .ops = "file" }, true },
		{ { .ops = "write,file read" }, true },
		{ { .ops = "write,,read," }, true },
		{ { .ops = "rea" }, false },
		{ { .ops = "ead" }, false },
		{ { .ops = "/read" }, false },
		{ { .ops = "write" }, false },
		{ { .only_refused = true }, false },
	};
	const struct fact fact = {
		.kind = FACT_ACCESS, .time_ms = 1000,
		.domain = "<kernel> /usr/sbin/sshd /bin/bash /bin/cat",
		.access = "file read /read",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct filter *filter = &cases[i].filter;
		struct filter all = *filter;
		struct model model = { 0 };

		if (filter_has_fact(filter, &fact) != cases[i].is_selected)
			fail_msg("fact, case %zu", i);
		all.depth = DEPTH_ALL;
		assert_int_equal(model_add(&model, &fact), 0);
		model_sort(&model);
		model_filter(&model, &all);
		if (!!model_first(&model) != cases[i].is_selected)
			fail_msg("model, case %zu", i);
		model_free(&model);
	}
}

static void ops_listed(void **state)
{
	(void)state;
	assert_true(ops_have("stream connect", "network inet stream connect ::1 80"));
	assert_true(ops_have("execute", "file execute /x exec.realpath=\"/x\""));
	assert_false(ops_have("80", "network inet stream connect ::1 80"));
	assert_false(ops_have("env", "misc envy X"));
	assert_true(ops_have("envy", "misc envy X"));
	assert_false(ops_have("X", "misc envy X"));
	assert_true(ops_have("odd", "odd"));
	assert_null(ops_unknown("read,inet stream").ptr);
	assert_true(span_is(ops_unknown(""), ""));
	assert_true(span_is(ops_unknown("read,"  "reda,write"), "reda"));
	assert_true(span_is(ops_unknown(","), ""));
}

static void nearest_words(void **state)
{
	static const struct {
		const char *typed;
		const char *word;
	} cases[] = {
		{ "trees", "tree" }, { "tere", "tree" }, { "tre", "tree" },
		{ "acess", "access" }, { "acccesss", "access" }, { "accses", "access" },
		{ "st", "status" }, { "statsu", "status" }, { "stauts", "status" },
		{ "tree", "tree" }, { "s", NULL }, { "", NULL }, { "xyz", NULL },
		{ "grow", NULL }, { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
	};
	static const char *const words[] = { "tree", "access", "status" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct nearest nearest = { .typed = cases[i].typed };

		for (size_t j = 0; j < ARRAY_SIZE(words); j++)
			nearest_try(&nearest, words[j]);
		if (cases[i].word)
			assert_string_equal(nearest.word, cases[i].word);
		else
			assert_null(nearest.word);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(match_accesses),
		cmocka_unit_test(match_ranges),
		cmocka_unit_test(match_domains),
		cmocka_unit_test(match_lists),
		cmocka_unit_test(patternize_texts),
		cmocka_unit_test(patterns_tables),
		cmocka_unit_test(differences),
		cmocka_unit_test(differences_covered),
		cmocka_unit_test(differences_domains),
		cmocka_unit_test(differences_many),
		cmocka_unit_test(times_parsed),
		cmocka_unit_test(times_end),
		cmocka_unit_test(times_twice),
		cmocka_unit_test(filters),
		cmocka_unit_test(filters_facts),
		cmocka_unit_test(ops_listed),
		cmocka_unit_test(nearest_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
