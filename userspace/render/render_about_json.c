// SPDX-License-Identifier: GPL-2.0-only
/* The summary of a program as JSON. */
#include "base/passwd.h"
#include "base/services.h"
#include "render_about.h"
#include "render_json.h"

static void write_item(struct json_writer *writer, const struct about_item *item)
{
	const char *verb = about_verb(item);
	struct span name = item->name;

	writer_begin(writer, '{');
	/* A path is one text, with the group in front of the name */
	if (item->is_path)
		name = (struct span){ item->group.ptr, item->group.len + name.len };
	if (item->section == ABOUT_REFUSED || item->section == ABOUT_NEW) {
		write_member(writer, "access", item->access->line->text);
	} else {
		writer_key(writer, "name");
		writer_span(writer, name);
		if (verb)
			write_member(writer, "does", verb);
		if (item->group.len && !item->is_path) {
			writer_key(writer, "port");
			writer_span(writer, item->group);
			write_member(writer, "service",
				     verb ? service_name(verb, item->group) : NULL);
		}
	}
	write_seen(writer, &item->seen);
	writer_end(writer, '}');
}

static void write_sections(struct json_writer *writer, const struct about *about)
{
	size_t i = 0;

	for (int section = 0; section < ABOUT_SECTIONS; section++) {
		writer_key(writer, about_titles[section].name);
		writer_begin(writer, '[');
		for (; i < about->item_count && about->item[i].section ==
		       (enum about_section)section; i++)
			write_item(writer, &about->item[i]);
		writer_end(writer, ']');
	}
}

static void write_machine(struct json_writer *writer, const struct about_machine *machine)
{
	write_member(writer, "package", machine->package.len ? machine->package.data : NULL);
	writer_key(writer, "units");
	if (machine->is_known)
		writer_begin(writer, '[');
	else
		writer_null(writer);
	for (size_t i = 0; i < machine->unit_count; i++)
		writer_string(writer, text_str(&machine->unit[i]));
	if (machine->is_known)
		writer_end(writer, ']');
	writer_key(writer, "processes");
	if (machine->is_known)
		writer_begin(writer, '[');
	else
		writer_null(writer);
	for (size_t i = 0; i < machine->process_count; i++) {
		const struct about_process *process = &machine->process[i];

		writer_begin(writer, '{');
		write_number(writer, "pid", (uint64_t)process->pid);
		write_member(writer, "user", passwd_name(process->uid));
		write_stamp(writer, "since", process->started_ms);
		writer_end(writer, '}');
	}
	if (machine->is_known)
		writer_end(writer, ']');
}

static int write_domains(struct json_writer *writer, const struct about *about)
{
	struct text name = { 0 };
	int err = 0;

	writer_key(writer, "programs");
	writer_begin(writer, '[');
	for (size_t i = 0; i < about->domain_count; i++)
		if (about_is_first(about, i))
			writer_string(writer, about->domain[i]->name->text);
	writer_end(writer, ']');
	writer_key(writer, "domains");
	writer_begin(writer, '[');
	for (size_t i = 0; i < about->domain_count && !err; i++) {
		text_clear(&name);
		err = domain_name(about->domain[i], &name);
		writer_string(writer, text_str(&name));
	}
	writer_end(writer, ']');
	writer_key(writer, "started_by");
	writer_begin(writer, '[');
	for (size_t i = 0; i < about->start_count; i++) {
		writer_begin(writer, '{');
		write_member(writer, "program", about->start[i].program->text);
		write_seen(writer, &about->start[i].seen);
		writer_end(writer, '}');
	}
	writer_end(writer, ']');
	text_free(&name);
	return err;
}

/**
 * render_about_json() - Print a summary as a JSON object
 * @about: summary
 * @view: names and the running system
 * @out: output file
 *
 * Return: 0 or -ENOMEM.
 */
int render_about_json(const struct about *about, const struct about_view *view,
		      FILE *out)
{
	struct json_list list = { .out = out, .is_lines = true };
	struct json_writer *writer = json_list_item(&list);
	int err;

	writer_begin(writer, '{');
	write_member(writer, "name", view->name);
	write_seen(writer, &about->seen);
	err = write_domains(writer, about);
	write_machine(writer, view->machine);
	write_number(writer, "accesses", about->access_count);
	write_number(writer, "domains_below", about->below);
	write_member(writer, "new_since", view->since);
	write_sections(writer, about);
	writer_end(writer, '}');
	return err ? err : json_list_put(&list);
}
