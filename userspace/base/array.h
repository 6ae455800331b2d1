/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_ARRAY_H
#define ASHIATO_ARRAY_H

#include <errno.h>
#include <stddef.h>

/* As in the kernel */
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

void *array_resize(void *array, size_t count, size_t size);

/**
 * array_grow() - Make room for one more item at the end of an array
 * @array: pointer to the first item, NULL for an empty array; updated when the
 *	array moves; free it with free()
 * @count: number of items in use; must be 0 at first and grow by one at a time
 *
 * The room is the smallest power of two above @count, so that nothing but the
 * pointer and the count needs to be stored.
 *
 * Return: 0, or -ENOMEM, which leaves the array as it was.
 */
#define array_grow(array, count) ({				\
	__typeof__(array) array_grown_ =			\
		array_resize((array), (count), sizeof(*(array)));	\
	if (array_grown_)					\
		(array) = array_grown_;				\
	array_grown_ ? 0 : -ENOMEM;				\
})

#endif
