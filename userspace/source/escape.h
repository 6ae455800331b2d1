/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ESCAPE_H
#define ASHIATO_ESCAPE_H

#include "base/text.h"

int text_add_untrusted(struct text *text, struct span value);
int text_add_argument(struct text *text, struct span value);
int text_add_subject(struct text *text, struct span value, bool is_text);

#endif
