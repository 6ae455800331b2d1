// SPDX-License-Identifier: GPL-2.0-only
/*
 * Execution of programs: the access, the new domain, the new history.
 *
 * The kernel asks three times: bprm_creds_for_exec once for each execve(),
 * bprm_check_security for the program and then for each interpreter of a
 * script, bprm_committed_creds when there is no way back. Nothing tells that an
 * execve() failed: what was prepared for it stays until the next one, unused.
 */
#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/timekeeping.h>

#include "adopt.h"
#include "core/bundle.h"
#include "core/encode.h"
#include "event.h"
#include "core/hash.h"
#include "path/fingerprint.h"
#include "hook_file.h"
#include "hooks.h"
#include "path/pathname.h"
#include "core/seen.h"
#include "core/exec_strings.h"
#include "core/task.h"
#include "policy/transition.h"

/*
 * As TOMOYO does: of an encoded name of a variable no more than this is kept, and
 * an encoded zeroth argument that is not shorter than this is not named at all.
 */
#define ENV_MAX (4096 - 10)
#define ARGV0_MAX (2 * 4096 - 32 - 10)

/* How many bytes of a name are kept. */
static size_t env_cut(const char *name, size_t len)
{
	size_t used = 0, i;

	/* No byte becomes more than four. */
	if (len <= ENV_MAX / 4)
		return len;
	for (i = 0; i < len && used < ENV_MAX; i++)
		used += encode_name(NULL, 0, name + i, 1);
	return i;
}

/* Returns the access, when it is known now; else NULL. */
static struct access *env_event(struct domain *domain, const char *name, size_t len)
{
	counter_add(COUNTER_SEEN);
	return seen_find(event_name(domain, ACCESS_MISC_ENV, name, env_cut(name, len), GFP_HOOK));
}

/*
 * Name by name, and bundles them if all are known now. Returns 0, or -errno when
 * the others cannot be read.
 */
