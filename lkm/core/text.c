// SPDX-License-Identifier: GPL-2.0-only
/* Interned strings of rules: names of namespaces, and new names. Pure C: see platform.h. */
#include "hash.h"
#include "text.h"

static struct set texts;
static size_t data_bytes;	/* under the set's lock */

struct text_key {
	const char *data;
	size_t len;
};

static bool text_match(const struct set_entry *entry, const void *key)
{
	const struct text *text = container_of(entry, struct text, entry);
	const struct text_key *wanted = key;

	return text->len == wanted->len &&
	       !memcmp(text->data, wanted->data, wanted->len);
}

static size_t text_size(size_t len)
{
	return sizeof(struct text) + len + 1;
}

static struct text *text_look_up(u32 hash, const struct text_key *key)
{
	struct set_entry *entry;

	rcu_read_lock();
	entry = set_find(&texts, hash, text_match, key);
	rcu_read_unlock();
	return entry ? container_of(entry, struct text, entry) : NULL;
}

/**
 * text_find() - look up an interned string
 * @data: string; need not end in a NUL
 * @len: length of @data in bytes
 *
 * Context: any.
 * Return: the text, or NULL.
 */
const struct text *text_find(const char *data, size_t len)
{
	const struct text_key key = { .data = data, .len = len };

	return text_look_up(hash_bytes(0, data, len), &key);
}

/**
 * text_intern() - look up an interned string, or intern it
 * @data: string; need not end in a NUL
 * @len: length of @data in bytes
 * @gfp: allocation flags
 *
 * Context: any that @gfp allows.
 * Return: the text, which lives until text_exit(), or NULL if no memory is available.
 */
const struct text *text_intern(const char *data, size_t len, gfp_t gfp)
{
	const struct text_key key = { .data = data, .len = len };
	u32 hash = hash_bytes(0, data, len);
	struct set_entry *entry;
	struct text *text;
	unsigned long flags;

	text = text_look_up(hash, &key);
	if (text)
		return text;

	text = kmalloc(text_size(len), gfp);
	if (!text)
		return NULL;
	text->entry.hash = hash;
	text->len = len;
	memcpy(text->data, data, len);
	text->data[len] = '\0';

	set_make_room(&texts, gfp);
	spin_lock_irqsave(&texts.lock, flags);
	entry = set_find(&texts, hash, text_match, &key);
	if (!entry && !set_add_locked(&texts, &text->entry)) {
		entry = &text->entry;
		WRITE_ONCE(data_bytes, data_bytes + text_size(len));
		text = NULL;
	}
	spin_unlock_irqrestore(&texts.lock, flags);
	kfree(text);
	return entry ? container_of(entry, struct text, entry) : NULL;
}

/**
 * text_bytes() - get the memory that all texts use
 *
 * Context: any.
 * Return: the number of bytes.
 */
size_t text_bytes(void)
{
	return set_bytes(&texts) + READ_ONCE(data_bytes);
}

/**
 * text_init() - initialise the set of texts
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int text_init(void)
{
	data_bytes = 0;
	return set_init(&texts, 4096);
}

static void text_release(struct set_entry *entry)
{
	kfree(container_of(entry, struct text, entry));
}

/**
 * text_exit() - free all texts
 *
 * Context: may sleep. Texts must no longer be used.
 */
void text_exit(void)
{
	set_destroy(&texts, text_release);
}
