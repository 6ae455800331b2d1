// SPDX-License-Identifier: GPL-2.0-only
/* Checks of "ashiato doctor": Secure Boot, lockdown and the module's signature. */
#include <dirent.h>
#include <string.h>

#include "base/array.h"
#include "doctor.h"

#define EFI_DIR		"sys/firmware/efi/efivars"
#define SECURE_BOOT	EFI_DIR "/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

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

/**
 * doctor_has_secure_boot() - Check whether Secure Boot is on
 *
 * Return: false when it is off or unknown.
 */
bool doctor_has_secure_boot(void)
{
	struct text content = { 0 };
	bool is_on;

	/* Four bytes of attributes, then the value */
	is_on = !machine_read(SECURE_BOOT, &content) && content.len == 5 &&
		content.data[4] == 1;
	text_free(&content);
	return is_on;
}

static bool is_confidential(void)
{
	struct text lockdown = { 0 };
	bool found;

	found = strstr(doctor_word(SECURITY_DIR "/lockdown", &lockdown),
		       "[confidentiality]");
	text_free(&lockdown);
	return found;
}

/**
 * doctor_check_lockdown() - Check for lockdown that disables kprobes
 * @doctor: doctor
 * @id: name of the problem
 */
void doctor_check_lockdown(struct doctor *doctor, const char *id)
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

/**
 * doctor_check_signed() - Check that the module is signed
 * @doctor: doctor
 * @id: name of the problem
 */
void doctor_check_signed(struct doctor *doctor, const char *id)
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
	doctor_advise_initramfs(doctor);
}

/* Shim splits its list of certificates, in DER, into several EFI variables. */
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

/**
 * doctor_check_enrolled() - Check that the key of the signature is enrolled
 * @doctor: doctor
 * @id: name of the problem
 */
void doctor_check_enrolled(struct doctor *doctor, const char *id)
{
	const struct signing_key *key = signing_key();

	/* The module may be signed with a key that is not on this machine */
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

/**
 * doctor_check_signed_only() - Check for a kernel that demands a built-in key
 * @doctor: doctor
 * @id: name of the problem
 */
void doctor_check_signed_only(struct doctor *doctor, const char *id)
{
	struct text word = { 0 };
	const char *option = NULL;

	/* Lockdown demands signatures, too; doctor_check_lockdown() reports it */
	if (is_confidential())
		return;
	if (strstr(doctor_word(SECURITY_DIR "/lockdown", &word), "[integrity]"))
		option = "lockdown=integrity";
	else if (!strcmp(doctor_word("sys/module/module/parameters/sig_enforce",
				 &word), "Y"))
		option = "module.sig_enforce=1";
	if (option)
		doctor_finding(doctor, id,
			       "The kernel loads only modules that are signed with a key that was built into it. Remove \"%s\" from the kernel's command line, and reboot.",
			       option);
	text_free(&word);
}
