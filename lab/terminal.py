# SPDX-License-Identifier: GPL-2.0-or-later
"""Joins a command on a node with this process's own streams: plain for `exec`, a terminal for shells."""

import os
import select
import shutil
import signal
import sys
import termios
import threading
import tty as tty_module

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def run(node, argv, tty=False, env=None):
    """Run argv on the node; returns what the shell would: its status, or 128 + the signal that ended it."""
    tty = tty and sys.stdin.isatty() and sys.stdout.isatty()
    env = {"TERM": os.environ.get("TERM", "linux"), **(env or {})} if tty else env
    with node.popen(argv, env=env, tty=window() if tty else None) as process:
        saved = termios.tcgetattr(0) if tty else None
        try:
            if tty:
                tty_module.setraw(0)
                signal.signal(signal.SIGWINCH, lambda *_: process.winsize(*window()))
            else:
                for signum in FORWARDED:
                    signal.signal(signum, lambda number, _: process.send_signal(number))
            pump(process)
        finally:
            if saved:
                termios.tcsetattr(0, termios.TCSADRAIN, saved)
        rc = process.wait()
    return rc if rc >= 0 else 128 - rc


def window():
    size = shutil.get_terminal_size()
    return [size.lines, size.columns]


def pump(process):
    """Until both outputs end. Input is fed by a thread that nobody waits for: it may sit in read() for ever."""
    threading.Thread(target=feed, args=(process,), daemon=True).start()
    outputs = {process.stdout.fileno(): 1, process.stderr.fileno(): 2}
    while outputs:
        for fd in select.select(list(outputs), [], [])[0]:
            data = os.read(fd, 65536)
            if not data:
                del outputs[fd]
                continue
            try:
                write_all(outputs[fd], data)
            except BrokenPipeError:
                process.kill()
                return


def feed(process):
    try:
        while True:
            data = os.read(0, 65536)
            if not data:
                break
            write_all(process.stdin.fileno(), data)
        process.stdin.close()
    except (OSError, ValueError):
        pass


def write_all(fd, data):
    while data:
        data = data[os.write(fd, data):]
