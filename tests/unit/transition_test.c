// SPDX-License-Identifier: GPL-2.0-only
/* Transition rules: parsing, printing, and their effect on executions. */
#include "core/domain.h"
#include "core/leaf.h"
#include "core/text.h"
#include "policy/fold.h"
#include "policy/transition.h"
#include "unit.h"

static void begin(size_t max_domains)
{
	unit_share(SIZE_MAX, max_domains, SIZE_MAX);
	assert_int_equal(text_init(), 0);
	assert_int_equal(domain_init(), 0);
	assert_int_equal(fold_init(), 0);
}

static void end(void)
{
	transition_exit();
	assert_int_equal(transition_bytes(), 0);
	transition_cache_forget();
	fold_exit();
	domain_exit();
	text_exit();
	unit_assert_clean();
}

/* Pass the line without a NUL, so that ASan detects an overread. */
static int edit(const char *line)
{
	size_t len = strlen(line);
	char *copy = malloc(len + !len);
	int err;

	assert_non_null(copy);
	memcpy(copy, line, len);
	err = transition_edit(copy, len);
	free(copy);
	return err;
}

static void rule(const char *line)
{
	if (edit(line))
		fail_msg("%s is refused", line);
}

/* All rules, one per line. */
static const char *all(void)
{
	static char text[100000];
	const char *line;
	loff_t position;
	size_t used = 0;

	text[0] = '\0';
	rcu_read_lock();
	for (position = 0; (line = transition_line_rcu(&position)); position++)
		used += snprintf(text + used, sizeof(text) - used, "%s\n", line);
	rcu_read_unlock();
	assert_true(used < sizeof(text));
	return text;
}

/* Find or create the domain with that name. */
static struct domain *domain(const char *name)
{
	struct domain *found = NULL;

	while (*name) {
		size_t len = strcspn(name, " ");

		found = domain_intern_get(found, name, len, 0, GFP_KERNEL);
		assert_false(IS_ERR(found));
		name += len + (name[len] == ' ');
	}
	return found;
}

/* In atomic context: the shim would die if the lookup could sleep. */
static enum transition ask(const char *from, const char *program)
{
	struct domain *asked = domain(from);
	unsigned long before = shim_allocations();
	enum transition answer;

	rcu_read_lock();
	answer = transition_find(asked, program, false);
	rcu_read_unlock();
	assert_int_equal(shim_allocations(), before);
	return answer;
}

static void assert_runs_in(const char *from, const char *program, const char *wanted)
{
	struct domain *next = transition_domain(domain(from), program, NULL, 0, GFP_KERNEL);
	char name[DOMAIN_NAME_MAX + 1];

	assert_false(IS_ERR(next));
	domain_name(next, " ", NULL, name, sizeof(name));
	assert_string_equal(name, wanted);
	assert_ptr_equal(next, domain(wanted));
}

static bool is_marked(const char *name)
{
	return test_bit(DOMAIN_TRANSITION_FAILED, &domain(name)->flags);
}

/* --- lines ---------------------------------------------------------------- */

static void rule_lines(void **state)
{
	static const struct {
		const char *line;
		const char *printed;
	} cases[] = {
		{ "initialize_domain /usr/sbin/sshd", "initialize_domain /usr/sbin/sshd from any" },
		{ "initialize_domain any", "initialize_domain any from any" },
		{ "initialize_domain any from any", "initialize_domain any from any" },
		{ "no_initialize_domain /a from /b", "no_initialize_domain /a from /b" },
		{ "reset_domain /a from <kernel>", "reset_domain /a from <kernel>" },
		{ "no_reset_domain /a from <kernel> /b /c",
		  "no_reset_domain /a from <kernel> /b /c" },
		{ "keep_domain /a from <kernel> /b", "keep_domain /a from <kernel> /b" },
		/* A single argument of keep_domain is the domain. */
		{ "keep_domain <kernel> /b", "keep_domain any from <kernel> /b" },
		{ "keep_domain /b", "keep_domain any from /b" },
		{ "keep_domain any", "keep_domain any from any" },
		{ "no_keep_domain <kernel> /b", "no_keep_domain any from <kernel> /b" },
		{ "keep_domain @G", "keep_domain any from @G" },
		{ "initialize_domain @G from @H", "initialize_domain @G from @H" },
		{ "initialize_domain /a\\* from /\\{b\\}/c",
		  "initialize_domain /a\\* from /\\{b\\}/c" },
		{ "initialize_domain proc:/self/exe", "initialize_domain proc:/self/exe from any" },
		{ "keep_domain any from </b> /c", "keep_domain any from </b> /c" },
		{ "keep_domain any from <kernel> /\\* /c", "keep_domain any from <kernel> /\\* /c" },
		{ "aggregator /tmp/\\* /tmp/any", "aggregator /tmp/\\* /tmp/any" },
		{ "aggregator pipe:[\\$] proc:/pipe", "aggregator pipe:[\\$] proc:/pipe" },
		{ "aggregator /a /b\\040c", "aggregator /a /b\\040c" },
		{ "aggregator /a/\\*/ x:/", "aggregator /a/\\*/ x:/" },
		{ "path_group G /a/\\*", "path_group G /a/\\*" },
		{ "file_pattern pipe:[\\$]", "file_pattern pipe:[\\$]" },
		{ "<x> file_pattern /tmp/\\*/", "<x> file_pattern /tmp/\\*/" },
		{ "file_pattern \\x\\X  \\X", "file_pattern \\x\\X \\X" },
		{ "file_pattern /a/\\*/ /b/", "file_pattern /a/\\*/ /b/" },
		{ "cgroup_domain /a/\\*.service", "cgroup_domain /a/\\*.service as /unit/" },
		{ "cgroup_domain /\\{\\*.slice\\}/x  as /u", "cgroup_domain /\\{\\*.slice\\}/x as /u" },
		{ "<kernel> cgroup_domain /a as /u/\\*", "cgroup_domain /a as /u/\\*" },
		{ "path_group any any", "path_group any any" },
		{ "<kernel> keep_domain any", "keep_domain any from any" },
		{ "</usr/sbin/x> keep_domain any", "</usr/sbin/x> keep_domain any from any" },
		{ "<x> aggregator /a /b", "<x> aggregator /a /b" },
		{ "<x> path_group G /a", "<x> path_group G /a" },
		{ " \t keep_domain\t\tany  from \r any\r", "keep_domain any from any" },
	};
	char text[256];
	size_t i;

	(void)state;
	begin(10);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		rule(cases[i].line);
		snprintf(text, sizeof(text), "%s\n", cases[i].printed);
		assert_string_equal(all(), text);
		/* The printed line is accepted as the same rule: nothing is added. */
		rule(cases[i].printed);
		rule(cases[i].line);
		assert_string_equal(all(), text);
		snprintf(text, sizeof(text), "delete  %s", cases[i].line);
		rule(text);
		assert_string_equal(all(), "");
		assert_int_equal(edit(text), -ENOENT);
		assert_int_equal(transition_bytes(), 0);
	}
	end();
}

