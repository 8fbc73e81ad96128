// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel*.c files share among themselves, and nobody else sees.
 *
 *   kernel.c           life, configuration, sockets, resync
 *   kernel_model.c     links as the kernel tells them
 *   kernel_facts.c     facts read off them
 *   kernel_bridge.c    bridges of the pair, their VLANs, their ports
 *   kernel_peerlink.c  what is wrong with the peer-link
 *   kernel_way.c       which way something came in
 *   kernel_report.c    facts to callbacks, only when they differ
 *   kernel_need.c      what still differs from wanted
 *   kernel_apply.c     that, as netlink
 *   kernel_sources.c   addresses of a host whose leg rises
 *   kernel_ask.c       questions of the northbound and of show
 *   kernel_owned.c     which members were taken down by us, on disk
 *   kernel_uplink.c    ways out, and how they are (D6)
 *   kernel_fdb.c       addresses from the kernel (_set.c: to it; _ask.c, _resync.c: one or all anew; kernel_fdb.h is theirs)
 *   kernel_mdb.c       multicast groups and router ports from the kernel (_set.c: to it; they share kernel_mdb.h)
 *   kernel_neigh.c     neighbours of SVIs, both ways
 *   kernel_svi.c       SVIs, own addresses, conflicts
 *   kernel_router.c    MACs that this member routes by
 *   kernel_addr.c      IP addresses
 *   kernel_vrr*.c, kernel_vtep*.c, kernel_demote.c, kernel_resort.c, kernel_flush.c: layer 3, see kernel_l3.h
 */
#ifndef MLAGD_KERNEL_INT_H
#define MLAGD_KERNEL_INT_H

#include <zebra.h>
#include "ipaddr.h"
#include "memory.h"
#include "typesafe.h"

#include "mlagd/filter.h"
#include "mlagd/kernel.h"
#include "mlagd/nl.h"
#include "mlagd/nl_parse.h"

DECLARE_MGROUP(MLAGD_KERNEL);
DECLARE_MTYPE(KERNEL);

#define KERNEL_SVIS_MAX (2 * 4094) /* an SVI and a macvlan for each VLAN */

PREDECL_HASH(klinks);
PREDECL_HASH(knames);
PREDECL_DLIST(kmembers);
PREDECL_DLIST(kuppers);
PREDECL_HASH(kbonds);

/* One link of this network namespace. */
struct klink {
	struct klinks_item by_index;
	struct knames_item by_name;
	struct kmembers_item in_master; /* valid while master is set */
	struct kmembers_head members;
	struct klink *master;
	struct kuppers_item in_lower; /* valid while lower is set */
	struct kuppers_head uppers;   /* VLAN devices on it */
	struct klink *lower;	      /* it is a VLAN device on this */
	struct kbond *bond; /* it is this MLAG bond */
	struct nl_link l;
	struct nl_vlans *vlans; /* as a bridge port, NULL unknown */
	bool seen;		/* by the running dump */
	bool gleans;		/* neighbours, by our doing (kernel_neigh.c) */
	bool flood_off;		/* flooding of unknown unicast was turned off by us */
	bool deaf;		/* as a port to the peer it was told not to learn */
	bool was_bond;		/* was an MLAG bond, is none any more: to be given back */

	/* address reported as our own (kernel_svi.c) */
	bool self_reported;
	struct mc_mac self_mac;
	uint16_t self_vlan;
};

/* One bond of the configuration. */
struct kbond {
	struct kbonds_item item; /* by mlag id */
	uint16_t mlag_id;
	char ifname[IFNAMSIZ];
	bool bypass;	    /* a host without LACP is served (A8) */
	struct klink *link; /* NULL: no such interface */
	bool reported;
	struct core_bond last; /* as reported */
	struct core_wanted_bond want;
	bool has_want;
	bool refresh; /* a member's LACP state changed, the bond's is to be asked for */
	bool refused; /* a change was refused in this apply, */
	bool was_refused; /* and in the one before: it has been said */
	bool was_up, was_dual, was_gated, was_echo, was_fenced;
	struct mc_mac *sources; /* of its host, while want.echo or want.rising; NULL otherwise */
	unsigned int n_sources; /* KSOURCES_MAX + 1: more than are kept */
	bool echo_list, no_flood; /* while want.echo: they stand in the filter; the port does not flood */
	bool cross_list;	  /* while want.rising: they stand in the filter */
};

/*
 * Sources of all bonds whose legs rise at a time; each costs time and memory. Both members know about the same, and what one gives up
 * the other still covers: who lets cross gives up before who keeps from echoing, and that one does not flood long before.
 */
