#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# frr-mlag-setup on a file of daemons like FRR's: adds its block once, gives the
# file back byte for byte, keeps what others wrote since, refuses what it did
# not write, and FRR's scripts would then start mlagd.
set -eu

setup="${srcdir:-.}/mlagd/frr-mlag-setup"
FRR_MLAG_ETC=$(mktemp -d)
export FRR_MLAG_ETC
trap 'rm -rf "$FRR_MLAG_ETC"' EXIT
file="$FRR_MLAG_ETC/daemons"

die() {
	echo "FAIL: $*"
	exit 1
}

# exit status of the command as its output
status() {
	if "$@" >/dev/null 2>&1; then echo 0; else echo $?; fi
}

fresh() {
	printf 'bgpd=yes\nzebra_options="  -A 127.0.0.1 -s 90000000"\n\n#all_wrap=""\n' >"$file"
	chmod 640 "$file"
	cp -p "$file" "$file.orig"
}

fresh
[ "$(status sh "$setup" --status)" = 1 ] || die "not set up, but --status says so"
sh "$setup" >/dev/null
cp -p "$file" "$file.once"
sh "$setup" >/dev/null
cmp "$file" "$file.once" || die "a second run changed the file"
[ "$(status sh "$setup" --status)" = 0 ] || die "set up, but --status says no"
[ "$(stat -c %a "$file")" = 640 ] || die "the mode changed"

got=$(DAEMONS="mgmtd zebra bgpd"; . "$file"; echo "$DAEMONS|$mlagd|$zebra_options")
[ "$got" = "mgmtd zebra bgpd mlagd|yes|  -A 127.0.0.1 -s 90000000 -M mlag" ] || die "FRR's scripts would read: $got"

got=$(grep -o "/[^ ]* %s'" "$file" | head -n 1)
[ "$got" = "/usr/libexec/frr-mlag/frr-mlag-restart %s'" ] || die "watchfrr's restart command would be '$got"

sh "$setup" --remove >/dev/null
cmp "$file" "$file.orig" || die "--remove did not give the file back"
sh "$setup" --remove >/dev/null
cmp "$file" "$file.orig" || die "a second --remove changed the file"

sh "$setup" >/dev/null
echo 'frr_profile="datacenter"' >>"$file"
sh "$setup" >/dev/null
grep -q '^frr_profile="datacenter"$' "$file" || die "a line of the administrator's is lost"
[ "$(grep -c '^mlagd=yes$' "$file")" = 1 ] || die "the block stands there twice"

fresh
echo 'mlagd=yes' >>"$file"
cp -p "$file" "$file.orig"
[ "$(status sh "$setup")" = 2 ] || die "took over lines of the administrator's"
cmp "$file" "$file.orig" || die "refused, but changed the file"

fresh
sh "$setup" >/dev/null
sed -i '/^# frr-mlag end$/d' "$file"
cp -p "$file" "$file.orig"
[ "$(status sh "$setup" --remove)" = 2 ] || die "removed a block that has no end"
cmp "$file" "$file.orig" || die "refused, but changed the file"

rm "$file"
[ "$(status sh "$setup")" = 2 ] || die "set up without FRR"
[ "$(status sh "$setup" --namespace ../x)" = 2 ] || die "took a path for a name"
mkdir "$FRR_MLAG_ETC/red"
printf 'bgpd=no\n' >"$FRR_MLAG_ETC/red/daemons"
sh "$setup" --namespace red >/dev/null
grep -q '^mlagd=yes$' "$FRR_MLAG_ETC/red/daemons" || die "--namespace did not reach its file"
# the package: what it diverts it ships a file for, and gives back
debian="${srcdir:-.}/debian" log="$FRR_MLAG_ETC/divert.log"
mkdir "$FRR_MLAG_ETC/bin"
printf '#!/bin/sh\necho "$*" >>"%s"\n' "$log" >"$FRR_MLAG_ETC/bin/dpkg-divert"
chmod +x "$FRR_MLAG_ETC/bin/dpkg-divert"
PATH="$FRR_MLAG_ETC/bin:$PATH" sh "$debian/frr-mlag.preinst" install
mv "$log" "$log.added"
PATH="$FRR_MLAG_ETC/bin:$PATH" sh "$debian/frr-mlag.postrm" remove
sed 's/--add/--remove/' "$log.added" | cmp - "$log" || die "a removed package leaves a diversion behind"
for name in /usr/bin/vtysh /usr/lib/frr/frr-reload.py; do
	grep -q -- "--divert $name.distrib $name\$" "$log.added" || die "$name is not diverted"
	grep -q "debian/frr-mlag$name\$" "$debian/rules" || die "nothing is shipped as $name"
done
echo ok
