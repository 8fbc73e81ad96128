// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The client of zebra. Next-hop tracking says how a prefix is routed: for
 * init-until the very prefix has to be in the RIB (B9, and D6 when none is any
 * longer), for a witness any route that does not lead over the peerlink will do
 * (B6). Keeps what was said last and tells when it changes; decides nothing. BFD
 * is zebra_bfd.c's.
 */
#include <zebra.h>

#include "bfd.h"
#include "memory.h"
#include "zclient.h"

#include "mlagd/zebra_int.h"

DEFINE_MGROUP(MLAGD_ZEBRA, "mlagd zebra client");
DEFINE_MTYPE_STATIC(MLAGD_ZEBRA, ZEBRA_CLIENT, "zebra client");

/*
 * zebra knows clients by the kind of their routes, has none for this daemon and passes BFD on to a few
 * kinds alone. No route is announced under the name that is borrowed, and its instance keeps it apart
 * from a fabricd's own.
 */
#define BORROWED_PROTOCOL ZEBRA_ROUTE_OPENFABRIC
#define BORROWED_INSTANCE 5342

/* libfrr's callbacks of a client get no context of their own. */
static struct zebra *the_zebra;

/* ---- routes ---- */

static bool watch_is(const struct watch *a, const struct watch *b)
{
	return a->witness == b->witness && prefix_same(&a->prefix, &b->prefix) && strmatch(a->vrf, b->vrf);
}

static void watch_ask(struct zebra *z, struct watch *w)
{
	struct vrf *vrf = w->vrf[0] ? vrf_lookup_by_name(w->vrf) : vrf_lookup_by_id(VRF_DEFAULT);

	if (w->asked != VRF_UNKNOWN || z->client->sock < 0 || !vrf || vrf->vrf_id == VRF_UNKNOWN)
		return;
	/* a default route is as good as any: which one it is comes with the answer */
	if (zclient_send_rnh(z->client, ZEBRA_NEXTHOP_REGISTER, &w->prefix, SAFI_UNICAST, false, true,
			     vrf->vrf_id) != ZCLIENT_SEND_FAILURE)
		w->asked = vrf->vrf_id;
}

static void watch_forget(struct zebra *z, const struct watch *w)
{
	if (w->asked != VRF_UNKNOWN && z->client->sock >= 0)
		zclient_send_rnh(z->client, ZEBRA_NEXTHOP_UNREGISTER, &w->prefix, SAFI_UNICAST, false, true, w->asked);
}

static void ask_all(struct zebra *z)
{
	for (unsigned int i = 0; i < z->n; i++)
		watch_ask(z, &z->watch[i]);
}

/* How many of init-until's prefixes are not in the RIB. */
static unsigned int routes_missing(const struct zebra *z)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < z->n; i++)
		n += !z->watch[i].witness && !z->watch[i].exact;
	return n;
}

/* zebra has been asked for all, and has none. While zebra is away nothing is lost: the kernel's routes stay. */
static bool routes_lost(const struct zebra *z)
{
	bool any = false;

	for (unsigned int i = 0; i < z->n; i++) {
		if (z->watch[i].witness)
			continue;
		if (z->watch[i].exact || !z->watch[i].answered)
			return false;
		any = true;
	}
	return any;
}

static void tell_routes(struct zebra *z, bool always)
{
	bool present = routes_missing(z) == 0, lost = routes_lost(z);

	if (present == z->present_told && lost == z->lost_told && !always)
		return;
	z->present_told = present;
	z->lost_told = lost;
	z->ops->routes(z->arg, present, lost);
}

static bool all_over(const struct zapi_route *route, ifindex_t ifindex)
{
	for (unsigned int i = 0; i < route->nexthop_num; i++)
		if (route->nexthops[i].ifindex != ifindex)
			return false;
	return route->nexthop_num > 0;
}

static void nexthop_update(struct vrf *vrf, struct prefix *match, struct zapi_route *route)
{
	struct zebra *z = the_zebra;

	for (unsigned int i = 0; z && i < z->n; i++) {
		struct watch *w = &z->watch[i];

		if (w->asked != vrf->vrf_id || !prefix_same(&w->prefix, match))
			continue;
		w->answered = true;
		w->routed = route->nexthop_num > 0;
		w->exact = w->routed && prefix_same(&route->prefix, &w->prefix);
		w->over_peerlink = z->peerlink && all_over(route, z->peerlink);
	}
	if (z)
		tell_routes(z, false);
}

