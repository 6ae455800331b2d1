// SPDX-License-Identifier: GPL-2.0-only
/* The summary of a program as text, on one screen. */
#include <errno.h>
#include <string.h>

#include "base/passwd.h"
#include "base/services.h"
#include "render.h"
#include "render_about.h"
#include "source/op.h"

/* The summary of a server fits on this many lines. */
#define LINES_MAX	60
/* Linux has fewer capabilities, but a forged source may name more. */
#define CAPABILITIES_MAX	64
#define LABEL		15
#define VERB		8
/* Domains, units, processes and starts that are listed without "all" */
#define HEAD_MAX	4

const struct about_title about_titles[ABOUT_SECTIONS] = {
	[ABOUT_EXECUTE] = { "executes", "Executes", "programs", false },
	[ABOUT_CONFIG] = { "config", "Configuration", "files", false },
	[ABOUT_SECRET] = { "secret", "Secrets", "files", false },
	[ABOUT_NAMES] = { "names", "Users, hosts", "files", false },
	[ABOUT_LOG] = { "log", "Logs", "files", false },
	[ABOUT_STATE] = { "state", "State", "files", false },
	[ABOUT_TEMPORARY] = { "temporary", "Temporary", "files", false },
	[ABOUT_RUNTIME] = { "runtime", "Runtime", "files", false },
	[ABOUT_HOME] = { "home", "Home", "files", false },
	[ABOUT_OTHER] = { "other", "Other files", "files", false },
	[ABOUT_LISTEN] = { "listen", "Listens on", "addresses", false },
	[ABOUT_ACCEPT] = { "accept", "Accepts from", "addresses", false },
	[ABOUT_CONNECT] = { "connect", "Connects to", "addresses", false },
	[ABOUT_CAPABILITY] = { "capability", "Capabilities", "capabilities", false },
	[ABOUT_PROCESS] = { "process", "Signals", "signals", false },
	[ABOUT_REFUSED] = { "refused", "Refused", "accesses", false },
	[ABOUT_NEW] = { "new", "New", "accesses", false },
	[ABOUT_LIBRARY] = { "library", "library", "libraries", true },
	[ABOUT_LOCALE] = { "locale", "locale file", "locale files", true },
	[ABOUT_DATA] = { "data", "data file", "data files", true },
	[ABOUT_PROGRAM] = { "program", "program file", "program files", true },
	[ABOUT_BOOT] = { "boot", "kernel file", "kernel files", true },
	[ABOUT_PROC] = { "proc", "file in /proc and /sys", "files in /proc and /sys", true },
	[ABOUT_DEVICE] = { "device", "device", "devices", true },
	[ABOUT_UNNAMED] = { "unnamed", "pipe or socket", "pipes and sockets", true },
	[ABOUT_ENVIRONMENT] = { "environment", "environment variable",
				"environment variables", true },
	[ABOUT_ONLY_LOOKED] = { "looked_up", "file only looked up", "files only looked up",
				true },
};

/**
 * struct page - The text of a summary
 * @view: how to print it
 * @text: text so far
 * @lines: number of lines
 * @limit: number of groups for each section
 * @rows: number of lines for each group
 */
struct page {
	const struct about_view *view;
	struct text text;
	size_t lines;
	size_t limit;
	size_t rows;
};

static void page_label(struct page *page, const char *label)
{
	const struct colours *colours = page->view->colours;

	text_puts(&page->text, colours->strong);
	text_format(&page->text, "%-*s", LABEL - 1, label);
	text_puts(&page->text, *label ? colours->off : "");
	text_puts(&page->text, " ");
}

/* Characters of a line behind the label, and behind the verb if there is one. */
static size_t room_of(const struct page *page, const char *verb)
{
	size_t used = LABEL + (verb ? VERB : 0);

	return page->view->width > used + 20 ? page->view->width - used : 20;
}

/* One line; a long value is cut in the middle, so that it stays one. */
static void page_line(struct page *page, const char *label, const char *verb,
		      struct span value)
{
	size_t room = room_of(page, verb);

