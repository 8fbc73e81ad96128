# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's story with its measured traffic, without its clock.

What each step must lead to, that traffic is steady again, and that no frame is ever doubled are tested here; how many
milliseconds that takes is the demo's to judge and the benches' to measure, on a machine that is theirs.
"""

import demo
import demo_report


def test_every_step_of_the_demo_leads_where_it_should(pair):
    runner = demo.run(pair, print)
    assert runner.results
    for result in runner.results:
        told = f"step {result.number}, {result.step.title}\n" + demo_report.table(runner.results)
        assert [e for e in result.expectations if not e["held"]] == [], told
        assert result.steady, told
        assert [f.name for f in result.flows if f.duplicates or not f.sent] == [], told
