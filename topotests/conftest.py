# SPDX-License-Identifier: GPL-2.0-or-later
"""Teaches FRR's topotest library one daemon more, without touching it.

Everything else, the fixtures above all, comes from FRR's own conftest.py one directory up.
"""

from lib.topotest import Router

ORIGINAL_INIT = Router.__init__


def init(self, *args, **kwargs):
    """A router that knows mlagd, like any of FRR's daemons: off until a test asks for it."""
    ORIGINAL_INIT(self, *args, **kwargs)
    self.daemons["mlagd"] = 0


Router.__init__ = init
