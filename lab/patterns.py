# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest plugin: runs only the tests whose id holds one of the words in $LAB_PATTERNS (`lab/lab test PATTERN...`)."""

import os


def pytest_collection_modifyitems(config, items):
    words = os.environ.get("LAB_PATTERNS", "").split()
    out = [item for item in items if words and not any(word in item.nodeid for word in words)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]