	page_label(page, label);
	if (verb)
		text_format(&page->text, "%-*s ", VERB - 1, verb);
	if (value.len <= room || page->view->with_all) {
		text_add(&page->text, value.ptr, value.len);
	} else {
		size_t head = (room - 3) / 2;
		size_t tail = room - 3 - head;

		text_add(&page->text, value.ptr, head);
		text_puts(&page->text, "...");
		text_add(&page->text, value.ptr + value.len - tail, tail);
	}
	text_puts(&page->text, "\n");
	page->lines++;
}

static void page_text(struct page *page, const char *label, struct text *value)
{
	page_line(page, label, NULL, (struct span){ text_str(value), value->len });
	page->text.failed |= value->failed;
	text_free(value);
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/**
 * about_verb() - Get the word that says what was done
 * @item: item
 *
 * Return: a protocol, an operation, "reads" or "writes"; NULL where the section says it.
 */
const char *about_verb(const struct about_item *item)
{
	const struct op *op = op_of(item->access->line->text);
	const char *keyword = op ? op->keyword : "";

	switch (item->section) {
	case ABOUT_EXECUTE:
	case ABOUT_CAPABILITY:
	case ABOUT_ENVIRONMENT:
	case ABOUT_ONLY_LOOKED:
		return NULL;
	case ABOUT_REFUSED:
	case ABOUT_NEW:
		for (const char *c = keyword; (c = strchr(c, ' ')); keyword = ++c)
			if (!strncmp(c, " userns", 7))
				break;
		return keyword;
	case ABOUT_PROCESS:
		return strchr(keyword, ' ') + 1;
	default:
		if (!strncmp(keyword, "network unix", 12))
			return item->section == ABOUT_LISTEN ||
			       item->section == ABOUT_CONNECT ? "unix" : "socket";
		if (!strncmp(keyword, "network inet stream", 19))
			return "tcp";
		if (!strncmp(keyword, "network inet dgram", 18))
			return "udp";
		if (!strncmp(keyword, "network inet raw", 16))
			return "raw";
		return item->does & ABOUT_WRITES ? "writes" : "reads";
	}
}

/* The start that several items have in common: a directory, or "22 (ssh)". */
static void group_add(const struct about_item *item, const char *verb, struct text *out)
{
	const char *service = NULL;

	if (!item->group.len)
		return;
	if (!item->is_path)
		text_puts(out, "port ");
	text_add(out, item->group.ptr, item->group.len);
	if (item->is_path)
		return;
	if (verb)
		service = service_name(verb, item->group);
	if (service)
		text_format(out, " (%s)", service);
}

static void item_value(const struct about_item *item, struct text *out)
{
	group_add(item, about_verb(item), out);
	if (item->group.len && !item->is_path)
		text_puts(out, " ");
	text_add(out, item->name.ptr, item->name.len);
}

static bool is_same_group(const struct about_item *one, const struct about_item *two)
{
	const char *verb_one = about_verb(one);
	const char *verb_two = about_verb(two);

	return one->section == two->section &&
	       (verb_one == verb_two || (verb_one && verb_two && !strcmp(verb_one, verb_two))) &&
	       one->is_path == two->is_path && one->group.len == two->group.len &&
	       (!one->group.len || !memcmp(one->group.ptr, two->group.ptr, one->group.len));
}

static size_t group_count(const struct about_item *item, size_t count)
{
	size_t same = 1;

	while (same < count && is_same_group(item, &item[same]))
		same++;
	return same;
}

/* The number of the names, and as many of them as fit into the line. */
static void names_cut(const struct about_item *item, size_t count, size_t room,
		      struct text *out)
{
	text_format(out, "%s%zu %s", out->len ? " " : "", count,
		    about_titles[item->section].plural);
	for (size_t i = 0; i < count; i++) {
		/* " ..." has room behind all but the last */
		if (out->len + item[i].name.len + 6 > room) {
			text_puts(out, i ? " ..." : "");
			return;
		}
		text_puts(out, i ? " " : ": ");
		text_add(out, item[i].name.ptr, item[i].name.len);
	}
}

/* Print all names on a few lines. Returns false if they need more lines. */
static bool names_wrap(struct page *page, const char *label, const char *verb,
		       const struct about_item *item, size_t count, struct text *line)
{
	size_t room = room_of(page, verb);
	size_t before = page->text.len;
	size_t lines = page->lines;
	bool fits = true;

	for (size_t i = 0; i <= count && fits; i++) {
		if (i < count && line->len + 1 + item[i].name.len <= room) {
			text_puts(line, line->len ? " " : "");
			text_add(line, item[i].name.ptr, item[i].name.len);
			continue;
		}
		fits = page->lines - lines < page->rows && line->len <= room;
		page_line(page, label, verb ? verb : NULL,
			  (struct span){ text_str(line), line->len });
		text_clear(line);
		text_puts(line, "  ");
		label = "";
		verb = verb ? "" : NULL;
		if (i < count)
			text_add(line, item[i].name.ptr, item[i].name.len);
	}
	if (fits)
		return true;
	page->text.len = before;
	page->text.data[before] = '\0';
	page->lines = lines;
	return false;
}

static void group_line(struct page *page, const char *label,
		       const struct about_item *item, size_t count)
{
	const char *verb = about_verb(item);
	struct text line = { 0 };

	if (count == 1) {
		item_value(item, &line);
	} else {
		group_add(item, verb, &line);
		if (names_wrap(page, label, verb, item, count, &line)) {
			text_free(&line);
			return;
		}
		text_clear(&line);
		group_add(item, verb, &line);
		names_cut(item, count, room_of(page, verb), &line);
	}
	page_line(page, label, verb, (struct span){ text_str(&line), line.len });
	page->text.failed |= line.failed;
	text_free(&line);
}

/* All names, on as many lines as they need. */
static void words_print(struct page *page, const char *label,
			const struct about_item *item, size_t count)
{
	size_t room = page->view->width - LABEL;
	struct text value = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (value.len && value.len + 1 + item[i].name.len > room) {
			page_text(page, label, &value);
			label = "";
		}
		if (value.len)
			text_puts(&value, " ");
		text_add(&value, item[i].name.ptr, item[i].name.len);
	}
	page_text(page, label, &value);
}

