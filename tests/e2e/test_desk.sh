#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The review desk from outside: see desk.py.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
clean_bundle
grep -q 'SEALDESK_SANITIZE:BOOL=ON' "$build/CMakeCache.txt" && export RACES=40
python3 "$source_dir/tests/e2e/desk.py" "$sealdesk" "$tmp" "$bundle" ||
  fail "the desk did not behave"
finish
