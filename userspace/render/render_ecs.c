// SPDX-License-Identifier: GPL-2.0-only
/*
 * An access as a document of the Elastic Common Schema, as published on
 * https://www.elastic.co/guide/en/ecs/8.11. Data that the schema has no field for
 * is in the object "ashiato".
 */
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "source/op.h"
#include "render_export.h"
#include "render_json.h"

#define ECS_VERSION	"8.11.0"

/* Classification of operations: the first entry whose keyword is a prefix applies. */
static const struct kind {
	const char *keyword;
	const char *category;
	const char *type;
} kinds[] = {
	{ "file execute", "process", "start" },
	{ "file read", "file", "access" },
	{ "file getattr", "file", "access" },
	{ "file ioctl", "file", "access" },
	{ "file chroot", "file", "access" },
	{ "file create", "file", "creation" },
	{ "file mk", "file", "creation" },
	{ "file link", "file", "creation" },
	{ "file symlink", "file", "creation" },
	{ "file unlink", "file", "deletion" },
	{ "file rmdir", "file", "deletion" },
	{ "file ", "file", "change" },
	{ "network inet stream connect", "network", "start" },
	{ "network inet stream accept", "network", "start" },
	{ "network ", "network", "connection" },
	{ "", "process", "info" },
};

static const struct kind *kind_of(const char *line)
{
	const struct kind *kind = kinds;

	while (strncmp(line, kind->keyword, strlen(kind->keyword)))
		kind++;
	return kind;
}

/* Maps fields of audit records, which name the words of an access, to the schema. */
static const struct {
	const char *field;
	const char *object;
	const char *name;
	bool is_number;
} fields[] = {
	{ "path", "file", "path", false },
	{ "target=symlink.target", "file", "target_path", false },
	{ "mode", "file", "mode", false },
	{ "ouid", "file", "uid", false },
	{ "ogid", "file", "gid", false },
	{ "laddr", "server", "address", false },
	{ "lport", "server", "port", true },
	{ "faddr", "destination", "address", false },
	{ "fport", "destination", "port", true },
};

/* Returns NULL if the word is not a number, such as TOMOYO's range 1-1023. */
static json_t *number_of(struct span word)
{
	json_int_t number = 0;

	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] < '0' || word.ptr[i] > '9' || word.len > 9)
			return NULL;
		number = number * 10 + (word.ptr[i] - '0');
	}
	return json_integer(number);
}

static json_t *object_of(json_t *document, const char *name)
{
	json_t *object = json_object_get(document, name);

	if (!object) {
		object = json_object();
		json_object_set_new(document, name, object);
	}
	return object;
}

static int address_type(const char *address)
{
	unsigned char buffer[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, address, buffer) == 1)
		return 4;
	return inet_pton(AF_INET6, address, buffer) == 1 ? 6 : 0;
}

/* symlink.target="T" -> T */
static struct span value_of(struct span word, const char *field)
{
	const char *prefix = strchr(field, '=');
	size_t skip = prefix ? strlen(prefix + 1) + 2 : 0;

	if (!skip || word.len <= skip)
		return word;
	return (struct span){ word.ptr + skip, word.len - skip - 1 };
}

static void word_add(json_t *document, const char *field, struct span word,
		     bool is_inbound)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *object = fields[i].object;
		struct span value = value_of(word, field);
		json_t *json;

		if (strcmp(field, fields[i].field))
			continue;
		if (is_inbound && !strcmp(object, "destination"))
			object = "source";
		json = fields[i].is_number ? number_of(value)
					   : json_stringn(value.ptr, value.len);
		if (json)
			json_object_set_new(object_of(document, object),
					    fields[i].name, json);
	}
}

static void words_add(json_t *document, const struct op *op, const char *rest,
		      bool is_inbound)
{
	for (size_t i = 0; op->field[i] && *rest; i++) {
		struct span word = { rest, strcspn(rest, " ") };

		word_add(document, op->field[i], word, is_inbound);
		rest += word.len + (rest[word.len] == ' ');
	}
}

