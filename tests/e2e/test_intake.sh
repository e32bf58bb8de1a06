#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An application on its way through the service: see intake.py.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
clean_bundle
grep -q 'SEALDESK_SANITIZE:BOOL=ON' "$build/CMakeCache.txt" &&
  export SEALDESK_SANITIZED=1
python3 "$source_dir/tests/e2e/intake.py" "$sealdesk" "$tmp" "$bundle" ||
  fail "the service did not behave"
finish
