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

static bool as_json(int argc, struct cmd_token *argv[])
{
	return strmatch(argv[argc - 1]->text, "json");
}

CLI_FUNC(show_mlag)
{
	return show_mlag(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_interface)
{
	return show_mlag_interface(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_backup)
{
	return show_mlag_backup(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_mac)
{
	return show_mlag_mac(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_mdb)
{
	return show_mlag_mdb(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_neighbor)
{
	return show_mlag_neighbor(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_vrr)
{
	return show_mlag_vrr(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_vtep)
{
	return show_mlag_vtep(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_events)
{
	return show_mlag_events(vty, as_json(argc, argv));
}

CLI_FUNC(show_mlag_statistics)
{
	return show_mlag_statistics(vty, as_json(argc, argv));
}

CLI_FUNC(clear_mlag)
{
	nb_cli_rpc_enqueue(vty, "what", argv[argc - 1]->text);
	return nb_cli_rpc(vty, "/frr-mlag:clear", NULL);
}
