/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_HELP_H
#define ASHIATO_HELP_H

#include "command.h"

void help_wrap(const char *line, int column, int indent);
void help_option(const struct command_option *option, int indent);
void help_print(const struct command *self);

#endif
