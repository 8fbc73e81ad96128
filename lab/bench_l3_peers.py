# SPDX-License-Identifier: GPL-2.0-or-later
"""The peers of bench l3, on the same fabric without mlagd, each leaf a VTEP of its own.

  BGP alone     EVPN with an anycast gateway on every leaf; hosts' bonds active-backup, the second leg preferred
  keepalived    the same, with VRRP for the gateway, leaf02 its master
  EVPN-MH       FRR's own multihoming: an Ethernet segment for each bond, startup-delay 0; hosts' bonds LACP over both
                leaves, which show the segment's system id

So whoever has one leg in use only has it at the leaf that suffers. The peerlink is a routed link of theirs and no bridge
port (topology_fabric.py).
"""

from api import LabError
from bench_peers import ACTIVE_BACKUP
from topology_fabric import PAIRS, SERVERS, VLANS

PAIR_LEAVES = [leaf for names in PAIRS if names[0] != "border01" for leaf in names]
BONDS = {"bond1": ("swp1", 10), "bond2": ("swp2", 20), "bond3": ("swp3", 30)}
VMAC = "00:00:5e:00:01:01"
MASTER = "leaf02"
PRIORITY = dict(zip(PAIR_LEAVES, (100, 110, 80, 90)))
CONFIG = "/run/keepalived.conf"

# $1 SVI, $2 VLAN, $3 VRF: an anycast gateway beside it
GATEWAY = """
ip link add link $1 name $1-v0 address {vmac} type macvlan mode private
ip link set $1-v0 master $3
ip address add 10.1.$2.1/32 dev $1-v0
bridge fdb replace {vmac} dev br_default vlan $2 self local
for dev in $1 $1-v0; do echo 1 >/proc/sys/net/ipv4/conf/$dev/arp_ignore; echo 2 >/proc/sys/net/ipv4/conf/$dev/arp_announce; done
ip link set $1-v0 up
""".format(vmac=VMAC)


def gateways(node):
    for _, vid in BONDS.values():
        node.sh(f"set -- vlan{vid} {vid} {VLANS[vid]}\n{GATEWAY}")


def vrrp(leaf, interval_s):
    """keepalived's configuration of a leaf."""
    lines = ["global_defs {", "    vrrp_version 3", "}"]
    for _, vid in BONDS.values():
        lines += [f"vrrp_instance vlan{vid} {{", "    state BACKUP", f"    interface vlan{vid}", f"    virtual_router_id {vid}",
                  f"    priority {PRIORITY[leaf]}", f"    advert_int {interval_s}", "    virtual_ipaddress {",
                  f"        10.1.{vid}.1/32", "    }", "}"]
    return "\n".join(lines) + "\n"


class Alone:
    """BGP alone."""

    name, options, shared = "BGP alone", {"mlag": False}, False

    def prepare(self, lab):
        for server, (_, _, vid, _) in SERVERS.items():
            lab.node(server).sh(f"set -- bond0 eth2 eth1\n{ACTIVE_BACKUP}\nip route replace default via 10.1.{vid}.1")
        for leaf in PAIR_LEAVES:
            self.member(lab, leaf)

    def member(self, lab, leaf):
        node = lab.node(leaf)
        for bond, (port, _) in BONDS.items():
            node.sh(f"set -- {bond} {port}\n{ACTIVE_BACKUP}")
        self.gateway(lab, leaf)

    def gateway(self, lab, leaf):
        gateways(lab.node(leaf))

    def whole(self, lab):
        """Hosts use the leg that they prefer."""
        return all(self.bonding(lab, server, "active_slave") == "eth2" for server in SERVERS)

    @staticmethod
    def bonding(lab, server, what):
        return lab.node(server).get(f"/sys/class/net/bond0/bonding/{what}").strip()

    def boot(self, lab, name):
        lab.node(name).power_on()
        self.member(lab, name)

    def withdraws(self, fault):
        return fault == "member off"


class Vrrp(Alone):
    """keepalived, adverts of 1 s."""

    name, interval_s = "keepalived, adverts 1 s", 1

    def __init__(self):
        self.daemons = {}

    def gateway(self, lab, leaf):
        node = lab.node(leaf)
        if leaf in self.daemons:
            self.daemons.pop(leaf).close()
        node.put(CONFIG, vrrp(leaf, self.interval_s))
        self.daemons[leaf] = node.popen(["keepalived", "--dont-fork", "--use-file", CONFIG, "--log-console"])

    def whole(self, lab):
        """That, and one leaf is every gateway's master, and nobody else."""
        def holds(leaf, vid):
            links = lab.node(leaf).json(["ip", "-j", "address", "show", "dev", f"vlan{vid}"])
            return any(a.get("local") == f"10.1.{vid}.1" for link in links for a in link.get("addr_info", []))

        right = (holds(leaf, vid) == (leaf == MASTER) for leaf in PAIR_LEAVES for _, vid in BONDS.values())
        return super().whole(lab) and all(right)


class Multihoming(Alone):
    """EVPN multihoming of FRR."""

    name = "EVPN-MH"

    def prepare(self, lab):
        for server, (_, _, vid, _) in SERVERS.items():
            lab.node(server).run(["ip", "route", "replace", "default", "via", f"10.1.{vid}.1"])
        for leaf in PAIR_LEAVES:
            self.member(lab, leaf)

    def member(self, lab, leaf):
        node, pair = lab.node(leaf), PAIR_LEAVES.index(leaf) // 2 + 1
        lines = ["evpn mh startup-delay 0"]
        for number, bond in enumerate(BONDS, 1):
            mac = f"44:38:39:ff:01:{pair:02x}"
            node.sh(f"ip link set {bond} type bond ad_actor_system {mac}")
            lines += [f"interface {bond}", f"evpn mh es-id {10 * pair + number}", f"evpn mh es-sys-mac {mac}", "exit"]
        for uplink in ("swp51", "swp52"):
            lines += [f"interface {uplink}", "evpn mh uplink", "exit"]
        said = node.configure(*lines)
        if said.rc:
            raise LabError(f"{leaf}: {said.out}{said.err}")
        self.gateway(lab, leaf)

    def whole(self, lab):
        """Hosts use both legs."""
        return all(self.bonding(lab, server, "ad_num_ports") == "2" for server in SERVERS)


PEERS = (Alone(), Vrrp(), Multihoming())
