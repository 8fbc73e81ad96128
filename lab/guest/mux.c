// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames over the serial line, and the one event loop. The host always reads,
 * so writing may block; flow control is per job, by acknowledged windows, so
 * that one slow reader holds up nobody else. When the line ends the host is
 * gone, and so is the guest.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "agent.h"

static int line_fd, child_fd;
static uint8_t input[FRAME_HEAD + FRAME_MAX];
static size_t input_len;

static void power_off(void)
{
	reboot(RB_POWER_OFF);
	_exit(0);
}

char *strings_next(struct strings *s)
{
	char *start = s->at, *nul;

	if (start >= s->end)
		return NULL;
	nul = memchr(start, '\0', s->end - start);
	if (!nul)
		return NULL;
	s->at = nul + 1;
	return start;
}

void mux_open(const char *device)
{
	struct termios raw;
	sigset_t mask;

	line_fd = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (line_fd < 0 || tcgetattr(line_fd, &raw) < 0)
		power_off();
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(line_fd, TCSANOW, &raw);
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	child_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void write_all(const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(line_fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			power_off();
		data += n;
		len -= n;
	}
}

static void put32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = v >> (8 * i);
}

static uint32_t get32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

void mux_send(uint32_t id, enum frame_type type, const void *data, size_t len)
{
	static uint8_t frame[FRAME_HEAD + FRAME_MAX];

	if (len > FRAME_MAX)
		len = FRAME_MAX;
	put32(frame, len);
	put32(frame + 4, id);
	frame[8] = type;
	if (len)
		memcpy(frame + FRAME_HEAD, data, len);
	write_all(frame, FRAME_HEAD + len);
}

void mux_reply(uint32_t id, bool ok, const char *format, ...)
{
	char text[512];
	va_list ap;
	int n = snprintf(text, sizeof(text), ok ? "ok" : "no");

	va_start(ap, format);
	n += vsnprintf(text + n, sizeof(text) - n, format, ap);
	va_end(ap);
	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	mux_send(id, F_REPLY, text, n);
}

static void handle_frame(uint32_t id, uint8_t type, uint8_t *data, size_t len)
{
	struct strings s = { (char *)data, (char *)data + len };

	if (type == F_EXEC)
		job_exec(id, &s);
	else if (type == F_STDIN)
		job_stdin(id, data, len);
	else if (type == F_STDIN_END)
		job_stdin_end(id);
	else if (type == F_SIGNAL && len == 1)
		job_signal(id, data[0]);
	else if (type == F_WINSIZE && len == 4)
		job_winsize(id, data[0] | data[1] << 8, data[2] | data[3] << 8);
	else if (type == F_OUT_ACK && len == 4)
		job_ack(id, get32(data));
	else if (type == F_NODE)
		node_request(id, &s);
	else if (type == F_HALT)
		power_off();
}

static void acknowledge(size_t n)
{
	uint8_t count[4];

	put32(count, n);
	mux_send(0, F_LINE_ACK, count, sizeof(count));
}

static void read_frames(void)
{
	ssize_t n = read(line_fd, input + input_len, sizeof(input) - input_len);
	size_t at = 0, len;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		power_off();
	acknowledge(n);
	input_len += n;
	while (input_len - at >= FRAME_HEAD) {
		len = get32(input + at);
		if (len > FRAME_MAX)
			power_off();
		if (input_len - at < FRAME_HEAD + len)
			break;
		handle_frame(get32(input + at + 4), input[at + 8],
			     input + at + FRAME_HEAD, len);
		at += FRAME_HEAD + len;
	}
	input_len -= at;
	memmove(input, input + at, input_len);
}

/* Orphans of the guest node end here too; they are reaped and forgotten. */
static void reap(void)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(child_fd, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (!job_exited(pid, status))
			node_exited(pid);
}

void mux_loop(void)
{
	static struct pollfd fds[2 + 3 * MAX_JOBS];
	int n;

	for (;;) {
		fds[0] = (struct pollfd){ .fd = line_fd, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = child_fd, .events = POLLIN };
		n = job_poll_set(fds + 2);
		if (poll(fds, n + 2, -1) < 0)
			continue;
		/* Streams first: what was written before an exit goes first. */
		job_poll_done(fds + 2, n);
		if (fds[1].revents)
			reap();
		if (fds[0].revents)
			read_frames();
	}
}
