/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_EXIT_H
#define ASHIATO_EXIT_H

#include "record.h"

/* Numbers in the record of a process that has ended; see exit_names. */
enum exit_number {
	EXIT_SIGNAL,
	EXIT_STATUS,
	EXIT_RUN_MS,
	EXIT_MAX_RSS_KB,
	EXIT_RCHAR,
	EXIT_WCHAR,
	EXIT_READ_BYTES,
	EXIT_WRITE_BYTES,
	EXIT_NUMBERS
};

/* Names of their fields in the record. */
extern const char *const exit_names[EXIT_NUMBERS];

/**
 * struct process_exit - How a process ended
 * @number: values of the fields; -1 for those that the record lacks
 * @has_core: the kernel dumped core
 * @signal: name of the signal; NULL if none ended the process
 */
struct process_exit {
	int64_t number[EXIT_NUMBERS];
	bool has_core;
	const char *signal;
};

bool record_is_exit(const struct record *record);
int exit_read(struct process_exit *ended, const struct record *record, struct text *line);

#endif
