// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The RPCs of yang/frr-mlag.yang (G2). `maintenance` is configuration that can
 * be set and taken back by a call: it is committed like what is typed.
 */
#include <zebra.h>

#include "northbound.h"
#include "northbound_cli.h"
#include "yang.h"

#include "mlagd/nb.h"

int nb_rpc_clear(struct nb_cb_rpc_args *args)
{
	struct mlagd *d = mlagd_get();

	if (strmatch(yang_dnode_get_string(args->input, "what"), "statistics")) {
		peer_stats_clear(d->peer);
		kernel_stats_clear(d->kernel);
		mact_stats_clear(d->mact);
		neight_stats_clear(d->neighs);
	} else {
		d->n_events = 0;
	}
	return NB_OK;
}

/* The CLI's candidate: it equals the running configuration between two commands, and has to stay so. */
static int set_maintenance(const char *value, char *errmsg, size_t len)
{
	struct nb_context context = {.client = NB_CLIENT_NONE};
	struct nb_config *candidate = vty_shared_candidate_config;
	int ret = NB_ERR;

	if (nb_candidate_edit_config_change(candidate, NB_OP_MODIFY, "/frr-mlag:mlag/maintenance", value, false) ==
	    NB_CHANGE_OK)
		ret = nb_candidate_commit(context, candidate, true, "RPC maintenance", NULL, errmsg, len);
	if (ret == NB_OK || ret == NB_ERR_NO_CHANGES)
		return NB_OK;
	nb_config_replace(candidate, running_config, true);
	return NB_ERR;
}

int nb_rpc_maintenance(struct nb_cb_rpc_args *args)
{
	if (!yang_dnode_exists(running_config->dnode, "/frr-mlag:mlag")) {
		snprintf(args->errmsg, args->errmsg_len, "maintenance: MLAG is not configured (D7)");
		return NB_ERR;
	}
	return set_maintenance(yang_dnode_get_string(args->input, "enabled"), args->errmsg, args->errmsg_len);
}
