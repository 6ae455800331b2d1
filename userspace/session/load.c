// SPDX-License-Identifier: GPL-2.0-only
/* Reads sources into a model, and reports what cannot be read. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "capabilities.h"
#include "load.h"
#include "model/live_cgroups.h"
#include "model/live_times.h"
#include "model/patternize.h"
#include "report.h"
#include "source/checksum.h"
#include "source/progress.h"

static void read_error(const struct load *load, const struct source *source,
		       int err)
{
	const char *name = text_str(&source->name);

	/* Without load->whole, a damaged state is no error */
	if (err == -ESTATECHANGED)
		report_error("%s: line %lu: the lines up to here do not match their checksum: %s",
			     name, source->lines, load->whole);
	else if (err == -ESTATECUT)
		report_error("%s: line %lu: the rest is missing: %s",
			     name, source->lines, load->whole);
	else if (err == -ESTATENEWER)
		report_error("%s: line %lu: saved by a newer version of ashiato: install that version",
			     name, source->lines);
	else if (err == -E2BIG)
		report_error("%s: line %lu: too many logins, programs and accesses: choose a time with --since and --until",
			     name, source->lines);
	else if (err != -EMEDIUMTYPE)
		report_open_error(name, err, load->command);
	else if (source->kind == SOURCE_PACKED)
		report_error("%s: compressed twice, or by bzip2: type \"bzcat FILE | ashiato %s -\" (zcat, xzcat, zstdcat)",
			     name, load->command);
	else
		report_error("%s: line %lu: neither an audit log nor a saved state: name another file",
			     name, source->damage.first);
}

/*
 * Whether a copy has lost its content. A rotated log and the result of a search may be empty: only
 * commands that refuse damaged sources refuse an empty one.
 */
static bool is_lost(const struct load *load, const struct source *source)
{
	return load->whole && source->kind == SOURCE_UNKNOWN && !source->lines;
}

/* Report damage. The facts that were read before it are kept. */
static int source_damage(const struct load *load, const struct source *source)
{
	const char *name = text_str(&source->name);
	bool is_damaged = source->error || is_lost(load, source);

	report_damage(name, &source->damage);
	if (is_damaged && !source->error)
		report_error("%s: empty: copy the file again", name);
	else if (source->error == -ESTATECUT)
		report_error("%s: the lines after line %lu are missing", name, source->lines);
	else if (source->error)
		report_error("%s: compressed data %s after line %lu, the rest is lost: copy the file again",
			     name, source->error == -ENODATA ? "end too early"
							     : "are damaged",
			     source->lines);
	if (is_damaged)
		report_set_damaged();
	return source->damage.count || is_damaged ? EXIT_NOTHING : EXIT_FOUND;
}

static int sources_begin(const struct load *load, struct sources *sources)
{
	int err;

	*sources = (struct sources){ 0 };
	err = sources_open(sources, load->names);
	capabilities_drop(load->keep);
	if (!err)
		return GO_ON;
	report_open_error(sources->failed ? text_str(&sources->failed->name) :
			  "SOURCE", err, load->command);
	sources_close(sources);
	return EXIT_INPUT;
}

static int sources_finish(const struct load *load, struct sources *sources,
			  fact_sink sink, void *ctx)
{
	struct progress progress = { 0 };
	int result = EXIT_FOUND;
	int err;

	/* Lines that @sink prints on a terminal would mix with the progress */
	if (report_has_progress() && (sink == model_add || !isatty(STDOUT_FILENO)))
		progress_begin(&progress, sources);
	for (size_t i = 0; i < sources->count; i++) {
		sources->source[i].detail = load->flags & LOAD_LOGINS ? AUDIT_LOGINS :
					    sink == model_add ? AUDIT_ACCESSES : AUDIT_PROCESSES;
		sources->source[i].skips_damage = !load->whole;
	}
	err = sources_read(sources, sink, ctx);
	progress_end(&progress);
	if (err) {
		read_error(load, sources->failed, err);
		result = EXIT_INPUT;
	}
	for (size_t i = 0; i < sources->count && !err; i++)
		if (source_damage(load, &sources->source[i]))
			result = EXIT_NOTHING;
	sources_close(sources);
	return result;
}

/**
 * facts_load() - Open sources, drop capabilities, pass each fact to a function
 * @load: the sources; times of the running kernel are not read
 * @sink: takes the facts; logs are read in order of time
 * @ctx: argument of @sink
 *
 * Return: EXIT_FOUND when all sources are complete, EXIT_NOTHING when damaged
 * lines were skipped, EXIT_INPUT when a source cannot be read.
 */
int facts_load(const struct load *load, fact_sink sink, void *ctx)
{
	struct sources sources;
	int result;

	result = sources_begin(load, &sources);
	if (result != GO_ON)
		return result;
	return sources_finish(load, &sources, sink, ctx);
}

static int refuse_damage(const struct load *load)
{
	report_error("%s: nothing was done, because a source is damaged: %s",
		     load->command, load->whole);
	return EXIT_INPUT;
}

