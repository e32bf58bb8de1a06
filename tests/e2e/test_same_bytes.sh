#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Same input, same settings, same bytes out: report, seals and pictures, with
# any number of jobs, in every run, and by the programs of every build that is
# up to date (another compiler, other flags), or of the one that is named third.
# The pages come from one generator, for its own differ between compilers.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"

clean_bundle
# Two of the documents are as good as five, and cheaper.
mkdir "$tmp/bundle"
cp "$bundle"/id_card.* "$bundle"/seal_sheet.* "$tmp/bundle"
cat >"$tmp/pick.py" <<'PY'
import json, sys
order = json.load(open(sys.argv[1], encoding="utf-8"))
order["documents"] = [d for d in order["documents"]
                      if d["slot"] in ("id_card", "seal_sheet")]
json.dump(order, open(sys.argv[2], "w", encoding="utf-8"))
PY
python3 "$tmp/pick.py" "$bundle/application.json" \
  "$tmp/bundle/application.json"

review() { # program jobs folder
  "$1" check "$tmp/bundle" --format json --today 2026-06-01 --jobs "$2" \
    --out "$tmp/$3" >"$tmp/$3.json" 2>"$tmp/err"
  [ "$?" -le 2 ] || fail "$3: no report: $(cat "$tmp/err")"
}

same() { # folder what
  cmp -s "$tmp/first.json" "$tmp/$1.json" || fail "$2: another report"
  diff -r "$tmp/first" "$tmp/$1" >"$tmp/differ" ||
    fail "$2: $(head -n 3 "$tmp/differ")"
}

# A build whose program is older than a source may well differ.
is_fresh() {
  [ -x "$1/sealdesk" ] && [ "$(realpath "$1")" != "$(realpath "$build")" ] &&
    [ -z "$(find "$source_dir"/base "$source_dir"/imaging "$source_dir"/ocr \
      "$source_dir"/rules "$source_dir"/intake -type f \
      -newer "$1/sealdesk" | head -n 1)" ]
}

review "$sealdesk" 1 first
for jobs in 2 4; do
  review "$sealdesk" "$jobs" "jobs$jobs"
  same "jobs$jobs" "--jobs $jobs"
done
if [ $# -ge 3 ]; then
  others=$3
else
  others=$(for other in "$source_dir"/build/*; do
    is_fresh "$other" && echo "$other"
  done)
fi
for other in $others; do
  name=$(basename "$other")
  review "$other/sealdesk" 2 "$name"
  same "$name" "the build $name"
  echo "the same as the build $name"
done

# Judging and calibrating read what is stored.
for run in 1 2; do
  "$sealdesk" judge "$tmp/first" --format json >"$tmp/judge$run"
  printf 'application,rule,decision\nfirst,*,fine\n' >"$tmp/first/decisions.csv"
  "$sealdesk" calibrate "$tmp/first" >"$tmp/calibrate$run" 2>"$tmp/err" ||
    fail "calibrate: $(cat "$tmp/err")"
done
cmp -s "$tmp/judge1" "$tmp/judge2" || fail 'judge: another judgement'
cmp -s "$tmp/calibrate1" "$tmp/calibrate2" || fail 'calibrate: other settings'
finish
