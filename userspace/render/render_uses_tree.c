// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chains of programs that end at an access, inverted: the access, below it the programs
 * that made it, below each of them the programs that executed it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render.h"
#include "render_json.h"
#include "render_tree.h"
#include "render_uses.h"

/**
 * struct user - A chain of programs that made the access
 * @access: access of the domain at the end of the chain
 * @at: that domain, or one of its ancestors: its name is the program on this level
 */
struct user {
	const struct access *access;
	const struct domain *at;
};

/**
 * struct shown - The last line of a program without the mark (*)
 * @name: name of the program
 * @users: hash of the domains of that line
 */
struct shown {
	const struct word *name;
	uint64_t users;
};

/**
 * struct uses_tree - State while the programs below one access are printed
 * @table: widths of the columns
 * @shown: struct shown, by name
 * @colours: colours to use
 * @line: memory for a line
 * @out: output file
 * @writer: writes JSON instead, if it is not NULL
 */
struct uses_tree {
	struct times_table table;
	struct table shown;
	const struct colours *colours;
	struct text line;
	FILE *out;
	struct json_writer *writer;
};

/* Programs by name; the domains of one program in any order, but always the same one. */
static int user_compare(const void *a, const void *b)
{
	const struct domain *one = ((const struct user *)a)->at;
	const struct domain *two = ((const struct user *)b)->at;
	int order = 0;

	/* Equal names are the same word */
	if (one->name != two->name)
		order = strcmp(one->name->text, two->name->text);
	return order ? order : (one > two) - (one < two);
}

static struct access users_sum(const struct user *user, size_t count)
{
	struct access sum = { .line = user->access->line };

	for (size_t i = 0; i < count; i++) {
		times_add(&sum.seen, &user[i].access->seen);
		sum.may_be_done |= user[i].access->may_be_done;
	}
	return sum;
}

static bool shown_is(const void *shown, const void *name)
{
	return ((const struct shown *)shown)->name == name;
}

static uint64_t users_hash(const struct user *user, size_t count)
{
	uint64_t key[2] = { 0 };

	for (size_t i = 0; i < count; i++) {
		key[1] = (uintptr_t)user[i].at;
		key[0] = table_hash(key, sizeof(key));
	}
	return key[0];
}

/*
 * Whether the last line of this program without a mark had the same lines below: below the
 * same domains are the same programs. A single line below is not worth a mark. Returns
 * -ENOMEM if memory is short.
 */
static int group_repeats(struct uses_tree *tree, const struct user *user, size_t count)
{
	const struct word *name = user->at->name;
	uint64_t hash = table_hash(&name, sizeof(name));
	struct shown *shown = table_find(&tree->shown, hash, shown_is, name);
	uint64_t users = users_hash(user, count);
	bool is_same = shown && shown->users == users;

	if (!shown) {
		shown = malloc(sizeof(*shown));
		if (!shown || table_add(&tree->shown, hash, shown)) {
			free(shown);
			return -ENOMEM;
		}
	}
	*shown = (struct shown){ name, users };
	return is_same && (count > 1 || user->at->depth > 1);
}

static void group_write(struct uses_tree *tree, const struct user *user, size_t count,
			unsigned int depth, const char *mark)
{
	const struct word *name = user->at->name;
	const struct access sum = users_sum(user, count);

	text_clear(&tree->line);
	times_cells(&tree->table, &sum, &tree->line);
	tree_program((struct span){ name->text, name->len }, depth, tree->colours,
		     &tree->line);
	text_puts(&tree->line, refused_mark(&sum, false).text);
	text_puts(&tree->line, mark);
	fprintf(tree->out, "%s\n", text_str(&tree->line));
}

static int level_print(struct uses_tree *tree, struct user *user, size_t count,
		       unsigned int depth);

static int group_text(struct uses_tree *tree, struct user *user, size_t count,
		      unsigned int depth)
{
	int is_repeated = group_repeats(tree, user, count);

	if (is_repeated < 0)
		return is_repeated;
	group_write(tree, user, count, depth, is_repeated ? " (*)" : "");
	return is_repeated ? 0 : level_print(tree, user, count, depth + 1);
}

/*
 * A flat list: users can make chains that are deeper than JSON parsers accept. Programs
 * that were written before are written again.
 */
static int group_json(struct uses_tree *tree, struct user *user, size_t count,
		      unsigned int depth)
{
	const struct access sum = users_sum(user, count);
	struct json_writer *writer = tree->writer;
	int err;

	writer_begin(writer, '{');
	write_number(writer, "depth", depth);
	write_member(writer, "program", user->at->name->text);
	write_times(writer, &sum);
	writer_end(writer, '}');
	err = writer_flush(writer, tree->out);
	return err ? err : level_print(tree, user, count, depth + 1);
}

