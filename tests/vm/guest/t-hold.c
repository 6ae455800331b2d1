// SPDX-License-Identifier: GPL-2.0-only
/*
 * t-hold cpu CPU SECONDS	occupies a CPU with a real-time task
 * t-hold mounts DIR SECONDS	unmounts DIR, and opens and closes its file "file" all the time:
 *				each close changes the sequence counter of all mounts. Runs on CPU 1
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "CPU %d", cpu);
}

int main(int argc, char *argv[])
{
	const struct sched_param priority = { .sched_priority = 50 };
	int dir = -1, fd;
	time_t end;

	if (argc != 4)
		errx(2, "see the head of t-hold.c");
	end = time(NULL) + atoi(argv[3]);
	if (!strcmp(argv[1], "cpu")) {
		run_on(atoi(argv[2]));
		if (sched_setscheduler(0, SCHED_FIFO, &priority))
			err(1, "SCHED_FIFO");
	} else {
		run_on(1);
		dir = open(argv[2], O_RDONLY | O_DIRECTORY);
		if (dir < 0 || umount2(argv[2], MNT_DETACH))
			err(1, "%s", argv[2]);
	}
	while (time(NULL) < end) {
		if (dir < 0)
			continue;
		fd = openat(dir, "file", O_RDONLY);
		if (fd < 0)
			err(1, "file");
		close(fd);
	}
	return 0;
}
