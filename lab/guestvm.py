# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts the guest kernel: a process in mount and pid namespaces of its own.

The kernel program runs on the image's C library, in a root of a few bind mounts that only it sees; its memory is a
file in a tmpfs there. It has no network device, so the host's network is out of its reach. The pid namespace's first
process gets SIGKILL when the supervisor ends, however it ends, and with it goes all the rest.
"""

import os
import subprocess

import cache

MEMORY_MB = 2048
COMM = "unshare\n"  # the guest's parent for as long as it runs: tied and named as soon as it is started

# $1 image, $2 stage, $3 agent directory, $4 a directory to mount the root on
ROOT = r"""
set -e
mount -t tmpfs -o mode=755,size=100% lab "$4"
cd "$4"
mkdir usr image stage boot proc dev tmp
for link in lib lib64 bin sbin; do ln -s "usr/$link" "$link"; done
mount --bind -o ro "$1/usr" usr
mount --bind -o ro "$1" image
mount --bind -o ro "$2" stage
mount --bind -o ro "$3" boot
mount -t proc proc proc
for device in null zero random urandom; do
    : >"dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
shift 4
exec chroot . "$@"
"""


def kernel(memory_mb, serial_fd):
    """The kernel's command line. seccomp: half the price of a system call against ptrace, where the host allows it."""
    return ["/usr/bin/linux.uml", f"mem={memory_mb}M", "seccomp=auto", "root=/dev/root", "rootfstype=hostfs",
            "rootflags=/boot", "ro", "init=/init", "con=null", "con0=null,fd:1", "ssl=null", f"ssl0=fd:{serial_fd}",
            "uml_dir=/tmp/", "panic=-1", "quiet"]


def processor():
    """The processor of the host with the fewest guests on it: of those whose priority is no lower than ours, then of all."""
    guests = {cpu: [0, 0] for cpu in sorted(os.sched_getaffinity(0))}
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8") as stream:
                if stream.read() != COMM:
                    continue
            tied = os.sched_getaffinity(pid)
            if len(tied) == 1 and tied <= set(guests):
                counts = guests[tied.pop()]
                counts[0] += os.getpriority(os.PRIO_PROCESS, pid) <= ours
                counts[1] += 1
        except OSError:
            pass  # it has ended meanwhile
    return min(guests, key=guests.get)


def start(spec, state, serial):
    """Start it; spec: image, stage, agent (paths). Console output goes to STATE/console.log. Returns the Popen."""
    root = os.path.join(state, "root")
    os.makedirs(root, exist_ok=True)
    die = cache.die_with_parent()

    def before():
        die()
        os.sched_setaffinity(0, {cpu})

    # Two that start at once must see each other, or they share a processor for as long as they run.
    with open(os.path.join(state, "console.log"), "wb") as log, cache.lock("processor"):
        cpu = processor()
        return subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "sh", "-c", ROOT, "sh", spec["image"],
             spec["stage"], spec["agent"], root, *kernel(spec.get("memory_mb", MEMORY_MB), serial.fileno())],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, pass_fds=(serial.fileno(),), preexec_fn=before,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": "/tmp"})


def stop(process):
    """End it at once: it holds nothing worth saving."""
    if process.poll() is None:
        process.kill()
    process.wait()
