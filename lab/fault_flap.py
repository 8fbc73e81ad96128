#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs on a node: takes ports down and up at a rate, by their administrative state, and leaves them up.

    fault_flap.py HERTZ SECONDS PORT...

Prints how many times they went down. One ioctl a port and change, since a process for each would be slower than the rate.
"""

import fcntl
import socket
import struct
import sys
import time

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def set_up(sock, port, up):
    request = bytearray(struct.pack("16sH14x", port.encode(), 0))
    fcntl.ioctl(sock, SIOCGIFFLAGS, request)
    flags = struct.unpack_from("H", request, 16)[0]
    struct.pack_into("H", request, 16, flags | IFF_UP if up else flags & ~IFF_UP)
    fcntl.ioctl(sock, SIOCSIFFLAGS, request)


def main():
    half, seconds, ports = 0.5 / float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    due = time.monotonic()
    end, count = due + seconds, 0
    while due < end:
        for up in (False, True):
            for port in ports:
                set_up(sock, port, up)
            due += half
            time.sleep(max(0.0, due - time.monotonic()))
        count += 1
    print(count)


if __name__ == "__main__":
    main()
