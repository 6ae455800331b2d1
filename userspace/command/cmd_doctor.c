// SPDX-License-Identifier: GPL-2.0-only
/* ashiato doctor: what is wrong, and what to type. */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "command.h"
#include "counter.h"
#include "base/machine.h"
#include "session/capabilities.h"

#define MODULE_DIR	"sys/module/ashiato"
#define SECURITY_DIR	"sys/kernel/security"
#define STAT_FILE	SECURITY_DIR "/ashiato/stat"
#define EFI_DIR		"sys/firmware/efi/efivars"
#define SECURE_BOOT	EFI_DIR "/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* Sentences are broken into lines of so many columns. */
#define WIDTH		78

/* Where the keys lie with which dkms signs modules. */
static const struct {
	const char *key;
	const char *certificate;
} signing_keys[] = {
	{ "var/lib/dkms/mok.key", "var/lib/dkms/mok.pub" },
	{ "var/lib/shim-signed/mok/MOK.priv", "var/lib/shim-signed/mok/MOK.der" },
};

/**
 * struct doctor - What is known of the machine, and what was found
 * @release: of the running kernel
 * @has_file: there is a module for it
 * @file: that one
 * @is_loaded: the module is
 * @audit: kernel's audit
 * @findings: as JSON; NULL when they are printed as text
 * @count: how many
 * @err: -errno when something could not be looked at
 * @unread: what that was
 */
struct doctor {
	struct text release;
	bool has_file;
	struct machine_module file;
	bool is_loaded;
	struct machine_audit audit;
	json_t *findings;
	size_t count;
	int err;
	const char *unread;
};

static void failed(struct doctor *doctor, const char *what, int err)
{
	if (doctor->err)
		return;
	doctor->unread = what;
	doctor->err = err;
}

/* Breaks a line between words. */
static void print_wrapped(const char *line)
{
	while (strlen(line) > WIDTH) {
		const char *space = memrchr(line, ' ', WIDTH + 1);

		if (!space)
			space = strchrnul(line, ' ');
		printf("%.*s\n", (int)(space - line), line);
		line = *space ? space + 1 : space;
	}
	puts(line);
}

/* On one line, and harmless for a terminal. */
static char *format_line(struct doctor *doctor, const char *format,
			 va_list args)
{
	struct text line = { 0 };
	char *raw = NULL;

	if (vasprintf(&raw, format, args) < 0)
		raw = NULL;
	for (char *newline = raw; raw && (newline = strchr(newline, '\n'));)
		*newline = ' ';
	if (raw)
		text_add_line(&line, raw, strlen(raw));
	free(raw);
	if (!line.data || line.failed)
		failed(doctor, "findings", -ENOMEM);
	return line.data;
}

/* Says what is wrong: one sentence, or several. */
static void __attribute__((format(printf, 3, 4)))
finding(struct doctor *doctor, const char *id, const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = format_line(doctor, format, args);
	va_end(args);
	if (!line)
		return;
	if (doctor->findings) {
		json_array_append_new(doctor->findings,
				      json_pack("{s:s, s:s, s:[]}", "id", id,
						"problem", line, "type"));
	} else {
		fputs(doctor->count ? "\n" : "", stdout);
		print_wrapped(line);
	}
	doctor->count++;
	free(line);
}

/* What to type against the last finding. */
static void __attribute__((format(printf, 2, 3)))
type(struct doctor *doctor, const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = format_line(doctor, format, args);
	va_end(args);
	if (!line)
		return;
	if (doctor->findings) {
		json_t *last = json_array_get(doctor->findings,
					      doctor->count - 1);

		json_array_append_new(json_object_get(last, "type"),
				      json_string(line));
	} else {
		printf("    # %s\n", line);
	}
	free(line);
}

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

/* What is loaded from the initial ramdisk is a copy, also of modprobe.d. */
static void type_initramfs(struct doctor *doctor)
{
	if (machine_has("usr/share/initramfs-tools/hooks/ashiato") ||
	    machine_has("etc/initramfs-tools/hooks/ashiato"))
		type(doctor, "update-initramfs -u -k all");
}

