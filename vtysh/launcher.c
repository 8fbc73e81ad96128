// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes vtysh's place in the path: starts the stock vtysh with our plugin
 * preloaded, arguments and environment passed on. It decides nothing else. With
 * the plugin missing it says so and starts vtysh as it is.
 *
 * STOCK_VTYSH and PLUGIN are given by the build.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where dpkg-divert has moved it, and where it is when nothing was diverted. */
static const char *const places[] = {STOCK_VTYSH, "/usr/bin/vtysh"};

static int is_ourselves(const char *path)
{
	struct stat self, other;

	return stat("/proc/self/exe", &self) == 0 && stat(path, &other) == 0 && self.st_dev == other.st_dev &&
	       self.st_ino == other.st_ino;
}

static void preload(void)
{
	const char *before = getenv("LD_PRELOAD");
	char *value;

	if (access(PLUGIN, R_OK) != 0) {
		fprintf(stderr, "vtysh: no mlag commands, cannot read %s: %s\n", PLUGIN, strerror(errno));
		return;
	}
	if (!before)
		before = "";
	if (asprintf(&value, "%s%s%s", PLUGIN, before[0] ? ":" : "", before) < 0)
		return;
	setenv("FRR_MLAG_LD_PRELOAD", before, 1); /* the plugin puts it back */
	setenv("LD_PRELOAD", value, 1);
	free(value);
}

int main(int argc, char **argv)
{
	(void)argc;
	preload();
	for (unsigned int i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!is_ourselves(places[i]))
			execv(places[i], argv);
	fprintf(stderr, "vtysh: cannot start the stock vtysh at %s: %s\n", STOCK_VTYSH, strerror(errno));
	return 127;
}