static void invalid_lines(void **state)
{
	static const char *const cases[] = {
		"x", "initialize_domain", "initialize_domain ", "initialize_domainx /a",
		"Initialize_domain /a", "initialize", "keep_domain", "aggregator", "path_group",
		"initialize_domain a", "initialize_domain ./a", "initialize_domain a.b/c",
		"initialize_domain /a /b", "initialize_domain /a from", "initialize_domain from /a",
		"initialize_domain /a from /b /c", "initialize_domain /a from any from any",
		"initialize_domain /a from b", "initialize_domain /a from <kernel",
		"initialize_domain /a from <kernel> b", "initialize_domain /a from <>",
		"initialize_domain /a from <", "initialize_domain /a from >",
		"initialize_domain /a from <kernel> /b c/d.e x", "initialize_domain <kernel>",
		"initialize_domain <kernel> /a", "initialize_domain @", "initialize_domain @ from any",
		"initialize_domain /a from @", "initialize_domain /a\\", "initialize_domain /\\{a",
		"initialize_domain /a\\101", "initialize_domain /\303\251", "initialize_domain /a\001",
		"keep_domain /a from", "keep_domain from /a", "keep_domain kernel",
		"keep_domain /a /b", "keep_domain <kernel> b", "keep_domain <ke rnel>",
		"file_pattern", "file_pattern /a b", "file_pattern a /b", "file_pattern /a\\",
		"file_pattern /a/ /b", "file_pattern /a /b/", "file_pattern a b/", "file_pattern a \\q",
		"file_pattern /a /b /c",
		"cgroup_domain", "cgroup_domain /", "cgroup_domain a", "cgroup_domain a/b",
		"cgroup_domain /a/", "cgroup_domain /a as", "cgroup_domain /a as u",
		"cgroup_domain /a as /", "cgroup_domain /a as /u /v", "cgroup_domain /a from any",
		"cgroup_domain /a /u", "cgroup_domain /a\\ as /u", "cgroup_domain /a as /u\\q",
		"cgroup_domain any", "cgroup_domain @G", "<x> cgroup_domain /a as /u",
		"aggregator /a", "aggregator /a b", "aggregator /a /b\\*", "aggregator /a /b /c",
		"aggregator /a ./b", "aggregator /a\\ /b", "aggregator /a from /b",
		"aggregator /a/ /b", "aggregator /a /b/",
		"path_group G", "path_group G /a /b", "path_group G /\\{a", "path_group \\q /a",
		"delete", "delete delete keep_domain any", "delete # x", "deletekeep_domain any",
		"<kernel>", "<> keep_domain any", "<kernel keep_domain any", "<a b> keep_domain any",
		"<kernel> <kernel> keep_domain any", "<kernel> delete keep_domain any",
		"number_group N 1", "acl_group 0 file read /a", "select transition_only", "reset",
	};
	static char long_line[TRANSITION_LINE_MAX + 2];
	size_t i;

	(void)state;
	begin(10);
	rule("keep_domain any");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (edit(cases[i]) != -EINVAL)
			fail_msg("%s is not refused", cases[i]);
	}
	assert_int_equal(transition_edit("keep_domain /a\0b", 16), -EINVAL);
	assert_int_equal(transition_edit("keep_domain any\0", 16), -EINVAL);
	assert_string_equal(all(), "keep_domain any from any\n");

	/* The longest accepted line, with room for "any from " and "delete ", and longer ones. */
	memset(long_line, 'x', sizeof(long_line));
	memcpy(long_line, "keep_domain /", 13);
	assert_int_equal(transition_edit(long_line, TRANSITION_LINE_MAX - 15), -EINVAL);
	assert_int_equal(transition_edit(long_line, TRANSITION_LINE_MAX - 16), 0);
	memcpy(long_line, "delete keep_domain any from /", 29);
	assert_int_equal(transition_edit(long_line, TRANSITION_LINE_MAX), 0);
	memcpy(long_line, "#", 1);
	assert_int_equal(transition_edit(long_line, TRANSITION_LINE_MAX), 0);
	assert_int_equal(transition_edit(long_line, TRANSITION_LINE_MAX + 1), -EINVAL);
	assert_string_equal(all(), "keep_domain any from any\n");
	end();
}

static void lines_without_rule(void **state)
{
	static const char *const cases[] = {
		"", " ", "\t\r ", "#", "# keep_domain any", "  #keep_domain any", "#\303\251",
	};
	size_t i;

	(void)state;
	begin(10);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		rule(cases[i]);
	assert_string_equal(all(), "");
	end();
}

/* Rules are in the order of writing; one that is deleted and written again comes last. */
static void order_of_rules(void **state)
{
	(void)state;
	begin(10);
	rule("keep_domain /a");
	rule("path_group G /a");
	rule("initialize_domain /b");
	rule("keep_domain /a");
	assert_string_equal(all(), "keep_domain any from /a\npath_group G /a\n"
				   "initialize_domain /b from any\n");
	rule("delete keep_domain /a");
	rule("keep_domain /a");
	assert_string_equal(all(), "path_group G /a\ninitialize_domain /b from any\n"
				   "keep_domain any from /a\n");
	/* Delete at the end, in the middle, at the beginning. */
	rule("delete keep_domain /a");
	rule("keep_domain /c");
	rule("delete initialize_domain /b");
	assert_string_equal(all(), "path_group G /a\nkeep_domain any from /c\n");
	rule("delete path_group G /a");
	rule("delete keep_domain /c");
	assert_string_equal(all(), "");
	rule("keep_domain /d");
	assert_string_equal(all(), "keep_domain any from /d\n");
	end();
}

/* A reader keeps its position while rules are edited. */
static void reader_position(void **state)
{
	const char *line;
	loff_t position = 0;

	(void)state;
	begin(10);
	rule("keep_domain /a");
	rule("keep_domain /b");
	rule("keep_domain /c");
	rcu_read_lock();
	line = transition_line_rcu(&position);
	assert_string_equal(line, "keep_domain any from /a");
	rcu_read_unlock();
	position++;
	rule("delete keep_domain /a");
	rule("delete keep_domain /b");
	rule("keep_domain /d");
	rule("keep_domain /a");
	shim_rcu_run();
	rcu_read_lock();
	line = transition_line_rcu(&position);
	assert_string_equal(line, "keep_domain any from /c");
	position++;
	line = transition_line_rcu(&position);
	assert_string_equal(line, "keep_domain any from /d");
	position++;
	line = transition_line_rcu(&position);
	assert_string_equal(line, "keep_domain any from /a");
	position++;
	assert_null(transition_line_rcu(&position));
	rcu_read_unlock();
	end();
}