static void section_all(struct page *page, const char *label,
			const struct about_item *item, size_t count)
{
	for (size_t i = 0; i < count; i++, label = "")
		group_line(page, label, &item[i], 1);
}

static void section_groups(struct page *page, const char *label,
			   const struct about_item *item, size_t count)
{
	size_t groups = 0;
	size_t shown = 0;

	for (size_t i = 0; i < count; i += group_count(&item[i], count - i))
		groups++;
	for (size_t i = 0; i < count; shown++) {
		size_t same = group_count(&item[i], count - i);

		if (shown + 1 == page->limit && groups > page->limit) {
			struct text value = { 0 };

			text_format(&value, "and %zu more %s: %s", count - i,
				    about_titles[item->section].plural, page->view->more);
			page_text(page, label, &value);
			return;
		}
		group_line(page, label, &item[i], same);
		label = "";
		i += same;
	}
}

static size_t section_count(const struct about *about, size_t from)
{
	size_t count = 1;

	while (from + count < about->item_count &&
	       about->item[from + count].section == about->item[from].section)
		count++;
	return count;
}

static void sections_print(struct page *page, const struct about *about)
{
	bool with_all = page->view->with_all;
	struct text sums = { 0 };
	size_t count;

	for (size_t i = 0; i < about->item_count; i += count) {
		const struct about_item *item = &about->item[i];
		const struct about_title *section = &about_titles[item->section];

		count = section_count(about, i);
		if (section->is_summed && !with_all) {
			text_format(&sums, "%s%zu %s", sums.len ? ", " : "", count,
				    count == 1 ? section->title : section->plural);
		} else if (item->section == ABOUT_CAPABILITY && count <= CAPABILITIES_MAX) {
			words_print(page, section->title, item, count);
		} else if (with_all) {
			section_all(page, section->is_summed ? section->name : section->title,
				    item, count);
		} else {
			section_groups(page, section->title, item, count);
		}
	}
	/* On as many lines as needed: each part ends in a comma */
	for (const char *label = "Also uses", *rest = text_str(&sums); *rest; label = "") {
		size_t room = page->view->width - LABEL;
		size_t len = strlen(rest);

		while (len > room) {
			const char *comma = memrchr(rest, ',', len - 1);

			if (!comma)
				break;
			len = (size_t)(comma + 1 - rest);
		}
		page_line(page, label, NULL, (struct span){ rest, len });
		rest += len + (rest[len] == ' ');
	}
	page->text.failed |= sums.failed;
	text_free(&sums);
}

