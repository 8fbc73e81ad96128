// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A parent that takes its children as stock watchfrr does (sigchild() of its
 * watchfrr.c): one for each SIGCHLD that reaches it. For test_restart.sh: has
 * children end together, again and again, and says how many it never took.
 *
 *   one_child_per_signal TIMES CHILDREN SECONDS COMMAND    exit status: 0 none, 1 some were missed, 2 trouble
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 100 };

static void trouble(const char *what)
{
	perror(what);
	exit(2);
}

static pid_t start(char *command)
{
	pid_t child = fork();
	sigset_t none;

	if (child < 0)
		trouble("fork");
	if (child > 0)
		return child;
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* With SIGCHLD blocked: N children that have all ended, and one signal for all of them. */
static void end_together(int n, char *command)
{
	pid_t children[MOST];
	siginfo_t info;

	for (int i = 0; i < n; i++)
		children[i] = start(command);
	for (int i = 0; i < n; i++)
		while (waitid(P_PID, children[i], &info, WEXITED | WNOWAIT) < 0)
			if (errno != EINTR)
				trouble("waitid");
}

/* Takes children as the signals come, N or as many as come within SECONDS of silence; how many are left. */
static int take(int n, int seconds, const sigset_t *blocked)
{
	struct timespec silence = {.tv_sec = seconds};

	while (n > 0) {
		if (sigtimedwait(blocked, NULL, &silence) < 0) {
			if (errno == EINTR)
				continue;
			return n;
		}
		if (waitpid(-1, NULL, WNOHANG) > 0)
			n--;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int times = argc == 5 ? atoi(argv[1]) : 0, n = argc == 5 ? atoi(argv[2]) : 0, missed = 0;
	sigset_t blocked;

	if (times < 1 || n < 1 || n > MOST) {
		fprintf(stderr, "usage: one_child_per_signal TIMES CHILDREN SECONDS COMMAND\n");
		return 2;
	}
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	while (times-- > 0 && !missed) {
		end_together(n, argv[4]);
		missed = take(n, atoi(argv[3]), &blocked);
	}
	printf("%d of %d missed\n", missed, n);
	return missed ? 1 : 0;
}
