// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What `show mlag json` says, as one word for a monitoring system (G7). Knows the
 * names of doc/cli.md; asks nobody and keeps nothing.
 */
#ifndef HEALTH_JUDGE_H
#define HEALTH_JUDGE_H

#include <json-c/json.h>

/* The plugins' exit statuses that Nagios, Icinga and others agree on. */
enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_CRITICAL, HEALTH_UNKNOWN };

struct health_verdict {
	enum health level;
	char text[2048]; /* faults, the worst first where it matters; or what is well. One line, cut short if it does not fit */
};

/*
 * mlag: the object of `show mlag json`. Critical: hosts are not served here, or nothing stands behind this
 * member. Warning: something is not as configured, or is being worked on. Unknown: no MLAG, or no such object.
 */
void health_judge(struct json_object *mlag, struct health_verdict *v);
const char *health_name(enum health level);

#endif
