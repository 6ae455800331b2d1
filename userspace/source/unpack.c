// SPDX-License-Identifier: GPL-2.0-only
/* Files compressed by gzip, xz or zstd, as a stream of what was in them. */
#include <errno.h>
#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/array.h"
#include "unpack.h"

#define INPUT_SIZE	(64 * 1024)
/* xz -9 needs 65 MB to unpack: more is an attack */
#define XZ_MEMORY_MAX	(128 * 1024 * 1024)
/* As a window of zlib with a gzip header around it; zlib.h, inflateInit2() */
#define GZIP_WINDOW	(MAX_WBITS + 16)

/**
 * struct unpack_io - What a decoder takes and gives; it moves both on
 * @in: compressed bytes
 * @in_len: how many there are
 * @out: where to write
 * @out_len: room there
 * @is_last: the file has no more than @in
 */
struct unpack_io {
	const unsigned char *in;
	size_t in_len;
	unsigned char *out;
	size_t out_len;
	bool is_last;
};

/**
 * struct format - A kind of compression
 * @magic: how a file begins
 * @magic_len: bytes of it
 * @begin: 0 or -ENOMEM
 * @step: 0, 1 when a whole stream has ended, -EILSEQ when it is damaged, -ENOMEM
 * @end: free what @begin made
 */
struct format {
	const char *magic;
	size_t magic_len;
	int (*begin)(struct unpack *unpack);
	int (*step)(struct unpack *unpack, struct unpack_io *io);
	void (*end)(struct unpack *unpack);
};

/**
 * struct unpack - A compressed file that is read
 * @fd: file, not owned
 * @format: how it is compressed
 * @gzip: state of the decoder, of one of these three
 * @xz: state
 * @zstd: state
 * @start: first byte of @input that was not decoded
 * @end: end of what was read
 * @is_eof: the file has no more
 * @is_whole: what was decoded so far may be all
 * @error: that follows what was handed over
 * @input: compressed bytes
 */
struct unpack {
	int fd;
	const struct format *format;
	z_stream gzip;
	lzma_stream xz;
	ZSTD_DStream *zstd;
	size_t start;
	size_t end;
	bool is_eof;
	bool is_whole;
	int error;
	unsigned char input[INPUT_SIZE];
};

static int gzip_begin(struct unpack *unpack)
{
	return inflateInit2(&unpack->gzip, GZIP_WINDOW) == Z_OK ? 0 : -ENOMEM;
}

static int gzip_step(struct unpack *unpack, struct unpack_io *io)
{
	z_stream *gzip = &unpack->gzip;
	int result;

	/* Behind the end there may be zeros, which gzip leaves out, too */
	if (unpack->is_whole && io->in_len && !*io->in) {
		for (; io->in_len && !*io->in; io->in_len--)
			io->in++;
		return 1;
	}
	/* Its API knows no const */
	gzip->next_in = (unsigned char *)(uintptr_t)io->in;
	gzip->avail_in = (unsigned int)io->in_len;
	gzip->next_out = io->out;
	gzip->avail_out = (unsigned int)io->out_len;
	result = inflate(gzip, Z_NO_FLUSH);
	io->in = gzip->next_in;
	io->in_len = gzip->avail_in;
	io->out = gzip->next_out;
	io->out_len = gzip->avail_out;
	switch (result) {
	case Z_OK:
	case Z_BUF_ERROR:
		return 0;
	case Z_STREAM_END:
		/* Another may follow: gzip files may be joined */
		return inflateReset(gzip) == Z_OK ? 1 : -EILSEQ;
	case Z_MEM_ERROR:
		return -ENOMEM;
	default:
		return -EILSEQ;
	}
}

static void gzip_end(struct unpack *unpack)
{
	inflateEnd(&unpack->gzip);
}

static int xz_begin(struct unpack *unpack)
{
	unpack->xz = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&unpack->xz, XZ_MEMORY_MAX,
				   LZMA_CONCATENATED) == LZMA_OK ? 0 : -ENOMEM;
}

static int xz_step(struct unpack *unpack, struct unpack_io *io)
{
	lzma_stream *xz = &unpack->xz;
	lzma_ret result;

	xz->next_in = io->in;
	xz->avail_in = io->in_len;
	xz->next_out = io->out;
	xz->avail_out = io->out_len;
	result = lzma_code(xz, io->is_last ? LZMA_FINISH : LZMA_RUN);
	io->in = xz->next_in;
	io->in_len = xz->avail_in;
	io->out = xz->next_out;
	io->out_len = xz->avail_out;
	switch (result) {
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return 0;
	case LZMA_STREAM_END:
		return 1;
	case LZMA_MEM_ERROR:
	case LZMA_MEMLIMIT_ERROR:
		return -ENOMEM;
	default:
		return -EILSEQ;
	}
}

