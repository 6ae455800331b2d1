// SPDX-License-Identifier: GPL-2.0-only
/* --help, from the tables of the subcommands. */
#include <stdio.h>
#include <string.h>

#include "help.h"

#define WIDTH		78

/* "  -h, --help", "      --sort ORDER" */
static int option_width(const struct command_option *option)
{
	int width = (int)strlen("      --") + (int)strlen(option->name);

	return option->value ? width + 1 + (int)strlen(option->value) : width;
}

/**
 * help_wrap() - Print a line, broken between words
 * @line: the line, without the newline
 * @column: where the cursor is
 * @indent: column at which the text begins
 */
void help_wrap(const char *line, int column, int indent)
{
	size_t width = WIDTH - (size_t)indent;

	for (;;) {
		size_t len = strlen(line);
		const char *end = line + len;

		if (len > width)
			end = memrchr(line, ' ', width + 1);
		if (!end)
			end = strchrnul(line, ' ');
		printf("%*s%.*s\n", indent > column ? indent - column : 0, "",
		       (int)(end - line), line);
		if (!*end)
			return;
		line = end + 1;
		column = 0;
	}
}

/**
 * help_option() - Print an option and what it does
 * @option: the option
 * @indent: column at which its description begins
 */
void help_option(const struct command_option *option, int indent)
{
	int column = option_width(option);

	if (option->is_short)
		printf("  -%c, --%s", option->key, option->name);
	else
		printf("      --%s", option->name);
	if (option->value)
		printf(" %s", option->value);
	help_wrap(option->help, column, indent);
}

/**
 * help_print() - Print the help of a command
 * @self: command
 */
void help_print(const struct command *self)
{
	const struct command_option *option;
	int indent = option_width(&option_help);

	for (option = self->options; option && option->name; option++)
		if (option_width(option) > indent)
			indent = option_width(option);
	indent += 2;
	printf("Usage: ashiato %s%s%s%s\n%s.\n\nOptions:\n", self->name,
	       self->options ? " [OPTION]..." : "",
	       *self->arguments ? " " : "", self->arguments, self->summary);
	for (option = self->options; option && option->name; option++)
		help_option(option, indent);
	help_option(&option_help, indent);
	if (*self->help)
		printf("\n%s", self->help);
}
