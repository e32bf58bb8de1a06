#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# counts - instructions that measuring a generated page (tune, seed 41) takes,
# held against counts.txt
#
#   tests/counts/counts.sh BUILD                 fails when one grew by over 5 %
#   tests/counts/counts.sh BUILD --write WHY     keeps the present ones, with why
#
# callgrind counts the same on a busy and on an idle machine; it takes a minute
# or two. Tesseract alone reads (no second reader), so that the numbers do not
# hang on what is installed; another version of a library is a reason to write,
# and so is a generator that draws another page.
# What libvips does in its own threads (encoding) counts in the total only.
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
kept=$here/counts.txt
most=5 # percent
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

command -v valgrind >/dev/null || { echo "skipped: valgrind is missing"; exit 77; }
"$build/sealdesk-fixtures" make --out "$tmp/made" --family tune --dpi 200 \
  --seed 41 --first 3 --count 1 --recipe clean >/dev/null
mkdir "$tmp/page"
cp "$tmp/made"/*/seal_sheet.jpg "$tmp/page"
python3 -c 'import json, sys
order = json.load(sys.stdin)
del order["documents"]
json.dump(order, sys.stdout)' <"$(echo "$tmp/made"/*/application.json)" \
  >"$tmp/page/order.json"
SEALDESK_MODELS=/nonexistent OMP_THREAD_LIMIT=1 valgrind --tool=callgrind \
  --callgrind-out-file="$tmp/out" "$build/tests/counted" "$tmp/page" \
  2>"$tmp/log" || { cat "$tmp/log"; exit 1; }
callgrind_annotate --inclusive=yes --threshold=100 "$tmp/out" |
  awk '{ gsub(/,/, "", $1) }
       /PROGRAM TOTALS/ { print "total", $1 }
       match($0, /:(measure_job|pipeline_run|reader_read_page|depict_page)[ \047]/) {
         name = substr($0, RSTART + 1, RLENGTH - 2)
         if (!seen[name]++) print name, $1 }' | sort >"$tmp/now"
[ "$(wc -l <"$tmp/now")" -ge 5 ] || { echo "counts: too few functions"; exit 1; }

if [ "${2:-}" = --write ]; then
  { grep '^#' "$kept" 2>/dev/null || true
    echo "# ${3:?why they changed}"
    cat "$tmp/now"; } >"$tmp/new"
  mv "$tmp/new" "$kept"
  exit 0
fi
grep -v '^#' "$kept" | sort | join - "$tmp/now" | awk -v most="$most" '
  { grown = 100 * ($3 / $2 - 1)
    printf("%-18s %15.0f %15.0f %+6.1f %%%s\n", $1, $2, $3, grown,
           (grown > most) ? "  GREW" : "")
    bad += (grown > most) }
  END { if (NR == 0) { print "counts: nothing to compare"; exit 1 }
        exit bad > 0 }'
