// SPDX-License-Identifier: GPL-2.0-only
/* The check of "ashiato doctor" for the module's transition rules. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "source/rules.h"

#define POLICY_PARAMETER	"sys/module/ashiato/parameters/policy"
#define MOUNTS			"proc/mounts"
#define MODULE_RULES		SECURITY_DIR "/ashiato/exception_policy"

static int rules_load(struct rules *rules, const char *name)
{
	int fd = machine_open(name);
	int err;

	*rules = (struct rules){ 0 };
	if (fd < 0)
		return fd;
	err = rules_read(rules, fd);
	close(fd);
	return err;
}

/* Returns the number of rules that @other lacks; sets @first to the first of them. */
static size_t rules_missing(const struct rules *rules, const struct rules *other,
			    const struct rule **first)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++)
		if (!rules_have(other, &rules->rule[i]) && !count++)
			*first = &rules->rule[i];
	return count;
}

static void rules_compare(struct doctor *doctor, const char *id, const char *name,
			  const struct rules *file, const struct rules *module)
{
	const struct rule *first = NULL;
	size_t count = rules_missing(file, module, &first);

	if (count) {
		doctor_finding(doctor, id,
			       "The module lacks %zu of the %zu transition rules in %s; the first is on line %lu: %s",
			       count, file->count, name, first->number, first->line);
		doctor_advise(doctor, "ashiato load %s", name);
		doctor_advise_initramfs(doctor);
	}
	count = rules_missing(module, file, &first);
	if (count) {
		doctor_note(doctor, id,
			    "The module has transition rules that are not in %s (%zu); the first is: %s. Add them to the file, or delete them from the module:",
			    name, count, first->line);
		doctor_advise(doctor, "ashiato load --replace %s", name);
	}
}

/* Units need a hierarchy of cgroups of version 2, which is where it is mounted. */
static void rules_check_cgroups(struct doctor *doctor, const char *id, const struct rules *module)
{
	struct text mounts = { 0 };
	bool has_units = false;

	for (size_t i = 0; i < module->count; i++)
		has_units |= !strncmp(module->rule[i].canonical, "cgroup_domain ", 14);
	if (has_units && !machine_read(MOUNTS, &mounts) && !strstr(text_str(&mounts), " cgroup2 "))
		doctor_note(doctor, id,
			    "The cgroup_domain rules have no effect: cgroups of version 2 are not mounted.");
	text_free(&mounts);
}

/**
 * doctor_check_rules() - Compare the module's rules with the file that it loads and the machine
 * @doctor: doctor
 * @id: name of the problem in JSON
 */
void doctor_check_rules(struct doctor *doctor, const char *id)
{
	struct rules file = { 0 };
	struct rules module = { 0 };
	struct text name = { 0 };
	int err;

	/* Older modules load no file. */
	if (*doctor_word(POLICY_PARAMETER, &name)) {
		err = rules_load(&module, MODULE_RULES);
		rules_check_cgroups(doctor, id, &module);
		if (!err)
			err = rules_load(&file, text_str(&name) + 1);
		if (!err)
			rules_compare(doctor, id, text_str(&name), &file, &module);
		else if (err != -ENOENT)
			doctor_note_error(doctor, "transition rules", err);
	}
	rules_free(&file);
	rules_free(&module);
	text_free(&name);
}