/* --- effect on executions ------------------------------------------------- */

/* All combinations of the six types. */
static void precedence(void **state)
{
	static const char *const keywords[] = {
		"no_reset_domain", "reset_domain", "no_initialize_domain", "initialize_domain",
		"no_keep_domain", "keep_domain",
	};
	char line[64];
	int set, i;

	(void)state;
	for (set = 0; set < 64; set++) {
		enum transition wanted = TRANSITION_CHILD;

		begin(10);
		/* Types with higher precedence last: the order of lines does not matter. */
		for (i = 5; i >= 0; i--) {
			snprintf(line, sizeof(line), "%s /a from any", keywords[i]);
			if (set & 1 << i)
				rule(line);
		}
		if ((set & 0x30) == 0x20)
			wanted = TRANSITION_KEEP;
		if ((set & 0x0c) == 0x08)
			wanted = TRANSITION_INITIALIZE;
		if ((set & 0x03) == 0x02)
			wanted = TRANSITION_RESET;
		assert_int_equal(ask("<kernel> /x", "/a"), wanted);
		assert_int_equal(ask("<kernel> /x", "/b"), TRANSITION_CHILD);
		end();
	}
}

static void matching(void **state)
{
	static const struct {
		const char *rule;
		const char *from;
		const char *program;
		bool matches;
	} cases[] = {
		{ "initialize_domain /a", "<kernel>", "/a", true },
		{ "initialize_domain /a", "<kernel> /x /y", "/a", true },
		{ "initialize_domain /a", "<kernel> /x", "/a/", false },
		{ "initialize_domain /a", "<kernel> /a", "/b", false },
		{ "initialize_domain any", "<kernel> /x", "/a", true },
		{ "initialize_domain /a\\*", "<kernel> /x", "/abc", true },
		{ "initialize_domain /a\\*", "<kernel> /x", "/b", false },
		{ "initialize_domain /\\{\\*\\}/run", "<kernel> /x", "/a/b/run", true },
		/* "from" with the last program of the domain. */
		{ "initialize_domain /a from /x", "<kernel> /x", "/a", true },
		{ "initialize_domain /a from /x", "<kernel> /y /x", "/a", true },
		{ "initialize_domain /a from /x", "<kernel> /x /y", "/a", false },
		{ "initialize_domain /a from /x", "<kernel>", "/a", false },
		{ "initialize_domain /a from /x\\*", "<kernel> /xyz", "/a", true },
		{ "initialize_domain /a from /x", "</x>", "/a", false },
		/* "from" with a whole domain. */
		{ "initialize_domain /a from <kernel>", "<kernel>", "/a", true },
		{ "initialize_domain /a from <kernel>", "<kernel> /x", "/a", false },
		{ "initialize_domain /a from <kernel> /x", "<kernel> /x", "/a", true },
		{ "initialize_domain /a from <kernel> /x", "<kernel> /x", "/b", false },
		{ "initialize_domain /a from <kernel> /x", "<kernel>", "/a", false },
		{ "initialize_domain /a from <kernel> /x", "<kernel> /y", "/a", false },
		{ "initialize_domain /a from <kernel> /x", "<kernel> /x /x", "/a", false },
		{ "initialize_domain /a from <kernel> /x /y", "<kernel> /x /y", "/a", true },
		{ "initialize_domain /a from <kernel> /x /y", "<kernel> /y /x", "/a", false },
		{ "initialize_domain /a from <kernel> /x /y", "<kernel> /x/y", "/a", false },
		{ "initialize_domain /a from <kernel> /\\* /y", "<kernel> /x /y", "/a", true },
		{ "initialize_domain /a from <kernel> /\\* /y", "<kernel> /x /z /y", "/a", false },
		{ "initialize_domain any from <kernel> /x", "<kernel> /x", "/q", true },
		{ "</x> initialize_domain /a from </x> \\?/x>", "</x>", "/a", false },
		/* In a namespace only its own rules have effect. */
		{ "initialize_domain /a", "</x>", "/a", false },
		{ "initialize_domain /a", "</x> /y", "/a", false },
		{ "</x> initialize_domain /a", "</x>", "/a", true },
		{ "</x> initialize_domain /a", "</x> /y", "/a", true },
		{ "</x> initialize_domain /a", "</y>", "/a", false },
		{ "</x> initialize_domain /a", "<kernel>", "/a", false },
		{ "</x> initialize_domain /a from </x> /y", "</x> /y", "/a", true },
		{ "</x> initialize_domain /a from <kernel> /y", "</x> /y", "/a", false },
		{ "initialize_domain /a from </x> /y", "</x> /y", "/a", false },
		/* Empty groups. */
		{ "initialize_domain @G", "<kernel> /x", "/a", false },
		{ "initialize_domain any from @G", "<kernel> /x", "/a", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bool found;

		begin(10);
		rule(cases[i].rule);
		found = ask(cases[i].from, cases[i].program) == TRANSITION_INITIALIZE;
		if (found != cases[i].matches)
			fail_msg("%s: %s executes %s", cases[i].rule, cases[i].from,
				 cases[i].program);
		end();
	}
}

static void groups(void **state)
{
	(void)state;
	begin(20);
	rule("keep_domain @SHELL from @DAEMON");
	assert_int_equal(ask("<kernel> /d", "/bin/sh"), TRANSITION_CHILD);
	rule("path_group SHELL /bin/sh");
	rule("path_group SHELL /bin/\\*sh");
	rule("path_group DAEMON /d");
	rule("path_group OTHER /o");
	rule("<x> path_group SHELL /o");
	assert_int_equal(ask("<kernel> /d", "/bin/sh"), TRANSITION_KEEP);
	assert_int_equal(ask("<kernel> /d", "/bin/bash"), TRANSITION_KEEP);
	assert_int_equal(ask("<kernel> /x /d", "/bin/sh"), TRANSITION_KEEP);
	assert_int_equal(ask("<kernel> /d", "/o"), TRANSITION_CHILD);
	assert_int_equal(ask("<kernel> /d", "/d"), TRANSITION_CHILD);
	assert_int_equal(ask("<kernel> /bin/sh", "/bin/sh"), TRANSITION_CHILD);
	assert_int_equal(ask("<kernel> /o", "/bin/sh"), TRANSITION_CHILD);
	/* Groups of the same name in two namespaces are independent. */
	assert_int_equal(ask("<x> /d", "/o"), TRANSITION_CHILD);
	rule("<x> keep_domain @SHELL from any");
	assert_int_equal(ask("<x> /d", "/o"), TRANSITION_KEEP);
	assert_int_equal(ask("<x> /d", "/bin/sh"), TRANSITION_CHILD);

	rule("delete path_group SHELL /bin/\\*sh");
	assert_int_equal(ask("<kernel> /d", "/bin/sh"), TRANSITION_KEEP);
	assert_int_equal(ask("<kernel> /d", "/bin/bash"), TRANSITION_CHILD);
	rule("delete path_group SHELL /bin/sh");
	assert_int_equal(ask("<kernel> /d", "/bin/sh"), TRANSITION_CHILD);
	rule("path_group SHELL /bin/sh");
	assert_int_equal(ask("<kernel> /d", "/bin/sh"), TRANSITION_KEEP);
	end();
}

/* The name of the program @name in domains. */
static void is_named(const struct domain *from, const char *name, const char *wanted)
{
	char *program = transition_aggregate(from, kstrdup(name, GFP_KERNEL), GFP_KERNEL);

	assert_string_equal(program, wanted);
	kfree(program);
}

static void aggregators(void **state)
{
	static const char name[] = "/tmp/a";
	struct domain *kernel, *other;
	char *deep;
	int i;

	(void)state;
	begin(10);
	kernel = domain("<kernel>");
	other = domain("<x> /y");
	is_named(kernel, name, name);
	rule("aggregator /tmp/a /tmp/b");
	rule("aggregator /tmp/\\* /tmp/c");
	rule("aggregator /tmp/b /tmp/d");
	rule("<x> aggregator /tmp/\\* /tmp/x");
	/* Only the first matching aggregator is applied, and only once. */
	is_named(kernel, name, "/tmp/b");
	is_named(kernel, "/tmp/b", "/tmp/c");
	is_named(kernel, "/tmp/b/c", "/tmp/b/c");
	is_named(other, name, "/tmp/x");
	is_named(other->parent, name, "/tmp/x");
	rule("delete aggregator /tmp/a /tmp/b");
	is_named(kernel, name, "/tmp/c");
	rule("delete aggregator /tmp/\\* /tmp/c");
	is_named(kernel, name, name);
	/* Aggregators have no groups: "@G" is an ordinary pattern. */
	rule("aggregator @G /tmp/g");
	rule("path_group G /tmp/a");
	is_named(kernel, name, name);
	is_named(kernel, "@G", "/tmp/g");
	/* A pattern of directories replaces the first one, and keeps the rest of the name. */
	rule("aggregator /\\{\\*\\}/vfs/dir/\\X/ vfs:/");
	is_named(kernel, "/home/a/vfs/dir/0af3/bin/cp", "vfs:/bin/cp");
	is_named(kernel, "/home/a/vfs/dir/0af3/vfs/dir/0/cp", "vfs:/vfs/dir/0/cp");
	is_named(kernel, "/home/a/vfs/dir/0af3/", "vfs:/");
	is_named(kernel, "/home/a/vfs/dir/0af3", "/home/a/vfs/dir/0af3");
	is_named(kernel, "/home/a/vfs/dir/other/bin/cp", "/home/a/vfs/dir/other/bin/cp");
	deep = kmalloc(2 * 40 + sizeof("/vfs/dir/0/cp"), GFP_KERNEL);
	for (i = 0; i < 40; i++)
		memcpy(deep + 2 * i, "/d", 2);
	strcpy(deep + 2 * 40, "/vfs/dir/0/cp");
	is_named(kernel, deep, deep);
	is_named(kernel, deep + 2 * 12, "vfs:/cp");
	is_named(kernel, deep + 2 * 11, deep + 2 * 11);
	kfree(deep);
	end();
}

/* The name under which @from records the file @name. */
static void is_recorded(const struct domain *from, const char *name, const char *wanted)
{
	char *recorded = transition_file_name(from, kstrdup(name, GFP_KERNEL), GFP_KERNEL);

	assert_string_equal(recorded, wanted);
	kfree(recorded);
}

/*
 * Where transition_keeps_folder() is true of one name, no plain name in the folder is renamed. (In
 * a folder that no rule enters, it is true of most names.)
 */
static void kept_folders(void **state)
{
	static const char *const rules[] = {
		"file_pattern /tmp/a\\$", "file_pattern /tmp/\\*", "file_pattern /tmp/literal",
		"file_pattern /\\{\\*\\}/x", "file_pattern \\*/", "file_pattern run-\\$",
		"file_pattern \\*.tmp", "file_pattern \\x\\x\\x\\x \\X", "file_pattern a",
		"file_pattern /run/run-\\$/\\*", "file_pattern proc:\\$", "file_pattern /named/x/ /n/",
		"file_pattern b\\$ \\X", "file_pattern \\\\\\*", "file_pattern \\040\\*",
		"aggregator /tmp/\\* /tmp/b", "<x> file_pattern /tmp/\\*", "file_pattern /tmp/deep/1/\\*",
	};
	static const char *const folders[] = {
		"/", "/tmp/", "/tmp/a1/", "/tmp/deep/", "/run/", "/run/run-1/", "/named/", "/x.tmp/",
		"/abcd/", "/var/",
	};
	static const char *const leaves[] = {
		"a", "a1", "x", "x/", "literal", "run-1", "run-x/", "b.tmp", "00ff", "b7", "proc:1",
		"\\\\x", "\\040y", "1", "z", "longer-than-others",
	};
	char name[64], other[64];
	u32 round, i, f, l, m, kept = 0, free_folders = 0;
	u64 seed = 3;

	(void)state;
	for (round = 0; round < 300; round++) {
		struct domain *kernel;
		u64 chosen = round ? unit_random(&seed) & unit_random(&seed) : 0;

		begin(10);
		kernel = domain("<kernel> /d");
		rule("file_pattern /gone/\\*");
		for (i = 0; i < ARRAY_SIZE(rules); i++) {
			if (chosen >> i & 1)
				rule(rules[i]);
		}
		rule("delete file_pattern /gone/\\*");
		for (f = 0; f < ARRAY_SIZE(folders); f++) {
			for (l = 0; l < ARRAY_SIZE(leaves); l++) {
				snprintf(name, sizeof(name), "%s%s", folders[f], leaves[l]);
				if (!transition_keeps_folder(kernel, name))
					continue;
				kept++;
				is_recorded(kernel, name, name);
				for (m = 0; m < ARRAY_SIZE(leaves); m++) {
					const char *leaf = leaves[m];

					if (!leaf_is_plain((const u8 *)leaf, strcspn(leaf, "/")))
						continue;
					free_folders++;
					snprintf(other, sizeof(other), "%s%s", folders[f], leaf);
					is_recorded(kernel, other, other);
				}
			}
		}
		/* Without rules, all folders are kept, and all names but encoded ones are plain. */
		if (!chosen)
			assert_int_equal(free_folders, ARRAY_SIZE(folders) * ARRAY_SIZE(leaves) *
					 (ARRAY_SIZE(leaves) - 2));
		end();
	}
	assert_true(kept > 300 * 20);
	assert_true(free_folders > 300 * 100);
}

static void file_patterns(void **state)
{
	struct domain *kernel, *other;
	static const char name[] = "/tmp/a1";

	(void)state;
	begin(10);
	kernel = domain("<kernel> /d");
	other = domain("<x> /y");
	is_recorded(kernel, name, name);
	rule("file_pattern /tmp/a\\$");
	rule("file_pattern /tmp/\\*");
	/* The first matching pattern is applied; names of programs are not affected. */
	is_recorded(kernel, name, "/tmp/a\\$");
	is_recorded(kernel, "/tmp/b", "/tmp/\\*");
	is_recorded(kernel, "/tmp/b/", "/tmp/b/");
	is_recorded(other, name, name);
	is_named(kernel, name, name);
	assert_int_equal(ask("<kernel> /d", "/tmp/a1"), TRANSITION_CHILD);
	rule("delete file_pattern /tmp/a\\$");
	is_recorded(kernel, name, "/tmp/\\*");
	end();
}

static void component_patterns(void **state)
{
	char deep[3 * 40 + 2] = "", wanted[sizeof(deep) + 32] = "";
	struct domain *kernel;
	int i;

	(void)state;
	begin(10);
	kernel = domain("<kernel> /d");
	rule("file_pattern /whole/\\$/\\*");
	rule("file_pattern run-\\$");
	rule("file_pattern pipe:[\\$]");
	rule("file_pattern \\*.tmp");
	rule("file_pattern /run/run-\\$/\\*");
	rule("file_pattern b\\$");
	rule("file_pattern \\x\\x\\x\\x\\x\\X \\X");
	rule("file_pattern /named/\\*/ /n/");
	rule("file_pattern proc:\\$");
	rule("file_pattern devpts:\\$ \\*");
	is_recorded(kernel, "pipe:[17]", "pipe:[\\$]");
	is_recorded(kernel, "pipe:[x]", "pipe:[x]");
	is_recorded(kernel, "run-1", "run-\\$");
	is_recorded(kernel, "/a/run-12/c", "/a/run-\\$/c");
	is_recorded(kernel, "/a/run-12/", "/a/run-\\$/");
	is_recorded(kernel, "tmp:/run-1/run-x/run-2", "tmp:/run-\\$/run-x/run-\\$");
	is_recorded(kernel, "/a/xrun-1/run-1x/", "/a/xrun-1/run-1x/");
	is_recorded(kernel, "/run/00ff00/c/abcdef", "/run/\\X/c/\\X");
	is_recorded(kernel, "/named/x/", "/n/");
	/* In one file system only. */
	is_recorded(kernel, "proc:/17/task/4/stat", "proc:/\\$/task/\\$/stat");
	is_recorded(kernel, "proc:/self/fd/3", "proc:/self/fd/\\$");
	is_recorded(kernel, "proc:/", "proc:/");
	is_recorded(kernel, "sys:/17/", "sys:/17/");
	is_recorded(kernel, "/17/proc:/17/", "/17/proc:/17/");
	is_recorded(kernel, "devpts:/3", "devpts:/\\*");
	is_recorded(kernel, "/", "/");
	is_recorded(kernel, "//", "//");
	is_recorded(kernel, "", "");
	/* Several rules, one after the other; the pattern of a whole name is the last. */
	is_recorded(kernel, "/a/run-1/b.tmp", "/a/run-\\$/\\*.tmp");
	is_recorded(kernel, "/whole/1/run-1", "/whole/\\$/\\*");
	is_recorded(kernel, "/run/run-1/b2", "/run/run-\\$/b\\$");
	is_recorded(kernel, "/whole/1/b2", "/whole/\\$/\\*");
	for (i = 0; i < 40; i++) {
		strcat(deep, "/b1");
		strcat(wanted, i < 31 ? "/b\\$" : "/b1");
	}
	is_recorded(kernel, deep, wanted);
	end();
}

static void runs_in(void **state)
{
	(void)state;
	begin(100);
	rule("keep_domain /keep from any");
	rule("initialize_domain /init");
	rule("reset_domain /reset");
	rule("</reset> initialize_domain /again");
	assert_runs_in("<kernel>", "/a", "<kernel> /a");
	assert_runs_in("<kernel> /a", "/a", "<kernel> /a /a");
	assert_runs_in("<kernel> /a", "/keep", "<kernel> /a");
	assert_runs_in("<kernel>", "/keep", "<kernel>");
	assert_runs_in("<kernel> /a /b /c", "/init", "<kernel> /init");
	assert_runs_in("<kernel> /init", "/init", "<kernel> /init");
	assert_runs_in("<kernel> /a /b", "/reset", "</reset>");
	assert_runs_in("</reset>", "/reset", "</reset> /reset");
	assert_runs_in("</reset>", "/keep", "</reset> /keep");
	assert_runs_in("</reset> /a /b", "/again", "</reset> /again");
	assert_runs_in("</reset> /a /b", "/init", "</reset> /a /b /init");
	end();
}

/* --- units ---------------------------------------------------------------- */

static void unit_names(void **state)
{
	static const struct {
		const char *cgroup;
		const char *unit;
	} cases[] = {
		{ "/system.slice/ssh.service", "/unit/ssh.service" },
		{ "/system.slice/x.service/control/deeper", "/unit/x.service" },
		{ "/web.slice/web-a.slice/x.service", "/unit/x.service" },
		{ "/system.slice", NULL },
		{ "/system.slice/x.scope", NULL },
		{ "/x.service", NULL },
		{ "/init.scope", NULL },
		/* The instances of a template share a name. */
		{ "/system.slice/system-getty.slice/getty@tty1.service", "/unit/getty@\\*.service" },
		{ "/system.slice/a@b@c.d.service", "/unit/a@\\*.service" },
		{ "/system.slice/a@.service", "/unit/a@.service" },
		{ "/system.slice/a.b@.service", "/unit/a.b@.service" },
		{ "/system.slice/@x.service", "/unit/@\\*.service" },
		{ "/system.slice/dev-disk\\\\x2d1@a\\\\x2db.service", "/unit/dev-disk\\\\x2d1@\\*.service" },
		/* Earlier rules take precedence. */
		{ "/system.slice/run-u7.service", "/unit/run-\\*.service" },
		{ "/user.slice/user-7.slice/user@7.service", "/user" },
		/* Cgroups that a user makes below a unit name no domain. */
		{ "/user.slice/user-7.slice/user@7.service/app.slice/ssh.service", "/user" },
		{ "/user.slice/user-7.slice/user@7.service/system.slice/ssh.service", "/user" },
		{ "/user.slice/user-7.slice/user@7.service/machine.slice/libpod-00.scope", "/user" },
		{ "/system.slice/x.service/system.slice/ssh.service", "/unit/x.service" },
		{ "/machine.slice/libpod-0af.scope/system.slice/ssh.service", "/container/libpod-\\*" },
		{ "/machine.slice/libpod-conmon-0af.scope", NULL },
		{ "/user.slice/user-7.slice/session-2.scope", NULL },
		{ "/user.slice/user-7.slice/session-2.scope/system.slice/ssh.service", NULL },
		{ "/user.slice/user-7.slice/user@7.service.d/x.slice/ssh.service", NULL },
		{ "/a\\040b.slice/c\\040d.service", "/unit/c\\040d.service" },
		/* A rule that is listed later matches an ancestor. */
		{ "/top/x.slice", "/above" },
		{ "/top/below", "/above" },
	};
	size_t i;

	(void)state;
	begin(10);
	assert_int_equal(transition_cgroups, 0);
	rule("cgroup_domain /top/below as /below");
	rule("cgroup_domain /user.slice/user-\\$.slice/user@\\$.service as /user");
	rule("cgroup_domain /\\{\\*.slice\\}/run-u\\$.service as /unit/run-\\*.service");
	rule("cgroup_domain /machine.slice/libpod-\\X.scope as /container/libpod-\\*");
	rule("cgroup_domain /\\{\\*.slice\\}/\\*.service as /unit/");
	rule("cgroup_domain /top as /above");
	assert_int_equal(transition_cgroups, 6);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		char *copy = kstrdup(cases[i].cgroup, GFP_KERNEL);
		char *unit = transition_unit(copy, GFP_KERNEL);

		if (!unit != !cases[i].unit || (unit && strcmp(unit, cases[i].unit)))
			fail_msg("%s is %s", cases[i].cgroup, unit ? unit : "no unit");
		assert_int_equal(!transition_unit_hash(unit), !unit);
		kfree(unit);
		kfree(copy);
	}
	shim_fail_at(1);
	assert_int_equal(PTR_ERR(transition_unit("/top", GFP_KERNEL)), -ENOMEM);
	shim_fail_at(0);
	rule("delete cgroup_domain /top as /above");
	assert_null(transition_unit("/top", GFP_KERNEL));
	assert_int_equal(transition_cgroups, 5);
	end();
	assert_int_equal(transition_cgroups, 0);
}

