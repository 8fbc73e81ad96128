// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of addresses, shared by kernel_fdb.c, kernel_fdb_set.c and kernel_fdb_resync.c. */
#ifndef MLAGD_KERNEL_FDB_H
#define MLAGD_KERNEL_FDB_H

#include "mlagd/kernel_int.h"

PREDECL_HASH(kfdb_entries);

struct kfdb_entry {
	struct kfdb_entries_item item;
	struct mc_mac mac;
	uint16_t vlan;
	ifindex_t ifindex;
	ifindex_t echo; /* taken away there by us to be learned anew, there or elsewhere: that event is no news; 0 none */
	int32_t where; /* mlag id, 0 orphan or (ours) the peerlink, or: */
	bool ours;
	uint8_t seen; /* number of the dump that saw it last */
};

#define KFDB_AT_VTEP  (-3)
#define KFDB_AT_ADMIN (-4)

int kfdb_entry_cmp(const struct kfdb_entry *a, const struct kfdb_entry *b);
uint32_t kfdb_entry_hash(const struct kfdb_entry *e);

DECLARE_HASH(kfdb_entries, struct kfdb_entry, item, kfdb_entry_cmp, kfdb_entry_hash);

struct kfdb_key {
	struct mc_mac mac;
	uint16_t vlan;
};

struct kfdb {
	struct kfdb_entries_head entries;
	uint64_t ports; /* digest of what the ports mean */
	uint64_t vlans; /* digest of the VLANs of ports that bear entries of ours */
	bool full;	/* and said */
	bool refused;	/* a change was, and said */
	bool missing;	/* some are wanted and could not be had */

	/* reading all of it, kernel_fdb_resync.c */
	struct nl_stream *s_neigh, *s_dump;
	struct event *t_resync, *t_ask;
	uint8_t dump; /* number of the running or last one */
	bool dumping; /* or asking for what it did not show */
	bool again;
	bool lost; /* events were */
	unsigned int tries;
	unsigned int heard, looks; /* events since the last look whether a storm is over; looks so far */
	struct kfdb_key *unseen;   /* by the dump */
	unsigned int n_unseen, asked;
	int ask_err;
};

struct kfdb_entry *kfdb_find(struct kfdb *t, const struct mc_mac *mac, uint16_t vlan);
/* Found or made; NULL: the table is full, said once. */
struct kfdb_entry *kfdb_get(struct kfdb *t, const struct mc_mac *mac, uint16_t vlan);
void kfdb_drop(struct kfdb *t, struct kfdb_entry *e);
/* Heard by the bridge within its ageing time. */
bool kfdb_heard(const struct kernel *k, const struct nl_fdb *f);
/* An entry as the kernel told it: by an event, a dump, or on a question. arg: struct kernel. */
void kfdb_msg(void *arg, const struct nlmsghdr *nlh);
/* The kernel has it no longer: reported and dropped; aged: for want of traffic, as far as is known. */
void kfdb_gone(struct kernel *k, struct kfdb_entry *e, bool aged);

/* kernel_fdb_resync.c */
bool kfdb_resync_init(struct kernel *k);
void kfdb_resync_fini(struct kernel *k);
/* Read everything anew, as soon as that can lead somewhere. */
void kfdb_resync_soon(struct kernel *k);

#endif
