#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# frr-mlag-restart before a watchfrr.sh that writes down how it was called: a daemon that watchfrr takes for dead while all
# are restarted is not started a second time if it runs then, is if it does not, and is at once otherwise. And of restarts
# that end together none stays behind with a parent that takes one child for each SIGCHLD, as stock watchfrr.
#   FRR_MLAG_TIMES: how often they end together
set -eu

command="${srcdir:-.}/mlagd/frr-mlag-restart"
dir=$(mktemp -d)
trap 'rm -rf "$dir"; kill $(jobs -p) 2>/dev/null || :' EXIT
export FRR_MLAG_RUN="$dir" FRR_MLAG_WATCHFRR_SH="$dir/watchfrr.sh"
unset FRR_PATHSPACE

# Of all: says that it has begun, and goes on when it is told to. A descriptor that it inherits is what daemons would.
cat >"$FRR_MLAG_WATCHFRR_SH" <<SH
#!/bin/sh
echo "\$*" >>"$dir/said"
[ "\$2" != all ] || { : >"$dir/begun"; read -r go <"$dir/go"; }
[ ! -e /proc/self/fd/9 ] || echo "holds the lock" >>"$dir/said"
exit 3
SH
chmod +x "$FRR_MLAG_WATCHFRR_SH"
mkfifo "$dir/go"

die() {
	echo "FAIL: $*"
	exit 1
}

said() {
	[ "$(cat "$dir/said")" = "$1" ] || die "$2: watchfrr.sh was called: $(cat "$dir/said")"
	rm "$dir/said"
}

ends_with() { # the exit status that a command is to have
	wanted=$1
	shift
	got=0
	"$@" || got=$?
	[ $got = "$wanted" ] || die "exit status $got of: $*"
}

ends_with 3 sh "$command" bgpd
said "restart bgpd" "bgpd alone"

waits() { # until N restarts wait for that of all
	until [ "$(grep -c -e "-> FLOCK .*:$lock " /proc/locks)" = "$1" ]; do
		kill -0 $bgpd && kill -0 $all || die "a daemon is restarted beside the restart of all"
	done
}

begin() { # the restart of all by this command, and beside it that of bgpd
	rm -f "$dir/begun"
	"$@" &
	all=$!
	while [ ! -e "$dir/begun" ]; do
		kill -0 $all || die "a restart of all did not begin"
	done
	sh "$command" bgpd &
	bgpd=$!
}

# while all are restarted: bgpd, which is up afterwards, and ospfd, which is not
begin sh "$command" all
sh "$command" ospfd &
ospfd=$!
lock=$(stat -c %i "$dir/mlag-restart.lock")
waits 2
echo $$ >"$dir/bgpd.pid"
said "restart all" "while all are restarted"
echo >"$dir/go"
ends_with 3 wait $all
ends_with 0 wait $bgpd
ends_with 3 wait $ospfd
said "restart ospfd" "after a restart of all"
ends_with 3 sh "$command" bgpd
said "restart bgpd" "later"

# watchfrr ends a restart of all that takes too long: bgpd runs, but nobody knows what it was told
begin setsid sh "$command" all
waits 1
kill -TERM -$all
ends_with 143 wait $all
ends_with 3 wait $bgpd
said "restart all
restart bgpd" "after a restart of all that was ended"

together="$(pwd)/tests/unit/one_child_per_signal"
command=$(realpath "$command")
ends_with 1 "$together" 1 20 2 "exit 0"
ends_with 0 "$together" "${FRR_MLAG_TIMES:-2}" 20 60 "exec /bin/sh $command bgpd"
echo ok
