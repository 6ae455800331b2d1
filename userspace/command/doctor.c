// SPDX-License-Identifier: GPL-2.0-only
/* The checks of "ashiato doctor". */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "counter.h"
#include "doctor.h"
#include "session/capabilities.h"

#define MODULE_DIR	"sys/module/ashiato"
#define STAT_FILE	SECURITY_DIR "/ashiato/stat"

/**
 * enum doctor_facts - Facts about the machine, known before the checks
 * @HAS_MODULE: there is a module file for the running kernel
 * @NO_MODULE: there is none
 * @IS_LOADED: the module is loaded
 * @IS_LOADABLE: the module is not loaded, but HAS_MODULE
 * @HAS_SECURE_BOOT: Secure Boot is on
 * @NO_SECURE_BOOT: Secure Boot is off or unknown
 * @NO_SECURITYFS: the module is loaded, but its files are missing
 * @HAS_AUDIT: the state of audit was read
 */
enum doctor_facts {
	HAS_MODULE = 1,
	NO_MODULE = 2,
	IS_LOADED = 4,
	IS_LOADABLE = 8,
	HAS_SECURE_BOOT = 16,
	NO_SECURE_BOOT = 32,
	NO_SECURITYFS = 64,
	HAS_AUDIT = 128,
};

/**
 * doctor_word() - Read a file of one line
 * @name: name of the file
 * @word: gets the line; empty when it cannot be read
 *
 * Return: the line.
 */
const char *doctor_word(const char *name, struct text *word)
{
	text_clear(word);
	if (machine_read_word(name, word))
		text_clear(word);
	return text_str(word);
}

static bool cmdline_has(const char *wanted)
{
	struct text cmdline = { 0 };
	char *rest = NULL;
	bool found = false;

	doctor_word("proc/cmdline", &cmdline);
	rest = cmdline.data;
	for (char *word; !found && (word = strsep(&rest, " "));)
		found = !strcmp(word, wanted);
	text_free(&cmdline);
	return found;
}

/**
 * doctor_advise_initramfs() - Advise to update the initramfs, if it has the module
 * @doctor: doctor
 */
void doctor_advise_initramfs(struct doctor *doctor)
{
	if (machine_has("usr/share/initramfs-tools/hooks/ashiato") ||
	    machine_has("etc/initramfs-tools/hooks/ashiato"))
		doctor_advise(doctor, "update-initramfs -u -k all");
}

static void advise_build(struct doctor *doctor)
{
	if (machine_has("var/lib/dkms/ashiato")) {
		doctor_advise(doctor, "dkms autoinstall -k %s",
			      text_str(&doctor->release));
		doctor_advise_initramfs(doctor);
	} else if (machine_has("usr/sbin/ashiato") &&
		   machine_has("var/lib/dpkg/info/ashiato.list")) {
		/* make install would put a module beside that of the package */
		doctor_advise(doctor, "make deb && apt-get install ./build/deb/*.deb");
	} else {
		doctor_advise(doctor, "make && make install");
	}
}

/* Locked: it cannot be changed or unloaded. */
static bool is_locked(const struct doctor *doctor)
{
	return strstr(text_str(&doctor->stat), "\nlock: on\n");
}

static void advise_reload(struct doctor *doctor)
{
	struct text pin = { 0 };

	if (is_locked(doctor) ||
	    !strcmp(doctor_word(MODULE_DIR "/parameters/pin", &pin), "Y"))
		doctor_advise(doctor, "reboot");
	else
		doctor_advise(doctor, "rmmod ashiato && modprobe ashiato");
	text_free(&pin);
}

static void advise_cmdline(struct doctor *doctor)
{
	if (cmdline_has("audit=1"))
		return;
	doctor_advise(doctor,
		      "echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX audit=1 audit_backlog_limit=%u\"' >/etc/default/grub.d/audit.cfg",
		      BACKLOG_LIMIT);
	doctor_advise(doctor, "update-grub");
}

