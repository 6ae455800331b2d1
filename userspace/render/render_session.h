/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_SESSION_H
#define ASHIATO_RENDER_SESSION_H

#include <stdio.h>

#include "base/colour.h"
#include "model/session.h"

int render_sessions(const struct sessions *sessions, bool with_all,
		    const struct colours *colours, FILE *out);
int render_sessions_list(const struct sessions *sessions, FILE *out);
int render_sessions_json(const struct sessions *sessions, bool with_items, bool with_all,
			 FILE *out);

#endif
