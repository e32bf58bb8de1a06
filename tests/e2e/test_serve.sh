#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The service as strangers meet it: see serve.py.
# shellcheck disable=SC1091,SC2154 # lib.sh sets build, sealdesk, tmp ...
. "$(dirname "$0")/lib.sh"
python3 "$source_dir/tests/e2e/serve.py" "$sealdesk" "$tmp" "$source_dir" ||
  fail "the service did not behave"
finish