static void assert_unit_runs_in(const char *unit, const char *from, const char *program,
				const char *wanted)
{
	struct domain *next = transition_domain(domain(from), program, unit, 0, GFP_KERNEL);

	assert_false(IS_ERR(next));
	assert_ptr_equal(next, domain(wanted));
}

static void units(void **state)
{
	const u32 depth = fold_bounds.depth, programs = fold_bounds.programs;

	(void)state;
	begin(100);
	rule("cgroup_domain /\\*");
	rule("initialize_domain /init");
	rule("reset_domain /reset");
	rule("keep_domain /helper from /systemd");
	rule("</reset> initialize_domain /init");
	assert_runs_in("<kernel> /systemd", "/init", "<kernel> /init");
	assert_unit_runs_in("/u", "<kernel> /systemd", "/a", "<kernel> /u /a");
	/* A program that the unit's programs execute is their child. */
	assert_unit_runs_in("/u", "<kernel> /u /a", "/b", "<kernel> /u /a /b");
	assert_unit_runs_in("/u", "<kernel> /u", "/b", "<kernel> /u /b");
	assert_unit_runs_in("/u", "<kernel> /x /u /a", "/b", "<kernel> /u /b");
	assert_unit_runs_in("/v", "<kernel> /u /a /b", "/c", "<kernel> /v /c");
	/* In a session below a unit, and so on: not in a unit's cgroup. */
	assert_runs_in("<kernel> /u /a", "/b", "<kernel> /u /a /b");
	/* initialize_domain applies neither in a unit nor below one, but elsewhere. */
	assert_unit_runs_in("/u", "<kernel> /systemd", "/init", "<kernel> /u /init");
	assert_unit_runs_in("/u", "<kernel> /u /a", "/init", "<kernel> /u /a /init");
	assert_runs_in("<kernel> /u /a", "/init", "<kernel> /u /a /init");
	assert_runs_in("<kernel> /x /u", "/init", "<kernel> /init");
	/* reset_domain and keep_domain take precedence. */
	assert_unit_runs_in("/u", "<kernel> /systemd", "/reset", "</reset>");
	assert_unit_runs_in("/u", "<kernel> /systemd", "/helper", "<kernel> /systemd");
	assert_unit_runs_in("/u", "<kernel> /systemd", "/c", "<kernel> /u /c");
	/* Other namespaces. */
	assert_unit_runs_in("/u", "</reset> /a", "/c", "</reset> /a /c");
	assert_unit_runs_in("/u", "</reset> /a", "/init", "</reset> /init");
	/* The bounds apply to units and to their programs. */
	fold_bounds.programs = 2;
	assert_unit_runs_in("/unit/a", "<kernel>", "/bin/a", "<kernel> /unit/a /bin/a");
	assert_unit_runs_in("/unit/b", "<kernel>", "/bin/a", "<kernel> /unit/b /bin/a");
	assert_unit_runs_in("/unit/c", "<kernel>", "/bin/a", "<kernel> /unit/\\* /bin/a");
	assert_unit_runs_in("/unit/d", "<kernel> /unit/\\* /bin/a", "/bin/b",
			    "<kernel> /unit/\\* /bin/a /bin/b");
	fold_bounds.programs = programs;
	fold_bounds.depth = 2;
	assert_unit_runs_in("/u", "<kernel> /u /a", "/b", "<kernel> /u /a");
	assert_true(is_marked("<kernel> /u /a"));
	assert_unit_runs_in("/v", "<kernel> /u /a", "/b", "<kernel> /v /b");
	fold_bounds.depth = depth;
	/* Without rules, initialize_domain applies again. */
	rule("delete cgroup_domain /\\*");
	assert_runs_in("<kernel> /u /a", "/init", "<kernel> /init");
	end();
}

