// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands of the `mlag` block, as changes of the model's nodes below
 * /frr-mlag:mlag. Whether a value is right is the model's business.
 */
#include <zebra.h>

#include "northbound_cli.h"
#include "vrf.h"

#include "mlagd/cli_int.h"

/* ------------------------------------------------------------ single values */

CLI_FUNC(mlag)
{
	int ret;

	nb_cli_enqueue_change(vty, "/frr-mlag:mlag", NB_OP_CREATE, NULL);
	ret = cli_apply(vty, argc, argv);
	if (ret == CMD_SUCCESS)
		VTY_PUSH_XPATH(MLAG_NODE, "/frr-mlag:mlag");
	return ret;
}

CLI_FUNC(no_mlag)
{
	nb_cli_enqueue_change(vty, "/frr-mlag:mlag", NB_OP_DESTROY, NULL);
	return cli_apply(vty, argc, argv);
}

CLI_FUNC(system_mac)
{
	return cli_set_leaf(vty, argc, argv, "./system-mac", false);
}

CLI_FUNC(peer_link)
{
	return cli_set_leaf(vty, argc, argv, "./peer-link", false);
}

CLI_FUNC(peer_ip)
{
	return cli_set_leaf(vty, argc, argv, "./peer-ip", true);
}

CLI_FUNC(priority)
{
	return cli_set_leaf(vty, argc, argv, "./priority", true);
}

CLI_FUNC(init_delay)
{
	return cli_set_leaf(vty, argc, argv, "./init-delay", true);
}

CLI_FUNC(reload_delay)
{
	return cli_set_leaf(vty, argc, argv, "./reload-delay", true);
}

CLI_FUNC(restart_time)
{
	return cli_set_leaf(vty, argc, argv, "./restart-time", true);
}

CLI_FUNC(vxlan_anycast_ip)
{
	return cli_set_leaf(vty, argc, argv, "./vxlan/anycast-ip", false);
}

CLI_FUNC(exclude_vlan)
{
	return cli_set_leaf(vty, argc, argv, "./exclude-vlan", false);
}

CLI_FUNC(maintenance)
{
	return cli_set_switch(vty, argc, argv, "./maintenance");
}

CLI_FUNC(shutdown)
{
	return cli_set_switch(vty, argc, argv, "./shutdown");
}

CLI_FUNC(timers)
{
	int i = 0;
	const char *keepalive = NULL, *multiplier = NULL;

	if (argv_find(argv, argc, "(50-60000)", &i))
		keepalive = argv[i]->arg;
	if (argv_find(argv, argc, "(2-50)", &i))
		multiplier = argv[i]->arg;
	if (cli_negated(argv))
		keepalive = multiplier = NULL;
	nb_cli_enqueue_change(vty, "./timers/keepalive", NB_OP_MODIFY, keepalive);
	nb_cli_enqueue_change(vty, "./timers/multiplier", NB_OP_MODIFY, multiplier);
	return cli_apply(vty, argc, argv);
}

/* ------------------------------------------------- lists: entries and options */

/* The option `word VALUE` of a command into the leaf of that name; without it the leaf goes, or gets its default. */
static void set_option(struct vty *vty, int argc, struct cmd_token *argv[], const char *entry, const char *word,
		       bool has_default)
{
	char leaf[XPATH_MAXLEN];
	const char *value = NULL;

	for (int i = 1; i + 1 < argc; i++)
		if (strmatch(argv[i]->text, word))
			value = argv[i + 1]->arg;
	snprintf(leaf, sizeof(leaf), "%s/%s", entry, word);
	nb_cli_enqueue_change(vty, leaf, value || has_default ? NB_OP_MODIFY : NB_OP_DESTROY, value);
}

/* Add an entry, or take it away: true, and there is nothing more to say. */
static bool set_entry(struct vty *vty, struct cmd_token *argv[], const char *entry)
{
	nb_cli_enqueue_change(vty, entry, cli_negated(argv) ? NB_OP_DESTROY : NB_OP_CREATE, NULL);
	return cli_negated(argv);
}

/* The word behind the command's name. */
static const char *subject(struct cmd_token *argv[])
{
	return argv[cli_negated(argv) ? 2 : 1]->arg;
}

CLI_FUNC(backup)
{
	char entry[128];

	snprintf(entry, sizeof(entry), "./backup[address='%s']", subject(argv));
	if (!set_entry(vty, argv, entry)) {
		set_option(vty, argc, argv, entry, "vrf", false);
		set_option(vty, argc, argv, entry, "port", true);
	}
	return cli_apply(vty, argc, argv);
}

CLI_FUNC(witness)
{
	char entry[128];

	snprintf(entry, sizeof(entry), "./witness[address='%s']", subject(argv));
	if (!set_entry(vty, argv, entry))
		set_option(vty, argc, argv, entry, "source", false);
	return cli_apply(vty, argc, argv);
}

CLI_FUNC(init_until)
{
	char entry[256];
	int i = 0;
	const char *vrf = argv_find(argv, argc, "vrf", &i) ? argv[i + 1]->arg : VRF_DEFAULT_NAME;

	snprintf(entry, sizeof(entry), "./init-until[prefix='%s'][vrf='%s']", subject(argv), vrf);
	set_entry(vty, argv, entry);
	return cli_apply(vty, argc, argv);
}

CLI_FUNC(bfd)
{
	if (!set_entry(vty, argv, "./bfd"))
		set_option(vty, argc, argv, "./bfd", "profile", false);
	return cli_apply(vty, argc, argv);
}

CLI_FUNC(orphan_port)
{
	char entry[128];

	snprintf(entry, sizeof(entry), "./orphan-port[.='%s']", subject(argv));
	set_entry(vty, argv, entry);
	return cli_apply(vty, argc, argv);
}

CLI_FUNC(uplink)
{
	char entry[128];

	snprintf(entry, sizeof(entry), "./uplink[.='%s']", subject(argv));
	set_entry(vty, argv, entry);
	return cli_apply(vty, argc, argv);
}

/* ------------------------------------------------------ one or the other leaf */

/* Set one and take the other away; `no` takes the one away. */
static int set_either(struct vty *vty, int argc, struct cmd_token *argv[], const char *xpath, const char *other)
{
	if (!cli_negated(argv))
		nb_cli_enqueue_change(vty, other, NB_OP_DESTROY, NULL);
	return cli_set_leaf(vty, argc, argv, xpath, false);
}

CLI_FUNC(authentication)
{
	int i = 0;

	if (argc == 2) { /* no authentication */
		nb_cli_enqueue_change(vty, "./authentication/key", NB_OP_DESTROY, NULL);
		nb_cli_enqueue_change(vty, "./authentication/key-chain", NB_OP_DESTROY, NULL);
		return cli_apply(vty, argc, argv);
	}
	if (argv_find(argv, argc, "key-chain", &i))
		return set_either(vty, argc, argv, "./authentication/key-chain", "./authentication/key");
	return set_either(vty, argc, argv, "./authentication/key", "./authentication/key-chain");
}

CLI_FUNC(vrr_fabric_id)
{
	return set_either(vty, argc, argv, "./vrr/fabric-id", "./vrr/mac");
}

CLI_FUNC(vrr_mac)
{
	return set_either(vty, argc, argv, "./vrr/mac", "./vrr/fabric-id");
}
