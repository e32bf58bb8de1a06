#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bundles that are wrong: exit code, the file, the member, what is allowed.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"

expect 3 'no such folder' "$sealdesk" check "$tmp/none"
has "$tmp/err" "$tmp/none" 'no such folder'
has "$tmp/err" '文件打不开' 'no such folder'
mkdir "$tmp/b"
expect 5 'no application.json' "$sealdesk" check "$tmp/b"
has "$tmp/err" 'application.json' 'no application.json'
has "$tmp/err" '申请数据（application.json）' 'no application.json'
printf 'x' >"$tmp/file"
expect 3 'a file for a folder' "$sealdesk" check "$tmp/file"

# bad TEXT WORD...: exit 5 and all words in the messages
bad() {
  text=$1
  shift
  printf '%s' "$text" >"$tmp/b/application.json"
  expect 5 "$text" "$sealdesk" check "$tmp/b"
  for word; do
    has "$tmp/err" "$word" "$text"
  done
  [ -s "$tmp/out" ] && fail "$text: expected nothing on standard output"
}
bad '' 'application.json' 'line 1'
bad '{' 'line 1'
bad '[]' 'must be an object'
bad '{}' 'documents' 'missing'
bad '{"documents":[],"colour":1}' 'colour' 'unknown member' 'order_no'
bad '{"documents":[{"slot":"passport","file":"a"}]}' 'documents[0].slot' \
  'passport' 'id_card'
bad '{"documents":[{"slot":"id_card","file":"/etc/passwd"}]}' \
  'documents[0].file' '/etc/passwd'
bad '{"documents":[{"slot":"id_card","file":"../x"}]}' 'documents[0].file'
bad '{"documents":[{"slot":"id_card","file":"a"},{"slot":"id_card","file":"b"}]}' \
  'documents[1].slot' 'twice'
bad '{"order_type":"old","status":1,"documents":{}}' 'order_type' 'renewal' \
  'status' 'documents' '3 mistakes'
ln -s /etc/hostname "$tmp/b/link"
bad '{"documents":[{"slot":"id_card","file":"link"}]}' 'documents[0].file' \
  'out of the bundle'

# Files that cannot be read are findings, and the rest is reviewed.
clean_bundle
cp -r "$bundle" "$tmp/half"
licence=$(cd "$tmp/half" && echo business_license.*)
card=$(cd "$tmp/half" && echo id_card.*)
: >"$tmp/half/$licence"
rm "$tmp/half/$card"
expect 3 'an empty and a missing file' "$sealdesk" check "$tmp/half" \
  --format json
has "$tmp/out" '"F02"' 'an empty and a missing file'
has "$tmp/out" '"error": "EMPTY"' 'an empty file'
has "$tmp/out" '"error": "MISSING"' 'a missing file'
has "$tmp/err" "$licence" 'an empty file'
has "$tmp/err" '文件是空的' 'an empty file'
has "$tmp/err" "$card" 'a missing file'
has "$tmp/out" '"capture"' 'the other documents'
finish
