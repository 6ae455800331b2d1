// SPDX-License-Identifier: GPL-2.0-only
/* Options and arguments of the subcommands, from their tables. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "command.h"
#include "help.h"
#include "pager.h"

#define OPTIONS_MAX	24
/* No key of a command */
#define NO_PAGER	0x80

const struct command_option option_help = {
	.name = "help",
	.key = 'h',
	.is_short = true,
	.help = "print this help",
};

const struct command_option option_no_pager = {
	.name = "no-pager",
	.key = NO_PAGER,
	.help = "do not show long output in a pager; also after COMMAND",
};

const struct command_option option_version = {
	.name = "version",
	.key = 'V',
	.is_short = true,
	.help = "print the version",
};

/**
 * command_usage_error() - Report wrong options or arguments
 * @self: command, NULL for ashiato itself
 * @format: description of the error
 *
 * Return: EXIT_USAGE.
 */
int command_usage_error(const struct command *self, const char *format, ...)
{
	char what[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (self)
		report_error("%s: %s: type \"ashiato %s --help\"", self->name,
			     what, self->name);
	else
		report_error("%s: type \"ashiato --help\"", what);
	return EXIT_USAGE;
}

/**
 * command_wrong() - Report a word that is not accepted
 * @self: command
 * @what: what was expected: "option", "time"
 * @typed: the word
 *
 * Return: EXIT_USAGE.
 */
int command_wrong(const struct command *self, const char *what,
		  const char *typed)
{
	return command_usage_error(self, "wrong %s %s", what, typed);
}

/**
 * command_wrong_near() - Report a word that is not accepted, and one that is
 * @self: command
 * @what: what was expected
 * @typed: the word
 * @prefix: what to type before @word: "--"
 * @word: word that the user probably wanted to type; NULL if there is none
 *
 * Return: EXIT_USAGE.
 */
int command_wrong_near(const struct command *self, const char *what, const char *typed,
		       const char *prefix, const char *word)
{
	if (!word)
		return command_wrong(self, what, typed);
	report_error("%s: wrong %s %s: type %s%s, or \"ashiato %s --help\"", self->name, what, typed,
		     prefix, word, self->name);
	return EXIT_USAGE;
}

/**
 * command_word() - Find a word in a list
 * @words: list, NULL after the last
 * @typed: word to find
 *
 * Return: index of the word, or of the final NULL if it is not in the list.
 */
size_t command_word(const char *const *words, const char *typed)
{
	size_t i = 0;

	while (words[i] && strcmp(words[i], typed) != 0)
		i++;
	return i;
}

static int option_unknown(const struct command *self, const char *typed)
{
	size_t len = strcspn(typed, "=");
	struct nearest nearest = { 0 };
	struct text name = { 0 };

	if (len > 2)
		text_add(&name, typed + 2, len - 2);
	nearest.typed = text_str(&name);
	for (const struct command_option *option = self->options; option && option->name;
	     option++)
		nearest_try(&nearest, option->name);
	command_wrong_near(self, "option", typed, "--", nearest.word);
	text_free(&name);
	return EXIT_USAGE;
}

/* For an unknown x, getopt_long() sets optind after "-x", but to "-xyz" itself. */
static int option_wrong(const struct command *self, char *const argv[])
{
	const char *next = argv[optind];
	char letter[] = { '-', (char)optopt, '\0' };

	if (optopt && next && next[0] == '-' && next[1] == letter[1])
		return command_wrong(self, "option", letter);
	return option_unknown(self, argv[optind - 1]);
}

static int value_wrong(const struct command *self,
		       const struct command_option *option)
{
	struct text known = { 0 };

	for (const char *const *word = option->words; *word; word++) {
		text_puts(&known, word == option->words ? "" :
				  word[1] ? ", " : " or ");
		text_puts(&known, *word);
	}
	report_error("%s: wrong value %s for --%s: type %s", self->name, optarg,
		     option->name, text_str(&known));
	text_free(&known);
	return EXIT_USAGE;
}

static int option_pass(const struct command *self, int key, option_take take,
		       void *ctx)
{
	const struct command_option *option = self->options;

	while (option->key != key)
		option++;
	if (option->is_strict && !option->words[command_word(option->words, optarg)])
		return value_wrong(self, option);
	return take(self, ctx, key);
}

static void options_add(struct option *to, const struct command_option *from)
{
	*to = (struct option){
		.name = from->name,
		.has_arg = from->value ? required_argument : no_argument,
		.val = from->key,
	};
}

/**
 * command_options() - Parse the options of a command
 * @self: command
 * @argc: from run()
 * @argv: from run()
 * @take: called for each option except --help; NULL if the command has no other
 * @ctx: argument of @take
 *
 * Return: GO_ON with optind at the first argument, or an exit status.
 */
int command_options(const struct command *self, int argc, char **argv,
		    option_take take, void *ctx)
{
	struct option options[OPTIONS_MAX] = { 0 };
	size_t count = 0;
	int result = GO_ON;
	int c;

	options_add(&options[count++], &option_help);
	options_add(&options[count++], &option_no_pager);
	for (const struct command_option *option = self->options;
	     option && option->name && count < OPTIONS_MAX - 1; option++)
		options_add(&options[count++], option);
	opterr = 0;
	optind = 0;
	while (result == GO_ON &&
	       (c = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			help_print(self);
			return EXIT_FOUND;
		case NO_PAGER:
			pager_forbid();
			break;
		case '?':
			return option_wrong(self, argv);
		case ':':
			return command_usage_error(self, "%s needs a value",
						   argv[optind - 1]);
		default:
			result = option_pass(self, c, take, ctx);
		}
	}
	return result;
}

/**
 * command_flag() - Set a flag; an option_take for a command with one option
 * @self: command
 * @ctx: bool to set
 * @key: ignored
 *
 * Return: GO_ON.
 */
int command_flag(const struct command *self, void *ctx, int key)
{
	bool *flag = ctx;

	(void)self;
	(void)key;
	*flag = true;
	return GO_ON;
}

/**
 * command_arguments() - Check the number of arguments
 * @self: command
 * @argc: from run(), after command_options()
 * @least: fewest arguments
 * @most: most arguments
 *
 * Return: GO_ON or EXIT_USAGE.
 */
int command_arguments(const struct command *self, int argc, int least,
		      int most)
{
	if (argc - optind < least)
		return command_usage_error(self, "an argument is missing");
	if (argc - optind > most)
		return command_usage_error(self, "too many arguments");
	return GO_ON;
}
