// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What makes two members one router and one VTEP, as far as it stands in the
 * kernel. Three rooms, each with the same three doors as the rest of the edge:
 * does anything differ from what is wanted, make it so, and what is there to show.
 *
 *   kernel_vrr.c     (and _need, _apply) virtual routers: vlanN-v0, its MAC, addresses, settings (E1-E3, E5)
 *   kernel_vtep.c    the shared VTEP address on loopback and vxlan devices (E6); kernel_vtep_own.c knows what
 *                    stood there before, kernel_vtep_way.c where packets go while it stands nowhere
 *   l3_filter.c      what of both must not cross the peerlink
 *   kernel_demote.c  connected routes of held SVIs, behind every routing protocol's
 *   kernel_resort.c  static routes over them, until routing has found its new way
 */
#ifndef MLAGD_KERNEL_L3_H
#define MLAGD_KERNEL_L3_H

#include <zebra.h>
#include "prefix.h"

#include "mlagd/conf.h"
#include "mlagd/core/core.h"

struct kernel;
struct klink;
struct kvowns;
struct kvrrs;
struct kvteps;

/* ------------------------------------------------------- kernel_flush.c */

/* EVPN withdraws the addresses of bonds that are to be taken down: before the tunnel address changes (D1, E6). */
void kernel_flush_held(struct kernel *k);

/* -------------------------------------------------------- kernel_vrr.c */

struct kvrrs *kvrr_new(struct kernel *k);
/* Leaves the kernel as it is. */
void kvrr_free(struct kvrrs *v);
void kvrr_configure(struct kvrrs *v, const struct conf *c);
/*
 * serve: this member answers as the gateway; else the devices exist, down and
 * protodown. Excluded VLANs (D5) are served always, a router MAC alone while
 * managed.
 */
bool kvrr_differs(const struct kvrrs *v);
void kvrr_apply(struct kvrrs *v, bool managed, bool serve);
/* MACs and addresses of all that can be served, up to max each; counts in n_macs, n_addrs. */
void kvrr_list(const struct kvrrs *v, struct ethaddr *macs, unsigned int *n_macs, struct prefix *addrs,
	       unsigned int *n_addrs, unsigned int max);
/* D5: this VLAN is served by a fenced member too. */
bool kvrr_excluded(const struct kvrrs *v, uint16_t vlan);
/* The MAC of this SVI's virtual router, if one is configured and can be there. */
bool kvrr_mac(const struct kvrrs *v, const char *svi, struct ethaddr *mac);

/* One SVI's virtual router as the kernel has it, for `show mlag vrr`. */
struct kernel_vrr {
	char svi[IFNAMSIZ];
	char device[IFNAMSIZ];
	char vrf[IFNAMSIZ]; /* the device's, of the SVI when there is none; "" default VRF */
	uint16_t vlan;
	struct ethaddr mac;
	const struct prefix *addrs; /* valid until the next configuration */
	unsigned int n_addrs;
	bool up; /* the device is, with this MAC and these addresses, in its SVI's VRF */
	const char *conflict; /* why it is not, in an operator's words; NULL none. Static. */
};

/* Number i in the order of SVIs' names; false beyond the end. */
bool kvrr_show(struct kvrrs *v, unsigned int i, struct kernel_vrr *out);

/* ------------------------------------------------------- kernel_vtep.c */

/* state_dir: where each device's own address is kept. */
struct kvteps *kvtep_new(struct kernel *k, const char *state_dir);
void kvtep_free(struct kvteps *v);
void kvtep_configure(struct kvteps *v, const struct conf *c);
bool kvtep_differs(struct kvteps *v);
/*
 * What is wanted: the shared address as the devices' source, and on loopback.
 * The first step of a fence, before legs fall: off loopback unless `attract`.
 */
void kvtep_withdraw(struct kvteps *v, bool shared, bool attract);
/* Before legs rise: the shared source, if wanted. */
void kvtep_source(struct kvteps *v);
/* The rest, after legs: own sources of the devices, and the address on loopback if wanted. */
void kvtep_apply(struct kvteps *v);

/* The devices that have the shared source, up to max, if one has got it since this was asked last; else none. */
unsigned int kvtep_moved(struct kvteps *v, ifindex_t *ifs, unsigned int max);

/* An anycast address is configured, and this member does not attract what is for it. */
bool kvtep_apart(const struct kvteps *v);
/* An anycast address is configured, and a vxlan device has a source of its own. */
bool kvtep_own(const struct kvteps *v);

/* One vxlan device, for `show mlag vtep`. */
struct kernel_vtep {
	char ifname[IFNAMSIZ];
	struct in_addr anycast; /* configured, 0 none */
	struct in_addr local;	/* in force */
	struct in_addr own;
	bool on_loopback; /* the anycast address is there */
};
/* Number i of the vxlan devices; false beyond the end. */
bool kvtep_show(struct kvteps *v, unsigned int i, struct kernel_vtep *out);

/* --------------------------------------------------- kernel_vtep_own.c */

/* Read from state_dir; without a record that can be read: empty. */
struct kvowns *kvowns_load(const char *state_dir);
/* Leaves the record as it is on disk. */
void kvowns_free(struct kvowns *o);
/* The address of its own that this vxlan device had; false: none is recorded, *own is as it was. */
bool kvown_of(const struct kvowns *o, const char *ifname, struct in_addr *own);
void kvown_set(struct kvowns *o, const char *ifname, struct in_addr own);
/* On disk, atomically. False: it is not, and that was logged. */
bool kvowns_save(const struct kvowns *o);

/* --------------------------------------------------- kernel_vtep_way.c */

/* How this machine treats what is for the shared address while that stands on no interface. */
struct kvway {
	struct in_addr addr;
	bool asked;   /* what follows is in the kernel, as far as it took it */
	bool local;   /* it is our own */
	bool refused; /* what others send it through us is dropped */
};
/* local: wanted. addr 0: none, all is taken back. */
bool kvway_differs(const struct kvway *w, const struct kernel *k, struct in_addr addr, bool local);
void kvway_apply(struct kvway *w, struct kernel *k, struct in_addr addr, bool local);

/* ----------------------------------------------------- kernel_demote.c */

bool kdemote_differs(const struct kernel *k);
/* Connected routes of the SVIs that MLAG bonds depend on: last choice while hold_routes, else as ever. */
void kdemote_apply(struct kernel *k, bool hold_routes);

/* -------------------------------------------------------- kernel_l3.c */

/* The rooms above as one, in the order of failure.md. */
bool kl3_init(struct kernel *k, const char *state_dir);
void kl3_fini(struct kernel *k);
void kl3_configure(struct kernel *k, const struct conf *c);
bool kl3_differs(const struct kernel *k);
/* Before legs fall: what attracts traffic from far. */
void kl3_withdraw(struct kernel *k, const struct core_wanted *w);
/* After legs fell, before legs rise: routes, filter, gateways. */
void kl3_local(struct kernel *k, const struct core_wanted *w);
/* Last: VTEP sources, and what attracts traffic from far. */
void kl3_attract(struct kernel *k);
/* Somebody else changed nftables. */
void kl3_nft_changed(struct kernel *k);

#endif
