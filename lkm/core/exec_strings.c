// SPDX-License-Identifier: GPL-2.0-only
/* Reads the arguments and the environment of a program that is about to run. */
#include <asm/word-at-a-time.h>
#include <linux/binfmts.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "gfp.h"
#include "hash.h"
#include "exec_strings.h"

/* Mixed into a hash where a string continues on the next page. */
#define CONTINUES 1

/**
 * exec_strings_begin() - start reading at argv[0]
 * @strings: reader to initialise; exec_strings_release() frees its resources
 * @bprm: program that is being executed
 *
 * Context: any.
 */
void exec_strings_begin(struct exec_strings *strings, struct linux_binprm *bprm)
{
	*strings = (struct exec_strings){ .bprm = bprm, .next = bprm->p };
}

static void page_release(struct exec_strings *strings)
{
	if (strings->page)
		put_page(strings->page);
	strings->page = NULL;
	strings->at = NULL;
	strings->end = NULL;
}

/**
 * exec_strings_release() - free the resources of a reader
 * @strings: reader
 *
 * Context: any.
 */
void exec_strings_release(struct exec_strings *strings)
{
	page_release(strings);
	kfree(strings->joined);
}

/**
 * exec_strings_tell() - get the position of the next string
 * @strings: reader
 *
 * Context: any.
 * Return: the position, an address in the memory of the program.
 */
unsigned long exec_strings_tell(const struct exec_strings *strings)
{
	return strings->next - (strings->end - strings->at);
}

/**
 * exec_strings_seek() - continue at another position
 * @strings: reader
 * @position: position from exec_strings_tell()
 *
 * Context: any.
 */
void exec_strings_seek(struct exec_strings *strings, unsigned long position)
{
	if (strings->page && strings->next - position <= PAGE_SIZE) {
		strings->at = strings->end - (strings->next - position);
		return;
	}
	page_release(strings);
	strings->next = position;
}

static noinline int page_load(struct exec_strings *strings)
{
	unsigned long page = strings->next & PAGE_MASK;
	unsigned int offset = offset_in_page(strings->next);

	page_release(strings);
	strings->page = compat_get_page(strings->bprm->mm, page);
	if (!strings->page)
		return -EFAULT;
	strings->at = page_address(strings->page) + offset;
	strings->end = page_address(strings->page) + PAGE_SIZE;
	strings->next = page + PAGE_SIZE;
	cond_resched();
	return 0;
}

/* Loads the next page if the current one is read to its end. Returns 0, or -EFAULT. */
static inline int exec_strings_load(struct exec_strings *strings)
{
	return likely(strings->at < strings->end) ? 0 : page_load(strings);
}

/* Returns a mask for create_zero_mask() that locates the first NUL or @stop; 0 if none. */
static __always_inline unsigned long word_ends(unsigned long word, char stop)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long other = word ^ REPEAT_BYTE((u8)stop), ends, stops;

	if (!(has_zero(word, &ends, &constants) | has_zero(other, &stops, &constants)))
		return 0;
	return prep_zero_mask(word, ends, &constants) | prep_zero_mask(other, stops, &constants);
}

/* Returns the first NUL or @stop between @from and @end, or @end. */
static __always_inline const char *string_scan(const char *from, const char *end, char stop)
{
	for (; end - from >= sizeof(long); from += sizeof(long)) {
		unsigned long ends = word_ends(hash_load(from, sizeof(long)), stop);

		if (ends)
			return from + find_zero(create_zero_mask(ends));
	}
	while (from < end && *from && *from != stop)
		from++;
	return from;
}

