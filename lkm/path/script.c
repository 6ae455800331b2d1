// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the script that an interpreter runs, by the pathname that its process claims to have
 * executed. The file of the process is the interpreter, so only the script's first line connects
 * the two. It is read from the page cache: reading a file could wait for ever, and opening it is
 * an access that other modules and fanotify would see.
 */
#include <linux/binfmts.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/path.h>
#include <linux/string.h>

#include "script.h"
#include "walk.h"

/* Copies the bytes from which the kernel recognises a script. Returns whether they were cached. */
static bool head_copy(const struct path *path, char head[BINPRM_BUF_SIZE + 1])
{
	struct page *page = find_get_page(d_real_inode(path->dentry)->i_mapping, 0);
	bool is_cached;

	if (!page)
		return false;
	is_cached = PageUptodate(page);
	if (is_cached)
		memcpy(head, page_address(page), BINPRM_BUF_SIZE);
	head[BINPRM_BUF_SIZE] = '\0';
	put_page(page);
	return is_cached;
}

/* Returns the absolute pathname of the interpreter, ended by a NUL within @head; or NULL. */
static char *head_interpreter(char head[BINPRM_BUF_SIZE + 1])
{
	char *name = head + strlen("#!");
	size_t len;

	if (strncmp(head, "#!", strlen("#!")))
		return NULL;
	name += strspn(name, " \t");
	len = strcspn(name, " \t\n");
	/* The kernel does not execute a script whose interpreter is cut off here, either. */
	if (*name != '/' || name + len == head + BINPRM_BUF_SIZE)
		return NULL;
	name[len] = '\0';
	return name;
}

static bool may_execute(const struct path *path)
{
	return d_is_reg(path->dentry) && !(path->mnt->mnt_flags & MNT_NOEXEC) &&
	       !(path->dentry->d_sb->s_iflags & SB_I_NOEXEC) && walk_may_execute(path);
}

static bool leads_to(const char *text, const struct path *root, const struct path *file)
{
	struct path given, end;
	bool does;

	if (walk_checked(text, root, &given, &end))
		return false;
	does = path_equal(&end, file);
	path_put(&end);
	path_put(&given);
	return does;
}

/**
 * script_find() - find a script by its pathname, without following a final symbolic link
 * @text: absolute pathname of the script; PATH_MAX bytes, which are overwritten
 * @root: root directory of the task that may have executed it
 * @interpreter: file that the task runs
 * @given: set to the entry that the last component of @text names, with references
 *
 * The credentials of the current task must be those of that task.
 *
 * Context: may sleep, but waits for no server.
 * Return: true if the task may execute the script, and would then run @interpreter.
 */
bool script_find(char *text, const struct path *root, const struct path *interpreter,
		 struct path *given)
{
	const char *name = NULL;
	struct path script;

	if (walk_checked(text, root, given, &script))
		return false;
	if (may_execute(&script) && head_copy(&script, text))
		name = head_interpreter(text);
	path_put(&script);
	if (name && leads_to(name, root, interpreter))
		return true;
	path_put(given);
	return false;
}
