// SPDX-License-Identifier: GPL-2.0-only
/* The checks of "ashiato doctor" for the module's limits and bounds. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "doctor.h"
#include "model/bounds.h"
#include "source/lines.h"

#define MODULE_FILE(name)	SECURITY_DIR "/ashiato/" name
#define DOMAIN_BOUND		"sys/module/ashiato/parameters/max_domain_accesses"
#define RULES			"/etc/ashiato/exception_policy"

/* Number of directories, users or domains that a check names. */
#define NAMES_MAX	3

/* Older modules do not have these files. */
static bool bounds_load(struct doctor *doctor, const char *name,
			int (*read)(struct bounds *bounds, int fd),
			struct bounds *bounds)
{
	int fd = machine_open(name);
	int err = fd < 0 ? fd : read(bounds, fd);

	if (fd >= 0)
		close(fd);
	if (err && err != -ENOENT)
		doctor_note_error(doctor, name, err);
	return !err;
}

/*
 * Do not advise a rule: it would apply to all domains, and users choose names. A user
 * could make doctor advise "file_pattern /etc/\*".
 */
static void advise_look(struct doctor *doctor, const struct bounds_place *place)
{
	/* A quote would end the argument */
	if (!memchr(place->pattern.ptr, '\'', place->pattern.len))
		doctor_advise(doctor, "ashiato uses '%.*s'",
			      (int)place->pattern.len, place->pattern.ptr);
}

/**
 * doctor_check_patterns() - Explain which accesses became patterns
 * @doctor: doctor
 * @id: name of the note in JSON
 */
void doctor_check_patterns(struct doctor *doctor, const char *id)
{
	struct bounds bounds = { 0 };
	struct text name = { 0 };
	struct text most = { 0 };
	size_t directories = 0;

	if (!bounds_load(doctor, MODULE_FILE("patterns"), bounds_read_patterns,
			 &bounds))
		goto out;
	for (size_t i = 0; i < bounds.place_count && directories < NAMES_MAX; i++) {
		const struct bounds_place *place = &bounds.place[i];

		text_clear(&name);
		if (!place->is_directory || domain_name(place->domain, &name))
			continue;
		text_format(&most, "%s%.*s in \"%s\"", directories ? ", " : "",
			    (int)place->where.len, place->where.ptr, name.data);
		directories++;
	}
	if (!directories || most.failed)
		goto out;
	doctor_note(doctor, id,
		    "A domain used more names in a directory than the module records one by one; further names are patterns. The most patterns are in %s. \"ashiato status\" shows more. If these names are new each time, write a rule into " RULES " that matches them and no other names, because a rule hides the matching names of all domains. Look at the recorded names first.",
		    most.data);
	directories = 0;
	for (size_t i = 0; i < bounds.place_count && directories < NAMES_MAX; i++)
		if (bounds.place[i].is_directory && ++directories)
			advise_look(doctor, &bounds.place[i]);
out:
	text_free(&name);
	text_free(&most);
	bounds_free(&bounds);
}

/* One user's share of the limit that the user has reached; 0 if stat lacks the limit. */
static uint64_t user_limit(const struct doctor *doctor,
			   const struct bounds_user *user, uint64_t *used)
{
	const struct {
		const char *full;
		const char *limit;
		uint64_t used;
	} limits[] = {
		{ "accesses", "max_accesses", user->accesses },
		{ "domains", "max_domains", user->domains },
		{ "histories", "max_histories", user->histories },
		{ "bytes", "max_bytes", user->bytes },
	};
	uint64_t limit;

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		if (!strcmp(user->full, limits[i].full) &&
		    doctor_stat(doctor, limits[i].limit, &limit)) {
			*used = limits[i].used;
			return limit / BOUNDS_SHARE;
		}
	return 0;
}

