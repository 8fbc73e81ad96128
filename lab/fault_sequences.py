# SPDX-License-Identifier: GPL-2.0-or-later
"""The fault matrix: every sequence that must be a test, by its name, and what must hold after each of its steps.

A sequence is a function that gives its steps for the roles that the leaves have when it begins; a last step, all faults healed
and the pair converged, is added to each (fault_run.py). Bounds are on the longest time in which a direction between two hosts
got nothing, and are stated before they are measured, for a host that has a processor to spare; where it keeps the
    guest waiting for one, as much longer (hostwait.py), and what of that was needed is said:
  - nothing happens to a frame: nothing is lost; what is in flight for one round trip where an uplink goes or comes;
  - carrier lost, a member gone: the host's own notice and choice and the spine's, one second;
  - a fence that is released, a member that comes up alone: the legs and LACP's start-up on them, 6 s at most (join.c), and before
    it the time after which somebody is known to be gone (lease 1 s, restart-time 5 s, reload-delay 20 s: topology `quick`);
  - maintenance: nobody loses a frame;
  - where nobody can be asked, both go on under two ids: a host keeps one of them, and hosts reach each other; what the spine sends
    to the other is lost until something can be asked again, so `outside` is exempt there, and said.
"""

import dataclasses
import time
import typing

from demo_probe import LANES
from demo_steps import ORPHAN, OUTSIDE, PAIRS, ROUND_TRIP_MS, SERVERS, Expect, Step
from demo_world import LEAVES
from fault_expect import (ACTING, COMING_UP, DEAD, FENCED, PRIMARY, SECONDARY, bond_id, hosts_on, legs_are, never_over, one_brain,
                          routes, state, whole)
from faults import BACKUP, PEERLINK, SPACING_MS, UPLINK

NOTICE_MS = 1000  # twice what the demo allows where it measures the figure: here hosts may be busy, and order is what is tested
RISE_MS = 6000  # legs up, LACP's start-up
LEASE_MS = 1000
RESTART_MS = 5000
STOPPED_MS = RESTART_MS + 2000 + 3000  # the guard's own 2 s, and daemons that end one after the other
WATCHFRR_MS = 3000  # notices and starts a daemon again
ASIDE = "nobody can be asked: the hosts keep one of two ids, the spine does not know which"


@dataclasses.dataclass(frozen=True)
class Sequence:
    name: str
    steps: typing.Callable  # steps(faults) -> list of Step
    short: bool = True  # in the test command; the others in `lab/lab matrix` alone


SEQUENCES = []


def sequence(name, short=True):
    def enter(steps):
        SEQUENCES.append(Sequence(name, steps, short))
        return steps

    return enter


def step(does, act, *expects, alive=PAIRS, why="", gap=None, lost=None, within=20.0, least=0, back=None):
    """One step; `alive`: the pairs of hosts that have service throughout, within the bounds; why the others have not."""
    return Step(does, does, act, (*expects, one_brain()), within, gap, lost, None, least,
                tuple(pair for pair in PAIRS if pair not in alive), why, alive if back is None else back)


def quiet(does, act, *expects, least=3000, lost=0, **more):
    """A step that no frame notices."""
    return step(does, act, *expects, lost=lost, least=least, **more)


def healed(faults, before):
    """All faults healed. Whoever was without service in the last step gets it back in this one, in its own time."""
    alive = tuple(pair for pair in PAIRS if pair not in before.exempt)
    return step("all faults healed", lambda w: w.heal(), *whole(), alive=alive, gap=NOTICE_MS, within=150, back=PAIRS,
                why="without service before")


def at(*leaves):
    """The pairs of hosts that these leaves serve: server03 hangs on leaf02 alone."""
    return PAIRS if "leaf02" in leaves else (OUTSIDE, SERVERS)


def cut(t):
    """The peerlink is cut, and the secondary finds the primary alive: on the heartbeat, or through the fabric."""
    return step("peerlink cut", lambda w: w.cut(), state(t.primary, PRIMARY), state(t.secondary, FENCED),
                bond_id(t.secondary, shared=False), legs_are(t.secondary, up=False), *hosts_on(t.primary), routes(t.primary),
                alive=at(t.primary), gap=NOTICE_MS)


