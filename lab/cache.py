# SPDX-License-Identifier: GPL-2.0-or-later
"""The cache directory, its locks, and steps that say how they get on.

Everything in the cache is named by a hash of what it was made of, is made beside its place and renamed into it, and
may be deleted at any time.
"""

import contextlib
import ctypes
import fcntl
import glob
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time

from client import LabError

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def directory():
    """The cache directory; made when it is not there."""
    path = os.environ.get("FRR_MLAG_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "frr-mlag")
    os.makedirs(path, exist_ok=True)
    return os.path.abspath(path)


def tree_id():
    """Names this source tree, so that two clones share the image but not their builds."""
    return hashlib.sha256(TREE.encode()).hexdigest()[:12]


def digest(*parts):
    """Hash of strings and bytes, short enough for a name."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little") + data)
    return state.hexdigest()[:16]


def read(path):
    with open(path, "rb") as file:
        return file.read()


HELD = []                           # descriptors of the locks held; what run() starts holds them too


@contextlib.contextmanager
def lock(name):
    """Hold a lock of the cache until we, and all that run() started, are gone: a killed command's child may go on."""
    with open(os.path.join(directory(), name + ".lock"), "w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another lab command that holds {name}")
            fcntl.flock(file, fcntl.LOCK_EX)
        HELD.append(file.fileno())
        try:
            yield
        finally:
            HELD.remove(file.fileno())


def use(path):
    """Mark a made thing as in use for as long as the returned file is open."""
    file = open(path + ".used", "w", encoding="ascii")
    fcntl.flock(file, fcntl.LOCK_SH)
    os.utime(path + ".used")
    return file


def prune(pattern, keep, age=0.0):
    """Remove what matches the pattern, except `keep`, what is in use, and what was used in the last `age` seconds."""
    for path in glob.glob(pattern):
        if path == keep or path.endswith(".used") or not os.path.isdir(path):
            continue
        with open(path + ".used", "a", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if path.endswith(".new") or time.time() - os.path.getmtime(path + ".used") >= age:
                remove(path)
                os.unlink(path + ".used")


def remove(path):
    """Remove a tree that may be half made."""
    shutil.rmtree(path, ignore_errors=True)


def say(text):
    """A line for the person; never on stdout, which belongs to results."""
    print(f"lab: {text}", file=sys.stderr, flush=True)


class Progress:
    """`what ... 12 s` on one line of a terminal; elsewhere a line at start, every 15 s and at the end."""

    def __init__(self, what):
        self.what, self.start, self.told = what, time.monotonic(), 0.0
        self.live = sys.stderr.isatty()

    def tick(self, detail=""):
        elapsed = time.monotonic() - self.start
        if self.live and elapsed - self.told >= 0.5:
            print(f"\rlab: {self.what} ... {elapsed:.0f} s {detail[:60]}\033[K", end="", file=sys.stderr, flush=True)
            self.told = elapsed
        elif not self.live and elapsed - self.told >= (15 if self.told else 2):
            say(f"{self.what} ... {elapsed:.0f} s {detail[:80]}")
            self.told = elapsed

    def done(self, note="done"):
        elapsed = time.monotonic() - self.start
        if self.live and self.told:
            print("\r\033[K", end="", file=sys.stderr)
        if elapsed >= 2 or self.told:
            say(f"{self.what}: {note}, {elapsed:.1f} s")


def die_with_parent():
    """A preexec_fn for Popen: the kernel sends the child SIGKILL when this process ends."""
    parent, prctl = os.getpid(), ctypes.CDLL(None).prctl

    def prepare():
        prctl(1, signal.SIGKILL, 0, 0, 0)           # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)
    return prepare


def run(what, argv, log, **kwargs):
    """Run argv with progress, its output in file `log`. LabError with the end of the log when it fails."""
    progress = Progress(what)
    with open(log, "ab") as out:
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                              pass_fds=HELD, preexec_fn=die_with_parent(), **kwargs) as process:
            while True:
                try:
                    rc = process.wait(0.2)
                    break
                except subprocess.TimeoutExpired:
                    progress.tick(last_line(log))
    progress.done("done" if rc == 0 else f"failed ({rc})")
    if rc != 0:
        raise LabError(f"{what} failed; the end of {log}:\n" + tail(log, 25))


def tail(path, lines):
    return "\n".join(read(path).decode("utf-8", "replace").splitlines()[-lines:])


def last_line(path):
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - 200))
        lines = file.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
