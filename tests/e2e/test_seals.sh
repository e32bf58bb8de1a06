#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `seal`: PNGs and a manifest whose hashes are right.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
clean_bundle
sheet=$(echo "$bundle"/seal_sheet.*)

expect 0 'seal' "$sealdesk" seal "$sheet" --out "$tmp/s"
cmp -s "$tmp/out" "$tmp/s/manifest.json" ||
  fail 'expected the manifest on standard output'
has "$tmp/out" '"role": "official"' 'seal'
has "$tmp/out" '"role": "legal_rep"' 'seal'
files=$(sed -n 's/.*"file": "\(.*\)",*$/\1/p' "$tmp/out")
sed -n 's/.*"sha256": "\(.*\)".*/\1/p' "$tmp/out" | tail -n +2 >"$tmp/sums"
i=1
for f in $files; do
  sum=$(sha256sum "$tmp/s/$f" | cut -d ' ' -f 1)
  [ "$sum" = "$(sed -n ${i}p "$tmp/sums")" ] || fail "$f: expected hash $sum"
  i=$((i + 1))
done
[ $i -gt 2 ] || fail 'expected two seals on the sheet'

expect 0 'seal --role' "$sealdesk" seal "$sheet" --role legal_rep --dpi 600 \
  --out "$tmp/r"
lacks "$tmp/out" '"official"' 'seal --role legal_rep'
has "$tmp/out" '"dpi": 600' 'seal --dpi'
finish
