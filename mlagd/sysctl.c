// SPDX-License-Identifier: GPL-2.0-or-later
/* See sysctl.h. */
#include <zebra.h>
#include <fcntl.h>

#include "log.h"
#include "privs.h"

#include "mlagd/sysctl.h"

#define VALUE_MAX 64

static bool read_value(const char *path, char value[VALUE_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, value, VALUE_MAX - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return false;
	value[n] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return true;
}

static bool write_value(const char *path, const char *value)
{
	bool ok = false;

	frr_with_privs (lib_privs) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);

		ok = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
		if (!ok)
			zlog_warn("%s cannot be set to %s: %s", path, value, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	return ok;
}

static void full_path(char *full, size_t size, const char *path, const char *ifname)
{
	const char *at = strstr(path, "%s");

	snprintf(full, size, "/proc/sys/net/%.*s%s%s", (int)(at - path), path, ifname, at + 2);
}

bool sysctl_set(const char *path, const char *ifname, const char *value)
{
	char full[256], now[VALUE_MAX];

	full_path(full, sizeof(full), path, ifname);
	return (read_value(full, now) && strcmp(now, value) == 0) || write_value(full, value);
}

bool sysctl_reset(const char *path, const char *ifname)
{
	char full[256], value[VALUE_MAX];

	full_path(full, sizeof(full), path, "default");
	if (!read_value(full, value))
		return false;
	full_path(full, sizeof(full), path, ifname);
	return access(full, F_OK) != 0 || sysctl_set(path, ifname, value);
}
