# SPDX-License-Identifier: GPL-2.0-or-later
"""The fabric (E6 E7 E8 D1 D2 D6): every server reaches every other by the shortest way, at rest and through single failures.

Fifteen nodes on one processor want a quiet host: runs when asked for by name (`lab/lab test test_fabric`), those that
are quick; all of them, and repeats: `lab/lab fabric`.
"""

import os

import pytest

import fabric
from api import Lab
from fabric_faults import FAULTS
from fabric_world import World

pytestmark = pytest.mark.skipif("fabric" not in os.environ.get("LAB_PATTERNS", ""), reason="by name: lab/lab test test_fabric")

SHORT = [fault for fault in FAULTS if fault.short]


@pytest.fixture(scope="module")
def world():
    with Lab.up("fabric") as lab:
        world = World(lab)
        world.start()
        yield world
        world.stop()


def test_every_server_reaches_every_other_by_the_shortest_way(world):
    world.rest()
    assert world.walk() == []
    assert world.detours() == {}


@pytest.mark.parametrize("fault", SHORT, ids=lambda fault: fault.name.replace(" ", "_"))
def test_single_failure(world, fault):
    phases = fabric.run(world, fault)
    print(fabric.words(phases))
    assert [f"{phase.name}: {why}" for phase in phases for why in phase.broken] == []
