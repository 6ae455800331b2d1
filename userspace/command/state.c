// SPDX-License-Identifier: GPL-2.0-only
/* Saves domains or rules to a file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "source/checksum.h"
#include "command.h"
#include "render/render.h"
#include "session/save_file.h"
#include "state.h"

/* Administrators edit rules: no checksum */
#define RULES_HEAD	"# ashiato rules 1, "

static void state_head(const struct state *state, struct text *head)
{
	time_t now = time(NULL);
	struct utsname uts;
	char about[256];
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (uname(&uts))
		memset(&uts, 0, sizeof(uts));
	snprintf(about, sizeof(about), "saved %s, %s, kernel %s", when,
		 uts.nodename, uts.release);
	if (state->model) {
		checksum_head(head, about);
		return;
	}
	text_puts(head, RULES_HEAD);
	text_add_line(head, about, strlen(about));
}

static int state_print(const void *ctx, FILE *out)
{
	const struct state *state = ctx;
	struct text head = { 0 };
	int err = 0;

	state_head(state, &head);
	if (head.failed) {
		err = -ENOMEM;
	} else if (state->model) {
		err = render_policy(state->model, head.data, out);
	} else {
		fprintf(out, "%s\n\n", head.data);
		for (size_t i = 0; i < state->rules->count; i++)
			fprintf(out, "%s\n", state->rules->rule[i].line);
	}
	text_free(&head);
	return err;
}

/**
 * state_save() - Save domains or rules, or report an error
 * @state: domains or rules
 * @file: name of the file; a regular file is replaced atomically, and keeps its owner
 *	and mode; - for standard output
 *
 * Return: EXIT_FOUND or EXIT_INPUT.
 */
int state_save(const struct state *state, const char *file)
{
	const struct content content = { .print = state_print, .ctx = state };
	int err = file_save(&content, file);

	if (!err)
		return EXIT_FOUND;
	report_error("%s: not saved: %s", file, strerror(-err));
	return EXIT_INPUT;
}
