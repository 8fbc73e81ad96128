// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands that read, clear and debug. They change nothing of the model.
 */
#include <zebra.h>

#include "northbound_cli.h"

#include "mlagd/cli_int.h"
#include "mlagd/mlagd.h"
#include "mlagd/show.h"

/* ------------------------------------------------------------------- debugs */

static const struct {
	const char *name;
	unsigned long bit;
} debugs[] = {
	{"peer", MLAGD_DEBUG_PEER}, {"heartbeat", MLAGD_DEBUG_HEARTBEAT}, {"netlink", MLAGD_DEBUG_NETLINK},
	{"mac", MLAGD_DEBUG_MAC},   {"zebra", MLAGD_DEBUG_ZEBRA},	  {"core", MLAGD_DEBUG_CORE},
	{"all", MLAGD_DEBUG_ALL},
};

CLI_FUNC(debug_mlag)
{
	for (unsigned int i = 0; i < array_size(debugs); i++) {
		if (!strmatch(argv[argc - 1]->text, debugs[i].name))
			continue;
		if (cli_negated(argv))
			mlagd_debug &= ~debugs[i].bit;
		else
			mlagd_debug |= debugs[i].bit;
	}
	return CMD_SUCCESS;
}

int cli_write_debugs(struct vty *vty)
{
	if (mlagd_debug == MLAGD_DEBUG_ALL) {
		vty_out(vty, "debug mlag all\n");
		return 1;
	}
	for (unsigned int i = 0; i < array_size(debugs); i++)
		if (debugs[i].bit != MLAGD_DEBUG_ALL && (mlagd_debug & debugs[i].bit))
			vty_out(vty, "debug mlag %s\n", debugs[i].name);
	return 1;
}

/* --------------------------------------------------------------- show, clear */

/* A command and what answers it (show.h) have one name. */
#define SHOW(name)                                                                                                     \
	CLI_FUNC(name)                                                                                                 \
	{                                                                                                              \
		return name(vty, strmatch(argv[argc - 1]->text, "json"));                                              \
	}

SHOW(show_mlag)
SHOW(show_mlag_interface)
SHOW(show_mlag_backup)
SHOW(show_mlag_mac)
SHOW(show_mlag_mdb)
SHOW(show_mlag_neighbor)
SHOW(show_mlag_vrr)
SHOW(show_mlag_vtep)
SHOW(show_mlag_events)
SHOW(show_mlag_statistics)

CLI_FUNC(clear_mlag)
{
	nb_cli_rpc_enqueue(vty, "what", argv[argc - 1]->text);
	return nb_cli_rpc(vty, "/frr-mlag:clear", NULL);
}