static void advise_queue(struct doctor *doctor)
{
	const struct machine_audit *audit = &doctor->audit;
	unsigned int limit = audit->backlog_limit < BACKLOG_LIMIT ?
		BACKLOG_LIMIT : audit->backlog_limit * 2;

	doctor_advise(doctor, "auditctl -b %u", limit);
	if (audit->lost)
		doctor_advise(doctor, "auditctl --reset-lost");
	doctor_advise(doctor, "echo '-b %u' >/etc/audit/rules.d/zz-backlog.rules",
		      limit);
	advise_cmdline(doctor);
}

static void check_file_version(struct doctor *doctor, const char *id)
{
	const char *version = text_str(&doctor->module.version);

	if (!strcmp(version, ASHIATO_VERSION))
		return;
	doctor_finding(doctor, id,
		       "The module for this kernel is version %s, this command is version " ASHIATO_VERSION ".",
		       version);
	advise_build(doctor);
}

/* Debian's flavour of a kernel: amd64, cloud-amd64, rt-amd64; NULL for another kernel. */
static const char *kernel_flavour(const char *release)
{
	static const char *const flavours[] = { "cloud-amd64", "rt-amd64", "amd64" };
	size_t len = strlen(release);

	for (size_t i = 0; i < ARRAY_SIZE(flavours); i++) {
		size_t skip = strlen(flavours[i]) + 1;

		if (len > skip && release[len - skip] == '-' &&
		    !strcmp(release + len - skip + 1, flavours[i]))
			return flavours[i];
	}
	return NULL;
}

static void advise_headers(struct doctor *doctor, const char *id)
{
	const char *release = text_str(&doctor->release);
	const char *flavour = kernel_flavour(release);
	struct text package = { 0 };

	text_format(&package, "linux-headers-%s", release);
	if (!flavour) {
		doctor_finding(doctor, id,
			       "The headers of the running kernel are missing: the module cannot be built. This is not a kernel of Debian: install the headers that were built with it.");
	} else if (machine_archive_lacks(text_str(&package))) {
		doctor_finding(doctor, id,
			       "The headers of the running kernel are missing, and no archive has them any more: install and boot a newer kernel.");
		doctor_advise(doctor,
			      "apt-get install linux-image-%s linux-headers-%s",
			      flavour, flavour);
		doctor_advise(doctor, "reboot");
	} else {
		doctor_finding(doctor, id,
			       "The headers of the running kernel are missing: the module cannot be built.");
		doctor_advise(doctor, "apt-get install %s", text_str(&package));
	}
	text_free(&package);
}

static void check_headers(struct doctor *doctor, const char *id)
{
	struct text headers = { 0 };

	text_format(&headers, "lib/modules/%s/build/Makefile",
		    text_str(&doctor->release));
	if (!machine_has(text_str(&headers)))
		advise_headers(doctor, id);
	text_free(&headers);
}

static void check_built(struct doctor *doctor, const char *id)
{
	doctor_finding(doctor, id,
		       "There is no module for the running kernel, %s.",
		       text_str(&doctor->release));
	advise_build(doctor);
}

static void check_left_out(struct doctor *doctor, const char *id)
{
	if (!cmdline_has("noashiato"))
		return;
	doctor_finding(doctor, id,
		       "The module is not loaded: \"noashiato\" is on the kernel's command line.");
	doctor_advise(doctor, "modprobe ashiato");
}

static void check_loaded(struct doctor *doctor, const char *id)
{
	if (cmdline_has("noashiato"))
		return;
	doctor_finding(doctor, id, "The module is not loaded.");
	doctor_advise(doctor, "modprobe ashiato");
}

static void check_version(struct doctor *doctor, const char *id)
{
	struct text version = { 0 };

	if (strcmp(doctor_word(MODULE_DIR "/version", &version), ASHIATO_VERSION) != 0) {
		doctor_finding(doctor, id,
			       "The loaded module is version %s, this command is version " ASHIATO_VERSION ".",
			       text_str(&version));
		doctor_advise_initramfs(doctor);
		advise_reload(doctor);
	}
	text_free(&version);
}

