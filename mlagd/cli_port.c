// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands of one interface, `interface X / mlag ...`, as changes of the
 * model's nodes below that interface.
 */
#include <zebra.h>

#include "northbound_cli.h"

#include "mlagd/cli_int.h"

CLI_FUNC(mlag_id)
{
	bool remove = cli_negated(argv) || strtoul(argv[argc - 1]->arg, NULL, 10) == 0;

	nb_cli_enqueue_change(vty, "./frr-mlag:mlag/id", remove ? NB_OP_DESTROY : NB_OP_MODIFY,
			      remove ? NULL : argv[argc - 1]->arg);
	return cli_apply(vty, argc, argv);
}

CLI_FUNC(lacp_bypass)
{
	return cli_set_switch(vty, argc, argv, "./frr-mlag:mlag/lacp-bypass");
}

CLI_FUNC(vrr_address)
{
	const char *typed = argv[argc - 1]->arg, *slash = strchr(typed, '/');
	char entry[128], leaf[192];

	/* the grammar has seen that there is one */
	snprintf(entry, sizeof(entry), "./frr-mlag:mlag/vrr/address[address='%.*s']", (int)(slash - typed), typed);
	if (cli_negated(argv)) {
		nb_cli_enqueue_change(vty, entry, NB_OP_DESTROY, NULL);
		return cli_apply(vty, argc, argv);
	}
	snprintf(leaf, sizeof(leaf), "%s/prefix-length", entry);
	nb_cli_enqueue_change(vty, entry, NB_OP_CREATE, NULL);
	nb_cli_enqueue_change(vty, leaf, NB_OP_MODIFY, slash + 1);
	return cli_apply(vty, argc, argv);
}

CLI_FUNC(if_vrr_mac)
{
	return cli_set_leaf(vty, argc, argv, "./frr-mlag:mlag/vrr/mac", false);
}