/* How the module is made anew for the running kernel. */
static void type_build(struct doctor *doctor)
{
	if (machine_has("var/lib/dkms/ashiato")) {
		type(doctor, "dkms autoinstall -k %s",
		     text_str(&doctor->release));
		type_initramfs(doctor);
	} else {
		type(doctor, "make && make install");
	}
}

static void type_reload(struct doctor *doctor)
{
	struct text pin = { 0 };

	if (!strcmp(word_of(MODULE_DIR "/parameters/pin", &pin), "Y"))
		type(doctor, "reboot");
	else
		type(doctor, "rmmod ashiato && modprobe ashiato");
	text_free(&pin);
}

static void check_file(struct doctor *doctor)
{
	const char *release = text_str(&doctor->release);
	struct text headers = { 0 };

	if (doctor->has_file) {
		if (!strcmp(text_str(&doctor->file.version), ASHIATO_VERSION))
			return;
		finding(doctor, "file-version",
			"The module for this kernel is version %s, this command is " ASHIATO_VERSION ".",
			text_str(&doctor->file.version));
		type_build(doctor);
		return;
	}
	text_puts(&headers, "lib/modules/");
	text_puts(&headers, release);
	text_puts(&headers, "/build/Makefile");
	if (!machine_has(text_str(&headers))) {
		finding(doctor, "no-headers",
			"The headers of the running kernel are missing: the module cannot be built.");
		type(doctor, "apt-get install linux-headers-%s", release);
	}
	text_free(&headers);
	finding(doctor, "not-built",
		"There is no module for the running kernel, %s.", release);
	type_build(doctor);
}

/* Shim hands its list of keys over as DER, in as many variables as it takes. */
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

static bool has_secure_boot(void)
{
	struct text content = { 0 };
	bool is_on;

	/* Four bytes of attributes, and the value */
	is_on = !machine_read(SECURE_BOOT, &content) && content.len == 5 &&
		content.data[4] == 1;
	text_free(&content);
	return is_on;
}

static void check_signature(struct doctor *doctor)
{
	const char *key = signing_keys[0].key;
	const char *certificate = signing_keys[0].certificate;
	bool has_key = false;

	for (size_t i = 0; i < ARRAY_SIZE(signing_keys) && !has_key; i++) {
		if (!machine_has(signing_keys[i].certificate))
			continue;
		key = signing_keys[i].key;
		certificate = signing_keys[i].certificate;
		has_key = true;
	}
	if (!doctor->file.is_signed) {
		finding(doctor, "not-signed",
			"Secure Boot is on, and the module is not signed.");
		if (!has_key) {
			type(doctor, "install -d /var/lib/dkms");
			type(doctor,
			     "openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 -subj \"/CN=module signing key\" -keyout /%s -outform DER -out /%s",
			     key, certificate);
		}
		type(doctor,
		     "/lib/modules/%s/build/scripts/sign-file sha256 /%s /%s %s",
		     text_str(&doctor->release), key, certificate,
		     text_str(&doctor->file.path));
		type_initramfs(doctor);
	} else if (!has_key) {
		/* Whose signature it is cannot be told from here */
		return;
	}
	if (is_enrolled(certificate))
		return;
	finding(doctor, "not-enrolled",
		"Secure Boot is on, and the key that signs modules here is not enrolled. mokutil asks for a password; after the reboot, choose \"Enroll MOK\" and give it again.");
	type(doctor, "mokutil --import /%s", certificate);
	type(doctor, "reboot");
}

/* What keeps modprobe from loading the module. */
static void check_lockdown(struct doctor *doctor)
{
	struct text lockdown = { 0 };
	struct text enforce = { 0 };
	const char *option = NULL;

	word_of(SECURITY_DIR "/lockdown", &lockdown);
	if (strstr(text_str(&lockdown), "[confidentiality]"))
		finding(doctor, "lockdown",
			"The kernel is locked down so that it has no kprobes, which the module needs. Take \"lockdown=confidentiality\" from the kernel's command line, and reboot.");
	else if (strstr(text_str(&lockdown), "[integrity]"))
		option = "lockdown=integrity";
	else if (!strcmp(word_of("sys/module/module/parameters/sig_enforce",
				 &enforce), "Y"))
		option = "module.sig_enforce=1";
	if (has_secure_boot())
		check_signature(doctor);
	else if (option)
		finding(doctor, "signed-only",
			"The kernel takes only modules that are signed with a key it was built with. Take \"%s\" from the kernel's command line, and reboot.",
			option);
	text_free(&enforce);
	text_free(&lockdown);
}

