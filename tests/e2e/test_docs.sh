#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the documents say is so: the printed ones are as printed, and every
# command and option they name is there.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)

same() { # file command...
  file=$1
  shift
  "$sealdesk" "$@" >"$tmp/printed"
  cmp -s "$tmp/printed" "$root/$file" ||
    fail "$file: expected what 'sealdesk $*' prints"
}
same docs/settings.md config --markdown
same docs/rules.md rules --markdown
same docs/permissions.md perms
same pipeline.conf config

grep -ohE 'sealdesk [a-z]+' "$root/README.md" "$root/docs/HACKING.md" |
  grep -vE 'sealdesk (is|never)$' | sort -u | while read -r _ command; do
  "$sealdesk" --help | grep -qE "^ +$command|$command " ||
    echo "$command"
done >"$tmp/unknown"
[ -s "$tmp/unknown" ] && fail "documents name unknown commands: $(cat "$tmp/unknown")"
for file in $(grep -ohE '\]\((docs/)?[A-Za-z/_.]+\)' "$root/README.md" |
  tr -d '])(' ); do
  [ -e "$root/$file" ] || fail "README links to $file, which is not there"
done
finish
