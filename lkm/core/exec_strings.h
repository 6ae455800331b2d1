/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EXEC_STRINGS_H
#define ASHIATO_EXEC_STRINGS_H

#include <linux/types.h>

struct linux_binprm;
struct page;

/* The longest string that strings_next() gives whole, in bytes. */
#define STRING_MAX 8192

/**
 * struct strings - reads the strings on the stack of a new program: its
 * arguments, and then its environment
 * @bprm: of the program
 * @next: address there of the page behind @page; where to begin at first
 * @page: that is read; NULL at first
 * @at: the next byte in it
 * @end: of it
 * @joined: a string that lies on more than one page; NULL until there is one
 */
struct strings {
	struct linux_binprm *bprm;
	unsigned long next;
	struct page *page;
	const char *at;
	const char *end;
	char *joined;
};

void strings_begin(struct strings *strings, struct linux_binprm *bprm);
void strings_release(struct strings *strings);
unsigned long strings_tell(const struct strings *strings);
void strings_seek(struct strings *strings, unsigned long position);
int strings_next(struct strings *strings, char stop, const char **word, size_t *len);
int strings_skip(struct strings *strings, unsigned int count);
int strings_hash(struct strings *strings, char stop, unsigned int count, u64 *hash);

#endif
