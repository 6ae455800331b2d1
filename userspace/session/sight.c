// SPDX-License-Identifier: GPL-2.0-only
/* Finds what "ashiato about" prints: in the sources, and about the running system. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/machine.h"
#include "base/time_parse.h"
#include "load.h"
#include "newest.h"
#include "package.h"
#include "report.h"
#include "sight.h"

/**
 * sight_open() - Read the table of classes, and the running processes
 * @sight: with @command, @is_live and @model, otherwise empty
 *
 * Return: GO_ON, or an exit status after reporting an error.
 */
int sight_open(struct sight *sight)
{
	struct text error = { 0 };
	int result = report_conf(classes_read(&sight->classes, &error), &error);

	if (result == GO_ON && sight->is_live)
		result = processes_load(sight->command, &sight->processes, true);
	return result;
}

/**
 * sight_free() - Free what was found
 * @sight: after sight_open()
 */
void sight_free(struct sight *sight)
{
	about_free(&sight->about);
	classes_free(&sight->classes);
	process_list_free(&sight->processes);
	text_free(&sight->machine.package);
	for (size_t i = 0; i < sight->machine.unit_count; i++)
		text_free(&sight->machine.unit[i]);
	free(sight->machine.unit);
	free(sight->machine.process);
	model_free(&sight->compared[0]);
	model_free(&sight->compared[1]);
	text_free(&sight->old_name);
}

/* The last component of the path of a control group that is a unit. */
static void cgroup_unit(const char *line, struct text *unit)
{
	size_t end = strcspn(line, "\n");

	while (end) {
		size_t start = end;

		while (start && line[start - 1] != '/')
			start--;
		if (memmem(line + start, end - start, ".service", 8) ||
		    memmem(line + start, end - start, ".scope", 6)) {
			text_add_name(unit, line + start, end - start);
			return;
		}
		end = start ? start - 1 : 0;
	}
}

/* The unit of a process; empty if it has none. The process may have ended by now. */
static void process_unit(long pid, struct text *unit)
{
	struct text content = { 0 };
	char name[64];
	const char *line;

	snprintf(name, sizeof(name), "proc/%ld/cgroup", pid);
	if (!machine_read(name, &content)) {
		line = strstr(text_str(&content), "name=systemd:");
		cgroup_unit(line ? line : text_str(&content), unit);
	}
	text_free(&content);
}

/* The time of the last program of a history: "init(...)=>sshd(2026/11/21-01:04:40)" */
static int64_t process_start(const char *history)
{
	const char *open = strrchr(history, '(');
	size_t len = open ? strcspn(++open, ")") : 0;
	int64_t started_ms = 0;
	char when[32];

	if (!len || len >= sizeof(when))
		return 0;
	memcpy(when, open, len);
	when[len] = '\0';
	return time_parse(when, time(NULL), false, &started_ms) ? 0 : started_ms;
}

/* The machine's files say nothing about the processes of a copy of the module's files. */
static bool has_proc(void)
{
	return !live_is_copy() || machine_is_copy();
}

static int unit_add(struct about_machine *machine, struct text *unit)
{
	for (size_t i = 0; i < machine->unit_count; i++)
		if (!strcmp(text_str(&machine->unit[i]), text_str(unit)))
			return 0;
	if (array_grow(machine->unit, machine->unit_count))
		return -ENOMEM;
	machine->unit[machine->unit_count++] = *unit;
	*unit = (struct text){ 0 };
	return 0;
}

static bool is_about(const struct sight *sight, const struct domain *domain)
{
	for (size_t i = 0; i < sight->about.domain_count; i++)
		if (sight->about.domain[i] == domain)
			return true;
	return false;
}