static void user_report(struct doctor *doctor, const char *id,
			const struct bounds_user *user)
{
	struct text name = { 0 };
	uint64_t used = 0;
	uint64_t share = user_limit(doctor, user, &used);

	if (strcmp(user->uid, "-") != 0) {
		text_puts(&name, "User ");
		user_name(user, &name);
	} else {
		text_puts(&name, "Users without an entry of their own");
	}
	/* A text or a domain may need more than what is left */
	if (share && used >= share - share / 16)
		doctor_finding(doctor, id,
			       "%s: the share of one user, an eighth of max_%s, is used up (%" PRIu64 " of %" PRIu64 "); %" PRIu64 " accesses, domains and older entries of histories were not recorded.",
			       text_str(&name), user->full, used, share,
			       user->lost);
	else
		doctor_finding(doctor, id,
			       "%s: there was no room for more %s; %" PRIu64 " accesses, domains and older entries of histories were not recorded. All ordinary users together may use half of max_%s; ordinary users and daemons together may use three quarters.",
			       text_str(&name), user->full, user->lost,
			       user->full);
	text_free(&name);
}

static bool is_limit(const char *name)
{
	return !strcmp(name, "max_accesses") || !strcmp(name, "max_domains") ||
	       !strcmp(name, "max_histories") || !strcmp(name, "max_bytes");
}

/* Saves to a new file each time: a second save after a reset must not replace the first. */
static void advise_room(struct doctor *doctor, const char *limit)
{
	uint64_t now;

	if (!doctor->has_reset)
		doctor_advise(doctor,
			      "ashiato reset --save /var/lib/ashiato/before-reset-$(date +%%F-%%H%%M%%S)");
	doctor->has_reset = true;
	/* The name may come from the file users of another machine */
	if (!is_limit(limit) || !doctor_stat(doctor, limit, &now))
		return;
	doctor_advise(doctor,
		      "echo 'options ashiato %s=%" PRIu64 "' >>/etc/modprobe.d/ashiato.conf",
		      limit, now * 2);
	doctor_advise_initramfs(doctor);
}

/* Advise to look at the programs that the user runs now. */
static void advise_user(struct doctor *doctor, const struct bounds_user *user)
{
	struct span uid = { user->uid, strlen(user->uid) };
	uint64_t number;

	if (!span_number(uid, &number))
		doctor_advise(doctor, "ps -f -U %" PRIu64, number);
}

/**
 * doctor_check_users() - Report users for whom there is no room
 * @doctor: doctor
 * @id: name of the problem in JSON
 */
void doctor_check_users(struct doctor *doctor, const char *id)
{
	struct bounds bounds = { 0 };
	struct text limit = { 0 };

	if (bounds_load(doctor, MODULE_FILE("users"), bounds_read_users, &bounds))
		for (size_t i = 0; i < bounds.user_count && i < NAMES_MAX; i++) {
			if (!user_is_full(&bounds.user[i]))
				break;
			/* Only a limit of the machine stops root */
			if (!strcmp(bounds.user[i].uid, "0"))
				continue;
			user_report(doctor, id, &bounds.user[i]);
			advise_user(doctor, &bounds.user[i]);
			text_clear(&limit);
			text_format(&limit, "max_%s", bounds.user[i].full);
			advise_room(doctor, text_str(&limit));
		}
	text_free(&limit);
	bounds_free(&bounds);
}

static uint64_t bytes_used(struct doctor *doctor)
{
	struct bounds bounds = { 0 };
	uint64_t sum = 0;

	if (bounds_load(doctor, MODULE_FILE("users"), bounds_read_users, &bounds))
		for (size_t i = 0; i < bounds.user_count; i++)
			sum += bounds.user[i].bytes;
	bounds_free(&bounds);
	return sum;
}

/**
 * doctor_check_limits() - Report limits of the whole machine that are reached
 * @doctor: doctor
 * @id: name of the problem in JSON
 */
