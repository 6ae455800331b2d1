// SPDX-License-Identifier: GPL-2.0-only
/* Differences between two models, as a tree and as JSON. */
#include "render_diff.h"
#include "render_json.h"

/**
 * struct diff_tree - State while a tree of differences is printed
 * @colours: colours of added and removed lines
 * @out: output file
 * @domains: number of domains removed (0) and added (1)
 * @accesses: number of accesses and flags removed (0) and added (1)
 */
struct diff_tree {
	const struct colours *colours;
	FILE *out;
	size_t domains[2];
	size_t accesses[2];
};

static void line_print(const struct diff_tree *tree, char sign, int indent,
		       const char *text, bool is_flag)
{
	const char *colour = "";

	if (sign != ' ')
		colour = sign == '+' ? tree->colours->added
				     : tree->colours->removed;
	fprintf(tree->out, is_flag ? "%s%c %*s[%s]%s\n" : "%s%c %*s%s%s\n",
		colour, sign, indent, "", text,
		*colour ? tree->colours->off : "");
}

/* Print the ancestors first, each once, to show the place in the tree. */
static void pair_print(const struct diff_tree *tree, struct pair *pair)
{
	const struct domain *domain = pair->self;
	char sign = !pair->old ? '+' : !pair->new ? '-' : ' ';

	if (pair->is_printed)
		return;
	pair->is_printed = true;
	if (pair->above)
		pair_print(tree, pair->above);
	line_print(tree, sign, (int)domain->depth * 2, domain->name->text,
		   false);
}

static int tree_take(void *ctx, const struct difference *difference)
{
	struct pair *pair = difference->pair;
	struct diff_tree *tree = ctx;
	const struct domain *domain = pair->self;

	pair_print(tree, pair);
	if (!difference->line && !difference->flag) {
		tree->domains[difference->is_new]++;
		return 0;
	}
	tree->accesses[difference->is_new]++;
	line_print(tree, difference->is_new ? '+' : '-',
		   (int)domain->depth * 2 + 4,
		   difference->flag ? difference->flag : difference->line,
		   difference->flag);
	return 0;
}

/**
 * render_diff() - Print the differences between two models as a tree
 * @ignore: patterns of differences to skip, or NULL
 * @old: old model, sorted
 * @new: new model, sorted
 * @colours: colours to use
 * @out: output file
 * @found: set to the number of differences
 *
 * Return: 0 or -ENOMEM.
 */
int render_diff(const struct match_list *ignore, const struct model *old,
		const struct model *new, const struct colours *colours,
		FILE *out, size_t *found)
{
	struct diff_tree tree = { .colours = colours, .out = out };
	const struct comparison comparison = { ignore, tree_take, &tree };
	int err = models_compare(&comparison, old, new);

	*found = tree.domains[0] + tree.domains[1] + tree.accesses[0] +
		 tree.accesses[1];
	if (!err && *found)
		fprintf(out,
			"\n%zu domain%s added, %zu removed; %zu access%s added, %zu removed\n",
			tree.domains[1], tree.domains[1] == 1 ? "" : "s",
			tree.domains[0], tree.accesses[1],
			tree.accesses[1] == 1 ? "" : "es", tree.accesses[0]);
	return err;
}

static int json_take(void *ctx, const struct difference *difference)
{
	const struct pair *pair = difference->pair;
	struct json_list *list = ctx;
	struct text name = { 0 };
	int err;

	err = domain_name(pair->self, &name);
	if (!err)
		err = json_list_add(list, json_pack(
			"{s:s, s:s, s:s?, s:s?}", "change",
			difference->is_new ? "came" : "went", "domain",
			name.data, "access", difference->line, "flag",
			difference->flag));
	text_free(&name);
	return err;
}

/**
 * render_diff_json() - Print the differences between two models as JSON
 * @ignore: patterns of differences to skip, or NULL
 * @old: old model, sorted
 * @new: new model, sorted
 * @out: output file
 * @found: set to the number of differences
 *
 * Return: 0 or -ENOMEM.
 */
int render_diff_json(const struct match_list *ignore, const struct model *old,
		     const struct model *new, FILE *out, size_t *found)
{
	struct json_list list = { .out = out };
	const struct comparison comparison = { ignore, json_take, &list };
	int err = models_compare(&comparison, old, new);

	if (!err)
		json_list_end(&list);
	*found = list.count;
	return err;
}