static void cached_units(void **state)
{
	u64 id, hash, hits = 0;

	(void)state;
	begin(10);
	for (id = 1; id < 10000; id++) {
		assert_false(transition_unit_find(id, 1, &hash));
		transition_unit_add(id, 1, id % 3 ? id << 40 : 0);
		assert_true(transition_unit_find(id, 1, &hash));
		assert_int_equal(hash, id % 3 ? id << 40 : 0);
		assert_false(transition_unit_find(id, 2, &hash));
		hits += transition_unit_find(id - 1, 1, &hash);
	}
	assert_true(hits > 9900);
	end();
}

/* --- limits and memory ---------------------------------------------------- */

static void domain_name_too_long(void **state)
{
	static char name[DOMAIN_NAME_MAX + 2];
	struct domain *root;

	(void)state;
	begin(10);
	rule("reset_domain /\\*");
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[DOMAIN_NAME_MAX + 1] = '\0';
	assert_int_equal(PTR_ERR(transition_domain(domain_kernel, name, NULL, 0, GFP_KERNEL)),
			 -ENAMETOOLONG);
	name[DOMAIN_NAME_MAX - 1] = '\0';
	assert_int_equal(PTR_ERR(transition_domain(domain_kernel, name, NULL, 0, GFP_KERNEL)),
			 -ENAMETOOLONG);
	name[DOMAIN_NAME_MAX - 2] = '\0';
	root = transition_domain(domain_kernel, name, NULL, 0, GFP_KERNEL);
	assert_false(IS_ERR(root));
	assert_int_equal(root->length, DOMAIN_NAME_MAX);
	assert_int_equal(root->depth, 0);
	assert_null(root->parent);
	end();
}

