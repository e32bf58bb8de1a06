#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Functions of at most 60 lines, files of at most 500: what is longer has more
# than one job. The exceptions are named, with their reason, in sizes.allowed.
cd "${1:-.}" || exit 2
allowed=tests/lint/sizes.allowed
{
  for file in $(git ls-files '*.c' '*.h' | grep -v '^tests/'); do
    lines=$(wc -l <"$file")
    [ "$lines" -gt 500 ] && echo "$file: $lines lines"
    awk -v file="$file" '
      /^[a-zA-Z_].*\)$/ || /^[a-zA-Z_ ].*,$/ || /^[a-zA-Z_].*\($/ { head = $0 }
      /^{$/ { start = NR; name = head }
      /^}/ && start {
        if (NR - start > 60) {
          sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
          print file ": " name ": " NR - start " lines"
        }
        start = 0
      }' "$file"
  done
} | grep -v -F -f "$allowed" && exit 1
exit 0
