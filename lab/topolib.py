# SPDX-License-Identifier: GPL-2.0-or-later
"""FRR's own topotest library, which no Debian package ships: out of FRR's source tarball into the image.

Debian's signed source index names the tarball and its SHA-256. Only the tarball is fetched: the package's other two
files are of no use here, and a mirror may lack them. Where the version of the image's suite cannot be had, Debian 13's
is taken, and said.
"""

import hashlib
import os
import re
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request

import cache
from client import LabError

TARGET = "usr/lib/frr-topotests"
WANTED = ("lib/", "munet/", "conftest.py", "pytest.ini")
SUITES = ("forky", "trixie")            # 10.7.1 and 10.3
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
LINE = re.compile(r"'(\S+)' (frr_[\w.+~]+\.orig\.tar\.\w+) \d+ SHA256:([0-9a-f]{64})")


def apt(home, *words):
    """apt-get on lists of its own, so that neither host nor image is touched."""
    return ["apt-get", "-q", "-o", f"Dir::State={home}/state", "-o", f"Dir::Cache={home}/cache",
            "-o", f"Dir::Etc::SourceList={home}/sources.list", "-o", "Dir::Etc::SourceParts=/dev/null",
            "-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none", *words]


def locate(suite, mirror, log):
    """(address, file name, SHA-256) of FRR's tarball in that suite; LabError when the index cannot be read."""
    with tempfile.TemporaryDirectory() as home:
        for name in ("state/lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(home, name))
        with open(os.path.join(home, "sources.list"), "w", encoding="ascii") as file:
            file.write(f"deb-src [signed-by={KEYRING}] {mirror} {suite} main\n")
        valid = []
        try:
            cache.run(f"reading {suite}'s source index", apt(home, "update", "-o", "APT::Update::Error-Mode=any"), log)
        except LabError:
            cache.say(f"{suite}'s source index is past its Valid-Until; going on with Acquire::Check-Valid-Until=false "
                      "(signatures are still checked)")
            valid = ["-o", "Acquire::Check-Valid-Until=false"]
            cache.run(f"reading {suite}'s source index", apt(home, "update", *valid), log)
        said = subprocess.run(apt(home, *valid, "source", "--print-uris", "frr"), check=False, capture_output=True,
                              text=True).stdout
    found = LINE.search(said)
    if not found:
        raise LabError(f"{suite}'s source index names no tarball of frr")
    return found.groups()


def fetch(url, name, sha256, directory):
    """Download and verify; returns the path."""
    path = os.path.join(directory, name)
    progress, state = cache.Progress(f"fetching {name}"), hashlib.sha256()
    try:
        with urllib.request.urlopen(url, timeout=60) as source, open(path, "wb") as target:
            while data := source.read(1 << 18):
                state.update(data)
                target.write(data)
                progress.tick()
    except (urllib.error.URLError, TimeoutError) as error:
        raise LabError(f"{url}: {error}") from error
    progress.done()
    if state.hexdigest() != sha256:
        raise LabError(f"{url}: not the file that Debian's index names (SHA-256 differs)")
    return path


def unpack(path, target):
    """The library's files out of the tarball. Returns how many."""
    count = 0
    with tarfile.open(path) as tar:
        for member in tar:
            _, _, inner = member.name.partition("/tests/topotests/")
            if not member.isfile() or not inner.startswith(WANTED) or ".." in inner.split("/"):
                continue
            file = os.path.join(target, inner)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "wb") as out:
                out.write(tar.extractfile(member).read())
            os.chmod(file, 0o755 if member.mode & 0o100 else 0o644)
            count += 1
    return count


def install(root, mirror, log):
    """Put the library under ROOT/usr/lib/frr-topotests."""
    for suite in SUITES:
        try:
            with tempfile.TemporaryDirectory() as directory:
                url, name, sha256 = locate(suite, mirror, log)
                count = unpack(fetch(url, name, sha256, directory), os.path.join(root, TARGET))
        except LabError as error:
            cache.say(str(error))
            continue
        if count:
            cache.say(f"FRR's topotest library: {name} ({suite}), {count} files")
            return
    raise LabError("FRR's topotest library could not be fetched from any suite")
