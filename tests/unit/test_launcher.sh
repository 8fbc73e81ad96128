#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The launcher before a stock vtysh that only writes down how it was called: `-b` for all is said to mgmtd first,
# everything else once and as it came, and the exit status is the stock one's.
set -eu

launcher=$(pwd)/tests/unit/launcher
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
printf '#!/bin/sh\necho "$*" >>said\nexit 3\n' >stock_vtysh
chmod +x stock_vtysh

called() { # wanted lines, then the arguments
	wanted=$1
	shift
	rm -f said
	status=0
	"$launcher" "$@" 2>/dev/null || status=$?
	if [ "$status" != 3 ] || [ "$(cat said)" != "$wanted" ]; then
		echo "launcher $*: status $status, started: $(cat said)"
		exit 1
	fi
}

nl='
'
called "-b -d mgmtd${nl}-b" -b
called "-N blue --boot -d mgmtd${nl}-N blue --boot" -N blue --boot
called "-b -d bgpd" -b -d bgpd
called "-b --daemon=zebra" -b --daemon=zebra
called "-c show mlag" -c "show mlag"
called ""
echo "6 calls as they should be"
