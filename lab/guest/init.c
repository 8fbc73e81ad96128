// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boot of the guest. The kernel's root is a host directory that holds only
 * this program and empty mount points. Image and build ("stage") are host
 * directories too, mounted read-only; whatever is written lands in a tmpfs, so
 * nothing of a run survives it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

/* All that a network of ours is made of; the list is the guest kernel's. */
static char *const modules[] = {
	"modprobe", "-a", "overlay", "bonding", "8021q", "bridge", "veth",
	"dummy", "vrf", "macvlan", "vxlan", "nf_tables", "sch_netem",
	"sch_htb", "cls_matchall", "act_mirred", NULL
};

static void must_mount(const char *what, const char *where, const char *type,
		       unsigned long flags, const char *data)
{
	if (mount(what, where, type, flags, data) == 0)
		return;
	printf("lab: mount %s on %s: %s\n", type, where, strerror(errno));
	reboot(RB_POWER_OFF);
}

static void load_modules(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (chroot("/rw/image") == 0 && chdir("/") == 0)
			execv("/usr/sbin/modprobe", modules);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

static void make_dirs(void)
{
	static const char *const dirs[] = { "/rw/image", "/rw/stage",
					    "/rw/nodes" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		mkdir(dirs[i], 0755);
}

int main(void)
{
	must_mount("rw", "/rw", "tmpfs", 0, "mode=755,size=75%");
	must_mount("proc", "/proc", "proc", 0, NULL);
	if (mount("dev", "/dev", "devtmpfs", 0, NULL) && errno != EBUSY)
		must_mount("dev", "/dev", "devtmpfs", 0, NULL);
	mkdir("/dev/pts", 0755);
	mkdir("/dev/shm", 0755);
	must_mount("pts", "/dev/pts", "devpts", 0, "mode=620,ptmxmode=666");
	make_dirs();
	must_mount("image", "/rw/image", "hostfs", MS_RDONLY, "/image");
	must_mount("stage", "/rw/stage", "hostfs", MS_RDONLY, "/stage");
	load_modules();
	mux_open("/dev/ttyS0");
	node_create_guest();
	mux_send(0, F_READY, NULL, 0);
	mux_loop();
}
