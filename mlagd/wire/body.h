// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Readers and writers of message bodies, one pair each, for the table of types
 * in msg.c. Internal to the wire library.
 *
 * A reader fills its member of m from what is left of the body; macs has room
 * for MC_MAC_BATCH entries, which m->macs may point to. Lists carry the length of
 * their entries, so that later versions may append to each. Readers and writers
 * return WIRE_OK, WIRE_SHORT, WIRE_BAD_VALUE or WIRE_BAD_VERSION; room and
 * truncation show in the cursor.
 */
#ifndef MLAGD_WIRE_BODY_H
#define MLAGD_WIRE_BODY_H

#include "mlagd/wire/value.h"

#define WIRE_MAC_ENTRY_LEN   12
#define WIRE_NEIGH_ENTRY_LEN 26
#define WIRE_MDB_ENTRY_LEN   44
#define WIRE_ROUTER_ENTRY_LEN 10

/* A kind of list. */
struct wire_list {
	unsigned int max; /* entries; there is at least one */
	uint16_t len;	  /* of an entry on the wire; later versions' may be longer */
	size_t size;	  /* of its structure */
	/* One entry, of which all bytes are there; false: a value that must not be. */
	bool (*read)(struct wire_in *in, void *entry);
	bool (*write)(struct wire_out *out, const void *entry);
};

/* entries: an array of l->size each. Reading, it has room for l->max; *n is set only on WIRE_OK. */
int wire_list_write(struct wire_out *out, const struct wire_list *l, const void *entries, unsigned int n);
int wire_list_read(struct wire_in *in, const struct wire_list *l, void *entries, unsigned int *n);

typedef int (*wire_body_write)(struct wire_out *out, const struct mc_msg *m);
typedef int (*wire_body_read)(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);

int wire_hello_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_hello_write(struct wire_out *out, const struct mc_msg *m);
int wire_state_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_state_write(struct wire_out *out, const struct mc_msg *m);
int wire_role_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_role_write(struct wire_out *out, const struct mc_msg *m);
int wire_port_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_port_write(struct wire_out *out, const struct mc_msg *m);
int wire_port_ack_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_port_ack_write(struct wire_out *out, const struct mc_msg *m);
int wire_mac_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_mac_write(struct wire_out *out, const struct mc_msg *m);
int wire_digest_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_digest_write(struct wire_out *out, const struct mc_msg *m);
int wire_resync_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_resync_write(struct wire_out *out, const struct mc_msg *m);
int wire_neigh_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_neigh_write(struct wire_out *out, const struct mc_msg *m);
int wire_mdb_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_mdb_write(struct wire_out *out, const struct mc_msg *m);
int wire_router_read(struct wire_in *in, struct mc_msg *m, struct mc_mac_entry *macs);
int wire_router_write(struct wire_out *out, const struct mc_msg *m);

#endif
