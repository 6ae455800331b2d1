// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cgroups in which programs were executed. Histories and domains share the path of a cgroup. The
 * path is freed with the last history or domain, not with the cgroup. Pure C: see platform.h.
 */
#include "exec_cgroup.h"
#include "hash.h"
#include "share.h"

struct exec_cgroup exec_cgroup_unknown = { .users = { 1 }, .path = "?" };

static struct set cgroups;

/* Skips an entry without users, which is about to be removed: a newer one may have the same ID. */
static bool cgroup_match(const struct set_entry *entry, const void *id)
{
	const struct exec_cgroup *cgroup = container_of(entry, struct exec_cgroup, entry);

	return cgroup->id == *(const u64 *)id && atomic_read(&cgroup->users);
}

static u32 cgroup_hash(u64 id)
{
	return hash_mix(hash_key[0], id);
}

static struct exec_cgroup *cgroup_find_get_rcu(u64 id)
{
	struct set_entry *entry = set_find(&cgroups, cgroup_hash(id), cgroup_match, &id);
	struct exec_cgroup *cgroup = container_of(entry, struct exec_cgroup, entry);

	return entry && atomic_inc_not_zero(&cgroup->users) ? cgroup : NULL;
}

/* Returns the amount to charge for a cgroup, including its place in the set. */
static struct share cgroup_share(const struct exec_cgroup *cgroup)
{
	return (struct share){ .bytes = ksize(cgroup) + SET_ENTRY_BYTES };
}

static void cgroup_free(struct exec_cgroup *cgroup)
{
	const struct share amount = cgroup_share(cgroup);

	share_return(cgroup->owner, &amount);
	kfree(cgroup);
}

static void cgroup_free_rcu(struct rcu_head *rcu)
{
	cgroup_free(container_of(rcu, struct exec_cgroup, rcu));
}

/* Returns the length of @path or, if that is too long, of the path of the nearest ancestor. */
static size_t path_length(const char *path)
{
	size_t len = strlen(path);

	if (len <= EXEC_CGROUP_MAX)
		return len;
	for (len = EXEC_CGROUP_MAX; path[len] != '/'; len--)
		;
	return len;
}

/* Returns a cgroup with one reference, for which the user was charged; or NULL. */
static struct exec_cgroup *cgroup_create(u64 id, const char *path, u32 uid, gfp_t gfp)
{
	size_t len = path_length(path);
	struct exec_cgroup *cgroup = kmalloc(sizeof(*cgroup) + len + 1, gfp);
	struct share amount;
	int owner;

	if (!cgroup)
		return NULL;
	amount = cgroup_share(cgroup);
	owner = share_take(uid, &amount);
	if (owner < 0) {
		kfree(cgroup);
		return NULL;
	}
	cgroup->entry.hash = cgroup_hash(id);
	atomic_set(&cgroup->users, 1);
	cgroup->owner = owner;
	cgroup->id = id;
	memcpy(cgroup->path, path, len);
	cgroup->path[len] = '\0';
	return cgroup;
}

/**
 * exec_cgroup_find_get() - look up a cgroup
 * @id: ID of the cgroup
 *
 * Context: any.
 * Return: the cgroup with a reference, or NULL.
 */
struct exec_cgroup *exec_cgroup_find_get(u64 id)
{
	struct exec_cgroup *cgroup;

	rcu_read_lock();
	cgroup = cgroup_find_get_rcu(id);
	rcu_read_unlock();
	return cgroup;
}

/**
 * exec_cgroup_intern_get() - look up a cgroup, or add it
 * @id: ID of the cgroup
 * @path: its encoded path from the root of the hierarchy, whose components are of NAME_MAX bytes
 *	at most before they were encoded
 * @uid: user who pays for a new cgroup
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: the cgroup with a reference; &exec_cgroup_unknown, with a reference, if no memory is
 * available or a limit is reached.
 */
struct exec_cgroup *exec_cgroup_intern_get(u64 id, const char *path, u32 uid, gfp_t gfp)
{
	struct exec_cgroup *spare = cgroup_create(id, path, uid, gfp), *cgroup;
	unsigned long flags;

	if (!spare)
		return exec_cgroup_get(&exec_cgroup_unknown);
	set_make_room(&cgroups, gfp);
	spin_lock_irqsave(&cgroups.lock, flags);
	cgroup = cgroup_find_get_rcu(id);
	if (!cgroup && !set_add_locked(&cgroups, &spare->entry)) {
		cgroup = spare;
		spare = NULL;
	}
	spin_unlock_irqrestore(&cgroups.lock, flags);
	if (spare)
		cgroup_free(spare);
	return cgroup ?: exec_cgroup_get(&exec_cgroup_unknown);
}

/**
 * exec_cgroup_get() - take another reference
 * @cgroup: cgroup to which the caller has a reference, or NULL
 *
 * Context: any.
 * Return: @cgroup.
 */
struct exec_cgroup *exec_cgroup_get(struct exec_cgroup *cgroup)
{
	if (cgroup)
		atomic_inc(&cgroup->users);
	return cgroup;
}

/**
 * exec_cgroup_put() - drop a reference; the last one frees the cgroup after a grace period
 * @cgroup: cgroup, or NULL
 *
 * Context: any, softirq included.
 */
void exec_cgroup_put(struct exec_cgroup *cgroup)
{
	unsigned long flags;

	if (!cgroup || !atomic_dec_and_test(&cgroup->users))
		return;
	spin_lock_irqsave(&cgroups.lock, flags);
	set_remove_locked(&cgroups, &cgroup->entry);
	spin_unlock_irqrestore(&cgroups.lock, flags);
	call_rcu(&cgroup->rcu, cgroup_free_rcu);
}

/**
 * exec_cgroup_table_bytes() - get the memory of the table of cgroups, for which no user pays
 *
 * Context: any.
 * Return: the number of bytes, without the cgroups.
 */
size_t exec_cgroup_table_bytes(void)
{
	return set_unpaid_bytes(&cgroups);
}

/**
 * exec_cgroup_init() - initialise the set of cgroups
 *
 * Context: may sleep; after share_init().
 * Return: 0, or -ENOMEM.
 */
int exec_cgroup_init(void)
{
	return set_init(&cgroups, 64);
}

static void cgroup_release(struct set_entry *entry)
{
	cgroup_free(container_of(entry, struct exec_cgroup, entry));
}

/**
 * exec_cgroup_exit() - free all cgroups
 *
 * Context: may sleep; after history_exit() and domain_exit(). The caller runs rcu_barrier() before
 * the module is unloaded.
 */
void exec_cgroup_exit(void)
{
	set_destroy(&cgroups, cgroup_release);
}
