// SPDX-License-Identifier: GPL-2.0-or-later
/* See ask.h. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "health/ask.h"

#define END_LEN 4 /* three NULs and the status */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* errno says why not. */
static int dial(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd, error;

	if (strlen(path) >= sizeof(sun.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(sun.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

/* Wait for some event on fd until the deadline; false and errno if it is over. */
static int wait_for(int fd, short events, long deadline)
{
	struct pollfd p = {.fd = fd, .events = events};
	long left;
	int ready;

	do {
		left = deadline - now_ms();
		ready = left > 0 ? poll(&p, 1, (int)left) : 0;
	} while (ready < 0 && errno == EINTR);
	if (ready == 0)
		errno = ETIMEDOUT;
	return ready > 0;
}

/* All of it, or errno. */
static int say(int fd, const char *text, long deadline)
{
	size_t len = strlen(text) + 1, done = 0;
	ssize_t n;

	while (done < len) {
		n = send(fd, text + done, len - done, MSG_NOSIGNAL);
		if (n > 0)
			done += (size_t)n;
		else if (errno != EAGAIN && errno != EINTR)
			return 0;
		else if (!wait_for(fd, POLLOUT, deadline))
			return 0;
	}
	return 1;
}

static int is_over(const char *buf, size_t len)
{
	return len >= END_LEN && memcmp(buf + len - END_LEN, "\0\0\0", 3) == 0;
}

/* The answer without its end, or NULL and errno. */
static char *hear(int fd, long deadline)
{
	size_t size = 65536, len = 0;
	char *buf = malloc(size), *more;
	ssize_t n;

	while (buf && !is_over(buf, len)) {
		if (len == size) {
			more = size < ASK_MAX ? realloc(buf, size * 2) : NULL;
			if (!more) {
				errno = EMSGSIZE;
				break;
			}
			buf = more;
			size *= 2;
		}
		if (!wait_for(fd, POLLIN, deadline))
			break;
		n = recv(fd, buf + len, size - len, 0);
		if (n == 0)
			errno = ECONNRESET;
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			break;
		if (n > 0)
			len += (size_t)n;
	}
	if (buf && is_over(buf, len))
		return buf; /* its NULs end the text */
	free(buf);
	return NULL;
}

char *ask(const char *socket_path, const char *command, int timeout_ms, char *why, size_t why_size)
{
	long deadline = now_ms() + timeout_ms;
	int fd = dial(socket_path);
	char *answer = NULL;

	if (fd >= 0 && say(fd, command, deadline))
		answer = hear(fd, deadline);
	if (!answer)
		snprintf(why, why_size, "%s: %s", socket_path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return answer;
}
