// SPDX-License-Identifier: GPL-2.0-only
/*
 * t-apparmor: loads an AppArmor profile "t-demo" that allows nothing, confines itself with
 * it, opens /etc/passwd and prints the result.
 *
 * The profile has the binary format that apparmor_parser writes to the kernel
 * (security/apparmor/policy_unpack.c): elements with a name, a type and a value.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { AA_U32 = 2, AA_NAME = 4, AA_STRING, AA_STRUCT = 7, AA_STRUCTEND };

static unsigned char blob[1024];
static size_t used;

static void put(const void *bytes, size_t len)
{
	memcpy(blob + used, bytes, len);
	used += len;
}

static void put_code(unsigned char code)
{
	put(&code, 1);
}

static void put_text(unsigned char code, const char *text)
{
	uint16_t len = strlen(text) + 1;

	put_code(code);
	put(&len, sizeof(len));
	put(text, len);
}

static void put_number(uint32_t number)
{
	put_code(AA_U32);
	put(&number, sizeof(number));
}

static void make(const char *name)
{
	int i;

	put_text(AA_NAME, "version");
	put_number(5);
	put_text(AA_NAME, "profile");
	put_code(AA_STRUCT);
	put_text(AA_STRING, name);
	put_text(AA_NAME, "flags");
	put_code(AA_STRUCT);
	for (i = 0; i < 3; i++)		/* no hat, enforcing, no audit */
		put_number(0);
	put_code(AA_STRUCTEND);
	for (i = 0; i < 4; i++)		/* no capability */
		put_number(0);
	put_code(AA_STRUCTEND);
}

static int write_file(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, bytes, len) != (ssize_t)len)
		err = errno;
	close(fd);
	return err;
}

int main(void)
{
	static const char change[] = "changeprofile t-demo";
	int err, fd;

	make("t-demo");
	err = write_file("/sys/kernel/security/apparmor/.load", blob, used);
	if (err && err != EEXIST) {
		printf("load: %s\n", strerrorname_np(err));
		return 1;
	}
	err = write_file("/proc/self/attr/current", change, strlen(change));
	if (err) {
		printf("change: %s\n", strerrorname_np(err));
		return 1;
	}
	fd = open("/etc/passwd", O_RDONLY);
	printf("open: %s\n", fd < 0 ? strerrorname_np(errno) : "0");
	return 0;
}
