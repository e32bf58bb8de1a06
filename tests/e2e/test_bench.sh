#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a review costs is told, and adds up.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"

clean_bundle
# One page of it is enough here.
mkdir "$tmp/one"
cp "$bundle"/* "$tmp/one"
python3 - "$tmp/one/application.json" <<'END'
import json, sys

order = json.load(open(sys.argv[1]))
order["documents"] = order["documents"][-1:]
json.dump(order, open(sys.argv[1], "w"))
END

expect 0 'bench' "$sealdesk" bench "$tmp/one" --runs 1 --jobs 1 --format json
cp "$tmp/out" "$tmp/bench.json"
python3 - "$tmp/bench.json" <<'END' || fail 'bench: the numbers do not add up'
import json, sys

b = json.load(open(sys.argv[1]))
parts = {p["name"]: p["median_ms"] for p in b["parts"]}
assert b["schema"] == "sealdesk.bench/1" and b["files"] == 1, b
assert {"decode", "seals", "clarity", "read", "depict", "rest"} <= set(parts)
assert parts["decode"] > 0 and b["peak_kb"] > 10000
# One run of one application: its parts are the whole.
assert abs(sum(parts.values()) - b["cpu_ms"]) < 1 + 0.02 * b["cpu_ms"]
assert b["over_decoding"] > b["over_decoding_unread"] > 1
assert [s["workers"] for s in b["speeds"]] == [1]
assert b["speeds"][0]["per_second"] > 0 and b["others"] == []
END

expect 64 'bench as HTML' "$sealdesk" bench "$tmp/one" --format html
expect 3 'bench without a folder of that name' "$sealdesk" bench "$tmp/none"
mkdir "$tmp/empty"
expect 3 'bench of an empty folder' "$sealdesk" bench "$tmp/empty"
has "$tmp/err" 'no application in it' 'bench of an empty folder'
for file in "$tmp"/one/seal_sheet.*; do
  printf 'no picture' >"$file"
done
expect 3 'bench of what cannot be read' "$sealdesk" bench "$tmp/one" --runs 1
has "$tmp/err" 'seal_sheet.' 'bench of what cannot be read'
finish
