#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs on a node of the lab and says what changes there, when, one JSON object a line.

    demo_agent.py '{"interval": S, "vty": {KEY: [SOCKET, COMMAND]}, "files": {KEY: PATH}}'
    {"t": NS, "key": KEY, "value": TEXT or null}

It looks at once when rtnetlink tells of a link or route, but not more often than SPACING, and every `interval` seconds: at
a daemon's answer to a show command, taken from its own vty socket (no process is started, so that watching does not
disturb what is measured on a guest with one processor), and at files such as sysfs attributes. Null: no daemon answers, or
there is no such file. It decides nothing, changes nothing, and knows no MLAG.
"""

import json
import os
import select
import socket
import sys
import time

RTMGRP_LINK = 0x1
RTMGRP_IPV4_ROUTE = 0x40
VTY_TIMEOUT = 2.0
SPACING = 0.05  # a cut brings fifty messages at once; looking at each would starve what is looked at


class Vty:
    """A show command put to a daemon the way vtysh does: NUL ends a command, three NULs and a status end the answer."""

    def __init__(self, path, command):
        self.path = path
        self.command = command
        self.sock = None

    def read(self):
        try:
            if self.sock is None:
                self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self.sock.settimeout(VTY_TIMEOUT)
                self.sock.connect(self.path)
                self.ask("enable")
            return self.ask(self.command)
        except (OSError, EOFError):
            self.close()
            return None

    def ask(self, command):
        self.sock.sendall(command.encode() + b"\0")
        answer = b""
        while answer[-4:-1] != b"\0\0\0":
            part = self.sock.recv(65536)
            if not part:
                raise EOFError
            answer += part
        return answer[:-4].decode(errors="replace")

    def close(self):
        if self.sock is not None:
            self.sock.close()
        self.sock = None


class File:
    def __init__(self, path):
        self.path = path

    def read(self):
        try:
            with open(self.path) as stream:
                return stream.read().strip()
        except OSError:
            return None


def netlink_events():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
    sock.bind((0, RTMGRP_LINK | RTMGRP_IPV4_ROUTE))
    return sock


def drain(sock):
    while True:
        try:
            if not sock.recv(65536):
                return
        except BlockingIOError:
            return
        except OSError:  # ENOBUFS: messages were lost, but all is looked at anyway
            continue


def say(key, value):
    line = json.dumps({"t": time.monotonic_ns(), "key": key, "value": value})
    os.write(1, line.encode() + b"\n")


def main():
    spec = json.loads(sys.argv[1])
    sources = {key: Vty(*args) for key, args in spec.get("vty", {}).items()}
    sources |= {key: File(path) for key, path in spec.get("files", {}).items()}
    events = netlink_events()
    last = {}
    while True:
        for key, source in sources.items():
            value = source.read()
            if key not in last or last[key] != value:
                last[key] = value
                say(key, value)
        looked = time.monotonic()
        select.select([events], [], [], spec.get("interval", 0.25))
        time.sleep(max(0.0, looked + SPACING - time.monotonic()))
        drain(events)


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        pass
