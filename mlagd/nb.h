// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The northbound: yang/frr-mlag.yang inside the daemon (G2).
 */
#ifndef MLAGD_NB_H
#define MLAGD_NB_H

#include <zebra.h>
#include "northbound.h"

#include "mlagd/mlagd.h"

/* For FRR_DAEMON_INFO's yang_modules. */
extern const struct frr_yang_module_info frr_mlag_info;

/* Cancel what is scheduled; before frr_fini(). */
void nb_fini(void);

/* Bring struct conf up to what has been committed now, not in the next turn of the loop. */
void nb_config_sync(void);

/* Send the notification `event` to whoever has subscribed. */
void nb_notify_event(const struct mlagd_event *event);

/* --- between nb.c and its parts --- */

/* nb_read.c: the tree as a whole into c, which is at its defaults. */
void nb_read(struct conf *c, const struct lyd_node *root);
/* One entry of an interface's list vrr/address; host bits are kept. */
void nb_read_vrr_address(struct prefix *p, const struct lyd_node *dnode);

/* nb_config.c: one set of callbacks for every configuration node. */
int nb_config_create(struct nb_cb_create_args *args);
int nb_config_modify(struct nb_cb_modify_args *args);
int nb_config_destroy(struct nb_cb_destroy_args *args);
int nb_config_move(struct nb_cb_move_args *args);

/* nb_check.c: those that look further than the model. */
int nb_config_system_mac(struct nb_cb_modify_args *args);
int nb_config_peer_link(struct nb_cb_modify_args *args);
int nb_config_peer_ip(struct nb_cb_modify_args *args);
int nb_config_vrr_mac(struct nb_cb_modify_args *args);
int nb_config_exclude_vlan(struct nb_cb_modify_args *args);
int nb_config_witness(struct nb_cb_create_args *args);
int nb_config_vrr_address(struct nb_cb_create_args *args);
int nb_config_vrr_length(struct nb_cb_modify_args *args);

/* nb_rpc.c */
int nb_rpc_clear(struct nb_cb_rpc_args *args);
int nb_rpc_maintenance(struct nb_cb_rpc_args *args);

/* nb_state.c: leaves by their name, bonds as a list. */
struct yang_data *nb_state_leaf(struct nb_cb_get_elem_args *args);
struct yang_data *nb_state_condition(struct nb_cb_get_elem_args *args);
struct yang_data *nb_state_bond_leaf(struct nb_cb_get_elem_args *args);
struct yang_data *nb_state_conflict(struct nb_cb_get_elem_args *args);
const void *nb_state_peerlink_conflict_next(struct nb_cb_get_next_args *args);
const void *nb_state_conflict_next(struct nb_cb_get_next_args *args);
const void *nb_state_bond_next(struct nb_cb_get_next_args *args);
int nb_state_bond_keys(struct nb_cb_get_keys_args *args);
const void *nb_state_bond_lookup(struct nb_cb_lookup_entry_args *args);

/* nb_state_path.c: the list of paths. */
const void *nb_state_path_next(struct nb_cb_get_next_args *args);
int nb_state_path_keys(struct nb_cb_get_keys_args *args);
const void *nb_state_path_lookup(struct nb_cb_lookup_entry_args *args);
struct yang_data *nb_state_path_leaf(struct nb_cb_get_elem_args *args);
struct yang_data *nb_state_path_number(struct nb_cb_get_elem_args *args);

/* cli_config.c: the running configuration as commands. */
void cli_show_mlag(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_mlag_end(struct vty *vty, const struct lyd_node *dnode);
void cli_show_leaf(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_backup(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_timers(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_switch(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_grouped(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_witness(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_init_until(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_bfd(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_exclude_vlan(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_orphan_port(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_mlag_id(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_lacp_bypass(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_vrr_address(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);
void cli_show_vrr_mac(struct vty *vty, const struct lyd_node *dnode, bool show_defaults);

#endif
