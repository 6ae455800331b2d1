// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion for bash and zsh: "ashiato --complete WORD..." prints how the last
 * WORD can be completed. Each line is a word, and after a tab its description;
 * a word that ends in = is not complete. The single line "@file" stands for
 * names of files.
 */
#include <stdio.h>
#include <string.h>

#include "completion.h"

/* The word to complete, and the length of the part before its value: "--format=". */
static const char *typed_word;
static int prefix_len;

static bool begins_with(const char *word, const char *beginning)
{
	return !strncmp(word, beginning, strlen(beginning));
}

/**
 * completion_offer() - Print a word if it begins with the typed one
 * @word: the word
 * @help: its description; may be NULL
 */
void completion_offer(const char *word, const char *help)
{
	if (!begins_with(word, typed_word + prefix_len))
		return;
	printf("%.*s%s%s%s\n", prefix_len, typed_word, word, help ? "\t" : "",
	       help ? help : "");
}

/**
 * completion_files() - Offer names of files; a complete() of struct command
 * @typed: ignored
 */
void completion_files(const char *typed)
{
	(void)typed;
	puts("@file");
}

static void offer_option(const struct command_option *option)
{
	char word[64];

	snprintf(word, sizeof(word), "--%s", option->name);
	completion_offer(word, option->help);
}

static void offer_value(const struct command_option *option)
{
	if (option->is_file)
		completion_files(NULL);
	for (const char *const *word = option->words; word && *word; word++)
		completion_offer(*word, NULL);
}

/* Find the option "--name" that takes a value; @len is the length of "--name". */
static const struct command_option *find(const struct command *command,
					 const char *word, size_t len)
{
	const struct command_option *option = command->options;

	if (len < 2 || word[0] != '-' || word[1] != '-')
		return NULL;
	for (; option && option->name; option++)
		if (option->value && strlen(option->name) == len - 2 &&
		    !memcmp(option->name, word + 2, len - 2))
			return option;
	return NULL;
}

/* @last: index in @words of the word to complete, which is not the first */
static void complete(const struct command *command, char *const words[],
		     size_t last)
{
	const char *before = words[last - 1];
	const char *equal = strchr(typed_word, '=');
	const struct command_option *option;

	option = last > 1 ? find(command, before, strlen(before)) : NULL;
	if (!option && equal) {
		option = find(command, typed_word, (size_t)(equal - typed_word));
		prefix_len = option ? (int)(equal - typed_word) + 1 : 0;
	}
	if (option) {
		offer_value(option);
	} else if (typed_word[0] == '-') {
		for (option = command->options; option && option->name; option++)
			offer_option(option);
		offer_option(&option_help);
	} else if (command->complete) {
		command->complete(typed_word);
	}
}

/**
 * completion_print() - Print how a command line can be completed
 * @commands: the subcommands
 * @count: number of subcommands
 * @words: the command line without the program's name, the word to complete
 *	last, then NULL
 */
void completion_print(const struct command *const *commands, size_t count,
		      char *const words[])
{
	size_t last = 0;

	if (!words[0])
		return;
	if (!strcmp(words[0], "--no-pager") && words[1])
		words++;
	while (words[last + 1])
		last++;
	typed_word = words[last];
	for (size_t i = 0; i < count; i++) {
		if (!last)
			completion_offer(commands[i]->name, commands[i]->summary);
		else if (!strcmp(words[0], commands[i]->name))
			complete(commands[i], words, last);
	}
	if (last)
		return;
	offer_option(&option_help);
	offer_option(&option_version);
	offer_option(&option_no_pager);
}