static int names_event(struct domain *domain, struct strings *strings, u64 key)
{
	int left = strings->bprm->envc, err = 0;
	struct bundle *bundle = key ? bundle_create(left, GFP_HOOK) : NULL;
	struct access *access;
	const char *name;
	u32 count = 0;
	size_t len;

	for (; left && !err; left--) {
		err = strings_next(strings, '=', &name, &len);
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
		bundle_add(bundle, count, key);
	else
		bundle_free(bundle);
	return err;
}

/* The environment of a program, charged to its own domain. */
static void environment_event(struct domain *domain, struct strings *strings)
{
	struct linux_binprm *bprm = strings->bprm;
	u64 key, what = event_action(ACCESS_MISC_ENV, 0);
	unsigned long start;
	int err;

	if (!bprm->envc)
		return;
	strings_seek(strings, bprm->p);
	err = strings_skip(strings, bprm->argc);
	start = strings_tell(strings);
	err = err ?: strings_hash(strings, '=', bprm->envc, &what);
	if (!err && !event_are_known(domain, &key, what)) {
		strings_seek(strings, start);
		err = names_event(domain, strings, key);
	}
	if (err)
		event_lose(domain, -ENOMEM);
}

/**
 * struct program - what an execve() names
 * @bprm: of the execve()
 * @from: the domain that executes it
 * @path: where it is, as it was given: the last symbolic link is not followed
 * @err: why it cannot be found there, -errno; then @path is nothing
 * @has_prints: whether the two fingerprints could be taken
 * @given: fingerprint of @path
 * @file: fingerprint of the file itself
 * @rules: the transition rules that hold for it
 * @text: the name of @path, once it was needed
 */
struct program {
	struct linux_binprm *bprm;
	struct domain *from;
	struct path path;
	int err;
	bool has_prints;
	struct fingerprint given;
	struct fingerprint file;
	u32 rules;
	char *text;
};

static void program_find(struct program *program)
{
	const struct path *file = &program->bprm->file->f_path;
	const char *text = program->bprm->filename;

	program->rules = transition_version();
	program->has_prints = fingerprint_get(file, 0, &program->file);
	if (program->has_prints && fingerprint_is_plain(text, file, &program->file)) {
		/* What looking for it would find. */
		path_get(file);
		program->path = *file;
		program->given = program->file;
		return;
	}
	program->err = kern_path(text, 0, &program->path);
	program->has_prints = program->has_prints && !program->err &&
			      fingerprint_get(&program->path, 0, &program->given);
}

static void program_release(struct program *program)
{
	if (!program->err)
		path_put(&program->path);
	kfree(program->text);
}

/* The key, if it stands for the names that were built after it was made. */
static u64 program_key(const struct program *program, u64 key)
{
	return program->has_prints && fingerprint_holds(&program->given) &&
	       fingerprint_holds(&program->file) ? key : 0;
}

/* What it is known as; NULL when there is no memory. */
static const char *program_name(struct program *program)
{
	/* No such path any more, or no /dev/fd to see it through: the file's own. */
	const struct path *path = program->err ? &program->bprm->file->f_path : &program->path;

	if (!program->text && program->err != -ENOMEM)
		program->text = pathname_get(path);
	return program->text ? transition_aggregate(program->from, program->text) : NULL;
}

/* The domain in which it will run, or an ERR_PTR. */
static struct domain *program_domain(struct program *program)
{
	u64 seed = READ_ONCE(program->from->seed);
	u64 key = hash_mix(hash_mix(seed, program->given.hash), program->rules);
	struct domain *next = program->has_prints ? transition_cache_find(key) : NULL;
	const char *name;

	if (next)
		return next;
	name = program_name(program);
	next = name ? transition_domain(program->from, name, GFP_HOOK) : ERR_PTR(-ENOMEM);
	if (!IS_ERR(next) && program_key(program, key))
		transition_cache_add(key, next);
	return next;
}

/* PATH exec.realpath="PATH" exec.argv[0]="WORD" */
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

static void execute_event(struct program *program, const struct domain *next,
			  struct strings *strings)
{
	u64 what = event_action(ACCESS_FILE_EXECUTE, program->rules), key = 0;
	const char *word = "";
	size_t len = 0;
	char *object;

	if (program->bprm->argc && strings_next(strings, '\0', &word, &len))
		len = 0;
	counter_add(COUNTER_SEEN);
	what = hash_mix(what, program->given.hash);
	what = hash_mix(what, program->file.hash);
	what = hash_bytes(what, word, len);
	if (program->has_prints && event_is_known(program->from, &key, what))
		return;
	object = execute_object(program, word, len);
	if (object)
		event_record_exec(program->from, object, program_key(program, key), next);
	else
		event_lose(program->from, -ENOMEM);
	kfree(object);
}

/* Where a program's history begins: that of the caller, or anew. */
static struct history *transition_from(struct linux_binprm *bprm, struct task_state *state)
{
	struct history *history = rcu_dereference_protected(state->history, true);

	return adopt_is_real_init(bprm) ? history_kernel : history;
}

/* Sets @state's pending, unless the transition fails. */
static void transition_prepare(struct task_state *state, struct history *from,
			       struct program *program)
{
	struct domain *domain = program_domain(program);

	if (IS_ERR(domain)) {
		event_lose_transition(from->domain, PTR_ERR(domain));
		return;
	}
	state->pending = history_create(from, domain, GFP_HOOK);
	if (!state->pending)
		event_lose_transition(from->domain, -ENOMEM);
}

/* The first check of an execve(): of the program that it names. */
static void program_event(struct linux_binprm *bprm, struct task_state *state)
{
	struct strings strings;
	struct history *from = transition_from(bprm, state);
	struct program program = { .bprm = bprm, .from = from->domain };
	struct domain *next;

	state->in_exec = true;
	strings_begin(&strings, bprm);
	program_find(&program);
	transition_prepare(state, from, &program);
	next = state->pending ? state->pending->domain : NULL;
	if (mode_wants(MODE_FILE))
		execute_event(&program, next, &strings);
	if (mode_wants(MODE_ENV))
		environment_event(next ? next : from->domain, &strings);
	strings_release(&strings);
	program_release(&program);
}

/* Reading an interpreter is charged to the program that needs it. */
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
	history_put(state->pending);
	state->pending = NULL;
	state->in_exec = false;
}

static void check_event(struct linux_binprm *bprm)
{
	struct task_state *state = task_find_current();

	/* A thread of the kernel, or one that got no memory when it was forked. */
	if (!state)
		state = adopt_task(current, GFP_HOOK);
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
	/* It was on its way when we were loaded. */
	if (!state->in_exec) {
		task_delete(current);
		adopt_task(current, GFP_HOOK);
		return;
	}
	state->in_exec = false;
	history = state->pending;
	if (!history)
		return;
	if (is_global_init(current))
		adopt_begin(history);
	state->pending = NULL;
	history->time = ktime_get_real_seconds();
	task_comm_current(history->comm);
	task_set_history(state, history);
}

DEFINE_HOOK(bprm_creds_for_exec, begin_event())
DEFINE_HOOK(bprm_check_security, check_event(bprm))
DEFINE_HOOK_VOID(bprm_committed_creds, commit_event())
