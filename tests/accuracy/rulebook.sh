#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes COUNT applications, half of them clean and half with one fault each,
# every recipe in turn, and runs the benchmark of the rules over them.
#   tests/accuracy/rulebook.sh BUILD COUNT FOLDER [report|tune] [SEED]
# The reports stay in FOLDER: after a change of the rules alone
#   BUILD/tests/rulebook BUILD/sealdesk --judge FOLDER/clean FOLDER/faulty
set -eu
build=$1 half=$(($2 / 2)) folder=$3 family=${4:-report} seed=${5:-7400}
"$build/sealdesk-fixtures" make --family "$family" --seed "$seed" \
  --recipe clean --count "$half" --out "$folder/clean" 2>/dev/null
"$build/sealdesk-fixtures" make --family "$family" --seed "$((seed + 1))" \
  --recipe all --count "$half" --out "$folder/faulty" 2>/dev/null
exec "$build/tests/rulebook" "$build/sealdesk" "$folder/clean" "$folder/faulty"
