#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes COUNT pages of every recipe of pages.txt (clean: a fifth of that, five
# documents each) and runs the benchmark over them.
#   tests/accuracy/pages.sh BUILD COUNT FOLDER [report|tune]
set -eu
build=$1 count=$2 folder=$3 family=${4:-report}
here=$(dirname "$0")
seed=7200
[ "$family" = tune ] && seed=700
sed -n 's/^\([a-z_0-9]*\) .*/\1/p' "$here/pages.txt" | while read -r recipe; do
  n=$count
  [ "$recipe" = clean ] && n=$(((count + 4) / 5))
  "$build/sealdesk-fixtures" make --family "$family" --seed "$seed" \
    --recipe "$recipe" --count "$n" --only-damaged --out "$folder/$recipe" \
    2>/dev/null
done
exec "$build/tests/pages" --save "$build/sealdesk" "$folder"
