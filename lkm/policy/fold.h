/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_FOLD_H
#define ASHIATO_FOLD_H

#include "core/access.h"
#include "core/platform.h"

/**
 * struct fold_bounds - number of values of a word that are recorded one by one
 * @siblings: files in a directory, and directories in a directory
 * @subdirectories: directories in a directory, below which files are recorded
 * @addresses: addresses for a port, and then networks
 * @ports: ports for an address; all addresses together may have PORTS_OF_ALL times as many
 * @numbers: numbers for a file: ioctl commands, owners, modes, devices
 * @variables: environment variables of a program
 * @words: argv[0] of a program
 * @abstract: abstract names of unix sockets
 * @targets: domains that a program signals or traces
 * @programs: programs in a directory that one domain executes
 * @depth: programs in the name of a domain
 * @domain_accesses: accesses of a domain
 *
 * The bounds apply to each domain and operation separately. 0 means no bound. They may change at
 * any time.
 */
struct fold_bounds {
	u32 siblings;
	u32 subdirectories;
	u32 addresses;
	u32 ports;
	u32 numbers;
	u32 variables;
	u32 words;
	u32 abstract;
	u32 targets;
	u32 programs;
	u32 depth;
	u32 domain_accesses;
};

extern struct fold_bounds fold_bounds;

/* Changes after each change of a bound, so that older shared keys are not used any more. */
extern u32 fold_version;

char *fold_object(struct domain *domain, enum access_op op, const char *object, u32 uid,
		  bool *is_shared, gfp_t gfp);
char *fold_program(struct domain *domain, const char *name, u32 uid, gfp_t gfp);
bool fold_is_full(struct domain *domain, u32 uid);
void fold_free_forgotten(void);
size_t fold_table_bytes(void);
int fold_init(void);
void fold_exit(void);

#endif
