// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A command as the host asks for it: taken out of its frame, and become a
 * process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"

const char *command_parse(struct command *c, struct strings *s)
{
	char *node = strings_next(s), *tty = strings_next(s),
	     *rows = strings_next(s), *cols = strings_next(s), *argc;
	int n, i;

	c->cwd = strings_next(s);
	argc = strings_next(s);
	if (!argc)
		return "bad request";
	c->node = node_find(node);
	if (!c->node)
		return "no such node";
	if (!c->node->pid)
		return "the node is powered off";
	c->tty = *tty == '1';
	c->size.ws_row = atoi(rows);
	c->size.ws_col = atoi(cols);
	n = atoi(argc);
	if (n < 1 || n >= MAX_WORDS)
		return "too many arguments";
	for (i = 0; i < n; i++)
		if (!(c->argv[i] = strings_next(s)))
			return "bad request";
	c->argv[n] = NULL;
	for (i = 0; i < MAX_WORDS - 1 && (c->env[i] = strings_next(s)); i++)
		;
	c->env[i] = NULL;
	return NULL;
}

void command_run(const struct command *c, const int fd[3])
{
	sigset_t none;

	for (int i = 0; i < 3; i++)
		dup2(fd[i], i);
	close_range(3, ~0U, 0);
	setsid();
	if (c->tty)
		ioctl(0, TIOCSCTTY, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (chdir(c->cwd) == 0) {
		environ = (char **)c->env;
		execvp(c->argv[0], c->argv);
	}
	dprintf(2, "%s: %s\n", c->argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}
