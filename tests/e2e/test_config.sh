#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Settings: printed, read back, and mistakes that name line and remedy.
# shellcheck disable=SC1091,SC2016,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"

expect 0 'config' "$sealdesk" config
cp "$tmp/out" "$tmp/all.conf"
expect 0 'config --check of what config prints' \
  "$sealdesk" config --check "$tmp/all.conf"
expect 0 'config with its own output' \
  "$sealdesk" config --config "$tmp/all.conf"
cmp -s "$tmp/out" "$tmp/all.conf" || fail 'config: expected the same again'
expect 0 'config --markdown' "$sealdesk" config --markdown
has "$tmp/out" '## limits' 'config --markdown'

printf 'limits: {\n  max_pagse = 3;\n  max_pages = 100000;\n};\nworkers: { };\n' \
  >"$tmp/bad.conf"
for command in 'config --check' 'config --config' 'rules --config'; do
  # shellcheck disable=SC2086
  expect 5 "$command" "$sealdesk" $command "$tmp/bad.conf"
  has "$tmp/err" 'bad.conf:2: limits.max_pagse' "$command"
  has "$tmp/err" 'did you mean `max_pages`?' "$command"
  has "$tmp/err" 'bad.conf:3: limits.max_pages = 100000' "$command"
  has "$tmp/err" 'did you mean `worker`?' "$command"
  has "$tmp/err" '有误' "$command"
  [ -s "$tmp/out" ] && fail "$command: expected nothing on standard output"
done
expect 5 'a configuration that is not there' \
  "$sealdesk" config --check "$tmp/none.conf"
has "$tmp/err" 'none.conf' 'a configuration that is not there'
expect 5 'check with a bad configuration' \
  "$sealdesk" check "$tmp" --config "$tmp/bad.conf"

expect 0 'doctor' "$sealdesk" doctor
has "$tmp/out" 'seccomp' 'doctor'
has "$tmp/out" 'Ready' 'doctor'
# What is missing is told with what to do about it.
expect 0 'doctor without models' env SEALDESK_MODELS="$tmp" "$sealdesk" doctor
has "$tmp/out" 'sealdesk-models' 'doctor without models'
expect 70 'doctor without Chinese' env TESSDATA_PREFIX="$tmp" "$sealdesk" doctor
has "$tmp/out" 'tesseract-ocr-chi-sim' 'doctor without Chinese'
has "$tmp/out" 'Not ready' 'doctor without Chinese'
finish
