# SPDX-License-Identifier: GPL-2.0-or-later
"""A lab with probes running through it, and the waiting for what they say. What is done to it is for who derives from it."""

import time

from client import LabError
from demo_probe import Probes
from demo_watch import News


class Traffic:
    """Probes between the pairs, at their own rate unless said otherwise; who derives starts and stops them."""

    def __init__(self, lab, pairs, interval_us=None):
        self.lab, self.pairs, self.news = lab, pairs, News()
        self.probes = Probes(lab, self.news, pairs, run=int(time.time()) & 0x7FFFFFFF)
        if interval_us:
            self.probes.interval_us = interval_us

    def wait(self, predicate, timeout, what):
        if not self.news.wait_for(predicate, timeout):
            raise LabError(f"waited {timeout} s for {what}")

    def now(self):
        """Wait until the prober's account is newer than now, and return the time it has reached, ns."""
        before = self.probes.clock()
        self.wait(lambda: self.probes.clock() > before, 30, "the prober")
        return self.probes.clock()

    def flowing(self, pairs, seconds):
        """Wait until the traffic of these pairs is without loss; the LabError names what is not."""
        since = self.now()
        if not self.news.wait_for(lambda: self.steady(pairs, since), seconds):
            still = [f"{pair.a} <-> {pair.b}" for pair in pairs if not self.probes.steady(pair, since)]
            raise LabError(f"waited {seconds} s for traffic to be steady: {', '.join(still)}")

    def steady(self, pairs, since):
        return all(self.probes.steady(pair, since) for pair in pairs)
