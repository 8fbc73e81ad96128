// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the values on the wire may be, and the blocks that more than one
 * message carries. Internal to the wire library; both the readers and the
 * writers ask here, so that nothing is ever sent that the peer would refuse.
 */
#ifndef MLAGD_WIRE_VALUE_H
#define MLAGD_WIRE_VALUE_H

#include "mlagd/core/msg.h"
#include "mlagd/wire/cursor.h"

#define WIRE_MEMBER_MIN 42 /* the member block of version 1, without its length */
#define WIRE_MEMBER_LEN 46 /* with what later releases have put behind it */
#define WIRE_VERSION_LEN 32 /* text of mc_hello.version with its NUL */

/* One station's address: neither zero nor multicast. */
bool wire_mac_is_station(const struct mc_mac *mac);
/* NUL-terminated within size, printable, no space and no '/'; empty is allowed. */
bool wire_text_ok(const char *s, size_t size);
/* B3, A3, A6: every range of the member block. */
bool wire_member_ok(const struct mc_member *m);

void wire_put_mac(struct wire_out *out, const struct mc_mac *mac);
void wire_get_mac(struct wire_in *in, struct mc_mac *mac);
/* Fixed-size text; what follows the NUL is sent and returned as zeros. */
void wire_put_text(struct wire_out *out, const char *s, size_t size);
void wire_get_text(struct wire_in *in, char *s, size_t size);

/* Length-prefixed, so that later versions may append to it wherever it stands. */
void wire_put_member(struct wire_out *out, const struct mc_member *m);
/* Returns WIRE_OK, WIRE_SHORT or WIRE_BAD_VALUE. */
int wire_get_member(struct wire_in *in, struct mc_member *m);

#endif
