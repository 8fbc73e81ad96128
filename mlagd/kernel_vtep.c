// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The shared VTEP (E6): while this member can deliver, the anycast address
 * stands on loopback and is the source of every vxlan device; else it is taken
 * off, and the devices go back to the member's own.
 *
 * Off comes in two steps with the fence between them (failure.md): the address
 * first, which turns the underlay away in one routing update, however many
 * MACs there are; the devices' source last, when the bonds are down and their
 * addresses withdrawn, or remote VTEPs would see them move. On in the same
 * steps backwards: the source before the legs rise, since what is learned on
 * them is announced from it, the address last. In between the source is known
 * to this machine alone (kernel_vtep_way.c).
 *
 * A device's own address is what stood there before us; kernel_vtep_own.c keeps it.
 */
#include <zebra.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "log.h"

#include "mlagd/kernel_addr.h"
#include "mlagd/kernel_int.h"
#include "mlagd/kernel_l3.h"
#include "mlagd/sysctl.h"

DEFINE_MTYPE_STATIC(MLAGD_KERNEL, KVTEP, "Kernel VTEP");

struct kvteps {
	struct kernel *k;
	struct kvowns *owns;
	struct in_addr anycast; /* 0: none */
	struct in_addr was;	/* the one before, to be taken off */
	bool shared;		/* wanted as the devices' source */
	bool attract;		/* wanted on loopback */
	ifindex_t detour;	/* the peerlink's L3 device that takes our shared address for a source */
	struct kvway way;
	bool refused;
	bool moved; /* a device got the shared source since kvtep_moved() */
};

/* ---------------------------------------------------------------- questions */

static struct prefix host(struct in_addr a)
{
	return (struct prefix){.family = AF_INET, .prefixlen = IPV4_MAX_BITLEN, .u.prefix4 = a};
}

static struct klink *loopback(const struct kvteps *v)
{
	return klink_find_name(v->k, "lo");
}

static bool is_vtep(const struct klink *l)
{
	return l->l.kind == NL_KIND_VXLAN && l->l.have & NL_HAVE_VXLAN_LOCAL;
}

static bool has_address(const struct kvteps *v, struct in_addr a)
{
	struct prefix p = host(a);

	return loopback(v) && kaddr_find(v->k->addrs, loopback(v)->l.ifindex, &p);
}

/* Without a record, as after a run directory lost: the member's first own loopback address. */
static bool loopback_own(const struct kvteps *v, struct in_addr *own)
{
	const struct klink *lo = loopback(v);
	struct kaddr *a = NULL;

	while (lo && (a = kaddr_next(v->k->addrs, lo->l.ifindex, a)))
		if (a->p.family == AF_INET && !ipv4_martian(&a->p.u.prefix4) &&
		    a->p.u.prefix4.s_addr != v->anycast.s_addr && a->p.u.prefix4.s_addr != v->was.s_addr) {
			*own = a->p.u.prefix4;
			return true;
		}
	return false;
}

static bool own_of(const struct kvteps *v, const struct klink *l, struct in_addr *own)
{
	return kvown_of(v->owns, l->l.name, own) || loopback_own(v, own);
}

static bool is_ours(const struct kvteps *v, struct in_addr a)
{
	return a.s_addr && (a.s_addr == v->anycast.s_addr || a.s_addr == v->was.s_addr);
}

/* What the device's source is to be; false: as it is. */
static bool wanted_local(struct kvteps *v, const struct klink *l, struct in_addr *want)
{
	struct in_addr now = {.s_addr = l->l.vxlan_local};

	if (!is_vtep(l))
		return false;
	if (v->shared && v->anycast.s_addr)
		*want = v->anycast;
	else if (!is_ours(v, now) || !own_of(v, l, want))
		return false;
	return want->s_addr != now.s_addr;
}

static bool address_differs(const struct kvteps *v)
{
	if (v->was.s_addr && v->was.s_addr != v->anycast.s_addr && has_address(v, v->was))
		return true;
	return v->anycast.s_addr && loopback(v) && has_address(v, v->anycast) != v->attract;
}

/*
 * A member without uplinks sends over the peerlink, from the address that is
 * this member's too: not a forged one, as the kernel would have it (D6).
 */
#define DETOUR_SETTING "ipv4/conf/%s/accept_local"

static bool detour_differs(const struct kvteps *v)
{
	return v->anycast.s_addr && klink_index(kernel_l3(v->k)) && klink_index(kernel_l3(v->k)) != v->detour;
}

bool kvtep_differs(struct kvteps *v)
{
	struct in_addr want;
	struct klink *l;

	if (v->refused)
		return false; /* said; tried again with the next change of what is wanted */
	if (address_differs(v) || detour_differs(v) || kvway_differs(&v->way, v->k, v->anycast, v->shared))
		return true;
	frr_each (klinks, &v->k->links, l)
		if (wanted_local(v, l, &want))
			return true;
	return false;
}

bool kvtep_apart(const struct kvteps *v)
{
	return v->anycast.s_addr && !v->attract;
}

bool kvtep_own(const struct kvteps *v)
{
	const struct klink *l;

	if (!v->anycast.s_addr)
		return false;
	frr_each (klinks_const, &v->k->links, l)
		if (is_vtep(l) && l->l.vxlan_local != v->anycast.s_addr)
			return true;
	return false;
}

/* -------------------------------------------------------------------- apply */

static void refused(void *arg, uint32_t ifindex, int err, const char *text)
{
	struct kvteps *v = arg;
	const struct klink *l = klink_find(v->k, ifindex);

	v->refused = true;
	zlog_warn("shared VTEP on %s: the kernel refused a change: %s%s%s", l ? l->l.name : "an interface that is gone",
		  strerror(-err), text[0] ? ": " : "", text);
}

