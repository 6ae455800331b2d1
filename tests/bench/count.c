// SPDX-License-Identifier: GPL-2.0-only
/*
 * A QEMU plugin that counts the instructions of each emulated processor. Unlike -icount, it
 * works with several processors. MARK() in bench.c marks the beginning and the end of a
 * measurement; each measurement writes one line "NAME<tab>COUNT" to the file of the option
 * out=.
 *
 * The used parts of QEMU's plugin interface (version 4) are declared here, because Debian
 * does not package its header.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_scoreboard;

typedef struct {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
} qemu_plugin_u64;

enum { INLINE_ADD_U64 = 0, CB_NO_REGS = 0 };

struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_size);
uint64_t qemu_plugin_u64_get(qemu_plugin_u64 entry, unsigned int vcpu);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*callback)(uint64_t id, struct qemu_plugin_tb *tb));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t size);
void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct qemu_plugin_insn *insn, int op,
							 qemu_plugin_u64 entry, uint64_t add);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*callback)(unsigned int vcpu, void *data),
					    int flags, void *data);

__attribute__((visibility("default"))) int qemu_plugin_version = 4;

#define PROCESSORS 64

/* The nopl of MARK() in bench.c, which no other code uses. The number of the mark follows. */
static const unsigned char marker[] = { 0x0f, 0x1f, 0x80, 'a', 's', 'h' };
static const char *const names[] = { "one", "two" };

static qemu_plugin_u64 counts;
static uint64_t begins[PROCESSORS];
static FILE *out;

/* Even numbers begin a measurement, odd ones end it. */
static void at_mark(unsigned int vcpu, void *data)
{
	uintptr_t number = (uintptr_t)data;
	uint64_t count = qemu_plugin_u64_get(counts, vcpu);

	if (vcpu >= PROCESSORS || number / 2 >= sizeof(names) / sizeof(names[0]))
		return;
	if (number % 2 == 0) {
		begins[vcpu] = count;
		return;
	}
	fprintf(out, "%s\t%" PRIu64 "\n", names[number / 2], count - begins[vcpu]);
	fflush(out);
}

static void translate(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t i;

	(void)id;
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		unsigned char code[sizeof(marker) + 1];

		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, INLINE_ADD_U64, counts, 1);
		if (qemu_plugin_insn_data(insn, code, sizeof(code)) == sizeof(code) &&
		    !memcmp(code, marker, sizeof(marker)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark, CB_NO_REGS,
							       (void *)(uintptr_t)code[sizeof(marker)]);
	}
}

__attribute__((visibility("default")))
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4) || !(out = fopen(argv[0] + 4, "w"))) {
		fprintf(stderr, "count: out=FILE is needed\n");
		return -1;
	}
	counts.score = qemu_plugin_scoreboard_new(sizeof(uint64_t));
	counts.offset = 0;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