def isolated(t):
    def act(world):
        world.uplink_down(t.secondary)
        world.backup_down(t.secondary)

    return step("the secondary's uplink and management fail", act, state(t.primary, PRIMARY), state(t.secondary, SECONDARY),
                routes(t.primary), gap=NOTICE_MS)


def alone(t, leaf, gap=NOTICE_MS, within=30.0, does=None, act=None):
    """The other is powered off, and this one goes on under its own id."""
    other = t.other(leaf)
    return step(does or f"{other} powered off", act or (lambda w: w.power_off(other)), state(leaf, ACTING),
                bond_id(leaf, shared=False), *hosts_on(leaf), routes(leaf), alive=at(leaf), gap=gap, within=within)


@sequence("primary powered off")
def _(t):
    return [alone(t, t.secondary)]


@sequence("secondary powered off", short=False)
def _(t):
    return [step("the secondary is powered off", lambda w: w.power_off(t.secondary), state(t.primary, PRIMARY),
                 bond_id(t.primary, shared=True), *hosts_on(t.primary), routes(t.primary), alive=at(t.primary), gap=NOTICE_MS)]


@sequence("secondary's mlagd crashes, then the primary powers off")
def _(t):
    return [quiet("the secondary's mlagd crashes", lambda w: w.kill_for_good(t.secondary), state(t.secondary, DEAD),
                  state(t.primary, PRIMARY), least=1000),
            step("the primary is powered off", lambda w: w.power_off(t.primary), state(t.secondary, DEAD),
                 bond_id(t.secondary, shared=False), *hosts_on(t.secondary), routes(t.secondary), alive=at(t.secondary), gap=NOTICE_MS),
            quiet("mlagd comes back", lambda w: w.revive(t.secondary), state(t.secondary, ACTING), *hosts_on(t.secondary),
                  alive=at(t.secondary))]


@sequence("cut, then the secondary's mlagd crashes while probing", short=False)
def _(t):
    def act(world):
        world.impair(t.primary, [BACKUP, UPLINK], "delay", "300ms")
        world.cut()
        world.kill(t.secondary)

    return [step("answers take 300 ms; peerlink cut; its mlagd dies at once", act, state(t.primary, PRIMARY),
                 state(t.secondary, FENCED), *hosts_on(t.primary), routes(t.primary), alive=at(t.primary),
                 gap=WATCHFRR_MS + RISE_MS)]


@sequence("cut, fence, then the primary powers off")
def _(t):
    return [cut(t), alone(t, t.secondary, gap=LEASE_MS + RISE_MS)]


@sequence("both mlagd crash on one input, then a cut")
def _(t):
    return [quiet("both mlagds crash", lambda w: w.kill_for_good(*LEAVES), state(t.primary, DEAD), state(t.secondary, DEAD), least=1000),
            step("peerlink cut", lambda w: w.cut(), bond_id(t.primary, shared=True), bond_id(t.secondary, shared=False),
                 *hosts_on(t.primary), alive=(SERVERS,), gap=NOTICE_MS, why=ASIDE),
            step("mlagd comes back on both", lambda w: [w.revive(leaf) for leaf in LEAVES], state(t.primary, PRIMARY, ACTING),
                 state(t.secondary, FENCED), *hosts_on(t.primary), routes(t.primary), alive=(SERVERS,), gap=NOTICE_MS,
                 why="the secondary steps back only now", within=30)]


@sequence("primary loses its uplinks, then a cut", short=False)
def _(t):
    return [step("the primary's uplink fails", lambda w: w.uplink_down(t.primary), state(t.primary, PRIMARY),
                 state(t.secondary, SECONDARY), routes(t.secondary), gap=NOTICE_MS),
            step("peerlink cut", lambda w: w.cut(), *hosts_on(t.secondary), routes(t.secondary), alive=at(t.secondary),
                 gap=LEASE_MS + RISE_MS, within=30)]


