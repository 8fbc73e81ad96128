// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sending probes, by either thread, under the lock. What cannot be sent now is not
 * kept: the next interval says it anew.
 */
#include <zebra.h>

#include "network.h"

#include "mlagd/peer_int.h"

static void path_sent(struct peer_path *path, int error)
{
	if (!error || !ERRNO_IO_RETRY(error))
		path->sent = error;
}

void peer_path_sendto(struct peer *p, unsigned int i, const struct sockaddr_storage *to,
		      socklen_t to_len, const struct mc_probe *probe, uint64_t echo)
{
	struct peer_path *path = &p->path[i];
	uint8_t buf[WIRE_PROBE_MAX];
	ssize_t len = wire_probe_write(probe, buf, sizeof(buf));

	if (len > 0)
		len = peer_auth_sign(p, to, echo, buf, (size_t)len, sizeof(buf));
	if (len < 0) {
		p->probe_refused++;
		return;
	}
	if (sendto(path->sock->fd, buf, (size_t)len, 0, (const struct sockaddr *)to, to_len) < 0) {
		path_sent(path, errno);
		return;
	}
	path_sent(path, 0);
	path->tx++;
}

/* Where probes go: the peer's address, or all nodes of the link while it is not heard. */
static void path_target(const struct peer *p, unsigned int i, struct ipaddr *to)
{
	*to = p->path[i].addr;
	if (!IS_IPADDR_NONE(to))
		return;
	if (peer_heard_fresh(p))
		*to = p->heard.addr;
	else
		str2ipaddr("ff02::1", to);
}

void peer_path_send(struct peer *p, unsigned int i, uint32_t request_seq)
{
	struct peer_path *path = &p->path[i];
	struct mc_probe probe = { .seq = request_seq, .request = request_seq != 0, .m = p->self };
	struct sockaddr_storage ss;
	struct ipaddr to;
	socklen_t len;

	if (i >= p->n_paths || !path->sock || path->sock->fd < 0 || !p->has_self)
		return;
	path_target(p, i, &to);
	len = peer_sockaddr(&to, path->port, p->ifindex, &ss);
	peer_path_sendto(p, i, &ss, len, &probe, p->auth.peer_nonce);
}

void peer_paths_send(struct peer *p)
{
	for (unsigned int i = 0; i < p->n_paths; i++)
		peer_path_send(p, i, 0);
}
