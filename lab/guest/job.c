// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs: one command on one node, its three streams (or one terminal) and its
 * exit. A job ends when its process does; what a process left behind in the
 * background may still hold the pipes, that does not keep a job open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

struct job {
	uint32_t id;
	pid_t pid;
	int in, out, err;	/* -1 = closed; a terminal: in == out */
	bool used, tty, exited, in_end;
	int status;
	uint32_t credit;	/* output bytes that the host still takes */
	uint8_t *pending;	/* input not yet written */
	size_t pending_len;
};

static struct job jobs[MAX_JOBS];

static struct job *job_find(uint32_t id)
{
	for (int i = 0; i < MAX_JOBS; i++)
		if (jobs[i].used && jobs[i].id == id)
			return &jobs[i];
	return NULL;
}

static struct job *job_new(uint32_t id)
{
	for (int i = 0; i < MAX_JOBS; i++) {
		struct job *job = &jobs[i];

		if (job->used)
			continue;
		*job = (struct job){ .id = id, .used = true, .in = -1,
				     .out = -1, .err = -1,
				     .credit = OUTPUT_WINDOW };
		job->pending = malloc(STDIN_WINDOW);
		return job;
	}
	return NULL;
}

static void close_in(struct job *job)
{
	if (job->in >= 0 && job->in != job->out)
		close(job->in);
	job->in = -1;
}

static void job_end(struct job *job)
{
	uint8_t status[4] = { job->status, job->status >> 8, job->status >> 16,
			      job->status >> 24 };

	mux_send(job->id, F_EXIT, status, sizeof(status));
	close_in(job);
	if (job->out >= 0)
		close(job->out);
	if (job->err >= 0)
		close(job->err);
	free(job->pending);
	job->used = false;
}

static int open_tty(struct job *job, const struct command *c, int fd[3])
{
	int zero = 0;

	job->out = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (job->out < 0 || ioctl(job->out, TIOCSPTLCK, &zero))
		return -1;
	job->in = job->out;
	ioctl(job->out, TIOCSWINSZ, &c->size);
	fd[0] = ioctl(job->out, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	fd[1] = fd[2] = fd[0];
	return fd[0] < 0 ? -1 : 0;
}

static int open_pipes(struct job *job, int fd[3])
{
	int in[2], out[2], err[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) ||
	    pipe2(err, O_CLOEXEC))
		return -1;
	fd[0] = in[0];
	fd[1] = out[1];
	fd[2] = err[1];
	job->in = in[1];
	job->out = out[0];
	job->err = err[0];
	fcntl(job->in, F_SETFL, O_NONBLOCK);
	fcntl(job->out, F_SETFL, O_NONBLOCK);
	fcntl(job->err, F_SETFL, O_NONBLOCK);
	return 0;
}

static void start(struct job *job, const struct command *c)
{
	int fd[3] = { -1, -1, -1 };

	job->tty = c->tty;
	if ((c->tty ? open_tty(job, c, fd) : open_pipes(job, fd)) == 0)
		job->pid = node_fork(c->node);
	else
		job->pid = -1;
	if (job->pid == 0)
		command_run(c, fd);
	close(fd[0]);
	if (!c->tty) {
		close(fd[1]);
		close(fd[2]);
	}
	if (job->pid < 0) {
		mux_reply(job->id, false, "cannot start: %s", strerror(errno));
		job->status = 126 << 8;
		job_end(job);
	}
}

void job_exec(uint32_t id, struct strings *s)
{
	static struct command c;
	const char *wrong = command_parse(&c, s);
	struct job *job = wrong ? NULL : job_new(id);

	if (job)
		start(job, &c);
	else
		mux_reply(id, false, "%s", wrong ? wrong : "too many commands");
}

