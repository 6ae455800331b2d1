// SPDX-License-Identifier: GPL-2.0-only
/*
 * The accesses that the command itself makes when it reads the running kernel,
 * which "ashiato diff" skips. The list is short on purpose: an attacker who runs
 * something else in the same domain must not be able to hide behind it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "self.h"
#include "source/source.h"

/* Prefixes of accesses that the command makes, whatever its arguments. */
static const char *const expected[] = {
	"file read ",
	"file getattr ",
	"file ioctl ",
};

static int name_take(void *name, const struct line *line)
{
	text_add(name, line->ptr, line->len);
	return 0;
}

static bool ends_with(const struct text *name, const struct text *end)
{
	return name->len >= end->len &&
	       !strcmp(name->data + name->len - end->len, end->data);
}

/*
 * The domain of this process; empty if its last element is not the command's
 * path, because other programs may share such a domain.
 */
static void self_domain(struct text *name)
{
	struct text program = { 0 };
	struct text path = { 0 };
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe));
	int fd = live_open("self_domain", O_RDONLY, &path);

	if (len > 0 && fd >= 0 && !lines_each(fd, name_take, name, NULL)) {
		text_puts(&program, " ");
		text_add_name(&program, exe, (size_t)len);
	}
	if (!program.len || program.failed || name->failed ||
	    !ends_with(name, &program))
		text_clear(name);
	if (fd >= 0)
		close(fd);
	text_free(&program);
	text_free(&path);
}

/**
 * self_mark() - Mark the domain of this process with FACT_SELF
 * @model: model of the running kernel, sorted
 *
 * No domain is marked if rules put several programs into one domain, or if the
 * command was started by another name.
 */
void self_mark(struct model *model)
{
	struct text name = { 0 };
	struct domain *domain;

	self_domain(&name);
	domain = model_find(model, text_str(&name));
	if (domain)
		domain->flags |= FACT_SELF;
	text_free(&name);
}

static bool has_variable(const char *wanted)
{
	struct text name = { 0 };
	bool found = false;

	for (char **variable = environ; *variable && !found; variable++) {
		text_clear(&name);
		text_add_name(&name, *variable, strcspn(*variable, "="));
		found = !strcmp(text_str(&name), wanted);
	}
	text_free(&name);
	return found;
}

/**
 * self_expects() - Check whether the command itself makes an access
 * @line: policy line
 *
 * Return: true if this process made it or may have made it.
 */
bool self_expects(const char *line)
{
	static const char env[] = "misc env ";

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		if (!strncmp(line, expected[i], strlen(expected[i])))
			return true;
	if (!strncmp(line, env, strlen(env)))
		return has_variable(line + strlen(env));
	/* pager.c checks whether there is a terminal */
	return !strcmp(line, "file write /dev/tty");
}
