// SPDX-License-Identifier: GPL-2.0-only
/* Capabilities of the process. */
#include <cap-ng.h>
#include <stdbool.h>

#include "capabilities.h"

/**
 * capabilities_drop() - Drop the capabilities that are not needed any more
 * @kept: capabilities to keep
 *
 * An error is ignored: without CAP_SETPCAP (not root, some containers) the
 * bounding set cannot be changed.
 */
void capabilities_drop(enum kept_capabilities kept)
{
	bool may_bound;

	/* Without CAP_SETPCAP, libcap-ng would log an error to syslog */
	may_bound = !capng_get_caps_process() &&
		    capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	capng_clear(CAPNG_SELECT_BOTH);
	if (kept >= KEEP_OVERRIDE)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			     CAP_DAC_OVERRIDE);
	if (kept == KEEP_CHOWN)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_CHOWN);
	/* If the bounding set cannot be changed, change the other sets only */
	if (!may_bound || capng_apply(CAPNG_SELECT_BOTH) < 0)
		(void)!capng_apply(CAPNG_SELECT_CAPS);
}
