// SPDX-License-Identifier: GPL-2.0-only
/*
 * An access as a document of the Elastic Common Schema, as published on
 * https://www.elastic.co/guide/en/ecs/8.11. Data that the schema has no field for
 * is in the object "ashiato".
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/passwd.h"
#include "source/container.h"
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

static int address_type(struct span address)
{
	unsigned char buffer[sizeof(struct in6_addr)];
	char text[INET6_ADDRSTRLEN];

	if (!address.len || address.len >= sizeof(text))
		return 0;
	memcpy(text, address.ptr, address.len);
	text[address.len] = '\0';
	if (inet_pton(AF_INET, text, buffer) == 1)
		return 4;
	return inet_pton(AF_INET6, text, buffer) == 1 ? 6 : 0;
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

/**
 * struct target - Object of an access: a file, or an end of a connection
 * @object: its object in the schema; NULL if there is none
 * @address: IP address; empty if there is none
 * @is_raw: "port" is the protocol of a raw socket
 * @protocol: that protocol; empty if there is none
 */
struct target {
	const char *object;
	struct span address;
	bool is_raw;
	struct span protocol;
};

/* A port is left out if it is not a number, such as TOMOYO's range 1-1023. */
static void write_port(struct json_writer *writer, const char *name,
		       struct span value, struct target *target)
{
	uint64_t number;

	if (value.len > 9 || span_number(value, &number))
		return;
	if (target->is_raw) {
		target->protocol = value;
		return;
	}
	writer_key(writer, name);
	writer_number(writer, number);
}

static void write_word(struct json_writer *writer, const char *field,
		       struct span word, bool is_inbound, struct target *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct span value = value_of(word, field);

		if (strcmp(field, fields[i].field))
			continue;
		if (!target->object) {
			target->object = fields[i].object;
			if (is_inbound && !strcmp(target->object, "destination"))
				target->object = "source";
			writer_key(writer, target->object);
			writer_begin(writer, '{');
		}
		if (fields[i].is_number) {
			write_port(writer, fields[i].name, value, target);
			continue;
		}
		if (!strcmp(fields[i].name, "address"))
			target->address = value;
		writer_key(writer, fields[i].name);
		writer_span(writer, value);
	}
}

/* Write the object for the words of an access. All of them have the same object. */
static struct target write_target(struct json_writer *writer, const char *line,
				  const struct op *op, bool is_inbound)
{
	const char *rest = line + strlen(op->keyword) + 1;
	struct target target = { .is_raw = strstr(op->keyword, " raw ") };

	for (size_t i = 0; op->field[i] && *rest; i++) {
		struct span word = { rest, strcspn(rest, " ") };

		write_word(writer, op->field[i], word, is_inbound, &target);
		rest += word.len + (rest[word.len] == ' ');
	}
	if (!address_type(target.address))
		target.address.len = 0;
	if (target.address.len) {
		writer_key(writer, "ip");
		writer_span(writer, target.address);
	}
	if (target.object)
		writer_end(writer, '}');
	return target;
}

