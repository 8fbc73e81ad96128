// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vtysh merges what its daemons say of their configuration, and drops the
 * `exit` of every block whose first word it does not know. Without it the block
 * still parses, but a reader that goes line by line (frr-reload.py, a person)
 * takes what follows for a part of it. So the block is closed here: while vtysh
 * prints its configuration, the first line after `mlag` that is not indented
 * gets an `exit` before it.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>

#include <zebra.h>
#include "memory.h"
#include "printfrr.h"
#include "vty.h"

typedef int (*vty_out_fn)(struct vty *vty, const char *format, ...);

/* In place of libfrr's. */
int vty_out(struct vty *vty, const char *format, ...)
{
	static vty_out_fn next;
	static bool open;
	char *text;
	va_list ap;
	int ret;

	if (!next)
		next = (vty_out_fn)dlsym(RTLD_NEXT, "vty_out");
	va_start(ap, format);
	text = vasprintfrr(MTYPE_TMP, format, ap);
	va_end(ap);
	if (open && text[0] && text[0] != ' ') {
		open = false;
		next(vty, "exit\n");
	}
	open = open || (strcmp(format, "%s\n") == 0 && strcmp(text, "mlag\n") == 0);
	ret = next(vty, "%s", text);
	XFREE(MTYPE_TMP, text);
	return ret;
}
