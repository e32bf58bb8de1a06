#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The man pages: clean for mandoc, and nothing in them that the program, its
# settings and its schemas do not have, nor the other way round.
# shellcheck disable=SC1091,SC2016,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
man=$source_dir/docs/man

sh "$source_dir/intake/deploy/settings_man.sh" "$sealdesk" \
  "$man/pipeline.conf.5.in" "$tmp/pipeline.conf.5" ||
  fail 'pipeline.conf.5 could not be made'
if command -v mandoc >/dev/null; then
  for page in "$man"/*.[15] "$tmp/pipeline.conf.5"; do
    # Whether other pages are installed is a matter of the machine; a line of
    # Chinese counts eight bytes a character.
    mandoc -Tlint -Wstyle "$page" 2>&1 |
      grep -vE 'referenced manual not found|mandoc\.db|line longer' >"$tmp/lint" &&
      fail "$(basename "$page"): $(head -n 3 "$tmp/lint")"
  done
else
  echo 'skipped: mandoc is not installed, the pages were not linted'
fi

# same WHAT A B: two sorted lists
same() {
  diff "$2" "$3" >"$tmp/diff" || fail "$1 (< program, > page): $(grep '^[<>]' "$tmp/diff")"
}
"$sealdesk" --help >"$tmp/help"
sed -n '/^Commands:/,/^Options:/s/^  \([a-z][a-z]*\)\( .*\)\{0,1\}$/\1/p' \
  "$tmp/help" | sort >"$tmp/commands"
sed -n '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/s/^\.It Cm \([a-z]*\).*/\1/p' \
  "$man/sealdesk.1" | sort >"$tmp/commands.page"
same commands "$tmp/commands" "$tmp/commands.page"

# An option with the commands that know it, as `--help` of each tells.
while read -r command; do
  "$sealdesk" "$command" --help | sed -n "s/^  --\([a-z-]*\).*/\1 $command/p"
done <"$tmp/commands" | grep -vE '^(help|version) ' | sort >"$tmp/options"
sed -n '/^\.Sh OPTIONS/,/^\.Sh ENVIRONMENT/p' "$man/sealdesk.1" |
  awk '/^\.It Fl -/ { option = substr($3, 2) }
       /^\[.*\]$/ { gsub(/[][]/, ""); for (i = 1; i <= NF; i++) print option, $i }' |
  sort >"$tmp/options.page"
[ -s "$tmp/options" ] || fail 'no options were found in --help'
same options "$tmp/options" "$tmp/options.page"

"$sealdesk" config --markdown | sed -n 's/^## //p; s/^| `\([^`]*\)`.*/\1/p' |
  sort >"$tmp/settings"
sed -n '/^\.Sh SETTINGS/,$s/^\.\(Ss\|It Va\) //p' "$tmp/pipeline.conf.5" |
  sort >"$tmp/settings.page"
same settings "$tmp/settings" "$tmp/settings.page"

# Every member that a schema names is in sealdesk-formats(5).
python3 - "$source_dir" <<'EOF' >"$tmp/unnamed" || fail 'the schemas could not be read'
import json, re, sys

def names(s):
    if isinstance(s, list):
        return set().union(*map(names, s)) if s else set()
    if not isinstance(s, dict):
        return set()
    own = set(s.get("properties", {}))
    return own.union(*(names(v) for v in s.values())) if s else own

page = open(sys.argv[1] + "/docs/man/sealdesk-formats.5", encoding="utf-8").read()
words = set(re.findall(r"\w+", page))
for schema in "application", "report":
    with open(f"{sys.argv[1]}/docs/schema/{schema}.schema.json") as f:
        print(*sorted(names(json.load(f)) - words), sep="\n", end="")
EOF
[ -s "$tmp/unnamed" ] && fail "not in sealdesk-formats(5): $(cat "$tmp/unnamed")"

# Completion offers what there is.
if command -v bash >/dev/null; then
  PATH=$build:$PATH bash -c '
    . "$1/intake/deploy/completion.bash"
    COMP_WORDS=(sealdesk "") COMP_CWORD=1; _sealdesk; printf "%s\n" "${COMPREPLY[@]}"
    COMP_WORDS=(sealdesk inspect --slot id) COMP_CWORD=3; _sealdesk
    printf "%s\n" "${COMPREPLY[@]}"' bash "$source_dir" >"$tmp/completed"
  while read -r word; do
    grep -qx -- "$word" "$tmp/completed" || fail "completion does not offer $word"
  done <"$tmp/commands"
  grep -qx 'id_card' "$tmp/completed" || fail 'completion does not offer id_card'
fi
finish
