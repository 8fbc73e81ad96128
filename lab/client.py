# SPDX-License-Identifier: GPL-2.0-or-later
"""How a process on the host speaks to the supervisor: one connection a request, JSON messages, pipes passed along.

A command's streams are plain pipes of this process; the supervisor holds their other ends. Closing the connection
ends the command.
"""

import array
import json
import os
import selectors
import socket
import subprocess
import time
from collections import namedtuple

MESSAGE_MAX = 1 << 20
ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "USER": "root"}

Result = namedtuple("Result", "rc out err")


class LabError(Exception):
    """What went wrong, in a sentence."""


class Control:
    """The supervisor behind one socket path."""

    def __init__(self, path):
        self.path = path

    def connect(self, message, fds=()):
        """Open a connection with its first message; LabError when no lab is up."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_MAX)
            connection.connect(self.path)
            connection.sendmsg([json.dumps(message).encode()],
                               [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else [])
        except OSError as error:
            connection.close()
            if isinstance(error, (FileNotFoundError, ConnectionRefusedError)):
                raise LabError("no lab is up; start one with: lab/lab up") from error
            raise LabError(f"the lab does not answer: {error}") from error
        return connection

    def request(self, message):
        """Send one message, return the answer; its error becomes a LabError."""
        with self.connect(message) as connection:
            return receive(connection)


def receive(connection):
    """One JSON message; LabError when it carries an error or the supervisor is gone."""
    try:
        data = connection.recv(MESSAGE_MAX)
    except ConnectionResetError:
        data = b""
    if not data:
        raise LabError("the lab went away")
    answer = json.loads(data)
    if "error" in answer:
        raise LabError(answer["error"])
    return answer


class Process:
    """A running command. stdin, stdout, stderr are binary files; with tty, stderr is None."""

    def __init__(self, control, node, argv, env=None, cwd="/", tty=None):
        in_r, in_w = os.pipe()
        out_r, out_w = os.pipe()
        err_r, err_w = os.pipe()
        self.stdin = os.fdopen(in_w, "wb", 0)
        self.stdout = os.fdopen(out_r, "rb")
        self.stderr = os.fdopen(err_r, "rb")
        self.returncode = None
        self.args = argv
        message = {"op": "exec", "node": node, "argv": list(argv), "env": {**ENV, **(env or {})}, "cwd": cwd,
                   "tty": tty}
        try:
            self.connection = control.connect(message, [in_r, out_w, err_w])
        except LabError:
            self._close_streams()
            raise
        finally:
            for fd in (in_r, out_w, err_w):
                os.close(fd)

    def _close_streams(self):
        for stream in (self.stdin, self.stdout, self.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass

    def poll(self):
        """The exit status if it has ended, else None."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout=None):
        """The exit status (-N: ended by signal N); subprocess.TimeoutExpired when it still runs."""
        if self.returncode is None:
            self.connection.settimeout(max(timeout, 0.000001) if timeout is not None else None)
            try:
                answer = receive(self.connection)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout) from None
            self.returncode = os.waitstatus_to_exitcode(answer["status"])
        return self.returncode

    def send_signal(self, signum):
        """Signal the command's process group."""
        self._send({"signal": int(signum)})

    def kill(self):
        self.send_signal(9)

    def terminate(self):
        self.send_signal(15)

    def winsize(self, rows, columns):
        self._send({"winsize": [rows, columns]})

    def _send(self, message):
        if self.returncode is None:
            try:
                self.connection.send(json.dumps(message).encode())
            except (BrokenPipeError, ConnectionResetError):
                pass

    def communicate(self, input=None, timeout=None):
        """Feed input (str or bytes), read to the end; Result with text. LabError after timeout seconds."""
        data = memoryview(input.encode() if isinstance(input, str) else input or b"")
        chunks = {self.stdout: [], self.stderr: []}
        deadline = time.monotonic() + timeout if timeout is not None else None
        with selectors.DefaultSelector() as selector:
            for stream in chunks:
                selector.register(stream, selectors.EVENT_READ)
            if data:
                os.set_blocking(self.stdin.fileno(), False)
                selector.register(self.stdin, selectors.EVENT_WRITE)
            else:
                self.stdin.close()
            while selector.get_map():
                left = None if deadline is None else deadline - time.monotonic()
                ready = selector.select(left) if left is None or left > 0 else []
                if not ready:
                    self.kill()
                    raise LabError(f"{' '.join(self.args)}: still running after {timeout} s")
                for key, _ in ready:
                    if key.fileobj is self.stdin:
                        data = self._feed(selector, data)
                    elif not self._collect(key.fileobj, chunks):
                        selector.unregister(key.fileobj)
        rc = self.wait()
        return Result(rc, *(b"".join(chunks[s]).decode("utf-8", "replace") for s in (self.stdout, self.stderr)))

    def _feed(self, selector, data):
        try:
            data = data[os.write(self.stdin.fileno(), data[:65536]):]
        except BrokenPipeError:
            data = data[:0]
        if not data:
            selector.unregister(self.stdin)
            self.stdin.close()
        return data

    @staticmethod
    def _collect(stream, chunks):
        piece = os.read(stream.fileno(), 65536)
        chunks[stream].append(piece)
        return bool(piece)

    def close(self):
        """End the command if it still runs and give everything back."""
        self.connection.close()
        self._close_streams()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
