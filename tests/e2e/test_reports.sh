#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a review leaves behind: modes, masks, the same bytes for any number of
# workers, and `judge` comes to the same findings.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
clean_bundle

code=0
"$sealdesk" check "$bundle" --today 2024-06-01 --jobs 1 --out "$tmp/one" \
  >"$tmp/one.json" 2>"$tmp/err" || code=$?
[ $code -le 2 ] || fail "check: expected 0, 1 or 2, got $code"
"$sealdesk" check "$bundle" --today 2024-06-01 --jobs 4 --out "$tmp/four" \
  >"$tmp/four.json" 2>"$tmp/err"
cmp -s "$tmp/one.json" "$tmp/four.json" ||
  fail 'expected the same report from one and from four workers'
diff -r "$tmp/one" "$tmp/four" >/dev/null ||
  fail 'expected the same files from one and from four workers'
cmp -s "$tmp/one.json" "$tmp/one/report.json" ||
  fail 'expected report.json to be what is printed'

for file in "$tmp"/one/*; do
  mode=$(stat -c %a "$file")
  [ "$mode" = 600 ] || fail "$(basename "$file"): expected mode 600, got $mode"
done
for slot in form license card letter sheet; do
  [ -s "$tmp/one/$slot-p1.jpg" ] || fail "expected a preview $slot-p1.jpg"
done
# Every picture that the report names is there.
sed -n 's/.*"image": "\(.*\)",*$/\1/p' "$tmp/one/report.json" |
  while read -r name; do
    [ -s "$tmp/one/$name" ] || echo "$name"
  done >"$tmp/lost"
[ -s "$tmp/lost" ] && fail "expected pictures: $(cat "$tmp/lost")"

# Numbers of people are in report.json only.
number=$(sed -n 's/.*"id_number": *"\([0-9X]*\)".*/\1/p' \
  "$bundle/application.json")
mobile=$(sed -n 's/.*"mobile": *"\([0-9]*\)".*/\1/p' "$bundle/application.json")
for secret in "$number" "$mobile"; do
  [ -n "$secret" ] || { fail 'expected a number in application.json'; continue; }
  has "$tmp/one/report.json" "$secret" 'report.json holds values in full'
  lacks "$tmp/one/report.html" "$secret" 'report.html masks'
  for format in text html; do
    "$sealdesk" judge "$tmp/one/report.json" --format "$format" >"$tmp/masked"
    lacks "$tmp/masked" "$secret" "judge --format $format masks"
  done
done

"$sealdesk" judge "$tmp/one/report.json" >"$tmp/again.json" 2>"$tmp/err"
got=$?
[ $got -eq $code ] || fail "judge: expected exit $code, got $got"
for f in one again; do
  sed '/"tool": {/,/^  },/d' "$tmp/$f.json" >"$tmp/$f.rest"
done
cmp -s "$tmp/one.rest" "$tmp/again.rest" ||
  fail 'judge: expected the findings of the review'
expect 3 'judge of what is no report' "$sealdesk" judge \
  "$bundle/application.json"
has "$tmp/err" 'sealdesk.report/1' 'judge of what is no report'

"$sealdesk" check "$bundle" --trace --dump-stages "$tmp/dumps" \
  >/dev/null 2>"$tmp/err"
has "$tmp/err" 'deskew' '--trace'
has "$tmp/err" 'process:' '--trace'
[ -n "$(ls "$tmp/dumps" 2>/dev/null)" ] || fail 'expected pictures of stages'
finish
