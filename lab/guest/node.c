// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nodes. A node is a process 1 (a mere reaper) in network, mount, pid and host
 * name namespaces of its own, with a root file system of its own: an overlay of
 * the build on the image, whose upper layer is the node's disk. Power off kills
 * process 1, and with it the kernel kills every process of the node; ports stay,
 * down. A cold boot makes all namespaces anew and carries the ports over, so
 * nothing of bonds, bridges, addresses or filters survives it; the disk does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

#define NODE_NS (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS)

static struct node nodes[MAX_NODES];
static int n_nodes;

struct node *node_find(const char *name)
{
	for (int i = 0; i < n_nodes; i++)
		if (!strcmp(nodes[i].name, name))
			return &nodes[i];
	return NULL;
}

static int mount_disk(const char *name)
{
	char base[64], upper[80], work[80], root[80], dev[96], opts[256];

	snprintf(base, sizeof(base), "/rw/nodes/%s", name);
	snprintf(upper, sizeof(upper), "%s/disk", base);
	snprintf(work, sizeof(work), "%s/work", base);
	snprintf(root, sizeof(root), "%s/root", base);
	snprintf(dev, sizeof(dev), "%s/dev", root);
	snprintf(opts, sizeof(opts),
		 "lowerdir=/rw/stage:/rw/image,upperdir=%s,workdir=%s", upper,
		 work);
	mkdir(base, 0755);
	mkdir(upper, 0755);
	mkdir(work, 0755);
	mkdir(root, 0755);
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("disk", root, "overlay", 0, opts) ||
	    mount("/dev", dev, NULL, MS_BIND | MS_REC, NULL) || chdir(root) ||
	    syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH))
		return -errno;
	return chdir("/");
}

static int mount_system(void)
{
	if (mount("proc", "/proc", "proc", 0, NULL) ||
	    mount("sys", "/sys", "sysfs", 0, NULL) ||
	    mount("run", "/run", "tmpfs", 0, "mode=755") ||
	    mount("tmp", "/tmp", "tmpfs", 0, "mode=1777") ||
	    mount("shm", "/dev/shm", "tmpfs", 0, "mode=1777"))
		return -errno;
	return 0;
}

/* Process 1 of a node: tells how its start went, then reaps for ever. */
static void node_main(const char *name, bool own_host_name, int report)
{
	sigset_t mask;
	int rc, signum;

	rc = mount_disk(name);
	if (rc == 0)
		rc = mount_system();
	if (own_host_name && sethostname(name, strlen(name)))
		rc = -errno;
	if (write(report, &rc, sizeof(rc)) != sizeof(rc) || rc)
		_exit(1);
	close_range(0, ~0U, 0);
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	for (;;) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		sigwait(&mask, &signum);
	}
}

/* Returns 0, or a negative errno; then the node is off. */
static int node_start(struct node *node, unsigned long flags)
{
	int report[2], rc = -EIO;
	char path[64];
	pid_t pid;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, 0UL);
	if (pid == 0)
		node_main(node->name, flags & CLONE_NEWUTS, report[1]);
	close(report[1]);
	if (pid < 0)
		rc = -errno;
	else if (read(report[0], &rc, sizeof(rc)) != sizeof(rc))
		rc = -EIO;
	close(report[0]);
	if (rc)
		return rc;
	node->pid = pid;
	node->pidfd = syscall(SYS_pidfd_open, pid, 0);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	node->netns = open(path, O_RDONLY | O_CLOEXEC);
	return 0;
}

static struct node *node_add(const char *name)
{
	struct node *node = &nodes[n_nodes++];

	snprintf(node->name, sizeof(node->name), "%s", name);
	node->pidfd = node->netns = -1;
	return node;
}

void node_create_guest(void)
{
	int rc = node_start(node_add("guest"), CLONE_NEWNS);

	if (rc)
		printf("lab: guest: %s\n", strerror(-rc));
}

pid_t node_fork(const struct node *node)
{
	static int own_pidns = -1;
	bool guest = node == &nodes[0];
	pid_t pid;

	if (own_pidns < 0)
		own_pidns = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	if (!guest && setns(node->pidfd, CLONE_NEWPID))
		return -1;
	pid = fork();
	if (pid == 0 &&
	    setns(node->pidfd, guest ? CLONE_NEWNS : NODE_NS & ~CLONE_NEWPID))
		_exit(126);
	if (pid != 0 && !guest)
		setns(own_pidns, CLONE_NEWPID);
	return pid;
}

bool node_exited(pid_t pid)
{
	for (int i = 0; i < n_nodes; i++) {
		if (nodes[i].pid != pid)
			continue;
		nodes[i].pid = 0;
		close(nodes[i].pidfd);
		return true;
	}
	return false;
}

/*
 * SIGKILL first: on a guest of one processor no process of the node runs again,
 * so nobody sees the links go and says goodbye.
 */
static int node_off(struct node *node, struct strings *ports)
{
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	pid_t pid = node->pid;
	char *port;
	int status;

	if (pid == 0)
		return -EALREADY;
	kill(pid, SIGKILL);
	setns(node->netns, CLONE_NEWNET);
	while ((port = strings_next(ports)))
		port_down(port);
	setns(own, CLONE_NEWNET);
	close(own);
	/* Process 1 ends last: after the jobs in its namespace, which are ours to reap. */
	while (node->pid) {
		pid = waitpid(-1, &status, 0);
		if (pid > 0 && !job_exited(pid, status))
			node_exited(pid);
		else if (pid < 0 && errno != EINTR)
			return -errno;
	}
	return 0;
}

/* Moves the ports from the namespace of the life before. */
static int carry_ports(int before, int now, struct strings *ports)
{
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), rc = 0;
	char *port;

	setns(before, CLONE_NEWNET);
	while (rc == 0 && (port = strings_next(ports)))
		rc = port_move(port, now);
	setns(own, CLONE_NEWNET);
	close(own);
	return rc;
}

static int node_on(struct node *node, struct strings *ports)
{
	int before = node->netns, rc;

	if (node->pid)
		return -EALREADY;
	rc = node_start(node, NODE_NS);
	if (rc)
		return rc;
	rc = carry_ports(before, node->netns, ports);
	close(before);
	return rc;
}

static int node_create(const char *name)
{
	struct node *node;
	int rc;

	if (n_nodes == MAX_NODES || strlen(name) >= NAME_MAX_LEN)
		return -ENOSPC;
	if (node_find(name))
		return -EEXIST;
	node = node_add(name);
	rc = node_start(node, NODE_NS);
	if (rc)
		n_nodes--;
	return rc;
}

void node_request(uint32_t id, struct strings *s)
{
	char *what = strings_next(s), *name = strings_next(s);
	struct node *node = name ? node_find(name) : NULL;
	int rc = -EINVAL;

	if (what && name && !strcmp(what, "create"))
		rc = node_create(name);
	else if (node && node != &nodes[0] && !strcmp(what, "off"))
		rc = node_off(node, s);
	else if (node && node != &nodes[0] && !strcmp(what, "on"))
		rc = node_on(node, s);
	if (rc)
		mux_reply(id, false, "%s", strerror(-rc));
	else
		mux_reply(id, true, "%d", (int)node_find(name)->pid);
}
