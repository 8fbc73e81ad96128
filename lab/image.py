# SPDX-License-Identifier: GPL-2.0-or-later
"""The image: a Debian root with stock FRR, the guest kernel and the build tools, made once by mmdebstrap.

It is read-only to everybody afterwards: builds and runs lay their own on top. Where the mirror is not as it should be
the fallback is taken in the open: an expired Release file is accepted only after the strict attempt failed, a package
missing from the pool means one more try and then the other suite.
"""

import os
import subprocess

import cache
import topolib
from client import LabError

SUITES = ("forky", "sid")
MIRROR = "http://deb.debian.org/debian"
KEEP_SECONDS = 86400                # an image of other lists may be another branch's
EXPIRED = ("Check-Valid-Until", "not valid until", "is expired", "is not valid anymore")
GONE = ("404", "Failed to fetch", "Unable to fetch", "Unable to locate package", "Hash Sum mismatch")

# Run in the new root: kernel modules where modprobe looks, mount points for builds, no daemons of its own.
FINISH = r"""
set -e
for dir in "$1"/usr/lib/uml/modules/*; do
    mkdir -p "$1/usr/lib/modules"
    ln -sfn "/usr/lib/uml/modules/${dir##*/}" "$1/usr/lib/modules/${dir##*/}"
done
mkdir -p "$1/src" "$1/build" "$1/stage"
rm -f "$1/etc/resolv.conf"
echo "127.0.0.1 localhost" >"$1/etc/hosts"
"""


def packages():
    with open(os.path.join(os.path.dirname(__file__), "packages.list"), encoding="ascii") as file:
        lines = (line.split("#")[0].strip() for line in file)
        return [line for line in lines if line]


def name():
    """Directory name of the image that today's lists and scripts make."""
    return "image-" + cache.digest(*packages(), FINISH, MIRROR, cache.read(topolib.__file__))


def ensure():
    """Path of the image; made now if it is not there."""
    path = os.path.join(cache.directory(), name())
    with cache.lock("image"):
        if not os.path.isdir(path):
            make(path)
            cache.prune(os.path.join(cache.directory(), "image-*"), path, KEEP_SECONDS)
    return path


def make(path):
    cache.say(f"making the image (Debian {SUITES[0]}, FRR, guest kernel, build tools): about 250 MB of packages, "
              "a few minutes")
    partial, log = path + ".new", path.replace("image-", "log-image-")
    if os.path.exists(log):
        os.unlink(log)
    bootstrap(partial, log)
    subprocess.run(["sh", "-c", FINISH, "sh", partial], check=True)
    topolib.install(partial, MIRROR, log)
    os.rename(partial, path)
    cache.use(path).close()


def bootstrap(target, log):
    """mmdebstrap, and again with the fallback that its failure calls for."""
    options, suite, retried = [], SUITES[0], False
    while True:
        cache.remove(target)
        offset = os.path.getsize(log) if os.path.exists(log) else 0
        try:
            cache.run(f"mmdebstrap {suite}", mmdebstrap(suite, target, options), log)
            return
        except LabError:
            said = cache.read(log)[offset:].decode("utf-8", "replace")
            if not options and any(word in said for word in EXPIRED):
                cache.say(f"the mirror's Release file of {suite} is past its Valid-Until; going on with "
                          "Acquire::Check-Valid-Until=false (signatures are still checked)")
                options = ["--aptopt=Acquire::Check-Valid-Until \"false\""]
            elif not retried and any(word in said for word in GONE):
                cache.say("the mirror could not deliver what its index names; updating and trying once more")
                retried = True
            elif suite != SUITES[1] and any(word in said for word in GONE):
                suite = SUITES[1]
                cache.say(f"still not to be had; taking the image from {suite} instead")
            else:
                raise


def mmdebstrap(suite, target, options):
    return ["mmdebstrap", "--variant=minbase", "--format=directory", "--include=" + ",".join(packages()),
            "--aptopt=Acquire::Retries \"3\"", "--aptopt=APT::Install-Recommends \"false\"",
            "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*",
            *options, suite, target, MIRROR]
