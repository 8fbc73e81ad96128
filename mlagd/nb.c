// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The northbound's registration: which node of yang/frr-mlag.yang is answered
 * by which function. It knows the names of the nodes and nothing else.
 */
#include <zebra.h>

#include "northbound.h"

#include "mlagd/nb.h"

#define MLAG  "/frr-mlag:mlag"
#define STATE "/frr-mlag:mlag-state"
#define IFACE "/frr-interface:lib/interface/frr-mlag:mlag"

/* A leaf with a default, printed as ` name value`. */
#define LEAF(path, show)                                                                                               \
	{                                                                                                              \
		.xpath = path, .cbs = {.modify = nb_config_modify, .cli_show = show }                                  \
	}
/* A leaf that may be absent. */
#define OPTIONAL(path, set, show)                                                                                      \
	{                                                                                                              \
		.xpath = path, .cbs = {.modify = set, .destroy = nb_config_destroy, .cli_show = show }                 \
	}
/* A container that says something by being there. */
#define PRESENCE(path, show)                                                                                           \
	{                                                                                                              \
		.xpath = path, .cbs = {.create = nb_config_create, .destroy = nb_config_destroy, .cli_show = show }    \
	}
/* An entry of an ordered list or leaf-list. */
#define ENTRY(path, check, show)                                                                                       \
	{                                                                                                              \
		.xpath = path, .cbs = {.create = check,                                                                \
				       .destroy = nb_config_destroy,                                                   \
				       .move = nb_config_move,                                                         \
				       .cli_show = show }                                                              \
	}
#define READ(path, get)                                                                                                \
	{                                                                                                              \
		.xpath = path, .cbs = {.get_elem = get }                                                               \
	}
#define CONDITION(name)                                                                                                \
	READ(STATE "/" name "/state", nb_state_condition), READ(STATE "/" name "/since", nb_state_condition),          \
		READ(STATE "/" name "/reason", nb_state_condition)

