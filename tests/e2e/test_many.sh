#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The queue with a hundred thousand applications: see many.py.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
limits=
# Under sanitizers only that the pages hang together is of interest.
grep -q 'SEALDESK_SANITIZE:BOOL=ON' "$build/CMakeCache.txt" &&
  limits='5000 10000'
# shellcheck disable=SC2086 # two words
python3 "$source_dir/tests/e2e/many.py" "$sealdesk" "$tmp" $limits ||
  fail "the queue is slow or wrong"
finish
