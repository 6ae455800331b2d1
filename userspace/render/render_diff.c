// SPDX-License-Identifier: GPL-2.0-only
/* Differences between two models, as a tree and as JSON. */
#include "render_diff.h"
#include "render_digest.h"
#include "render_json.h"
#include "source/op.h"

/**
 * struct totals - Numbers of differences
 * @domains: number of domains removed (0) and added (1)
 * @accesses: number of accesses and flags removed (0) and added (1)
 */
struct totals {
	size_t domains[2];
	size_t accesses[2];
};

/**
 * struct diff_tree - State while a tree of differences is printed
 * @colours: colours of added and removed lines
 * @out: output file
 * @totals: numbers of differences
 */
struct diff_tree {
	const struct colours *colours;
	FILE *out;
	struct totals totals;
};

static bool is_domain(const struct difference *difference)
{
	return !difference->line && !difference->flag;
}

static void totals_add(struct totals *totals, const struct difference *difference)
{
	if (is_domain(difference))
		totals->domains[difference->is_new]++;
	else
		totals->accesses[difference->is_new]++;
}

static size_t totals_count(const struct totals *totals)
{
	return totals->domains[0] + totals->domains[1] + totals->accesses[0] +
	       totals->accesses[1];
}

static void totals_print(const struct totals *totals, FILE *out)
{
	fprintf(out, "\n%zu domain%s added, %zu removed; %zu access%s added, %zu removed\n",
		totals->domains[1], totals->domains[1] == 1 ? "" : "s", totals->domains[0],
		totals->accesses[1], totals->accesses[1] == 1 ? "" : "es",
		totals->accesses[0]);
}

static void line_print(const struct diff_tree *tree, char sign, int indent,
		       const char *text, const char *mark, bool is_flag)
{
	const char *colour = "";

	if (sign != ' ')
		colour = sign == '+' ? tree->colours->added
				     : tree->colours->removed;
	fprintf(tree->out, is_flag ? "%s%c %*s[%s]%s%s\n" : "%s%c %*s%s%s%s\n",
		colour, sign, indent, "", text, mark,
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
		   "", false);
}

static int tree_take(void *ctx, const struct difference *difference)
{
	struct pair *pair = difference->pair;
	struct diff_tree *tree = ctx;
	const struct domain *domain = pair->self;

	pair_print(tree, pair);
	totals_add(&tree->totals, difference);
	if (is_domain(difference))
		return 0;
	line_print(tree, difference->is_new ? '+' : '-',
		   (int)domain->depth * 2 + 4,
		   difference->flag ? difference->flag : difference->line,
		   difference_mark(difference),
		   difference->flag);
	return 0;
}

/**
 * render_diff() - Print the differences between two models as a tree
 * @ignore: patterns of differences to skip, or NULL
 * @filter: accesses to print, or NULL
 * @old: old model, sorted
 * @new: new model, sorted
 * @colours: colours to use
 * @out: output file
 * @found: set to the number of differences
 *
 * Return: 0 or -ENOMEM.
 */
int render_diff(const struct match_list *ignore, const struct filter *filter,
		const struct model *old, const struct model *new,
		const struct colours *colours, FILE *out, size_t *found)
{
	struct diff_tree tree = { .colours = colours, .out = out };
	const struct comparison comparison = { ignore, filter, tree_take, &tree };
	int err = models_compare(&comparison, old, new);

	*found = totals_count(&tree.totals);
	if (!err && *found)
		totals_print(&tree.totals, out);
	return err;
}

static const char *outcome_name(const struct access *access)
{
	static const char *const names[] = {
		[OUTCOME_UNKNOWN] = "unknown",
		[OUTCOME_DONE] = "done",
		[OUTCOME_REFUSED] = "refused",
	};

	return access ? names[access_outcome(access)] : NULL;
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
			"{s:s, s:s, s:s?, s:s?, s:s?, s:s?}", "change",
			difference->is_new ? "came" : "went", "domain",
			name.data, "access", difference->line, "old",
			outcome_name(difference->old), "new",
			outcome_name(difference->new), "flag",
			difference->flag));
	text_free(&name);
	return err;
}

/**
 * render_diff_json() - Print the differences between two models as JSON
 * @ignore: patterns of differences to skip, or NULL
 * @filter: accesses to print, or NULL
 * @old: old model, sorted
 * @new: new model, sorted
 * @out: output file
 * @found: set to the number of differences
 *
 * Return: 0 or -ENOMEM.
 */
int render_diff_json(const struct match_list *ignore,
		     const struct filter *filter, const struct model *old,
		     const struct model *new, FILE *out, size_t *found)
{
	struct json_list list = { .out = out };
	const struct comparison comparison = { ignore, filter, json_take, &list };
	int err = models_compare(&comparison, old, new);

	if (!err)
		json_list_end(&list);
	*found = list.count;
	return err;
}

/* Groups of the summary, in the order in which they are printed */
enum summary_group { SUMMARY_PROGRAMS, SUMMARY_CHANGES, SUMMARY_READS };

/**
 * struct summary - State while differences are summed up
 * @digest: the differences
 * @totals: their numbers
 */
struct summary {
	struct digest digest;
	struct totals totals;
};

static int summary_take(void *ctx, const struct difference *difference)
{
	const struct pair *pair = difference->pair;
	struct summary *summary = ctx;
	unsigned int group = SUMMARY_CHANGES;

	totals_add(&summary->totals, difference);
	if (is_domain(difference))
		group = SUMMARY_PROGRAMS;
	else if (difference->line && !op_is_change(difference->line))
		group = SUMMARY_READS;
	/* Most programs read the same libraries */
	return digest_add(&summary->digest, difference, group,
			  group == SUMMARY_READS && (!pair->old || !pair->new));
}

static const char *summary_heading(const void *ctx, unsigned int group)
{
	static const char *const headings[] = {
		[SUMMARY_PROGRAMS] = "Programs",
		[SUMMARY_CHANGES] = "Changes",
		[SUMMARY_READS] = "Reads",
	};

	(void)ctx;
	return headings[group];
}

static json_t *summary_kind(const void *ctx, unsigned int group)
{
	static const char *const kinds[] = {
		[SUMMARY_PROGRAMS] = "program",
		[SUMMARY_CHANGES] = "change",
		[SUMMARY_READS] = "read",
	};

	(void)ctx;
	return json_pack("{s:s}", "kind", kinds[group]);
}

/**
 * render_diff_summary() - Print one line for the differences of a domain in a folder
 * @comparison: what to ignore and to select
 * @old: old model, sorted
 * @new: new model, sorted
 * @colours: colours to use; NULL: print JSON
 * @out: output file
 * @found: set to the number of differences
 *
 * Return: 0 or -ENOMEM.
 */
int render_diff_summary(const struct comparison *comparison, const struct model *old,
			const struct model *new, const struct colours *colours, FILE *out,
			size_t *found)
{
	struct summary summary = { 0 };
	const struct comparison summing = {
		comparison->ignore, comparison->filter, summary_take, &summary
	};
	const struct digest_look look = { .heading = summary_heading, .colours = colours };
	int err = models_compare(&summing, old, new);

	if (!err)
		err = digest_finish(&summary.digest);
	*found = totals_count(&summary.totals);
	if (!err && !colours)
		err = render_digest_json(&summary.digest, summary_kind, NULL, out);
	else if (!err && *found) {
		render_digest(&summary.digest, &look, out);
		totals_print(&summary.totals, out);
	}
	digest_free(&summary.digest);
	return err;
}
