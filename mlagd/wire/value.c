// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ranges of values and the shared blocks (see value.h): addresses, short
 * texts, and the member block that every probe, HELLO and STATE carries.
 * Decides what a legal value is; never touches a frame or a length field of
 * one, and remembers nothing.
 */
#include "mlagd/wire/value.h"
#include "mlagd/wire/wire.h"

enum {
	FLAG_IN_SERVICE = 1 << 0,
	FLAG_FENCED = 1 << 1,
	FLAG_ACTING = 1 << 2,
	FLAG_SHARED_ID = 1 << 3,
	FLAG_SETTLED = 1 << 4,
	FLAG_UPLINKS_UP = 1 << 5,
	FLAG_SHUTTING_DOWN = 1 << 6,
	FLAG_IDLE = 1 << 7,
};

bool wire_mac_is_station(const struct mc_mac *mac)
{
	static const struct mc_mac zero;

	return !(mac->b[0] & 1) && memcmp(mac, &zero, sizeof(zero)) != 0;
}

bool wire_text_ok(const char *s, size_t size)
{
	size_t len = strnlen(s, size);

	if (len == size)
		return false;
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '/')
			return false;
	return true;
}

bool wire_member_ok(const struct mc_member *m)
{
	return m->incarnation != 0 && wire_mac_is_station(&m->id) &&
	       wire_mac_is_station(&m->system_mac) && (unsigned int)m->role <= MC_ROLE_SECONDARY &&
	       m->keepalive_ms >= 50 && m->keepalive_ms <= 60000 && m->multiplier >= 2 &&
	       m->multiplier <= 50 && m->restart_time_ms >= 1000 && m->restart_time_ms <= 900000;
}

void wire_put_mac(struct wire_out *out, const struct mc_mac *mac)
{
	wire_put_bytes(out, mac->b, sizeof(mac->b));
}

void wire_get_mac(struct wire_in *in, struct mc_mac *mac)
{
	wire_get_bytes(in, mac->b, sizeof(mac->b));
}

void wire_put_text(struct wire_out *out, const char *s, size_t size)
{
	uint8_t *p = wire_room(out, size);
	size_t len = strnlen(s, size);

	if (!p)
		return;
	memcpy(p, s, len);
	memset(p + len, 0, size - len);
}

void wire_get_text(struct wire_in *in, char *s, size_t size)
{
	size_t len;

	wire_get_bytes(in, s, size);
	len = strnlen(s, size);
	memset(s + len, 0, size - len);
}

static uint16_t member_flags(const struct mc_member *m)
{
	uint16_t f = 0;

	f |= m->in_service ? FLAG_IN_SERVICE : 0;
	f |= m->fenced ? FLAG_FENCED : 0;
	f |= m->acting ? FLAG_ACTING : 0;
	f |= m->shared_id ? FLAG_SHARED_ID : 0;
	f |= m->settled ? FLAG_SETTLED : 0;
	f |= m->uplinks_up ? FLAG_UPLINKS_UP : 0;
	f |= m->shutting_down ? FLAG_SHUTTING_DOWN : 0;
	f |= m->idle ? FLAG_IDLE : 0;
	return f;
}

static void member_set_flags(struct mc_member *m, uint16_t f)
{
	m->in_service = f & FLAG_IN_SERVICE;
	m->fenced = f & FLAG_FENCED;
	m->acting = f & FLAG_ACTING;
	m->shared_id = f & FLAG_SHARED_ID;
	m->settled = f & FLAG_SETTLED;
	m->uplinks_up = f & FLAG_UPLINKS_UP;
	m->shutting_down = f & FLAG_SHUTTING_DOWN;
	m->idle = f & FLAG_IDLE;
}

void wire_put_member(struct wire_out *out, const struct mc_member *m)
{
	wire_put16(out, m->tells_anycast ? WIRE_MEMBER_LEN : WIRE_MEMBER_MIN);
	wire_put64(out, m->incarnation);
	wire_put64(out, m->peer_incarnation);
	wire_put_mac(out, &m->id);
	wire_put_mac(out, &m->system_mac);
	wire_put16(out, m->priority);
	wire_put8(out, (uint8_t)m->role);
	wire_put8(out, m->multiplier);
	wire_put16(out, member_flags(m));
	wire_put32(out, m->keepalive_ms);
	wire_put32(out, m->restart_time_ms);
	if (m->tells_anycast)
		wire_put_bytes(out, m->anycast_ip, sizeof(m->anycast_ip));
}

int wire_get_member(struct wire_in *in, struct mc_member *m)
{
	uint16_t len = wire_get16(in);
	struct wire_in block = wire_sub(in, len);

	memset(m, 0, sizeof(*m));
	m->incarnation = wire_get64(&block);
	m->peer_incarnation = wire_get64(&block);
	wire_get_mac(&block, &m->id);
	wire_get_mac(&block, &m->system_mac);
	m->priority = wire_get16(&block);
	m->role = (enum mc_role)wire_get8(&block);
	m->multiplier = wire_get8(&block);
	member_set_flags(m, wire_get16(&block));
	m->keepalive_ms = wire_get32(&block);
	m->restart_time_ms = wire_get32(&block);
	m->tells_anycast = len >= WIRE_MEMBER_LEN;
	if (m->tells_anycast)
		wire_get_bytes(&block, m->anycast_ip, sizeof(m->anycast_ip));
	if (in->bad || block.bad)
		return WIRE_SHORT;
	return wire_member_ok(m) ? WIRE_OK : WIRE_BAD_VALUE;
}
