#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# layers.sh finds nothing in the tree, and does find what is planted.
root=$1
sh "$root/tests/lint/layers.sh" "$root" || exit 1
tree=$(mktemp -d) || exit 2
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/rules" "$tree/fixtures" "$tree/imaging"
echo '#include "ocr/tess.h"' >"$tree/rules/a.c"
echo '#include <vips/vips.h>' >"$tree/imaging/b.h"
echo '#include "imaging/ink.h"' >"$tree/fixtures/c.c"
echo '#include <zbar.h>' >"$tree/imaging/d.c"
found=$(sh "$root/tests/lint/layers.sh" "$tree" | wc -l)
[ "$found" -eq 4 ] && exit 0
echo "4 planted violations, $found found"
exit 1