static void set_address(struct kvteps *v, bool on)
{
	const struct klink *lo = loopback(v);
	struct prefix now = host(v->anycast), was = host(v->was);

	if (!lo)
		return;
	nl_batch_begin(v->k->req, refused, v);
	if (v->was.s_addr && v->was.s_addr != v->anycast.s_addr && has_address(v, v->was))
		kaddr_batch_del(v->k, lo->l.ifindex, &was);
	if (v->anycast.s_addr && on && !has_address(v, v->anycast))
		kaddr_batch_add(v->k, lo->l.ifindex, &now, 0, 0);
	if (v->anycast.s_addr && !on && has_address(v, v->anycast))
		kaddr_batch_del(v->k, lo->l.ifindex, &now);
	nl_batch_commit(v->k->req);
	kaddr_catch_up(v->k->addrs);
}

static void add_local(struct kvteps *v, const struct klink *l, struct in_addr local)
{
	struct nlmsghdr *nlh = nl_batch_msg(v->k->req, RTM_NEWLINK, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	struct nlattr *info, *data;

	ifi->ifi_index = l->l.ifindex;
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_str(nlh, IFLA_INFO_KIND, "vxlan");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put(nlh, IFLA_VXLAN_LOCAL, sizeof(local), &local);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	nl_batch_add(v->k->req, l->l.ifindex);
}

/* Recorded before it is overwritten. */
static bool record_own(struct kvteps *v)
{
	bool changed = false;
	struct klink *l;

	frr_each (klinks, &v->k->links, l) {
		struct in_addr now = {.s_addr = l->l.vxlan_local}, own;

		if (!is_vtep(l) || is_ours(v, now) || !now.s_addr || (own_of(v, l, &own) && own.s_addr == now.s_addr))
			continue;
		kvown_set(v->owns, l->l.name, now);
		changed = true;
	}
	return !changed || kvowns_save(v->owns);
}

static void set_locals(struct kvteps *v)
{
	struct in_addr want;
	struct klink *l;

	nl_batch_begin(v->k->req, refused, v);
	frr_each (klinks, &v->k->links, l) {
		if (!wanted_local(v, l, &want))
			continue;
		add_local(v, l, want);
		v->moved |= v->shared;
	}
	nl_batch_commit(v->k->req);
	nl_stream_drain(v->k->s_link);
}

void kvtep_withdraw(struct kvteps *v, bool shared, bool attract)
{
	v->refused = v->refused && v->shared == shared && v->attract == attract;
	v->shared = shared;
	v->attract = attract;
	if (!attract)
		set_address(v, false);
}

void kvtep_source(struct kvteps *v)
{
	if (!v->shared || !kvtep_differs(v) || !record_own(v))
		return;
	kvway_apply(&v->way, v->k, v->anycast, true); /* a source that is no address of ours sends nothing */
	set_locals(v);
}

void kvtep_apply(struct kvteps *v)
{
	if (detour_differs(v)) {
		v->detour = klink_index(kernel_l3(v->k));
		sysctl_set(DETOUR_SETTING, kernel_l3(v->k)->l.name, "1");
	}
	if (!kvtep_differs(v) || (v->shared && !record_own(v)))
		return;
	if (v->shared)
		kvtep_source(v);
	else
		set_locals(v);
	set_address(v, v->attract);
	kvway_apply(&v->way, v->k, v->anycast, v->shared);
	if (!v->refused)
		v->was = v->anycast;
}

unsigned int kvtep_moved(struct kvteps *v, ifindex_t *ifs, unsigned int max)
{
	const struct klink *l;
	unsigned int n = 0;

	frr_each (klinks_const, &v->k->links, l)
		if (v->moved && n < max && is_vtep(l) && l->l.vxlan_local == v->anycast.s_addr)
			ifs[n++] = l->l.ifindex;
	v->moved = false;
	return n;
}

/* ------------------------------------------------------------ configuration */

void kvtep_configure(struct kvteps *v, const struct conf *c)
{
	struct in_addr anycast = c->present ? c->anycast_ip : (struct in_addr){};

	if (anycast.s_addr == v->anycast.s_addr)
		return;
	if (!anycast.s_addr && v->detour && klink_find(v->k, v->detour))
		sysctl_reset(DETOUR_SETTING, klink_find(v->k, v->detour)->l.name);
	if (!anycast.s_addr)
		v->detour = 0;
	kvway_apply(&v->way, v->k, (struct in_addr){}, false);
	v->was = v->anycast;
	v->anycast = anycast;
	v->refused = false;
}

struct kvteps *kvtep_new(struct kernel *k, const char *state_dir)
{
	struct kvteps *v = XCALLOC(MTYPE_KVTEP, sizeof(*v));

	v->k = k;
	v->owns = kvowns_load(state_dir);
	return v;
}

void kvtep_free(struct kvteps *v)
{
	if (!v)
		return;
	kvowns_free(v->owns);
	XFREE(MTYPE_KVTEP, v);
}

/* --------------------------------------------------------------------- show */

bool kvtep_show(struct kvteps *v, unsigned int i, struct kernel_vtep *out)
{
	struct in_addr own = {};
	struct klink *l;

	*out = (struct kernel_vtep){.anycast = v->anycast, .on_loopback = has_address(v, v->anycast)};
	frr_each (klinks, &v->k->links, l) {
		if (!is_vtep(l) || i--)
			continue;
		strlcpy(out->ifname, l->l.name, sizeof(out->ifname));
		out->local.s_addr = l->l.vxlan_local;
		out->own = is_ours(v, out->local) && own_of(v, l, &own) ? own : out->local;
		return true;
	}
	return false;
}
