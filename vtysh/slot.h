// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of daemons inside a stock vtysh. */
#ifndef VTYSH_SLOT_H
#define VTYSH_SLOT_H

struct vtysh_slot {
	int flag;    /* bit of the slot taken, as in cmd_element.daemon */
	int library; /* bit of a daemon that every command of libfrr's goes to */
};

/*
 * Find the table in this process, check its shape and make sharpd's slot
 * mlagd's. Returns NULL, or says what is not as expected and has changed
 * nothing. Call once, before vtysh connects.
 */
const char *vtysh_slot_take(struct vtysh_slot *slot);

#endif
