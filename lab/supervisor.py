# SPDX-License-Identifier: GPL-2.0-or-later
"""The supervisor: owns the guest, serves a unix socket, passes frames between the two.

One process, one loop. It knows jobs, pipes and windows; it knows nothing of networks. The guest dies with it
(guestvm.py), and it dies with its owner if it has one (`own`: a connection held by the demo or a test run).

    supervisor.py STATE-DIR    spec.json there: image, stage, agent, topology, options, ports
"""

import array
import fcntl
import json
import os
import selectors
import signal
import socket
import struct
import sys
import time

import cache
import guestvm
import session
import wire
from client import MESSAGE_MAX
from jobs import Job

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Supervisor:
    def __init__(self, state):
        self.state = state
        with open(os.path.join(state, "spec.json"), encoding="utf-8") as file:
            self.spec = json.load(file)
        self.used = [cache.use(self.spec[part]) for part in ("image", "stage", "agent")]
        self.selector = selectors.DefaultSelector()
        self.clients = {}                   # connection -> Job, "own" or None
        self.jobs = {}                      # number -> Job
        self.requests = {}                  # number -> (connection, message): node operations
        self.nodes = {"guest": "on"}
        self.number = 0
        self.unpacker = wire.Unpacker()
        self.out = bytearray()
        self.line_window = wire.LINE_WINDOW
        self.ready = False
        self.running = True
        self.serial, guest_end = socket.socketpair()
        for end in (self.serial, guest_end):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.guest = guestvm.start(self.spec, state, guest_end)
        guest_end.close()
        self.serial.setblocking(False)
        self.watch(self.serial, READ, self.read_serial)

    # -- the loop ------------------------------------------------------------------------------------------------
    def watch(self, what, events, call):
        try:
            self.selector.modify(what, events, call)
        except KeyError:
            self.selector.register(what, events, call)

    def unwatch(self, what):
        try:
            self.selector.unregister(what)
        except (KeyError, ValueError):
            pass

    def send(self, job, kind, payload=b""):
        self.out += wire.pack(job, kind, payload)
        self.write_serial()

    def write_serial(self):
        try:
            while self.out and self.line_window:
                count = self.serial.send(self.out[:self.line_window])
                del self.out[:count]
                self.line_window -= count
        except BlockingIOError:
            pass
        except OSError:
            self.running = False
        self.watch(self.serial, READ | WRITE if self.out and self.line_window else READ,
                   self.on_serial)

    def on_serial(self, events):
        if events & WRITE:
            self.write_serial()
        if events & READ:
            self.read_serial(events)

    def read_serial(self, _):
        try:
            data = self.serial.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.running = False
            return
        for number, kind, payload in self.unpacker.feed(data):
            if kind == wire.LINE_ACK:
                self.line_window += struct.unpack("<I", payload)[0]
            elif kind == wire.READY:
                self.serve()
            elif number in self.requests:
                self.node_answer(number, payload)
            elif number in self.jobs:
                self.jobs[number].from_guest(kind, payload)
        self.write_serial()

    def serve(self):
        """The guest is up: open the socket, which is what the starter waits for."""
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = os.path.join(self.state, "control")
        self.listener.bind(path + ".new")
        self.listener.listen(64)
        os.rename(path + ".new", path)
        self.watch(self.listener, READ, self.accept)
        self.ready = True

    def run(self):
        started = time.monotonic()
        while self.running:
            for key, events in self.selector.select(1):
                # What is handled first may have closed what comes later in the same batch.
                now = self.selector.get_map().get(key.fileobj)
                if now and now.events & events:
                    now.data(now.events & events)
            if not self.ready and time.monotonic() > started + 60:
                break

    # -- clients -------------------------------------------------------------------------------------------------
    def accept(self, _):
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        self.clients[connection] = None
        self.watch(connection, READ, lambda _: self.read_client(connection))

    def read_client(self, connection):
        fds = array.array("i")
        try:
            data, ancillary, _, _ = connection.recvmsg(MESSAGE_MAX, socket.CMSG_SPACE(3 * fds.itemsize))
        except BlockingIOError:
            return
        except OSError:
            data, ancillary = b"", []
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds.frombytes(payload)
        if not data:
            self.drop(connection)
            return
        current = self.clients[connection]
        message = json.loads(data)
        if isinstance(current, Job):
            current.from_client(message)
        elif "op" in message:               # else: for a command that has ended meanwhile, which its client does not know yet
            self.request(connection, message, list(fds))

    def drop(self, connection):
        self.unwatch(connection)
        current = self.clients.pop(connection, None)
        connection.close()
        if isinstance(current, Job):
            current.from_client(None)
        elif current == "own":
            self.running = False

    def answer(self, connection, message):
        if connection not in self.clients:
            return
        self.clients[connection] = None
        try:
            connection.send(json.dumps(message).encode())
        except OSError:
            pass

    def request(self, connection, message, fds):
        self.number += 1
        op = message["op"]
        if op == "exec" and len(fds) == 3:
            for fd in fds:
                fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
            job = Job(self, self.number, connection, message, fds)
            self.clients[connection] = self.jobs[self.number] = job
        elif op in ("create", "off", "on"):
            self.requests[self.number] = (connection, message)
            ports = self.spec["ports"].get(message["node"], []) if op != "create" else []
            self.send(self.number, wire.NODE, wire.strings(op, message["node"], *ports))
        elif op == "info":
            self.answer(connection, {"topology": self.spec["topology"], "options": self.spec["options"], "guest": self.guest.pid})
        elif op == "nodes":
            self.answer(connection, {"nodes": self.nodes})
        elif op == "own":
            self.answer(connection, {})
            self.clients[connection] = "own"
        elif op == "down":
            self.running = False
        else:
            self.answer(connection, {"error": f"no such operation: {op}"})

    def node_answer(self, number, payload):
        connection, message = self.requests.pop(number)
        text = payload[2:].decode()
        if payload[:2] != b"ok":
            self.answer(connection, {"error": f"{message['node']}: {message['op']}: {text}"})
            return
        self.nodes[message["node"]] = "off" if message["op"] == "off" else "on"
        self.answer(connection, {"pid": int(text)})

    def close(self):
        """The guest's processes all end with its process 1's kill; then the state directory goes."""
        guestvm.stop(self.guest)
        if self.ready:
            cache.remove(self.state)
            session.forget_base()


def main():
    def stop(*_):
        supervisor.running = False
    supervisor = Supervisor(sys.argv[1])
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        supervisor.run()
    except Exception:
        supervisor.ready = False            # keeps the state directory, and with it what this says of the error
        raise
    finally:
        supervisor.close()


if __name__ == "__main__":
    main()
