// SPDX-License-Identifier: GPL-2.0-only
/* The names of the flags of a domain. */
#include "fact.h"

const struct domain_flag domain_flags[DOMAIN_FLAGS] = {
	{ FACT_QUOTA_EXCEEDED, "quota_exceeded" },
	{ FACT_TRANSITION_FAILED, "transition_failed" },
};
