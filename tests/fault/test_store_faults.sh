#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Nothing acknowledged is lost: a fault at every file call, kill -9 two hundred
# times. A variant that acknowledges too early must lose, or the test is blind.
build=$1
# Dying processes need no disk: in memory the two thousand runs take seconds.
[ -w /dev/shm ] && TMPDIR=/dev/shm
dir=$(mktemp -d "${TMPDIR:-/tmp}/sealdesk-fault-XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
failed=0

# inject stands before the address sanitizer's own library.
sweep() {
  ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 \
    LD_PRELOAD="$build/tests/libinject.so" "$build/tests/durable" sweep "$@"
}
must_lose() {
  if "$@" >"$dir/log"; then
    cat "$dir/log"
    echo "FAILED: nothing was lost by: $*"
    failed=1
  else
    echo "as it must be, papers were lost by: $*"
  fi
}

sweep "$dir/sweep" || failed=1
"$build/tests/durable" kill "$dir/kill" 200 || failed=1
must_lose sweep "$dir/sweep_early" --early
must_lose "$build/tests/durable" kill "$dir/kill_early" 40 --early
exit $failed
