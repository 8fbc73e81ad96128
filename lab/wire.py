# SPDX-License-Identifier: GPL-2.0-or-later
"""The frames between supervisor and the guest's agent; guest/agent.h is the other side and says what each means."""

import struct

HEAD = struct.Struct("<IIB")
FRAME_MAX = 65536
STDIN_WINDOW = 65536
LINE_WINDOW = 3072

EXEC, STDIN, STDIN_END, SIGNAL, WINSIZE, OUT_ACK, NODE, HALT = b"XIESWANH"
STDOUT, STDERR, STDIN_ACK, EXIT, REPLY, LINE_ACK, READY = b"OeaZRLU"


def pack(job, kind, payload=b""):
    return HEAD.pack(len(payload), job, kind) + payload


def strings(*words):
    """NUL-ended strings, as F_EXEC and F_NODE carry them."""
    return b"".join(str(w).encode("utf-8", "surrogateescape") + b"\0" for w in words)


def command(node, argv, env, cwd, tty):
    """Payload of F_EXEC; tty is None or (rows, columns)."""
    rows, columns = tty or (0, 0)
    return strings(node, int(tty is not None), rows, columns, cwd, len(argv), *argv,
                   *(f"{k}={v}" for k, v in env.items()))


class Unpacker:
    """Bytes in, frames out."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        """Yields (job, kind, payload) for every frame that is complete now."""
        self.buffer += data
        while len(self.buffer) >= HEAD.size:
            length, job, kind = HEAD.unpack_from(self.buffer)
            if length > FRAME_MAX:
                raise ValueError(f"frame of {length} bytes")
            if len(self.buffer) < HEAD.size + length:
                return
            payload = bytes(self.buffer[HEAD.size:HEAD.size + length])
            del self.buffer[:HEAD.size + length]
            yield job, kind, payload
