// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables that the command has compiled in, and to which the files in /etc/ashiato/NAME.d add
 * lines. These files are read first, in the order of their names, because the first line that
 * matches is applied.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/machine.h"
#include "conf.h"
#include "lines.h"

/**
 * struct reader - State while a table is read
 * @conf: the table
 * @ctx: argument of &conf.take
 * @file: name of the current file, for errors
 * @error: gets the message
 * @count: number of lines that were taken
 */
struct reader {
	const struct conf *conf;
	void *ctx;
	const char *file;
	struct text *error;
	size_t count;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span trim(struct span line)
{
	while (line.len && is_blank(line.ptr[0])) {
		line.ptr++;
		line.len--;
	}
	while (line.len && is_blank(line.ptr[line.len - 1]))
		line.len--;
	return line;
}

/**
 * conf_word() - Cut the first word off a line
 * @line: line from &conf.take, or its rest; set to the rest without leading spaces
 *
 * Return: the word; empty if there is none.
 */
struct span conf_word(struct span *line)
{
	struct span word = { line->ptr, 0 };

	while (word.len < line->len && !is_blank(line->ptr[word.len]))
		word.len++;
	*line = trim((struct span){ line->ptr + word.len, line->len - word.len });
	return word;
}

static int line_take_conf(void *ctx, const struct line *line)
{
	struct reader *reader = ctx;
	struct span text = trim((struct span){ line->ptr, line->len });
	int err = -EINVAL;

	/* An overlong line has no text; a last line without newline is cut, too */
	if (text.len && text.ptr[0] != '#') {
		if (reader->count++ == CONF_LINES_MAX)
			text_format(reader->error, "%s:%lu: more than %d lines",
				    reader->file, line->number, CONF_LINES_MAX);
		else
			err = reader->conf->take(reader->ctx, text);
	} else if (text.len || !line->is_cut) {
		return 0;
	}
	if (err == -EINVAL && !reader->error->len)
		text_format(reader->error, "%s:%lu: not a line of the form \"%s\": see ashiato-policy(5)",
			    reader->file, line->number, reader->conf->form);
	return err;
}

static int text_read(struct reader *reader, struct span text)
{
	struct line line = { 0 };
	int err = 0;

	while (text.len && !err) {
		const char *newline = memchr(text.ptr, '\n', text.len);

		line.ptr = (char *)text.ptr;
		line.len = newline ? (size_t)(newline - text.ptr) : text.len;
		line.number++;
		err = line_take_conf(reader, &line);
		text.ptr += line.len + (newline != NULL);
		text.len -= line.len + (newline != NULL);
	}
	return err;
}

/* Returns -ENOENT without a message if there is no such file. */
static int file_read(struct reader *reader, const char *name)
{
	struct text path = { 0 };
	int err = -ENOMEM;
	int fd;

	machine_path(name, &path);
	if (!path.failed) {
		fd = machine_open(name);
		reader->file = path.data;
		err = fd < 0 ? fd : lines_each(fd, line_take_conf, reader, NULL);
		if (fd >= 0)
			close(fd);
		if (err && err != -ENOENT && err != -ENOMEM && !reader->error->len)
			text_format(reader->error, "%s: %s", path.data, strerror(-err));
	}
	text_free(&path);
	return err;
}

static int is_conf(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && entry->d_name[0] != '.' && !strcmp(dot, ".conf");
}

/* In byte order: alphasort() uses the order of the locale. */
static int entry_compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int directory_read(struct reader *reader)
{
	struct dirent **entry = NULL;
	struct text path = { 0 };
	struct text name = { 0 };
	int err = 0;
	int count;

	text_format(&name, "etc/ashiato/%s.d", reader->conf->name);
	machine_path(text_str(&name), &path);
	count = scandir(text_str(&path), &entry, is_conf, entry_compare);
	if (count < 0 && errno != ENOENT) {
		err = -errno;
		text_format(reader->error, "%s: %s", text_str(&path), strerror(-err));
	}
	for (int i = 0; i < count; i++) {
		text_clear(&name);
		text_format(&name, "etc/ashiato/%s.d/%s", reader->conf->name,
			    entry[i]->d_name);
		if (!err)
			err = name.failed ? -ENOMEM : file_read(reader, name.data);
		/* Removed since scandir() */
		if (err == -ENOENT)
			err = 0;
		free(entry[i]);
	}
	free(entry);
	text_free(&path);
	text_free(&name);
	return err;
}

/**
 * conf_read() - Read a table
 * @conf: table
 * @ctx: argument of &conf.take
 * @error: empty; gets a message that names file and line
 *
 * Return: 0; -ENOMEM, which has no message; another -errno.
 */
int conf_read(const struct conf *conf, void *ctx, struct text *error)
{
	struct reader reader = { .conf = conf, .ctx = ctx, .error = error };
	int err = directory_read(&reader);

	if (!err) {
		reader.file = conf->name;
		err = text_read(&reader, (struct span){ conf->shipped,
							strlen(conf->shipped) });
	}
	return err;
}

/**
 * conf_read_text() - Read a table from a text
 * @conf: table
 * @ctx: argument of &conf.take
 * @file: name of the text, for errors
 * @text: the text
 * @error: empty; gets a message that names @file and line
 *
 * Return: as conf_read().
 */
int conf_read_text(const struct conf *conf, void *ctx, const char *file,
		   struct span text, struct text *error)
{
	struct reader reader = {
		.conf = conf, .ctx = ctx, .file = file, .error = error,
	};

	return text_read(&reader, text);
}