/* clang-format off */
const struct frr_yang_module_info frr_mlag_info = {
	.name = "frr-mlag",
	.nodes = {
		{
			.xpath = MLAG,
			.cbs = {
				.create = nb_config_create,
				.destroy = nb_config_destroy,
				.cli_show = cli_show_mlag,
				.cli_show_end = cli_show_mlag_end,
			},
		},
		OPTIONAL(MLAG "/system-mac", nb_config_system_mac, cli_show_leaf),
		OPTIONAL(MLAG "/peer-link", nb_config_peer_link, cli_show_leaf),
		{
			.xpath = MLAG "/peer-ip",
			.cbs = {.modify = nb_config_peer_ip, .cli_show = cli_show_leaf },
		},
		ENTRY(MLAG "/backup", nb_config_create, cli_show_backup),
		OPTIONAL(MLAG "/backup/vrf", nb_config_modify, NULL),
		LEAF(MLAG "/backup/port", NULL),
		ENTRY(MLAG "/witness", nb_config_witness, cli_show_witness),
		OPTIONAL(MLAG "/witness/source", nb_config_modify, NULL),
		LEAF(MLAG "/priority", cli_show_leaf),
		{
			.xpath = MLAG "/timers",
			.cbs = { .cli_show = cli_show_timers },
		},
		LEAF(MLAG "/timers/keepalive", NULL),
		LEAF(MLAG "/timers/multiplier", NULL),
		LEAF(MLAG "/init-delay", cli_show_leaf),
		ENTRY(MLAG "/init-until", nb_config_create, cli_show_init_until),
		LEAF(MLAG "/reload-delay", cli_show_leaf),
		LEAF(MLAG "/restart-time", cli_show_leaf),
		PRESENCE(MLAG "/bfd", cli_show_bfd),
		OPTIONAL(MLAG "/bfd/profile", nb_config_modify, NULL),
		OPTIONAL(MLAG "/authentication/key-chain", nb_config_modify, cli_show_grouped),
		OPTIONAL(MLAG "/authentication/key", nb_config_modify, cli_show_grouped),
		OPTIONAL(MLAG "/vxlan/anycast-ip", nb_config_modify, cli_show_grouped),
		OPTIONAL(MLAG "/vrr/fabric-id", nb_config_modify, cli_show_grouped),
		OPTIONAL(MLAG "/vrr/mac", nb_config_vrr_mac, cli_show_grouped),
		OPTIONAL(MLAG "/exclude-vlan", nb_config_exclude_vlan, cli_show_exclude_vlan),
		ENTRY(MLAG "/orphan-port", nb_config_create, cli_show_orphan_port),
		ENTRY(MLAG "/uplink", nb_config_create, cli_show_leaf),
		LEAF(MLAG "/maintenance", cli_show_switch),
		LEAF(MLAG "/shutdown", cli_show_switch),
		OPTIONAL(IFACE "/id", nb_config_modify, cli_show_mlag_id),
		LEAF(IFACE "/lacp-bypass", cli_show_lacp_bypass),
		{
			.xpath = IFACE "/vrr/address",
			.cbs = {
				.create = nb_config_vrr_address,
				.destroy = nb_config_destroy,
				.cli_show = cli_show_vrr_address,
			},
		},
		{ .xpath = IFACE "/vrr/address/prefix-length", .cbs = {.modify = nb_config_vrr_length} },
		OPTIONAL(IFACE "/vrr/mac", nb_config_vrr_mac, cli_show_vrr_mac),
		READ(STATE "/enabled", nb_state_leaf),
		READ(STATE "/local-id", nb_state_leaf),
		READ(STATE "/local-role", nb_state_leaf),
		READ(STATE "/in-service", nb_state_leaf),
		READ(STATE "/fenced", nb_state_leaf),
		READ(STATE "/acting", nb_state_leaf),
		READ(STATE "/peer-alive", nb_state_leaf),
		READ(STATE "/peer-id", nb_state_leaf),
		READ(STATE "/peer-role", nb_state_leaf),
		READ(STATE "/peer-priority", nb_state_leaf),
		READ(STATE "/peer-address", nb_state_leaf),
		READ(STATE "/peer-in-service", nb_state_leaf),
		READ(STATE "/peer-version", nb_state_leaf),
		READ(STATE "/backup-active", nb_state_leaf),
		CONDITION("peer"),
		CONDITION("peerlink"),
		{
			.xpath = STATE "/peerlink-conflict",
			.cbs = {
				.get_elem = nb_state_conflict,
				.get_next = nb_state_peerlink_conflict_next,
			},
		},
		CONDITION("backup-path"),
		CONDITION("witness"),
		CONDITION("sync"),
		CONDITION("zebra-module"),
		READ(STATE "/version", nb_state_leaf),
		READ(STATE "/protocol-version", nb_state_leaf),
		{
			.xpath = STATE "/path",
			.cbs = {
				.get_next = nb_state_path_next,
				.get_keys = nb_state_path_keys,
				.lookup_entry = nb_state_path_lookup,
			},
		},
		READ(STATE "/path/number", nb_state_path_number),
		READ(STATE "/path/kind", nb_state_path_leaf),
		READ(STATE "/path/address", nb_state_path_leaf),
		READ(STATE "/path/state", nb_state_path_leaf),
		READ(STATE "/path/since", nb_state_path_leaf),
		READ(STATE "/path/reason", nb_state_path_leaf),
		READ(STATE "/path/last-heard", nb_state_path_leaf),
		READ(STATE "/path/sent", nb_state_path_leaf),
		READ(STATE "/path/received", nb_state_path_leaf),
		{
			.xpath = STATE "/bond",
			.cbs = {
				.get_next = nb_state_bond_next,
				.get_keys = nb_state_bond_keys,
				.lookup_entry = nb_state_bond_lookup,
			},
		},
		READ(STATE "/bond/mlag-id", nb_state_bond_leaf),
		READ(STATE "/bond/interface", nb_state_bond_leaf),
		READ(STATE "/bond/peer-interface", nb_state_bond_leaf),
		READ(STATE "/bond/dual-connected", nb_state_bond_leaf),
		READ(STATE "/bond/distributing", nb_state_bond_leaf),
		READ(STATE "/bond/lacp-bypass", nb_state_bond_leaf),
		READ(STATE "/bond/bpdus-silenced", nb_state_bond_leaf),
		READ(STATE "/bond/bpdus-dropped", nb_state_bond_leaf),
		READ(STATE "/bond/proto-down-reason", nb_state_bond_leaf),
		{
			.xpath = STATE "/bond/conflict",
			.cbs = {
				.get_elem = nb_state_conflict,
				.get_next = nb_state_conflict_next,
			},
		},
		{ .xpath = "/frr-mlag:clear", .cbs = { .rpc = nb_rpc_clear } },
		{ .xpath = "/frr-mlag:maintenance", .cbs = { .rpc = nb_rpc_maintenance } },
		{ .xpath = NULL },
	},
};
/* clang-format on */