/* "and N more" after the first ones of a list */
static bool list_is_full(struct text *out, size_t shown, size_t count, bool with_all)
{
	if (shown < HEAD_MAX || with_all)
		return false;
	text_format(out, " and %zu more", count - shown);
	return true;
}

static void chains_print(struct page *page, const struct about *about)
{
	size_t count = about->domain_count;
	const char *label = count == 1 ? "Chain" : "Chains";
	struct text value = { 0 };

	for (size_t i = 0; i < count; i++, label = "") {
		if (i + 1 >= HEAD_MAX && count > HEAD_MAX && !page->view->with_all) {
			text_format(&value, "and %zu more: %s", count - i, page->view->more);
			page_text(page, label, &value);
			return;
		}
		if (domain_name(about->domain[i], &value))
			page->text.failed = true;
		page_text(page, label, &value);
	}
}

/**
 * about_is_first() - Whether no domain before this one has the same program
 * @about: summary
 * @number: number of the domain
 *
 * Return: true if there is none; of long lists, only the last part is searched.
 */
bool about_is_first(const struct about *about, size_t number)
{
	const struct word *name = about->domain[number]->name;
	size_t start = number > 1000 ? number - 1000 : 0;

	for (size_t i = start; i < number; i++)
		if (about->domain[i]->name == name)
			return false;
	return true;
}

/* The programs, each once */
static void programs_print(struct page *page, const struct about *about)
{
	size_t shown = 0;
	struct text value = { 0 };

	for (size_t i = 0; i < about->domain_count; i++) {
		const struct word *name = about->domain[i]->name;

		if (!about_is_first(about, i))
			continue;
		if (list_is_full(&value, shown, about->names.count, page->view->with_all))
			break;
		text_puts(&value, shown++ ? " " : "");
		text_add(&value, name->text, name->len);
	}
	page_text(page, about->names.count == 1 ? "Program" : "Programs", &value);
}

/* The first process is the oldest: "431 root since 2026-11-21 01:04:40, 545 alice" */
static void process_add(const struct about_process *process, struct text *out)
{
	bool is_first_one = !out->len;

	text_format(out, "%s%ld", is_first_one ? "" : ", ", process->pid);
	if (process->uid >= 0)
		text_format(out, " %s", passwd_name(process->uid));
	if (process->started_ms && is_first_one)
		text_format(out, " since %s", cell_time(process->started_ms).text);
}

static void machine_print(struct page *page)
{
	const struct about_machine *machine = page->view->machine;
	bool with_all = page->view->with_all;
	struct text value = { 0 };

	if (!machine->is_known) {
		text_puts(&value, "not known: the source is not the running system");
		page_text(page, "Package, unit", &value);
		return;
	}
	text_puts(&value, machine->package.len ? machine->package.data :
		  machine->has_packages ? "none" : "not known");
	page_text(page, "Package", &value);
	for (size_t i = 0; i < machine->unit_count; i++) {
		if (list_is_full(&value, i, machine->unit_count, with_all))
			break;
		text_format(&value, "%s%s", i ? " " : "", text_str(&machine->unit[i]));
	}
	if (value.len)
		page_text(page, machine->unit_count == 1 ? "Unit" : "Units", &value);
	for (size_t i = 0; i < machine->process_count; i++) {
		if (list_is_full(&value, i, machine->process_count, with_all))
			break;
		process_add(&machine->process[i], &value);
	}
	if (!value.len)
		text_puts(&value, "none runs");
	page_text(page, "Processes", &value);
}

