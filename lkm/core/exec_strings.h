/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EXEC_STRINGS_H
#define ASHIATO_EXEC_STRINGS_H

#include <linux/types.h>

struct linux_binprm;
struct page;

/* Maximum length in bytes of a string that exec_strings_next() returns. */
#define EXEC_STRING_MAX 8192

/**
 * struct exec_strings - reader of the arguments and the environment of a new program
 * @bprm: program that is being executed
 * @next: address, in the memory of the program, of the page after @page, or of the next
 *	byte if @page is NULL
 * @page: current page, or NULL
 * @at: next byte in @page
 * @end: end of @page
 * @joined: buffer for strings that span pages; NULL until the first one is read
 * @passed: number of strings that exec_strings_next() has read
 */
struct exec_strings {
	struct linux_binprm *bprm;
	unsigned long next;
	struct page *page;
	const char *at;
	const char *end;
	char *joined;
	unsigned int passed;
};

/**
 * exec_strings_begin() - start reading at argv[0]
 * @strings: reader to initialise; exec_strings_release() frees its resources
 * @bprm: program that is being executed
 *
 * Context: any.
 */
static inline void exec_strings_begin(struct exec_strings *strings, struct linux_binprm *bprm)
{
	*strings = (struct exec_strings){ .bprm = bprm, .next = bprm->p };
}

void exec_strings_release(struct exec_strings *strings);
unsigned long exec_strings_tell(const struct exec_strings *strings);
void exec_strings_seek(struct exec_strings *strings, unsigned long position);
int exec_strings_next(struct exec_strings *strings, char stop, const char **word, size_t *len);
int exec_strings_skip(struct exec_strings *strings, unsigned int count);
int exec_strings_hash(struct exec_strings *strings, char stop, unsigned int count, u64 *hash);

#endif
