# SPDX-License-Identifier: GPL-2.0-or-later
"""Bridges that know no VLANs, for tests of C10: what stands in them, and whether every frame of three hosts arrives once."""

import contextlib

import l2

HOSTS = {"server01": ("bond0", "02:00:00:00:30:01"), "server02": ("bond0", "02:00:00:00:30:02"),
         "server03": ("eth1", "02:00:00:00:30:03")}
LISTEN = {"server01": ("eth1", "eth2"), "server02": ("eth1", "eth2"), "server03": ("eth1",)}
BR, VID = "br30", 30
PORTS = {"leaf01": ("peerlink", "bond1", "bond2"), "leaf02": ("peerlink", "bond1", "bond2", "swp3")}
KINDS = {"bc": l2.BROADCAST, "mc": "01:00:5e:7f:03:01", "uu": "02:00:00:00:30:0f", "st": "01:80:c2:00:00:00"}


def build(lab):
    """br30 on both, of VLAN devices, and both have taken it: it learns nothing from the peer, and each bond's port has a way round."""
    for leaf in l2.LEAVES:
        ports = [f"{port}.{VID}" for port in PORTS[leaf]]
        lines = [f"link add {BR} type bridge stp_state 0 forward_delay 0",
                 *(f"link add link {port} name {port}.{VID} type vlan id {VID}" for port in PORTS[leaf]),
                 *(f"link set {port} master {BR}" for port in ports), *(f"link set {port} up" for port in ports), f"link set {BR} up"]
        lab.node(leaf).run(["ip", "-batch", "-"], input="\n".join(lines) + "\n")
    for leaf in l2.LEAVES:
        lab.wait_for(lambda leaf=leaf: taken(lab, leaf), 10, f"{leaf} to take {BR}")


def destroy(lab):
    for leaf in l2.LEAVES:
        for link in [BR, *(f"{port}.{VID}" for port in PORTS[leaf])]:
            lab.node(leaf).run(["ip", "link", "del", link], check=False)


def taken(lab, leaf):
    return (port(lab, leaf, f"peerlink.{VID}")["learning"] is False
            and all(port(lab, leaf, f"{bond}.{VID}").get("backup_port") == f"peerlink.{VID}" for bond in ("bond1", "bond2")))


def port(lab, leaf, name):
    return lab.node(leaf).json(["bridge", "-j", "-d", "link", "show", "dev", name])[0]


def entry(lab, leaf, bridge, mac):
    """As l2.entry(), of a bridge that knows no VLANs."""
    for e in lab.node(leaf).json(["bridge", "-j", "fdb", "show", "br", bridge]):
        if e["mac"] == mac and e.get("master") == bridge and not e.get("vlan"):
            return " ".join([e["ifname"], *(["mirror"] if "extern_learn" in e.get("flags", []) else [])])
    return None


def copies(lab, leaf, bridge):
    """What the kernel makes of an entry for each VLAN that the port has; it is to be taken away, for nothing else would."""
    return [e for e in lab.node(leaf).json(["bridge", "-j", "fdb", "show", "br", bridge])
            if e.get("vlan") and "extern_learn" in e.get("flags", [])]


def wait_entries(lab, bridge, mac, want, why):
    def there():
        found = tuple(entry(lab, leaf, bridge, mac) for leaf in l2.LEAVES)
        if found != want:
            raise ValueError(found)
        return True

    lab.wait_for(there, 10, f"{mac} to be {want}: {why}")


def everybody(lab, vid, kinds, act):
    """Each host sends frames of each kind, tagged vid (0: not), while act() runs. {(from, kind, to): how many of them did not come}."""
    with contextlib.ExitStack() as stack:
        heard = {host: stack.enter_context(l2.Listener(lab.node(host), *devs)) for host, devs in LISTEN.items()}
        with contextlib.ExitStack() as sending:
            senders = {host: sending.enter_context(l2.Sender(
                lab.node(host), dev, *(l2.flow(host[-2:] + kind, mac, dst, vid) for kind, dst in kinds.items()), interval=0.005))
                for host, (dev, mac) in HOSTS.items()}
            act()
    assert {host: dict(x.doubles) for host, x in heard.items() if x.doubles} == {}
    assert {(host, kind): n for host in HOSTS for kind in kinds if (n := heard[host].numbers(host[-2:] + kind))} == {}, "echoed"
    return {(host, kind, to): senders[host].count - listener.numbers(host[-2:] + kind)
            for host in HOSTS for kind in kinds for to, listener in heard.items() if to != host}
