// SPDX-License-Identifier: GPL-2.0-only
/*
 * Execution of programs: the access, the new domain and the new history.
 *
 * The kernel calls three hooks: bprm_creds_for_exec once for each execve(),
 * bprm_check_security for the program and then for each interpreter of a script, and
 * bprm_committed_creds when the execve() can no longer fail. No hook reports a failed
 * execve(): the history prepared for it is dropped at the next execve() or the end of the
 * task.
 */
#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mm.h>
#include <linux/timekeeping.h>

#include "core/bundle.h"
#include "core/encode.h"
#include "core/exec_strings.h"
#include "core/hash.h"
#include "core/outcome.h"
#include "core/owner.h"
#include "core/seen.h"
#include "core/task.h"
#include "path/fingerprint.h"
#include "path/pathname.h"
#include "path/walk.h"
#include "policy/transition.h"
#include "adopt.h"
#include "event.h"
#include "hook_file.h"
#include "hooks.h"
#include "unit.h"

/*
 * Limits of TOMOYO, in encoded bytes: the name of a variable is cut after the byte that
 * reaches ENV_MAX; an argv[0] of ARGV0_MAX bytes or more is left out.
 */
#define ENV_MAX (4096 - 10)
#define ARGV0_MAX (2 * 4096 - 32 - 10)

/* Returns the number of bytes of a name to record. */
static size_t env_cut(const char *name, size_t len)
{
	size_t used = 0, i;

	/* A byte is encoded in four bytes at most. */
	if (len <= ENV_MAX / 4)
		return len;
	for (i = 0; i < len && used < ENV_MAX; i++)
		used += encode_name(NULL, 0, name + i, 1);
	return i;
}

/*
 * Counts or records a variable. Returns the access if the cache then has it and audit has its
 * record, else NULL.
 */
static struct access *env_event(struct domain *domain, const char *name, size_t len)
{
	struct access *access;
	u64 key;

	counter_add(COUNTER_SEEN);
	key = event_name(domain, ACCESS_MISC_ENV, name, env_cut(name, len), GFP_HOOK);
	rcu_read_lock();
	access = seen_find(key);
	if (access && READ_ONCE(access->news) != ACCESS_REPORTED)
		access = NULL;
	rcu_read_unlock();
	return access;
}

/*
 * Records each name, and adds a bundle if all are in the cache afterwards. Returns 0, or
 * -errno if not all names could be read.
 */
static int names_event(struct domain *domain, struct exec_strings *strings, u64 key)
{
	int left = strings->bprm->envc, err = 0;
	struct bundle *bundle = key ? bundle_create(domain, left, GFP_HOOK) : NULL;
	struct access *access;
	const char *name;
	u32 count = 0;
	size_t len;

	for (; left && !err; left--) {
		err = exec_strings_next(strings, '=', &name, &len);
		if (err || !len)
			continue;
		access = env_event(domain, name, len);
		if (bundle && access) {
			bundle->accesses[count++] = access;
		} else {
			bundle_free(bundle);
			bundle = NULL;
		}
		cond_resched();
	}
	if (bundle && count && !err)
		bundle_add(bundle, domain, count, key);
	else
		bundle_free(bundle);
	return err;
}

/* Records the environment of a program for the domain in which it will run. */
static void environment_event(struct domain *domain, struct exec_strings *strings)
{
	struct linux_binprm *bprm = strings->bprm;
	u64 key, hash = event_action(ACCESS_MISC_ENV, 0);
	unsigned long start;
	int err;

	if (!bprm->envc)
		return;
	if (!strings->passed)
		exec_strings_seek(strings, bprm->p);
	err = exec_strings_skip(strings, bprm->argc - strings->passed);
	start = exec_strings_tell(strings);
	err = err ?: exec_strings_hash(strings, '=', bprm->envc, &hash);
	if (!err && !event_count_bundle(domain, &key, hash)) {
		exec_strings_seek(strings, start);
		err = names_event(domain, strings, key);
	}
	if (err)
		event_lose(domain, -ENOMEM);
}

/**
 * struct program - program that an execve() names
 * @bprm: the execve()
 * @from: domain that executes the program
 * @path: path named by the execve(), without following a final symbolic link. If it is not known
 *	whether that leads to the executed file, the path of this file
 * @is_found: whether @path was looked up and has a reference, instead of being that of the file
 * @err: -ENOMEM if @path is not set, else 0
 * @has_prints: whether @given and @file are set
 * @given: fingerprint of @path
 * @file: fingerprint of the executed file
 * @rules: transition_version() before the rules are applied
 * @unit: unit_hash() of the task
 * @text: name of @path after the aggregator rules; NULL until it is needed
 */