static void check_load(struct doctor *doctor)
{
	if (doctor->is_loaded || !doctor->has_file)
		return;
	check_lockdown(doctor);
	if (cmdline_has("noashiato"))
		finding(doctor, "left-out",
			"\"noashiato\" on the kernel's command line has left the module out.");
	else
		finding(doctor, "not-loaded", "The module is not loaded.");
	type(doctor, "modprobe ashiato");
}

static void check_version(struct doctor *doctor)
{
	struct text version = { 0 };

	word_of(MODULE_DIR "/version", &version);
	if (doctor->is_loaded && strcmp(text_str(&version), ASHIATO_VERSION) != 0) {
		finding(doctor, "version",
			"The loaded module is version %s, this command is " ASHIATO_VERSION ".",
			text_str(&version));
		type_initramfs(doctor);
		type_reload(doctor);
	}
	text_free(&version);
}

/* Who else has something to say in subj=; NULL when nobody has. */
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

static void check_subject(struct doctor *doctor)
{
	struct text value = { 0 };
	size_t providers;
	const char *provider = subject_provider(&providers);

	if (!doctor->is_loaded)
		return;
	if (!strcmp(word_of(MODULE_DIR "/parameters/subj", &value), "off")) {
		finding(doctor, "subject-off",
			"The module was loaded with subj=off: audit records have no histories%s%s.",
			provider ? ", and the subj= of " : "",
			provider ? provider : "");
		type(doctor,
		     "sed -i s/subj=off/subj=replace/ /etc/modprobe.d/*.conf");
		type_initramfs(doctor);
		type_reload(doctor);
	} else if (providers > 1) {
		finding(doctor, "subject-shared",
			"%s and another security module both provide subj=: where records say subj=?, histories are in the MAC_TASK_CONTEXTS record of the same event. Leave one of the two in lsm= on the kernel's command line.",
			provider);
	}
	text_free(&value);
}

/* "hook_missing: NAME: what is not recorded without it" */
static void check_missing(struct doctor *doctor, const char *missing)
{
	const char *colon = strstr(missing, ": ");

	if (colon && !strcmp(colon, ": subj="))
		finding(doctor, "subject-hook",
			"The hook %.*s is missing: audit records have no histories.",
			(int)(colon - missing), missing);
	else
		finding(doctor, "hook",
			"A hook is missing, and with it what is recorded there: %s.",
			missing);
}

static void check_stat_line(struct doctor *doctor, const char *name,
			    const char *value)
{
	if (!strcmp(name, "mode") && !strcmp(value, "off")) {
		finding(doctor, "mode", "Nothing is recorded: the mode is off.");
		type(doctor, "ashiato mode learn");
	} else if (!strcmp(name, "hook_missing")) {
		check_missing(doctor, value);
	} else if (counter_hint(name) && strtoull(value, NULL, 10)) {
		finding(doctor, name, "%s %s", value, counter_hint(name));
		if (!strcmp(name, "lost_quota"))
			type_initramfs(doctor);
	}
}

static void check_stat(struct doctor *doctor)
{
	struct text stat = { 0 };
	char *rest;
	int err;

	if (!doctor->is_loaded)
		return;
	err = machine_read(STAT_FILE, &stat);
	if (err == -ENOENT) {
		finding(doctor, "securityfs", "securityfs is not mounted.");
		type(doctor, "mount -t securityfs securityfs /sys/kernel/security");
	} else if (err) {
		failed(doctor, STAT_FILE, err);
	}
	rest = stat.data;
	for (char *line; (line = strsep(&rest, "\n"));) {
		char *value = strstr(line, ": ");

		if (!value)
			continue;
		*value = '\0';
		check_stat_line(doctor, line, value + 2);
	}
	text_free(&stat);
}

