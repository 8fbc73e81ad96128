// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flooded frames; see probe_flood.h. The counting is probe_stat.c's, the layout
 * of the number probe_packet.c's; the flow's number is that of the sender.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "probe_flood.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe_packet.h"

#define FLOOD_TYPE  0x88b5 /* IEEE 802: local experiments */
#define FRAME_LEN   (sizeof(struct ether_header) + PROBE_PACKET_LEN)
#define FRAMES_ONCE 256 /* taken from one host in one go */

static const uint8_t group[ETH_ALEN] = { 0x03, 0, 0, 0, 0, 0 };

void probe_flood_init(struct probe_flood *flood)
{
	for (unsigned int i = 0; i < PROBE_HOSTS_MAX; i++)
		flood->hosts[i].fd = -1;
}

static int bind_to(int fd, const char *device, uint8_t *mac)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET, .sll_protocol = htons(FLOOD_TYPE) };
	struct packet_mreq all = { .mr_type = PACKET_MR_ALLMULTI };
	struct ifreq ifr = { 0 };

	memcpy(ifr.ifr_name, device, strlen(device));
	if (ioctl(fd, SIOCGIFHWADDR, &ifr))
		return -1;
	memcpy(mac, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
	if (ioctl(fd, SIOCGIFINDEX, &ifr))
		return -1;
	all.mr_ifindex = sll.sll_ifindex = ifr.ifr_ifindex;
	if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)))
		return -1;
	return bind(fd, (struct sockaddr *)&sll, sizeof(sll));
}

const char *probe_flood_add(struct probe_flood *flood, const struct probe_net *net, const char *device)
{
	struct probe_flood_host *host;

	if (!net->hosts_n)
		return "a device before its host";
	if (strlen(device) >= IFNAMSIZ)
		return "no such device";
	host = &flood->hosts[net->hosts_n - 1];
	host->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(FLOOD_TYPE));
	if (host->fd < 0 || bind_to(host->fd, device, host->mac))
		return strerror(errno);
	return NULL;
}

static void send_one(struct probe_flood_host *host, unsigned int number, uint32_t run, uint64_t now_ns)
{
	struct ether_header eth = { .ether_type = htons(FLOOD_TYPE) };
	uint8_t frame[FRAME_LEN];

	memcpy(eth.ether_dhost, group, ETH_ALEN);
	eth.ether_dhost[ETH_ALEN - 1] = host->tx & 1;
	memcpy(eth.ether_shost, host->mac, ETH_ALEN);
	memcpy(frame, &eth, sizeof(eth));
	probe_packet_write(frame + sizeof(eth), &(struct probe_packet){ .run = run,
									.flow = number,
									.seq = host->tx++,
									.tx_ns = now_ns });
	if (send(host->fd, frame, sizeof(frame), 0) < 0)
		return; /* no leg is up: the number stays used, and is missed at the others */
}

void probe_flood_send(struct probe_flood *flood, const struct probe_net *net, uint64_t now_ns)
{
	for (unsigned int i = 0; i < net->hosts_n; i++)
		if (flood->hosts[i].fd >= 0)
			send_one(&flood->hosts[i], i, net->run, now_ns);
}

static void take(struct probe_flood_host *host, unsigned int number, const struct probe_net *net,
		 const uint8_t *frame, size_t len, uint64_t now)
{
	struct probe_packet pkt;

	if (len < FRAME_LEN || !probe_packet_read(frame + sizeof(struct ether_header), PROBE_PACKET_LEN, &pkt) ||
	    pkt.run != net->run || pkt.flow >= net->hosts_n)
		return;
	if (pkt.flow == number)
		host->echoes++;
	else
		probe_stat_arrived(&host->from[pkt.flow], pkt.seq, pkt.tx_ns, now);
}

void probe_flood_receive(struct probe_flood *flood, const struct probe_net *net)
{
	uint8_t frame[256];
	uint64_t now = probe_now_ns();
	ssize_t n;

	for (unsigned int i = 0; i < net->hosts_n; i++) {
		for (unsigned int k = 0; k < FRAMES_ONCE && flood->hosts[i].fd >= 0; k++) {
			n = recv(flood->hosts[i].fd, frame, sizeof(frame), 0);
			if (n < 0)
				break;
			take(&flood->hosts[i], i, net, frame, (size_t)n, now);
		}
	}
}
