// SPDX-License-Identifier: GPL-2.0-only
/* The checks of "ashiato doctor". */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "counter.h"
#include "doctor.h"
#include "session/capabilities.h"

#define MODULE_DIR	"sys/module/ashiato"
#define SECURITY_DIR	"sys/kernel/security"
#define STAT_FILE	SECURITY_DIR "/ashiato/stat"
#define EFI_DIR		"sys/firmware/efi/efivars"
#define SECURE_BOOT	EFI_DIR "/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/**
 * enum doctor_facts - What was found out before the checks
 * @HAS_MODULE: there is a module file for the running kernel
 * @NO_MODULE: there is none
 * @IS_LOADED: the module is loaded
 * @IS_LOADABLE: the module is not loaded, and there is a file of it
 * @HAS_SECURE_BOOT: Secure Boot is on
 * @NO_SECURE_BOOT: Secure Boot is off or unknown
 * @NO_SECURITYFS: the module is loaded, and its files are missing
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
 * struct signing_key - Key with which dkms signs modules
 * @key: file of the private key
 * @certificate: file of the certificate
 */
struct signing_key {
	const char *key;
	const char *certificate;
};

/* In the order of preference; dkms creates the first if there is none. */
static const struct signing_key signing_keys[] = {
	{ "var/lib/dkms/mok.key", "var/lib/dkms/mok.pub" },
	{ "var/lib/shim-signed/mok/MOK.priv", "var/lib/shim-signed/mok/MOK.der" },
};

/* A file of one line; empty when it cannot be read. */
static const char *word_of(const char *name, struct text *word)
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

	word_of("proc/cmdline", &cmdline);
	rest = cmdline.data;
	for (char *word; !found && (word = strsep(&rest, " "));)
		found = !strcmp(word, wanted);
	text_free(&cmdline);
	return found;
}

/* The initial ramdisk has copies of the module and of modprobe.d. */
static void advise_initramfs(struct doctor *doctor)
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
		advise_initramfs(doctor);
	} else {
		doctor_advise(doctor, "make && make install");
	}
}

static void advise_reload(struct doctor *doctor)
{
	struct text pin = { 0 };

	if (!strcmp(word_of(MODULE_DIR "/parameters/pin", &pin), "Y"))
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

static void check_headers(struct doctor *doctor, const char *id)
{
	const char *release = text_str(&doctor->release);
	struct text headers = { 0 };

	text_puts(&headers, "lib/modules/");
	text_puts(&headers, release);
	text_puts(&headers, "/build/Makefile");
	if (!machine_has(text_str(&headers))) {
		doctor_finding(doctor, id,
			       "The headers of the running kernel are missing: the module cannot be built.");
		doctor_advise(doctor, "apt-get install linux-headers-%s", release);
	}
	text_free(&headers);
}

static void check_built(struct doctor *doctor, const char *id)
{
	doctor_finding(doctor, id,
		       "There is no module for the running kernel, %s.",
		       text_str(&doctor->release));
	advise_build(doctor);
}

static bool is_confidential(void)
{
	struct text lockdown = { 0 };
	bool found;

	found = strstr(word_of(SECURITY_DIR "/lockdown", &lockdown),
		       "[confidentiality]");
	text_free(&lockdown);
	return found;
}

static void check_lockdown(struct doctor *doctor, const char *id)
{
	if (is_confidential())
		doctor_finding(doctor, id,
			       "Kernel lockdown disables kprobes, which the module needs. Remove \"lockdown=confidentiality\" from the kernel's command line, and reboot.");
}

/* NULL: dkms has no key yet. */
static const struct signing_key *signing_key(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(signing_keys); i++)
		if (machine_has(signing_keys[i].certificate))
			return &signing_keys[i];
	return NULL;
}

static void check_signed(struct doctor *doctor, const char *id)
{
	const struct signing_key *key = signing_key();

	if (doctor->module.is_signed)
		return;
	doctor_finding(doctor, id,
		       "Secure Boot is on, and the module is not signed.");
	if (!key) {
		key = &signing_keys[0];
		doctor_advise(doctor, "install -d /var/lib/dkms");
		doctor_advise(doctor,
			      "openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 -subj \"/CN=module signing key\" -keyout /%s -outform DER -out /%s",
			      key->key, key->certificate);
	}
	doctor_advise(doctor,
		      "/lib/modules/%s/build/scripts/sign-file sha256 /%s /%s %s",
		      text_str(&doctor->release), key->key, key->certificate,
		      text_str(&doctor->module.path));
	advise_initramfs(doctor);
}

