#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# same_reports.sh BUILD OTHER_BUILD: the programs of two compilers, and any
# number of jobs, write the same bytes for the same application.
set -eu
one=$1 other=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$one/sealdesk-fixtures" make --family report --seed 31 --count 2 \
  --out "$folder/a" 2>/dev/null
"$other/sealdesk-fixtures" make --family report --seed 31 --count 2 \
  --out "$folder/b" 2>/dev/null
review() { # program folder jobs
  code=0
  "$1/sealdesk" check "$2" --format json --today 2026-01-15 --jobs "$3" ||
    code=$?
  [ "$code" -le 2 ]
}
for i in 0000 0001; do
  review "$one" "$folder/a/$i" 1 >"$folder/1.json"
  review "$one" "$folder/a/$i" 2 >"$folder/2.json"
  review "$other" "$folder/a/$i" 1 >"$folder/3.json"
  cmp "$folder/1.json" "$folder/2.json"
  cmp "$folder/1.json" "$folder/3.json"
done
diff -r "$folder/a" "$folder/b" >/dev/null ||
  echo "note: the generator's pages differ between compilers"
