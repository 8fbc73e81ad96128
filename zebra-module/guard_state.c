// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Orders are kept as the packet that they came in, so its reader checks them
 * too. Files are written beside and renamed: a crash leaves the old or the new.
 */
#include <zebra.h>
#include <fcntl.h>

#include "log.h"
#include "memory.h"

#include "zebra-module/guard_state.h"
#include "zebra-module/hold.h"

static void path_of(char path[PATH_MAX], const char *dir, const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s", dir, name);
}

static bool load(const char *dir, struct channel_msg *orders)
{
	static uint8_t buf[CHANNEL_BUF + 1];
	char path[PATH_MAX];
	ssize_t len;
	int fd;

	path_of(path, dir, GUARD_ORDERS);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	len = read(fd, buf, sizeof(buf));
	close(fd);
	if (len > 0 && channel_read(buf, len, orders) && orders->type == CHANNEL_ORDERS)
		return true;
	zlog_warn("%s: no orders of this version of mlagd, ignored", path);
	return false;
}

enum guard_start guard_state_load(const char *run_dir, const char *state_dir, struct channel_msg *orders)
{
	if (load(run_dir, orders))
		return GUARD_RESTARTED;
	return load(state_dir, orders) ? GUARD_BOOTED : GUARD_NEW;
}

static bool write_all(int fd, const uint8_t *buf, ssize_t len)
{
	ssize_t n = write(fd, buf, len);

	if (n >= 0 && n != len)
		errno = ENOSPC;
	return n == len && fsync(fd) == 0;
}

static bool replace(const char *path, const uint8_t *buf, ssize_t len)
{
	char beside[PATH_MAX + 8];
	bool ok;
	int fd;

	snprintf(beside, sizeof(beside), "%s.new", path);
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	ok = write_all(fd, buf, len);
	return close(fd) == 0 && ok && rename(beside, path) == 0;
}

static bool save_orders(const char *dir, const struct channel_msg *orders)
{
	static uint8_t buf[CHANNEL_BUF];
	char path[PATH_MAX];
	bool ok;

	path_of(path, dir, GUARD_ORDERS);
	if (orders->orders.managing)
		ok = replace(path, buf, channel_write(orders, buf, sizeof(buf)));
	else
		ok = unlink(path) == 0 || errno == ENOENT;
	if (!ok)
		zlog_err("%s: cannot keep mlagd's orders: %s", path, safe_strerror(errno));
	return ok;
}

static void nothing(const struct hold_if *old)
{
}

/* The SVIs by name: their indexes are another boot's then. */
static bool save_hold(const char *dir, const struct channel_msg *orders)
{
	struct hold_set *set = XCALLOC(MTYPE_TMP, sizeof(*set));
	char(*names)[IFNAMSIZ] = XCALLOC(MTYPE_TMP, (orders->n_ifs + 1) * sizeof(*names));
	char path[PATH_MAX];
	unsigned int n = 0;
	bool ok;

	for (unsigned int i = 0; orders->orders.managing && i < orders->n_ifs; i++)
		if (if_indextoname(orders->ifindex[i], names[n]))
			n++;
	path_of(path, dir, HOLD_FILE);
	ok = hold_replace(set, names, n, nothing) && hold_save(set, path) == 0;
	if (!ok)
		zlog_err("%s: cannot keep which routes to hold at a boot: %s", path, safe_strerror(errno));
	XFREE(MTYPE_TMP, names);
	XFREE(MTYPE_TMP, set);
	return ok;
}

bool guard_state_save(const char *run_dir, const char *state_dir, const struct channel_msg *orders)
{
	bool ok = save_orders(run_dir, orders);

	ok = save_orders(state_dir, orders) && ok;
	return save_hold(state_dir, orders) && ok;
}

bool guard_state_hold(const char *run_dir, const char *state_dir)
{
	struct hold_set *set = XCALLOC(MTYPE_TMP, sizeof(*set));
	char from[PATH_MAX], to[PATH_MAX];
	bool ok;

	path_of(from, state_dir, HOLD_FILE);
	path_of(to, run_dir, HOLD_FILE);
	ok = hold_load(set, from) == 0 && hold_save(set, to) == 0;
	if (!ok)
		zlog_err("%s: cannot have zebra start with routes held: %s", to, safe_strerror(errno));
	XFREE(MTYPE_TMP, set);
	return ok;
}
