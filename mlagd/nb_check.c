// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the model cannot say: addresses outside a recommended range get a
 * warning, and what an operator types is held against the kernel as it is now,
 * so that a peer-link in the bridge (B1), or a virtual router on a port that is
 * no SVI, is refused where it is typed (E1, E4). While frr.conf is being read nothing is held against the
 * kernel: interfaces and addresses may come later, and then it is a conflict.
 */
#include <zebra.h>
#include <ifaddrs.h>

#include "northbound.h"
#include "printfrr.h"
#include "yang.h"

#include "mlagd/nb.h"

/* ------------------------------------------------------------------ ranges */

static void warn_outside(struct nb_cb_modify_args *args, const char *what, const uint8_t *range, size_t len,
			 const char *text)
{
	struct ethaddr mac;

	if (args->event != NB_EV_VALIDATE)
		return;
	yang_dnode_get_mac(&mac, args->dnode, NULL);
	if (memcmp(mac.octet, range, len) != 0)
		snprintfrr(args->errmsg, args->errmsg_len, "Warning: %s %pEA is outside %s", what, &mac, text);
}

/* Outside the reserved range is allowed, and said (A3). */
int nb_config_system_mac(struct nb_cb_modify_args *args)
{
	static const uint8_t reserved[] = {0x44, 0x38, 0x39, 0xff};

	warn_outside(args, "system-mac", reserved, sizeof(reserved),
		     "44:38:39:ff:00:00-44:38:39:ff:ff:ff, the range reserved for MLAG");
	return nb_config_modify(args);
}

/* Likewise (E2). */
int nb_config_vrr_mac(struct nb_cb_modify_args *args)
{
	static const uint8_t vrr[] = {0x00, 0x00, 0x5e, 0x00, 0x01};

	warn_outside(args, "vrr mac", vrr, sizeof(vrr), "00:00:5e:00:01:00-00:00:5e:00:01:ff, the range of virtual routers");
	return nb_config_modify(args);
}

/* B1: what is no way to the peer beside the bridge. */
int nb_config_peer_link(struct nb_cb_modify_args *args)
{
	const char *ifname = yang_dnode_get_string(args->dnode, NULL), *why;

	if (args->event != NB_EV_VALIDATE || mlagd_reading())
		return nb_config_modify(args);
	why = kernel_peer_link_refused(mlagd_get()->kernel, ifname);
	if (!why)
		return NB_OK;
	snprintf(args->errmsg, args->errmsg_len, "peer-link %s cannot be: %s (B1)", ifname, why);
	return NB_ERR_VALIDATION;
}

/* B2: the peer is on the peer-link. */
int nb_config_peer_ip(struct nb_cb_modify_args *args)
{
	const char *text = yang_dnode_get_string(args->dnode, NULL), *why;
	struct ipaddr ip;

	if (args->event != NB_EV_VALIDATE || mlagd_reading() || str2ipaddr(text, &ip) != 0)
		return nb_config_modify(args);
	why = kernel_peer_ip_refused(mlagd_get()->kernel, &ip);
	if (!why)
		return NB_OK;
	snprintf(args->errmsg, args->errmsg_len, "peer-ip %s cannot be: %s (B2)", text, why);
	return NB_ERR_VALIDATION;
}

/* B6: its probes come from afar, and only a key tells whose they are. */
int nb_config_witness(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_VALIDATE && !yang_dnode_exists(args->dnode, "../authentication/key") &&
	    !yang_dnode_exists(args->dnode, "../authentication/key-chain"))
		snprintf(args->errmsg, args->errmsg_len,
			 "Warning: witness %s without authentication: what it says is shown and proves nothing (B6)",
			 yang_dnode_get_string(args->dnode, "address"));
	return nb_config_create(args);
}

