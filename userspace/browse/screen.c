// SPDX-License-Identifier: GPL-2.0-only
/* The terminal: the only file that uses ncurses. */
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "base/array.h"
#include "screen.h"

/* Time to wait after an Escape byte for the rest of an escape sequence, in ms */
#define ESCAPE_MS	100

static SCREEN *screen;
static FILE *keys;
static MEVENT mouse;

static const int fatal_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

/* Terminals without an alternate screen: leave the shell an empty line. */
static void screen_leave(void)
{
	attrset(A_NORMAL);
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
	endwin();
}

/* Its signals are blocked while the screen is drawn: see screen_interrupts(). */
static void fatal_signal(int number)
{
	screen_leave();
	signal(number, SIG_DFL);
	/* The signal stays pending until this handler returns, then ends the process */
	raise(number);
}

/**
 * screen_interrupts() - Unblock or block the signals that end the program
 * @are_taken: true to unblock them, false to keep them pending
 */
void screen_interrupts(bool are_taken)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaddset(&set, fatal_signals[i]);
	sigprocmask(are_taken ? SIG_UNBLOCK : SIG_BLOCK, &set, NULL);
}

/* Standard input, or the controlling terminal if standard input is a source. */
static FILE *keys_open(void)
{
	int fd = isatty(STDIN_FILENO) ?
		 fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) :
		 open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? NULL : fdopen(fd, "r");
}

/* Sequences of terminals that do not match the terminfo entry of their TERM */
static void keys_define(void)
{
	static const struct {
		const char *sent;
		int code;
	} more[] = {
		{ "\033[1~", KEY_HOME }, { "\033[4~", KEY_END },
		{ "\033[7~", KEY_HOME }, { "\033[8~", KEY_END },
		{ "\033[H", KEY_HOME }, { "\033[F", KEY_END },
		{ "\033OH", KEY_HOME }, { "\033OF", KEY_END },
		{ "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE },
		{ "\033[3~", KEY_DC },
		{ "\033[A", KEY_UP }, { "\033[B", KEY_DOWN },
		{ "\033[C", KEY_RIGHT }, { "\033[D", KEY_LEFT },
		{ "\033OA", KEY_UP }, { "\033OB", KEY_DOWN },
		{ "\033OC", KEY_RIGHT }, { "\033OD", KEY_LEFT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		define_key(more[i].sent, more[i].code);
}

static void colours_open(void)
{
	start_color();
	use_default_colors();
	init_pair(1, COLOR_GREEN, -1);
	init_pair(2, COLOR_RED, -1);
	init_pair(3, COLOR_YELLOW, -1);
}

/* Checked here, because newterm() leaks memory if the terminal cannot move its cursor. */
static bool can_move_cursor(void)
{
	bool has_address;
	int err;

	if (setupterm(NULL, STDOUT_FILENO, &err) != OK)
		return false;
	has_address = cursor_address;
	del_curterm(cur_term);
	return has_address;
}

/**
 * screen_open() - Take over the terminal
 * @with_colours: use colours if the terminal has them
 *
 * Return: 0, -ENOTTY if there is no terminal for output or for keys, or -ENODEV if
 * the terminal is unknown or cannot move its cursor.
 */
int screen_open(bool with_colours)
{
	struct sigaction action = { .sa_handler = fatal_signal };

	keys = isatty(STDOUT_FILENO) ? keys_open() : NULL;
	if (!keys)
		return -ENOTTY;
	screen = can_move_cursor() ? newterm(NULL, stdout, keys) : NULL;
	if (!screen) {
		screen_close();
		return -ENODEV;
	}
	screen_interrupts(false);
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &action, NULL);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	keys_define();
	/* Report each press at once: do not wait for a second click */
	mouseinterval(0);
	/* Only the terminal's own reports: do not load the library of gpm */
	setenv("NCURSES_GPM_TERMS", "", 1);
	screen_mouse(true);
	if (!getenv("ESCDELAY"))
		set_escdelay(ESCAPE_MS);
	if (with_colours && has_colors())
		colours_open();
	return 0;
}

/**
 * screen_close() - Restore the terminal
 */
void screen_close(void)
{
	if (screen) {
		screen_leave();
		delscreen(screen);
	}
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		signal(fatal_signals[i], SIG_DFL);
	screen_interrupts(true);
	if (keys)
		fclose(keys);
	screen = NULL;
	keys = NULL;
}

static const struct {
	int code;
	enum screen_key key;
} codes[] = {
	{ '\n', SCREEN_ENTER },
	{ '\r', SCREEN_ENTER },
	{ KEY_ENTER, SCREEN_ENTER },
	{ '\033', SCREEN_ESCAPE },
	{ '\b', SCREEN_BACKSPACE },
	{ 0x7f, SCREEN_BACKSPACE },
	{ KEY_BACKSPACE, SCREEN_BACKSPACE },
	{ KEY_DC, SCREEN_DELETE },
	{ KEY_UP, SCREEN_UP },
	{ KEY_DOWN, SCREEN_DOWN },
	{ KEY_LEFT, SCREEN_LEFT },
	{ KEY_RIGHT, SCREEN_RIGHT },
	{ KEY_PPAGE, SCREEN_PAGE_UP },
	{ KEY_NPAGE, SCREEN_PAGE_DOWN },
	{ KEY_HOME, SCREEN_FIRST },
	{ KEY_FIND, SCREEN_FIRST },
	{ KEY_END, SCREEN_LAST },
	{ KEY_SELECT, SCREEN_LAST },
	{ KEY_RESIZE, SCREEN_RESIZE },
};

/**
 * screen_mouse() - Take over the mouse, or leave it to the terminal
 * @is_on: take it over; the terminal then selects text only with Shift
 *
 * Return: false if the terminal does not report the mouse.
 */
bool screen_mouse(bool is_on)
{
	const mmask_t wanted = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;

	return mousemask(is_on ? wanted : 0, NULL) || !is_on;
}

/**
 * screen_clicked() - Get the place of the last SCREEN_CLICK
 * @row: set to the row of the screen
 * @column: set to the column of the screen
 */
void screen_clicked(int *row, int *column)
{
	*row = mouse.y;
	*column = mouse.x;
}

/* SCREEN_NONE: an event that has no meaning, such as the release of a button. */
static enum screen_key mouse_key(void)
{
	if (getmouse(&mouse) != OK)
		return SCREEN_NONE;
	if (mouse.bstate & BUTTON4_PRESSED)
		return SCREEN_WHEEL_UP;
	if (mouse.bstate & BUTTON5_PRESSED)
		return SCREEN_WHEEL_DOWN;
	return mouse.bstate & BUTTON1_PRESSED ? SCREEN_CLICK : SCREEN_NONE;
}

/**
 * screen_key() - Wait for a key
 *
 * Return: a byte, or enum screen_key. Signals are unblocked while it waits.
 */
int screen_key(void)
{
	enum screen_key key = SCREEN_NONE;
	int code;

	screen_interrupts(true);
	do {
		errno = 0;
		code = getch();
		if (code == KEY_MOUSE)
			key = mouse_key();
	} while (code == KEY_MOUSE ? key == SCREEN_NONE : code == ERR && errno == EINTR);
	screen_interrupts(false);
	if (code == ERR)
		return SCREEN_END;
	if (code == KEY_MOUSE)
		return key;
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].code == code)
			return codes[i].key;
	return code < SCREEN_NONE ? code : SCREEN_NONE;
}

