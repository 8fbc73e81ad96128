// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The northbound's registration: which node of yang/frr-mlag.yang is answered
 * by which function. It knows the names of the nodes and nothing else.
 */
#include <zebra.h>

#include "libfrr.h"
#include "northbound.h"
#include "yang.h"

#include "mlagd/nb.h"

/* The model's text, made from yang/frr-mlag.yang when this is built. */
static const char model[] =
#include "yang/frr-mlag.yang.h"
	;

static struct yang_module_embed embed = {
	.mod_name = "frr-mlag",
	.mod_rev = "",
	.sub_mod_name = "",
	.sub_mod_rev = "",
	.data = model,
	.format = LYS_IN_YANG,
};

/* After libfrr's own list of embedded modules exists, before main(). */
static void __attribute__((constructor)) embed_model(void)
{
	yang_module_embed(&embed);
}

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
		OPTIONAL(MLAG "/peer-link", nb_config_modify, cli_show_leaf),
		LEAF(MLAG "/peer-ip", cli_show_leaf),
		{
			.xpath = MLAG "/backup",
			.cbs = {
				.create = nb_config_create,
				.destroy = nb_config_destroy,
				.move = nb_config_move,
				.cli_show = cli_show_backup,
			},
		},
		OPTIONAL(MLAG "/backup/vrf", nb_config_modify, NULL),
		LEAF(MLAG "/backup/port", NULL),
		LEAF(MLAG "/priority", cli_show_leaf),
		{
			.xpath = MLAG "/timers",
			.cbs = { .cli_show = cli_show_timers },
		},
		LEAF(MLAG "/timers/keepalive", NULL),
		LEAF(MLAG "/timers/multiplier", NULL),
		LEAF(MLAG "/init-delay", cli_show_leaf),
		LEAF(MLAG "/reload-delay", cli_show_leaf),
		LEAF(MLAG "/restart-time", cli_show_leaf),
		LEAF(MLAG "/shutdown", cli_show_shutdown),
		OPTIONAL(MLAG "/authentication/key", nb_config_modify, cli_show_key),
		OPTIONAL(IFACE "/id", nb_config_modify, cli_show_mlag_id),
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
		CONDITION("backup-path"),
		CONDITION("witness"),
		CONDITION("sync"),
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
		READ(STATE "/bond/proto-down-reason", nb_state_bond_leaf),
		{
			.xpath = STATE "/bond/conflict",
			.cbs = {
				.get_elem = nb_state_conflict,
				.get_next = nb_state_conflict_next,
			},
		},
		{ .xpath = NULL },
	},
};
/* clang-format on */