static void check_securityfs(struct doctor *doctor, const char *id)
{
	doctor_finding(doctor, id, "securityfs is not mounted.");
	doctor_advise(doctor,
		      "mount -t securityfs securityfs /sys/kernel/security");
}

static void mode_line(struct doctor *doctor, const char *id, const char *name,
		      const char *value)
{
	if (strcmp(name, "mode") != 0 || strcmp(value, "off") != 0)
		return;
	doctor_finding(doctor, id, "Nothing is recorded: the mode is off.");
	doctor_advise(doctor, is_locked(doctor) ? "reboot" : "ashiato mode learn");
}

static void check_lock(struct doctor *doctor, const char *id)
{
	if (is_locked(doctor))
		doctor_note(doctor, id,
			    "The module is locked: mode, rules and parameters stay as they are until the next boot.");
}

/* The value is "HOOK: what is not recorded without it". */
static bool is_subject_hook(const char *value)
{
	const char *colon = strstr(value, ": ");

	return colon && !strcmp(colon, ": subj=");
}

static void hook_line(struct doctor *doctor, const char *id, const char *name,
		      const char *value)
{
	const char *colon = strstr(value, ": ");

	if (strcmp(name, "hook_missing") != 0 || is_subject_hook(value))
		return;
	if (colon)
		doctor_finding(doctor, id,
			       "The hook %.*s is missing; not recorded without it: %s.",
			       (int)(colon - value), value, colon + 2);
	else
		doctor_finding(doctor, id, "The hook %s is missing.", value);
}

static void subject_hook_line(struct doctor *doctor, const char *id,
			      const char *name, const char *value)
{
	if (!strcmp(name, "hook_missing") && is_subject_hook(value))
		doctor_finding(doctor, id,
			       "The hook %.*s is missing: audit records have no histories.",
			       (int)(strstr(value, ": ") - value), value);
}

/**
 * doctor_stat() - Get a number from the module's file stat
 * @doctor: doctor
 * @name: name of the line
 * @value: set to the number
 *
 * Return: true if stat has it; older modules have fewer lines.
 */
bool doctor_stat(const struct doctor *doctor, const char *name, uint64_t *value)
{
	size_t len = strlen(name);

	for (const char *line = text_str(&doctor->stat); *line;) {
		const char *end = strchrnul(line, '\n');

		if (!strncmp(line, name, len) && !strncmp(line + len, ": ", 2))
			return !span_number((struct span){
				line + len + 2, (size_t)(end - line) - len - 2
			}, value);
		line = end + !!*end;
	}
	return false;
}

/*
 * Whether a longer queue would have kept records: audit itself lost some; or the queue is
 * short, and the module left half of it free so that no system call has to wait. Only
 * modules that do so have the line suppressed_records.
 */
static bool queue_was_short(const struct doctor *doctor)
{
	uint64_t suppressed;

	return doctor->audit.lost ||
	       (doctor_stat(doctor, "suppressed_records", &suppressed) &&
		doctor->audit.backlog_limit < BACKLOG_LIMIT);
}

static void check_records(struct doctor *doctor, const char *id)
{
	uint64_t lost;

	if (!doctor_stat(doctor, id, &lost) || !lost)
		return;
	if (!queue_was_short(doctor)) {
		doctor_finding(doctor, id,
			       "%" PRIu64 " records did not reach audit: they were too long, or the kernel was short of memory. \"ashiato access\" still prints the accesses.",
			       lost);
		return;
	}
	doctor_finding(doctor, id,
		       "%" PRIu64 " records did not reach audit: its queue of %u was too short.",
		       lost, doctor->audit.backlog_limit);
	/* check_audit_lost() has the same advice */
	if (!doctor->audit.lost)
		advise_queue(doctor);
}

static void counter_line(struct doctor *doctor, const char *id,
			 const char *name, const char *value)
{
	(void)id;
	if (!counter_hint(name) || !strtoull(value, NULL, 10) ||
	    !strcmp(name, "lost_audit") || !strcmp(name, "lost_quota"))
		return;
	if (!strcmp(name, "suppressed_records")) {
		doctor_note(doctor, name, "%s %s", value, counter_hint(name));
		return;
	}
	doctor_finding(doctor, name, "%s %s", value, counter_hint(name));
}

