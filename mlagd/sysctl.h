// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings of an interface under /proc/sys/net. path has one %s for its name,
 * e.g. "ipv4/conf/%s/arp_ignore". A setting that cannot be made is
 * said in the log.
 */
#ifndef MLAGD_SYSCTL_H
#define MLAGD_SYSCTL_H

#include <stdbool.h>

/* Write value unless it is there. False: logged. */
bool sysctl_set(const char *path, const char *ifname, const char *value);
/* What a new interface would get: the value of "default". */
bool sysctl_reset(const char *path, const char *ifname);

#endif
