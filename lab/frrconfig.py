# SPDX-License-Identifier: GPL-2.0-or-later
"""From a node's routing to FRR's files: /etc/frr/daemons, frr.conf and vtysh.conf, as an admin would write them."""

KEEP_S = 60     # a VTEP's zebra that starts again leaves the routes of the one before until bgpd has said them anew
RESTART = "/usr/libexec/frr-mlag/frr-mlag-restart"
ZEBRA_OPTIONS = "-A 127.0.0.1 -s 90000000"      # the default socket buffer overruns on thousands of FDB events


def files(name, node):
    """path -> text."""
    return {"/etc/frr/daemons": daemons(node), "/etc/frr/frr.conf": frr_conf(name, node),
            "/etc/frr/vtysh.conf": "service integrated-vtysh-config\n"}


def daemons(node):
    """A shell file that FRR's start scripts read; mgmtd, zebra and staticd start without being asked for."""
    module = " -M zebra_mlag" if node.mlag else ""
    keep = f" -K {KEEP_S}" if node.bgp.vrfs else ""
    lines = ["bgpd=yes", "bfdd=yes", "vtysh_enable=yes", f'zebra_options="{ZEBRA_OPTIONS}{keep}{module}"']
    lines += [f'{daemon}_options="-A 127.0.0.1"' for daemon in ("mgmtd", "staticd", "bgpd", "bfdd")]
    if node.mlag:
        seconds = node.mlag.restart
        interval = f"--min-restart-interval {seconds} --max-restart-interval {seconds} " if seconds else ""
        lines.append(f'watchfrr_options="{interval}-r \'exec {RESTART} %s\'"')
        lines += ['DAEMONS="$DAEMONS mlagd"', "mlagd=yes", 'mlagd_options="-A 127.0.0.1"']
    return "\n".join(lines) + "\n"


def frr_conf(name, node):
    """The integrated configuration."""
    blocks = [["frr defaults datacenter", f"hostname {name}", "log file /var/log/frr/frr.log informational",
               "service integrated-vtysh-config"]]
    if node.mlag:
        blocks += mlag(node.mlag)
    blocks += routing(node.bgp)
    if not node.mlag:
        blocks += weigh(node.bgp)
    return "\n!\n".join("\n".join(block) for block in blocks) + "\n!\nend\n"


def mlag(mlag_):
    """The mlag block, the id of each bond, the virtual router of each SVI."""
    yield ["mlag", f" system-mac {mlag_.system_mac}", f" peer-link {mlag_.peer_link}", f" backup {mlag_.backup}",
           f" priority {mlag_.priority}", f" init-delay {mlag_.init_delay}",
           *([f" vxlan anycast-ip {mlag_.anycast}"] if mlag_.anycast else []),
           *(f" uplink {uplink}" for uplink in mlag_.uplinks), *(f" {line}" for line in mlag_.more), "exit"]
    for bond, number in mlag_.ids.items():
        yield [f"interface {bond}", f" mlag id {number}", "exit"]
    for svi, addresses in mlag_.vrr.items():
        yield [f"interface {svi}", *(f" mlag vrr address {address}" for address in addresses), "exit"]


    for svi in mlag_.l3svis:
        yield [f"interface {svi}", f" mlag vrr mac {mlag_.system_mac}", "exit"]


def routing(bgp_):
    """VRFs, BGP of the underlay, and of each VRF."""
    for vrf, vni in bgp_.vrfs.items():
        yield [f"vrf {vrf}", f" vni {vni}",
               *(f" ip route {prefix} {gateway}" for prefix, gateway in bgp_.statics.get(vrf, {}).items()), "exit-vrf"]
    yield from bgp(bgp_)
    if bgp_.detour:
        yield from detour(bgp_, *bgp_.detour)
    for vrf in bgp_.vrfs:
        yield [f"router bgp {bgp_.asn} vrf {vrf}", f" bgp router-id {bgp_.router_id}", " address-family ipv4 unicast",
               "  redistribute connected", "  redistribute static", " exit-address-family", " address-family l2vpn evpn",
               "  advertise ipv4 unicast", " exit-address-family", "exit"]


def bgp(bgp_):
    """Unnumbered sessions, and connected routes through a prefix list."""
    yield [f"ip prefix-list ANNOUNCE seq {5 * n} permit {entry}" for n, entry in enumerate(bgp_.announce, 1)]
    yield [f"router bgp {bgp_.asn}", f" bgp router-id {bgp_.router_id}", " no bgp ebgp-requires-policy",
           " bgp bestpath as-path multipath-relax",
           *([f" timers bgp {bgp_.timers}"] if bgp_.timers else []),
           *(f" neighbor {interface} interface remote-as external" for interface in bgp_.interfaces),
           " address-family ipv4 unicast", "  redistribute connected route-map ANNOUNCE", " exit-address-family",
           *(evpn(bgp_) if bgp_.evpn else []), "exit"]
    yield ["route-map ANNOUNCE permit 10", " match ip address prefix-list ANNOUNCE", "exit"]


def detour(bgp_, interface, prefixes):
    """What has to come through the fabric as long as there is one, though the way over the peerlink is shorter."""
    yield [f"ip prefix-list DETOUR seq {5 * n} permit {prefix}" for n, prefix in enumerate(prefixes, 1)]
    yield ["route-map PEERLINK-IN permit 10", " match ip address prefix-list DETOUR", " set local-preference 50", "exit"]
    yield ["route-map PEERLINK-IN permit 20", "exit"]
    yield [f"router bgp {bgp_.asn}", " address-family ipv4 unicast",
           f"  neighbor {interface} route-map PEERLINK-IN in", " exit-address-family", "exit"]


def evpn(bgp_):
    """With VRFs it is a VTEP, without it passes routes on as they are."""
    return [" address-family l2vpn evpn", *(f"  neighbor {interface} activate" for interface in bgp_.interfaces),
            *(["  advertise-all-vni"] if bgp_.vrfs else []), " exit-address-family"]


def weigh(bgp_):
    """Equal weights on equal paths, for a router that balances over both members of a pair.

    zebra 10.7, when a member's link goes down and BGP withdraws its next hop, keeps the old next-hop group (the others in it
    are the same) and uses the withdrawn one again as soon as the link is up: a member that boots would attract traffic
    before it speaks BGP. With weights the remaining next hop differs, so the group is made anew.
    """
    yield ["route-map WEIGH permit 10", " set extcommunity bandwidth 100", "exit"]
    yield [f"router bgp {bgp_.asn}", " address-family ipv4 unicast",
           *(f"  neighbor {interface} route-map WEIGH in" for interface in bgp_.interfaces),
           " exit-address-family", "exit"]
