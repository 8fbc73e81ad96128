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
