/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EXEC_STRINGS_H
#define ASHIATO_EXEC_STRINGS_H

#include <linux/types.h>

struct linux_binprm;
struct page;

/* The longest string that exec_strings_next() gives whole, in bytes. */
#define EXEC_STRING_MAX 8192

/**
 * struct exec_strings - reads the strings on the stack of a new program: its
 * arguments, and then its environment
 * @bprm: of the program
 * @next: address there of the page behind @page; where to begin at first
 * @page: that is read; NULL at first
 * @at: the next byte in it
 * @end: of it
 * @joined: a string that lies on more than one page; NULL until there is one
 */
struct exec_strings {
	struct linux_binprm *bprm;
	unsigned long next;
	struct page *page;
	const char *at;
	const char *end;
	char *joined;
};

void exec_strings_begin(struct exec_strings *strings, struct linux_binprm *bprm);
void exec_strings_release(struct exec_strings *strings);
unsigned long exec_strings_tell(const struct exec_strings *strings);
void exec_strings_seek(struct exec_strings *strings, unsigned long position);
int exec_strings_next(struct exec_strings *strings, char stop, const char **word, size_t *len);
int exec_strings_skip(struct exec_strings *strings, unsigned int count);
int exec_strings_hash(struct exec_strings *strings, char stop, unsigned int count, u64 *hash);

#endif
