// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of roles, states, holds and reasons, as cli.md and the logs have them. */
#include "mlagd/core/core_int.h"

static const char *const role_names[] = {
	[MC_ROLE_NONE] = "none",
	[MC_ROLE_PRIMARY] = "primary",
	[MC_ROLE_SECONDARY] = "secondary",
};

static const char *const state_names[CORE_ST_MAX] = {
	[CORE_ST_UNCONFIGURED] = "unconfigured",
	[CORE_ST_UNKNOWN] = "unknown",
	[CORE_ST_UP] = "up",
	[CORE_ST_DOWN] = "down",
	[CORE_ST_RESTARTING] = "restarting",
	[CORE_ST_STOPPED] = "stopped",
	[CORE_ST_SILENT] = "silent",
	[CORE_ST_UNAUTHENTICATED] = "unauthenticated",
	[CORE_ST_MISMATCH] = "mismatch",
	[CORE_ST_SYNCHRONISING] = "synchronising",
	[CORE_ST_SYNCHRONISED] = "synchronised",
};

static const char *const hold_names[CORE_HOLD_MAX] = {
	[CORE_HOLD_NONE] = "none",
	[CORE_HOLD_BOOT] = "not-peered",
	[CORE_HOLD_INIT] = "init-delay",
	[CORE_HOLD_JOIN] = "joining",
	[CORE_HOLD_SPLIT] = "split",
	[CORE_HOLD_UPLINKS] = "uplinks",
	[CORE_HOLD_ANYCAST] = "anycast-ip",
	[CORE_HOLD_SHUTDOWN] = "shutdown",
	[CORE_HOLD_MAINTENANCE] = "maintenance",
	[CORE_HOLD_BYPASS] = "lacp-bypass",
};

static const char *const why_texts[WHY_MAX] = {
	[WHY_NO_CARRIER] = "no member of the peerlink has carrier",
	[WHY_NOT_DISTRIBUTING] = "the peerlink has carrier but does not distribute",
	[WHY_NO_PROBE] = "nothing heard within the peer's keepalive x multiplier",
	[WHY_GOODBYE] = "the peer has said goodbye",
	[WHY_SESSION_LOST] = "session lost while the peerlink has carrier",
	[WHY_BFD] = "BFD hears nothing of the peer while the peerlink has carrier",
	[WHY_RESTART_OVER] = "the peer has not come back within its restart-time",
	[WHY_SYSTEM_MAC] = "the other side has a different system-mac",
	[WHY_REFLECTION] = "this member's own words come back: a loop on the path",
	[WHY_CLONE] = "another member has this one's local id, the MAC of its peerlink",
	[WHY_AUTH_MISSING] = "the other side does not authenticate, a key is configured here",
	[WHY_AUTH_WRONG] = "the other side has a different key",
	[WHY_AUTH_NO_KEY] = "the other side authenticates, no key is configured here",
	[WHY_VERSION] = "the other side speaks another version of the peer protocol",
	[WHY_NO_BACKUP] = "no backup is configured",
	[WHY_NO_WITNESS] = "no witness is configured",
	[WHY_NEVER_HEARD] = "no peer heard yet",
	[WHY_ADVICE] = "heard, but without authentication it proves nothing",
	[WHY_NO_MODULE] = "zebra has no module of ours, or is not there",
};

const char *core_role_name(enum mc_role role)
{
	return (unsigned int)role <= MC_ROLE_SECONDARY ? role_names[role] : "?";
}

const char *core_state_name(enum core_state state)
{
	return (unsigned int)state < CORE_ST_MAX ? state_names[state] : "?";
}

const char *core_hold_name(enum core_hold hold)
{
	return (unsigned int)hold < CORE_HOLD_MAX ? hold_names[hold] : "?";
}

const char *why_text(enum why why)
{
	return (unsigned int)why < WHY_MAX ? why_texts[why] : NULL;
}
