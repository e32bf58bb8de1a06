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
has "$tmp/out" '"page_from_picture"' 'seal: where it comes from'
[ "$(find "$tmp/s" "$tmp/r" -name '*-[0-9].png' -size +40k | wc -l)" = 0 ] ||
  fail 'expected every PNG below the limit of tokens'

# The forms for older programs, and the same bytes every time.
has "$tmp/s/manifest.json" '"kind": "source"' 'seal: untouched crop'
for f in "$tmp"/s/*.bmp; do
  [ "$(head -c 2 "$f")" = BM ] || fail "$f: expected a BMP"
done
for f in "$tmp"/s/*.gif; do
  [ "$(head -c 3 "$f")" = GIF ] || fail "$f: expected a GIF"
done
expect 0 'seal again' "$sealdesk" seal "$sheet" --out "$tmp/again"
diff -r "$tmp/s" "$tmp/again" >/dev/null || fail 'seal: expected equal bytes'

# `compare`: one seal with itself, two different ones, and what is none.
cuts=$(echo "$files" | grep -- '-[0-9]*\.png$')
one=$(echo "$cuts" | head -1)
two=$(echo "$cuts" | tail -1)
expect 1 'compare with itself' "$sealdesk" compare "$tmp/s/$one" "$tmp/s/$one"
has "$tmp/out" '"same_stamp": true' 'compare with itself'
has "$tmp/out" '"same_impression": true' 'compare with itself'
expect 1 'compare two seals' "$sealdesk" compare "$tmp/s/$one" "$tmp/s/$two"
has "$tmp/out" '"same_stamp": false' 'compare two seals'
expect 0 'seal of the form' "$sealdesk" seal \
  "$(echo "$bundle"/application_form.*)" --role official --out "$tmp/f"
expect 0 'compare sheet and form' "$sealdesk" compare "$tmp/s/$one" \
  "$(echo "$tmp"/f/*-[0-9].png)" --format text
has "$tmp/out" '是同一枚印章' 'compare sheet and form'
expect 3 'compare with a manifest' "$sealdesk" compare "$tmp/s/$one" \
  "$tmp/s/manifest.json"
expect 3 'compare with nothing' "$sealdesk" compare "$tmp/s/$one" "$tmp/none"
finish