static void start_print(struct page *page, const struct about *about)
{
	struct text value = { 0 };

	for (size_t i = 0; i < about->start_count; i++) {
		const struct about_start *start = &about->start[i];
		uint64_t count = start->seen.first_ms ? start->seen.count : 0;

		if (list_is_full(&value, i, about->start_count, page->view->with_all))
			break;
		text_format(&value, "%s%s", i ? ", " : "by ",
			    start->is_self ? "itself" : start->program->text);
		if (count)
			text_format(&value, " %llu time%s", (unsigned long long)count,
				    plural(count));
	}
	if (value.len)
		page_text(page, "Started", &value);
}

/* "2026-11-29 21:57:32 to 22:00:37" */
static void time_add(const struct about *about, struct text *out)
{
	const struct cell first = cell_time(about->seen.first_ms);
	const struct cell last = cell_time(about->seen.last_ms);
	size_t date = strcspn(first.text, " ") + 1;
	bool is_same_day = !strncmp(first.text, last.text, date);

	text_format(out, "%s to %s, ", first.text, last.text + (is_same_day ? date : 0));
}

/* Print a command that lists the domains below. It is of no use if it is cut. */
static void below_print(struct page *page, const struct about *about)
{
	const struct word *name = about->domain[0]->name;
	struct span base = path_base((struct span){ name->text, name->len });
	struct text sources = { 0 };
	struct text value = { 0 };

	text_format(&value, "%zu domain%s: ashiato tree --under %.*s", about->below,
		    plural(about->below), (int)base.len, base.ptr);
	if (page->view->sources)
		text_add_words(&sources, page->view->sources);
	if (!page->view->with_all && sources.len &&
	    value.len + sources.len > room_of(page, NULL))
		text_puts(&value, " SOURCE");
	else
		text_puts(&value, text_str(&sources));
	page->text.failed |= sources.failed;
	text_free(&sources);
	page_text(page, "Below it", &value);
}

static void head_print(struct page *page, const struct about *about)
{
	struct text value = { 0 };

	programs_print(page, about);
	machine_print(page);
	chains_print(page, about);
	if (about->seen.first_ms)
		time_add(about, &value);
	text_format(&value, "%zu different access%s", about->access_count,
		    about->access_count == 1 ? "" : "es");
	page_text(page, "Recorded", &value);
	start_print(page, about);
	if (about->below)
		below_print(page, about);
}

static void since_print(struct page *page, const struct about *about)
{
	struct text value = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < about->item_count; i++)
		count += about->item[i].section == ABOUT_NEW;
	if (!page->view->since)
		return;
	text_puts(&value, "with ");
	text_add_line(&value, page->view->since, strlen(page->view->since));
	text_format(&value, ": %zu new access%s", count, count == 1 ? "" : "es");
	page_text(page, "Compared", &value);
}

/**
 * render_about() - Print a summary as text
 * @about: summary
 * @view: how to print it; without everything, the text has at most 60 lines
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_about(const struct about *about, const struct about_view *view, FILE *out)
{
	struct page page = { .view = view };
	int err;

	for (page.limit = 12; page.limit; page.limit--) {
		page.rows = page.limit > 10 ? 3 : page.limit > 9 ? 2 : 1;
		text_clear(&page.text);
		page.lines = 0;
		head_print(&page, about);
		since_print(&page, about);
		sections_print(&page, about);
		if (page.lines <= LINES_MAX || view->with_all)
			break;
	}
	fputs(text_str(&page.text), out);
	err = page.text.failed ? -ENOMEM : 0;
	text_free(&page.text);
	return err;
}
