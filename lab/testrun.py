# SPDX-License-Identifier: GPL-2.0-or-later
"""`lab/lab test`: every test of the project, one count at the end.

    make check      unit, simulator, model, fuzz smoke: in the image on the host's kernel; results from automake's .trs
    lab/tests       pytest on the host, on a booted network
    topotests       pytest in the guest, on FRR's topotest library

A suite that breaks before it can count (does not build, does not boot) counts as one failed test.
"""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter

import build
import cache
import chroot
import image
import session
import terminal
import topolib
import topology
from api import Lab
from client import LabError

HERE = os.path.dirname(os.path.abspath(__file__))
LIST_TESTS = "printf 'lab-list:\\n\\t@echo $(TESTS)\\n' | make -s -f Makefile -f - lab-list"
STARTUP_WORDS = "cd /tmp/topotests && tail -n 5 */*/mgmtd.log */*/mgmtd.out */*/mgmtd.err; free -m; dmesg | tail -n 20"
TRS_RESULT = re.compile(r"^:test-result: (\w+)", re.MULTILINE)


def main(argv):
    """Run them; argv: patterns. Exit status 0 only if something passed and nothing failed."""
    wrong = [a for a in argv if a.startswith("-")]
    if wrong:
        raise LabError(f"test takes words that test names hold, not {wrong[0]}")
    total = Counter()
    for name, suite in (("make check", make_check), ("lab tests", lab_tests), ("topotests", topotests)):
        try:
            counts = suite(argv)
        except (LabError, subprocess.CalledProcessError) as error:
            cache.say(f"{name}: {error}")
            counts = Counter(failed=1)
        print(f"== {name}: {counts['passed']} passed, {counts['failed']} failed"
              + (f", {counts['skipped']} skipped" if counts["skipped"] else ""), flush=True)
        total += counts
    if not total["passed"] and not total["failed"]:
        cache.say(f"no test's name holds {' or '.join(argv) or 'anything'}")
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 0 if total["passed"] and not total["failed"] else 1


# -- make check ------------------------------------------------------------------------------------------------------
def make_check(patterns):
    """The built tree's own tests, as counted in the .trs file of each."""
    build.ensure()
    root, objects = image.ensure(), os.path.join(build.directory(), "obj")
    if not os.path.exists(os.path.join(objects, "Makefile")):
        raise LabError("the project has no Makefile")
    listed = subprocess.run(chroot.shell(root, build.binds(), "cd /build && " + LIST_TESTS), check=True,
                            capture_output=True, text=True).stdout.split()
    wanted = [t for t in listed if not patterns or any(p in t for p in patterns)]
    if not wanted:
        return Counter()
    for name in wanted:
        remove(trs(objects, name))
    status = subprocess.run(chroot.shell(root, build.binds(), f"cd /build && make -j{chroot.nproc()} check "
                                         f"TESTS='{' '.join(wanted)}' VERBOSE=1"), check=False).returncode
    counts = Counter()
    for name in wanted:
        counts += trs_counts(trs(objects, name))
    if status and not counts["failed"]:
        counts["failed"] += 1
    return counts


def trs(objects, test):
    """Where automake leaves the result of a test: it takes off only those suffixes that TEST_EXTENSIONS names."""
    whole = os.path.join(objects, test + ".trs")
    stem = os.path.join(objects, os.path.splitext(test)[0] + ".trs")
    return stem if os.path.exists(stem) else whole


def trs_counts(path):
    """Counter of passed, failed, skipped; a test that left no result failed."""
    if not os.path.exists(path):
        return Counter(failed=1)
    names = {"PASS": "passed", "XFAIL": "passed", "SKIP": "skipped"}
    return Counter(names.get(word, "failed") for word in TRS_RESULT.findall(cache.read(path).decode()))


def remove(path):
    if os.path.exists(path):
        os.unlink(path)


# -- pytest ----------------------------------------------------------------------------------------------------------
def junit_counts(data):
    """Counter from a pytest --junitxml report."""
    counts = Counter()
    for suite in ElementTree.fromstring(data).iter("testsuite"):
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts += Counter(failed=bad, skipped=skipped, passed=int(suite.get("tests", 0)) - bad - skipped)
    return counts


def pytest_outcome(status, data):
    """Counts of a run that ended with pytest's exit status; 5 = none collected."""
    if status not in (0, 1, 5):
        return Counter(failed=1)
    counts = junit_counts(data)
    if status == 1 and not counts["failed"]:
        counts["failed"] += 1
    return counts


def lab_tests(patterns):
    """Tests that boot networks themselves."""
    with tempfile.TemporaryDirectory() as directory:
        report = os.path.join(directory, "report.xml")
        env = {**os.environ, "LAB_PATTERNS": " ".join(patterns), "PYTHONPATH": HERE}
        status = subprocess.run([sys.executable, "-m", "pytest", "-v", "-p", "patterns", "-p", "no:cacheprovider", "--durations=20",
                                 f"--junitxml={report}", os.path.join(HERE, "tests")], check=False, env=env).returncode
        return pytest_outcome(status, cache.read(report) if os.path.exists(report) else b"<x/>")


def topotests(patterns):
    """FRR topotests in a guest that has no nodes of its own; they make theirs."""
    if not os.path.isdir(os.path.join(cache.TREE, "topotests")):
        return Counter()
    network = topology.Network("topotests", {}, {}, [])
    lab = Lab(session.start(network), network)
    lab.owner = session.own()
    with lab:
        status = terminal.run(lab.guest, ["sh", "-c", f"cd /{topolib.TARGET} && exec python3 -m pytest -v -p patterns "
                                          "-p no:cacheprovider --durations=20 --junitxml=/tmp/report.xml mlag"],
                              env={"LAB_PATTERNS": " ".join(patterns), "PYTHONPATH": f"/{topolib.TARGET}"})
        report = lab.guest.run(["cat", "/tmp/report.xml"], check=False)
        data = report.out if report.rc == 0 else "<x/>"
        if status == 1 and all_in_setup(data):
            print(lab.guest.run(["sh", "-c", STARTUP_WORDS], check=False).out, flush=True)
    return pytest_outcome(status, data)


def all_in_setup(data):
    """True when a pytest report has tests, and each of them is an error: none ran, none failed."""
    suites = list(ElementTree.fromstring(data).iter("testsuite"))
    tests = sum(int(suite.get("tests", 0)) - int(suite.get("skipped", 0)) for suite in suites)
    return 0 < tests == sum(int(suite.get("errors", 0)) for suite in suites)
