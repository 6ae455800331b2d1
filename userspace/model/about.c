// SPDX-License-Identifier: GPL-2.0-only
/* The summary of a program for ashiato about: its accesses, by class. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"
#include "base/array.h"
#include "compare.h"
#include "cover.h"

/* A shorter name is a part of too many paths. */
#define OWN_MIN	3

/**
 * path_base() - Get the last component of a path
 * @path: path
 *
 * Return: the component, with the / at the end of a directory.
 */
struct span path_base(struct span path)
{
	const char *slash = path.len > 1 ? memrchr(path.ptr, '/', path.len - 1) : NULL;

	if (!slash)
		return path;
	return (struct span){ slash + 1, (size_t)(path.ptr + path.len - slash - 1) };
}

static bool pointer_match(const void *item, const void *key)
{
	return item == key;
}

static uint64_t pointer_hash(const void *pointer)
{
	return table_hash(&pointer, sizeof(pointer));
}

static bool is_about(const struct about *about, const struct domain *domain)
{
	return table_find(&about->set, pointer_hash(domain), pointer_match, domain);
}

static bool name_match(const void *item, const void *key)
{
	const struct word *word = item;

	return span_is(*(const struct span *)key, word->text);
}

static bool is_name(const struct about *about, struct span name)
{
	return table_find(&about->names, table_hash(name.ptr, name.len), name_match, &name);
}

/**
 * about_add() - Add a domain
 * @about: summary
 * @domain: domain; ignored if it was added before
 *
 * Return: 0 or -ENOMEM.
 */
int about_add(struct about *about, const struct domain *domain)
{
	const struct span name = { domain->name->text, domain->name->len };

	if (is_about(about, domain))
		return 0;
	if (table_add(&about->set, pointer_hash(domain), (void *)domain) ||
	    array_grow(about->domain, about->domain_count))
		return -ENOMEM;
	about->domain[about->domain_count++] = domain;
	if (is_name(about, name))
		return 0;
	return table_add(&about->names, table_hash(name.ptr, name.len),
			 (void *)domain->name);
}

/* Whether a directory of the path has the name: /usr/lib/postgresql/15/bin/postgres */
static bool has_component(const struct word *path, const char *name)
{
	size_t len = strlen(name);

	if (!len || strchr(name, '/'))
		return false;
	for (const char *at = path->text; (at = strchr(at, '/')); at++)
		if (!strncmp(at + 1, name, len) && at[1 + len] == '/')
			return true;
	return false;
}

/**
 * about_find() - Add the domains that have a name
 * @about: summary
 * @model: sorted model
 * @name: a name for domain_matches(); if there is no such domain, a directory of the
 *	program
 *
 * Return: 0 or -ENOMEM.
 */
int about_find(struct about *about, const struct model *model, const char *name)
{
	int err = 0;

	for (int pass = 0; pass < 2 && !about->domain_count; pass++)
		for (const struct domain *domain = model_first(model); domain && !err;
		     domain = model_next(model, domain))
			if (pass ? has_component(domain->name, name)
				 : domain_matches(domain, name))
				err = about_add(about, domain);
	return err;
}

/* The user probably means the domain with the most accesses. */
static int domain_compare(const void *a, const void *b)
{
	const struct domain *const *one = a;
	const struct domain *const *two = b;

	if ((*one)->access_count != (*two)->access_count)
		return (*one)->access_count < (*two)->access_count ? 1 : -1;
	if ((*one)->depth != (*two)->depth)
		return (*one)->depth < (*two)->depth ? -1 : 1;
	return strcmp((*one)->name->text, (*two)->name->text);
}

/* One component of the path is the beginning of the program's name, or the other way round. */
static bool is_own(const struct domain *domain, struct span path)
{
	struct span program = path_base((struct span){ domain->name->text,
						       domain->name->len });
	const char *end = path.ptr + path.len;

	for (const char *at = path.ptr; at < end;) {
		const char *slash = memchr(at, '/', (size_t)(end - at));
		size_t len = (size_t)((slash ? slash : end) - at);
		size_t both = len < program.len ? len : program.len;

		if (both >= OWN_MIN && !memcmp(at, program.ptr, both))
			return true;
		at += len + 1;
	}
	return false;
}

/* sshd_config is the first of the files of sshd in /etc/ssh. */
static bool is_named(const struct domain *domain, struct span name)
{
	struct span program = path_base((struct span){ domain->name->text,
						       domain->name->len });

	return name.len >= program.len && !memcmp(name.ptr, program.ptr, program.len);
}

