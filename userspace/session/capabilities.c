// SPDX-License-Identifier: GPL-2.0-only
/* Capabilities of the process. */
#include <cap-ng.h>

#include "capabilities.h"

/**
 * capabilities_drop() - Drop the capabilities that are not needed any more
 * @keep_override: keep CAP_DAC_OVERRIDE, to create and rename a file in any directory
 *
 * An error is ignored: without CAP_SETPCAP (not root, some containers) the
 * bounding set cannot be changed.
 */
void capabilities_drop(bool keep_override)
{
	bool may_bound;

	/* Without CAP_SETPCAP, libcap-ng would log an error to syslog */
	may_bound = !capng_get_caps_process() &&
		    capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	capng_clear(CAPNG_SELECT_BOTH);
	if (keep_override)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
			     CAP_DAC_OVERRIDE);
	/* If the bounding set cannot be changed, change the other sets only */
	if (!may_bound || capng_apply(CAPNG_SELECT_BOTH) < 0)
		(void)!capng_apply(CAPNG_SELECT_CAPS);
}
