// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports of a node (veth ends): unplugged at power-off, carried over to the
 * fresh network namespace of a cold boot, so that the other end keeps its own.
 */
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"

unsigned int if_nametoindex(const char *name);

void port_down(const char *name)
{
	struct ifreq request = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
		request.ifr_flags &= ~IFF_UP;
		ioctl(fd, SIOCSIFFLAGS, &request);
	}
	close(fd);
}

int port_move(const char *name, int netns)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
		struct rtattr attr;
		uint32_t fd;
	} request = {
		.head.nlmsg_len = sizeof(request),
		.head.nlmsg_type = RTM_SETLINK,
		.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.link.ifi_index = if_nametoindex(name),
		.attr.rta_len = RTA_LENGTH(sizeof(uint32_t)),
		.attr.rta_type = IFLA_NET_NS_FD,
		.fd = netns,
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[512];
	} answer;
	int fd, rc = -EIO;

	if (request.link.ifi_index == 0)
		return -ENODEV;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (send(fd, &request, sizeof(request), 0) == sizeof(request) &&
	    recv(fd, &answer, sizeof(answer), 0) >=
		    (ssize_t)(sizeof(answer.head) + sizeof(answer.error.error)))
		rc = answer.error.error;
	close(fd);
	return rc;
}