/**
 * screen_repaint() - Redraw the whole terminal with the next screen_show()
 */
void screen_repaint(void)
{
	clearok(curscr, TRUE);
}

/**
 * screen_size() - Get the size of the terminal
 * @height: set to the number of rows
 * @width: set to the number of columns
 */
void screen_size(int *height, int *width)
{
	getmaxyx(stdscr, *height, *width);
}

/**
 * screen_clear() - Start drawing an empty screen
 */
void screen_clear(void)
{
	erase();
}

/* In the order of colours_marks, whose first mark is 1. */
static attr_t mark_look(char mark)
{
	const attr_t looks[] = {
		COLOR_PAIR(1), COLOR_PAIR(2), A_DIM, A_BOLD, COLOR_PAIR(3),
		A_NORMAL,
	};
	size_t i = (size_t)mark - 1;

	return i < ARRAY_SIZE(looks) ? looks[i] : A_NORMAL;
}

/* Names are untrusted: send nothing but printable ASCII to the terminal. */
static void put(char c)
{
	addch(c >= ' ' && c <= '~' ? (chtype)c : '?');
}

/**
 * screen_line() - Draw a line
 * @row: row of the screen
 * @style: style
 * @text: text with marks of colours
 * @left: number of characters to skip at its beginning
 *
 * Return: length of the text in characters, without marks.
 */
size_t screen_line(int row, enum screen_style style, const char *text,
		   size_t left)
{
	static const attr_t looks[] = {
		[SCREEN_PLAIN] = A_NORMAL,
		[SCREEN_STRONG] = A_BOLD,
		[SCREEN_CURSOR] = A_REVERSE,
	};
	size_t end = left + (size_t)COLS;
	size_t len = 0;

	move(row, 0);
	attrset(looks[style]);
	for (; *text; text++) {
		if (*text > 0 && *text < ' ') {
			if (style == SCREEN_PLAIN)
				attrset(mark_look(*text));
			continue;
		}
		if (len >= left && len < end)
			put(*text);
		len++;
	}
	for (size_t at = len > left ? len : left;
	     style == SCREEN_CURSOR && at < end; at++)
		addch(' ');
	/* Indicate that the line continues */
	attrset(looks[style] | A_BOLD);
	if (len > end)
		mvaddch(row, COLS - 1, '>');
	attrset(A_NORMAL);
	return len;
}

/**
 * screen_bar() - Draw a title bar
 * @row: row of the screen
 * @left: text at the left, cut if it would overlap @right
 * @right: text at the right
 */
void screen_bar(int row, const char *left, const char *right)
{
	int len = (int)strlen(right);
	int room = len < COLS ? COLS - len : 0;

	move(row, 0);
	attrset(A_REVERSE);
	for (int i = 0; i < room; i++)
		put(*left && i + 1 < room ? *left++ : ' ');
	for (int i = room; i < COLS && *right; i++)
		put(*right++);
	attrset(A_NORMAL);
}

/**
 * screen_show() - Show what was drawn
 * @row: row of the cursor
 * @column: column of the cursor
 * @is_visible: show the terminal's cursor
 */
void screen_show(int row, int column, bool is_visible)
{
	curs_set(is_visible);
	move(row, column);
	refresh();
}