void doctor_check_limits(struct doctor *doctor, const char *id)
{
	static const struct {
		const char *limit;
		const char *used;
		const char *what;
	} limits[] = {
		{ "max_accesses", "accesses", "accesses" },
		{ "max_domains", "domains", "domains" },
		{ "max_bytes", NULL, "bytes" },
	};
	uint64_t limit;
	uint64_t used;

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		if (!doctor_stat(doctor, limits[i].limit, &limit) || !limit)
			continue;
		if (!limits[i].used)
			used = bytes_used(doctor);
		else if (!doctor_stat(doctor, limits[i].used, &used))
			continue;
		/* A text or a domain may need more than what is left */
		if (used < limit - limit / 256)
			continue;
		doctor_finding(doctor, id,
			       "%s is reached (%" PRIu64 " %s): nothing new is recorded.",
			       limits[i].limit, used, limits[i].what);
		advise_room(doctor, limits[i].limit);
	}
}

/**
 * doctor_check_quota() - Report accesses that were lost because of a limit that is not reached now
 * @doctor: doctor
 * @id: name of the problem in JSON, and of the counter
 */
void doctor_check_quota(struct doctor *doctor, const char *id)
{
	uint64_t lost;

	/* The limits that are reached have findings of their own */
	if (doctor->has_reset || !doctor_stat(doctor, id, &lost) || !lost)
		return;
	doctor_finding(doctor, id,
		       "%" PRIu64 " accesses were not recorded, because a limit or a user's share was reached. Now there is room again. To record more, raise max_domains, max_accesses or max_bytes in /etc/modprobe.d/ashiato.conf.",
		       lost);
	/* The initramfs has a copy of the file */
	doctor_advise_initramfs(doctor);
}

/**
 * struct domain_reader - Finds domains with too many accesses in domain_policy
 * @bound: number of accesses that a domain may have
 * @name: current domain
 * @accesses: number of its accesses, so far
 * @found: number of domains that have reached @bound
 * @names: names of the first of them
 */
struct domain_reader {
	uint64_t bound;
	struct text name;
	uint64_t accesses;
	size_t found;
	struct text names;
};

static int domain_line(void *ctx, const struct line *line)
{
	struct domain_reader *reader = ctx;

	if (line->len && *line->ptr == '<') {
		text_clear(&reader->name);
		text_add_line(&reader->name, line->ptr, line->len);
		reader->accesses = 0;
	} else if (memchr(line->ptr, ' ', line->len) &&
		   ++reader->accesses == reader->bound &&
		   reader->found++ < NAMES_MAX) {
		text_format(&reader->names, "%s\"%s\"",
			    reader->names.len ? ", " : "",
			    text_str(&reader->name));
	}
	return 0;
}

/**
 * doctor_check_domains() - Report domains that have all accesses that they may have
 * @doctor: doctor
 * @id: name of the problem in JSON
 */
void doctor_check_domains(struct doctor *doctor, const char *id)
{
	struct domain_reader reader = { 0 };
	struct text word = { 0 };
	uint64_t accesses = 0;
	int fd = -1;

	doctor_word(DOMAIN_BOUND, &word);
	/* Read domain_policy only if there can be such a domain */
	if (span_number((struct span){ text_str(&word), word.len },
			&reader.bound) || !reader.bound ||
	    !doctor_stat(doctor, "accesses", &accesses) ||
	    accesses < reader.bound)
		goto out;
	fd = machine_open(MODULE_FILE("domain_policy"));
	if (fd < 0 || lines_each(fd, domain_line, &reader, NULL) || !reader.found)
		goto out;
	doctor_finding(doctor, id,
		       "Domains that reached max_domain_accesses (%" PRIu64 "): %zu, such as %s. Their further accesses are recorded as patterns only.",
		       reader.bound, reader.found, text_str(&reader.names));
	doctor_advise(doctor, "echo %" PRIu64 " >/" DOMAIN_BOUND,
		      reader.bound * 2);
out:
	if (fd >= 0)
		close(fd);
	text_free(&word);
	text_free(&reader.name);
	text_free(&reader.names);
}
