#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Judging stored reports again: a folder of them, what is another than what was
# stored, and what two settings make of the same reports.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"

clean_bundle
mkdir "$tmp/store"
for order in one two; do
  expect 0 "check of $order" "$sealdesk" check "$bundle" --today 2026-06-01 \
    --out "$tmp/store/$order" --format json
done
cat >"$tmp/stricter.conf" <<'CONF'
rules: { seal_clarity = 100.0; page_clarity = 0.0; };
CONF
: >"$tmp/defaults.conf"

expect 0 'a folder of reports' "$sealdesk" judge "$tmp/store" --format json
[ "$(wc -l <"$tmp/out")" -eq 2 ] || fail 'a folder of two reports: two lines'

expect 0 'changes under the same settings' "$sealdesk" judge --changes \
  "$tmp/store" --format text
has "$tmp/out" '重新判断 2 份报告，结论改变 0 份' 'the same settings'

expect 0 'two settings' "$sealdesk" judge --diff "$tmp/defaults.conf" \
  "$tmp/stricter.conf" "$tmp/store" --format json
has "$tmp/out" '"reports": 2' 'two settings'
has "$tmp/out" '"from": "clean"' 'two settings'

expect 64 'settings without reports' "$sealdesk" judge --diff a.conf b.conf
expect 64 'changes as HTML' "$sealdesk" judge --changes "$tmp/store" \
  --format html
expect 3 'a folder that is not there' "$sealdesk" judge "$tmp/nowhere"
has "$tmp/err" 'nowhere' 'a folder that is not there'
echo '{"schema":"sealdesk.report/1"}' >"$tmp/store/one/report.json"
expect 3 'one report is broken' "$sealdesk" judge --changes "$tmp/store" \
  --format text
has "$tmp/out" '重新判断 1 份报告' 'the others are judged all the same'
finish
