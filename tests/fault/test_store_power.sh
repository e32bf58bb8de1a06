#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Power cuts: a file system of its own on a loop device is shut down in the
# middle of writing, without its journal (EXT4_IOC_SHUTDOWN), mounted again and
# looked at. Variants that do not wait for the disk must lose.
build=$1
rounds=${ROUNDS:-25}
dir=$(mktemp -d /tmp/sealdesk-power-XXXXXX) || exit 2
disk=$dir/disk
trap 'umount "$dir/mnt" 2>/dev/null; rm -rf "$dir"' EXIT
mkdir "$dir/mnt"

give_up() {
  echo "SKIPPED, LOUDLY: no power was cut on this machine: $*" >&2
  exit 0
}
[ "$(id -u)" -eq 0 ] || give_up "mounting needs root"
PATH=$PATH:/usr/sbin:/sbin
command -v mkfs.ext4 >/dev/null || give_up "mkfs.ext4 is not installed"

fresh() {
  umount "$dir/mnt" 2>/dev/null
  rm -f "$disk"
  truncate -s 256M "$disk" && mkfs.ext4 -q "$disk" || return 1
  mount -o loop "$disk" "$dir/mnt" 2>"$dir/why"
}
fresh || give_up "$(cat "$dir/why")"

# One cut. 0: all is there, 1: something was lost, 2: it could not be cut.
round() {
  "$build/tests/durable" cut "$dir/mnt" "$dir/acks" "$@" || return 2
  umount "$dir/mnt" || return 2
  # A file system that was not saved may be beyond mounting: lost as well.
  mount -o loop "$disk" "$dir/mnt" || return 1
  "$build/tests/durable" verify "$dir/mnt/data" "$dir/acks"
}

i=0
while [ "$i" -lt "$rounds" ]; do
  fresh || exit 2
  round
  case $? in
  0) ;;
  1) echo "FAILED: lost in round $i"; exit 1 ;;
  *) [ $i -eq 0 ] && give_up "$(cat "$dir/why")"
     echo "FAILED: no cut in round $i"; exit 1 ;;
  esac
  i=$((i + 1))
done
echo "$rounds power cuts: nothing acknowledged was lost"

# One cut may fall where everything had been written by chance; eight do not.
loses() {
  for _ in 1 2 3 4 5 6 7 8; do
    fresh || exit 2
    round "$@" >"$dir/log" 2>&1
    case $? in
    0) ;;
    1) return 0 ;;
    *) cat "$dir/log"; exit 2 ;;
    esac
  done
  return 1
}
for variant in --no-sync --no-file-sync --no-flush; do
  if ! loses $variant; then
    cat "$dir/log"
    echo "FAILED: nothing was lost with $variant: the test is blind"
    exit 1
  fi
  echo "as it must be, papers were lost with $variant"
done
