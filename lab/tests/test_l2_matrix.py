# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole of l2_matrix.py: `lab/lab test test_l2_matrix`. A row of it is in test_l2_mac.py."""

import os

import pytest

import l2
import l2_matrix
import pairstate

pytestmark = pytest.mark.skipif("matrix" not in os.environ.get("LAB_PATTERNS", ""), reason="minutes: lab/lab test test_l2_matrix")


@pytest.fixture(scope="module")
def lan(pair):
    pairstate.wait_whole(pair, 60)
    l2_matrix.prepare(pair)
    yield pair
    l2_matrix.set_legs(pair, "both")


@pytest.mark.parametrize("restarted", [(), l2.LEAVES], ids=["", "restarted"])
@pytest.mark.parametrize("legs", l2_matrix.LEGS)
def test_row(lan, legs, restarted):
    l2_matrix.run(lan, legs, restarted)


@pytest.mark.parametrize("restarted", [(), l2.LEAVES], ids=["", "restarted"])
@pytest.mark.parametrize("legs", l2_matrix.LEGS)
def test_age(lan, legs, restarted):
    l2_matrix.age(lan, legs, restarted)
