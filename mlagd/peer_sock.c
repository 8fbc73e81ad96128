// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets of the peer's transport with their options: bound to a device where
 * the path demands it, hop limit 255 both ways on the peerlink, network-control
 * precedence, arrival device and hop limit told with each datagram. Knows no
 * peer and keeps nothing; every failure is the caller's to judge.
 */
#include <zebra.h>

#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>

#include "network.h"
#include "sockopt.h"

#include "mlagd/peer_int.h"

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

socklen_t peer_sockaddr(const struct ipaddr *ip, uint16_t port, ifindex_t scope,
			struct sockaddr_storage *ss)
{
	memset(ss, 0, sizeof(*ss));
	if (IS_IPADDR_V4(ip)) {
		struct sockaddr_in *sin = (struct sockaddr_in *)ss;

		sin->sin_family = AF_INET;
		sin->sin_port = htons(port);
		sin->sin_addr = ip->ipaddr_v4;
		return sizeof(*sin);
	}

	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;

	sin6->sin6_family = AF_INET6;
	sin6->sin6_port = htons(port);
	sin6->sin6_addr = ip->ipaddr_v6;
	if (IN6_IS_ADDR_LINKLOCAL(&sin6->sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&sin6->sin6_addr))
		sin6->sin6_scope_id = scope;
	return sizeof(*sin6);
}

bool peer_from_sockaddr(const struct sockaddr_storage *ss, struct ipaddr *ip)
{
	memset(ip, 0, sizeof(*ip));
	if (ss->ss_family == AF_INET) {
		SET_IPADDR_V4(ip);
		ip->ipaddr_v4 = ((const struct sockaddr_in *)ss)->sin_addr;
	} else if (ss->ss_family == AF_INET6) {
		SET_IPADDR_V6(ip);
		ip->ipaddr_v6 = ((const struct sockaddr_in6 *)ss)->sin6_addr;
	}
	return !IS_IPADDR_NONE(ip);
}

static int close_failed(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

static int open_bound(int family, int type, const char *dev)
{
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (dev[0] && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, dev, strlen(dev) + 1) < 0)
		return close_failed(fd);
	if (family == AF_INET6 && set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0)
		return close_failed(fd);
	/* heartbeats are worth more than what they travel with; not worth failing for */
	if (family == AF_INET6)
		(void)set_int(fd, IPPROTO_IPV6, IPV6_TCLASS, IPTOS_PREC_INTERNETCONTROL);
	else
		(void)set_int(fd, IPPROTO_IP, IP_TOS, IPTOS_PREC_INTERNETCONTROL);
	return fd;
}

/* source IPADDR_NONE: any. */
static int bind_to(int fd, int family, const struct ipaddr *source, uint16_t port)
{
	struct ipaddr any = { .ipa_type = family == AF_INET ? IPADDR_V4 : IPADDR_V6 };
	struct sockaddr_storage ss;
	socklen_t len = peer_sockaddr(IS_IPADDR_NONE(source) ? &any : source, port, 0, &ss);

	return bind(fd, (struct sockaddr *)&ss, len);
}

/* Hop limit 255 out; and told with what comes in, as is the device of arrival. */
static int udp_options6(int fd, ifindex_t ifindex, bool peerlink)
{
	struct ipv6_mreq all_nodes = { .ipv6mr_interface = ifindex };

	if (set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) < 0 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) < 0)
		return -1;
	if (!peerlink)
		return 0;
	inet_pton(AF_INET6, "ff02::1", &all_nodes.ipv6mr_multiaddr);
	/* every IPv6 device is in ff02::1 already; joining makes it certain for this socket */
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &all_nodes, sizeof(all_nodes));
	if (set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, PEER_HOPLIMIT) < 0 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, PEER_HOPLIMIT) < 0 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) < 0)
		return -1;
	return set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, ifindex);
}

static int udp_options4(int fd, bool peerlink)
{
	if (set_int(fd, IPPROTO_IP, IP_PKTINFO, 1) < 0 || set_int(fd, IPPROTO_IP, IP_RECVTTL, 1) < 0)
		return -1;
	return peerlink ? set_int(fd, IPPROTO_IP, IP_TTL, PEER_HOPLIMIT) : 0;
}

int peer_udp_open(int family, const char *dev, ifindex_t ifindex, bool peerlink, const struct ipaddr *source,
		  uint16_t port)
{
	int fd = open_bound(family, SOCK_DGRAM, dev);
	int ret;

	if (fd < 0)
		return -1;
	ret = family == AF_INET6 ? udp_options6(fd, ifindex, peerlink) : udp_options4(fd, peerlink);
	/* the peerlink's socket and the backups' stand on one port, told apart by device */
	if (ret == 0)
		ret = set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (ret == 0)
		ret = bind_to(fd, family, source, port);
	return ret < 0 ? close_failed(fd) : fd;
}

/* Hop limit 255 is sent and demanded, before anything can be received. */
int peer_tcp_open(int family, const char *dev)
{
	int fd = open_bound(family, SOCK_STREAM, dev);
	bool ok;

	if (fd < 0)
		return -1;
	if (family == AF_INET6)
		ok = set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, PEER_HOPLIMIT) == 0 &&
		     set_int(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, PEER_HOPLIMIT) == 0;
	else
		ok = set_int(fd, IPPROTO_IP, IP_TTL, PEER_HOPLIMIT) == 0 &&
		     set_int(fd, IPPROTO_IP, IP_MINTTL, PEER_HOPLIMIT) == 0;
	return ok ? fd : close_failed(fd);
}

int peer_tcp_listen(int fd, int family, uint16_t port)
{
	const struct ipaddr any = { .ipa_type = IPADDR_NONE };

	if (set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0 || bind_to(fd, family, &any, port) < 0)
		return -1;
	return listen(fd, 4);
}

int peer_tcp_tune(int fd, uint32_t user_timeout_ms)
{
	int seconds = (int)((user_timeout_ms + 999) / 1000);

	if (set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1) < 0 || set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1) < 0 ||
	    set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds) < 0 || set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, seconds) < 0)
		return -1;
	return set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)user_timeout_ms);
}
