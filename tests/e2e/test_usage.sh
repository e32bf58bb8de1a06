#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Help, version and wrong usage.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"

commands='check inspect seal compare judge calibrate serve store rules perms config doctor'

expect 0 '--help' "$sealdesk" --help
for c in $commands; do
  has "$tmp/out" "  $c" '--help'
done
[ -s "$tmp/err" ] && fail '--help: expected nothing on standard error'
for c in $commands; do
  expect 0 "$c --help" "$sealdesk" "$c" --help
  has "$tmp/out" "sealdesk $c" "$c --help"
done
expect 0 'check --help' "$sealdesk" check --help
has "$tmp/out" '--reveal' 'check --help'
lacks "$tmp/out" '--role' 'check --help'

version=$(sed -n 's/^project(sealdesk VERSION \([0-9.]*\).*/\1/p' \
  "$source_dir/CMakeLists.txt")
expect 0 '--version' "$sealdesk" --version
has "$tmp/out" "sealdesk $version" '--version'

# wrong WORD ARGUMENT...: exit 64 and a sentence with that word
wrong() {
  word=$1
  shift
  expect 64 "$*" "$sealdesk" "$@"
  has "$tmp/err" "$word" "$*"
  has "$tmp/err" '命令用法有误' "$*"
  [ -s "$tmp/out" ] && fail "$*: expected nothing on standard output"
}
wrong 'a command is wanted'
wrong 'no command "chek"' chek x
wrong 'no command "chek"' chek --help
wrong 'A.png B.png' compare a.png
wrong '0 .. 65535' serve --port 65536
wrong 'does not know --demo' check x --demo
wrong 'BUNDLE' check
wrong 'BUNDLE' check one two
wrong '--colour: no such option' check x --colour
wrong '-z: no such option' check x -z
wrong '--out: its argument is missing' check x --out
wrong 'does not know --role' check x --role official
wrong 'json, text, html' check x --format xml
wrong 'YYYY-MM-DD' check x --today tomorrow
wrong 'YYYY-MM-DD' check x --today 2023-02-29
wrong '1 .. 64' check x --jobs 0
wrong '1 .. 64' check x --jobs many
wrong '72 .. 1200' seal x --dpi 30
wrong 'official, legal_rep' seal x --role emperor
wrong 'needs --slot' inspect x
wrong 'application_form, business_license' inspect x --slot passport
wrong 'allowed are json, text' bench --format html

expect 0 'rules' "$sealdesk" rules
has "$tmp/out" '"X01"' 'rules: JSON away from a terminal'
expect 0 'rules as text' "$sealdesk" rules --format text
has "$tmp/out" 'X01' 'rules as text'
expect 0 'rules as a page' "$sealdesk" rules --format html
has "$tmp/out" '<h2>X01 ' 'rules as a page'
has "$tmp/out" '</html>' 'rules as a page'
finish
