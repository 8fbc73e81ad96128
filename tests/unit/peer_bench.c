// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bench of peer_bench.h. Knows loopback and two sides; asserts only that
 * the bench itself stands.
 */
#include <zebra.h>

#include <net/if.h>
#include <netinet/tcp.h>

#include "frr_pthread.h"
#include "libfrr.h"

#include "tests/unit/peer_bench.h"

struct event_loop *bench_loop;
const char *bench_key = "";
static int base;
static bool guard_over;
static struct event *t_guard;
static struct member *running[4];

static void on_probe(void *arg, uint8_t path, const struct mc_probe *p)
{
	struct member *m = arg;

	assert_true(path < PEER_PATHS_MAX);
	m->probes[path]++;
	if (p->reply_to)
		m->answered[path] = p->reply_to;
}

static void on_session(void *arg, bool up, bool goodbye)
{
	struct member *m = arg;

	if (!up) {
		m->downs++;
		m->goodbyes += goodbye;
		return;
	}
	/* an end is always told before the next beginning */
	assert_int_equal(m->ups, m->downs);
	m->ups++;
	if (m->hello_at_once) {
		struct mc_msg hello = { .type = MC_MSG_HELLO,
					.hello = { .m = m->self, .capabilities = m->capabilities, .version = "bench" } };

		assert_true(peer_send(m->peer, &hello));
	}
}

static void on_msg(void *arg, const struct mc_msg *msg)
{
	struct member *m = arg;

	assert_true(msg->type > 0 && msg->type < MC_MSG_MAX);
	m->msgs[msg->type]++;
	if (msg->type == MC_MSG_HELLO)
		strlcpy(m->version, msg->hello.version, sizeof(m->version));
	if (msg->type == MC_MSG_MAC)
		m->macs += msg->macs.n;
	if (m->n_order < BENCH_LOG && msg->type == MC_MSG_ROLE_REQUEST)
		m->order[m->n_order++] = msg->role.term;
	if (m->n_order < BENCH_LOG && msg->type == MC_MSG_MAC)
		m->order[m->n_order++] = msg->macs.e[0].vlan;
	if (m->drop_on_msg)
		peer_drop_session(m->peer);
}

static void on_writable(void *arg)
{
	struct member *m = arg;

	m->writables++;
}

static bool any_arrival(void *arg, ifindex_t arrival)
{
	(void)arg;
	return arrival != 0;
}

static void guard(struct event *event)
{
	(void)event;
	guard_over = true;
}

void bench_guard(bool on)
{
	event_cancel(&t_guard);
	guard_over = false;
	if (on)
		event_add_timer(bench_loop, guard, NULL, 5, &t_guard);
}

bool bench_turn(void)
{
	struct event event;

	if (guard_over || !event_fetch(bench_loop, &event))
		return false;
	event_call(&event);
	return true;
}

void bench_start(void)
{
	static int round;

	if (round == 0) {
		frr_is_after_fork = true; /* as a daemon: threads may be started */
		frr_pthread_init();
	}
	bench_loop = event_master_create("bench");
	/* below the ephemeral ports; 200 for each process, its backups in the upper half */
	base = 4000 + (int)(getpid() % 100) * 200 + 2 * (round++ % 50);
}

int bench_stop(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < array_size(running); i++)
		if (running[i])
			member_stop(running[i]);
	event_cancel(&t_guard);
	event_master_free(bench_loop);
	return 0;
}

uint16_t member_port(unsigned int side)
{
	return (uint16_t)(WIRE_PORT + base + (int)side);
}

void bench_member(struct mc_member *m, unsigned int side, uint64_t incarnation)
{
	*m = (struct mc_member){
		.incarnation = incarnation,
		.id = { { 0x02, 0, 0, 0, 0, (uint8_t)(1 + side) } },
		.system_mac = { { 0x44, 0x38, 0x39, 0xff, 0, 0xaa } },
		.priority = 1000,
		.keepalive_ms = 50,
		.multiplier = 10,
		.restart_time_ms = 1000,
	};
}

static void member_prepare(struct member *m, unsigned int side, const char *dev)
{
	memset(m, 0, sizeof(*m));
	m->hello_at_once = true;
	m->ops = (struct peer_ops){ .probe = on_probe,
				    .session = on_session,
				    .msg = on_msg,
				    .writable = on_writable,
				    .independent = any_arrival };
	m->conf.present = true;
	strlcpy(m->conf.peer_link, dev, sizeof(m->conf.peer_link));
	strlcpy(m->conf.auth_key, bench_key, sizeof(m->conf.auth_key));
	m->conf.keepalive_ms = 50;
	m->conf.multiplier = 10;
	bench_member(&m->self, side, 100 + side);
}

static struct member **running_slot(const struct member *m)
{
	for (unsigned int i = 0; i < array_size(running); i++)
		if (running[i] == m)
			return &running[i];
	fail_msg("no room for one more member");
	return NULL;
}

static void member_go(struct member *m, unsigned int side)
{
	*running_slot(NULL) = m;
	m->peer = peer_new(bench_loop, &m->ops, m);
	peer_shift_ports(m->peer, base + (int)side, base + (int)!side);
	peer_configure(m->peer, &m->conf, (ifindex_t)if_nametoindex(m->conf.peer_link));
	peer_set_self(m->peer, &m->self, true);
	peer_link_changed(m->peer, true);
}

void member_start(struct member *m, unsigned int side, const char *ip, bool backup)
{
	member_prepare(m, side, "lo");
	str2ipaddr(ip, &m->conf.peer_ip);
	if (backup) {
		str2ipaddr("127.0.0.1", &m->conf.backup[0].addr);
		m->conf.backup[0].port = WIRE_PORT + 100;
		m->conf.n_backups = 1;
	}
	member_go(m, side);
}

void member_start_on(struct member *m, unsigned int side, const char *dev, uint8_t id)
{
	member_prepare(m, side, dev);
	m->self.id.b[5] = id;
	m->self.incarnation = id;
	member_go(m, side);
}

void member_stop(struct member *m)
{
	*running_slot(m) = NULL;
	peer_free(m->peer);
	m->peer = NULL;
}

size_t bench_hello(uint8_t *buf, size_t size, uint64_t incarnation)
{
	return bench_hello_of(buf, size, incarnation, 0);
}

size_t bench_hello_of(uint8_t *buf, size_t size, uint64_t incarnation, uint32_t capabilities)
{
	struct mc_msg hello = { .type = MC_MSG_HELLO,
				.hello = { .capabilities = capabilities, .version = "raw" } };
	ssize_t len;

	bench_member(&hello.hello.m, 0, incarnation);
	len = wire_msg_write(&hello, buf, size);
	assert_true(len > 0);
	return (size_t)len;
}

static int raw_socket(int type, const char *ip, int ttl)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)), 0);
	inet_pton(AF_INET, ip, &from.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	return fd;
}

static void raw_connect(int fd, unsigned int side)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(member_port(side)) };

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		assert_int_equal(errno, EINPROGRESS);
}

int bench_connect(unsigned int side, const char *ip, int ttl)
{
	int fd = raw_socket(SOCK_STREAM, ip, ttl);

	raw_connect(fd, side);
	return fd;
}

int bench_udp(unsigned int side, const char *ip, int ttl)
{
	int fd = raw_socket(SOCK_DGRAM, ip, ttl);

	raw_connect(fd, side);
	return fd;
}
