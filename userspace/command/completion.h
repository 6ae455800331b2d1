/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_COMPLETION_H
#define ASHIATO_COMPLETION_H

#include "command.h"

void completion_offer(const char *word, const char *help);
void completion_files(const char *typed);
void completion_print(const struct command *const *commands, size_t count,
		      char *const words[]);

#endif