struct program {
	struct linux_binprm *bprm;
	struct domain *from;
	struct path path;
	bool is_found;
	int err;
	bool has_prints;
	struct fingerprint given;
	struct fingerprint file;
	u32 rules;
	u64 unit;
	char *text;
};

/* Sets @path to the named path. Returns 0, or -errno as walk_to(). */
static int program_walk(struct program *program)
{
	struct path root, pwd;
	int err;

	get_fs_root(current->fs, &root);
	get_fs_pwd(current->fs, &pwd);
	err = walk_to(program->bprm->filename, &root, &pwd, &program->bprm->file->f_path,
		      &program->path);
	path_put(&root);
	path_put(&pwd);
	return err;
}

static void program_find(struct program *program)
{
	const struct path *file = &program->bprm->file->f_path;
	int err = -ENOENT;

	program->rules = transition_version();
	program->unit = unit_hash(program->rules);
	program->has_prints = fingerprint_get(file, 0, &program->file);
	if (!program->has_prints ||
	    !fingerprint_is_plain(program->bprm->filename, file, &program->file))
		err = program_walk(program);
	if (err == -ENOENT) {
		program->path = *file;
		program->given = program->file;
		return;
	}
	program->err = err;
	program->is_found = !err;
	program->has_prints = program->has_prints && !err &&
			      fingerprint_get(&program->path, 0, &program->given);
}

static void program_release(struct program *program)
{
	if (program->is_found)
		path_put(&program->path);
	kfree(program->text);
}

/* Returns @key, or 0 if the names changed since the fingerprints were taken. */
static u64 program_key(const struct program *program, u64 key)
{
	return program->has_prints && fingerprint_holds(&program->given) &&
	       fingerprint_holds(&program->file) ? key : 0;
}

/* Returns the recorded name of the program, or NULL if there is no memory. */
static const char *program_name(struct program *program)
{
	char *path;

	if (!program->text && !program->err) {
		path = pathname_get(&program->path);
		if (path)
			program->text = transition_aggregate(program->from, path, GFP_HOOK);
	}
	return program->text;
}

/* Returns the domain in which the program will run, with a reference; or an ERR_PTR. */
static struct domain *program_domain(struct program *program)
{
	u32 generation_before = generation_now();
	u64 seed = READ_ONCE(program->from->seed);
	u64 key = hash_mix(hash_mix(seed, program->given.hash), program->rules ^ program->unit);
	struct domain *next = program->has_prints ? transition_cache_find_get(key) : NULL;
	const char *name;
	char *unit;

	if (next)
		return next;
	name = program_name(program);
	unit = unit_get(current, GFP_HOOK);
	if (!name || IS_ERR(unit))
		next = ERR_PTR(-ENOMEM);
	else
		next = transition_domain(program->from, name, unit, owner_current(), GFP_HOOK);
	/* The task may have been moved to another cgroup meanwhile. */
	if (!IS_ERR(next) && transition_unit_hash(unit) == program->unit &&
	    program_key(program, key))
		transition_cache_add(key, next, generation_before);
	if (!IS_ERR(unit))
		kfree(unit);
	return next;
}

/* Returns PATH exec.realpath="PATH" exec.argv[0]="WORD", to be freed; or NULL. */
static char *execute_object(struct program *program, const char *word, size_t len)
{
	const char *name = program_name(program);
	char *realpath = pathname_get(&program->bprm->file->f_path);
	char *argv0 = pathname_encode(word, len, GFP_HOOK);
	char *object = NULL;

	if (name && realpath && argv0 && strlen(argv0) >= ARGV0_MAX)
		object = kasprintf(GFP_HOOK, "%s exec.realpath=\"%s\"", name, realpath);
	else if (name && realpath && argv0)
		object = kasprintf(GFP_HOOK, "%s exec.realpath=\"%s\" exec.argv[0]=\"%s\"",
				   name, realpath, argv0);
	kfree(argv0);
	kfree(realpath);
	return object;
}

/*
 * Whether audit has no record yet that a unit's program runs in @next. If several units execute the
 * same first program, each unit has a domain of its own, but the access is new only for one of
 * them. Returns true once for each domain.
 */
static bool unit_is_news(const struct program *program, struct domain *next)
{
	if (!program->unit || !next || READ_ONCE(next->is_reported))
		return false;
	WRITE_ONCE(next->is_reported, true);
	return true;
}

static void execute_event(struct program *program, struct domain *next,
			  struct exec_strings *strings)
{
	bool is_news = unit_is_news(program, next);
	u64 hash = event_action(ACCESS_FILE_EXECUTE, program->rules), key = 0;
	const char *word = "";
	size_t len = 0;
	char *object;