#define KSOURCES_MAX	  8192 /* kept from echoing */
#define KSOURCES_CROSS	  4096 /* let cross */
#define KSOURCES_FLOOD	  2048 /* relied on alone */

int klink_index_cmp(const struct klink *a, const struct klink *b);
uint32_t klink_index_hash(const struct klink *l);
int klink_name_cmp(const struct klink *a, const struct klink *b);
uint32_t klink_name_hash(const struct klink *l);
int kbond_cmp(const struct kbond *a, const struct kbond *b);
uint32_t kbond_hash(const struct kbond *b);

DECLARE_HASH(klinks, struct klink, by_index, klink_index_cmp, klink_index_hash);
DECLARE_HASH(knames, struct klink, by_name, klink_name_cmp, klink_name_hash);
DECLARE_DLIST(kmembers, struct klink, in_master);
DECLARE_DLIST(kuppers, struct klink, in_lower);
DECLARE_HASH(kbonds, struct kbond, item, kbond_cmp, kbond_hash);

struct kaddrs;
struct kfdb;
struct kowned;
struct kuplinks;
struct kvrrs;
struct kvteps;
struct l3_filter;

struct kernel {
	struct event_loop *loop;
	const struct kernel_ops *ops;
	void *arg;

	struct nl_stream *s_link;  /* link events */
	struct nl_stream *s_nft;   /* nftables generations */
	struct nl_req *req;
	struct event *t_evaluate, *t_reapply, *t_settle, *t_nft;
	bool ready, evaluating, relisten, nft_changed;
	int64_t last_reapply; /* ms */
	unsigned int settle_tries;

	struct klinks_head links;
	struct knames_head names;
	struct kbonds_head bonds;

	/* configuration */
	struct mc_mac system_mac;
	char peer_link[IFNAMSIZ];
	struct ipaddr peer_ip; /* IPADDR_NONE: found by discovery */
	char orphans[CONF_ORPHANS_MAX][IFNAMSIZ]; /* ports that go down with the bonds (D5) */
	unsigned int n_orphans;

	/* reported last */
	bool pl_reported;
	struct core_peerlink pl;
	ifindex_t l3;
	bool l3_running;
	ifindex_t *svis; /* sorted */
	unsigned int n_svis;

	bool adopted;	/* MLAG was managed here before this process */
	bool managing;	/* the last apply managed */
	enum core_hold hold; /* of the last apply */
	bool has_wanted;
	bool failed; /* something was refused in this apply */
	char pl_name[IFNAMSIZ]; /* the peerlink bond's, also while it is gone */

	struct kowned *owned;
	struct kuplinks *uplinks;
	struct filter *filter;
	struct kfdb *fdb;
	struct kneigh *neigh;
	struct kmdb *mdb;

	/* layer 3 */
	struct kaddrs *addrs;
	struct kvrrs *vrrs;
	struct kvteps *vteps;
	struct l3_filter *l3_filter;
	bool hold_routes, demote_refused;
	bool resort, resort_asked; /* kernel_resort.c: wanted, and carried out since the start */
	struct event *t_resort;
	struct kernel_stats stats;	 /* without the filter's */
	struct filter_stats filter_base; /* at the last clear */
};

/* ------------------------------------------------------- kernel_model.c */

void kmodel_init(struct kernel *k);
void kmodel_fini(struct kernel *k);
/* One RTM_NEWLINK or RTM_DELLINK into the table. arg: struct kernel. */
void kmodel_msg(void *arg, const struct nlmsghdr *nlh);
/* All links and bridge VLANs read anew; what is no longer there is dropped. False: logged. */
bool kmodel_dump(struct kernel *k);
/* Ask for one link again, for what the kernel changes without an event. */
void kmodel_refresh(struct kernel *k, ifindex_t ifindex);

/* NULL: there is none. */
struct klink *klink_find(const struct kernel *k, ifindex_t ifindex);
struct klink *klink_find_name(const struct kernel *k, const char *name);
struct kbond *kbond_find(const struct kernel *k, uint16_t mlag_id);

static inline bool klink_up(const struct klink *l)
{
	return l->l.flags & IFF_UP;
}

static inline ifindex_t klink_index(const struct klink *l)
{
	return l ? l->l.ifindex : 0;
}

/* ------------------------------------------------------- kernel_facts.c */

