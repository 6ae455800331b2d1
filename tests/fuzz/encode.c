// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text encoder: the output fits the buffer, has the returned length, is a
 * prefix of the whole output when the buffer is too small, contains only the
 * bytes that are allowed, and decodes to the input.
 */
#include <stdlib.h>
#include <string.h>

#include "core/encode.h"
#include "fuzz.h"

/* Decode the first byte of @text and advance @text past it. */
static char decode(const char **text)
{
	const char *at = *text;

	*text = at + 1;
	if (at[0] != '\\')
		return at[0];
	*text = at + 2;
	if (at[1] == '\\')
		return at[1];
	*text = at + 4;
	return (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
}

static void try_one(size_t (*encode)(char *, size_t, const char *, size_t),
		    const char *forbidden, size_t room, const char *src, size_t len)
{
	size_t needed = encode(NULL, 0, src, len), i, cut;
	char *whole = malloc(needed + 1), *part = malloc(room + 1);
	const char *at = whole;

	check(needed <= len * ENCODE_EXPANSION);
	check(encode(whole, needed + 1, src, len) == needed);
	check(strlen(whole) == needed);
	for (i = 0; i < needed; i++)
		check(whole[i] > ' ' && whole[i] < 127 && !strchr(forbidden, whole[i]));
	for (i = 0; i < len; i++)
		check(decode(&at) == src[i]);
	check(at == whole + needed);

	cut = room < needed ? room : needed;
	check(encode(part, room + 1, src, len) == needed);
	check(strlen(part) == cut && !memcmp(part, whole, cut));
	free(whole);
	free(part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char time[64] = "";
	long long seconds;
	size_t room;

	if (size < sizeof(seconds))
		return 0;
	memcpy(&seconds, data, sizeof(seconds));
	check(encode_time(time, sizeof(time), seconds) == strlen(time));
	check(strlen(time) >= ENCODE_TIME_LENGTH);

	room = data[0] * 4;
	data += sizeof(seconds);
	size -= sizeof(seconds);
	try_one(encode_name, "", room, (const char *)data, size);
	try_one(encode_subject_name, "\"'=,:;()>", room, (const char *)data, size);
	return 0;
}
