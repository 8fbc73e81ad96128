# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the tests on a booted network. One network at a time."""

import pytest

from api import Lab
from held import Held

HELD = Held()


@pytest.fixture(scope="module")
def pair(request):
    """Topology pair with everything on it: that of the module before, if it is as after a boot (held.py).

    A module that says FRESH = True gets it just booted, not yet in service.
    """
    failed = request.session.testsfailed
    yield HELD.take(getattr(request.module, "FRESH", False))
    if request.session.testsfailed != failed:
        HELD.drop()
    elif changed := HELD.give_back():
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print("\nlab: not as it was, so the next module gets a fresh pair:", "; ".join(changed))


@pytest.fixture(scope="module")
def stock_pair():
    """Topology pair with stock FRR only."""
    with Lab.up("pair", mlag=False) as lab:
        yield lab


def pytest_sessionfinish():
    """The last module's."""
    HELD.drop()
