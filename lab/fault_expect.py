# SPDX-License-Identifier: GPL-2.0-or-later
"""What is expected after a fault, and the invariants that hold in every moment, from what the kernels announced.

    one-brain      while no cable of the peerlink carries, two leaves never both have a bond with carrier under the pair's id:
                   checked when a step has ended, and over its whole time by the kernels' stamps (two_brains_ms)
    no-blackhole   who is not fit to deliver is not a next hop of the spine: routes(), never_over(); and by the flows
    no-echo, no duplicate, no-orphan: by what arrives at the hosts (fault_run.py)
"""

from demo_steps import Expect, expect_dual, expect_leaf, expect_legs, expect_partner, expect_peers, expect_routes
from demo_world import BONDED, LEAVES, PREFIXES, SHARED_ID, SPINE

PRIMARY, SECONDARY = "primary, in service", "secondary, in service"
ACTING, FENCED, COMING_UP, DEAD = "acting alone, own LACP id", "fenced", "coming up", "mlagd not running"
LEG = {"leaf01": "eth1", "leaf02": "eth2"}
PORTS = {"bond1": "swp1", "bond2": "swp2"}
CABLES = ("swp49", "swp50")


def state(leaf, *words):
    """The leaf is in one of these states."""
    if len(words) == 1:
        return expect_leaf(leaf, words[0])
    return Expect(f"{leaf}: {' or '.join(words)}", lambda w: (w.leaf(leaf) in words, w.leaf(leaf)))


def hosts_on(*leaves):
    """The hosts' bonds use the legs to these leaves and no others."""
    return [expect_legs(server, *(LEG[leaf] for leaf in sorted(leaves))) for server in BONDED]


def routes(*leaves):
    return expect_routes(*leaves)


def two_roles():
    def check(world):
        seen = [world.leaf(leaf) for leaf in LEAVES]
        return sorted(seen) == [PRIMARY, SECONDARY], seen

    return Expect("one primary, one secondary, both in service", check)


def heard(leaf):
    """The leaf hears the other on its backup and through the fabric: what a sequence takes away later was there."""
    def check(world):
        mlag = world.mlag(leaf) or {}
        seen = {key: mlag.get(key) for key in ("backupState", "witnessState")}
        return all(value and value["state"] == "up" for value in seen.values()), seen

    return Expect(f"{leaf}: the other is heard on the backup and through the fabric", check)


def whole():
    """All faults healed: the pair has converged."""
    return [two_roles(), *(heard(leaf) for leaf in LEAVES), *(expect_peers(leaf) for leaf in LEAVES),
            *(expect_dual(leaf, "bond1", "bond2") for leaf in LEAVES),
            *hosts_on(*LEAVES), *(expect_partner(server, shared=True) for server in BONDED), routes(*LEAVES)]


def bond_id(leaf, shared):
    """The LACP id that the leaf's bonds have in the kernel, whoever set it."""
    def check(world):
        seen = {bond: world.kernel.text(leaf, f"{bond}.id") for bond in PORTS}
        return all((value == SHARED_ID) == shared and value is not None for value in seen.values()), seen

    return Expect(f"{leaf}: bonds under {'the pair’s' if shared else 'their own'} LACP id", check)


def legs_are(leaf, up):
    def check(world):
        seen = {port: world.kernel.text(leaf, port) for port in PORTS.values()}
        return set(seen.values()) == {"up" if up else "down"}, seen

    return Expect(f"{leaf}: bond members {'up' if up else 'down'}", check)


def never_over(leaf):
    """Since the step began the spine has not had the leaf as a next hop to the hosts."""
    def check(world):
        port = next(port for port, name in world.via.items() if name == leaf)
        seen = [value for prefix in PREFIXES for t, value in world.kernel.history.get((SPINE, prefix), [])
                if t >= world.began and port in (value or [])]
        return not seen, seen

    return Expect(f"{SPINE}: never over {leaf}", check)


def one_brain():
    def check(world):
        now = {key: past[-1][1] for key, past in world.kernel.history.items() if past}
        return not two_brains(now), sorted(leaf for leaf in LEAVES if shows_pair(now, leaf))

    return Expect("one-brain", check)


def shows_pair(now, leaf):
    return any(now.get((leaf, f"{bond}.id")) == SHARED_ID and now.get((leaf, port)) == "up" for bond, port in PORTS.items())


def two_brains(now):
    """now: {(leaf, key): value} of the kernels. Whether the invariant is broken in this state."""
    joined = any(all(now.get((leaf, cable)) == "up" for leaf in LEAVES) for cable in CABLES)
    return not joined and all(shows_pair(now, leaf) for leaf in LEAVES)


def two_brains_ms(history, begin, end):
    """The longest time in [begin, end) ns in which the invariant was broken, ms."""
    changes = sorted((t, key, value) for key, past in history.items() if key[0] in LEAVES for t, value in past if t < end)
    now, since, longest = {}, None, 0
    for t, key, value in changes + [(end, None, None)]:
        if key:
            now[key] = value
        broken = key is not None and two_brains(now)
        if since is not None and not broken:
            longest = max(longest, t - max(since, begin) if t > begin else 0)
        since = (since if since is not None else t) if broken else None
    return longest / 1e6