@sequence("secondary without uplinks, then the primary powers off", short=False)
def _(t):
    inside = tuple(pair for pair in at(t.secondary) if pair != OUTSIDE)
    return [step("the secondary's uplink fails", lambda w: w.uplink_down(t.secondary), state(t.primary, PRIMARY),
                 state(t.secondary, SECONDARY), routes(t.primary), gap=NOTICE_MS),
            step("the primary is powered off", lambda w: w.power_off(t.primary), state(t.secondary, ACTING),
                 *hosts_on(t.secondary), alive=inside, why="no uplink is left", gap=NOTICE_MS)]


@sequence("role swap with delayed messages and no backup, then a cut", short=False)
def _(t):
    def act(world):
        world.impair(t.primary, PEERLINK, "delay", "150ms")
        world.impair(t.secondary, PEERLINK, "delay", "150ms")
        world.priority(t.secondary, 10)
        time.sleep(0.4)  # nothing to wait for: messages of the swap are on their way, in one order or another
        world.cut()

    def one_primary(world):
        seen = sorted(world.leaf(leaf) for leaf in LEAVES)
        return seen in ([ACTING, PRIMARY], [ACTING, ACTING]), seen  # giving up primary is free, taking it is not

    return [isolated(t),
            step("roles are to be swapped, messages take 150 ms, peerlink cut meanwhile", act,
                 Expect("one primary at most, the other acts alone", one_primary), alive=(SERVERS,), gap=NOTICE_MS, why=ASIDE)]


@sequence("primary's mlagd dead, then one of its legs fails", short=False)
def _(t):
    def act(world):
        world.leg_down(t.primary)
        world.revive(t.primary)

    return [quiet("the primary's mlagd dies", lambda w: w.kill_for_good(t.primary), state(t.primary, DEAD), least=500),
            step("its leg to server01 fails, and only then is mlagd started again", act, state(t.primary, PRIMARY, SECONDARY),
                 state(t.secondary, PRIMARY, SECONDARY), gap=WATCHFRR_MS + RESTART_MS)]


@sequence("secondary's mlagd SIGSTOPped, then a cut")
def _(t):
    return [quiet("the secondary's mlagd hangs", lambda w: w.hang(t.secondary), state(t.primary, PRIMARY), least=2000),
            step("peerlink cut", lambda w: w.cut(), state(t.primary, PRIMARY), bond_id(t.secondary, shared=False),
                 *hosts_on(t.primary), alive=(SERVERS,), gap=NOTICE_MS, why=ASIDE),
            step("it runs again", lambda w: w.revive(t.secondary), state(t.secondary, FENCED), *hosts_on(t.primary),
                 routes(t.primary), alive=(SERVERS,), gap=NOTICE_MS, why="the secondary steps back only now")]


@sequence("leaf01 dead, then leaf02's mlagd crash-loops", short=False)
def _(t):
    def again(number):
        def seen(world):
            pid = world.watch.text("leaf02", "mlagd.pid")
            return pid is not None and int(pid) != world.killed_pid, f"pid {pid}, was {world.killed_pid}"

        return quiet(f"leaf02's mlagd crashes ({number})", lambda w: w.kill("leaf02"), Expect("another mlagd runs", seen),
                     state("leaf02", ACTING), bond_id("leaf02", shared=False), *hosts_on("leaf02"), within=30)

    return [step("leaf01 powered off", lambda w: w.power_off("leaf01"), state("leaf02", ACTING, PRIMARY), *hosts_on("leaf02"),
                 routes("leaf02"), gap=NOTICE_MS), again(1), again(2), again(3)]


@sequence("systemctl stop frr", short=False)
def _(t):
    return [step("systemctl stop frr on the secondary; restart-time passes", lambda w: w.frr(t.secondary, "stop"),
                 state(t.secondary, DEAD), state(t.primary, PRIMARY), bond_id(t.secondary, shared=False),
                 *hosts_on(t.primary), routes(t.primary), alive=at(t.primary), gap=STOPPED_MS + NOTICE_MS, within=60)]


