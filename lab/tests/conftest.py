# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the tests on a booted network. One network at a time: each module gets a boot of its own."""

import pytest

from api import Lab


@pytest.fixture(scope="module")
def pair():
    """Topology pair with everything on it, freshly booted."""
    with Lab.up("pair") as lab:
        yield lab


@pytest.fixture(scope="module")
def stock_pair():
    """Topology pair with stock FRR only."""
    with Lab.up("pair", mlag=False) as lab:
        yield lab
