// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits how many records a user causes, and reports once a second how many were left out.
 *
 * Each user who has an entry in the table of shares has a cell. Further users share one cell and
 * its limit.
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "core/counter.h"
#include "core/share.h"
#include "rate.h"

/**
 * struct rate_cell - limit of a user
 * @paid: time up to which the records so far have used up the rate, in nanoseconds; at most
 *	one burst later than the current time
 * @left_out: number of records that were left out and not yet reported
 * @uid: user of the record that was left out last
 */
struct rate_cell {
	atomic64_t paid;
	atomic_t left_out;
	uid_t uid;
};

unsigned int record_rate = 100;
unsigned int record_burst = 1000;

static struct rate_cell cells[SHARE_ENTRIES];

static bool (*rate_report)(uid_t uid, u32 count);

static void report_all(struct work_struct *unused);
static DECLARE_DELAYED_WORK(work, report_all);

static void leave_out(struct rate_cell *cell, u32 count)
{
	if (!atomic_fetch_add(count, &cell->left_out))
		schedule_delayed_work(&work, HZ);
}

/* Reports how many records were left out; a number that audit refuses is reported later. */
static void report_all(struct work_struct *unused)
{
	struct rate_cell *cell;

	for (cell = cells; cell < cells + ARRAY_SIZE(cells); cell++) {
		u32 count = atomic_xchg(&cell->left_out, 0);

		if (count && !rate_report(READ_ONCE(cell->uid), count))
			leave_out(cell, count);
	}
}

/*
 * Takes the time that one record costs from the cell; returns false if the cell has too little.
 * Reserves half of the burst for records of new accesses and outcomes.
 */
static bool cell_pay(struct rate_cell *cell, u32 rate, enum access_report why)
{
	s64 price = NSEC_PER_SEC / rate;
	s64 credit = price * max(READ_ONCE(record_burst), 1U);
	s64 part = why == REPORT_REPEAT ? max(credit / 2, price) : credit;
	s64 now = ktime_get_ns(), old = atomic64_read(&cell->paid), paid;

	do {
		paid = clamp(old, now, now + credit) + price;
		if (paid > now + part) {
			/* The parameters have changed: count one new burst as used up. */
			if (old > now + credit)
				atomic64_cmpxchg(&cell->paid, old, now + credit);
			return false;
		}
	} while (!atomic64_try_cmpxchg(&cell->paid, &old, paid));
	return true;
}

/**
 * rate_allows() - check whether a user may cause one more record, and count it
 * @uid: accountable user, see owner_uid()
 * @why: reason for the record
 *
 * Context: any. Between rate_init() and rate_exit().
 * Return: false if the record must be left out. rate_report() will count it, unless an earlier
 * record of the same access or outcome was left out and counted.
 */
bool rate_allows(uid_t uid, enum access_report why)
{
	u32 rate = READ_ONCE(record_rate);
	struct rate_cell *cell = &cells[share_entry(uid)];

	if (!rate || cell_pay(cell, rate, why))
		return true;
	if (why == REPORT_AGAIN)
		return false;
	counter_add(COUNTER_SUPPRESSED);
	WRITE_ONCE(cell->uid, uid);
	leave_out(cell, 1);
	return false;
}

/**
 * rate_init() - set the function that reports how many records were left out
 * @report: reports the number for a user; returns whether this succeeded
 *
 * Context: any; before the first rate_allows().
 */
void rate_init(bool (*report)(uid_t uid, u32 count))
{
	rate_report = report;
}

/**
 * rate_exit() - report the numbers that were not reported yet, and stop
 *
 * Context: may sleep; after the last rate_allows().
 */
void rate_exit(void)
{
	flush_delayed_work(&work);
	cancel_delayed_work_sync(&work);
}
