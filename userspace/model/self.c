// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the command itself does when it asks the running kernel. Who starts it
 * in the same way, but lets it do something else, has no place to hide.
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

/* What it does begins like this, whatever it is asked. */
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

/* The domain of this process; empty if its last program has another name. */
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
 * self_mark() - Find the domain of this process
 * @model: of the running kernel, sorted; that domain gets FACT_SELF
 *
 * There is none where rules put several programs into one domain, or the
 * command was started by another name.
 *
 * Return: 0 or -ENOMEM.
 */
int self_mark(struct model *model)
{
	struct text own = { 0 };
	struct text name = { 0 };
	int err = 0;

	self_domain(&own);
	for (struct domain *domain = own.len ? model_first(model) : NULL;
	     domain && !err; domain = model_next(model, domain)) {
		text_clear(&name);
		err = domain_name(domain, &name);
		if (!err && !strcmp(name.data, own.data))
			domain->flags |= FACT_SELF;
	}
	text_free(&own);
	text_free(&name);
	return err;
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
 * self_expects() - Whether the command itself makes an access
 * @line: policy line
 *
 * Return: true when this process did, or may have.
 */
bool self_expects(const char *line)
{
	static const char env[] = "misc env ";

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		if (!strncmp(line, expected[i], strlen(expected[i])))
			return true;
	if (!strncmp(line, env, strlen(env)))
		return has_variable(line + strlen(env));
	/* To see whether there is somebody to page for */
	return !strcmp(line, "file write /dev/tty");
}
