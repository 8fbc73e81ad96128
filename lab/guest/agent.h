// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lab's agent: process 1 of the guest. It speaks frames with the host's
 * supervisor over one serial line, holds the nodes and runs commands on them.
 * What a network looks like is none of its business; the host sends that as
 * commands.
 *
 *   init.c   boot: mounts, modules, serial line
 *   mux.c    frames in and out, the event loop
 *   job.c    the running commands: start, streams, exit
 *   command.c  one command: parsed, and become a process
 *   node.c   one machine: its namespaces, its disk, its power
 */
#ifndef LAB_AGENT_H
#define LAB_AGENT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/types.h>

/* A frame: little endian length of the payload, id of the job, type. */
#define FRAME_HEAD	9
#define FRAME_MAX	65536
/*
 * The kernel's line stalls when its 4 KiB input queue fills up, so the host
 * never has more than 3 KiB under way (wire.py: LINE_WINDOW).
 */
#define STDIN_WINDOW	65536	/* host: so much input unacknowledged */
#define OUTPUT_WINDOW	262144	/* agent: so much output unacknowledged */
#define MAX_JOBS	256
#define MAX_NODES	64
#define NAME_MAX_LEN	32

enum frame_type {
	/* host to agent */
	F_EXEC = 'X',	/* node, tty, rows, columns, cwd, argc, argv.., env.. */
	F_STDIN = 'I',
	F_STDIN_END = 'E',
	F_SIGNAL = 'S',	/* one byte */
	F_WINSIZE = 'W',/* rows, columns: 16 bit each */
	F_OUT_ACK = 'A',/* 32 bit count of output bytes taken */
	F_NODE = 'N',	/* create|off|on, name, port.. */
	F_HALT = 'H',
	/* agent to host */
	F_STDOUT = 'O',
	F_STDERR = 'e',
	F_STDIN_ACK = 'a',
	F_EXIT = 'Z',	/* 32 bit wait status */
	F_REPLY = 'R',	/* 'ok' or 'no', then text */
	F_LINE_ACK = 'L',/* 32 bit count of bytes taken off the line */
	F_READY = 'U',
};

/* NUL-ended strings in a frame, read one by one; next() is NULL at the end. */
struct strings {
	char *at;
	char *end;
};
char *strings_next(struct strings *s);

/* mux.c */
void mux_open(const char *device);
/* Sends one frame; len up to FRAME_MAX. */
void mux_send(uint32_t id, enum frame_type type, const void *data, size_t len);
/* Sends F_REPLY with a printf'd text. */
void mux_reply(uint32_t id, bool ok, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void mux_loop(void) __attribute__((noreturn));

/* job.c: every call takes the id that the host chose for the job */
void job_exec(uint32_t id, struct strings *s);
void job_stdin(uint32_t id, const void *data, size_t len);
void job_stdin_end(uint32_t id);
void job_signal(uint32_t id, int signum);
void job_winsize(uint32_t id, unsigned int rows, unsigned int columns);
void job_ack(uint32_t id, uint32_t count);
/* Takes the exit of a child; false when it was no job's. */
bool job_exited(pid_t pid, int status);
/* Adds what the jobs wait for, returns how many; then handles what came. */
int job_poll_set(struct pollfd *fds);
void job_poll_done(const struct pollfd *fds, int n);

/* command.c */
#define MAX_WORDS 1024

/* What F_EXEC asks for. */
struct command {
	struct node *node;
	bool tty;
	struct winsize size;
	char *cwd;
	char *argv[MAX_WORDS];
	char *env[MAX_WORDS];
};

/* Fills *c, whose strings stay in the frame. Returns what is wrong, or NULL. */
const char *command_parse(struct command *c, struct strings *s);
/* In the child: streams are 0, 1 and 2 of the new process. Does not return. */
void command_run(const struct command *c, const int fd[3])
	__attribute__((noreturn));

/* node.c */
struct node {
	char name[NAME_MAX_LEN];
	pid_t pid;	/* its process 1; 0 = powered off */
	int pidfd;
	int netns;	/* outlives the processes, so that ports do too */
};
struct node *node_find(const char *name);
void node_request(uint32_t id, struct strings *s);
/* Takes the exit of a node's process 1; false when it was none. */
bool node_exited(pid_t pid);
/* Forks into the node; in the child all namespaces are the node's. */
pid_t node_fork(const struct node *node);
/* The guest itself as a node: own root file system, root namespaces. */
void node_create_guest(void);

/* port.c: ports of the network namespace the caller is in */
void port_down(const char *name);
/* Moves a port to another namespace. Returns 0 or a negative errno. */
int port_move(const char *name, int netns);

#endif
