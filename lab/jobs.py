# SPDX-License-Identifier: GPL-2.0-or-later
"""A command as the supervisor sees it: a client's connection and pipes on one side, a numbered job on the guest's.

Windows both ways bound what is under way: the guest sends so much output unacknowledged, this side so much input.
"""

import os
import selectors
import signal
import struct

import wire

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Pipe:
    """The write end of a client's stdout or stderr, with what it could not take yet."""

    def __init__(self, fd, loop, job, acknowledge):
        self.fd, self.loop, self.job, self.acknowledge = fd, loop, job, acknowledge
        self.waiting = bytearray()
        os.set_blocking(fd, False)

    def put(self, data):
        self.waiting += data
        self.flush()

    def flush(self, _=None):
        try:
            while self.waiting:
                count = os.write(self.fd, self.waiting[:65536])
                del self.waiting[:count]
                self.acknowledge(count)
        except BlockingIOError:
            self.loop.watch(self.fd, WRITE, self.flush)
            return
        except OSError:
            self.acknowledge(len(self.waiting))
            self.waiting.clear()
            self.job.signal(signal.SIGPIPE)
        self.loop.unwatch(self.fd)
        self.job.maybe_done()

    def close(self):
        self.loop.unwatch(self.fd)
        os.close(self.fd)


class Job:
    """One command: a client's connection and pipes on this side, an id on the guest's."""

    def __init__(self, loop, number, connection, message, fds):
        self.loop, self.number, self.connection = loop, number, connection
        self.status = self.error = None
        self.window = wire.STDIN_WINDOW
        self.tty = message.get("tty") is not None
        self.stdin, out, err = fds
        os.set_blocking(self.stdin, False)
        self.pipes = {wire.STDOUT: Pipe(out, loop, self, self.acknowledge),
                      wire.STDERR: Pipe(err, loop, self, self.acknowledge)}
        loop.send(number, wire.EXEC, wire.command(message["node"], message["argv"], message["env"], message["cwd"],
                                                  message.get("tty")))
        loop.watch(self.stdin, READ, self.read_stdin)

    def acknowledge(self, count):
        self.loop.send(self.number, wire.OUT_ACK, struct.pack("<I", count))

    def signal(self, signum):
        if self.status is None:
            self.loop.send(self.number, wire.SIGNAL, bytes([signum]))

    def read_stdin(self, _):
        try:
            data = os.read(self.stdin, min(self.window, 32768))
        except BlockingIOError:
            return
        if data:
            self.window -= len(data)
            self.loop.send(self.number, wire.STDIN, data)
        else:
            self.loop.send(self.number, wire.STDIN_END)
        if not data or not self.window:
            self.loop.unwatch(self.stdin)

    def from_guest(self, kind, payload):
        if kind in self.pipes:
            self.pipes[kind].put(payload)
        elif kind == wire.STDIN_ACK:
            if not self.window and self.status is None:
                self.loop.watch(self.stdin, READ, self.read_stdin)
            self.window += struct.unpack("<I", payload)[0]
        elif kind == wire.REPLY:
            self.error = payload[2:].decode()
            self.status = 0
        elif kind == wire.EXIT:
            self.status = struct.unpack("<I", payload)[0]
        self.maybe_done()

    def from_client(self, message):
        """A message of the client, or None when it is gone."""
        if message is None:
            self.signal(signal.SIGHUP if self.tty else signal.SIGKILL)
        elif "signal" in message:
            self.signal(message["signal"])
        elif "winsize" in message:
            self.loop.send(self.number, wire.WINSIZE, struct.pack("<HH", *message["winsize"]))

    def maybe_done(self):
        if self.status is None or any(p.waiting for p in self.pipes.values()) or self.number not in self.loop.jobs:
            return
        del self.loop.jobs[self.number]
        self.loop.unwatch(self.stdin)
        os.close(self.stdin)
        for pipe in self.pipes.values():
            pipe.close()
        self.loop.answer(self.connection, {"error": self.error} if self.error else {"status": self.status})