@sequence("systemctl stop frr on the primary", short=False)
def _(t):
    return [step("systemctl stop frr on the primary; restart-time passes", lambda w: w.frr(t.primary, "stop"),
                 state(t.primary, DEAD), state(t.secondary, ACTING), bond_id(t.primary, shared=False), *hosts_on(t.secondary),
                 routes(t.secondary), alive=at(t.secondary), gap=STOPPED_MS + NOTICE_MS, within=60)]


@sequence("returning primary in init-delay, then a cut", short=False)
def _(t):
    def act(world):
        node = world.lab.node(t.primary)
        node.run(["sed", "-i", "s/ init-delay 5$/ init-delay 60/", "/etc/frr/frr.conf"])
        world.power_off(t.primary)
        world.power_on(t.primary)
        world.undo.append((None, lambda: node.run(["sed", "-i", "s/ init-delay 60$/ init-delay 5/", "/etc/frr/frr.conf"])))
        world.undo.append((t.primary, lambda: node.vtysh("configure terminal", "mlag", "init-delay 5")))

    stays = dict(alive=at(t.secondary), within=30)
    return [step("the primary is off and on again; its init-delay runs", act, state(t.primary, COMING_UP, FENCED),
                 legs_are(t.primary, up=False), *hosts_on(t.secondary), routes(t.secondary), gap=NOTICE_MS, **stays),
            quiet("peerlink cut", lambda w: w.cut(), legs_are(t.primary, up=False), never_over(t.primary), *hosts_on(t.secondary),
                  routes(t.secondary), lost=LANES * ROUND_TRIP_MS // SPACING_MS, **stays)]


@sequence("power restored with a broken peerlink", short=False)
def _(t):
    def act(world):
        for leaf in LEAVES:
            world.power_off(leaf)
        for leaf in LEAVES:
            world.power_on_without_peerlink(leaf)

    def one_alone(world):
        seen = {leaf: world.leaf(leaf) for leaf in LEAVES}
        return sorted(seen.values())[0] == ACTING and ACTING not in sorted(seen.values())[1:], seen

    return [step("both lose power, and it returns with the peerlink's cables pulled", act,
                 Expect("one acts alone, the other has stepped back", one_alone), alive=(), back=(SERVERS, OUTSIDE), within=90,
                 why="the rack has no power")]


@sequence("secondary isolated from management and uplinks", short=False)
def _(t):
    orphan = (ORPHAN,) if t.primary == "leaf02" else ()
    return [isolated(t),
            step("peerlink cut", lambda w: w.cut(), state(t.primary, PRIMARY), state(t.secondary, ACTING), *hosts_on(t.primary),
                 routes(t.primary), alive=(OUTSIDE, SERVERS, *orphan), why="server03's leaf is alone", gap=NOTICE_MS)]


@sequence("zebra restarts during the hold", short=False)
def _(t):
    def seen(world):
        pid = world.lab.node(t.secondary).pid("zebra")
        return pid not in (None, world.killed_pid), f"pid {pid}, was {world.killed_pid}"

    return [cut(t),
            quiet("zebra dies on the secondary, watchfrr restarts it", lambda w: w.kill(t.secondary, "zebra"),
                  Expect("another zebra runs", seen), state(t.secondary, FENCED), legs_are(t.secondary, up=False),
                  never_over(t.secondary), *hosts_on(t.primary), routes(t.primary), alive=at(t.primary), least=5000, within=60)]


@sequence("spine outage")
def _(t):
    return [quiet("the spine is gone", lambda w: w.spine_outage(), state(t.primary, PRIMARY), state(t.secondary, SECONDARY),
                  *hosts_on(*LEAVES), alive=(SERVERS, ORPHAN), why="there is no way out", least=4000)]


def lost_apart(t, seconds):
    """Heartbeat, so many seconds later the peerlink."""
    return [quiet(f"the heartbeat is lost, {seconds} s pass", lambda w: w.backup_down(t.primary), state(t.primary, PRIMARY),
                  state(t.secondary, SECONDARY), least=1000 * seconds, within=seconds + 20), cut(t)]


def lost_apart_reversed(t, seconds):
    """Peerlink, so many seconds later the heartbeat."""
    fenced = cut(t)
    return [dataclasses.replace(fenced, least_ms=1000 * seconds, within=seconds + 20),
            quiet("the heartbeat is lost", lambda w: w.backup_down(t.primary), state(t.primary, PRIMARY), state(t.secondary, FENCED),
                  bond_id(t.secondary, shared=False), *hosts_on(t.primary), routes(t.primary), alive=at(t.primary))]


for _seconds in (1, 10, 40):
    sequence(f"heartbeat, then peerlink lost {_seconds} s apart", short=False)(
        lambda t, s=_seconds: lost_apart(t, s))
    sequence(f"peerlink, then heartbeat lost {_seconds} s apart", short=False)(
        lambda t, s=_seconds: lost_apart_reversed(t, s))


def one_way(t, deaf):
    """What the other sends over the peerlink to this leaf is lost; carrier stays."""
    return [step(f"what {t.other(deaf)} sends over the peerlink is lost; restart-time passes",
                 lambda w: w.impair(t.other(deaf), PEERLINK, "loss", "100%"), state(t.primary, PRIMARY), *hosts_on(*LEAVES),
                 routes(*LEAVES), alive=(OUTSIDE, SERVERS), why="server03's leaf cannot hand over to the other", gap=NOTICE_MS,
                 least=RESTART_MS + 4000, within=30)]


sequence("one-way loss from the primary", short=False)(lambda t: one_way(t, t.secondary))
sequence("one-way loss from the secondary", short=False)(lambda t: one_way(t, t.primary))


def one_way_backup(t, mute):
    """One-way loss on the heartbeat, then a cut: the answer comes through the fabric."""
    return [quiet(f"what {mute} sends on the backup is lost", lambda w: w.impair(mute, [BACKUP], "loss", "100%"),
                  state(t.primary, PRIMARY), state(t.secondary, SECONDARY)), cut(t)]


sequence("one-way loss on the backup from the primary, then a cut", short=False)(lambda t: one_way_backup(t, t.primary))
sequence("one-way loss on the backup from the secondary, then a cut", short=False)(lambda t: one_way_backup(t, t.secondary))


def flaps(t, hertz, leaf, ports, alive, why, gap):
    def bounded(world):
        """no-flap: five steps back a minute and what each brings with it, not one a flap."""
        seen = {leaf: sum(event["what"].startswith(("own LACP id", "fence", "role")) for event in world.events(leaf)) for leaf in LEAVES}
        return all(count <= 24 for count in seen.values()), seen

    return [step(f"{' and '.join(ports)} of {leaf} down and up at {hertz} Hz for 5 s", lambda w: w.flap(leaf, ports, hertz, 5),
                 Expect("no-flap", bounded), alive=alive, why=why, gap=gap, within=120)]


for _hertz in (1, 5, 20):
    sequence(f"peerlink flaps at {_hertz} Hz", short=False)(
        lambda t, h=_hertz: flaps(t, h, t.primary, PEERLINK, at(t.primary), "server03's leaf steps back", NOTICE_MS + RISE_MS))
    sequence(f"leg flaps at {_hertz} Hz", short=False)(
        lambda t, h=_hertz: flaps(t, h, t.primary, ("swp1",), PAIRS, "", 2 * NOTICE_MS))


def drained(t, leaf):
    """D7: nobody loses anything while a member is taken out of service, nor when it comes back."""
    other = t.other(leaf)
    return [quiet(f"maintenance on {leaf}", lambda w: w.maintenance(leaf), legs_are(leaf, up=False), *hosts_on(other), routes(other),
                  state(other, PRIMARY), within=30)]


sequence("maintenance of the primary", short=False)(lambda t: drained(t, t.primary))
sequence("maintenance of the secondary", short=False)(lambda t: drained(t, t.secondary))


def jumps(t):
    def ahead(seconds):
        return quiet(f"the wall clock jumps by {seconds:+d} s", lambda w: w.clock_jump(seconds), state(t.primary, PRIMARY),
                     state(t.secondary, SECONDARY), *hosts_on(*LEAVES), routes(*LEAVES))

    return [ahead(3600), ahead(-7200)]


sequence("clock jump")(jumps)


def by_name(name):
    return next(seq for seq in SEQUENCES if seq.name == name)
