// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's securityfs files: the first byte of the input selects a file, the
 * rest is its content. Each command that reads the file prints only output that
 * is safe for a terminal, whether the content is valid or not.
 */
#include <cap-ng.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "command/command.h"
#include "fuzz.h"
#include "show.h"

#define ARGUMENTS_MAX	4

static const struct {
	const char *name;
	const char *content;
} files[] = {
	{ "accesses", "0\t1\t2\t3\tmisc env A\n" },
	{ "domain_policy", "<kernel>\nmisc env A\n" },
	{ "exception_policy", "" },
	{ "hooks", "" },
	{ "mode", "learn\nfile=on\n" },
	{ "process_status", "" },
	{ "stat", "accesses: 9\nmax_accesses: 8\n" },
	{ "version", "1\n" },
	{ "patterns", "<kernel>\tfile read /a/\\*\n" },
	{ "users", "uid\taccesses\tdomains\tbytes\tlost\tfull\n4242001\t1\t1\t9\t9\tbytes\n" },
	{ "cgroups", "" },
};

/* The commands that read each file, and the format of their output. */
static const struct {
	const char *file;
	const struct command *command;
	const char *argument[ARGUMENTS_MAX];
	enum show_form form;
} uses[] = {
	{ "accesses", &cmd_access, { "--times" }, SHOW_TEXT },
	{ "accesses", &cmd_access, { "--sort", "count", "--json" }, SHOW_JSON },
	{ "accesses", &cmd_tree, { "--counts", "--since", "1970-01-02" },
	  SHOW_TEXT },
	{ "domain_policy", &cmd_access, { "--times" }, SHOW_TEXT },
	{ "domain_policy", &cmd_tree, { NULL }, SHOW_TEXT },
	{ "exception_policy", &cmd_save, { "--rules", "-" }, SHOW_TEXT },
	{ "hooks", &cmd_hooks, { NULL }, SHOW_TEXT },
	{ "hooks", &cmd_hooks, { "--json" }, SHOW_JSON },
	{ "hooks", &cmd_hooks, { "--own" }, SHOW_TEXT },
	{ "mode", &cmd_mode, { NULL }, SHOW_TEXT },
	{ "mode", &cmd_mode, { "wrong" }, SHOW_TEXT },
	{ "process_status", &cmd_ps, { NULL }, SHOW_TEXT },
	{ "process_status", &cmd_ps, { "--threads", "--json" }, SHOW_JSON },
	{ "stat", &cmd_doctor, { NULL }, SHOW_TEXT },
	{ "stat", &cmd_doctor, { "--json" }, SHOW_JSON },
	{ "stat", &cmd_status, { NULL }, SHOW_TEXT },
	{ "stat", &cmd_status, { "--json" }, SHOW_JSON },
	{ "version", &cmd_status, { NULL }, SHOW_TEXT },
	{ "patterns", &cmd_doctor, { NULL }, SHOW_TEXT },
	{ "patterns", &cmd_status, { NULL }, SHOW_TEXT },
	{ "patterns", &cmd_status, { "--json" }, SHOW_JSON },
	{ "users", &cmd_doctor, { NULL }, SHOW_TEXT },
	{ "users", &cmd_status, { NULL }, SHOW_TEXT },
	{ "users", &cmd_status, { "--json" }, SHOW_JSON },
	{ "cgroups", &cmd_tree, { "--container", "1111" }, SHOW_TEXT },
	{ "cgroups", &cmd_access, { "--times", "--json" }, SHOW_JSON },
};

/* Replaces libcap-ng's function: LeakSanitizer needs the capabilities. */
int capng_apply(capng_select_t set)
{
	(void)set;
	return 0;
}

/* The folders that ASHIATO_ROOT and ASHIATO_DIR name. */
static char *root;
static char *folder;

static void file_write(const char *name, const void *data, size_t size)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	check(fd >= 0);
	check(write(fd, data, size) == (ssize_t)size);
	check(!close(fd));
}

static void file_reset(size_t i)
{
	file_write(files[i].name, files[i].content, strlen(files[i].content));
}

static void shell(const char *format)
{
	char command[512];

	snprintf(command, sizeof(command), format, root, root);
	check(!system(command));
}

static void machine_remove(void)
{
	shell("rm -rf %s");
}

static void machine_make(void)
{
	const char *where = getenv("TMPDIR");

	check(asprintf(&root, "%s/fuzz-XXXXXX", where ? where : "/tmp") > 0);
	check(mkdtemp(root));
	atexit(machine_remove);
	shell("mkdir -p %s/sys/module/ashiato %s/sys/kernel/security/ashiato");
	shell("echo pid 1 >%s/auditctl");
	check(asprintf(&folder, "%s/sys/kernel/security/ashiato", root) > 0);
	setenv("ASHIATO_ROOT", root, 1);
	setenv("ASHIATO_DIR", folder, 1);
	setenv("COLUMNS", "80", 1);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		file_reset(i);
}

static void use(size_t which)
{
	const struct command *command = uses[which].command;
	char *argv[ARGUMENTS_MAX + 2] = { (char *)command->name };
	FILE *const kept[] = { stdout, stderr };
	struct show printed;
	struct show shown;
	int argc = 1;

	for (; uses[which].argument[argc - 1]; argc++)
		argv[argc] = (char *)uses[which].argument[argc - 1];
	show_begin(&printed);
	show_begin(&shown);
	stdout = printed.out;
	stderr = shown.out;
	command->run(command, argc, argv);
	fflush(stdout);
	stdout = kept[0];
	stderr = kept[1];
	/* A command that finds nothing prints nothing, which is no valid JSON */
	show_end(&printed, printed.size ? uses[which].form : SHOW_TEXT);
	show_end(&shown, SHOW_TEXT);
	show_free(&printed);
	show_free(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t file;

	if (!folder)
		machine_make();
	if (!size)
		return 0;
	file = data[0] % ARRAY_SIZE(files);
	file_write(files[file].name, data + 1, size - 1);
	for (size_t i = 0; i < ARRAY_SIZE(uses); i++)
		if (!strcmp(uses[i].file, files[file].name))
			use(i);
	file_reset(file);
	return 0;
}