static void limit_of_rules(void **state)
{
	size_t before;
	char line[64];
	int i;

	(void)state;
	begin(2);
	for (i = 0; i < TRANSITION_RULES_MAX; i++) {
		snprintf(line, sizeof(line), "keep_domain /a/%d", i);
		rule(line);
	}
	before = transition_bytes();
	assert_int_equal(edit("keep_domain /b"), -ENOSPC);
	assert_int_equal(edit("path_group G /b"), -ENOSPC);
	assert_int_equal(transition_bytes(), before);
	rule("keep_domain /a/77");
	rule("delete keep_domain /a/77");
	rule("keep_domain /b");
	assert_int_equal(ask("<kernel> /b", "/x"), TRANSITION_KEEP);
	/* At the limit of domains the execution stays in its domain. */
	assert_int_equal(PTR_ERR(transition_domain(domain_kernel, "/c", NULL, 0, GFP_KERNEL)), -ENOSPC);
	end();
}

static void limit_of_groups(void **state)
{
	size_t before;
	char line[64];
	int i;

	(void)state;
	begin(10);
	for (i = 0; i < TRANSITION_GROUPS_MAX; i++) {
		snprintf(line, sizeof(line), "path_group G%d /a/%d", i, i);
		rule(line);
		snprintf(line, sizeof(line), "keep_domain @G%d from any", i);
		rule(line);
	}
	before = transition_bytes();
	assert_int_equal(edit("path_group X /b"), -ENOSPC);
	assert_int_equal(edit("keep_domain @X from any"), -ENOSPC);
	assert_int_equal(edit("keep_domain @G1 from @X"), -ENOSPC);
	assert_int_equal(transition_bytes(), before);
	assert_int_equal(ask("<kernel>", "/a/255"), TRANSITION_KEEP);
	assert_int_equal(ask("<kernel>", "/a/256"), TRANSITION_CHILD);
	rule("path_group G0 /b");
	/* The number of a group is reused after its last rule is deleted and a grace period. */
	rule("delete path_group G77 /a/77");
	rule("delete keep_domain @G77 from any");
	assert_int_equal(edit("path_group X /b"), -ENOSPC);
	shim_rcu_run();
	rule("path_group X /x");
	assert_int_equal(ask("<kernel>", "/x"), TRANSITION_CHILD);
	rule("keep_domain @X from any");
	assert_int_equal(ask("<kernel>", "/x"), TRANSITION_KEEP);
	assert_int_equal(ask("<kernel>", "/a/77"), TRANSITION_CHILD);
	end();
}

