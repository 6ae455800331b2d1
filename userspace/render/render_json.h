/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_JSON_H
#define ASHIATO_RENDER_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/json_writer.h"
#include "model/model.h"

/**
 * struct json_list - A list whose items are printed one by one, one per line
 * @out: output file
 * @is_lines: print separate objects (NDJSON) instead of one array
 * @count: number of items printed
 */
struct json_list {
	FILE *out;
	bool is_lines;
	size_t count;
};

struct json_writer *json_list_item(const struct json_list *list);
int json_list_put(struct json_list *list);
int json_list_add(struct json_list *list, json_t *item);
void json_list_end(struct json_list *list);

json_int_t json_number(uint64_t number);
json_t *json_flags(const struct domain *domain);
const char *outcome_word(enum outcome outcome);
void write_id(struct json_writer *writer, const char *key, int64_t id);
void write_time(struct json_writer *writer, int64_t time_ms);
void write_member(struct json_writer *writer, const char *key, const char *value);
void write_number(struct json_writer *writer, const char *key, uint64_t number);
void write_stamp(struct json_writer *writer, const char *key, int64_t time_ms);
void write_seen(struct json_writer *writer, const struct access_times *seen);
void write_line(struct json_writer *writer, const char *line);
void write_times(struct json_writer *writer, const struct access *access);
void write_access(struct json_writer *writer, const char *domain,
		  const struct access *access);
void write_cgroup(struct json_writer *writer, const char *cgroup);
int write_domain(struct json_writer *writer, const struct domain *domain);

#endif