static void xz_end(struct unpack *unpack)
{
	lzma_end(&unpack->xz);
}

static int zstd_begin(struct unpack *unpack)
{
	unpack->zstd = ZSTD_createDStream();
	return unpack->zstd ? 0 : -ENOMEM;
}

static int zstd_step(struct unpack *unpack, struct unpack_io *io)
{
	ZSTD_inBuffer in = { io->in, io->in_len, 0 };
	ZSTD_outBuffer out = { io->out, io->out_len, 0 };
	size_t result = ZSTD_decompressStream(unpack->zstd, &out, &in);

	io->in += in.pos;
	io->in_len -= in.pos;
	io->out += out.pos;
	io->out_len -= out.pos;
	return ZSTD_isError(result) ? -EILSEQ : !result;
}

static void zstd_end(struct unpack *unpack)
{
	ZSTD_freeDStream(unpack->zstd);
}

static const struct format formats[] = {
	{ "\x1f\x8b", 2, gzip_begin, gzip_step, gzip_end },
	{ "\xfd" "7zXZ\0", 6, xz_begin, xz_step, xz_end },
	{ "\x28\xb5\x2f\xfd", 4, zstd_begin, zstd_step, zstd_end },
};

static const struct format *format_find(const char *head, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (len >= formats[i].magic_len &&
		    !memcmp(head, formats[i].magic, formats[i].magic_len))
			return &formats[i];
	return NULL;
}

/**
 * unpack_knows() - Whether a file is compressed
 * @head: its first bytes
 * @len: how many, UNPACK_HEAD or all that there are
 *
 * Return: true when unpack_new() can read it.
 */
bool unpack_knows(const char *head, size_t len)
{
	return format_find(head, len);
}

/**
 * unpack_new() - Begin to read a compressed file
 * @fd: file; stays the caller's
 * @head: what was already read of it; unpack_knows() it
 * @len: how many bytes, UNPACK_HEAD at most
 *
 * Return: reader, NULL when memory is short.
 */
struct unpack *unpack_new(int fd, const char *head, size_t len)
{
	struct unpack *unpack = calloc(1, sizeof(*unpack));

	if (!unpack)
		return NULL;
	unpack->fd = fd;
	unpack->format = format_find(head, len);
	unpack->end = len;
	memcpy(unpack->input, head, len);
	if (unpack->format->begin(unpack)) {
		free(unpack);
		return NULL;
	}
	return unpack;
}

/**
 * unpack_free() - End reading
 * @unpack: reader or NULL
 */
void unpack_free(struct unpack *unpack)
{
	if (!unpack)
		return;
	unpack->format->end(unpack);
	free(unpack);
}

static int unpack_fill(struct unpack *unpack)
{
	ssize_t got;

	do {
		got = read(unpack->fd, unpack->input, sizeof(unpack->input));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	unpack->is_eof = !got;
	unpack->start = 0;
	unpack->end = (size_t)got;
	return 0;
}

static void unpack_step(struct unpack *unpack, struct unpack_io *io)
{
	size_t room = io->out_len;
	size_t had = unpack->end - unpack->start;
	int result;

	io->in = unpack->input + unpack->start;
	io->in_len = had;
	io->is_last = unpack->is_eof;
	result = unpack->format->step(unpack, io);
	unpack->start = unpack->end - io->in_len;
	if (result > 0)
		unpack->is_whole = true;
	else if (io->in_len != had)
		unpack->is_whole = false;
	if (result < 0)
		unpack->error = result;
	else if (unpack->is_eof && !unpack->is_whole && io->out_len == room)
		unpack->error = -ENODATA;
}

/**
 * unpack_read() - Read what was compressed, like read(2)
 * @unpack: reader
 * @buffer: filled in
 * @size: room in it
 *
 * Return: bytes, 0 at the end; -ENODATA when the file ends too early, -EILSEQ
 * when it is damaged, -ENOMEM, -errno of read(2).
 */
ssize_t unpack_read(struct unpack *unpack, char *buffer, size_t size)
{
	struct unpack_io io = {
		.out = (unsigned char *)buffer,
		.out_len = size,
	};

	while (io.out_len == size) {
		if (unpack->error)
			return unpack->error;
		if (unpack->start == unpack->end && !unpack->is_eof) {
			int err = unpack_fill(unpack);

			if (err)
				return err;
		}
		if (unpack->is_eof && unpack->is_whole)
			return 0;
		unpack_step(unpack, &io);
	}
	return (ssize_t)(size - io.out_len);
}