/* Each allocation fails once. */
static void edit_without_memory(void **state)
{
	static const char *const cases[] = {
		"keep_domain /a from any", "keep_domain @G from @H", "aggregator /a /b",
		"path_group G /a", "</x> initialize_domain @G", "keep_domain @G from @G",
		"<x> aggregator /a /b", "file_pattern /a/\\*", "cgroup_domain /a as /u",
	};
	unsigned long nth;
	char line[64];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (nth = 1;; nth++) {
			int err;

			begin(10);
			shim_fail_at(nth);
			err = edit(cases[i]);
			if (!shim_has_failed())
				break;
			assert_int_equal(err, -ENOMEM);
			assert_string_equal(all(), "");
			assert_int_equal(transition_bytes(), 0);
			shim_fail_at(0);
			rule(cases[i]);
			end();
		}
		assert_true(nth > 2);
		/* Deleting needs memory, too: without it, nothing changes. */
		snprintf(line, sizeof(line), "delete %s", cases[i]);
		shim_fail_at(1);
		assert_int_equal(edit(line), -ENOMEM);
		shim_fail_at(2);
		assert_int_equal(edit(line), -ENOMEM);
		shim_fail_at(0);
		assert_string_not_equal(all(), "");
		rule(line);
		end();
	}
}

static void domain_without_memory(void **state)
{
	static const struct {
		const char *program;
		const char *domain;
		unsigned long allocations;
	} cases[] = {
		{ "/a", "</a>", 2 },
		/* A counter for each directory, and the domain. */
		{ "/b/c", "<kernel> /b/c", 3 },
		/* The text of the pattern, and the domain. */
		{ "/b/d", "<kernel> /b/\\*", 2 },
	};
	const u32 before = fold_bounds.programs;
	unsigned long nth;
	size_t i;

	(void)state;
	fold_bounds.programs = 1;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (nth = 1;; nth++) {
			struct domain *next;
			bool failed;
			u32 count;

			begin(10);
			rule("reset_domain /a");
			if (i == 2)
				assert_runs_in("<kernel>", cases[1].program, cases[1].domain);
			count = domain_count();
			shim_fail_at(nth);
			next = transition_domain(domain_kernel, cases[i].program, NULL, 0, GFP_KERNEL);
			failed = shim_has_failed();
			shim_fail_at(0);
			if (failed) {
				assert_int_equal(PTR_ERR(next), -ENOMEM);
				assert_int_equal(domain_count(), count);
				next = transition_domain(domain_kernel, cases[i].program, NULL, 0,
							 GFP_KERNEL);
			}
			assert_false(IS_ERR(next));
			/* Counts that were lost for lack of memory may make it a pattern. */
			if (!failed)
				assert_runs_in("<kernel>", cases[i].program, cases[i].domain);
			end();
			if (!failed)
				break;
		}
		assert_int_equal(nth, cases[i].allocations + 1);
	}
	fold_bounds.programs = before;
}