/* Shim splits its list of keys, which has certificates as DER, into variables. */
static bool is_enrolled(const char *certificate)
{
	struct text wanted = { 0 };
	struct text path = { 0 };
	struct text name = { 0 };
	struct text list = { 0 };
	bool found = false;
	struct dirent *entry;
	DIR *dir;

	machine_path(EFI_DIR, &path);
	dir = opendir(text_str(&path));
	if (dir && !machine_read(certificate, &wanted) && wanted.len) {
		while (!found && (entry = readdir(dir))) {
			if (strncmp(entry->d_name, "MokListRT", 9) != 0)
				continue;
			text_clear(&name);
			text_clear(&list);
			text_puts(&name, EFI_DIR "/");
			text_puts(&name, entry->d_name);
			found = !machine_read(text_str(&name), &list) &&
				list.len && memmem(list.data, list.len,
						   wanted.data, wanted.len);
		}
	}
	if (dir)
		closedir(dir);
	text_free(&list);
	text_free(&name);
	text_free(&path);
	text_free(&wanted);
	return found;
}

static void check_enrolled(struct doctor *doctor, const char *id)
{
	const struct signing_key *key = signing_key();

	/* The signature may be of a key that is not on this machine */
	if (!key && doctor->module.is_signed)
		return;
	if (!key)
		key = &signing_keys[0];
	if (is_enrolled(key->certificate))
		return;
	doctor_finding(doctor, id,
		       "Secure Boot is on, and the key that signs modules here is not enrolled. mokutil asks for a password; after the reboot, choose \"Enroll MOK\" and enter it again.");
	doctor_advise(doctor, "mokutil --import /%s", key->certificate);
	doctor_advise(doctor, "reboot");
}

static void check_signed_only(struct doctor *doctor, const char *id)
{
	struct text word = { 0 };
	const char *option = NULL;

	/* check_lockdown() has a finding; lockdown also demands signatures */
	if (is_confidential())
		return;
	if (strstr(word_of(SECURITY_DIR "/lockdown", &word), "[integrity]"))
		option = "lockdown=integrity";
	else if (!strcmp(word_of("sys/module/module/parameters/sig_enforce",
				 &word), "Y"))
		option = "module.sig_enforce=1";
	if (option)
		doctor_finding(doctor, id,
			       "The kernel loads only modules that are signed with a key that was built into it. Remove \"%s\" from the kernel's command line, and reboot.",
			       option);
	text_free(&word);
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

	if (strcmp(word_of(MODULE_DIR "/version", &version), ASHIATO_VERSION) != 0) {
		doctor_finding(doctor, id,
			       "The loaded module is version %s, this command is version " ASHIATO_VERSION ".",
			       text_str(&version));
		advise_initramfs(doctor);
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

/* Calls @check for each line "NAME: VALUE" of the module's file stat. */
static void stat_each(struct doctor *doctor, const char *id,
		      void (*check)(struct doctor *doctor, const char *id,
				    const char *name, const char *value))
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
		check(doctor, id, line, value + 2);
	}
	text_free(&stat);
}

static void mode_line(struct doctor *doctor, const char *id, const char *name,
		      const char *value)
{
	if (strcmp(name, "mode") != 0 || strcmp(value, "off") != 0)
		return;
	doctor_finding(doctor, id, "Nothing is recorded: the mode is off.");
	doctor_advise(doctor, "ashiato mode learn");
}

