#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# calibrate.sh BUILD FOLDER: the sets that the shipped constants were fitted to,
# and the fit (docs/calibration.md). FOLDER/pages and FOLDER/damaged get
# applications of the `tune` family with their reports, FOLDER/cues and
# FOLDER/clarity what `calibrate` makes of them. About an hour of processor; what
# is there already is not made again.
set -eu
build=$1 folder=$2

make_pages() { # recipe seed first count
  [ -d "$folder/pages/$1-$2" ] && return
  "$build/sealdesk-fixtures" make --family tune --recipe "$1" --seed "$2" \
    --first "$3" --count "$4" --only-damaged --out "$folder/pages/$1-$2"
}

make_damaged() { # index
  [ -d "$folder/damaged/$1" ] && return
  "$build/sealdesk-fixtures" make --family tune --recipe clean --seed 1 \
    --first "$1" --count 1 --out "$folder/whole"
  "$build/tests/damaged" "$folder/whole/$1" "$folder/damaged/$1"
  rm -r "$folder/damaged/$1"/fade-* # imaging/stage_clarity.c says why
}

# The report is made under the defaults and kept beside the truth.
review() { # folder of bundles
  for bundle in "$1"/*/*/; do
    [ -f "$bundle/report.json" ] && continue
    code=0
    "$build/sealdesk" check "$bundle" --format json --today 2026-06-01 \
      >"$bundle/report.part" 2>/dev/null || code=$?
    [ "$code" -le 4 ] || exit "$code"
    mv "$bundle/report.part" "$bundle/report.json"
  done
}

for recipe in app_a4 app_black_white app_colour app_sent black_white \
  coloured_paper curled_copy document_camera faint_copy grey_scan mfp mfp_form \
  phone phone_form phone_sent phone_sheet scan_app scan_app_card sent \
  sent_license skewed sparse; do
  make_pages "$recipe" 700 0 7
done
make_pages clean 300 0 6
# What is hard to tell, more often.
for recipe in phone_bare screen; do make_pages "$recipe" 1700 0 16; done
make_pages app_a4 2700 200 20
make_pages app_colour 2700 200 8
make_pages mfp_form 2700 200 10
make_pages sent 2700 200 8
for index in 0000 0002; do make_damaged "$index"; done

review "$folder/pages"
review "$folder/damaged"
"$build/sealdesk" calibrate "$folder/pages" --out "$folder/cues"
"$build/sealdesk" calibrate "$folder/damaged" --out "$folder/clarity"
