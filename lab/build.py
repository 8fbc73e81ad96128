# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds in the image: the project (autotools, out of tree) and the lab's own programs for the guest.

    build-TREE/src     a copy of the sources, so that autoreconf never writes into the tree; only what differs is copied
    build-TREE/obj     the VPATH build
    build-TREE/stage-HASH   what `make install` installs: the layer that a guest sees on top of the image
    agent-HASH/        guest/*.c as /init, and the empty mount points of the guest kernel's root

What is there for the same hash is not made again.
"""

import glob
import os
import shutil

import cache
import chroot
import image
import topolib

HERE = os.path.dirname(os.path.abspath(__file__))
LEFT_OUT = {".git", "__pycache__", ".pytest_cache", "autom4te.cache", "node_modules"}
CFLAGS = "-std=gnu11 -O2 -Wall -Wextra -Werror -static"
TOOLS_DIR = "usr/lib/frr-mlag-lab"

MAKE = """
cd /build
stamp="$(cat /src/configure.ac $(find /src -name '*.am' -o -name '*.m4' | LC_ALL=C sort) | sha256sum)"
if [ "$(cat .configured 2>/dev/null)" != "$stamp" ]; then
    (cd /src && autoreconf -fi)
    /src/configure --prefix=/usr --sysconfdir=/etc --localstatedir=/var --enable-werror
    echo "$stamp" >.configured
fi
make -j{jobs}
make install DESTDIR=/stage
# what the package does by dpkg-divert: ours stand in for FRR's
for file in /usr/bin/vtysh /usr/lib/frr/frr-reload.py; do
    mkdir -p "/stage$(dirname $file)"
    cp -p $file /stage$file.distrib
    cp -p /stage/usr/libexec/frr-mlag/$(basename $file) /stage$file
done
"""


def sources():
    """Relative path of every file of the tree that is not a product of something."""
    found = []
    for top, dirs, files in os.walk(cache.TREE):
        dirs[:] = sorted(d for d in dirs if d not in LEFT_OUT)
        found += [os.path.relpath(os.path.join(top, f), cache.TREE) for f in files if not f.endswith(".pyc")]
    return sorted(f for f in found if os.path.isfile(os.path.join(cache.TREE, f)))


def copy_sources(files, target):
    """Make target hold these files, touching only what differs, so that make sees what changed and nothing else."""
    made = {"configure", "aclocal.m4", "config.h.in", "build-aux", "m4", "autom4te.cache", "Makefile.in"}
    for name in files:
        source, copy = os.path.join(cache.TREE, name), os.path.join(target, name)
        data = cache.read(source)
        if not (os.path.isfile(copy) and cache.read(copy) == data):
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            with open(copy, "wb") as file:
                file.write(data)
        shutil.copymode(source, copy)
    wanted = set(files)
    for top, dirs, names in os.walk(target):
        dirs[:] = [d for d in dirs if d not in made]
        for name in names:
            path = os.path.relpath(os.path.join(top, name), target)
            if path not in wanted and name not in made:
                os.unlink(os.path.join(target, path))


def directory():
    path = os.path.join(cache.directory(), "build-" + cache.tree_id())
    os.makedirs(path, exist_ok=True)
    return path


def binds():
    """What make needs beside the image: sources and objects."""
    top = directory()
    return [(os.path.join(top, "src"), "/src", "rw"), (os.path.join(top, "obj"), "/build", "rw")]


def staged():
    """The same, and a stage to install into that nobody looks at yet."""
    return [*binds(), (os.path.join(directory(), "stage.new"), "/stage", "rw")]


def ensure():
    """Path of the stage for the tree as it is now."""
    files = sources()
    root, top = image.ensure(), directory()
    key = cache.digest(root, MAKE, CFLAGS, *(part for f in files for part in
                                             (f, cache.read(os.path.join(cache.TREE, f)))))
    stage = os.path.join(top, "stage-" + key)
    with cache.lock("build-" + cache.tree_id()):
        if not os.path.isdir(stage):
            make(root, top, files)
            os.rename(os.path.join(top, "stage.new"), stage)
            cache.prune(os.path.join(top, "stage-*"), stage)
    return stage


def make(root, top, files):
    """Fill stage.new."""
    log = os.path.join(top, "log")
    if os.path.exists(log):
        os.unlink(log)
    base = os.path.join(top, "image")
    if not os.path.exists(base) or os.readlink(base) != root:
        cache.remove(os.path.join(top, "obj"))
        if os.path.islink(base):
            os.unlink(base)
        os.symlink(root, base)
    cache.remove(os.path.join(top, "stage.new"))
    for name in ("src", "obj", "stage.new"):
        os.makedirs(os.path.join(top, name), exist_ok=True)
    copy_sources(files, os.path.join(top, "src"))
    if os.path.exists(os.path.join(top, "src", "configure.ac")):
        cache.run("building the project", chroot.shell(root, staged(), MAKE.replace("{jobs}", str(chroot.nproc()))), log)
    make_tools(root, log)


def make_tools(root, log):
    """Each lab/NAME.c, with its lab/NAME_*.c, is one program for the nodes; topotests lie beside FRR's library."""
    files = sorted(os.path.basename(path) for path in glob.glob(os.path.join(directory(), "src", "lab", "*.c")))
    topotests = f"/stage/{topolib.TARGET}/mlag"
    script = [f"mkdir -p /stage/{TOOLS_DIR} {topotests}", f"cp /src/lab/patterns.py /stage/{topolib.TARGET}/",
              f"[ ! -d /src/topotests ] || cp -R /src/topotests/. {topotests}/"]
    for name in (file[:-2] for file in files if "_" not in file):
        parts = " ".join(f"/src/lab/{file}" for file in files if file == f"{name}.c" or file.startswith(f"{name}_"))
        script.append(f"gcc {CFLAGS} -pthread -o /stage/{TOOLS_DIR}/{name} {parts} -lm -lmnl")
    cache.run("building the lab's programs", chroot.shell(root, staged(), "\n".join(script)), log)


def agent():
    """Directory that is the guest kernel's root: /init and empty mount points."""
    source = os.path.join(HERE, "guest")
    parts = sorted(glob.glob(os.path.join(source, "*.[ch]")))
    path = os.path.join(cache.directory(), "agent-" + cache.digest(CFLAGS, *map(cache.read, parts)))
    with cache.lock("agent"):
        if not os.path.isdir(path):
            partial = path + ".new"
            cache.remove(partial)
            for name in ("rw", "proc", "sys", "dev"):
                os.makedirs(os.path.join(partial, name))
            cache.run("building the guest's agent",
                      chroot.shell(image.ensure(), [(source, "/src", "ro"), (partial, "/build", "rw")],
                                   f"cd /src && gcc {CFLAGS} -o /build/init *.c"), os.path.join(cache.directory(), "log-agent"))
            os.rename(partial, path)
            cache.prune(os.path.join(cache.directory(), "agent-*"), path, 86400)
    return path
