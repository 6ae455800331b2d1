// SPDX-License-Identifier: GPL-2.0-only
/* Reads the arguments and the environment of a program that is about to run. */
#include <linux/binfmts.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "gfp.h"
#include "hash.h"
#include "exec_strings.h"

/*
 * Mixed into a hash where a string continues on the next page. string_hash_fast() never mixes in
 * such a word, whose first byte is NUL and whose last byte is not.
 */
#define CONTINUES BIT(56)

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

/*
 * Finds the first byte of @word that is NUL or @stop, which is ASCII. Returns a word whose lowest
 * set bit is the highest bit of this byte; 0 if there is no such byte. Callers ignore the bits
 * above: a borrow may have set them.
 */
static __always_inline unsigned long word_ends(unsigned long word, char stop)
{
	unsigned long other = word ^ REPEAT_BYTE((u8)stop);
	unsigned long ends = ((word - REPEAT_BYTE(1)) | (other - REPEAT_BYTE(1))) &
			     REPEAT_BYTE(0x80);

	/* Bytes that are not ASCII may have set bits, too. */
	if (ends && unlikely(word & REPEAT_BYTE(0x80)))
		ends = (((word - REPEAT_BYTE(1)) & ~word) | ((other - REPEAT_BYTE(1)) & ~other)) &
		       REPEAT_BYTE(0x80);
	return ends;
}

/* Returns the first NUL or @stop between @from and @end, or @end. */
static __always_inline const char *string_scan(const char *from, const char *end, char stop)
{
	for (; end - from >= sizeof(long); from += sizeof(long)) {
		unsigned long ends = word_ends(hash_load(from, sizeof(long)), stop);

		if (ends)
			return from + __ffs(ends) / 8;
	}
	while (from < end && *from && *from != stop)
		from++;
	return from;
}

/* As string_scan(), but also mixes the bytes before the result into @hash. */
static const char *string_hash(const char *from, const char *end, char stop, u64 *hash)
{
	const char *at = string_scan(from, end, stop);

	*hash = hash_bytes(*hash ^ 1ULL << 56, from, at - from);
	return at;
}

/*
 * Mixes the bytes of a string before the first NUL or @stop into @hash. Returns the end of the
 * string; or NULL, with @hash unchanged, if the string goes on behind the word at @last.
 */
static __always_inline const char *string_hash_fast(const char *from, const char *last, char stop,
						    u64 *hash)
{
	unsigned long word, ends;
	u64 so_far = *hash;

	for (;; from += sizeof(long)) {
		if (unlikely(from > last))
			return NULL;
		word = hash_load(from, sizeof(long));
		ends = word_ends(word, stop);
		if (ends)
			break;
		so_far = hash_mix(so_far, word);
	}
	/*
	 * Keep only the bytes before the end of the string. The last byte of this word is then NUL,
	 * unlike in the words before, so that the hash depends on the length.
	 */
	so_far = hash_mix(so_far, word & ((ends - 1) & ~ends) >> 7);
	from += __ffs(ends) / 8;
	for (;; from += sizeof(long)) {
		if (unlikely(from > last))
			return NULL;
		ends = word_ends(hash_load(from, sizeof(long)), '\0');
		if (ends)
			break;
	}
	*hash = so_far;
	return from + __ffs(ends) / 8;
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

/* Does the work of exec_strings_hash() for a string at or near the end of a page. */
static noinline int string_hash_slow(struct exec_strings *strings, char stop, u64 *hash)
{
	int err;

	for (;;) {
		err = exec_strings_load(strings);
		if (err)
			return err;
		strings->at = string_hash(strings->at, strings->end, stop, hash);
		if (likely(strings->at < strings->end))
			return string_leave(strings);
		*hash = hash_mix(*hash, CONTINUES);
	}
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
	int err = exec_strings_load(strings);
	const char *at = strings->at, *last = strings->end - sizeof(long);
	u64 so_far = *hash;

	if (err)
		return err;
	while (count--) {
		const char *end = string_hash_fast(at, last, stop, &so_far);

		if (likely(end)) {
			at = end + 1;
			continue;
		}
		strings->at = at;
		*hash = so_far;
		err = string_hash_slow(strings, stop, hash);
		if (err)
			return err;
		at = strings->at;
		last = strings->end - sizeof(long);
		so_far = *hash;
	}
	strings->at = at;
	*hash = so_far;
	return 0;
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
	strings->passed++;
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
	strings->at = end + 1;
	strings->passed++;
	if (stop)
		end = string_scan(*word, end, stop);
	*len = min_t(size_t, end - *word, EXEC_STRING_MAX);
	return 0;
}
