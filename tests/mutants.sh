#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The test of the test: the core broken in one place (enum core_break; 1..11 are rules), and some
# test of it has to fail. Says which. doc/model.md has the table; the model and the simulator have
# their own (--prove).
set -eu
missed=0
tests/fuzz/fuzz_core -n 0 >/dev/null || exit 1 # whole, it must not fail
for m in 1 2 3 4 5 7 8 9 10 11 12 13 14 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31; do
	by=
	for t in tests/unit/test_core_*; do
		case $t in *.o | *.c | *.log | *.trs) continue ;; esac
		[ -x "$t" ] && [ ! -d "$t" ] || continue
		CORE_MUTANT=$m "$t" >/dev/null 2>&1 || by="$by ${t##*/}"
	done
	CORE_MUTANT=$m tests/fuzz/fuzz_core -n 0 >/dev/null 2>&1 || by="$by fuzz_core"
	rm -f fuzz_core.crash
	echo "mutant $m:${by:- NOT NOTICED}"
	[ -n "$by" ] || missed=1
done
exit $missed