/* The model knows the numbers; that a range ascends it cannot say. */
int nb_config_exclude_vlan(struct nb_cb_modify_args *args)
{
	uint8_t vlans[4096 / 8];
	const char *text = yang_dnode_get_string(args->dnode, NULL);

	if (args->event == NB_EV_VALIDATE && !conf_vlans_parse(text, vlans)) {
		snprintf(args->errmsg, args->errmsg_len, "exclude vlan %s: the ranges must ascend (D5)", text);
		return NB_ERR_VALIDATION;
	}
	return nb_config_modify(args);
}

/* ----------------------------------------------------------- virtual routers */

/* The subnet itself and its broadcast address belong to nobody. */
static bool host_of_subnet(const struct prefix *p)
{
	struct prefix net = *p;
	in_addr_t broadcast;

	if (p->family == AF_INET && p->prefixlen >= IPV4_MAX_BITLEN - 1)
		return true;
	apply_mask(&net);
	if (p->family == AF_INET6)
		return p->prefixlen >= IPV6_MAX_BITLEN - 1 || !prefix_same(&net, p);
	broadcast = ipv4_broadcast_addr(p->u.prefix4.s_addr, p->prefixlen);
	return !prefix_same(&net, p) && p->u.prefix4.s_addr != broadcast;
}

static bool same_address(const struct sockaddr *sa, const struct prefix *p)
{
	if (!sa || sa->sa_family != p->family)
		return false;
	if (p->family == AF_INET)
		return ((const struct sockaddr_in *)sa)->sin_addr.s_addr == p->u.prefix4.s_addr;
	return IPV6_ADDR_SAME(&((const struct sockaddr_in6 *)sa)->sin6_addr, &p->u.prefix6);
}

/* The interface has this address itself. */
static bool own_address(const char *ifname, const struct prefix *p)
{
	struct ifaddrs *all, *a;
	bool own = false;

	if (getifaddrs(&all) != 0)
		return false;
	for (a = all; a; a = a->ifa_next)
		own = own || (strmatch(a->ifa_name, ifname) && same_address(a->ifa_addr, p));
	freeifaddrs(all);
	return own;
}

/* What stands against a virtual router with this address on this interface now; true: errmsg says it. */
static bool vrr_refused(const char *ifname, const struct prefix *p, char *errmsg, size_t len)
{
	const struct kernel *k = mlagd_get()->kernel;
	const char *vrrp = kernel_vrrp_device(k);

	if (kernel_is_no_svi(k, ifname))
		snprintf(errmsg, len, "mlag vrr address must be on an SVI, a VLAN of a bridge; %s is none (E1)", ifname);
	else if (own_address(ifname, p))
		snprintfrr(errmsg, len, "mlag vrr address %pFX must not be the own address of %s (E1)", p, ifname);
	else if (vrrp)
		snprintf(errmsg, len, "mlag vrr address: VRRP is in use on this switch (%s), and both exclude each other (E4)",
			 vrrp);
	else
		return false;
	return true;
}

/* entry: of the list vrr/address. */
static int check_vrr(enum nb_event event, const struct lyd_node *entry, char *errmsg, size_t len)
{
	const char *ifname = yang_dnode_get_string(entry, "../../../name");
	struct prefix p;

	if (event != NB_EV_VALIDATE)
		return NB_OK;
	nb_read_vrr_address(&p, entry);
	if (!host_of_subnet(&p)) {
		snprintfrr(errmsg, len,
			   "mlag vrr address %pFX must be a host's address, not that of the subnet or its broadcast (E1)",
			   &p);
		return NB_ERR_VALIDATION;
	}
	if (!mlagd_reading() && vrr_refused(ifname, &p, errmsg, len))
		return NB_ERR_VALIDATION;
	return NB_OK;
}

int nb_config_vrr_address(struct nb_cb_create_args *args)
{
	int ret = check_vrr(args->event, args->dnode, args->errmsg, args->errmsg_len);

	return ret == NB_OK ? nb_config_create(args) : ret;
}

int nb_config_vrr_length(struct nb_cb_modify_args *args)
{
	int ret = check_vrr(args->event, lyd_parent(args->dnode), args->errmsg, args->errmsg_len);

	return ret == NB_OK ? nb_config_modify(args) : ret;
}
