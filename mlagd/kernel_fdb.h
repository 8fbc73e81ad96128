// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of addresses, shared by kernel_fdb.c and kernel_fdb_set.c. */
#ifndef MLAGD_KERNEL_FDB_H
#define MLAGD_KERNEL_FDB_H

#include "mlagd/kernel_int.h"

PREDECL_HASH(kfdb_entries);

struct kfdb_entry {
	struct kfdb_entries_item item;
	struct mc_mac mac;
	uint16_t vlan;
	ifindex_t ifindex;
	int32_t where; /* mlag id, 0 orphan or (ours) the peerlink, or: */
	bool ours;
	bool echo;    /* taken away by us to be learned anew: that event is no news */
	uint8_t seen; /* number of the dump that saw it last */
};

#define KFDB_AT_VTEP  (-3)
#define KFDB_AT_ADMIN (-4)

int kfdb_entry_cmp(const struct kfdb_entry *a, const struct kfdb_entry *b);
uint32_t kfdb_entry_hash(const struct kfdb_entry *e);

DECLARE_HASH(kfdb_entries, struct kfdb_entry, item, kfdb_entry_cmp, kfdb_entry_hash);

struct kfdb {
	struct kfdb_entries_head entries;
	struct nl_stream *s_neigh, *s_dump;
	struct event *t_resync;
	uint64_t ports; /* digest of what the ports mean */
	uint64_t vlans; /* digest of the VLANs of ports that bear entries of ours */
	uint8_t dump;	/* number of the running or last one */
	bool dumping, again;
	bool lost;    /* events were */
	bool full;    /* and said */
	bool refused; /* a change was, and said */
	bool missing; /* some are wanted and could not be had */
	unsigned int tries;
};

struct kfdb_entry *kfdb_find(struct kfdb *t, const struct mc_mac *mac, uint16_t vlan);
/* Found or made; NULL: the table is full, said once. */
struct kfdb_entry *kfdb_get(struct kfdb *t, const struct mc_mac *mac, uint16_t vlan);
void kfdb_drop(struct kfdb *t, struct kfdb_entry *e);
/* Heard by the bridge within its ageing time. */
bool kfdb_heard(const struct kernel *k, const struct nl_fdb *f);

#endif
