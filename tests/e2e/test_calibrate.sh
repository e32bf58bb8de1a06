#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Stored reports held against what people decided, and settings from reports
# whose truth is known. The reports are those that the fuzzers start from.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"

corpus=$source_dir/tests/fuzz/corpus/stored
for name in clean page; do
  mkdir -p "$tmp/store/$name"
  cp "$corpus/$name.json" "$tmp/store/$name/report.json"
done
printf 'application,rule,decision\nclean,*,fine\npage,A03,fault\npage,F01,fine\n' \
  >"$tmp/decisions.csv"

expect 0 'decisions as text' "$sealdesk" judge --decisions \
  "$tmp/decisions.csv" "$tmp/store" --format text
has "$tmp/out" '报告 2 份，其中有人工结论的 2 份' 'decisions as text'
grep -q '^F01 .* 2  *1  *0 ' "$tmp/out" ||
  fail 'F01: one false alarm of two applications that are fine'
expect 0 'a wish' "$sealdesk" judge --decisions "$tmp/decisions.csv" \
  --false-alarms 0.01 "$tmp/store" --format json
has "$tmp/out" '"wished_false_alarm_rate": 0.01' 'a wish'
has "$tmp/out" '"setting": "read_clarity"' 'a wish'

expect 64 'a wish without decisions' "$sealdesk" judge --false-alarms 0.01 \
  "$tmp/store"
expect 64 'a wish that is no share' "$sealdesk" judge --decisions \
  "$tmp/decisions.csv" --false-alarms 1 "$tmp/store"
expect 64 'two questions' "$sealdesk" judge --changes --decisions \
  "$tmp/decisions.csv" "$tmp/store"
printf 'application,rule,decision\nclean,X06,fine\n' >"$tmp/wrong.csv"
expect 3 'a rule that is not there' "$sealdesk" judge --decisions \
  "$tmp/wrong.csv" "$tmp/store"
has "$tmp/err" 'row 2: there is no rule "X06"' 'a rule that is not there'
printf 'application,rule,decision\nother,A05,fine\n' >"$tmp/others.csv"
expect 0 'decisions about others' "$sealdesk" judge --decisions \
  "$tmp/others.csv" "$tmp/store" --format text
has "$tmp/err" 'no decision is about one of these reports' \
  'decisions about others'

expect 3 'reports without truth' "$sealdesk" calibrate "$tmp/store"
has "$tmp/err" 'no truth.json, labels.csv or decisions.csv' \
  'reports without truth'
cp "$tmp/decisions.csv" "$tmp/store"
cat >"$tmp/store/labels.csv" <<'CSV'
application,slot,name,value
clean,id_card,capture,flatbed
clean,id_card,handler_name,沈若溪
CSV
expect 0 'calibrate' "$sealdesk" calibrate "$tmp/store" --out "$tmp/made"
has "$tmp/made/pipeline.conf" '1 key fields of known text, 1 misread' calibrate
has "$tmp/made/pipeline.conf" 'seal_least_mm stays' calibrate
has "$tmp/made/cues.def" 'one class of capture has none' calibrate
expect 0 'what calibrate makes is a configuration' "$sealdesk" config --check \
  "$tmp/made/pipeline.conf"
finish
