// SPDX-License-Identifier: GPL-2.0-only
/*
 * t-fuse FOLDER TARGET LOOKUPS: mounts a FUSE file system and returns. It has the symbolic link
 * FOLDER/link to TARGET, the file FOLDER/file, which has the content of TARGET and is looked up
 * only once, and the directories FOLDER/NUMBER; rmdir() of one ends with that error. Its server
 * answers LOOKUPS lookups; then it answers nothing any more. It prints its process ID.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* The ID of the directory FOLDER/NUMBER is DIR_ID + NUMBER. */
enum { LINK_ID = 2, FILE_ID, DIR_ID };

static int device, content;

static void answer(const struct fuse_in_header *in, int error, void *data, size_t size)
{
	struct fuse_out_header out = { sizeof(out) + size, -error, in->unique };
	struct iovec parts[] = { { &out, sizeof(out) }, { data, size } };

	if (writev(device, parts, 2) < 0)
		perror("t-fuse: writev");
}

static struct fuse_attr attributes(uint64_t id)
{
	struct fuse_attr attr = { .ino = id, .nlink = 1, .mode = S_IFLNK | 0777 };

	struct stat stat;

	if (id == FILE_ID && !fstat(content, &stat)) {
		attr.mode = S_IFREG | 0755;
		attr.size = stat.st_size;
	} else if (id != LINK_ID) {
		attr.mode = S_IFDIR | 0755;
	}
	return attr;
}

static void serve(char *target, int lookups)
{
	static char request[1 << 17], data[1 << 20];
	const struct fuse_in_header *in = (void *)request;
	const char *name = request + sizeof(*in);
	const struct fuse_read_in *read_in = (void *)name;
	ssize_t size;

	while (read(device, request, sizeof(request)) > 0) {
		struct fuse_init_out init = {
			.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096
		};
		struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };
		struct fuse_entry_out entry = { 0 };

		switch (in->opcode) {
		case FUSE_INIT:
			answer(in, 0, &init, sizeof(init));
			break;
		case FUSE_GETATTR:
			answer(in, 0, &attr, sizeof(attr));
			break;
		case FUSE_LOOKUP:
			if (!lookups--)
				for (;;)
					pause();
			entry.nodeid = DIR_ID + atoi(name);
			if (!strcmp(name, "link")) {
				entry.nodeid = LINK_ID;
			} else if (!strcmp(name, "file")) {
				entry.nodeid = FILE_ID;
				entry.entry_valid = entry.attr_valid = 1000;
			}
			entry.attr = attributes(entry.nodeid);
			answer(in, 0, &entry, sizeof(entry));
			break;
		case FUSE_RMDIR:
			answer(in, atoi(name), NULL, 0);
			break;
		case FUSE_READLINK:
			answer(in, 0, target, strlen(target));
			break;
		case FUSE_READ:
			size = pread(content, data, read_in->size, read_in->offset);
			answer(in, size < 0 ? errno : 0, data, size < 0 ? 0 : size);
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
			break;
		default:
			answer(in, ENOSYS, NULL, 0);
		}
	}
}

int main(int argc, char **argv)
{
	char options[64];
	pid_t server;

	device = open("/dev/fuse", O_RDWR);
	if (argc != 4 || device < 0) {
		perror("t-fuse: /dev/fuse");
		return 2;
	}
	content = open(argv[2], O_RDONLY);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
	if (mount("t-fuse", argv[1], "fuse", 0, options)) {
		perror("t-fuse: mount");
		return 1;
	}
	server = fork();
	if (!server) {
		fclose(stdout);
		serve(argv[2], atoi(argv[3]));
		return 0;
	}
	printf("%d\n", server);
	return 0;
}
