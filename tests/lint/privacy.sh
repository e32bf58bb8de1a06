#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No picture of a document is ever in the tree: test pages are generated.
cd "${1:-.}" || exit 2
bad=$(git ls-files | grep -iE '\.(jpe?g|tiff?|heic|webp|bmp|pdf)$' |
      grep -v '^tests/fuzz/corpus/')
[ -z "$bad" ] && exit 0
printf '%s\n' "$bad"
exit 1
