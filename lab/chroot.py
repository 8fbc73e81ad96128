# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a command in the image on the host's kernel, for compiling and unit tests.

The image is seen read-only, in a mount namespace of its own that ends with the command; the pid namespace takes every
process of it along. Its network is a loopback of its own.
"""

import os

# $1 image; then FROM TO MODE triples up to --; then the command
ENTER = r"""
set -e
root=$1; shift
mount --bind -o ro "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
    mount --bind -o "$3" "$1" "$root$2"
    shift 3
done
shift
cd "$root"
chroot . ip link set lo up
exec chroot . "$@"
"""

ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}


def argv(image, binds, command):
    """The command line; binds: (host path, path in the image, "ro" or "rw"), the path in the image being there."""
    words = [word for bind in binds for word in bind]
    return ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child=KILL", "sh", "-c", ENTER, "sh", image,
            *words, "--", "env", "-i", *(f"{k}={v}" for k, v in ENV.items()), *command]


def shell(image, binds, script):
    """The same for a shell script that stops at its first error."""
    return argv(image, binds, ["sh", "-e", "-c", script])


def nproc():
    return len(os.sched_getaffinity(0))