/* As string_scan(), but also mixes the bytes before the result into @hash. */
static __always_inline const char *string_hash(const char *from, const char *end, char stop,
					       u64 *hash)
{
	const char *tail;

	for (; end - from >= sizeof(long); from += sizeof(long)) {
		unsigned long word = hash_load(from, sizeof(long));
		unsigned long ends = word_ends(word, stop), mask;
		unsigned int len;

		if (!ends) {
			*hash = hash_mix(*hash, word);
			continue;
		}
		mask = create_zero_mask(ends);
		len = find_zero(mask);
		*hash = hash_mix(*hash ^ (u64)(len + 1) << 48, word & zero_bytemask(mask));
		return from + len;
	}
	tail = string_scan(from, end, stop);
	*hash = hash_bytes(*hash ^ 1ULL << 56, from, tail - from);
	return tail;
}

/* Moves past the current string, which may span pages. Returns 0, or -EFAULT. */
static __always_inline int string_leave(struct exec_strings *strings)
{
	const char *at;
	int err;

	for (;;) {
		err = exec_strings_load(strings);
		if (err)
			return err;
		at = string_scan(strings->at, strings->end, '\0');
		strings->at = at;
		if (likely(at < strings->end))
			break;
	}
	strings->at = at + 1;
	return 0;
}

/**
 * exec_strings_skip() - skip strings
 * @strings: reader; moves past the last of the strings
 * @count: number of strings
 *
 * Context: may sleep.
 * Return: 0, or -EFAULT.
 */
int exec_strings_skip(struct exec_strings *strings, unsigned int count)
{
	int err = 0;

	while (count-- && !err)
		err = string_leave(strings);
	return err;
}

/**
 * exec_strings_hash() - mix strings, or the first part of each, into a hash
 * @strings: reader; moves past the last of the strings
 * @stop: character that ends the part to hash, or NUL for whole strings
 * @count: number of strings
 * @hash: hash to update; the result may depend on where page boundaries are
 *
 * Context: may sleep.
 * Return: 0, or -EFAULT.
 */
int exec_strings_hash(struct exec_strings *strings, char stop, unsigned int count, u64 *hash)
{
	u64 so_far = *hash;
	int err = 0;

	while (count-- && !err) {
		for (;;) {
			err = exec_strings_load(strings);
			if (err)
				return err;
			strings->at = string_hash(strings->at, strings->end, stop, &so_far);
			if (likely(strings->at < strings->end))
				break;
			so_far = hash_mix(so_far, CONTINUES);
		}
		err = string_leave(strings);
	}
	*hash = so_far;
	return err;
}

/* As exec_strings_next(), for a string that spans pages. */
static int string_join(struct exec_strings *strings, char stop, const char **word, size_t *len)
{
	size_t used = 0;

	if (!strings->joined)
		strings->joined = kmalloc(EXEC_STRING_MAX, GFP_HOOK);
	if (!strings->joined)
		return -ENOMEM;
	for (;;) {
		int err = exec_strings_load(strings);
		const char *from = strings->at;
		size_t part;

		if (err)
			return err;
		strings->at = string_scan(from, strings->end, '\0');
		part = min_t(size_t, strings->at - from, EXEC_STRING_MAX - used);
		memcpy(strings->joined + used, from, part);
		used += part;
		if (strings->at < strings->end)
			break;
	}
	strings->at++;
	*word = strings->joined;
	*len = string_scan(*word, *word + used, stop) - *word;
	return 0;
}

/**
 * exec_strings_next() - read a string, or the first part of it
 * @strings: reader; moves past the string
 * @stop: character that ends the part to read, or NUL for the whole string
 * @word: set to the string, which is not NUL-terminated and valid until the next call
 * @len: set to the length in bytes; longer strings are cut at EXEC_STRING_MAX
 *
 * Context: may sleep.
 * Return: 0, -EFAULT, or -ENOMEM.
 */
int exec_strings_next(struct exec_strings *strings, char stop, const char **word, size_t *len)
{
	int err = exec_strings_load(strings);
	const char *end;

	if (err)
		return err;
	end = string_scan(strings->at, strings->end, '\0');
	if (end == strings->end)
		return string_join(strings, stop, word, len);
	*word = strings->at;
	*len = min_t(size_t, string_scan(*word, end, stop) - *word, EXEC_STRING_MAX);
	strings->at = end + 1;
	return 0;
}
