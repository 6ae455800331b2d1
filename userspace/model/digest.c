// SPDX-License-Identifier: GPL-2.0-only
/* Sums up differences: one row for a domain, a group of operations and a folder. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cover.h"
#include "digest.h"

/* Components of the folders that become rows of their own: /var/lib/postgresql */
#define FOLDER_DEPTH	3

/* Paths or arguments that a row lists */
#define ARGUMENTS_MAX	4

/**
 * struct digest_entry - A difference
 * @group: from digest_add()
 * @domain: domain, the topmost one of added or removed domains
 * @number: number of @domain, in the order in which domains were added
 * @line: policy line or flag; NULL: the domain itself
 * @path: path in @line; empty if it has none
 * @key: differences with the same key share a row
 * @mark: see difference_mark()
 * @is_new: added
 */
struct digest_entry {
	unsigned int group;
	const struct domain *domain;
	size_t number;
	const char *line;
	struct span path;
	struct span key;
	const char *mark;
	bool is_new;
};

static size_t keyword_length(const char *line)
{
	const struct op *op = op_of(line);

	return op ? strlen(op->keyword) : strcspn(line, " ");
}

/* The path that an access is about; of two, the new one. Empty if there is none. */
static struct span line_path(const char *line)
{
	struct words words = words_of(line);
	const char *end = line + keyword_length(line);
	struct span path = { line, 0 };

	for (; words.word.len; words_next(&words))
		if (words.word.ptr > end && words.type == WORD_NAME &&
		    (words.word.ptr[0] == '/' || memmem(words.word.ptr, words.word.len, ":/", 2)) &&
		    !memchr(words.word.ptr, '"', words.word.len))
			path = words.word;
	return path;
}

/* The directory of a path, but not more than FOLDER_DEPTH components. */
static struct span path_folder(struct span path)
{
	const char *end = path.ptr + path.len;
	const char *at = path.ptr;
	size_t depth = 0;

	while (depth <= FOLDER_DEPTH) {
		const char *slash = memchr(at, '/', (size_t)(end - at));

		/* The last component, which may end in a slash */
		if (!slash || slash + 1 == end)
			break;
		at = slash + 1;
		depth++;
	}
	return (struct span){ path.ptr, (size_t)(at - path.ptr) };
}

static struct span line_key(const char *line, struct span path)
{
	static const char *const folded[] = {
		"misc env", "ipc signal", "network inet stream connect", "network inet stream accept",
		"network inet dgram send", "network inet dgram recv",
	};
	struct span keyword = { line, keyword_length(line) };
	struct span whole = { line, strlen(line) };

	if (path.len && span_begins(keyword, "file ") && !span_is(keyword, "file execute"))
		return path_folder(path);
	/* Each program and each socket is worth a row */
	if (path.len)
		return (struct span){ line, (size_t)(path.ptr + path.len - line) };
	for (size_t i = 0; i < ARRAY_SIZE(folded); i++)
		if (span_is(keyword, folded[i]))
			return keyword;
	/* A client that chooses its address, but not its port */
	if (span_is(keyword, "network inet stream bind") && !strcmp(line + whole.len - 2, " 0"))
		return keyword;
	return whole;
}

static bool is_below(const struct domain *domain, const struct domain *top)
{
	while (domain && domain != top)
		domain = domain->parent;
	return domain;
}

/**
 * digest_add() - Add a difference
 * @digest: zeroed before the first call
 * @difference: difference, in the order of models_compare()
 * @group: differences of different groups do not share a row; rows are sorted by it
 * @is_folded: differences of the group and the domain share one row
 *
 * Return: 0 or -ENOMEM.
 */
int digest_add(struct digest *digest, const struct difference *difference,
	       unsigned int group, bool is_folded)
{
	const struct pair *pair = difference->pair;
	struct digest_entry entry = {
		.group = group,
		.domain = pair->self,
		.line = difference->line ? difference->line : difference->flag,
		.mark = difference_mark(difference),
		.is_new = difference->is_new,
	};

	if (array_grow(digest->entry, digest->entries))
		return -ENOMEM;
	if (digest->last != pair->self) {
		digest->last = pair->self;
		digest->number++;
	}
	entry.number = digest->number;
	if (entry.line) {
		entry.path = line_path(entry.line);
		if (!is_folded)
			entry.key = line_key(entry.line, entry.path);
	} else {
		if (!digest->top || group != digest->top_group ||
		    !is_below(pair->self, digest->top)) {
			digest->top = pair->self;
			digest->top_group = group;
			digest->top_number = digest->number;
		}
		entry.domain = digest->top;
		entry.number = digest->top_number;
	}
	digest->entry[digest->entries++] = entry;
	return 0;
}

static int span_compare(struct span one, struct span two)
{
	size_t len = one.len < two.len ? one.len : two.len;
	int order = len ? memcmp(one.ptr, two.ptr, len) : 0;

	return order ? order : (one.len > two.len) - (one.len < two.len);
}

/* Order of rows; 0: both entries share a row. */
static int row_compare(const struct digest_entry *one, const struct digest_entry *two)
{
	if (one->group != two->group)
		return one->group < two->group ? -1 : 1;
	if (one->number != two->number)
		return one->number < two->number ? -1 : 1;
	if (!one->line != !two->line)
		return one->line ? 1 : -1;
	return span_compare(one->key, two->key);
}

