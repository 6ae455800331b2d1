// SPDX-License-Identifier: GPL-2.0-only
/*
 * For s-busy:
 *
 *	t-busy clients FIRST COUNT	requests a page from port 80, each time from an address
 *					in another network of 127/8; their numbers begin with
 *					FIRST
 *	t-busy spool FIRST COUNT	delivers mails to ./new, moves them to ./cur, reads and
 *					removes them; their names begin with FIRST
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void client(int i)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct sockaddr_in from = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char answer[4096];
	ssize_t len, all = 0;

	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* The factor has no divisor in common with the number of addresses. */
	from.sin_addr.s_addr = htonl(0x7f000001 + i * 40503ULL % 0xfffffe);
	if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof(from)) ||
	    connect(fd, (struct sockaddr *)&server, sizeof(server)) ||
	    write(fd, request, sizeof(request) - 1) < 0)
		err(1, "client %d", i);
	while ((len = read(fd, answer, sizeof(answer))) > 0)
		all += len;
	if (all < 100)
		errx(1, "client %d: %zd bytes", i, all);
	close(fd);
}

static void mail(int i)
{
	char new[64], cur[80], text[16];
	int fd;

	snprintf(new, sizeof(new), "new/%d.M%dP%d.guest", 1700000000 + i, i * 7919 % 1000000, getpid());
	snprintf(cur, sizeof(cur), "cur/%s:2,S", new + 4);
	fd = open(new, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd < 0 || write(fd, "Subject: x\n", 11) != 11 || close(fd) || rename(new, cur))
		err(1, "%s", new);
	fd = open(cur, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text)) != 11 || close(fd) || unlink(cur))
		err(1, "%s", cur);
}

int main(int argc, char *argv[])
{
	void (*with)(int i) = client;
	int first, i;

	if (argc != 4)
		errx(2, "see the head of t-busy.c");
	if (!strcmp(argv[1], "spool"))
		with = mail;
	first = atoi(argv[2]);
	for (i = 0; i < atoi(argv[3]); i++)
		with(first + i);
	return 0;
}
