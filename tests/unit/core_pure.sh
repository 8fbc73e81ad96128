#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The core is pure: what libcore.a needs from outside is on this list and
# nothing else. No clock, no socket, no file, no log, no libfrr.
set -eu
lib=${1:-mlagd/core/libcore.a}
nm=${NM:-nm}

allowed='malloc calloc realloc free
memcpy memmove memset memcmp
__memcpy_chk __memmove_chk __memset_chk
strlen strnlen strcmp strncmp
snprintf __snprintf_chk
qsort bsearch abort
__stack_chk_fail _GLOBAL_OFFSET_TABLE_'

[ -s "$lib" ] || { echo "core_pure: no $lib" >&2; exit 1; }
defined=$($nm -g --defined-only "$lib" | awk 'NF == 3 { print $3 }' | sort -u)
needed=$($nm -g --undefined-only "$lib" | awk '$1 == "U" { print $2 }' | sort -u)
[ -n "$defined" ] || { echo "core_pure: $lib defines nothing" >&2; exit 1; }

bad=
for s in $needed; do
	printf '%s\n' $allowed $defined | grep -qx -- "$s" || bad="$bad $s"
done
if [ -n "$bad" ]; then
	echo "core_pure: $lib needs what a pure core must not:$bad" >&2
	exit 1
fi
echo "core_pure: $(echo "$defined" | wc -l) symbols defined, outside needed only:" \
	$(for s in $needed; do printf '%s\n' $defined | grep -qx -- "$s" || echo "$s"; done)