static int entry_compare(const void *a, const void *b)
{
	const struct digest_entry *one = a;
	const struct digest_entry *two = b;
	const int order = row_compare(one, two);

	return order || !one->line ? order : strcmp(one->line, two->line);
}

/* Append the operation unless the list has it. Without "file", which the path implies. */
static void operation_add(struct text *list, const char *line)
{
	struct span word = { line, keyword_length(line) };
	const char *found = list->data;

	if (span_begins(word, "file ")) {
		word.ptr += strlen("file ");
		word.len -= strlen("file ");
	}
	for (; found && (found = memmem(found, strlen(found), word.ptr, word.len)); found++)
		if ((found == list->data || found[-1] == ' ') &&
		    (!found[word.len] || found[word.len] == ','))
			return;
	if (list->len)
		text_puts(list, ", ");
	text_add(list, word.ptr, word.len);
}

/* Length of the directories at the start of both paths. */
static size_t common_length(struct span one, size_t len, struct span two)
{
	size_t same = 0;

	for (size_t i = 0; i < len && i < two.len && one.ptr[i] == two.ptr[i]; i++)
		if (one.ptr[i] == '/')
			same = i + 1;
	return same;
}

/* Whether the path is a file or directory in the directory with this length. */
static bool is_child(struct span path, size_t directory)
{
	const char *slash = memchr(path.ptr + directory, '/', path.len - directory);

	return !slash || slash + 1 == path.ptr + path.len;
}

/* Append DIR/\* or DIR/\{\*\}/\*, where DIR is the common directory of all paths. */
static void folder_add(struct text *object, const struct digest_entry *entry, size_t count)
{
	size_t common = entry->path.len;
	bool is_flat = true;

	for (size_t i = 1; i < count; i++)
		common = common_length(entry->path, common, entry[i].path);
	for (size_t i = 0; i < count; i++)
		is_flat = is_flat && is_child(entry[i].path, common);
	text_add(object, entry->path.ptr, common);
	text_puts(object, is_flat ? "\\*" : "\\{\\*\\}/\\*");
}

/* Append the paths, unless there are many, or an access has none. */
static bool paths_add(struct text *object, const struct digest_entry *entry, size_t count)
{
	struct span path[ARGUMENTS_MAX];
	size_t paths = 0;

	for (size_t i = 0; i < count; i++) {
		size_t same = 0;

		while (same < paths && span_compare(path[same], entry[i].path))
			same++;
		if (!entry[i].path.len || same == ARGUMENTS_MAX)
			return false;
		path[same] = entry[i].path;
		paths += same == paths;
	}
	for (size_t i = 0; i < paths; i++) {
		text_puts(object, i ? ", " : "");
		text_add(object, path[i].ptr, path[i].len);
	}
	return true;
}

/* Append what follows the operation, of the first few accesses. */
static void arguments_add(struct text *object, const struct digest_entry *entry, size_t count)
{
	for (size_t i = 0; i < count && i < ARGUMENTS_MAX; i++) {
		const char *rest = entry[i].line + keyword_length(entry[i].line);

		text_puts(object, i ? ", " : "");
		text_puts(object, rest + (*rest == ' '));
	}
	if (count > ARGUMENTS_MAX)
		text_puts(object, ", ...");
}

static void object_set(struct text *object, const struct digest_entry *entry, size_t count)
{
	bool is_folder = entry->key.len && entry->key.ptr == entry->path.ptr;

	if ((count == 1 && is_folder) ||
	    (!entry->path.len && (count == 1 || entry->key.len)))
		arguments_add(object, entry, count);
	else if (!paths_add(object, entry, count) && is_folder)
		folder_add(object, entry, count);
	else if (!object->len)
		text_puts(object, "\\*");
}

static int row_add(struct digest *digest, const struct digest_entry *entry, size_t count)
{
	struct digest_row *row;

	if (array_grow(digest->row, digest->count))
		return -ENOMEM;
	row = &digest->row[digest->count++];
	*row = (struct digest_row){
		.group = entry->group,
		.domain = entry->domain,
		.is_domain = !entry->line,
		.mark = entry->mark,
	};
	for (size_t i = 0; i < count; i++) {
		row->count[entry[i].is_new]++;
		if (strcmp(row->mark, entry[i].mark) != 0)
			row->mark = "";
		if (entry->line)
			operation_add(&row->operation, entry[i].line);
	}
	if (entry->line)
		object_set(&row->object, entry, count);
	return row->operation.failed || row->object.failed ? -ENOMEM : 0;
}

/**
 * digest_finish() - Make the rows, sorted by group, domain and object
 * @digest: digest
 *
 * Return: 0 or -ENOMEM.
 */
int digest_finish(struct digest *digest)
{
	size_t count;
	int err = 0;

	if (digest->entries)
		qsort(digest->entry, digest->entries, sizeof(*digest->entry), entry_compare);
	for (size_t i = 0; i < digest->entries && !err; i += count) {
		count = 1;
		while (i + count < digest->entries &&
		       !row_compare(&digest->entry[i], &digest->entry[i + count]))
			count++;
		err = row_add(digest, &digest->entry[i], count);
	}
	return err;
}

/**
 * digest_free() - Free the contents of a digest
 * @digest: digest; empty and reusable afterwards
 */
void digest_free(struct digest *digest)
{
	for (size_t i = 0; i < digest->count; i++) {
		text_free(&digest->row[i].operation);
		text_free(&digest->row[i].object);
	}
	free(digest->row);
	free(digest->entry);
	*digest = (struct digest){ 0 };
}