/*
 * Print the programs that are @depth executions before the access, and those that executed
 * them. On entry, @user has the domains of the programs one execution later; they are
 * replaced, and reordered. The depth of domains limits the recursion.
 */
static int level_print(struct uses_tree *tree, struct user *user, size_t count,
		       unsigned int depth)
{
	size_t kept = 0;
	int err = 0;
	size_t end;

	for (size_t i = 0; i < count; i++) {
		if (depth)
			user[i].at = user[i].at->parent;
		if (user[i].at)
			user[kept++] = user[i];
	}
	count = kept;
	qsort(user, count, sizeof(*user), user_compare);
	for (size_t i = 0; i < count && !err; i = end) {
		end = i + 1;
		while (end < count && user[end].at->name == user[i].at->name)
			end++;
		err = tree->writer ? group_json(tree, &user[i], end - i, depth)
				   : group_text(tree, &user[i], end - i, depth);
	}
	return err;
}

typedef int (*users_take)(void *ctx, struct user *user, size_t count);

/* Pass the domains of each access to a function. */
static int accesses_each(const struct model *model, const char *pattern, users_take take,
			 void *ctx, size_t *found)
{
	struct user *user = NULL;
	struct access **access;
	int err = uses_find(model, pattern, &access, found);
	size_t end;

	if (!err)
		user = calloc(*found + 1, sizeof(*user));
	if (!user)
		err = -ENOMEM;
	for (size_t i = 0; i < *found && !err; i++)
		user[i] = (struct user){ access[i], access[i]->domain };
	for (size_t i = 0; i < *found && !err; i = end) {
		end = uses_same(access, *found, i);
		err = take(ctx, &user[i], end - i);
	}
	free(user);
	free(access);
	return err;
}

static int text_take(void *ctx, struct user *user, size_t count)
{
	const struct access sum = users_sum(user, count);
	struct access *const all = (struct access *)&sum;
	struct uses_tree *tree = ctx;
	int err;

	/* The line of another access precedes this one */
	if (tree->line.len)
		fputc('\n', tree->out);
	times_measure(&tree->table, ACCESS_TIMES, &all, 1);
	text_clear(&tree->line);
	times_cells(&tree->table, NULL, &tree->line);
	fprintf(tree->out, "%s\n%sPROGRAM\n", sum.line->text, text_str(&tree->line));
	err = level_print(tree, user, count, 0);
	table_free_items(&tree->shown);
	return tree->line.failed ? -ENOMEM : err;
}

/**
 * render_uses_tree() - Print the chains of programs that end at an access, as a tree
 * @model: sorted model
 * @pattern: accesses to print, a pattern from match_parse()
 * @colours: colours to use
 * @out: output file
 * @found: set to the number of accesses of all domains
 *
 * Return: 0 or -ENOMEM.
 */
int render_uses_tree(const struct model *model, const char *pattern,
		     const struct colours *colours, FILE *out, size_t *found)
{
	struct uses_tree tree = { .colours = colours, .out = out };
	int err = accesses_each(model, pattern, text_take, &tree, found);

	text_free(&tree.line);
	return err;
}

static int json_take(void *ctx, struct user *user, size_t count)
{
	const struct access sum = users_sum(user, count);
	struct json_list *list = ctx;
	struct json_writer *writer = json_list_item(list);
	struct uses_tree tree = { .out = list->out, .writer = writer };
	int err;

	writer_begin(writer, '{');
	write_line(writer, sum.line->text);
	write_times(writer, &sum);
	writer_key(writer, "used_by");
	writer_begin(writer, '[');
	err = level_print(&tree, user, count, 0);
	writer_end(writer, ']');
	writer_end(writer, '}');
	return err ? err : json_list_put(list);
}

/**
 * render_uses_tree_json() - Print the chains of programs that end at an access as JSON
 * @model: sorted model
 * @pattern: accesses to print, a pattern from match_parse()
 * @out: output file
 * @found: set to the number of accesses of all domains
 *
 * Return: 0 or -ENOMEM.
 */
int render_uses_tree_json(const struct model *model, const char *pattern, FILE *out,
			  size_t *found)
{
	struct json_list list = { .out = out };
	int err = accesses_each(model, pattern, json_take, &list, found);

	if (!err)
		json_list_end(&list);
	return err;
}
