# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: GPL-3.0-or-later
# What the end-to-end scripts share. Each is called as
#     sh test_X.sh BUILD_DIR SOURCE_DIR
# and prints what it expected when something is not so.

build=$1
source_dir=$2
sealdesk=$build/sealdesk
fixtures=$build/sealdesk-fixtures
failures=0
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT

fail() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}

# expect CODE WHAT COMMAND...: the exit code; output goes to $tmp/out, $tmp/err
expect() {
  want=$1
  what=$2
  shift 2
  "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
  got=$?
  [ "$got" -eq "$want" ] || {
    fail "$what: expected exit $want, got $got"
    sed 's/^/    /' "$tmp/err"
  }
}

# has FILE TEXT WHAT, lacks FILE TEXT WHAT: fixed strings
has() {
  grep -qF -- "$2" "$1" || fail "$3: expected \"$2\" in $(basename "$1")"
}
lacks() {
  ! grep -qF -- "$2" "$1" || fail "$3: expected no \"$2\" in $(basename "$1")"
}

# A bundle without anything wrong, made once for all scripts.
clean_bundle() {
  bundle=$build/e2e/0000
  [ -f "$bundle/application.json" ] && return
  # Scripts run side by side: made apart, then put in place as a whole.
  "$fixtures" make --out "$tmp/made" --family tune --seed 11 --count 1 \
    --recipe clean >/dev/null 2>&1 || exit 2
  mkdir -p "$build/e2e"
  mv -T "$tmp/made/0000" "$bundle" 2>/dev/null || [ -d "$bundle" ] || exit 2
}

finish() {
  [ "$failures" -eq 0 ] && echo "all as expected"
  exit "$failures"
}
