// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames that a switch has to flood, from each host to all others: what the
 * prober's datagrams cannot show. A flooded frame crosses the peerlink and
 * leaves every other port, so here an echo (a host gets its own frame back)
 * or a second copy would be seen first.
 *
 * A frame is numbered and goes to one of two group addresses in turn: they
 * differ in the bit by which a bond chooses a leg. It is received where the
 * host itself would: on its bond, not on a leg that the bond has put aside.
 */
#ifndef LAB_PROBE_FLOOD_H
#define LAB_PROBE_FLOOD_H

#include "probe_net.h"

struct probe_flood_host {
	int fd;
	uint8_t mac[6];
	uint32_t tx;
	uint64_t echoes;			     /* own frames that came back */
	struct probe_stat from[PROBE_HOSTS_MAX]; /* by number of the sender */
};

struct probe_flood {
	struct probe_flood_host hosts[PROBE_HOSTS_MAX]; /* as in probe_net; fd -1: floods nothing */
};

/* No host floods yet. */
void probe_flood_init(struct probe_flood *flood);

/*
 * Has the latest host of @net, in whose namespace the process is, send and
 * receive on @device. Returns NULL, or what is wrong.
 */
const char *probe_flood_add(struct probe_flood *flood, const struct probe_net *net, const char *device);

/* Every host sends its next frame; one that its device does not take is lost. */
void probe_flood_send(struct probe_flood *flood, const struct probe_net *net, uint64_t now_ns);

/* Takes everything that has arrived into the account. */
void probe_flood_receive(struct probe_flood *flood, const struct probe_net *net);

#endif /* LAB_PROBE_FLOOD_H */