static bool begins(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

static bool ends(const char *text, const char *word)
{
	size_t len = strlen(text);
	size_t word_len = strlen(word);

	return len > word_len && !strcmp(text + len - word_len, word);
}

static enum about_section section_of(enum class class)
{
	static const enum about_section sections[] = {
		[CLASS_CONFIG] = ABOUT_CONFIG,
		[CLASS_SECRET] = ABOUT_SECRET,
		[CLASS_NAMES] = ABOUT_NAMES,
		[CLASS_LOG] = ABOUT_LOG,
		[CLASS_STATE] = ABOUT_STATE,
		[CLASS_TEMPORARY] = ABOUT_TEMPORARY,
		[CLASS_RUNTIME] = ABOUT_RUNTIME,
		[CLASS_HOME] = ABOUT_HOME,
		[CLASS_PROGRAM] = ABOUT_PROGRAM,
		[CLASS_LIBRARY] = ABOUT_LIBRARY,
		[CLASS_LOCALE] = ABOUT_LOCALE,
		[CLASS_DATA] = ABOUT_DATA,
		[CLASS_BOOT] = ABOUT_BOOT,
		[CLASS_PROC] = ABOUT_PROC,
		[CLASS_DEVICE] = ABOUT_DEVICE,
		[CLASS_UNNAMED] = ABOUT_UNNAMED,
		[CLASS_LISTEN] = ABOUT_LISTEN,
		[CLASS_CONNECT] = ABOUT_CONNECT,
		[CLASS_ACCEPT] = ABOUT_ACCEPT,
		[CLASS_CAPABILITY] = ABOUT_CAPABILITY,
		[CLASS_ENVIRONMENT] = ABOUT_ENVIRONMENT,
		[CLASS_PROCESS] = ABOUT_PROCESS,
		[CLASS_OTHER] = ABOUT_OTHER,
	};

	return sections[class];
}

/* The socket of a log daemon or of a name service stays in the section of its path. */
static enum about_section socket_section(enum about_section section, const char *keyword)
{
	if (section == ABOUT_LOG || section == ABOUT_NAMES)
		return section;
	return ends(keyword, " bind") || ends(keyword, " listen") ||
	       ends(keyword, " accept") ? ABOUT_LISTEN : ABOUT_CONNECT;
}

static void path_item(struct about_item *item, struct span path, const char *keyword)
{
	item->name = path_base(path);
	item->group = (struct span){ path.ptr, path.len - item->name.len };
	item->is_path = true;
	item->is_own = is_named(item->access->domain, item->name);
	if (!strcmp(keyword, "file execute"))
		item->section = ABOUT_EXECUTE;
	else if (begins(keyword, "network unix "))
		item->section = socket_section(item->section, keyword);
	if (ends(keyword, " getattr"))
		item->does = ABOUT_LOOKED;
	else if (item->section == ABOUT_LOG && ends(keyword, " send"))
		item->does = ABOUT_WRITES;
	else if (begins(keyword, "network ") || ends(keyword, " read") ||
		 ends(keyword, " execute") || ends(keyword, " ioctl") ||
		 ends(keyword, " chroot"))
		item->does = ABOUT_READS;
	else
		item->does = ABOUT_WRITES;
}

/* "network inet stream connect ADDRESS PORT", "capability NAME" and so on. */
static void word_item(struct about_item *item, struct words words)
{
	for (const char *c = words.op->keyword; c; c = strchr(c + 1, ' '))
		words_next(&words);
	item->does = ABOUT_READS;
	item->name = words.word;
	if (item->section == ABOUT_PROCESS)
		/* The words of the domain, too */
		item->name.len = strlen(item->name.ptr);
	if (item->section != ABOUT_LISTEN && item->section != ABOUT_CONNECT)
		return;
	words_next(&words);
	item->group = words.word;
	/* The C library connects to all addresses, only to sort them */
	if (item->section == ABOUT_CONNECT &&
	    (span_is(item->name, "0.0.0.0") || span_is(item->name, "::")))
		item->does = ABOUT_LOOKED;
}

/**
 * about_item_of() - Convert an access
 * @classes: table of classes
 * @access: access
 * @item: set to what the access uses
 *
 * Return: 0, or -EINVAL if the kind of access is unknown.
 */
int about_item_of(const struct classes *classes, const struct access *access,
		  struct about_item *item)
{
	struct words words = words_of(access->line->text);
	struct span path;

	if (!words.op)
		return -EINVAL;
	path = access_path(access->line->text);
	*item = (struct about_item){
		.section = section_of(class_of(classes, access->line->text)),
		.access = access,
		.seen = access->seen,
	};
	if (path.len)
		path_item(item, path, words.op->keyword);
	else
		word_item(item, words);
	return 0;
}

static int span_compare(struct span one, struct span two)
{
	size_t len = one.len < two.len ? one.len : two.len;
	int order = len ? memcmp(one.ptr, two.ptr, len) : 0;

	return order ? order : (one.len > two.len) - (one.len < two.len);
}

static bool is_own_group(const struct about_item *item)
{
	return item->group.len && is_own(item->access->domain, item->group);
}

static const char *keyword_of(const struct about_item *item)
{
	const struct op *op = op_of(item->access->line->text);

	return op ? op->keyword : "";
}

/*
 * Compare what the text shows of the operations: in some sections their names, for sockets only
 * their protocols, elsewhere nothing.
 */
static int protocol_compare(const struct about_item *one, const struct about_item *two)
{
	const char *name_one = keyword_of(one);
	const char *name_two = keyword_of(two);

	if (one->section == ABOUT_REFUSED || one->section == ABOUT_NEW)
		return strcmp(name_one, name_two);
	if (one->section != ABOUT_LISTEN && one->section != ABOUT_CONNECT &&
	    one->section != ABOUT_ACCEPT)
		return 0;
	/* "network inet stream bind": without the last word */
	return strncmp(name_one, name_two, strlen("network inet st"));
}

static int same_compare(const void *a, const void *b)
{
	const struct about_item *one = a;
	const struct about_item *two = b;
	int order;

	if (one->section != two->section)
		return one->section < two->section ? -1 : 1;
	order = protocol_compare(one, two);
	if (!order)
		order = span_compare(one->group, two->group);
	return order ? order : span_compare(one->name, two->name);
}

static int shown_compare(const void *a, const void *b)
{
	const struct about_item *one = a;
	const struct about_item *two = b;
	int order;

	if (one->section != two->section)
		return one->section < two->section ? -1 : 1;
	if ((one->does ^ two->does) & ABOUT_WRITES)
		return one->does & ABOUT_WRITES ? -1 : 1;
	order = is_own_group(two) - is_own_group(one);
	if (!order)
		order = protocol_compare(one, two);
	if (!order)
		order = span_compare(one->group, two->group);
	if (!order)
		order = two->is_own - one->is_own;
	return order ? order : span_compare(one->name, two->name);
}

static void items_sort(struct about *about)
{
	if (about->item_count)
		qsort(about->item, about->item_count, sizeof(*about->item),
		      shown_compare);
}

/* Add up the items for the same object. */
static void items_merge(struct about *about)
{
	struct about_item *item = about->item;
	size_t kept = 0;

	if (!about->item_count)
		return;
	qsort(item, about->item_count, sizeof(*item), same_compare);
	for (size_t i = 1; i < about->item_count; i++) {
		if (same_compare(&item[kept], &item[i])) {
			item[++kept] = item[i];
			continue;
		}
		times_add(&item[kept].seen, &item[i].seen);
		item[kept].does |= item[i].does;
		item[kept].is_own |= item[i].is_own;
	}
	about->item_count = kept + 1;
	for (size_t i = 0; i < about->item_count; i++)
		if (item[i].does == ABOUT_LOOKED)
			item[i].section = ABOUT_ONLY_LOOKED;
}

static int item_add(struct about *about, const struct about_item *item)
{
	if (array_grow(about->item, about->item_count))
		return -ENOMEM;
	about->item[about->item_count++] = *item;
	return 0;
}

static int access_add(struct about *about, const struct access *access,
		      const struct classes *classes)
{
	struct about_item item;
	int err = 0;

	about->access_count++;
	times_add(&about->seen, &access->seen);
	if (about_item_of(classes, access, &item))
		return 0;
	if (access_outcome(access) != OUTCOME_REFUSED)
		err = item_add(about, &item);
	item.section = ABOUT_REFUSED;
	item.does = ABOUT_READS;
	if (!err && (access_outcome(access) == OUTCOME_REFUSED ||
		     access->seen.refused.count))
		err = item_add(about, &item);
	return err;
}

/* Whether the access executes a program of one of the domains. */
static bool is_start(const struct about *about, const struct access *access)
{
	const char *line = access->line->text;
	struct words words;

	if (!begins(line, "file execute ") || access_outcome(access) == OUTCOME_REFUSED)
		return false;
	words = words_of(line);
	while (words.number < 4 && words.word.len) {
		if (words.number >= 2 && is_name(about, word_value(words.word)))
			return true;
		words_next(&words);
	}
	return false;
}

static int start_add(struct about *about, const struct access *access)
{
	if (array_grow(about->start, about->start_count))
		return -ENOMEM;
	about->start[about->start_count++] = (struct about_start){
		.program = access->domain->name,
		.is_self = is_about(about, access->domain),
		.seen = access->seen,
	};
	return 0;
}

static int program_compare(const void *a, const void *b)
{
	const struct about_start *one = a;
	const struct about_start *two = b;

	if (one->is_self || two->is_self)
		return one->is_self - two->is_self;
	return strcmp(one->program->text, two->program->text);
}

/* Most starts first. */
static int start_compare(const void *a, const void *b)
{
	const struct about_start *one = a;
	const struct about_start *two = b;

	if (one->is_self != two->is_self)
		return one->is_self ? 1 : -1;
	if (one->seen.count != two->seen.count)
		return one->seen.count < two->seen.count ? 1 : -1;
	return strcmp(one->program->text, two->program->text);
}

/* Add up the starts by the same program. */
static void starts_merge(struct about *about)
{
	struct about_start *start = about->start;
	size_t kept = 0;

	if (!about->start_count)
		return;
	qsort(start, about->start_count, sizeof(*start), program_compare);
	for (size_t i = 1; i < about->start_count; i++)
		if (program_compare(&start[kept], &start[i]))
			start[++kept] = start[i];
		else
			times_add(&start[kept].seen, &start[i].seen);
	about->start_count = kept + 1;
	qsort(start, about->start_count, sizeof(*start), start_compare);
}

static bool is_below(const struct about *about, const struct domain *domain)
{
	while ((domain = domain->parent))
		if (is_about(about, domain))
			return true;
	return false;
}

/**
 * about_fill() - Sum up the accesses of the domains
 * @about: summary, with its domains
 * @model: sorted model with all domains
 * @classes: table of classes
 *
 * Return: 0 or -ENOMEM.
 */
int about_fill(struct about *about, const struct model *model,
	       const struct classes *classes)
{
	int err = 0;

	if (about->domain_count)
		qsort(about->domain, about->domain_count, sizeof(*about->domain),
		      domain_compare);
	for (const struct domain *domain = model_first(model); domain && !err;
	     domain = model_next(model, domain)) {
		bool is_own_domain = is_about(about, domain);

		if (!is_own_domain && is_below(about, domain))
			about->below++;
		for (size_t i = 0; i < domain->access_count && !err; i++) {
			if (is_start(about, domain->access[i]))
				err = start_add(about, domain->access[i]);
			if (!err && is_own_domain)
				err = access_add(about, domain->access[i], classes);
		}
	}
	items_merge(about);
	items_sort(about);
	starts_merge(about);
	return err;
}

/**
 * struct news - Collects the differences between an old and a new model
 * @about: summary
 * @model: model that the domains of @about belong to
 * @classes: table of classes
 */
struct news {
	struct about *about;
	const struct model *model;
	const struct classes *classes;
};

static int news_take(void *ctx, const struct difference *difference)
{
	const struct news *news = ctx;
	const struct domain *domain;
	struct text name = { 0 };
	struct about_item item;
	int err;

	if (!difference->is_new || !difference->new)
		return 0;
	err = domain_name(difference->pair->self, &name);
	domain = err ? NULL : model_find(news->model, name.data);
	text_free(&name);
	if (!domain || !is_about(news->about, domain) ||
	    about_item_of(news->classes, difference->new, &item))
		return err;
	item.section = ABOUT_NEW;
	item.does = ABOUT_READS;
	return item_add(news->about, &item);
}

/**
 * about_compare() - Add what is new since an old state
 * @about: summary, filled
 * @model: model that the domains of @about belong to
 * @old: old model, from patternize_model(); must outlive @about
 * @new: new model, from patternize_model(); must outlive @about
 * @classes: table of classes
 *
 * Return: 0 or -ENOMEM.
 */
int about_compare(struct about *about, const struct model *model,
		  const struct model *old, const struct model *new,
		  const struct classes *classes)
{
	struct news news = { about, model, classes };
	const struct comparison comparison = { .take = news_take, .ctx = &news };
	int err = models_compare(&comparison, old, new);

	items_sort(about);
	return err;
}

/**
 * about_free() - Free the contents of a summary
 * @about: summary; empty and reusable afterwards
 */
void about_free(struct about *about)
{
	free(about->domain);
	table_free(&about->set);
	table_free(&about->names);
	free(about->item);
	free(about->start);
	*about = (struct about){ 0 };
}
