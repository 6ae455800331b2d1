/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ARRAY_H
#define ASHIATO_ARRAY_H

/* As in the kernel */
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#endif