/* --- bounds --------------------------------------------------------------- */

/* Beyond the bound of programs, a directory has one child for all others. */
static void bound_of_programs(void **state)
{
	const u32 before = fold_bounds.programs;

	(void)state;
	begin(100);
	fold_bounds.programs = 2;
	assert_runs_in("<kernel>", "/bin/a", "<kernel> /bin/a");
	assert_runs_in("<kernel>", "/bin/b", "<kernel> /bin/b");
	assert_runs_in("<kernel>", "/bin/b", "<kernel> /bin/b");
	assert_runs_in("<kernel>", "/bin/c", "<kernel> /bin/\\*");
	assert_runs_in("<kernel>", "/bin/d", "<kernel> /bin/\\*");
	assert_runs_in("<kernel>", "/bin/a", "<kernel> /bin/a");
	/* Each directory of each domain has a bound of its own. */
	assert_runs_in("<kernel>", "/sbin/c", "<kernel> /sbin/c");
	assert_runs_in("<kernel> /bin/a", "/bin/c", "<kernel> /bin/a /bin/c");
	assert_runs_in("<kernel> /bin/\\*", "/bin/c", "<kernel> /bin/\\* /bin/c");
	fold_bounds.programs = 0;
	assert_runs_in("<kernel>", "/bin/e", "<kernel> /bin/e");
	fold_bounds.programs = before;
	end();
}

/* Beyond the bound of depth, a program stays in the domain that executes it. */
static void bound_of_depth(void **state)
{
	const u32 before = fold_bounds.depth;

	(void)state;
	begin(100);
	fold_bounds.depth = 2;
	assert_runs_in("<kernel>", "/a", "<kernel> /a");
	assert_runs_in("<kernel> /a", "/a", "<kernel> /a /a");
	assert_false(is_marked("<kernel> /a /a"));
	assert_runs_in("<kernel> /a /a", "/b", "<kernel> /a /a");
	assert_true(is_marked("<kernel> /a /a"));
	assert_false(is_marked("<kernel> /a"));
	/* Rules come first. */
	rule("initialize_domain /init");
	rule("reset_domain /reset");
	assert_runs_in("<kernel> /a /a", "/init", "<kernel> /init");
	assert_runs_in("<kernel> /a /a", "/reset", "</reset>");
	fold_bounds.depth = 0;
	assert_runs_in("<kernel> /a /a", "/b", "<kernel> /a /a /b");
	fold_bounds.depth = before;
	end();
}

/* transition_bytes() is exactly the size of the allocations. */
static void memory(void **state)
{
	size_t one;

	(void)state;
	begin(10);
	assert_int_equal(transition_bytes(), 0);
	rule("keep_domain /a");
	one = transition_bytes();
	rule("keep_domain /a");
	assert_int_equal(transition_bytes(), one);
	rule("keep_domain /abc");
	assert_int_equal(transition_bytes(), 2 * one + 2);
	rule("delete keep_domain /a");
	assert_int_equal(transition_bytes(), one + 2);
	rule("keep_domain @G");
	rule("path_group G /a");
	rule("delete keep_domain @G");
	rule("delete path_group G /a");
	assert_int_equal(transition_bytes(), one + 2);
	end();
}

/* Results are cached under a key; each edit of the rules changes the keys. */
static void cached_domains(void **state)
{
	struct domain *next;
	u64 key, number = 1;
	int i, users;
	u32 rules;

	(void)state;
	begin(10);
	next = transition_domain(domain_kernel, "/a", NULL, 0, GFP_KERNEL);
	assert_null(transition_cache_find_get(0));
	for (i = 0; i < 64; i++) {
		key = number << i;
		assert_null(transition_cache_find_get(key));
		transition_cache_add(key, next, generation);
		assert_ptr_equal(transition_cache_find_get(key), next);
		/* Another key in the same slot. */
		assert_null(transition_cache_find_get(key ^ 1));
	}
	transition_cache_add(key, domain_kernel, generation);
	assert_ptr_equal(transition_cache_find_get(key), domain_kernel);
	transition_cache_add(key ^ 1, next, generation);
	assert_null(transition_cache_find_get(key));

	/* Each result is a reference of its own. */
	transition_cache_add(key, next, generation);
	users = atomic_read(&next->users);
	assert_ptr_equal(transition_cache_find_get(key), next);
	assert_int_equal(atomic_read(&next->users), users + 1);

	rules = transition_version();
	rule("keep_domain /a");
	assert_int_not_equal(transition_version(), rules);
	rules = transition_version();
	rule("delete keep_domain /a");
	assert_int_not_equal(transition_version(), rules);
	end();
}

/* A reset empties the cache before it frees the domains. */
static void cache_after_reset(void **state)
{
	struct domain *next;
	u32 number;

	(void)state;
	begin(10);
	number = generation_now();
	next = transition_domain(domain_kernel, "/a", NULL, 0, GFP_KERNEL);
	transition_cache_add(1, next, number);
	domain_put(next);
	domain_forget();
	domain_renew();
	/* An execution that found the domain before the reset stores nothing. */
	transition_cache_add(1ULL << 63 | 1, next, number);
	assert_null(transition_cache_find_get(1ULL << 63 | 1));
	/* One that computed its key before the reset makes the domain known again. */
	assert_int_equal(domain_count(), 1);
	assert_ptr_equal(transition_cache_find_get(1), next);
	assert_int_equal(domain_count(), 2);
	domain_put(next);
	domain_forget();
	domain_renew();
	transition_cache_forget();
	assert_null(transition_cache_find_get(1));
	domain_free_forgotten();
	assert_int_equal(domain_forgotten(), 0);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		unit_case(rule_lines),
		unit_case(invalid_lines),
		unit_case(lines_without_rule),
		unit_case(order_of_rules),
		unit_case(reader_position),
		unit_case(precedence),
		unit_case(matching),
		unit_case(groups),
		unit_case(aggregators),
		unit_case(kept_folders),
		unit_case(file_patterns),
		unit_case(component_patterns),
		unit_case(runs_in),
		unit_case(unit_names),
		unit_case(units),
		unit_case(cached_units),
		unit_case(domain_name_too_long),
		unit_case(limit_of_rules),
		unit_case(limit_of_groups),
		unit_case(edit_without_memory),
		unit_case(domain_without_memory),
		unit_case(bound_of_programs),
		unit_case(bound_of_depth),
		unit_case(memory),
		unit_case(cached_domains),
		unit_case(cache_after_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
