#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Looking after a data folder: verify, backup, restore, erase, migrate; alone
# and beside a process that writes.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"

durable=$build/tests/durable
data=$tmp/data
id=00000000000000000000000001 # the second of the applications made

"$durable" make "$data" 3 || fail 'a data folder could not be made'

verify() {
  expect "$1" "$2" "$sealdesk" store verify --data "$3"
}
verify 0 'verify' "$data"
has "$tmp/out" 'files: 9' 'verify'
has "$tmp/out" 'audit rows: 3' 'verify'
has "$tmp/out" 'Sound.' 'verify'
expect 0 'migrate' "$sealdesk" store migrate --data "$data"
has "$tmp/out" 'schema 3' 'migrate'

# --- a copy, which does not hold the key
expect 0 'backup' "$sealdesk" store backup "$tmp/copy" --data "$data"
has "$tmp/out" 'without the master key' 'backup'
[ -e "$tmp/copy/master.key" ] && fail 'backup: the master key is in it'
expect 6 'backup twice' "$sealdesk" store backup "$tmp/copy" --data "$data"
verify 0 'verify a copy' "$tmp/copy"
has "$tmp/out" 'audit log not verified' 'verify a copy'
expect 0 'verify a copy with its key' "$sealdesk" store verify \
  --data "$tmp/copy" --key "$data/master.key"
has "$tmp/out" 'audit rows: 3' 'verify a copy with its key'

# --- damage is found and named
blob=$(find "$data/blobs" -type f | sort | head -1)
name=$(basename "$blob")
printf 'x' | dd of="$blob" bs=1 seek=100 conv=notrunc 2>/dev/null
verify 6 'a damaged file' "$data"
has "$tmp/out" "$name: the bytes are others" 'a damaged file'
rm "$blob"
verify 6 'a missing file' "$data"
has "$tmp/out" "no blob $name" 'a missing file'
expect 6 'a copy of what is damaged' \
  "$sealdesk" store backup "$tmp/bad" --data "$data"

# --- restored from the copy, with the key put beside it
mkdir "$tmp/new"
cp "$data/master.key" "$tmp/new"
expect 0 'restore' "$sealdesk" store restore "$tmp/copy" --data "$tmp/new"
has "$tmp/out" 'audit rows: 3' 'restore'
expect 6 'restore over a store' \
  "$sealdesk" store restore "$tmp/copy" --data "$tmp/new"
has "$tmp/err" 'holds a store already' 'restore over a store'
data=$tmp/new

# --- erased: three files fewer, the log one row longer
expect 0 'erase' "$sealdesk" store erase $id --data "$data"
has "$tmp/out" '3 files' 'erase'
verify 0 'verify after erasing' "$data"
has "$tmp/out" 'files: 6' 'verify after erasing'
has "$tmp/out" 'audit rows: 4' 'verify after erasing'
has "$tmp/out" 'orphans: 0' 'verify after erasing'
expect 6 'erase what is not there' \
  "$sealdesk" store erase 00000000000000000000000099 --data "$data"
expect 64 'erase what is no id' "$sealdesk" store erase 12 --data "$data"

# --- an older head of the log, noted elsewhere, is looked for
expect 6 'a head that is not in the log' "$sealdesk" store verify \
  --data "$data" --head 4:00
has "$tmp/out" 'the head that was noted is not in the log' 'head'

# --- the key has to be the owner's alone, and the store's own
chmod 644 "$data/master.key"
expect 5 'a key that others may read' \
  "$sealdesk" store erase $id --data "$data"
chmod 600 "$data/master.key"
head -c 32 /dev/zero >"$tmp/other.key"
chmod 600 "$tmp/other.key"
expect 5 'the key of another store' \
  "$sealdesk" store erase $id --data "$data" --key "$tmp/other.key"

# --- beside a process that writes
"$durable" make "$tmp/busy" 2000 &
writer=$!
sleep 1
verify 0 'verify beside a writer' "$tmp/busy"
expect 0 'backup beside a writer' \
  "$sealdesk" store backup "$tmp/live" --data "$tmp/busy"
expect 6 'erase beside a writer' "$sealdesk" store erase $id --data "$tmp/busy"
has "$tmp/err" 'in use by another process' 'erase beside a writer'
kill $writer
wait $writer 2>/dev/null
verify 0 'what was copied meanwhile' "$tmp/live"

# --- wrong usage
expect 64 'no verb' "$sealdesk" store
expect 64 'another verb' "$sealdesk" store burn
expect 64 'backup where' "$sealdesk" store backup --data "$data"
expect 64 'verify what' "$sealdesk" store verify x
expect 6 'no such folder' "$sealdesk" store verify --data "$tmp/none"
expect 6 'erase in no store' "$sealdesk" store erase $id --data "$tmp/none"
expect 6 'migrate no store' "$sealdesk" store migrate --data "$tmp/none"
[ ! -e "$tmp/none" ] || fail 'a slip in the name made a store'

finish
