# SPDX-License-Identifier: GPL-2.0-or-later
"""Fault sequences by name on the real kernel, judged by what the hosts receive; all of them and repeats: `lab/lab matrix`."""

import pytest

import fault_run
from api import Lab
from fault_sequences import SEQUENCES

SHORT = [seq for seq in SEQUENCES if seq.short]


@pytest.fixture(scope="module")
def quick_pair():
    """Topology pair with short timers: one boot for all sequences, each of which leaves it whole."""
    with Lab.up("pair", quick=True) as lab:
        yield lab


@pytest.mark.parametrize("seq", SHORT, ids=lambda seq: seq.name)
def test_fault_sequence(quick_pair, seq):
    steps = fault_run.run(quick_pair, seq)
    print(fault_run.words(seq, steps))
    assert [f"{step.does}: {why}" for step in steps for why in step.broken] == []
