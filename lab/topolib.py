# SPDX-License-Identifier: GPL-2.0-or-later
"""FRR's topotest library: tests/topotests/lib and munet out of FRR's source, put into the image."""


def install(root, log):
    """Put the library under ROOT/usr/lib/frr-topotests."""