/* The bridge that l is a port of, NULL none. */
struct klink *klink_bridge(const struct klink *l);
/* Some member has carrier; a link without members stands for itself. */
bool klink_any_carrier(const struct klink *l);
/* Some member collects and distributes, as does its partner (802.3ad); else as carrier. */
bool klink_distributes(const struct klink *l);
/* The partner of some member is heard, so it sends or soon may (802.3ad); else as carrier. */
bool klink_collects(const struct klink *l);
/* It has carrier, and no member with carrier has heard LACP for the port's own waiting time (802.3ad). */
bool klink_lone(const struct klink *l);
/*
 * A member of l has carrier and is not yet distributing at both ends. The kernel
 * tells when a port becomes active, but that may be before it distributes, and
 * nothing of its partner: it is to be asked.
 */
bool klink_settling(const struct klink *l);

/* The configured L3 device of the peerlink, and the bond below it; NULL none. */
struct klink *kernel_l3(const struct kernel *k);
struct klink *kernel_peerlink(const struct kernel *k);
/* An 802.3ad bond, not the peerlink, that is a port of a bridge or has a VLAN device that is one. */
bool kbond_present(const struct kernel *k, const struct kbond *b);
/* It shows the system MAC as its LACP system id. */
bool kbond_shared_id(const struct kernel *k, const struct kbond *b);
/* All members are down, and at least one by us. */
bool kbond_held(const struct kernel *k, const struct kbond *b);
/* Why l, named as an orphan port, is none that could be held down with the bonds; NULL: it is one. Static text. */
const char *korphan_conflict(const struct kernel *k, const struct klink *l);

/* ------------------------------------------------------ kernel_bridge.c */

/* The bond or other link below a VLAN device, else l itself. */
const struct klink *klink_base(const struct klink *l);
/* The bridge that the peerlink itself is a port of, NULL none: it may know VLANs. */
struct klink *kernel_bridge(const struct kernel *k);
/*
 * The port to the peer: the peerlink, or where the bridge knows no VLANs a VLAN
 * device on it. NULL: this is no bridge of the pair (nor is NULL).
 */
struct klink *kbridge_way(const struct kernel *k, const struct klink *bridge);
/* l is such a port. */
bool klink_is_way(const struct kernel *k, const struct klink *l);
/* There is a bridge of the pair. */
bool kbridge_any(const struct kernel *k);
/* The bridge of the pair where there is but one; 0: none or several. */
ifindex_t kbridge_only(const struct kernel *k);
/* What the VLAN of a bridge is to the peer: that of its way; 0 untagged, the bridge's entries name their own. */
uint16_t kway_vlan(const struct klink *way);
/* The bridge of the pair that has this VLAN, NULL none. */
struct klink *kbridge_of_vlan(const struct kernel *k, uint16_t vlan);
/* The port of a bond (or of the peerlink) in that bridge: base itself or a VLAN device on it; NULL none. */
struct klink *kport_of(const struct kernel *k, struct klink *base, uint16_t vlan);
/* The base or a VLAN device on it is a port of a bridge that is up (up), or of any; NULL none. */
struct klink *kport_any(struct klink *base, bool up);

/* ------------------------------------------------------ kernel_report.c */

/* Report what differs from the last report; look for deviations from wanted. */
void kernel_evaluate(struct kernel *k);
/* The same from the event loop, soon. */
void kernel_evaluate_soon(struct kernel *k);

/* -------------------------------------------------------- kernel_need.c */

/* As actor system: the bond's own address. */
extern const struct mc_mac kernel_no_mac;

/* LACP system id: to the bond's own, to the pair's. */
bool kneeds_own_id(const struct kernel *k, const struct klink *l);
bool kneeds_shared_id(const struct kernel *k, const struct klink *l);
/* It is to be held, and a member is up. */
bool kneeds_taking(const struct kernel *k, const struct klink *l);
/* m is up and is to be down: a member of a bond that is held, an orphan port that goes with those (D5), or a member of one. */
bool kneeds_down(const struct kernel *k, const struct klink *m);
/* A port taken by us that nothing holds any more. */
bool kmember_free(const struct kernel *k, const struct klink *m);
/* want: ifindex of the backup port that l is to have, 0 none. */
bool kneeds_backup_port(const struct kernel *k, const struct klink *l, ifindex_t *want);
bool kneeds_bond_learning(const struct kernel *k, const struct klink *l, uint8_t *want);
/* Of unknown unicast; an operator's own "off" is never undone. */
bool kneeds_bond_flood(const struct kernel *k, const struct klink *l, uint8_t *want);
bool kneeds_receive_all(const struct kernel *k, const struct klink *l, uint8_t *want);
/* Learning on a port to the peer; on what was one (klink.deaf). */
bool kneeds_learning_off(const struct kernel *k, const struct klink *l);
bool kneeds_learning_on(const struct kernel *k, const struct klink *l);
/* What the sets of the filter are to hold, as filter_want(). */
void kneeds_filter(const struct kernel *k);
/* Any of these, or the filter: actual differs from what was applied last. */
bool kernel_deviates(const struct kernel *k);