/* Add fields that depend on the operation, not only on the address and port. */
static void network_add(json_t *document, const char *line, bool is_inbound)
{
	static const char *const ends[] = { "source", "destination", "server" };
	json_t *network = object_of(document, "network");

	if (strstr(line, " stream "))
		json_object_set_new(network, "transport", json_string("tcp"));
	else if (strstr(line, " dgram "))
		json_object_set_new(network, "transport", json_string("udp"));
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		json_t *end = json_object_get(document, ends[i]);
		json_t *port = json_object_get(end, "port");
		json_t *address = json_object_get(end, "address");
		int type = address ? address_type(json_string_value(address)) : 0;

		if (type) {
			json_object_set(end, "ip", address);
			json_object_set_new(network, "type", json_string(
				type == 4 ? "ipv4" : "ipv6"));
		}
		/* The "port" of a raw socket is its protocol */
		if (port && strstr(line, " raw ")) {
			json_object_set_new(network, "iana_number", json_sprintf(
				"%lld", (long long)json_integer_value(port)));
			json_object_del(end, "port");
		}
		if (end && strcmp(ends[i], "server"))
			json_object_set_new(network, "direction", json_string(
				is_inbound ? "ingress" : "egress"));
	}
}

/* FNV-1a (Fowler, Noll, Vo): unlike table_hash(), the same on each host and run. */
static uint64_t stable_hash(const char *text, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
	return hash;
}

static size_t parent_length(const char *name, size_t len)
{
	const char *space = memrchr(name, ' ', len);

	return space ? (size_t)(space - name) : 0;
}

/* One process stands for all processes of the domain; @len is the name's length. */
static json_t *process_of(const char *name, size_t len)
{
	size_t start = parent_length(name, len);
	const char *program = start ? name + start + 1 : name;
	const char *end = name + len;
	const char *slash = memrchr(program, '/', (size_t)(end - program));
	const char *base = slash ? slash + 1 : program;

	return json_pack("{s:s%, s:o*, s:o}",
			 "name", base, (size_t)(end - base), "executable",
			 slash ? json_stringn(program, (size_t)(end - program))
			       : NULL,
			 "entity_id", json_sprintf("%016llx", (unsigned long long)
						   stable_hash(name, len)));
}

/* The schema has a field for the parent, but not for the grandparent. */
static json_t *process_with_parent(const char *name)
{
	size_t len = strlen(name);
	size_t parent = parent_length(name, len);
	json_t *process = process_of(name, len);

	if (parent)
		json_object_set_new(process, "parent", process_of(name, parent));
	return process;
}

static json_t *time_of(int64_t time_ms)
{
	return time_ms ? json_time(time_ms) : NULL;
}

static json_t *event_of(const struct access *access, const struct op *op)
{
	const struct kind *kind = kind_of(access->line->text);
	char action[48];

	snprintf(action, sizeof(action), "%s", op ? op->keyword : "other");
	for (char *c = action; *c; c++)
		if (*c == ' ')
			*c = '-';
	return json_pack("{s:s, s:s, s:s, s:[s], s:[s], s:s, s:s, s:o*, s:o*}",
			 "kind", "state", "module", "ashiato", "dataset",
			 "ashiato.access", "category", kind->category, "type",
			 kind->type, "action", action, "outcome", "unknown",
			 "start", time_of(access->seen.first_ms),
			 "end", time_of(access->seen.last_ms));
}

static void capability_add(json_t *process, const char *name)
{
	json_object_set_new(process, "thread", json_pack(
		"{s:{s:[o]}}", "capabilities", "effective",
		json_sprintf("CAP_%s", name)));
}

/**
 * ecs_access() - Convert an access to a document of the Elastic Common Schema
 * @name: whole name of the domain
 * @access: access
 *
 * Return: JSON object, or NULL if memory is short.
 */
json_t *ecs_access(const char *name, const struct access *access)
{
	const char *line = access->line->text;
	const struct op *op = op_of(line);
	bool is_inbound = strstr(line, " accept ") || strstr(line, " recv ");
	int64_t when = access->seen.last_ms ? access->seen.last_ms
					    : (int64_t)time(NULL) * 1000;
	json_t *document;

	document = json_pack("{s:o, s:{s:s}, s:o, s:o, s:o}",
			     "@timestamp", json_time(when),
			     "ecs", "version", ECS_VERSION,
			     "event", event_of(access, op),
			     "process", process_with_parent(name),
			     "ashiato", json_access(name, access));
	if (!document || !op)
		return document;
	words_add(document, op, line + strlen(op->keyword) + 1, is_inbound);
	if (!strncmp(line, "network inet ", 13))
		network_add(document, line, is_inbound);
	/* AKARI's own capabilities are lower-case and have no CAP_ constant */
	if (!strncmp(line, "capability ", 11) && line[11] >= 'A' &&
	    line[11] <= 'Z')
		capability_add(json_object_get(document, "process"), line + 11);
	return document;
}
