// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The FDB first: addresses behind ports that work and are not the peerlink.
 * Then the neighbours of each family: those that stand there, on the SVI's VLAN.
 */
#include <zebra.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "log.h"
#include "memory.h"

#include "mlagd/nl.h"
#include "mlagd/nl_parse.h"
#include "zebra-module/neigh.h"

DECLARE_MGROUP(MLAGD_KERNEL);
DEFINE_MTYPE_STATIC(MLAGD_KERNEL, NEIGH, "mlag neighbours");

#define NUD_KNOWN (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)

struct place {
	uint32_t bridge;
	uint16_t vlan;
	uint8_t mac[NL_MAC_LEN];
	uint32_t port; /* the first three say which it is */
};

_Static_assert(offsetof(struct place, port) == 12, "compared as bytes");

struct reading {
	struct links *ls;
	const ifindex_t *svis;
	unsigned int n_svis;
	struct place *at; /* sorted before neighbours are read */
	unsigned int n, cap;
	struct neigh_host *out;
	unsigned int n_out, max;
};

static int place_cmp(const void *a, const void *b)
{
	return memcmp(a, b, offsetof(struct place, port));
}

int neigh_host_cmp(const struct neigh_host *a, const struct neigh_host *b)
{
	if (a->svi != b->svi)
		return numcmp(a->svi, b->svi);
	if (a->through != b->through)
		return numcmp(a->through, b->through);
	return prefix_cmp(&a->p, &b->p);
}

static int host_cmp(const void *a, const void *b)
{
	return neigh_host_cmp(a, b);
}

static void take_fdb(void *arg, const struct nlmsghdr *nlh)
{
	struct reading *r = arg;
	struct nl_fdb f;

	if (r->n == NEIGH_FDB_MAX || !nl_parse_fdb(nlh, &f) || f.del || !f.master || f.state & NUD_PERMANENT ||
	    !links_port_works(r->ls, f.ifindex))
		return;
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 256;
		r->at = XREALLOC(MTYPE_NEIGH, r->at, r->cap * sizeof(*r->at));
	}
	r->at[r->n] = (struct place){.bridge = f.master, .vlan = f.vlan, .port = f.ifindex};
	memcpy(r->at[r->n++].mac, f.mac, NL_MAC_LEN);
}

static bool on_svi(const struct reading *r, ifindex_t ifindex)
{
	for (unsigned int i = 0; i < r->n_svis; i++)
		if (r->svis[i] == ifindex)
			return true;
	return false;
}

/* Address and MAC of an RTM_NEWNEIGH; false: not both, or of a length that they have not. */
static bool parse(const struct nlmsghdr *nlh, uint8_t family, struct prefix *p, uint8_t mac[NL_MAC_LEN])
{
	const size_t len = family == AF_INET ? 4 : 16;
	bool has_dst = false, has_mac = false;
	const struct nlattr *a;

	memset(p, 0, sizeof(*p));
	p->family = family;
	p->prefixlen = len * 8;
	mnl_attr_for_each(a, nlh, sizeof(struct ndmsg)) {
		if (mnl_attr_get_type(a) == NDA_DST && mnl_attr_get_payload_len(a) == len) {
			memcpy(&p->u.prefix, mnl_attr_get_payload(a), len);
			has_dst = true;
		} else if (mnl_attr_get_type(a) == NDA_LLADDR && mnl_attr_get_payload_len(a) == NL_MAC_LEN) {
			memcpy(mac, mnl_attr_get_payload(a), NL_MAC_LEN);
			has_mac = true;
		}
	}
	return has_dst && has_mac && !(family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&p->u.prefix6));
}

static void take_neigh(void *arg, const struct nlmsghdr *nlh)
{
	const struct ndmsg *nd = mnl_nlmsg_get_payload(nlh);
	struct reading *r = arg;
	struct neigh_host *h = &r->out[r->n_out];
	struct place at = {};
	const struct place *found;

	if (r->n_out == r->max || nlh->nlmsg_type != RTM_NEWNEIGH || mnl_nlmsg_get_payload_len(nlh) < sizeof(*nd) ||
	    (nd->ndm_family != AF_INET && nd->ndm_family != AF_INET6) || !(nd->ndm_state & NUD_KNOWN) ||
	    !on_svi(r, nd->ndm_ifindex) || !parse(nlh, nd->ndm_family, &h->p, at.mac) ||
	    !links_svi(r->ls, nd->ndm_ifindex, &at.bridge, &at.vlan))
		return;
	found = r->n ? bsearch(&at, r->at, r->n, sizeof(at), place_cmp) : NULL;
	if (!found)
		return;
	h->svi = nd->ndm_ifindex;
	/* a bridge that knows no VLANs is the SVI, and held with it */
	h->through = at.vlan ? at.bridge : found->port;
	r->n_out++;
}

static bool dump(struct reading *r, uint8_t family, void (*take)(void *arg, const struct nlmsghdr *nlh))
{
	char buf[MNL_NLMSG_HDRLEN + sizeof(struct ndmsg)] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *nd;
	int ret;

	nlh->nlmsg_type = RTM_GETNEIGH;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nd = mnl_nlmsg_put_extra_header(nlh, sizeof(*nd));
	memset(nd, 0, sizeof(*nd));
	nd->ndm_family = family;
	ret = nl_req_get(links_req(r->ls), nlh, take, r);
	if (ret < 0 && ret != -EINTR)
		zlog_warn("mlag: cannot read neighbours: %s", safe_strerror(-ret));
	return ret == 0 || ret == -EINTR; /* what changed meanwhile is seen the next time */
}

/* macvlans and their SVI may know the same host: two entries, as two interfaces are withdrawn. */
int neigh_reached(struct links *ls, const ifindex_t *svis, unsigned int n_svis, struct neigh_host *out,
		  unsigned int max)
{
	struct reading r = {.ls = ls, .svis = svis, .n_svis = n_svis, .out = out, .max = max};
	bool ok = dump(&r, AF_BRIDGE, take_fdb);

	if (r.n)
		qsort(r.at, r.n, sizeof(*r.at), place_cmp);
	ok = ok && dump(&r, AF_INET, take_neigh) && dump(&r, AF_INET6, take_neigh);
	XFREE(MTYPE_NEIGH, r.at);
	if (!ok)
		return -1;
	qsort(out, r.n_out, sizeof(*out), host_cmp);
	return r.n_out;
}
