// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The running configuration as commands that parse again: the other direction
 * of cli.c. One line a node, defaults left out.
 */
#include <zebra.h>

#include "vrf.h"
#include "vty.h"
#include "yang.h"

#include "mlagd/nb.h"

void cli_show_mlag(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, "!\nmlag\n");
}

/* At the line's beginning: a stock vtysh stops reading frr.conf at an indented one. */
void cli_show_mlag_end(struct vty *vty, const struct lyd_node *dnode)
{
	vty_out(vty, "exit\n");
}

void cli_show_leaf(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " %s %s\n", dnode->schema->name, yang_dnode_get_string(dnode, NULL));
}

void cli_show_backup(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " backup %s", yang_dnode_get_string(dnode, "address"));
	if (yang_dnode_exists(dnode, "vrf"))
		vty_out(vty, " vrf %s", yang_dnode_get_string(dnode, "vrf"));
	if (show_defaults || !yang_dnode_is_default(dnode, "port"))
		vty_out(vty, " port %s", yang_dnode_get_string(dnode, "port"));
	vty_out(vty, "\n");
}

void cli_show_timers(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " timers keepalive %s multiplier %s\n", yang_dnode_get_string(dnode, "keepalive"),
		yang_dnode_get_string(dnode, "multiplier"));
}

/* ` shutdown`, ` no shutdown` */
void cli_show_switch(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " %s%s\n", yang_dnode_get_bool(dnode, NULL) ? "" : "no ", dnode->schema->name);
}

/* ` vxlan anycast-ip 10.0.1.12`: the container's name is a word of the command. */
void cli_show_grouped(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " %s %s %s\n", lyd_parent(dnode)->schema->name, dnode->schema->name,
		yang_dnode_get_string(dnode, NULL));
}

void cli_show_witness(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " witness %s", yang_dnode_get_string(dnode, "address"));
	if (yang_dnode_exists(dnode, "source"))
		vty_out(vty, " source %s", yang_dnode_get_string(dnode, "source"));
	vty_out(vty, "\n");
}

void cli_show_init_until(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	const char *vrf = yang_dnode_get_string(dnode, "vrf");

	vty_out(vty, " init-until %s", yang_dnode_get_string(dnode, "prefix"));
	if (!strmatch(vrf, VRF_DEFAULT_NAME))
		vty_out(vty, " vrf %s", vrf);
	vty_out(vty, "\n");
}

void cli_show_bfd(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " bfd");
	if (yang_dnode_exists(dnode, "profile"))
		vty_out(vty, " profile %s", yang_dnode_get_string(dnode, "profile"));
	vty_out(vty, "\n");
}

void cli_show_exclude_vlan(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " exclude vlan %s\n", yang_dnode_get_string(dnode, NULL));
}

void cli_show_orphan_port(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " orphan-port %s suspend\n", yang_dnode_get_string(dnode, NULL));
}

/* --------------------------------------------------------------- interfaces */

void cli_show_mlag_id(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " mlag id %s\n", yang_dnode_get_string(dnode, NULL));
}

void cli_show_lacp_bypass(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " %smlag lacp-bypass\n", yang_dnode_get_bool(dnode, NULL) ? "" : "no ");
}

void cli_show_vrr_address(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " mlag vrr address %s/%s\n", yang_dnode_get_string(dnode, "address"),
		yang_dnode_get_string(dnode, "prefix-length"));
}

void cli_show_vrr_mac(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " mlag vrr mac %s\n", yang_dnode_get_string(dnode, NULL));
}
