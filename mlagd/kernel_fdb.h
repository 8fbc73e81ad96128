// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of addresses, shared by kernel_fdb.c and its kernel_fdb_*.c. */
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
	uint16_t written; /* by us, while events were read up to here: see kfdb.read */
};

struct kfdb_key {
	struct mc_mac mac;
	uint16_t vlan;
};

#define KFDB_AT_VTEP  (-3)
#define KFDB_AT_ADMIN (-4)

int kfdb_entry_cmp(const struct kfdb_entry *a, const struct kfdb_entry *b);
uint32_t kfdb_entry_hash(const struct kfdb_entry *e);

DECLARE_HASH(kfdb_entries, struct kfdb_entry, item, kfdb_entry_cmp, kfdb_entry_hash);

/* What a port of a bridge is to the addresses on it. */
struct kfdb_port {
	int32_t ifindex; /* 0 unknown */
	uint32_t master;
	bool counts;   /* the bridge is one of the pair's */
	bool filters;  /* by VLAN */
	uint16_t vlan; /* what the peer calls a bridge that knows none, else 0 */
	int32_t where;
};

#define KFDB_DOUBTS 256

struct kfdb {
	struct kfdb_entries_head entries;
	struct kfdb_port port; /* of the last message, for the rest of this turn */
	uint16_t read;	       /* counts, from 1, how often all events were read: what was written since may be newer than one */
	bool answers;	       /* what is read now are answers: true as they come */
	unsigned int n_doubts;
	struct kfdb_key *doubts; /* to be asked for: what was read may be older than what we wrote */
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
/* One that kfdb_find() does not find; NULL: the table is full, said once. */
struct kfdb_entry *kfdb_make(struct kfdb *t, const struct mc_mac *mac, uint16_t vlan);
void kfdb_drop(struct kfdb *t, struct kfdb_entry *e);
/* Heard by the bridge within its ageing time. */
bool kfdb_heard(const struct kernel *k, const struct nl_fdb *f);
/* The ports on which ours stand; returns how many, max at most. */
unsigned int kfdb_our_ports(const struct kernel *k, ifindex_t *ports, unsigned int max);
/* A turn of reading is over: ask for what is in doubt. */
void kfdb_turn(void *arg);
/* An entry as the kernel told it: by an event, a dump, or on a question. arg: struct kernel. */
void kfdb_msg(void *arg, const struct nlmsghdr *nlh);
/* The kernel has it no longer: reported and dropped; aged: for want of traffic, as far as is known. */
void kfdb_gone(struct kernel *k, struct kfdb_entry *e, bool aged);

/* kernel_fdb_resync.c and kernel_fdb_ask.c */
bool kfdb_resync_init(struct kernel *k);
void kfdb_resync_fini(struct kernel *k);
/* Read everything anew, as soon as that can lead somewhere. */
void kfdb_resync_soon(struct kernel *k);
/*
 * Questions for single entries, sent together: begin, any number of kfdb_ask() (i is
 * handed to failed, false: the VLAN is in no bridge, nothing is asked), end: by then
 * each has been answered or has failed. Not amid another batch of requests.
 */
void kfdb_ask_begin(struct kernel *k, nl_failed_cb failed);
bool kfdb_ask(struct kernel *k, const struct kfdb_key *key, uint32_t i);
void kfdb_ask_end(struct kernel *k);
/* Ask for what is in doubt. Not amid a batch of requests either. */
void kfdb_settle(struct kernel *k);
/* Ours stand on these ports: the kernel need not tell us what we have told it. */
void kfdb_spare(struct kernel *k);

#endif
