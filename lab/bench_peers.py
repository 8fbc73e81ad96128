# SPDX-License-Identifier: GPL-2.0-or-later
"""The peers of bench failover, on the same network without mlagd, in the same run.

Stock bgpd alone: a connected route of leaf02 goes (its vlan10 is set down), which two zebras and two bgpds carry to the
spine's kernel; and a leaf is powered off. keepalived: VRRP on both SVIs for the gateway, host bonds active-backup with their
first leg preferred, since two switches that are not one cannot share an LACP aggregate; leaf01 is VRRP's master.
"""

import bench_host
from bench_base import LEGS, Bench
from bench_rows import CUT, FAST, LEG, OFF1, ROUTE, SLOW, STOCK, UPDATE
from demo_steps import set_links
from demo_world import BONDED, LEAVES, PREFIXES, SPINE

MASTER, SLAVE = LEAVES
ADVERTS_S = {SLOW: 1, FAST: 0.01}  # VRRPv3 counts in hundredths of a second
PRIORITY = {MASTER: 110, SLAVE: 100}
GATEWAYS = {"vlan10": "10.1.10.1", "vlan20": "10.1.20.1"}
WITHDRAWALS = 3  # for each run
CONFIG = "/run/keepalived.conf"

# A bond of LACP becomes active-backup: $1 bond, the rest its members, the first preferred.
ACTIVE_BACKUP = """
bond=$1; shift
ip link set $bond down
for port; do ip link set $port nomaster; done
ip link set $bond type bond mode active-backup
for port; do ip link set $port down; ip link set $port master $bond; done
ip link set $bond type bond primary $1
ip link set $bond up
for port; do ip link set $port up; done
"""


def vrrp(leaf, interval_s):
    """keepalived's configuration of a leaf."""
    lines = ["global_defs {", "    vrrp_version 3", "}"]
    for number, (svi, address) in enumerate(GATEWAYS.items(), 1):
        lines += [f"vrrp_instance {svi} {{", "    state BACKUP", f"    interface {svi}", f"    virtual_router_id {number}",
                  f"    priority {PRIORITY[leaf]}", f"    advert_int {interval_s}", "    virtual_ipaddress {",
                  f"        {address}/32", "    }", "}"]
    return "\n".join(lines) + "\n"


class StockBench(Bench):
    """Routes alone: how long stock FRR takes to tell the spine."""

    def withdraw(self):
        leaf, prefix = self.lab.node(SLAVE), PREFIXES[:1]
        self.wait(lambda: self.spine(prefix[0], *LEAVES), 30, "spine01's route over both")
        acted = self.now()
        leaf.link("vlan10", up=False)
        found = {}

        def seen():
            found.update({None: self.down(SLAVE, ["vlan10"], acted), UPDATE: self.update(SLAVE, acted, prefix),
                          ROUTE: self.alone(MASTER, acted, prefix)})
            return all(found.values())

        self.news.wait_for(seen, 10)
        for what in (UPDATE, ROUTE):
            self.add(CUT, what, found[None], found[what])
        leaf.link("vlan10", up=True)
        self.wait(lambda: self.spine(prefix[0], *LEAVES), 30, "spine01's route over both")


class VrrpBench(Bench):
    """keepalived at one interval of adverts."""

    def __init__(self, lab, rows, who):
        super().__init__(lab, rows, who)
        self.daemons = {}  # leaf -> Process

    def start(self):
        for host in BONDED:
            self.lab.node(host).sh(f"set -- bond0 eth1 eth2\n{ACTIVE_BACKUP}\nip route replace default via "
                                   f"{self.lab.network.nodes[host].routes['default']}")
        for leaf in LEAVES:
            self.prepare(leaf)
        super().start()

    def stop(self):
        super().stop()
        for leaf in list(self.daemons):
            self.daemons.pop(leaf).close()

    def prepare(self, leaf):
        """The leaf's bonds without LACP, keepalived in the place of the lab's own gateway."""
        node = self.lab.node(leaf)
        for port, bond in zip(LEGS, ("bond1", "bond2")):
            node.sh(f"set -- {bond} {port}\n{ACTIVE_BACKUP}")
        node.sh("for svi in vlan10-v0 vlan20-v0; do ! [ -e /sys/class/net/$svi ] || ip link del $svi; done\n"
                "! nft list table bridge lab_vrr >/dev/null 2>&1 || nft delete table bridge lab_vrr")
        node.put(CONFIG, vrrp(leaf, ADVERTS_S[self.who]))
        self.daemons[leaf] = node.popen(["keepalived", "--dont-fork", "--use-file", CONFIG, "--log-console"])

    def masters(self, svi):
        """The leaves that hold the gateway's address of an SVI."""
        said = {leaf: self.lab.node(leaf).json(["ip", "-j", "address", "show", "dev", svi]) for leaf in LEAVES}
        return [leaf for leaf, links in said.items()
                if any(a.get("local") == GATEWAYS[svi] for link in links for a in link.get("addr_info", []))]

    def settle(self):
        self.lab.wait_for(lambda: all(self.masters(svi) == [MASTER] for svi in GATEWAYS), 60, f"{MASTER} to be VRRP's master",
                          interval=0.5)
        self.balanced()
        return MASTER, SLAVE

    def leg(self):
        self.settle()
        node = self.lab.node(MASTER)
        self.break_and_heal(LEG, MASTER, self.pairs, lambda: set_links(node, LEGS[:1], False),
                            lambda acted: self.down(MASTER, LEGS[:1], acted), lambda: set_links(node, LEGS[:1], True))

    def off(self):
        """The route is measured as stock FRR moves it: from carrier loss of the spine's port to its own zebra's order."""
        self.settle()
        found = {}

        def seen(acted):
            lost = self.down(SPINE, [self.port[MASTER]], acted)
            found.update({None: lost, ROUTE: self.alone(SLAVE, acted, [f"{p}.told" for p in PREFIXES])})
            return all(found.values())

        self.break_and_heal(OFF1, MASTER, self.served_without(MASTER), lambda: self.power_off(MASTER), seen, self.boot)
        self.rows[OFF1, ROUTE].add((found[ROUTE] - found[None]) / 1e6 if all(found.values()) else None, STOCK)

    def boot(self):
        self.daemons.pop(MASTER).close()
        self.power_on(MASTER)
        self.prepare(MASTER)


def measured(bench, steps, tell):
    """Start a bench, take its steps, account for its traffic."""
    try:
        bench.start()
        for name, step in steps:
            tell(f"{bench.who}: {name}")
            step()
    finally:
        bench.stop()
    bench.account()


def measure_peers(runs, rows, faults, tell):
    """All of them that know one of these faults, one network; their samples go to the rows."""
    if not {CUT, LEG, OFF1}.intersection(faults):
        return
    with bench_host.boot(mlag=False) as lab:
        if CUT in faults:
            stock = StockBench(lab, rows, STOCK)
            measured(stock, [("vlan10 set down", stock.withdraw)] * (WITHDRAWALS * runs), tell)
        for who in ADVERTS_S if {LEG, OFF1}.intersection(faults) else ():
            bench = VrrpBench(lab, rows, who)
            steps = [step for step in ((LEG, bench.leg), (OFF1, bench.off)) if step[0] in faults]
            measured(bench, steps * runs, tell)