/* Count the security modules that set subj=; return the first, or NULL. */
static const char *subject_provider(size_t *count)
{
	static const struct {
		const char *lsm;
		const char *name;
	} providers[] = {
		{ "apparmor", "AppArmor" },
		{ "selinux", "SELinux" },
		{ "smack", "Smack" },
	};
	struct text lsms = { 0 };
	const char *found = NULL;
	char *rest;

	doctor_word(SECURITY_DIR "/lsm", &lsms);
	rest = lsms.data;
	*count = 0;
	for (char *lsm; (lsm = strsep(&rest, ","));)
		for (size_t i = 0; i < ARRAY_SIZE(providers); i++)
			if (!strcmp(lsm, providers[i].lsm) && !(*count)++)
				found = providers[i].name;
	text_free(&lsms);
	return found;
}

static bool is_subject_off(void)
{
	struct text value = { 0 };
	bool is_off;

	is_off = !strcmp(doctor_word(MODULE_DIR "/parameters/subj", &value), "off");
	text_free(&value);
	return is_off;
}

static void check_subject_off(struct doctor *doctor, const char *id)
{
	size_t providers;
	const char *provider = subject_provider(&providers);

	if (!is_subject_off())
		return;
	doctor_finding(doctor, id,
		       "The module was loaded with subj=off: audit records have no histories%s%s%s.",
		       provider ? "; " : "", provider ? provider : "",
		       provider ? " sets their subj=" : "");
	doctor_advise(doctor,
		      "sed -i s/subj=off/subj=replace/ /etc/modprobe.d/*.conf");
	doctor_advise_initramfs(doctor);
	advise_reload(doctor);
}

static void check_subject_shared(struct doctor *doctor, const char *id)
{
	size_t providers;
	const char *provider = subject_provider(&providers);

	if (providers > 1 && !is_subject_off())
		doctor_finding(doctor, id,
			       "%s and another security module both set subj=: where records have subj=?, histories are in the MAC_TASK_CONTEXTS record of the same event. Remove one of the two from lsm= on the kernel's command line.",
			       provider);
}

static void check_auditd(struct doctor *doctor, const char *id)
{
	if (doctor->audit.pid)
		return;
	doctor_finding(doctor, id,
		       "The audit daemon is not running: nothing is written to /var/log/audit.");
	if (machine_has("usr/sbin/auditd") || machine_has("sbin/auditd"))
		doctor_advise(doctor, "systemctl start auditd");
	else
		doctor_advise(doctor, "apt-get install auditd");
}

static void check_audit_off(struct doctor *doctor, const char *id)
{
	if (doctor->audit.enabled)
		return;
	doctor_finding(doctor, id,
		       "Audit is off: no accesses and no histories in the audit log.");
	doctor_advise(doctor, "auditctl -e 1");
	advise_cmdline(doctor);
}

static void check_audit_lost(struct doctor *doctor, const char *id)
{
	const struct machine_audit *audit = &doctor->audit;

	if (!audit->lost)
		return;
	doctor_finding(doctor, id,
		       "Audit lost records (%u): its queue of %u was too short.",
		       audit->lost, audit->backlog_limit);
	advise_queue(doctor);
}

/**
 * struct check - A check of the machine
 * @id: name of its problem in JSON; counters have their own names
 * @needs: enum doctor_facts: the check runs if all are true
 * @run: reports its problem and advice, if there is one
 * @line: instead of @run: the same for a line "NAME: VALUE" of the module's
 *	file stat
 */
struct check {
	const char *id;
	unsigned int needs;
	void (*run)(struct doctor *doctor, const char *id);
	void (*line)(struct doctor *doctor, const char *id, const char *name,
		     const char *value);
};

