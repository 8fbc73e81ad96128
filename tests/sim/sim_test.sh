#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Chaos that must hold, then every rule broken in turn, which must be caught.
set -eu
sim=${SIM:-tests/sim/sim}
"$sim" --seeds "${SEEDS:-500}"
"$sim" --scenarios --seeds 30
"$sim" --prove --seeds 500
