#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No function of the program has two definitions: of two libraries the linker
# takes the first that has the name, and says nothing. The generator is a program
# of its own. Usage: symbols.sh BUILD_DIR
cd "${1:?the build folder}" || exit 2
nm -A --defined-only libbase.a libimaging.a libocr.a librules.a libintake.a \
  libreview.a 2>/dev/null |
  awk '$2 ~ /^[TDRBC]$/ || $3 ~ /^[TDRBC]$/ {
    split($1, file, ":")
    if (seen[$NF]++)
      print $NF ": " where[$NF] " and " file[1] ":" file[2]
    where[$NF] = file[1] ":" file[2]
  }' | grep . && exit 1
exit 0
