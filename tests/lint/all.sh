#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every check of the sources; needs build/release/compile_commands.json.
cd "$(dirname "$0")/../.." || exit 2
failed=0
check() {
  printf '    %s\n' "$*" >&2
  "$@" || { echo "FAILED: $*"; failed=1; }
}
check tests/lint/layers_test.sh .
check tests/lint/sizes.sh .
check tests/lint/symbols.sh build/release
check tests/lint/privacy.sh .
check tests/lint/format.sh .
# shellcheck disable=SC2046
check shellcheck run .ci/run $(git ls-files '*.sh')
check cppcheck --project=build/release/compile_commands.json --quiet \
  --enable=warning,performance,portability --inline-suppr \
  --suppressions-list=tests/lint/cppcheck.allowed --error-exitcode=1 \
  -i build/release -j2
# shellcheck disable=SC2016
check sh -c 'git ls-files "*.c" | grep -v "^tests/" |
  xargs -n 6 -P 2 clang-tidy -p build/release --quiet 2>/dev/null'
exit $failed
