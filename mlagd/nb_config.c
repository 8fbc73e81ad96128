// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration's way in. The model has judged it by the time a callback
 * runs, so every callback does the same: it notes that something changed. When
 * the transaction is over, struct conf is read anew from the running
 * configuration as a whole and handed out once, however many nodes changed.
 * Decides nothing; prints nothing.
 */
#include <zebra.h>

#include "northbound.h"
#include "yang.h"

#include "mlagd/nb.h"

static struct event *t_reload;

static void read_backup(struct conf *c, const struct lyd_node *dnode)
{
	struct conf_backup *b = &c->backup[c->n_backups++];

	memset(b, 0, sizeof(*b));
	yang_dnode_get_ip(&b->addr, dnode, "address");
	if (yang_dnode_exists(dnode, "vrf"))
		yang_dnode_get_string_buf(b->vrf, sizeof(b->vrf), dnode, "vrf");
	b->port = yang_dnode_get_uint16(dnode, "port");
}

static int each_backup(const struct lyd_node *dnode, void *arg)
{
	struct conf *c = arg;

	if (c->n_backups < CONF_BACKUPS_MAX)
		read_backup(c, dnode);
	return YANG_ITER_CONTINUE;
}

static void read_mlag(struct conf *c, const struct lyd_node *dnode)
{
	c->present = true;
	c->has_system_mac = yang_dnode_exists(dnode, "system-mac");
	if (c->has_system_mac)
		yang_dnode_get_mac(&c->system_mac, dnode, "system-mac");
	if (yang_dnode_exists(dnode, "peer-link"))
		yang_dnode_get_string_buf(c->peer_link, sizeof(c->peer_link), dnode, "peer-link");
	if (!strmatch(yang_dnode_get_string(dnode, "peer-ip"), "linklocal"))
		yang_dnode_get_ip(&c->peer_ip, dnode, "peer-ip");
	yang_dnode_iterate(each_backup, c, dnode, "backup");
	c->priority = yang_dnode_get_uint16(dnode, "priority");
	c->keepalive_ms = yang_dnode_get_uint32(dnode, "timers/keepalive");
	c->multiplier = yang_dnode_get_uint8(dnode, "timers/multiplier");
	c->init_delay_s = yang_dnode_get_uint16(dnode, "init-delay");
	c->reload_delay_s = yang_dnode_get_uint16(dnode, "reload-delay");
	c->restart_time_s = yang_dnode_get_uint16(dnode, "restart-time");
	c->shutdown = yang_dnode_get_bool(dnode, "shutdown");
	if (yang_dnode_exists(dnode, "authentication/key"))
		yang_dnode_get_string_buf(c->auth_key, sizeof(c->auth_key), dnode, "authentication/key");
}

static int each_bond(const struct lyd_node *dnode, void *arg)
{
	struct conf *c = arg;
	const char *ifname = yang_dnode_get_string(dnode, "name");

	if (strlen(ifname) < IFNAMSIZ)
		conf_bond_add(c, ifname, yang_dnode_get_uint16(dnode, "frr-mlag:mlag/id"));
	return YANG_ITER_CONTINUE;
}

static void reload(struct event *event)
{
	struct conf *c = &mlagd_get()->conf;
	const struct lyd_node *root = running_config->dnode;

	conf_fini(c);
	conf_init(c);
	if (yang_dnode_exists(root, "/frr-mlag:mlag"))
		read_mlag(c, yang_dnode_get(root, "/frr-mlag:mlag"));
	yang_dnode_iterate(each_bond, c, root, "/frr-interface:lib/interface[frr-mlag:mlag/id]");
	mlagd_configure();
}

void nb_config_sync(void)
{
	if (!event_is_scheduled(t_reload))
		return;
	event_cancel(&t_reload);
	reload(NULL);
}

/* The running configuration is replaced after the last callback: wait for it. */
static void changed(enum nb_event event)
{
	if (event == NB_EV_APPLY)
		event_add_event(mlagd_get()->loop, reload, NULL, 0, &t_reload);
}

int nb_config_create(struct nb_cb_create_args *args)
{
	changed(args->event);
	return NB_OK;
}

int nb_config_modify(struct nb_cb_modify_args *args)
{
	changed(args->event);
	return NB_OK;
}

int nb_config_destroy(struct nb_cb_destroy_args *args)
{
	changed(args->event);
	return NB_OK;
}

int nb_config_move(struct nb_cb_move_args *args)
{
	changed(args->event);
	return NB_OK;
}

/* Outside the reserved range is allowed, and said (A3). */
int nb_config_system_mac(struct nb_cb_modify_args *args)
{
	static const uint8_t reserved[] = {0x44, 0x38, 0x39, 0xff};
	struct ethaddr mac;

	if (args->event == NB_EV_VALIDATE) {
		yang_dnode_get_mac(&mac, args->dnode, NULL);
		if (memcmp(mac.octet, reserved, sizeof(reserved)) != 0)
			snprintfrr(args->errmsg, args->errmsg_len,
				   "Warning: system-mac %pEA is outside 44:38:39:ff:00:00-44:38:39:ff:ff:ff, the range reserved for MLAG",
				   &mac);
	}
	changed(args->event);
	return NB_OK;
}

void nb_fini(void)
{
	event_cancel(&t_reload);
}
