// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints what the module recorded, for t-lib.sh:
 *
 * t-seen lines NAME		the accesses of all domains whose last program is /a/NAME, sorted
 * t-seen same NAME TEXT TEST	the result of test TEST: these accesses are the lines of TEXT
 * t-seen domain NAME		the whole names of these domains
 * t-seen field NAME N LINE	field N of access LINE in `accesses`, for the first such domain
 * t-seen outcomes NAME TEXT TEST	the result of test TEST: the accesses of the first such
 *				domain, except those of kinds that are never refused, are the lines
 *				"DONE REFUSED ACCESS" of TEXT
 * t-seen stat NAME		a value of `stat`
 *
 * One C program instead of shell pipelines: starting programs takes most of the tests' time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "/sys/kernel/security/ashiato/"

struct lines {
	char **line;
	size_t count;
};

static void lines_add(struct lines *lines, const char *line)
{
	lines->line = realloc(lines->line, (lines->count + 1) * sizeof(char *));
	lines->line[lines->count++] = strdup(line);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void lines_print(const struct lines *lines, const char *prefix)
{
	for (size_t i = 0; i < lines->count; i++)
		printf("%s%s\n", prefix, lines->line[i]);
}

/* Calls @with for each line of a file of the module. */
static void each_line(const char *file, void (*with)(char *line))
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *f = fopen(file, "r");

	if (!f) {
		perror(file);
		exit(1);
	}
	while ((len = getline(&line, &size, f)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = 0;
		with(line);
	}
	fclose(f);
	free(line);
}

static char wanted[256];
static struct lines found;

/* Is the last program of @domain the wanted one? */
static int is_wanted(const char *domain)
{
	size_t len = strlen(domain), end = strlen(wanted);

	return len > end && !strcmp(domain + len - end, wanted);
}

static void find_line(char *line)
{
	static int on;

	if (!strncmp(line, "<kernel>", 8))
		on = is_wanted(line);
	else if (on && line[strspn(line, " \t")])
		lines_add(&found, line);
}

static void find_domain(char *line)
{
	if (!strncmp(line, "<kernel>", 8) && is_wanted(line))
		puts(line);
}

static int field_number;
static const char *field_line;

/* The columns of an access in `accesses`; a line with two columns starts a domain. */
enum { ID, FIRST, LAST, COUNT, DONE, DONE_LAST, REFUSED, REFUSED_LAST, LOGINS, ACCESS, COLUMNS };

/* Splits a line. Returns whether it is an access of the first wanted domain. */
static int split(char *line, char *field[COLUMNS])
{
	static int on, was_on;
	int count = 1;

	for (*field = line; count < COLUMNS && (line = strchr(line, '\t')); field[count++] = line)
		*line++ = 0;
	if (count == 2) {
		was_on = was_on || on;
		on = !was_on && is_wanted(field[1]);
	}
	return count == COLUMNS && on;
}

static void find_field(char *line)
{
	char *field[COLUMNS];

	if (split(line, field) && !strcmp(field[ACCESS], field_line))
		puts(field[field_number - 1]);
}

/* Leaves out kinds of access that are never refused. */
static void find_outcome(char *line)
{
	static const char *const others[] = { "file read ", "file write ", "capability ", "misc " };
	char *field[COLUMNS], text[4096];
	size_t i;

	if (!split(line, field))
		return;
	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!strncmp(field[ACCESS], others[i], strlen(others[i])))
			return;
	snprintf(text, sizeof(text), "%s %s %s", field[DONE], field[REFUSED], field[ACCESS]);
	lines_add(&found, text);
}

static const char *stat_name;

static void find_stat(char *line)
{
	size_t len = strlen(stat_name);

	if (!strncmp(line, stat_name, len) && !strncmp(line + len, ": ", 2))
		puts(line + len + 2);
}

static void sort(struct lines *lines)
{
	if (lines->count)
		qsort(lines->line, lines->count, sizeof(char *), compare);
}

static void same(char *text, const char *test)
{
	struct lines expected = { 0 };
	char *line;
	size_t i;

	while ((line = strsep(&text, "\n"))) {
		line += strspn(line, " \t");
		if (*line)
			lines_add(&expected, line);
	}
	sort(&expected);
	for (i = 0; i < found.count && i < expected.count; i++) {
		if (strcmp(found.line[i], expected.line[i]))
			break;
	}
	if (i == found.count && i == expected.count) {
		printf("ok - %s\n", test);
		return;
	}
	printf("not ok - %s\n", test);
	lines_print(&found, "# got:    ");
	lines_print(&expected, "# wanted: ");
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (argc > 2)
		snprintf(wanted, sizeof(wanted), " /a/%s", argv[2]);
	if (!strcmp(what, "lines")) {
		each_line(FOLDER "domain_policy", find_line);
		sort(&found);
		lines_print(&found, "");
	} else if (!strcmp(what, "same") && argc > 4) {
		each_line(FOLDER "domain_policy", find_line);
		sort(&found);
		same(argv[3], argv[4]);
	} else if (!strcmp(what, "domain")) {
		each_line(FOLDER "domain_policy", find_domain);
	} else if (!strcmp(what, "field") && argc > 4) {
		field_number = atoi(argv[3]);
		field_line = argv[4];
		each_line(FOLDER "accesses", find_field);
	} else if (!strcmp(what, "outcomes") && argc > 4) {
		each_line(FOLDER "accesses", find_outcome);
		sort(&found);
		same(argv[3], argv[4]);
	} else if (!strcmp(what, "stat")) {
		stat_name = argv[2];
		each_line(FOLDER "stat", find_stat);
	} else {
		fprintf(stderr, "t-seen: usage: see the head of t-seen.c\n");
		return 2;
	}
	return 0;
}