static int model_end(const struct load *load, struct model *model, int result)
{
	if (result == EXIT_INPUT)
		return EXIT_INPUT;
	if (result == EXIT_NOTHING && load->whole)
		return refuse_damage(load);
	model_sort(model);
	if (model_first(model))
		return GO_ON;
	if (result == EXIT_NOTHING)
		return EXIT_INPUT;
	report_error("%s: no domain found: the module was not loaded when the source was written",
		     load->command);
	return EXIT_NOTHING;
}

static int live_finish(const struct load *load, struct sources *sources,
		       struct model *model, struct live_times *times)
{
	int result = sources_finish(load, sources, model_add, model);

	if (result != EXIT_INPUT && live_times_apply(times, model))
		result = report_no_memory();
	return model_end(load, model, result);
}

/*
 * Times are read before domains: the module may add accesses in between, and
 * each access that has times is then in the model. @fd: negative without times.
 */
static int live_files(const struct load *load, struct model *model, int fd,
		      const char *path)
{
	struct live_times times = { .only_refused = load->flags & LOAD_ONLY_REFUSED };
	struct sources sources;
	int result;
	int err;

	result = sources_begin(load, &sources);
	if (result != GO_ON)
		return result;
	err = fd < 0 ? 0 : live_times_read(&times, fd);
	if (err) {
		report_live_error(path, err, load->command);
		result = EXIT_INPUT;
	} else {
		report_damage(path, &times.damage);
		if (times.damage.count && load->whole)
			result = refuse_damage(load);
		else if (load->between)
			result = load->between(load->ctx);
	}
	if (result == GO_ON)
		result = live_finish(load, &sources, model, &times);
	else
		sources_close(&sources);
	live_times_free(&times);
	return result;
}

static int live_load(const struct load *load, struct model *model)
{
	struct text path = { 0 };
	int result;
	int fd;

	fd = live_open("accesses", O_RDONLY, &path);
	if (fd < 0 && !(fd == -ENOENT && load->flags & LOAD_TIMES_IF_ANY)) {
		report_live_error(text_str(&path), fd, load->command);
		result = EXIT_INPUT;
	} else {
		result = live_files(load, model, fd, text_str(&path));
	}
	if (fd >= 0)
		close(fd);
	text_free(&path);
	return result;
}

static int sources_load(const struct load *load, struct model *model)
{
	if (!load->names[0] && load->flags & (LOAD_TIMES | LOAD_TIMES_IF_ANY))
		return live_load(load, model);
	return model_end(load, model, facts_load(load, model_add, model));
}

/**
 * model_load() - Open sources, drop capabilities, build a model
 * @load: the sources
 * @model: filled and sorted; the caller frees it in any case
 *
 * Return: GO_ON, or an exit status after reporting an error.
 */
int model_load(const struct load *load, struct model *model)
{
	struct damage damage = { 0 };
	struct text path = { 0 };
	/* Older modules do not have this file. */
	int fd = load->names[0] ? -ENOENT : live_open("cgroups", O_RDONLY, &path);
	int result;
	int err;

	*model = (struct model){ 0 };
	result = sources_load(load, model);
	if (fd >= 0 && result == GO_ON) {
		err = live_cgroups_read(model, fd, &damage);
		if (err) {
			report_live_error(text_str(&path), err, load->command);
			result = EXIT_INPUT;
		}
		report_damage(text_str(&path), &damage);
	}
	if (fd >= 0)
		close(fd);
	text_free(&path);
	return result;
}

/**
 * models_patternize() - Replace names that are new each time in both sides of a comparison
 * @old: sorted model
 * @new: sorted model
 * @patterned: empty; set to @old and @new with patterns; the caller frees both in any case
 *
 * Return: GO_ON, or EXIT_INPUT after reporting an error.
 */
int models_patternize(const struct model *old, const struct model *new,
		      struct model patterned[2])
{
	struct patterns names = { 0 };
	struct text error = { 0 };
	int result = report_conf(patterns_read(&names, &error), &error);

	if (result == GO_ON && (patternize_model(old, &names, &patterned[0]) ||
				patternize_model(new, &names, &patterned[1])))
		result = report_no_memory();
	patterns_free(&names);
	return result;
}

/**
 * processes_load() - Read the running processes, drop capabilities
 * @command: name of the command, for messages
 * @list: filled; the caller frees it in any case
 * @with_threads: also read threads with the history and domain of their process
 *
 * Return: GO_ON, or EXIT_INPUT after reporting an error.
 */
int processes_load(const char *command, struct process_list *list,
		   bool with_threads)
{
	struct text path = { 0 };
	int fd = live_open("process_status", O_RDONLY, &path);
	int err;

	*list = (struct process_list){ 0 };
	capabilities_drop(KEEP_NONE);
	err = fd < 0 ? fd : process_list_read(list, fd);
	if (fd >= 0)
		close(fd);
	if (err)
		report_open_error(text_str(&path), err, command);
	else
		report_damage(text_str(&path), &list->damage);
	if (!err && !with_threads)
		process_list_fold(list);
	text_free(&path);
	return err ? EXIT_INPUT : GO_ON;
}