/* In the order in which problems are solved. */
static const struct check checks[] = {
	{ "file-version", HAS_MODULE, .run = check_file_version },
	{ "no-headers", NO_MODULE, .run = check_headers },
	{ "not-built", NO_MODULE, .run = check_built },
	{ "lockdown", IS_LOADABLE, .run = doctor_check_lockdown },
	{ "not-signed", IS_LOADABLE | HAS_SECURE_BOOT, .run = doctor_check_signed },
	{ "not-enrolled", IS_LOADABLE | HAS_SECURE_BOOT, .run = doctor_check_enrolled },
	{ "signed-only", IS_LOADABLE | NO_SECURE_BOOT, .run = doctor_check_signed_only },
	{ "left-out", IS_LOADABLE, .run = check_left_out },
	{ "not-loaded", IS_LOADABLE, .run = check_loaded },
	{ "version", IS_LOADED, .run = check_version },
	{ "securityfs", NO_SECURITYFS, .run = check_securityfs },
	{ "lock", IS_LOADED, .run = check_lock },
	{ "mode", IS_LOADED, .line = mode_line },
	{ "rules", IS_LOADED, .run = doctor_check_rules },
	{ "hook", IS_LOADED, .line = hook_line },
	{ "subject-hook", IS_LOADED, .line = subject_hook_line },
	{ "lost", IS_LOADED, .line = counter_line },
	{ "user-limit", IS_LOADED, .run = doctor_check_users },
	{ "limit", IS_LOADED, .run = doctor_check_limits },
	{ "lost_quota", IS_LOADED, .run = doctor_check_quota },
	{ "domain-limit", IS_LOADED, .run = doctor_check_domains },
	{ "patterns", IS_LOADED, .run = doctor_check_patterns },
	{ "subject-off", IS_LOADED, .run = check_subject_off },
	{ "subject-shared", IS_LOADED, .run = check_subject_shared },
	{ "lost_audit", IS_LOADED | HAS_AUDIT, .run = check_records },
	{ "no-auditd", HAS_AUDIT, .run = check_auditd },
	{ "audit-off", HAS_AUDIT, .run = check_audit_off },
	{ "audit-lost", HAS_AUDIT, .run = check_audit_lost },
};

static void look_at_stat(struct doctor *doctor)
{
	int err = machine_read(STAT_FILE, &doctor->stat);

	if (err == -ENOENT)
		doctor->facts |= NO_SECURITYFS;
	else if (err)
		doctor_note_error(doctor, STAT_FILE, err);
}

static void look(struct doctor *doctor)
{
	/* Only this needs capabilities */
	int audit_err = machine_read_audit(&doctor->audit);

	capabilities_drop(KEEP_NONE);
	doctor_word("proc/sys/kernel/osrelease", &doctor->release);
	doctor->facts |= doctor_has_secure_boot() ? HAS_SECURE_BOOT : NO_SECURE_BOOT;
	if (machine_find_module("ashiato", text_str(&doctor->release),
				&doctor->module))
		doctor->facts |= NO_MODULE;
	else
		doctor->facts |= HAS_MODULE;
	if (machine_has(MODULE_DIR))
		doctor->facts |= IS_LOADED;
	else if (doctor->facts & HAS_MODULE)
		doctor->facts |= IS_LOADABLE;
	if (doctor->facts & IS_LOADED)
		look_at_stat(doctor);
	if (audit_err)
		doctor_note_error(doctor, "audit", audit_err);
	else
		doctor->facts |= HAS_AUDIT;
}

static void stat_check(struct doctor *doctor, const struct check *check)
{
	struct text stat = { 0 };
	char *rest;

	text_puts(&stat, text_str(&doctor->stat));
	rest = stat.data;
	for (char *line; (line = strsep(&rest, "\n"));) {
		char *value = strstr(line, ": ");

		if (!value)
			continue;
		*value = '\0';
		check->line(doctor, check->id, line, value + 2);
	}
	text_free(&stat);
}

/**
 * doctor_check() - Look at the machine, drop capabilities, run all checks
 * @doctor: doctor
 */
void doctor_check(struct doctor *doctor)
{
	look(doctor);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		if (checks[i].needs & ~doctor->facts)
			continue;
		if (checks[i].line)
			stat_check(doctor, &checks[i]);
		else
			checks[i].run(doctor, checks[i].id);
	}
}
