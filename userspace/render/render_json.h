/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_RENDER_JSON_H
#define ASHIATO_RENDER_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

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

int json_list_add(struct json_list *list, json_t *item);
void json_list_end(struct json_list *list);

json_t *json_time(int64_t time_ms);
json_t *json_count(const struct access *access);
json_t *json_flags(const struct domain *domain);
json_t *json_domain(const struct domain *domain);
json_t *json_accesses(const struct domain *domain);
json_t *json_access(const char *domain, const struct access *access);

#endif