static void check_mode(struct doctor *doctor, const char *id)
{
	stat_each(doctor, id, mode_line);
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

static void check_hooks(struct doctor *doctor, const char *id)
{
	stat_each(doctor, id, hook_line);
}

static void subject_hook_line(struct doctor *doctor, const char *id,
			      const char *name, const char *value)
{
	if (!strcmp(name, "hook_missing") && is_subject_hook(value))
		doctor_finding(doctor, id,
			       "The hook %.*s is missing: audit records have no histories.",
			       (int)(strstr(value, ": ") - value), value);
}

static void check_subject_hook(struct doctor *doctor, const char *id)
{
	stat_each(doctor, id, subject_hook_line);
}

static void counter_line(struct doctor *doctor, const char *id,
			 const char *name, const char *value)
{
	(void)id;
	if (!counter_hint(name) || !strtoull(value, NULL, 10))
		return;
	doctor_finding(doctor, name, "%s %s", value, counter_hint(name));
	/* The limits are in modprobe.d */
	if (!strcmp(name, "lost_quota"))
		advise_initramfs(doctor);
}

static void check_counters(struct doctor *doctor, const char *id)
{
	stat_each(doctor, id, counter_line);
}

/* Security modules that set subj=; returns the first, NULL if there is none. */
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

	word_of(SECURITY_DIR "/lsm", &lsms);
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

	is_off = !strcmp(word_of(MODULE_DIR "/parameters/subj", &value), "off");
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
		       "The module was loaded with subj=off: audit records have no histories%s%s.",
		       provider ? ", but the subj= of " : "",
		       provider ? provider : "");
	doctor_advise(doctor,
		      "sed -i s/subj=off/subj=replace/ /etc/modprobe.d/*.conf");
	advise_initramfs(doctor);
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
	unsigned int limit = audit->backlog_limit < BACKLOG_LIMIT ?
		BACKLOG_LIMIT : audit->backlog_limit * 2;

	if (!audit->lost)
		return;
	doctor_finding(doctor, id,
		       "Audit lost records (%u): its queue of %u was too short.",
		       audit->lost, audit->backlog_limit);
	doctor_advise(doctor, "auditctl -b %u", limit);
	doctor_advise(doctor, "auditctl --reset-lost");
	doctor_advise(doctor, "echo '-b %u' >/etc/audit/rules.d/zz-backlog.rules",
		      limit);
	advise_cmdline(doctor);
}

/**
 * struct check - A check of the machine
 * @id: name of its problem in JSON; counters have their own names
 * @needs: enum doctor_facts: the check runs if all are true
 * @run: reports its problem and advice, if there is one
 */
struct check {
	const char *id;
	unsigned int needs;
	void (*run)(struct doctor *doctor, const char *id);
};

/* In the order in which problems are solved. */
static const struct check checks[] = {
	{ "file-version", HAS_MODULE, check_file_version },
	{ "no-headers", NO_MODULE, check_headers },
	{ "not-built", NO_MODULE, check_built },
	{ "lockdown", IS_LOADABLE, check_lockdown },
	{ "not-signed", IS_LOADABLE | HAS_SECURE_BOOT, check_signed },
	{ "not-enrolled", IS_LOADABLE | HAS_SECURE_BOOT, check_enrolled },
	{ "signed-only", IS_LOADABLE | NO_SECURE_BOOT, check_signed_only },
	{ "left-out", IS_LOADABLE, check_left_out },
	{ "not-loaded", IS_LOADABLE, check_loaded },
	{ "version", IS_LOADED, check_version },
	{ "securityfs", NO_SECURITYFS, check_securityfs },
	{ "mode", IS_LOADED, check_mode },
	{ "hook", IS_LOADED, check_hooks },
	{ "subject-hook", IS_LOADED, check_subject_hook },
	{ "lost", IS_LOADED, check_counters },
	{ "subject-off", IS_LOADED, check_subject_off },
	{ "subject-shared", IS_LOADED, check_subject_shared },
	{ "no-auditd", HAS_AUDIT, check_auditd },
	{ "audit-off", HAS_AUDIT, check_audit_off },
	{ "audit-lost", HAS_AUDIT, check_audit_lost },
};

static bool has_secure_boot(void)
{
	struct text content = { 0 };
	bool is_on;

	/* Four bytes of attributes, then the value */
	is_on = !machine_read(SECURE_BOOT, &content) && content.len == 5 &&
		content.data[4] == 1;
	text_free(&content);
	return is_on;
}

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
	/* The only thing that needs capabilities */
	int audit_err = machine_read_audit(&doctor->audit);

	capabilities_drop(false);
	word_of("proc/sys/kernel/osrelease", &doctor->release);
	doctor->facts |= has_secure_boot() ? HAS_SECURE_BOOT : NO_SECURE_BOOT;
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

/**
 * doctor_check() - Look at the machine, drop capabilities, run all checks
 * @doctor: doctor
 */
void doctor_check(struct doctor *doctor)
{
	look(doctor);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (!(checks[i].needs & ~doctor->facts))
			checks[i].run(doctor, checks[i].id);
}
