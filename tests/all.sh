#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# all - every test, in the order in which a failure is cheapest to find
#
# lint; gcc with sanitizers (unit, property, end to end, fault); clang (no
# warnings, same results as gcc); accuracy on the report family; fuzzing.
# Takes about half an hour on two cores.
set -eu
cd "$(dirname "$0")/.."

step() {
  printf '\033[1m==> %s (%s)\033[0m\n' "$*" "$(date +%T)" >&2
}
# The named targets of a preset, or all of it.
build() {
  preset=$1
  shift
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset" ${1:+--target "$@"}
}

step "release: build"
build release sealdesk sealdesk-fixtures measuring
step "lint: layers, formats, sizes, shell, static analysis"
tests/lint/all.sh
step "release: faults of the disk, kill -9, power cuts"
ctest --preset release -j2 -L disk --output-on-failure
step "dev: build with sanitizers"
build dev
step "dev: unit, property, end to end, fault" # the generator's long ones: clang
ctest --preset dev -j3 -LE 'accuracy|fuzz|browser|disk' \
  -E 'test_fixture_bundle|prop_fixture_geometry'
step "clang: build, warnings are errors"
build clang
step "clang: unit and property, and the same reports as gcc"
ctest --preset clang -j2 -L 'unit|property'
sh tests/e2e/test_same_bytes.sh build/clang . build/release
step "accuracy on the report family, instructions of a page"
ctest --preset release -j2 -L 'accuracy|counts' --verbose
step "the pages, in a browser"
ctest --preset release -L browser --output-on-failure
step "fuzz: replay the corpus, then a little more"
build fuzz fuzzers
ctest --preset fuzz -j2 -L fuzz
step "all tests passed"
