// SPDX-License-Identifier: GPL-2.0-only
/* ashiato browse: domains, accesses and processes on the full screen. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "browse/browse.h"
#include "browse/screen.h"
#include "command.h"
#include "completion.h"

static int terminal_error(int err)
{
	const char *term = getenv("TERM");
	struct text shown = { 0 };

	text_add_line(&shown, term ? term : "", term ? strlen(term) : 0);
	if (err == -ENOTTY)
		report_error("browse: standard input or output is not a terminal: type \"ashiato tree\"");
	else
		report_error("browse: TERM=%s: this terminal cannot show a full screen: type \"TERM=vt100 ashiato browse\"",
			      text_str(&shown));
	text_free(&shown);
	return EXIT_USAGE;
}

/* Check this before the sources are read, which may take long. */
static bool has_terminal(char *const *names)
{
	bool is_piped = false;

	for (; *names; names++)
		is_piped |= !strcmp(*names, "-");
	return isatty(STDOUT_FILENO) && (is_piped || isatty(STDIN_FILENO));
}

static int browse_loop(struct browse *browse)
{
	int err = screen_open(browse->colours != &colours_none);

	if (err) {
		report_keep(NULL, true);
		return terminal_error(err);
	}
	report_keep(&browse->message, false);
	browse_open(browse, &view_tree, NULL);
	while (browse->view) {
		browse_draw(browse);
		browse_key(browse, screen_key());
	}
	screen_close();
	report_keep(NULL, true);
	return EXIT_FOUND;
}

static int browse_run(const struct command *self, int argc, char **argv)
{
	struct browse browse = {
		.command = self->name,
		.colours = colours_wanted() == &colours_none ? &colours_none
							     : &colours_marks,
	};
	int result;

	result = command_options(self, argc, argv, NULL, NULL);
	if (result != GO_ON)
		return result;
	browse.names = argv + optind;
	if (!has_terminal(browse.names))
		return terminal_error(-ENOTTY);
	report_keep(&browse.message, true);
	result = browse_read(&browse);
	report_keep(NULL, true);
	if (result == GO_ON) {
		result = browse_loop(&browse);
		/* The screen has shown the damage to the user */
		report_allow_damage();
	} else {
		report_error("%s", text_str(&browse.message));
	}
	browse_free(&browse);
	return result;
}

const struct command cmd_browse = {
	.name = "browse",
	.arguments = "[SOURCE]...",
	.summary = "Browse domains, accesses and processes on the full screen",
	.help =
	"The screen begins with the tree of domains. Keys: Enter shows the accesses of a\n"
	"domain, / searches, @ shows the running processes, d the differences from a\n"
	"saved state, ? all keys; q goes back, and quits from the tree.\n"
	"The screen is drawn on standard output. Keys are read from standard input, or\n"
	"from the terminal if SOURCE is -.\n\n"
	HELP_SOURCE,
	.complete = completion_files,
	.run = browse_run,
};
