// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the script that an interpreter runs, by the pathname that its process claims to have
 * executed. The file of the process is the interpreter, so only the script's first line connects
 * the two. It is read from the page cache: reading a file could wait for ever, and opening it is
 * an access that other modules and fanotify would see. While the module is loaded, before its hooks
 * are attached, the page cache is filled from local disks.
 */
#include <linux/binfmts.h>
#include <linux/dcache.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/path.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "script.h"
#include "walk.h"

/*
 * Whether a file can be read without opening it, and without asking a server. Opening gives an
 * encrypted file its key, and a file with fs-verity the hash of its contents. Files on DAX
 * devices have no pages.
 */
static bool may_read(const struct inode *inode)
{
	return walk_is_local(inode->i_sb) && !IS_ENCRYPTED(inode) && !IS_VERITY(inode) &&
	       inode->i_mapping->a_ops->readahead;
}

static bool head_is_loading(struct address_space *mapping)
{
	struct page *page = find_get_page(mapping, 0);
	bool is_loading = page && PageLocked(page) && !PageUptodate(page);

	if (page)
		put_page(page);
	return is_loading;
}

/* Reads the first page of a file into the page cache. A disk may fail to answer. */
static void head_read(struct address_space *mapping, unsigned long until)
{
	struct file_ra_state one_page = { .ra_pages = 1 };

	page_cache_sync_readahead(mapping, &one_page, NULL, 0, 1);
	while (head_is_loading(mapping) && time_before(jiffies, until) &&
	       !fatal_signal_pending(current))
		usleep_range(100, 200);
}

/*
 * Copies the bytes from which the kernel recognises a script. @until as in script_find(). Returns
 * whether they were cached.
 */
static bool head_copy(const struct path *path, char head[BINPRM_BUF_SIZE + 1], unsigned long until)
{
	struct inode *inode = d_real_inode(path->dentry);
	struct page *page;
	bool is_cached;

	if (until && may_read(inode))
		head_read(inode->i_mapping, until);
	page = find_get_page(inode->i_mapping, 0);
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

static bool may_execute(const struct path *path, const struct cred *cred)
{
	return d_is_reg(path->dentry) && !(path->mnt->mnt_flags & MNT_NOEXEC) &&
	       !(path->dentry->d_sb->s_iflags & SB_I_NOEXEC) &&
	       walk_may_execute(path, cred);
}

static bool leads_to(const char *text, const struct path *root, const struct cred *cred,
		     const struct path *file)
{
	struct path given, end;
	bool does;

	if (walk_checked(text, root, cred, &given, &end))
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
 * @cred: credentials of that task, as for walk_may_execute()
 * @interpreter: file that the task runs
 * @given: set to the entry that the last component of @text names, with references
 * @until: time in jiffies until which the script may be read from a local disk; 0: it is looked up
 *	in the page cache only
 *
 * Context: may sleep, but waits for no server; for a disk only until @until.
 * Return: true if the task may execute the script, and would then run @interpreter.
 */
bool script_find(char *text, const struct path *root, const struct cred *cred,
		 const struct path *interpreter, struct path *given, unsigned long until)
{
	const char *name = NULL;
	struct path script;

	if (walk_checked(text, root, cred, given, &script))
		return false;
	if (may_execute(&script, cred) && head_copy(&script, text, until))
		name = head_interpreter(text);
	path_put(&script);
	if (name && leads_to(name, root, cred, interpreter))
		return true;
	path_put(given);
	return false;
}
