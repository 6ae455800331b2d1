// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of escapes, records, sources, the model and process lists. Run by
 * "make -C userspace unit", built with ASan and UBSan.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/array.h"
#include "base/json_writer.h"
#include "base/program.h"
#include "source/checksum.h"
#include "model/classes.h"
#include "source/escape.h"
#include "model/model.h"
#include "source/op.h"
#include "source/process.h"
#include "source/record.h"
#include "render/render.h"
#include "source/rules.h"
#include "source/source.h"
#include "base/table.h"

#define SPAN(text)	((struct span){ text, sizeof(text) - 1 })

static struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

/* --- arrays ----------------------------------------------------------- */

static void array_grows(void **state)
{
	uint32_t *item = NULL;
	uint32_t *before;
	size_t count = 0;

	(void)state;
	/* ASan detects a write past the end of the allocation. */
	for (; count < 1000; count++) {
		assert_int_equal(array_grow(item, count), 0);
		item[count] = (uint32_t)count;
	}
	/* One item removed and another added, on both sides of a full array */
	for (count = 257; count > 254; count--)
		assert_int_equal(array_grow(item, count), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(item[i], i);
	before = item;
	assert_int_equal(array_grow(item, SIZE_MAX / 2 + 1), -ENOMEM);
	assert_int_equal(array_grow(item, SIZE_MAX / 4 + 1), -ENOMEM);
	assert_ptr_equal(item, before);
	assert_int_equal(item[0], 0);
	free(item);
}

/* --- text ------------------------------------------------------------- */

static void text_untrusted(void **state)
{
	static const struct {
		const char *value;
		int err;
		const char *text;
	} cases[] = {
		{ "\"/etc/passwd\"", 0, "/etc/passwd" },
		{ "\"\"", 0, "" },
		{ "\"a\\040b\"", 0, "a\\040b" },
		{ "2F61", 0, "/a" },
		{ "612262", 0, "a\"b" },
		{ "0A1B7F80FF20", 0, "\\012\\033\\177\\200\\377\\040" },
		{ "\"raw\x1b\"", 0, "raw\\033" },
		{ "2f61", -EBADMSG, NULL },
		{ "2F6", -EBADMSG, NULL },
		{ "(null)", -EBADMSG, NULL },
		{ "", -EBADMSG, NULL },
		{ "\"", -EBADMSG, NULL },
		{ "\"a\"b\"", -EBADMSG, NULL },
		{ "\"a", -EBADMSG, NULL },
		{ "a\"", -EBADMSG, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct text text = { 0 };

		assert_int_equal(text_add_untrusted(&text,
						    span_of(cases[i].value)),
				 cases[i].err);
		if (!cases[i].err)
			assert_string_equal(text_str(&text), cases[i].text);
		text_free(&text);
	}
}

static void text_subject(void **state)
{
	static const struct {
		const char *value;
		bool is_text;
		int err;
		const char *text;
	} cases[] = {
		{ "/bin/sh", true, 0, "/bin/sh" },
		/* TOMOYO's \040, escaped once more */
		{ "/a\\134040b", true, 0, "/a\\040b" },
		{ "x\\075\\076y\\050", true, 0, "x=>y(" },
		/* raw bytes of a comm */
		{ "a\\040b", false, 0, "a\\040b" },
		{ "a\\134b", false, 0, "a\\\\b" },
		{ "\\377", false, 0, "\\377" },
		{ "\\400", true, -EBADMSG, NULL },
		{ "\\08x", true, -EBADMSG, NULL },
		{ "\\07", true, -EBADMSG, NULL },
		{ "\\", true, -EBADMSG, NULL },
		{ "\\\\", true, -EBADMSG, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct text text = { 0 };

		assert_int_equal(text_add_subject(&text,
						  span_of(cases[i].value),
						  cases[i].is_text),
				 cases[i].err);
		if (!cases[i].err)
			assert_string_equal(text_str(&text), cases[i].text);
		text_free(&text);
	}
}

/* A name of all bytes is encoded as one printable word. */
static void text_every_byte(void **state)
{
	struct text text = { 0 };
	char all[255];

	(void)state;
	for (int i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	text_add_name(&text, all, sizeof(all));
	assert_true(text_is_printable(text.data, text.len));
	assert_null(strchr(text.data, ' '));
	/* 0x21-0x7e stay, all other bytes become four characters */
	assert_int_equal(text.len, 94 + 4 * (255 - 94));
	text_clear(&text);
	text_add_line(&text, "a \033[1m\n", 7);
	assert_string_equal(text_str(&text), "a \\033[1m\\012");
	text_free(&text);
}

static void writer_every_byte(void **state)
{
	struct json_writer writer = { 0 };
	char all[0x100];
	json_t *json;

	(void)state;
	for (int i = 0; i < 0x100; i++)
		all[i] = (char)i;
	writer_begin(&writer, '{');
	writer_key(&writer, "numbers");
	writer_begin(&writer, '[');
	writer_number(&writer, 0);
	writer_number(&writer, 10);
	writer_null(&writer);
	writer_end(&writer, ']');
	writer_key(&writer, "all");
	writer_span(&writer, (struct span){ all, sizeof(all) });
	writer_end(&writer, '}');
	assert_false(writer.text.failed);
	json = json_loads(text_str(&writer.text), JSON_ALLOW_NUL, NULL);
	assert_non_null(json);
	/* As UTF-8: 0x80-0xff have two bytes */
	assert_int_equal(json_string_length(json_object_get(json, "all")), 0x180);
	assert_memory_equal(json_string_value(json_object_get(json, "all")), all, 0x80);
	json_decref(json);
	writer_clear(&writer);
	writer_number(&writer, UINT64_MAX);
	writer_string(&writer, NULL);
	writer_string(&writer, "\"\\\x7f");
	assert_string_equal(text_str(&writer.text),
			    "18446744073709551615,null,\"\\\"\\\\\\u007f\"");
	text_free(&writer.text);
}

/* --- op and record ---------------------------------------------------- */

static void op_names(void **state)
{
	(void)state;
	assert_string_equal(op_find(SPAN("file-read"))->keyword, "file read");
	assert_string_equal(op_find(SPAN("network-inet-stream-bind"))->keyword,
			    "network inet stream bind");
	assert_string_equal(op_find(SPAN("capability"))->keyword, "capability");
	assert_null(op_find(SPAN("file-rea")));
	assert_null(op_find(SPAN("file-readx")));
	assert_null(op_find(SPAN("file read")));
	assert_null(op_find(SPAN("")));
}

#define TAIL	" domain=\"<kernel>=>/x\" subj=\"x(2026/11/21-01:04:33)\" res=1"

static void record_lines(void **state)
{
	static const struct {
		const char *body;
		int err;
		const char *access;
	} cases[] = {
		{ "op=file-read path=\"/a\"" TAIL, 0, "file read /a" },
		{ "op=file-execute path=\"/a\" realpath=\"/b\" argv0=\"-c\"" TAIL,
		  0, "file execute /a exec.realpath=\"/b\" exec.argv[0]=\"-c\"" },
		{ "op=file-execute path=\"/a\"" TAIL, 0, "file execute /a" },
		{ "op=file-mkblock path=\"/a\" mode=0640 major=7 minor=0" TAIL,
		  0, "file mkblock /a 0640 7 0" },
		{ "op=network-inet-stream-bind laddr=:: lport=22" TAIL,
		  0, "network inet stream bind :: 22" },
		{ "op=network-inet-stream-bind laddr=\"::\" lport=22" TAIL,
		  0, "network inet stream bind :: 22" },
		{ "op=capability capability=23" TAIL, 0, "capability SYS_NICE" },
		{ "op=capability capability=999" TAIL, 0, "capability 999" },
		{ "op=capability capability=1000" TAIL, -EBADMSG, NULL },
		{ "op=capability capability=\"use_route\"" TAIL,
		  0, "capability use_route" },
		{ "op=capability capability=\"use" TAIL, -EBADMSG, NULL },
		{ "op=file-chown path=\"/a\" ouid=10" TAIL,
		  0, "file chown /a 10" },
		{ "op=file-ioctl path=\"/a\" ioctlcmd=0x5401" TAIL,
		  0, "file ioctl /a 0x5401" },
		{ "op=file-mount dev=\"<NULL>\" path=\"/m/\" fstype=\"tmpfs\" flags=0x0"
		  TAIL, 0, "file mount <NULL> /m/ tmpfs 0x0" },
		{ "op=file-mount dev=\"a\" path=\"/m/\" fstype=\"tmpfs\"" TAIL,
		  -EBADMSG, NULL },
		{ "op=ipc-signal sig=15 target=\"<kernel>=>/b\\134040\\075\"" TAIL,
		  0, "ipc signal 15 <kernel> /b\\040=" },
		{ "op=ipc-signal sig=15 target=\"/b\"" TAIL, -EBADMSG, NULL },
		{ "op=ipc-ptrace request=attach target=\"<kernel>\"" TAIL,
		  0, "ipc ptrace attach <kernel>" },
		{ "op=file-symlink path=\"/a\" target=2F2262" TAIL,
		  0, "file symlink /a symlink.target=\"/\"b\"" },
		{ "op=misc-env name=\"A\"" TAIL "\x1d" "AUID=\"x y\"",
		  0, "misc env A" },
		{ "op=file-rename path=\"/a\"" TAIL, -EBADMSG, NULL },
		{ "op=file-read path=" TAIL, -EBADMSG, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct text access = { 0 };
		struct record record;
		int err;

		err = record_parse(&record, cases[i].body,
				   strlen(cases[i].body));
		assert_int_equal(err, 0);
		err = record_access(&record, &access);
		assert_int_equal(err, cases[i].err);
		if (!err)
			assert_string_equal(text_str(&access), cases[i].access);
		text_free(&access);
	}
}

static void record_rejects(void **state)
{
	static const struct {
		const char *body;
		int err;
	} cases[] = {
		{ "", -ENOENT },
		{ "op", -ENOENT },
		{ "pid=1 op=file-read", -ENOENT },
		{ "op=other a=b", -ENOENT },
		{ "op=other" TAIL, -EBADMSG },
		{ "op=file-read path=\"/a\"", -EBADMSG },
		{ "op=file-read path=\"/a\" domain=\"<kernel>\" res=", -EBADMSG },
		{ "op=file-read path=\"/a\" domain=\"<kernel>\" res=2", -EBADMSG },
		{ "op=file-read word" TAIL, -EBADMSG },
		{ "op=file-read a= a= a= a= a= a= a= a= a= a= a= a= a= a= a= a="
		  " a= a= a= a= a= a= a= a= a= a= a= a= a= a= a= a=" TAIL,
		  -EBADMSG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record record;

		assert_int_equal(record_parse(&record, cases[i].body,
					      strlen(cases[i].body)),
				 cases[i].err);
	}
}

static void record_outcomes(void **state)
{
	static const struct {
		const char *body;
		enum outcome outcome;
	} cases[] = {
		{ "op=file-read path=\"/a\" domain=\"<kernel>\" res=1",
		  OUTCOME_DONE },
		{ "op=file-read path=\"/a\" domain=\"<kernel>\" res=0",
		  OUTCOME_REFUSED },
		{ "op=file-read path=\"/a\" domain=\"<kernel>\"",
		  OUTCOME_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record record;

		assert_int_equal(record_parse(&record, cases[i].body,
					      strlen(cases[i].body)), 0);
		assert_int_equal(record.outcome, cases[i].outcome);
	}
}

static void record_names(void **state)
{
	static const struct {
		int (*read)(struct span value, struct text *out);
		const char *value;
		int err;
		const char *name;
	} cases[] = {
		{ record_domain, "\"<kernel>\"", 0, "<kernel>" },
		{ record_domain, "\"<kernel>=>/a=>/b\"", 0, "<kernel> /a /b" },
		{ record_domain, "\"<kernel>=>/a\\134040\"", 0,
		  "<kernel> /a\\040" },
		{ record_domain, "\"</a\\076\\075>=>/b\"", 0, "</a>=> /b" },
		{ record_domain, "\"<kernel>=>\"", -EBADMSG, NULL },
		{ record_domain, "\"=>/a\"", -EBADMSG, NULL },
		{ record_domain, "\"/a\"", -EBADMSG, NULL },
		{ record_domain, "<kernel>", -EBADMSG, NULL },
		{ record_domain, "", -EBADMSG, NULL },
		{ record_history, "\"<kernel>\"", 0, "<kernel>" },
		{ record_history, "\"a(2026/11/21-01:04:33)\"", 0,
		  "<kernel> a" },
		{ record_history, "\"...=>a(2026/11/21-01:04:33)\"", 0,
		  "<kernel> ... a" },
		{ record_history, "\"a(2026/11/21-01:04:33)=>?\"", 0,
		  "<kernel> a ?" },
		{ record_history, "\"<kernel>=>?\"", 0, "<kernel> ?" },
		{ record_history, "\"?=>a(2026/11/21-01:04:33)=>?=>b(2026/11/21-01:04:33)\"",
		  0, "<kernel> ? a ? b" },
		{ record_history, "\"?\"", -ENOENT, NULL },
		{ record_history, "\"?=>label\"", -ENOENT, NULL },
		{ record_history, "\"a(2026/11/21-01:04:33)=>b(2026/11/2\"",
		  -EBADMSG, NULL },
		{ record_history, "\"a(2026-11-21-01:04:33)\"", -ENOENT, NULL },
		{ record_history, "unconfined", -ENOENT, NULL },
		{ record_history, "\"", -ENOENT, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct text name = { 0 };

		assert_int_equal(cases[i].read(span_of(cases[i].value), &name),
				 cases[i].err);
		if (!cases[i].err)
			assert_string_equal(text_str(&name), cases[i].name);
		text_free(&name);
	}
}

/* --- model ------------------------------------------------------------ */

static int add(struct model *model, const char *domain, const char *access,
	       int64_t time_ms)
{
	const struct fact fact = {
		.kind = access ? FACT_ACCESS : FACT_DOMAIN,
		.domain = domain,
		.access = access,
		.time_ms = time_ms,
	};

	return model_add(model, &fact);
}

static char *policy_of(const struct model *model)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(render_policy(model, NULL, out), 0);
	fclose(out);
	return text;
}

static void model_merges(void **state)
{
	struct model model = { 0 };
	const struct access *access;
	char *text;

	(void)state;
	assert_int_equal(add(&model, "<kernel> /b", "file read /2", 5000), 0);
	assert_int_equal(add(&model, "<kernel> /a /c", "file read /1", 0), 0);
	assert_int_equal(add(&model, "<kernel> /b", "file read /1", 0), 0);
	assert_int_equal(add(&model, "<kernel> /b", "file read /2", 3000), 0);
	assert_int_equal(add(&model, "<kernel> /b", "file read /2", 4000), 0);
	assert_int_equal(add(&model, "<kernel> /a-", NULL, 0), 0);
	model_sort(&model);
	text = policy_of(&model);
	assert_string_equal(text, "<kernel>\n\n<kernel> /a\n\n"
			    "<kernel> /a /c\nfile read /1\n\n"
			    "<kernel> /a-\n\n"
			    "<kernel> /b\nfile read /1\nfile read /2\n\n");
	free(text);
	assert_int_equal(model.domains.count, 5);
	assert_int_equal(model.accesses.count, 3);
	access = model.root[0]->child[2]->access[1];
	assert_int_equal(access->seen.count, 3);
	assert_int_equal(access->seen.first_ms, 3000);
	assert_int_equal(access->seen.last_ms, 5000);
	model_free(&model);
}

static void model_refuses(void **state)
{
	static const char *const names[] = {
		"", "kernel", " <kernel>", "<kernel> ", "<kernel>  /a",
	};
	struct model model = { 0 };
	char *deep = malloc(2 * DOMAIN_DEPTH_MAX + 32);
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(add(&model, names[i], NULL, 0), -EBADMSG);
	assert_null(model_first(&model));
	assert_non_null(deep);
	len = (size_t)sprintf(deep, "<kernel>");
	for (int i = 0; i < DOMAIN_DEPTH_MAX; i++)
		len += (size_t)sprintf(deep + len, " a");
	assert_int_equal(add(&model, deep, NULL, 0), 0);
	sprintf(deep + len, " a");
	assert_int_equal(add(&model, deep, NULL, 0), -EBADMSG);
	assert_int_equal(model.domains.count, DOMAIN_DEPTH_MAX + 1);
	free(deep);
	model_free(&model);
}

/* Chains of comm names are removed if the model has recorded domains. */
static void model_histories(void **state)
{
	struct fact fact = { .kind = FACT_HISTORY };
	struct model model = { 0 };
	char *text;

	(void)state;
	fact.domain = "<kernel> init sh";
	assert_int_equal(model_add(&model, &fact), 0);
	model_sort(&model);
	text = policy_of(&model);
	assert_string_equal(text,
			    "<kernel>\n\n<kernel> init\n\n<kernel> init sh\n\n");
	free(text);
	fact.domain = "<kernel> /sbin/init";
	fact.kind = FACT_DOMAIN;
	assert_int_equal(model_add(&model, &fact), 0);
	model_sort(&model);
	text = policy_of(&model);
	assert_string_equal(text, "<kernel>\n\n<kernel> /sbin/init\n\n");
	free(text);
	model_free(&model);
}

static void model_patterns(void **state)
{
	static const struct {
		const char *pattern;
		bool matches;
	} cases[] = {
		{ "bash", true },
		{ "/bin/bash", true },
		{ "sshd bash", true },
		{ "/usr/sbin/sshd bash", true },
		{ " sshd  bash ", true },
		{ "<kernel> /sbin/init /usr/sbin/sshd /bin/bash", true },
		{ "ash", false },
		{ "bin/bash", false },
		{ "/usr/bin/bash", false },
		{ "sshd", false },
		{ "bash bash", false },
		{ "<kernel> /bin/bash", false },
		{ "<kernel>", false },
		{ "x x x x x x x bash", false },
	};
	struct model model = { 0 };
	const struct domain *domain;

	(void)state;
	assert_int_equal(add(&model,
			     "<kernel> /sbin/init /usr/sbin/sshd /bin/bash",
			     NULL, 0), 0);
	model_sort(&model);
	domain = model_first(&model);
	assert_true(domain_matches(domain, "<kernel>"));
	for (int i = 0; i < 3; i++)
		domain = model_next(&model, domain);
	assert_null(model_next(&model, domain));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(domain_matches(domain, cases[i].pattern),
				 cases[i].matches);
	model_free(&model);
	/* A pattern that stands for the programs of a directory */
	assert_int_equal(add(&model, "<kernel> /d/\\* /bin/sh", NULL, 0), 0);
	model_sort(&model);
	domain = model_next(&model, model_next(&model, model_first(&model)));
	assert_true(domain_matches(domain, "/d/x sh"));
	assert_true(domain_matches(domain, "<kernel> /d/\\* /bin/sh"));
	assert_false(domain_matches(domain, "/e/x sh"));
	assert_false(domain_matches(domain, "x sh"));
	model_free(&model);
}

static const char *access_lines(const struct domain *domain, char *text)
{
	size_t len = 0;

	for (size_t i = 0; i < domain->access_count; i++)
		len += (size_t)sprintf(text + len, "%s;",
				       domain->access[i]->line->text);
	return text;
}

/* Accesses without times come last; equal ones are sorted by policy line. */
static void model_orders(void **state)
{
	static const struct {
		const char *line;
		struct access_times seen;
	} cases[] = {
		{ "a", { .first_ms = 1000, .last_ms = 9000, .count = 3 } },
		{ "b", { .first_ms = 2000, .last_ms = 2000, .count = UINT64_MAX } },
		{ "c", { .first_ms = 3000, .last_ms = 9000, .count = 3 } },
		{ "d", { .first_ms = 0, .last_ms = 0, .count = 7 } },
		{ "gone", { .first_ms = 9000, .last_ms = 9000, .count = 9 } },
	};
	struct model model = { 0 };
	struct domain *domain;
	char text[64];

	(void)state;
	assert_int_equal(model_domain(&model, "<kernel>", &domain), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(add(&model, "<kernel>", cases[i].line, 0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		model_set_times(&model, domain, &(size_t){ i % 2 }, cases[i].line,
				&cases[i].seen, &(struct login_list *){ NULL });
	model_sort(&model);
	assert_string_equal(access_lines(domain, text), "a;b;c;d;");
	model_sort_accesses(&model, ACCESS_BY_FIRST);
	assert_string_equal(access_lines(domain, text), "c;b;a;d;");
	model_sort_accesses(&model, ACCESS_BY_LAST);
	assert_string_equal(access_lines(domain, text), "a;c;b;d;");
	model_sort_accesses(&model, ACCESS_BY_COUNT);
	assert_string_equal(access_lines(domain, text), "b;a;c;d;");
	model_sort_accesses(&model, ACCESS_BY_LINE);
	assert_string_equal(access_lines(domain, text), "a;b;c;d;");
	model_free(&model);
}

/* The order of facts does not matter, also when tables grow. */
static void model_many(void **state)
{
	struct model one = { 0 };
	struct model two = { 0 };
	char *text_one;
	char *text_two;
	char domain[64];
	char access[64];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		/* 7919 and 20000 have no common divisor */
		int j = i * 7919 % 20000;

		snprintf(domain, sizeof(domain), "<kernel> /d%d /e%d",
			 i % 40, i % 80);
		snprintf(access, sizeof(access), "file read /f%d", i / 2);
		assert_int_equal(add(&one, domain, access, 0), 0);
		snprintf(domain, sizeof(domain), "<kernel> /d%d /e%d",
			 j % 40, j % 80);
		snprintf(access, sizeof(access), "file read /f%d", j / 2);
		assert_int_equal(add(&two, domain, access, 0), 0);
	}
	model_sort(&one);
	model_sort(&two);
	assert_int_equal(one.accesses.count, 20000);
	assert_int_equal(one.domains.count, 1 + 40 + 80);
	text_one = policy_of(&one);
	text_two = policy_of(&two);
	assert_string_equal(text_one, text_two);
	free(text_one);
	free(text_two);
	model_free(&one);
	model_free(&two);
}

/* --- rules ------------------------------------------------------------ */

static void rules_of(struct rules *rules, const char *text)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	rewind(file);
	assert_int_equal(rules_read(rules, fileno(file)), 0);
	fclose(file);
}

static void rules_same(void **state)
{
	static const struct {
		const char *one;
		const char *two;
		bool is_same;
	} cases[] = {
		{ "aggregator /a /b", " aggregator\t/a  /b\r\n", true },
		{ "aggregator /a /b", "aggregator /a /c", false },
		{ "initialize_domain /a", "initialize_domain /a from any", true },
		{ "keep_domain <kernel> /a", "keep_domain any from <kernel> /a",
		  true },
		{ "no_keep_domain /a", "no_keep_domain any from /a", true },
		{ "keep_domain /a", "keep_domain /a from any", false },
		{ "reset_domain /a from /b", "reset_domain /a from any", false },
		{ "keep_domain /a", "no_keep_domain any from /a", false },
		{ "new_rule /a", "new_rule /a", true },
		{ "new_rule /a", "new_rule /a from any", false },
		{ "delete keep_domain /a", "keep_domain /a", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rules one;
		struct rules two;

		rules_of(&one, cases[i].one);
		rules_of(&two, cases[i].two);
		assert_int_equal(one.count, 1);
		assert_int_equal(two.count, 1);
		assert_int_equal(rules_have(&one, two.rule), cases[i].is_same);
		assert_int_equal(rules_have(&two, one.rule), cases[i].is_same);
		rules_free(&one);
		rules_free(&two);
	}
}

static void rules_lines(void **state)
{
	struct rules rules;

	(void)state;
	rules_of(&rules, "# c\n\n \t\nkeep_domain /a\n\x01\npath_group");
	assert_int_equal(rules.count, 2);
	assert_int_equal(rules.kind, SOURCE_UNKNOWN);
	assert_int_equal(rules.damage.count, 1);
	assert_int_equal(rules.damage.first, 5);
	assert_int_equal(rules.rule[0].number, 4);
	assert_string_equal(rule_form(&rules.rule[0]),
			    "keep_domain [PROGRAM from] DOMAIN");
	assert_string_equal(rule_form(&rules.rule[1]),
			    "path_group GROUP PATTERN");
	rules_free(&rules);
	rules_of(&rules, "<kernel> /sbin/init\nkeep_domainx /a\n");
	assert_int_equal(rules.kind, SOURCE_POLICY);
	assert_null(rule_form(&rules.rule[1]));
	rules_free(&rules);
}

/* --- sources ---------------------------------------------------------- */

struct seen {
	unsigned int count;
	unsigned int known;
	int64_t pid;
	int64_t uid;
	int64_t time_ms;
	unsigned long serial;
	char comm[64];
	char exe[64];
	char access[128];
	int stop;
};

static int see(void *ctx, const struct fact *fact)
{
	struct seen *seen = ctx;

	seen->count++;
	if (fact->kind != FACT_ACCESS)
		return seen->stop;
	seen->known += fact->pid == 77;
	seen->pid = fact->pid;
	seen->uid = fact->uid;
	seen->time_ms = fact->time_ms;
	seen->serial = fact->serial;
	snprintf(seen->comm, sizeof(seen->comm), "%s",
		 fact->comm ? fact->comm : "-");
	snprintf(seen->exe, sizeof(seen->exe), "%s",
		 fact->exe ? fact->exe : "-");
	snprintf(seen->access, sizeof(seen->access), "%s", fact->access);
	return seen->stop;
}

static FILE *file_of(const char *text, size_t len)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	rewind(file);
	return file;
}

/* Read a source with the content @text. */
static int read_text(const char *text, size_t len, struct seen *seen,
		     struct source *source)
{
	FILE *file = file_of(text, len);
	int err;

	*source = (struct source){ .fd = fileno(file) };
	err = source_read(source, see, seen);
	fclose(file);
	return err;
}

#define OWN(serial) "type=KERNEL_OTHER msg=audit(1795223071.042:" serial "): "
#define SYSCALL(serial) \
	"type=SYSCALL msg=audit(1795223071.042:" serial "): arch=c000003e " \
	"syscall=257 success=yes exit=3 ppid=1 pid=77 auid=0 uid=1000 " \
	"comm=612062 exe=\"/bin/x\" subj=unconfined key=(null)\n"

static void audit_process_from_syscall(void **state)
{
	static const char log[] =
		OWN("7") "op=file-read path=\"/a\"" TAIL "\n" SYSCALL("7");
	struct source source;
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(read_text(log, sizeof(log) - 1, &seen, &source), 0);
	assert_int_equal(source.kind, SOURCE_AUDIT);
	assert_int_equal(source.damage.count, 0);
	assert_int_equal(source.lines, 2);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.pid, 77);
	assert_int_equal(seen.uid, 1000);
	assert_int_equal(seen.time_ms, 1795223071042);
	assert_int_equal(seen.serial, 7);
	assert_string_equal(seen.comm, "a\\040b");
	assert_string_equal(seen.exe, "/bin/x");
	assert_string_equal(seen.access, "file read /a");
}

static void audit_process_from_record(void **state)
{
	static const char log[] =
		OWN("8") "op=file-read path=\"/a\" pid=5 uid=6 auid=0 ses=1 "
		"comm=\"c\" exe=\"/e\"" TAIL "\n" SYSCALL("7");
	struct source source;
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(read_text(log, sizeof(log) - 1, &seen, &source), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.pid, 5);
	assert_int_equal(seen.uid, 6);
	assert_string_equal(seen.comm, "c");
	assert_string_equal(seen.exe, "/e");
}

static void audit_process_unknown(void **state)
{
	static const char log[] =
		OWN("8") "op=file-read path=\"/a\"" TAIL "\n" SYSCALL("7");
	struct source source;
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(read_text(log, sizeof(log) - 1, &seen, &source), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.pid, -1);
	assert_string_equal(seen.comm, "-");
}

/* Records of several CPUs are interleaved in one log. */
static void audit_interleaved(void **state)
{
	static const char log[] =
		OWN("7") "op=file-read path=\"/a\"" TAIL "\n"
		OWN("8") "op=file-read path=\"/b\"" TAIL "\n"
		OWN("9") "op=file-read path=\"/c\"" TAIL "\n"
		SYSCALL("8") SYSCALL("7");
	struct source source;
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(read_text(log, sizeof(log) - 1, &seen, &source), 0);
	assert_int_equal(seen.count, 3);
	/* 9 has no SYSCALL record and must not get the process of another event */
	assert_int_equal(seen.known, 2);
}

/* Log rotation splits an event over two files. */
static void audit_rotated(void **state)
{
	static const char old[] =
		OWN("7") "op=file-read path=\"/a\"" TAIL "\n"
		OWN("8") "op=file-read path=\"/b\"" TAIL "\n" SYSCALL("8");
	static const char new[] = SYSCALL("7");
	FILE *files[] = {
		file_of(old, sizeof(old) - 1), file_of(new, sizeof(new) - 1),
	};
	struct source logs[] = {
		{ .fd = fileno(files[0]) }, { .fd = fileno(files[1]) },
	};
	struct sources sources = { .source = logs, .count = 2 };
	struct seen seen = { 0 };

	(void)state;
	assert_int_equal(sources_read(&sources, see, &seen), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.known, 2);
	for (int i = 0; i < 2; i++)
		fclose(files[i]);
}

/* Any control byte makes a line a damaged one; other bytes do not. */
static void audit_controls(void **state)
{
	char log[] = OWN("8") "op=file-read path=\"/abcdefghijklmnop\"" TAIL "\n";
	char *path = strstr(log, "abc");

	(void)state;
	for (int c = 0; c < 256; c++) {
		bool is_bad = (c < ' ' && c != '\t' && c != 0x1d) || c == 0x7f;

		/* These bytes end a line, a record or a value */
		if (c == '\n' || c == 0x1d || c == '"' || c == ' ')
			continue;
		for (int place = 0; place < 16; place++) {
			char kept = path[place];
			struct source source;
			struct seen seen = { 0 };

			path[place] = (char)c;
			assert_int_equal(read_text(log, sizeof(log) - 1, &seen,
						   &source), 0);
			assert_int_equal(source.damage.count, is_bad);
			assert_int_equal(seen.count, !is_bad);
			path[place] = kept;
		}
	}
}

/* A reader that waits for more data reports complete events. */
static void audit_idle(void **state)
{
	static char log[][512] = {
		OWN("7") "op=file-read path=\"/a\"" TAIL, SYSCALL("7"),
	};
	struct seen seen = { 0 };
	struct audit_reader *reader = audit_reader_new(see, &seen, AUDIT_PROCESSES);

	(void)state;
	assert_non_null(reader);
	for (size_t i = 0; i < ARRAY_SIZE(log); i++) {
		struct line line = {
			.ptr = log[i], .len = strcspn(log[i], "\n"),
		};

		/* An old time, so that the event counts as complete */
		strchr(log[i], '(')[2] = '0';
		assert_int_equal(audit_reader_line(reader, &line), 0);
	}
	assert_int_equal(seen.count, 0);
	assert_int_equal(audit_reader_idle(reader), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.pid, 77);
	assert_int_equal(audit_reader_free(reader), 0);
	assert_int_equal(seen.count, 1);
}

/* More open events than the ring holds: none is lost or reported twice. */
static void audit_many_open(void **state)
{
	struct text log = { 0 };
	struct source source;
	struct seen seen = { 0 };
	char line[512];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(line, sizeof(line), "type=KERNEL_OTHER "
			 "msg=audit(1795223071.042:%d): op=file-read "
			 "path=\"/%d\"" TAIL "\n", i + 1, i);
		text_puts(&log, line);
	}
	assert_int_equal(read_text(log.data, log.len, &seen, &source), 0);
	assert_int_equal(source.damage.count, 0);
	assert_int_equal(seen.count, 3000);
	text_free(&log);
}

/* An exec is one event with many records. */
static void audit_long_event(void **state)
{
	struct text log = { 0 };
	struct source source;
	struct seen seen = { 0 };
	char line[512];

	(void)state;
	for (int i = 0; i < 10000; i++) {
		snprintf(line, sizeof(line), OWN("9") "op=misc-env "
			 "name=\"E%d\"" TAIL "\n", i);
		text_puts(&log, line);
	}
	text_puts(&log, SYSCALL("9"));
	assert_int_equal(read_text(log.data, log.len, &seen, &source), 0);
	assert_int_equal(source.damage.count, 0);
	assert_int_equal(seen.count, 10000);
	text_free(&log);
}

/* Order-independent hash of all facts of a log, without the processes. */
struct sum {
	unsigned long count;
	uint64_t hash;
};

static int sum_add(void *ctx, const struct fact *fact)
{
	struct sum *sum = ctx;
	struct text text = { 0 };
	char head[64];

	snprintf(head, sizeof(head), "%d %lld %lu ", fact->kind,
		 (long long)fact->time_ms, fact->serial);
	text_puts(&text, head);
	text_puts(&text, fact->domain);
	if (fact->access) {
		text_puts(&text, ": ");
		text_puts(&text, fact->access);
	}
	sum->hash += table_hash(text.data, text.len);
	sum->count++;
	text_free(&text);
	return 0;
}

/* The reader without processes must find the same facts as auparse. */
static unsigned long check_without_process(const struct text *log)
{
	FILE *file = file_of(log->data, log->len);
	struct source source[2];
	struct sum sum[2] = { 0 };

	for (int i = 0; i < 2; i++) {
		lseek(fileno(file), 0, SEEK_SET);
		source[i] = (struct source){ .fd = fileno(file),
					     .detail = i ? AUDIT_ACCESSES : AUDIT_PROCESSES };
		assert_int_equal(source_read(&source[i], sum_add, &sum[i]), 0);
	}
	fclose(file);
	assert_int_equal(sum[0].count, sum[1].count);
	assert_int_equal(sum[0].hash, sum[1].hash);
	assert_int_equal(source[0].damage.count, source[1].damage.count);
	assert_int_equal(source[0].damage.first, source[1].damage.first);
	return sum[0].count;
}

static void read_golden(const char *name, struct text *log)
{
	char path[4096];
	char block[4096];
	size_t got;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", getenv("GOLDEN_DATA"), name);
	file = fopen(path, "r");
	assert_non_null(file);
	while ((got = fread(block, 1, sizeof(block), file)))
		text_add(log, block, got);
	fclose(file);
}

static void audit_without_process(void **state)
{
	static const char *const names[] = {
		"node.log", "off.log", "ops.log", "own.log", "plain.log",
		"recorded.log", "syscall.log",
	};
	static const char damage[] = "\n =:()\"'>\\0x\t\x1d\xff";
	struct text log = { 0 };
	unsigned long facts = 0;

	(void)state;
	srand(1);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		text_clear(&log);
		read_golden(names[i], &log);
		facts += check_without_process(&log);
		/* Add more damage in each round */
		for (int times = 0; times < 50; times++) {
			for (size_t n = 0; n <= log.len / 10000; n++)
				log.data[(size_t)rand() % log.len] =
					damage[(size_t)rand() % sizeof(damage)];
			check_without_process(&log);
		}
	}
	assert_true(facts > 200);
	text_free(&log);
}

static void source_stops(void **state)
{
	static const char log[] =
		OWN("8") "op=file-read path=\"/a\" pid=5" TAIL "\n"
		OWN("9") "op=file-read path=\"/b\" pid=5" TAIL "\n";
	static const char policy[] = "<kernel>\n<kernel> /a\n";
	struct seen seen = { .stop = -ENOMEM };
	struct source source;

	(void)state;
	assert_int_equal(read_text(log, sizeof(log) - 1, &seen, &source),
			 -ENOMEM);
	assert_int_equal(seen.count, 1);
	seen.count = 0;
	assert_int_equal(read_text(policy, sizeof(policy) - 1, &seen, &source),
			 -ENOMEM);
	assert_int_equal(seen.count, 1);
}

static void source_kinds(void **state)
{
	static const struct {
		const char *line;
		enum source_kind kind;
	} cases[] = {
		{ "type=SYSCALL msg=audit(1.2:3): ", SOURCE_AUDIT },
		{ "node=x type=SYSCALL", SOURCE_AUDIT },
		{ "----", SOURCE_UNKNOWN },
		{ "time->Sat Nov 21", SOURCE_AUDIT },
		{ "type=\"text\"", SOURCE_UNKNOWN },
		{ "node=\"1\"", SOURCE_UNKNOWN },
		{ "-----BEGIN", SOURCE_UNKNOWN },
		{ "<kernel>", SOURCE_POLICY },
		{ "</usr/sbin/sshd>", SOURCE_POLICY },
		{ "<sshd> /usr/sbin/sshd", SOURCE_POLICY },
		{ "<html>", SOURCE_UNKNOWN },
		{ "</p>", SOURCE_UNKNOWN },
		{ "<p> text", SOURCE_UNKNOWN },
		{ "<kernel>/boot", SOURCE_UNKNOWN },
		{ "<a <b> /x", SOURCE_UNKNOWN },
		{ "<>", SOURCE_UNKNOWN },
		{ "<kernel> /sbin/init", SOURCE_POLICY },
		{ "# ashiato policy 1, saved", SOURCE_POLICY },
		{ "\x1f\x8b\x08", SOURCE_PACKED },
		{ "BZh91AY&SY", SOURCE_PACKED },
		{ "BZh", SOURCE_UNKNOWN },
		{ "", SOURCE_UNKNOWN },
		{ "<", SOURCE_UNKNOWN },
		{ "<\033>", SOURCE_UNKNOWN },
		{ "<kernel", SOURCE_UNKNOWN },
		{ "# comment", SOURCE_UNKNOWN },
		{ "file read /etc/passwd", SOURCE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(source_recognise(cases[i].line,
						  strlen(cases[i].line)),
				 cases[i].kind);
}

static void source_long_lines(void **state)
{
	struct text log = { 0 };
	struct seen seen = { 0 };
	struct source source;
	char *fill = malloc(8 * LINE_SIZE_MAX);

	(void)state;
	assert_non_null(fill);
	memset(fill, 'x', 8 * LINE_SIZE_MAX);
	/* Around the limit, around the size of the buffer, and far above */
	static const size_t sizes[] = {
		LINE_SIZE_MAX - 1, LINE_SIZE_MAX, LINE_SIZE_MAX + 1,
		LINE_SIZE_MAX + 256 * 1024 - 1, LINE_SIZE_MAX + 256 * 1024,
		LINE_SIZE_MAX + 256 * 1024 + 1, 8 * LINE_SIZE_MAX,
	};
	text_puts(&log, "<kernel>\n");
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		text_add(&log, fill, sizes[i]);
		text_puts(&log, "\n<kernel> /a\n");
	}
	assert_int_equal(read_text(log.data, log.len, &seen, &source), 0);
	assert_int_equal(source.damage.count, ARRAY_SIZE(sizes));
	assert_int_equal(source.damage.first, 2);
	assert_int_equal(source.lines, 1 + 2 * ARRAY_SIZE(sizes));
	assert_int_equal(seen.count, 1 + ARRAY_SIZE(sizes));
	free(fill);
	text_free(&log);
}

/* Make a saved state of before.policy. */
static void state_of(struct text *state)
{
	struct model model = { 0 };
	struct text policy = { 0 };
	struct text head = { 0 };
	struct source source;
	FILE *file;
	char *data;
	size_t len;

	read_golden("before.policy", &policy);
	file = file_of(policy.data, policy.len);
	source = (struct source){ .fd = fileno(file) };
	assert_int_equal(source_read(&source, model_add, &model), 0);
	fclose(file);
	model_sort(&model);
	checksum_head(&head, "saved some time");
	file = open_memstream(&data, &len);
	assert_non_null(file);
	assert_int_equal(render_policy(&model, head.data, file), 0);
	fclose(file);
	text_add(state, data, len);
	free(data);
	text_free(&head);
	text_free(&policy);
	model_free(&model);
}

static unsigned long count_lines(const char *data, size_t len)
{
	unsigned long count = 0;

	for (size_t i = 0; i < len; i++)
		count += data[i] == '\n';
	return count;
}

/* The state is rejected, at a line from @least to @most. */
static void check_refused(const struct text *state, size_t len,
			  unsigned long least, unsigned long most)
{
	struct seen seen = { 0 };
	struct source source;
	int err = read_text(state->data, len, &seen, &source);

	/* A cut first line does not identify a state: -EMEDIUMTYPE */
	assert_true(err == -ESTATECHANGED || err == -ESTATECUT ||
		    err == -ESTATENEWER || err == -EMEDIUMTYPE);
	assert_in_range(source.lines, least, most);
}

/* A state is rejected wherever it is cut. */
static void state_cut(void **state)
{
	struct text text = { 0 };

	(void)state;
	state_of(&text);
	for (size_t len = 1; len < text.len; len++) {
		unsigned long lines = count_lines(text.data, len) +
				      (text.data[len - 1] != '\n');

		check_refused(&text, len, lines, lines);
	}
	text_free(&text);
}

/* A changed byte is detected at the end of the next block at the latest. */
static void state_changed(void **state)
{
	static const char changes[] = "\n# <\0\x80";
	struct text text = { 0 };

	(void)state;
	state_of(&text);
	for (size_t i = 0; i < text.len; i++) {
		const char *end = text.data + i;
		unsigned long line = count_lines(text.data, i) + 1;
		unsigned long last;
		char kept = text.data[i];

		for (int sums = 0; end && sums < 2; sums++)
			end = strstr(end + 1, "\n# sum ");
		last = end ? count_lines(text.data, (size_t)(end - text.data)) + 2
			   : count_lines(text.data, text.len);
		for (size_t n = 0; n < sizeof(changes); n++) {
			if (kept == changes[n])
				continue;
			text.data[i] = changes[n];
			check_refused(&text, text.len, line, last + 1);
		}
		text.data[i] = kept;
	}
	text_free(&text);
}

/* --- classes ---------------------------------------------------------- */

static int class_add(struct classes *classes, const char *text)
{
	return classes_conf.take(classes, span_of(text));
}

static void classes_of_accesses(void **state)
{
	static const struct {
		const char *line;
		enum class class;
	} cases[] = {
		{ "file read /etc/ssh/sshd_config", CLASS_CONFIG },
		{ "file getattr /etc/", CLASS_CONFIG },
		{ "file getattr /etc", CLASS_OTHER },
		{ "file read /etcetera/x", CLASS_OTHER },
		{ "file read /etc/ssh/ssh_host_rsa_key", CLASS_SECRET },
		{ "file read /etc/ssh/ssh_host_rsa_key.pub", CLASS_CONFIG },
		{ "file read /home/a/.ssh/id_rsa", CLASS_SECRET },
		{ "file read /home/a/.ssh/id_rsa.pub", CLASS_HOME },
		{ "file read /etc/a/b/c.key", CLASS_SECRET },
		{ "file read /etc/passwd", CLASS_NAMES },
		{ "file read /usr/lib/x86_64-linux-gnu/gconv/gconv-modules", CLASS_LOCALE },
		{ "file read /usr/lib/x86_64-linux-gnu/libc.so.6", CLASS_LIBRARY },
		{ "file read /usr/lib/x86_64-linux-gnu/\\*", CLASS_LIBRARY },
		{ "file read /usr/lib/postgresql/15/bin/postgres", CLASS_PROGRAM },
		{ "file execute /usr/bin/sh exec.realpath=\"/usr/bin/dash\" exec.argv[0]=\"sh\"",
		  CLASS_PROGRAM },
		{ "file read /usr/lib/systemd/system/ssh.service", CLASS_CONFIG },
		{ "file rename /tmp/x /etc/y", CLASS_CONFIG },
		{ "file mount tmpfs /run/lock/ tmpfs 0x6", CLASS_RUNTIME },
		{ "file create /var/lib/a/\\{\\*\\}/\\* 0600", CLASS_STATE },
		{ "file read proc:/\\$/limits", CLASS_PROC },
		{ "file read pipe:[\\$]", CLASS_UNNAMED },
		{ "file getattr socket:[family=1:type=1:protocol=0]", CLASS_UNNAMED },
		{ "network unix dgram send /dev/log", CLASS_LOG },
		{ "network inet stream listen :: 22", CLASS_LISTEN },
		{ "network inet dgram send 192.0.2.1 53", CLASS_CONNECT },
		{ "network inet stream accept 127.0.0.1 1024-65535", CLASS_ACCEPT },
		{ "capability SYS_ADMIN", CLASS_CAPABILITY },
		{ "capability userns SYS_ADMIN", CLASS_CAPABILITY },
		{ "misc env LANG", CLASS_ENVIRONMENT },
		{ "ipc signal 15 <kernel> /usr/sbin/sshd", CLASS_PROCESS },
		{ "file read", CLASS_OTHER },
		{ "", CLASS_OTHER },
		{ "network inet", CLASS_OTHER },
	};
	struct classes classes = { 0 };
	struct text error = { 0 };
	uint32_t set;

	(void)state;
	/* The first line that matches decides */
	assert_int_equal(class_add(&classes, "state\t/etc/mine/"), 0);
	assert_int_equal(conf_read_text(&classes_conf, &classes, "table",
					span_of(classes_conf.shipped), &error), 0);
	assert_int_equal(class_of(&classes, "file read /etc/mine/x"), CLASS_STATE);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (class_of(&classes, cases[i].line) != cases[i].class)
			fail_msg("%s: %s", cases[i].line,
				 class_names[class_of(&classes, cases[i].line)]);
	classes_free(&classes);
	assert_null(class_list_parse("log,listen", &set).ptr);
	assert_int_equal(set, 1U << CLASS_LOG | 1U << CLASS_LISTEN);
	assert_true(span_is(class_list_parse("log,", &set), ""));
	assert_true(span_is(class_list_parse("", &set), ""));
	assert_true(span_is(class_list_parse("log,lgo,boot", &set), "lgo"));
}

static void classes_refuse(void **state)
{
	static const char *const wrong[] = {
		"log", "log /var/log/\\q", "log /a /b", "log /a\001", "logs /a",
		/* No path makes this class */
		"listen /a",
	};
	struct classes classes = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(class_add(&classes, wrong[i]), -EINVAL);
	assert_int_equal(classes.count, 0);
	classes_free(&classes);
}

/* --- programs --------------------------------------------------------- */

static void programs_run(void **state)
{
	static const char *const echo[] = { "/bin/echo", "a b", "$HOME;", NULL };
	static const char *const env[] = { "/usr/bin/env", NULL };
	static const char *const input[] = { "/bin/cat", NULL };
	static const char *const fails[] = { "/bin/false", NULL };
	static const char *const missing[] = { "/no/such/program", NULL };
	static const char *const sleeps[] = { "/bin/sleep", "1000", NULL };
	static const char *const closes[] = { "/bin/sh", "-c", "exec >&-; exec sleep 1000", NULL };
	static const char *const endless[] = { "/usr/bin/yes", NULL };
	struct text output = { 0 };

	(void)state;
	assert_int_equal(program_output(echo, 60000, &output), 0);
	assert_string_equal(output.data, "a b $HOME;\n");
	text_clear(&output);
	assert_int_equal(program_output(env, 60000, &output), 0);
	assert_string_equal(output.data, "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\n");
	text_clear(&output);
	assert_int_equal(program_output(input, 60000, &output), 0);
	assert_int_equal(program_output(fails, 60000, &output), 1);
	assert_int_equal(program_output(missing, 60000, &output), 127);
	assert_int_equal(program_output(sleeps, 10, &output), -ETIMEDOUT);
	assert_int_equal(program_output(closes, 10, &output), -ETIMEDOUT);
	assert_int_equal(output.len, 0);
	assert_int_equal(program_output(endless, 60000, &output), -EFBIG);
	assert_true(output.len <= PROGRAM_OUTPUT_MAX);
	text_free(&output);
}

static void signal_ignore(int number)
{
	(void)number;
}

/* A signal neither ends a program early nor outlasts its time limit. */
static void programs_outlast_signals(void **state)
{
	static const char *const closes[] = { "/bin/sh", "-c", "exec >&-; exec sleep 0.3", NULL };
	static const char *const sleeps[] = { "/bin/sleep", "3", NULL };
	const struct itimerval often = { { 0, 10000 }, { 0, 10000 } }, never = { 0 };
	struct sigaction action = { .sa_handler = signal_ignore, .sa_flags = SA_RESTART }, before;
	struct text output = { 0 };

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	assert_int_equal(program_output(closes, 60000, &output), 0);
	assert_int_equal(program_output(sleeps, 100, &output), -ETIMEDOUT);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
	text_free(&output);
}

/* --- processes -------------------------------------------------------- */

static void process_lists(void **state)
{
	static const char text[] =
		"9\t7\t-\t\"a(2026/11/21-01:04:33)\"\t<kernel> /a\n"
		"7\t7\tadopted\t\"a(2026/11/21-01:04:33)\"\t<kernel> /a\n"
		"5\t7\t-\t\"b(2026/11/21-01:04:33)\"\t<kernel> /b\n"
		"2\t2\t-\t\"<kernel>\"\t<kernel>\n"
		"x\t2\t-\t\"<kernel>\"\t<kernel>\n"
		"3\t\t-\t\"<kernel>\"\t<kernel>\n"
		"-3\t1\t-\t\"<kernel>\"\t<kernel>\n"
		"99999999999999999999\t1\t-\t\"\"\t<kernel>\n"
		"3\t3\t-\n";
	struct process_list list;
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	rewind(file);
	assert_int_equal(process_list_read(&list, fileno(file)), 0);
	fclose(file);
	assert_int_equal(list.count, 4);
	assert_int_equal(list.damage.count, 5);
	assert_int_equal(list.damage.first, 5);
	assert_int_equal(list.process[0].pid, 2);
	assert_int_equal(list.process[1].pid, 7);
	assert_true(list.process[1].is_adopted);
	assert_string_equal(list.process[1].history,
			    "a(2026/11/21-01:04:33)");
	process_list_fold(&list);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.process[2].pid, 5);
	assert_string_equal(list.process[2].domain, "<kernel> /b");
	process_list_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(array_grows),
		cmocka_unit_test(text_untrusted),
		cmocka_unit_test(text_subject),
		cmocka_unit_test(text_every_byte),
		cmocka_unit_test(writer_every_byte),
		cmocka_unit_test(op_names),
		cmocka_unit_test(record_lines),
		cmocka_unit_test(record_rejects),
		cmocka_unit_test(record_outcomes),
		cmocka_unit_test(record_names),
		cmocka_unit_test(model_merges),
		cmocka_unit_test(model_refuses),
		cmocka_unit_test(model_histories),
		cmocka_unit_test(model_patterns),
		cmocka_unit_test(model_orders),
		cmocka_unit_test(model_many),
		cmocka_unit_test(rules_same),
		cmocka_unit_test(rules_lines),
		cmocka_unit_test(audit_process_from_syscall),
		cmocka_unit_test(audit_process_from_record),
		cmocka_unit_test(audit_process_unknown),
		cmocka_unit_test(audit_interleaved),
		cmocka_unit_test(audit_rotated),
		cmocka_unit_test(audit_controls),
		cmocka_unit_test(audit_idle),
		cmocka_unit_test(audit_many_open),
		cmocka_unit_test(audit_long_event),
		cmocka_unit_test(audit_without_process),
		cmocka_unit_test(source_stops),
		cmocka_unit_test(source_kinds),
		cmocka_unit_test(source_long_lines),
		cmocka_unit_test(state_cut),
		cmocka_unit_test(state_changed),
		cmocka_unit_test(classes_of_accesses),
		cmocka_unit_test(classes_refuse),
		cmocka_unit_test(programs_run),
		cmocka_unit_test(programs_outlast_signals),
		cmocka_unit_test(process_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
