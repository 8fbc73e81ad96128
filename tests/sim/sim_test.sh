#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Chaos that must hold, then every rule broken in turn, which must be caught. The list of the
# sequences in doc/verdict.md is that of the scenarios.
set -eu
sim=${SIM:-tests/sim/sim}
"$sim" --seeds "${SEEDS:-500}"
"$sim" --scenarios --seeds 30
"$sim" --prove --seeds 500
"$sim" --names | while read -r name; do
	grep -qF "$name" "${srcdir:-.}/doc/verdict.md" || { echo "not in doc/verdict.md: $name" && exit 1; }
done
