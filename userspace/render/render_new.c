// SPDX-License-Identifier: GPL-2.0-only
/* Prints new domains and accesses, in the order of the table of ranks, with reasons. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "render_digest.h"
#include "render_new.h"
#include "source/op.h"

/**
 * struct news - State while differences are collected
 * @ranking: table
 * @digest: what is new
 * @domains: number of new domains
 * @accesses: number of new accesses and flags
 * @program: programs that domains executed for the first time: @first and @count of
 *	struct pair are those of a domain
 * @programs: their number
 */
struct news {
	struct ranking *ranking;
	struct digest digest;
	size_t domains;
	size_t accesses;
	struct span *program;
	size_t programs;
};

/* Remember a program that the domain executed. */
static int program_add(struct news *news, struct pair *pair, const char *line)
{
	static const char execute[] = "file execute ";
	struct span name;

	if (strncmp(line, execute, strlen(execute)) != 0)
		return 0;
	if (array_grow(news->program, news->programs))
		return -ENOMEM;
	if (!pair->count++)
		pair->first = news->programs;
	name.ptr = line + strlen(execute);
	name.len = strcspn(name.ptr, " ");
	news->program[news->programs++] = name;
	return 0;
}

static int program_compare(const void *key, const void *item)
{
	const struct span *name = item;
	int order = strncmp(key, name->ptr, name->len);

	return order ? order : ((const char *)key)[name->len] != '\0';
}

/* Whether the execution of the domain's program is reported. Programs are sorted, as lines are. */
static bool is_reported(const struct news *news, const struct pair *pair)
{
	const struct pair *above = pair->above;

	return above && above->count &&
	       bsearch(pair->self->name->text, news->program + above->first, above->count,
		       sizeof(*news->program), program_compare);
}

static int domain_take(struct news *news, const struct difference *difference)
{
	const struct domain *domain = difference->pair->self;
	struct text line = { 0 };
	int err = -ENOMEM;

	news->domains++;
	if (is_reported(news, difference->pair))
		return 0;
	text_format(&line, "file execute %s", domain->name->text);
	if (!line.failed)
		err = digest_add(&news->digest, difference,
				 ranking_find(news->ranking, domain->parent, line.data)->group,
				 false);
	text_free(&line);
	return err;
}

static int news_take(void *ctx, const struct difference *difference)
{
	const char *line = difference->line ? difference->line : difference->flag;
	struct pair *pair = difference->pair;
	struct news *news = ctx;
	const struct rank *rank;
	int err;

	if (!difference->is_new)
		return 0;
	if (!line)
		return domain_take(news, difference);
	news->accesses++;
	err = program_add(news, pair, line);
	if (err)
		return err;
	rank = ranking_find(news->ranking, pair->self, line);
	/* Most programs read the same libraries */
	return digest_add(&news->digest, difference, rank->group,
			  !pair->old && rank->is_general && !op_is_change(line));
}

static const char *news_heading(const void *ranking, unsigned int group)
{
	return ranking_group(ranking, group)->reason;
}

static json_t *news_reason(const void *ranking, unsigned int group)
{
	const struct rank *rank = ranking_group(ranking, group);

	return json_pack("{s:i, s:s}", "rank", (int)rank->rank, "reason", rank->reason);
}

static void news_print(const struct news *news, const struct colours *colours, FILE *out)
{
	const struct digest_look look = {
		.heading = news_heading, .ctx = news->ranking, .colours = colours,
	};

	render_digest(&news->digest, &look, out);
	if (news->digest.count)
		fprintf(out, "\nnew: %zu domain%s, %zu access%s\n", news->domains,
			news->domains == 1 ? "" : "s", news->accesses,
			news->accesses == 1 ? "" : "es");
}

/**
 * render_new() - Print new domains and accesses, the most important first
 * @novelty: what to compare
 * @colours: colours to use; NULL: print JSON
 * @out: output file
 * @found: set to the number of new domains and accesses
 *
 * Return: 0 or -ENOMEM.
 */
int render_new(const struct novelty *novelty, const struct colours *colours, FILE *out,
	       size_t *found)
{
	struct news news = { .ranking = novelty->ranking };
	const struct comparison comparison = {
		novelty->ignore, novelty->filter, news_take, &news
	};
	int err = models_compare(&comparison, novelty->old, novelty->new);

	if (!err)
		err = digest_finish(&news.digest);
	if (!err && colours)
		news_print(&news, colours, out);
	else if (!err)
		err = render_digest_json(&news.digest, news_reason, news.ranking, out);
	*found = news.domains + news.accesses;
	digest_free(&news.digest);
	free(news.program);
	return err;
}
