#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes in and what comes out is what docs/schema says.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
clean_bundle
schema=$source_dir/docs/schema

valid() { # file schema what
  /usr/bin/python3 - "$1" "$schema/$2" >"$tmp/why" 2>&1 <<'END' ||
import json, sys, jsonschema
instance, schema = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
checker = jsonschema.Draft202012Validator(schema)
errors = list(checker.iter_errors(instance))
for e in errors:
    print("/".join(map(str, e.absolute_path)), e.message)
sys.exit(bool(errors))
END
    fail "$3: expected it to be valid: $(head -3 "$tmp/why")"
}

valid "$bundle/application.json" application.schema.json 'application.json'
"$sealdesk" check "$bundle" --format json >"$tmp/report.json" 2>"$tmp/err"
valid "$tmp/report.json" report.schema.json 'check'

# A picture that ends too early, a text, and a file that is not there.
cp -r "$bundle" "$tmp/broken"
for slot in application_form business_license; do
  file=$(sed -n "s/.*\"file\": *\"\(${slot}[^\"]*\)\".*/\1/p" \
    "$tmp/broken/application.json")
  head -c 20000 "$bundle/$file" >"$tmp/broken/$file"
done
echo 'not a picture' >"$tmp/broken/$(cd "$tmp/broken" && ls id_card.*)"
rm "$tmp/broken"/seal_sheet.*
"$sealdesk" check "$tmp/broken" --format json >"$tmp/report.json" 2>"$tmp/err"
valid "$tmp/report.json" report.schema.json 'check of broken files'
has "$tmp/report.json" '"rule": "F02"' 'check of broken files'

"$sealdesk" check "$bundle" --today 2090-01-01 --format json \
  >"$tmp/report.json" 2>"$tmp/err"
valid "$tmp/report.json" report.schema.json 'check of expired papers'
has "$tmp/report.json" '"evidence": ' 'check of expired papers'

for file in "$bundle"/id_card.*; do
  "$sealdesk" inspect "$file" --slot id_card --format json \
    >"$tmp/report.json" 2>"$tmp/err"
  valid "$tmp/report.json" report.schema.json 'inspect'
done
finish