/* Write fields that depend on the operation, not only on the address and port. */
static void write_network(struct json_writer *writer, const struct op *op,
			  bool is_inbound, const struct target *target)
{
	writer_key(writer, "network");
	writer_begin(writer, '{');
	if (strstr(op->keyword, " stream "))
		write_member(writer, "transport", "tcp");
	else if (strstr(op->keyword, " dgram "))
		write_member(writer, "transport", "udp");
	if (target->address.len)
		write_member(writer, "type", address_type(target->address) == 4 ?
			     "ipv4" : "ipv6");
	if (target->protocol.len) {
		writer_key(writer, "iana_number");
		writer_span(writer, target->protocol);
	}
	if (target->object && strcmp(target->object, "server"))
		write_member(writer, "direction", is_inbound ? "ingress" : "egress");
	writer_end(writer, '}');
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
static void write_process(struct json_writer *writer, const char *name, size_t len)
{
	size_t start = parent_length(name, len);
	const char *program = start ? name + start + 1 : name;
	const char *end = name + len;
	const char *slash = memrchr(program, '/', (size_t)(end - program));
	const char *base = slash ? slash + 1 : program;
	char id[24];

	writer_key(writer, "name");
	writer_span(writer, (struct span){ base, (size_t)(end - base) });
	if (slash) {
		writer_key(writer, "executable");
		writer_span(writer, (struct span){ program, (size_t)(end - program) });
	}
	snprintf(id, sizeof(id), "%016llx", (unsigned long long)stable_hash(name, len));
	write_member(writer, "entity_id", id);
}

/* The schema has a field for the parent, but not for the grandparent. */
static void write_process_with_parent(struct json_writer *writer, const char *name)
{
	size_t len = strlen(name);
	size_t parent = parent_length(name, len);

	write_process(writer, name, len);
	if (!parent)
		return;
	writer_key(writer, "parent");
	writer_begin(writer, '{');
	write_process(writer, name, parent);
	writer_end(writer, '}');
}

static void write_capability(struct json_writer *writer, const char *name)
{
	char constant[64];

	snprintf(constant, sizeof(constant), "CAP_%s", name);
	writer_key(writer, "thread");
	writer_begin(writer, '{');
	writer_key(writer, "capabilities");
	writer_begin(writer, '{');
	writer_key(writer, "effective");
	writer_begin(writer, '[');
	writer_string(writer, constant);
	writer_end(writer, ']');
	writer_end(writer, '}');
	writer_end(writer, '}');
}

static void write_one(struct json_writer *writer, const char *key,
		      const char *value)
{
	writer_key(writer, key);
	writer_begin(writer, '[');
	writer_string(writer, value);
	writer_end(writer, ']');
}

static void write_known_time(struct json_writer *writer, const char *key,
			     int64_t time_ms)
{
	if (time_ms)
		write_member(writer, key, stamp_of(time_ms).text);
}

static void write_event(struct json_writer *writer, const struct access *access,
			const struct op *op)
{
	static const char *const outcomes[] = {
		[OUTCOME_UNKNOWN] = "unknown",
		[OUTCOME_DONE] = "success",
		[OUTCOME_REFUSED] = "failure",
	};
	const struct kind *kind = kind_of(access->line->text);
	char action[48];

	snprintf(action, sizeof(action), "%s", op ? op->keyword : "other");
	for (char *c = action; *c; c++)
		if (*c == ' ')
			*c = '-';
	write_member(writer, "kind", "state");
	write_member(writer, "module", "ashiato");
	write_member(writer, "dataset", "ashiato.access");
	write_one(writer, "category", kind->category);
	write_one(writer, "type", kind->type);
	write_member(writer, "action", action);
	write_member(writer, "outcome", outcomes[access_outcome(access)]);
	write_known_time(writer, "start", access->seen.first_ms);
	write_known_time(writer, "end", access->seen.last_ms);
}

static void write_container(struct json_writer *writer, const struct cgroup_place *place)
{
	const struct container *container = container_find(place);

	writer_key(writer, "container");
	writer_begin(writer, '{');
	writer_key(writer, "id");
	writer_span(writer, place->container);
	if (container) {
		write_member(writer, "runtime", container->engine);
		if (container->name.len)
			write_member(writer, "name", container->name.data);
		if (container->image.len) {
			writer_key(writer, "image");
			writer_begin(writer, '{');
			write_member(writer, "name", container->image.data);
			writer_end(writer, '}');
		}
	}
	writer_end(writer, '}');
}

static bool span_same(struct span one, struct span other)
{
	return one.len == other.len && !memcmp(one.ptr, other.ptr, one.len);
}

/*
 * The schema has one container and one service for a document: they are left out if programs of
 * the domain were executed in several.
 */
static void write_where(struct json_writer *writer, const struct domain *domain)
{
	struct cgroup_place place, other;
	bool is_one_container, is_one_unit;

	if (!domain->cgroup_count)
		return;
	place = cgroup_place(domain->cgroup[0]->text);
	is_one_container = place.container.len;
	is_one_unit = place.unit.len;
	for (size_t i = 1; i < domain->cgroup_count; i++) {
		other = cgroup_place(domain->cgroup[i]->text);
		is_one_container = is_one_container && other.uid == place.uid &&
				   span_same(place.container, other.container);
		is_one_unit = is_one_unit && span_same(place.unit, other.unit);
	}
	if (is_one_container)
		write_container(writer, &place);
	if (!is_one_unit)
		return;
	writer_key(writer, "service");
	writer_begin(writer, '{');
	writer_key(writer, "name");
	writer_span(writer, place.unit);
	writer_end(writer, '}');
}

/*
 * The schema has one user for a document: it is left out if several users' logins made the access.
 * related.user has all of them.
 */
static void write_users(struct json_writer *writer, const struct login_list *logins)
{
	char id[24];

	if (logins->count == 1 && !logins->others) {
		const char *name = passwd_find((int64_t)logins->login->uid);

		snprintf(id, sizeof(id), "%llu", (unsigned long long)logins->login->uid);
		writer_key(writer, "user");
		writer_begin(writer, '{');
		write_member(writer, "id", id);
		if (name)
			write_member(writer, "name", name);
		writer_end(writer, '}');
	}
	writer_key(writer, "related");
	writer_begin(writer, '{');
	writer_key(writer, "user");
	writer_begin(writer, '[');
	for (size_t i = 0; i < logins->count; i++)
		writer_string(writer, passwd_name((int64_t)logins->login[i].uid));
	writer_end(writer, ']');
	writer_end(writer, '}');
}

/**
 * write_ecs() - Write an access as a document of the Elastic Common Schema
 * @writer: writer
 * @name: whole name of the domain
 * @access: access
 */
void write_ecs(struct json_writer *writer, const char *name,
	       const struct access *access)
{
	const char *line = access->line->text;
	const struct op *op = op_of(line);
	bool is_inbound = strstr(line, " accept ") || strstr(line, " recv ");
	struct target target;

	writer_begin(writer, '{');
	writer_key(writer, "@timestamp");
	write_time(writer, access->seen.last_ms ? access->seen.last_ms
						: (int64_t)time(NULL) * 1000);
	writer_key(writer, "ecs");
	writer_begin(writer, '{');
	write_member(writer, "version", ECS_VERSION);
	writer_end(writer, '}');
	writer_key(writer, "event");
	writer_begin(writer, '{');
	write_event(writer, access, op);
	writer_end(writer, '}');
	writer_key(writer, "process");
	writer_begin(writer, '{');
	write_process_with_parent(writer, name);
	/* AKARI's own capabilities are lower-case and have no CAP_ constant */
	if (!strncmp(line, "capability ", 11) && line[11] >= 'A' &&
	    line[11] <= 'Z')
		write_capability(writer, line + 11);
	writer_end(writer, '}');
	write_where(writer, access->domain);
	if (access->logins)
		write_users(writer, access->logins);
	writer_key(writer, "ashiato");
	write_access(writer, name, access);
	if (op) {
		target = write_target(writer, line, op, is_inbound);
		if (!strncmp(line, "network inet ", 13))
			write_network(writer, op, is_inbound, &target);
	}
	writer_end(writer, '}');
}
