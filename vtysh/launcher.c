// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes vtysh's place in the path: starts the stock vtysh with our plugin
 * preloaded, arguments and environment passed on. With the plugin missing it
 * says so and starts vtysh as it is. It decides one thing: when FRR starts
 * (`vtysh -b`) mgmtd gets the configuration before all others.
 *
 * vtysh configures all daemons at the same time. VRFs and their L3 VNIs come to
 * zebra from mgmtd, `advertise-all-vni` from bgpd; where bgpd was faster, zebra
 * took the L3 VNIs for L2 ones first, and on its way back removed from the
 * kernel what a zebra that starts with -K is to keep: the other VTEPs' router
 * MACs. What is routed over VXLAN stood still until BGP had brought them anew.
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
#include <sys/wait.h>
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

static void start(char **argv)
{
	for (unsigned int i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!is_ourselves(places[i]))
			execv(places[i], argv);
	fprintf(stderr, "vtysh: cannot start the stock vtysh at %s: %s\n", STOCK_VTYSH, strerror(errno));
	_exit(127);
}

/* -b as FRR's start scripts say it, for all daemons. */
static int configures_all(char **argv)
{
	int boot = 0;

	for (unsigned int i = 1; argv[i]; i++) {
		if (strncmp(argv[i], "-d", 2) == 0 || strncmp(argv[i], "--daemon", 8) == 0)
			return 0;
		boot |= strcmp(argv[i], "-b") == 0 || strcmp(argv[i], "--boot") == 0;
	}
	return boot;
}

/* It is done when zebra and the others have applied it. What went wrong vtysh says, and the second time is for all. */
static void configure_mgmtd(int argc, char **argv)
{
	char *args[argc + 3];
	pid_t pid;

	memcpy(args, argv, argc * sizeof(*argv));
	args[argc] = (char *)"-d";
	args[argc + 1] = (char *)"mgmtd";
	args[argc + 2] = NULL;
	pid = fork();
	if (pid == 0)
		start(args);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int main(int argc, char **argv)
{
	preload();
	if (configures_all(argv))
		configure_mgmtd(argc, argv);
	start(argv);
}