	if (program->bprm->argc && exec_strings_next(strings, '\0', &word, &len))
		len = 0;
	counter_add(COUNTER_SEEN);
	hash = hash_mix(hash, program->given.hash);
	hash = hash_mix(hash, program->file.hash);
	hash = hash_bytes(hash, word, len);
	if (program->has_prints && !is_news && event_count_repeat(program->from, &key, hash))
		return;
	object = execute_object(program, word, len);
	if (object)
		event_record_exec(program->from, object, program_key(program, key), next,
				  is_news);
	else
		event_lose(program->from, -ENOMEM);
	kfree(object);
}

/* Returns the parent of the history of the new program. */
static struct history *transition_from(struct linux_binprm *bprm, struct task_state *state)
{
	struct history *history = rcu_dereference_protected(state->history, true);

	return adopt_is_real_init(bprm) ? history_kernel : history;
}

/*
 * Creates the history of the program in @state->pending, or leaves that NULL if there is no
 * memory. Returns the domain of the program; NULL if it stays in that of @from.
 */
static struct domain *transition_prepare(struct task_state *state, struct history *from,
					 struct program *program)
{
	struct domain *next = program_domain(program);
	int err = PTR_ERR_OR_ZERO(next);

	state->pending = history_create(from, err ? from->domain : next, GFP_HOOK);
	if (!err)
		domain_put(next);
	if (next == from->domain)
		event_check_depth(next);
	if (state->pending) {
		event_check_history(state->pending);
		state->pending->is_after_unknown = state->is_unknown;
		state->pending->cgroup = unit_cgroup_get(current, from->cgroup, GFP_HOOK);
	} else if (!err) {
		err = -ENOMEM;
	}
	if (err)
		event_lose_transition(from->domain, owner_current(), err);
	return err ? NULL : next;
}

/* Handles the first bprm_check_security of an execve(), for the named program. */
static void program_event(struct linux_binprm *bprm, struct task_state *state)
{
	struct exec_strings strings;
	struct history *from = transition_from(bprm, state);
	struct program program = { .bprm = bprm, .from = from->domain };
	struct domain *next;

	state->in_exec = true;
	exec_strings_begin(&strings, bprm);
	program_find(&program);
	next = transition_prepare(state, from, &program);
	if (mode_wants(MODE_FILE))
		execute_event(&program, next, &strings);
	if (mode_wants(MODE_ENV))
		environment_event(next ? next : from->domain, &strings);
	exec_strings_release(&strings);
	program_release(&program);
}

/* Handles a later bprm_check_security, for an interpreter, which the new program reads. */
static void interpreter_event(struct linux_binprm *bprm, struct task_state *state)
{
	struct domain *domain = event_domain(MODE_FILE);

	if (!domain)
		return;
	if (state->pending)
		domain = state->pending->domain;
	file_open_event(domain, &bprm->file->f_path, O_RDONLY);
}

static void begin_event(void)
{
	struct task_state *state = task_find_current();

	if (!state)
		return;
	/* Before the task gets another history, user and name: the records show the old ones. */
	outcome_end(state);
	history_put(state->pending);
	state->pending = NULL;
	state->in_exec = false;
}

static void check_event(struct linux_binprm *bprm)
{
	struct task_state *state = task_find_current();

	/* A kernel thread, or a task whose fork no hook saw or had no memory for the state. */
	if (!state && !adopt_has_begun())
		return;
	if (!state)
		state = adopt_task(current, true, GFP_HOOK);
	if (!state)
		counter_add(COUNTER_LOST_HISTORY);
	else if (state->in_exec)
		interpreter_event(bprm, state);
	else
		program_event(bprm, state);
}

static void commit_event(void)
{
	struct task_state *state = task_find_current();
	struct history *history;

	if (!state)
		return;
	/* The module was loaded during this execve(): adopt the task with its new program. */
	if (!state->in_exec) {
		task_delete(current);
		adopt_task(current, true, GFP_HOOK);
		return;
	}
	state->in_exec = false;
	history = state->pending;
	if (!history) {
		WRITE_ONCE(state->is_unknown, true);
		return;
	}
	if (is_global_init(current))
		adopt_begin(history);
	state->pending = NULL;
	history->time = ktime_get_real_seconds();
	task_comm(current, history->comm);
	task_set_history(state, history);
	domain_add_cgroup(history->domain, history->cgroup);
}

DEFINE_HOOK(bprm_creds_for_exec, begin_event())
DEFINE_HOOK(bprm_check_security, check_event(bprm))
DEFINE_HOOK_VOID(bprm_committed_creds, commit_event())
