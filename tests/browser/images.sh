#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# images - the pictures of the documents, from a run of the browser tests
#   tests/browser/images.sh build/release
# Needs `vips` (libvips-tools), which makes them a third of the size.
set -eu
from=$1/browser
to=$(cd "$(dirname "$0")/../.." && pwd)/docs/images
copy() { vips copy "$from/$1.png" "$to/$2.png[palette,Q=90,strip]"; }
copy desk-evidence desk
copy desk-queue queue
copy desk-letter letter
copy desk-seals seals
