// SPDX-License-Identifier: GPL-2.0-only
/* Arrays that grow. */
#include <stdlib.h>

#include "array.h"

/**
 * array_resize() - Make room for one more item; use array_grow() instead
 * @array: first item, or NULL
 * @count: number of items in use
 * @size: bytes per item
 *
 * Return: the array, which may have moved; NULL when there is no memory, which
 * leaves @array as it was.
 */
void *array_resize(void *array, size_t count, size_t size)
{
	size_t room = 1;
	size_t bytes;

	/* The array is full when its count is 0 or a power of two. */
	if (count & (count - 1))
		return array;
	if ((count && __builtin_mul_overflow(count, 2, &room)) ||
	    __builtin_mul_overflow(room, size, &bytes))
		return NULL;
	return realloc(array, bytes);
}
