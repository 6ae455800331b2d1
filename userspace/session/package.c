// SPDX-License-Identifier: GPL-2.0-only
/* The package that a file of this machine belongs to, from dpkg or rpm. */
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "package.h"

#define DPKG_QUERY	"/usr/bin/dpkg-query"
#define RPM		"/usr/bin/rpm"
/* A locked or slow package database must not delay the answer for longer. */
#define LIMIT_MS	5000

/* Other bytes might be patterns for dpkg-query, or escapes of other names. */
static bool is_plain(const char *path)
{
	return path[0] == '/' &&
	       !path[strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789/._+-@:~,")];
}

/* "openssh-server: /usr/sbin/sshd"; the names of several packages end in the first comma. */
static bool dpkg_search(const char *path, struct text *name)
{
	const char *const argv[] = { DPKG_QUERY, "--search", path, NULL };
	struct text output = { 0 };
	size_t len = 0;

	if (!program_output(argv, LIMIT_MS, &output) &&
	    strncmp(text_str(&output), "diversion ", 10) != 0)
		len = strcspn(text_str(&output), ":, \n");
	text_add_name(name, text_str(&output), len);
	text_free(&output);
	return len;
}

/* Append the first line of a program's output. */
static void line_add(const char *const argv[], struct text *out)
{
	struct text output = { 0 };

	if (!program_output(argv, LIMIT_MS, &output))
		text_add_line(out, text_str(&output), strcspn(text_str(&output), "\n"));
	text_free(&output);
}

/**
 * package_of() - Find the package that a file belongs to
 * @path: path of the file, as in a domain's name
 * @package: name and version are appended; nothing if no package has the file, or if
 *	it cannot be asked in time
 */
void package_of(const char *path, struct text *package)
{
	const char *const rpm[] = { RPM, "-qf", "--queryformat", "%{NAME} %{VERSION}-%{RELEASE}\n",
			      "--", path, NULL };
	struct text name = { 0 };

	if (!is_plain(path))
		return;
	if (access(DPKG_QUERY, X_OK)) {
		if (!access(RPM, X_OK))
			line_add(rpm, package);
		return;
	}
	/* Packages may still have the name from before /bin became a link to /usr/bin */
	if (dpkg_search(path, &name) ||
	    (!strncmp(path, "/usr/", 5) && dpkg_search(path + 4, &name))) {
		const char *const show[] = { DPKG_QUERY, "--show", "--showformat",
				       "${Package} ${Version}\n", name.data, NULL };

		line_add(show, package);
	}
	text_free(&name);
}