static void flush_input(struct job *job)
{
	ssize_t n = write(job->in, job->pending, job->pending_len);
	uint8_t count[4] = { n, n >> 8, n >> 16, n >> 24 };

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		close_in(job);
		return;
	}
	job->pending_len -= n;
	memmove(job->pending, job->pending + n, job->pending_len);
	mux_send(job->id, F_STDIN_ACK, count, sizeof(count));
	if (job->pending_len == 0 && job->in_end)
		close_in(job);
}

void job_stdin(uint32_t id, const void *data, size_t len)
{
	struct job *job = job_find(id);

	if (!job || job->in < 0 || len > STDIN_WINDOW - job->pending_len)
		return;
	memcpy(job->pending + job->pending_len, data, len);
	job->pending_len += len;
}

void job_stdin_end(uint32_t id)
{
	struct job *job = job_find(id);

	if (!job)
		return;
	job->in_end = true;
	if (job->pending_len == 0 && !job->tty)
		close_in(job);
}

void job_signal(uint32_t id, int signum)
{
	struct job *job = job_find(id);

	if (job && !job->exited)
		kill(-job->pid, signum);
}

void job_winsize(uint32_t id, unsigned int rows, unsigned int columns)
{
	struct winsize size = { .ws_row = rows, .ws_col = columns };
	struct job *job = job_find(id);

	if (job && job->tty && job->out >= 0)
		ioctl(job->out, TIOCSWINSZ, &size);
}

void job_ack(uint32_t id, uint32_t count)
{
	struct job *job = job_find(id);

	if (job)
		job->credit += count;
}

/* Passes one read on. False when there was none: nothing there, or the end. */
static bool pass_output(struct job *job, int *fd, enum frame_type type)
{
	static uint8_t data[32768];
	ssize_t n;

	if (*fd < 0)
		return false;
	n = read(*fd, data, sizeof(data));
	if (n > 0) {
		mux_send(job->id, type, data, n);
		job->credit -= n < job->credit ? n : job->credit;
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (job->in == *fd)
		job->in = -1;
	close(*fd);
	*fd = -1;
	return false;
}

bool job_exited(pid_t pid, int status)
{
	for (int i = 0; i < MAX_JOBS; i++) {
		struct job *job = &jobs[i];

		if (!job->used || job->pid != pid)
			continue;
		job->exited = true;
		job->status = status;
		/* A full pipe is 64 KiB; others may go on writing to it. */
		for (int k = 0; k < 4 && pass_output(job, &job->out, F_STDOUT); k++)
			;
		for (int k = 0; k < 4 && pass_output(job, &job->err, F_STDERR); k++)
			;
		/* A terminal's last output is on its way until it hangs up. */
		if (!job->tty || job->out < 0)
			job_end(job);
		return true;
	}
	return false;
}

int job_poll_set(struct pollfd *fds)
{
	int n = 0;

	for (int i = 0; i < MAX_JOBS; i++) {
		struct job *job = &jobs[i];
		short want = job->used && job->credit ? POLLIN : 0;

		for (int k = 0; job->used && k < 3; k++)
			fds[n++] = (struct pollfd){ .fd = -1 };
		if (!job->used)
			continue;
		if (want)
			fds[n - 3] = (struct pollfd){ .fd = job->out,
						      .events = want };
		if (want)
			fds[n - 2] = (struct pollfd){ .fd = job->err,
						      .events = want };
		if (job->pending_len && job->in >= 0)
			fds[n - 1] = (struct pollfd){ .fd = job->in,
						      .events = POLLOUT };
	}
	return n;
}

void job_poll_done(const struct pollfd *fds, int n)
{
	int at = 0;

	for (int i = 0; i < MAX_JOBS && at < n; i++) {
		struct job *job = &jobs[i];

		if (!job->used)
			continue;
		if (fds[at].revents)
			pass_output(job, &job->out, F_STDOUT);
		if (fds[at + 1].revents)
			pass_output(job, &job->err, F_STDERR);
		if (fds[at + 2].revents && job->in >= 0)
			flush_input(job);
		at += 3;
		if (job->exited && job->out < 0)
			job_end(job);
	}
}
