// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The running configuration as commands that parse again: the other direction
 * of cli.c. One line a node, defaults left out.
 */
#include <zebra.h>

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

void cli_show_shutdown(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " %sshutdown\n", yang_dnode_get_bool(dnode, NULL) ? "" : "no ");
}

void cli_show_key(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " authentication key %s\n", yang_dnode_get_string(dnode, NULL));
}

void cli_show_mlag_id(struct vty *vty, const struct lyd_node *dnode, bool show_defaults)
{
	vty_out(vty, " mlag id %s\n", yang_dnode_get_string(dnode, NULL));
}
