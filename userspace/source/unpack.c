// SPDX-License-Identifier: GPL-2.0-only
/* Decompress files of gzip, xz and zstd. */
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
/* A file of xz -9 needs 65 MB to decompress: one that needs much more is an attack. */
#define XZ_MEMORY_MAX	(128 * 1024 * 1024)
/* 16 selects the gzip format; see inflateInit2() in zlib.h. */
#define GZIP_WINDOW	(MAX_WBITS + 16)

/**
 * struct unpack_io - Input and output of a decoder, which advances both
 * @in: compressed bytes
 * @in_len: number of bytes left
 * @out: buffer for decompressed bytes
 * @out_len: number of bytes free
 * @is_last: @in is the end of the file
 */
struct unpack_io {
	const unsigned char *in;
	size_t in_len;
	unsigned char *out;
	size_t out_len;
	bool is_last;
};

/**
 * struct format - A compression format
 * @magic: first bytes of a file
 * @magic_len: number of bytes in @magic
 * @begin: allocate the decoder; returns 0 or -ENOMEM
 * @step: decode; returns 0, 1 at the end of a stream, -EILSEQ when the file is
 *	damaged, or -ENOMEM
 * @end: free the decoder
 */
struct format {
	const char *magic;
	size_t magic_len;
	int (*begin)(struct unpack *unpack);
	int (*step)(struct unpack *unpack, struct unpack_io *io);
	void (*end)(struct unpack *unpack);
};

/**
 * struct unpack - Reader of a compressed file
 * @fd: file, owned by the caller
 * @format: compression format
 * @gzip: decoder for gzip
 * @xz: decoder for xz
 * @zstd: decoder for zstd
 * @start: offset of the first byte in @input that was not decoded
 * @end: number of valid bytes in @input
 * @is_eof: the end of the file was reached
 * @is_whole: a stream has just ended, so the file may end here
 * @error: error to return after the bytes that were decoded before it
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

	/* Skip zeros after the end of a stream, as gzip does. */
	if (unpack->is_whole && io->in_len && !*io->in) {
		for (; io->in_len && !*io->in; io->in_len--)
			io->in++;
		return 1;
	}
	/* zlib does not write there; its field only lacks a const. */
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
		/* Another stream may follow: gzip files can be concatenated. */
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
 * unpack_knows() - Whether a file has a supported compression format
 * @head: first bytes of the file
 * @len: number of bytes: UNPACK_HEAD, or fewer if the file is shorter
 *
 * Return: true if unpack_new() can read it.
 */
bool unpack_knows(const char *head, size_t len)
{
	return format_find(head, len);
}

/**
 * unpack_new() - Begin to read a compressed file
 * @fd: file, still owned by the caller
 * @head: bytes already read from the file, for which unpack_knows() is true
 * @len: number of bytes, at most UNPACK_HEAD
 *
 * Return: reader, or NULL when there is no memory.
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
 * @unpack: reader, or NULL
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
 * unpack_read() - Read decompressed bytes, as read(2) does
 * @unpack: reader
 * @buffer: filled in
 * @size: size of @buffer in bytes
 *
 * Return: number of bytes, 0 at the end of the file; -ENODATA when the file ends
 * too early, -EILSEQ when it is damaged, -ENOMEM, or -errno of read(2).
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
