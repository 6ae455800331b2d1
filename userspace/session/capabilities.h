/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ASHIATO_CAPABILITIES_H
#define ASHIATO_CAPABILITIES_H

/**
 * enum kept_capabilities - Capabilities that are still needed
 * @KEEP_NONE: none
 * @KEEP_OVERRIDE: CAP_DAC_OVERRIDE, to open a file in any directory
 * @KEEP_CHOWN: also CAP_CHOWN, to replace a file of any user
 */
enum kept_capabilities {
	KEEP_NONE,
	KEEP_OVERRIDE,
	KEEP_CHOWN,
};

void capabilities_drop(enum kept_capabilities kept);

#endif
