// SPDX-License-Identifier: GPL-2.0-only
/* Names of network services, from the machine's /etc/services. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "machine.h"
#include "services.h"

struct service {
	struct text port;
	struct text name;
};

static struct service *services;
static size_t service_count;

/* "ssh 22/tcp # SSH Remote Login Protocol"; other text is ignored. */
static int service_line(char *line)
{
	char *rest = NULL;
	char *name;
	char *port;

	line[strcspn(line, "#")] = '\0';
	name = strtok_r(line, " \t", &rest);
	port = strtok_r(NULL, " \t", &rest);
	if (!name || !port || !strchr(port, '/'))
		return 0;
	if (array_grow(services, service_count))
		return -ENOMEM;
	services[service_count] = (struct service){ 0 };
	text_add_name(&services[service_count].name, name, strlen(name));
	text_puts(&services[service_count].port, port);
	service_count++;
	return 0;
}

static void services_read(void)
{
	struct text content = { 0 };
	char *rest;

	if (!machine_read("etc/services", &content) && content.data) {
		rest = content.data;
		for (char *line; (line = strsep(&rest, "\n"));)
			if (service_line(line))
				break;
	}
	text_free(&content);
}

/**
 * service_name() - Get the name of a network service
 * @protocol: "tcp" or "udp"
 * @port: port number, as text
 *
 * As for users, only the file is read: other sources would load libraries and ask
 * daemons.
 *
 * Return: the name as one printable word, or NULL if the port has none.
 */
const char *service_name(const char *protocol, struct span port)
{
	static bool is_read;
	char wanted[32];

	if (!is_read)
		services_read();
	is_read = true;
	snprintf(wanted, sizeof(wanted), "%.*s/%s", (int)port.len, port.ptr, protocol);
	for (size_t i = 0; i < service_count; i++)
		if (!strcmp(text_str(&services[i].port), wanted))
			return text_str(&services[i].name);
	return NULL;
}