/* ------------------------------------------------------- kernel_owned.c */

/* The record in state_dir, if it is of this boot and network namespace; else empty. */
struct kowned *kowned_load(const char *state_dir);
void kowned_free(struct kowned *o);
bool kowned_has(const struct kowned *o, ifindex_t ifindex);
void kowned_add(struct kowned *o, ifindex_t ifindex, const char *name);
void kowned_del(struct kowned *o, ifindex_t ifindex);
/* Walk by position: ifindex of entry i, 0 beyond the end. Deleting moves the later ones down. */
ifindex_t kowned_at(const struct kowned *o, unsigned int i);
/* On disk if it changed, atomically. False: logged once. */
bool kowned_save(struct kowned *o);

/* What is down is, or was before this start, down for a fence (core_wanted.fenced). */
void kowned_set_fenced(struct kowned *o, bool fenced);
bool kowned_fenced(const struct kowned *o);

/* ----------------------------------------------------- kernel_sources.c */

/* b->want is new, `was` was wanted before it: the sources are taken down, or no longer needed. */
void kbond_take_sources(struct kernel *k, struct kbond *b, const struct core_wanted_bond *was);
void kbond_forget_sources(struct kbond *b);
/* Those that an earlier run kept from going back to the host are kept back on; false: there are none. */
bool kbond_find_sources(const struct kernel *k, struct kbond *b);

/* ------------------------------------------------------- kernel_apply.c */

/* An attribute IFLA_BRPORT_* of a port, into the batch that has been begun; cookie: see nl_batch_add(). */
void kernel_add_port_u8(struct kernel *k, ifindex_t port, uint16_t attr, uint8_t value, uint32_t cookie);

/* ------------------------------------------------------ kernel_uplink.c */

void kuplink_init(struct kernel *k);
void kuplink_fini(struct kernel *k);
void kuplink_configure(struct kernel *k, const struct conf *c);
/* Report what differs from the last report (D6). */
void kuplink_report(struct kernel *k);

/* --------------------------------------------------------- kernel_fdb.c */

/* False: a socket cannot be opened; logged. */
bool kfdb_init(struct kernel *k);
void kfdb_fini(struct kernel *k);
/*
 * If ports have come, gone or changed their meaning: read the whole FDB anew
 * and report the differences; FDB events wait meanwhile.
 */
void kfdb_ports_changed(struct kernel *k);
/* A dump is under way or due. */
bool kfdb_busy(const struct kernel *k);

/* --------------------------------------------------------- kernel_svi.c */

/*
 * l is an SVI of a bridge of the pair, or of the bonds' while the peerlink has none: a VLAN
 * device on it, or itself where it knows no VLANs. Its VLAN to the peer, 0 untagged.
 */
bool ksvi_is(const struct kernel *k, const struct klink *l, uint16_t *vlan);
/* The bridge below an SVI. */
const struct klink *ksvi_bridge(const struct klink *svi);
/* And MLAG bonds depend on it: some bond carries its VLAN. */
bool ksvi_needed(const struct kernel *k, const struct klink *l, uint16_t *vlan);
/* Compare and report SVIs and own addresses. */
void ksvi_report(struct kernel *k);
void ksvi_link_gone(struct kernel *k, struct klink *l);
void ksvi_fini(struct kernel *k);

/* ------------------------------------------------------ kernel_router.c */

/* Report the MACs that this member routes by, all of them. */
void krouter_report(struct kernel *k);

/* ------------------------------------------------------- kernel_neigh.c */

/* On neighbours of ours (NDA_PROTOCOL), and on other entries that can carry an owner. */
#define KERNEL_PROTO 200

/* False: the socket cannot be opened; logged. */
bool kneigh_init(struct kernel *k);
void kneigh_fini(struct kernel *k);
/* If SVIs have come or gone: read all neighbours anew. */
void kneigh_report(struct kernel *k);

/* --------------------------------------------------------- kernel_mdb.c */

/* False: the socket cannot be opened; logged. */
bool kmdb_init(struct kernel *k);
void kmdb_fini(struct kernel *k);
/* If ports have come, gone or changed their meaning, or snooping has: read all groups anew. */
void kmdb_report(struct kernel *k);

#endif
