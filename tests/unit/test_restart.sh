#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# frr-mlag-restart before a watchfrr.sh that writes down how it was called: a daemon that watchfrr takes for dead while all
# are restarted is not started a second time, and is at any other moment.
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

sh "$command" all &
all=$!
while [ ! -e "$dir/begun" ]; do
	kill -0 $all || die "a restart of all did not begin"
done
ends_with 0 sh "$command" bgpd
said "restart all" "while all are restarted"
echo >"$dir/go"
ends_with 3 wait $all
ends_with 3 sh "$command" bgpd
said "restart bgpd" "later"
echo ok