static void type_cmdline(struct doctor *doctor)
{
	if (cmdline_has("audit=1"))
		return;
	type(doctor,
	     "echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX audit=1 audit_backlog_limit=%u\"' >/etc/default/grub.d/audit.cfg",
	     BACKLOG_LIMIT);
	type(doctor, "update-grub");
}

static void check_audit(struct doctor *doctor)
{
	const struct machine_audit *audit = &doctor->audit;

	if (!audit->pid) {
		finding(doctor, "no-auditd",
			"The audit daemon is not running: nothing is written into /var/log/audit.");
		if (machine_has("usr/sbin/auditd") || machine_has("sbin/auditd"))
			type(doctor, "systemctl start auditd");
		else
			type(doctor, "apt-get install auditd");
	}
	if (!audit->enabled) {
		finding(doctor, "audit-off",
			"Audit is off: no accesses and no histories in the audit log.");
		type(doctor, "auditctl -e 1");
		type_cmdline(doctor);
	}
	if (audit->lost) {
		unsigned int limit = audit->backlog_limit < BACKLOG_LIMIT ?
			BACKLOG_LIMIT : audit->backlog_limit * 2;

		finding(doctor, "audit-lost",
			"Audit lost records (%u): its queue of %u was too short.",
			audit->lost, audit->backlog_limit);
		type(doctor, "auditctl -b %u", limit);
		type(doctor, "auditctl --reset-lost");
		type(doctor, "echo '-b %u' >/etc/audit/rules.d/zz-backlog.rules",
		     limit);
		type_cmdline(doctor);
	}
}

static void doctor_look(struct doctor *doctor)
{
	/* What needs capabilities comes first, but is told of last */
	int audit_err = machine_read_audit(&doctor->audit);

	capabilities_drop(false);
	word_of("proc/sys/kernel/osrelease", &doctor->release);
	doctor->is_loaded = machine_has(MODULE_DIR);
	doctor->has_file = !machine_find_module("ashiato",
						text_str(&doctor->release),
						&doctor->file);
	check_file(doctor);
	check_load(doctor);
	check_version(doctor);
	check_stat(doctor);
	check_subject(doctor);
	if (audit_err)
		failed(doctor, "audit", audit_err);
	else
		check_audit(doctor);
}

static const struct command_option doctor_options[] = {
	{
		.name = "json",
		.key = 'j',
		.help = "print a JSON array of { id, problem, type }",
	},
	{ 0 },
};

static int doctor_run(const struct command *self, int argc, char **argv)
{
	struct doctor doctor = { 0 };
	bool is_json = false;
	int result;

	result = command_options(self, argc, argv, command_flag,
				 &is_json);
	if (result == GO_ON)
		result = command_arguments(self, argc, 0, 0);
	if (result != GO_ON)
		return result;
	if (is_json)
		doctor.findings = json_array();
	doctor_look(&doctor);
	/* 1 says that there is work to do, as diff(1) does */
	result = doctor.count ? EXIT_NOTHING : EXIT_FOUND;
	if (is_json) {
		json_dumpf(doctor.findings, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (!doctor.count && !doctor.err) {
		puts("Nothing is wrong.");
	}
	if (doctor.err) {
		if (doctor.err == -EPERM || doctor.err == -EACCES)
			report_open_error(doctor.unread, doctor.err,
					   self->name);
		else
			report_error("%s: cannot be looked at: %s",
				      doctor.unread, strerror(-doctor.err));
		result = EXIT_INPUT;
	}
	json_decref(doctor.findings);
	machine_module_free(&doctor.file);
	text_free(&doctor.release);
	return result;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.arguments = "",
	.summary = "Diagnose problems and suggest fixes",
	.options = doctor_options,
	.help =
	"Checks the module, the kernel, Secure Boot, audit and the module's counters of\n"
	"lost accesses; changes nothing. Lines that begin with # are commands to type.\n\n"
	"Exit status: 0 no problem, 1 problems found, 2 wrong usage, 3 a check failed.\n",
	.run = doctor_run,
};
