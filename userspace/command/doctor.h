/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_DOCTOR_H
#define ASHIATO_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/machine.h"

#define SECURITY_DIR	"sys/kernel/security"

/**
 * struct doctor - State of the machine, and findings of the checks
 * @release: release of the running kernel
 * @facts: enum doctor_facts
 * @module: module file for this kernel, with HAS_MODULE
 * @stat: the module's counters; empty if unread
 * @audit: state of the kernel's audit, with HAS_AUDIT
 * @findings: the findings as JSON; NULL: they are printed as text
 * @count: number of findings
 * @notes: number of those that are no problems
 * @has_reset: a reset was advised, because a limit is reached
 * @err: error of the first file or service that cannot be read, as -errno; or 0
 * @unread: name of that file or service
 */
struct doctor {
	struct text release;
	unsigned int facts;
	struct machine_module module;
	struct text stat;
	struct machine_audit audit;
	json_t *findings;
	size_t count;
	size_t notes;
	bool has_reset;
	int err;
	const char *unread;
};

void doctor_finding(struct doctor *doctor, const char *id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void doctor_note(struct doctor *doctor, const char *id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void doctor_advise(struct doctor *doctor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void doctor_note_error(struct doctor *doctor, const char *what, int err);
const char *doctor_word(const char *name, struct text *word);
void doctor_advise_initramfs(struct doctor *doctor);
bool doctor_stat(const struct doctor *doctor, const char *name, uint64_t *value);
bool doctor_has_secure_boot(void);
void doctor_check_lockdown(struct doctor *doctor, const char *id);
void doctor_check_signed(struct doctor *doctor, const char *id);
void doctor_check_enrolled(struct doctor *doctor, const char *id);
void doctor_check_signed_only(struct doctor *doctor, const char *id);
void doctor_check_patterns(struct doctor *doctor, const char *id);
void doctor_check_users(struct doctor *doctor, const char *id);
void doctor_check_limits(struct doctor *doctor, const char *id);
void doctor_check_quota(struct doctor *doctor, const char *id);
void doctor_check_domains(struct doctor *doctor, const char *id);
void doctor_check_rules(struct doctor *doctor, const char *id);
void doctor_check(struct doctor *doctor);

#endif
