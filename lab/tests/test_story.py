# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's story with its measured traffic: every expectation and every bound of every step, as `lab/lab demo` has them."""

import demo
import demo_report


def test_every_step_of_the_demo_holds(pair):
    runner = demo.run(pair, print)
    assert runner.results
    assert all(result.held for result in runner.results), "\n" + demo_report.table(runner.results)