/* Ask about the processes of the domains. */
static int machine_processes(struct sight *sight)
{
	struct about_machine *machine = &sight->machine;
	int err = 0;

	for (size_t i = 0; i < sight->processes.count && !err; i++) {
		const struct process *process = &sight->processes.process[i];
		struct text unit = { 0 };

		if (process->pid != process->tgid ||
		    !is_about(sight, model_find(sight->model, process->domain)))
			continue;
		err = array_grow(machine->process, machine->process_count);
		if (err)
			break;
		machine->process[machine->process_count++] = (struct about_process){
			.pid = process->pid,
			.uid = has_proc() ? process_user(process->pid) : -1,
			.started_ms = process_start(process->history),
		};
		if (has_proc())
			process_unit(process->pid, &unit);
		if (unit.len)
			err = unit_add(machine, &unit);
		text_free(&unit);
	}
	return err;
}

/* Prefer a service to the scope of a login. */
static int unit_compare(const void *a, const void *b)
{
	const char *one = text_str(a);
	const char *two = text_str(b);
	bool is_service_one = strstr(one, ".service");
	bool is_service_two = strstr(two, ".service");

	if (is_service_one != is_service_two)
		return is_service_one ? -1 : 1;
	return strcmp(one, two);
}

static int machine_fill(struct sight *sight)
{
	struct about_machine *machine = &sight->machine;
	int err;

	if (!sight->is_live)
		return 0;
	machine->is_known = true;
	err = machine_processes(sight);
	if (machine->unit_count)
		qsort(machine->unit, machine->unit_count, sizeof(*machine->unit),
		      unit_compare);
	machine->has_packages = !live_is_copy() && !machine_is_copy();
	if (machine->has_packages)
		package_of(sight->about.domain[0]->name->text, &machine->package);
	return err;
}

/**
 * sight_processes() - Add the domains of a process, or of the processes of a unit
 * @sight: after sight_open()
 * @name: number of the process, or name of the unit
 *
 * Return: 0 or -ENOMEM.
 */
int sight_processes(struct sight *sight, const char *name)
{
	bool is_pid = !name[strspn(name, "0123456789")];
	long pid = is_pid ? strtol(name, NULL, 10) : 0;
	int err = 0;

	if (!is_pid && !has_proc())
		return 0;
	for (size_t i = 0; i < sight->processes.count && !err; i++) {
		const struct process *process = &sight->processes.process[i];
		const struct domain *domain;
		struct text unit = { 0 };
		bool is_wanted = is_pid && process->pid == pid;

		if (!is_pid) {
			process_unit(process->tgid, &unit);
			is_wanted = unit.len && !strcmp(unit.data, name);
		}
		text_free(&unit);
		domain = is_wanted ? model_find(sight->model, process->domain) : NULL;
		if (domain)
			err = about_add(&sight->about, domain);
	}
	return err;
}

static int compare(struct sight *sight)
{
	char *const names[] = { sight->old_name.data, NULL };
	const struct load load = { .command = sight->command, .names = names };
	struct model old = { 0 };
	int result = model_load(&load, &old);

	if (result == GO_ON)
		result = models_patternize(&old, sight->model, sight->compared);
	if (result == GO_ON && about_compare(&sight->about, sight->model, &sight->compared[0],
					     &sight->compared[1], &sight->classes))
		result = report_no_memory();
	model_free(&old);
	return result == GO_ON ? result : EXIT_INPUT;
}

/**
 * sight_fill() - Sum up the domains
 * @sight: after sight_open(), with domains in @about
 * @old: saved state to compare with, or NULL for the newest daily state, if the running
 *	kernel is read
 *
 * Return: GO_ON, or an exit status after reporting an error. A daily state that cannot
 * be read is only reported.
 */
int sight_fill(struct sight *sight, const char *old)
{
	int result = GO_ON;

	if (about_fill(&sight->about, sight->model, &sight->classes) ||
	    machine_fill(sight))
		return report_no_memory();
	if (old)
		text_puts(&sight->old_name, old);
	else if (sight->is_live && has_proc() && newest_state(&sight->old_name))
		text_clear(&sight->old_name);
	if (sight->old_name.len)
		result = compare(sight);
	/* The rest is known without a daily state, whose damage was reported */
	if (result != GO_ON && !old) {
		text_clear(&sight->old_name);
		result = GO_ON;
	}
	return result;
}