const char *zebra_witness_advice(const struct zebra *z, unsigned int i)
{
	for (unsigned int n = 0; n < z->n; n++) {
		const struct watch *w = &z->watch[n];

		if (!w->witness || i-- > 0)
			continue;
		if (z->client->sock < 0 || !w->answered)
			return NULL;
		if (!w->routed)
			return "no route to it";
		return w->over_peerlink ? "routed over the peerlink, where it does not count" : NULL;
	}
	return NULL;
}

/* ---- configuration ---- */

static unsigned int watches_wanted(const struct conf *c, struct watch *want)
{
	unsigned int n = 0;

	memset(want, 0, WATCHES_MAX * sizeof(*want));
	for (unsigned int i = 0; i < c->n_init_until; i++, n++) {
		want[n].prefix = c->init_until[i].prefix;
		strlcpy(want[n].vrf, c->init_until[i].vrf, sizeof(want[n].vrf));
	}
	for (unsigned int i = 0; i < c->n_witnesses; i++, n++) {
		want[n].witness = true;
		want[n].prefix.family = IS_IPADDR_V4(&c->witnesses[i].addr) ? AF_INET : AF_INET6;
		want[n].prefix.prefixlen = prefix_blen(&want[n].prefix) * 8;
		memcpy(&want[n].prefix.u, &c->witnesses[i].addr.ip, prefix_blen(&want[n].prefix));
	}
	for (unsigned int i = 0; i < n; i++)
		want[i].asked = VRF_UNKNOWN;
	return n;
}

/* What is asked for already goes on; in zebra two watches of one prefix are one. */
static void take_watches(struct zebra *z, const struct conf *c)
{
	struct watch want[WATCHES_MAX];
	unsigned int n = watches_wanted(c, want);

	for (unsigned int i = 0; i < z->n; i++) {
		bool kept = false;

		for (unsigned int j = 0; j < n; j++) {
			if (!watch_is(&z->watch[i], &want[j]))
				continue;
			want[j] = z->watch[i];
			kept = true;
		}
		if (!kept)
			watch_forget(z, &z->watch[i]);
	}
	memcpy(z->watch, want, sizeof(want));
	z->n = n;
}

void zebra_configure(struct zebra *z, const struct conf *c, ifindex_t peerlink)
{
	bool bfd = z->bfd.on != c->bfd.on || !strmatch(z->bfd.profile, c->bfd.profile) ||
		   !strmatch(z->dev, c->peer_link);

	z->peerlink = peerlink;
	z->bfd = c->bfd;
	strlcpy(z->dev, c->peer_link, sizeof(z->dev));
	take_watches(z, c);
	ask_all(z);
	if (bfd)
		zebra_bfd_apply(z);
	tell_routes(z, true);
}

void zebra_vrf_enabled(struct zebra *z)
{
	ask_all(z);
}

/* ---- the connection ---- */

/* A new zebra knows nothing of us. */
static void connected(struct zclient *client)
{
	struct zebra *z = the_zebra;

	zclient_send_reg_requests(client, VRF_DEFAULT);
	for (unsigned int i = 0; i < z->n; i++)
		z->watch[i].asked = VRF_UNKNOWN;
	ask_all(z);
	zclient_bfd_session_replay(ZEBRA_BFD_DEST_REPLAY, client, 0, VRF_DEFAULT);
}

struct zebra *zebra_new(struct event_loop *loop, struct zebra_privs_t *privs, const struct zebra_ops *ops, void *arg)
{
	struct zebra *z = XCALLOC(MTYPE_ZEBRA_CLIENT, sizeof(*z));

	z->ops = ops;
	z->arg = arg;
	z->peer.ipa_type = IPADDR_NONE;
	the_zebra = z;
	z->client = zclient_new(loop, &zclient_options_default, NULL, 0);
	zclient_init(z->client, BORROWED_PROTOCOL, BORROWED_INSTANCE, privs);
	z->client->zebra_connected = connected;
	z->client->nexthop_update = nexthop_update;
	bfd_protocol_integration_init(z->client, loop);
	return z;
}

void zebra_free(struct zebra *z)
{
	bfd_protocol_integration_set_shutdown(true);
	zebra_bfd_free(z);
	zclient_stop(z->client);
	zclient_free(z->client);
	the_zebra = NULL;
	XFREE(MTYPE_ZEBRA_CLIENT, z);
}
