#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# setup - installs what the pages are built and tested with
#
# npm packages at the versions and hashes of package-lock.json, into node_modules
# beside this script; none of their own scripts is run. The program does not need
# them once it is built. Exit status: 0 when they are there, 3 when not.
set -u
cd "$(dirname "$0")" || exit 3

if cmp -s package-lock.json node_modules/.installed; then
  echo "==> the page builder is installed" >&2
  exit 0
fi
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}
if ! command -v npm >/dev/null; then
  echo "==> installing with apt-get: nodejs npm" >&2
  { as_root apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -q --no-install-recommends nodejs npm; } >&2 || {
    echo "review/web/setup.sh: npm is missing (apt-get install nodejs npm); the
  program can be built, but without the review desk and the applicant's page" >&2
    exit 3
  }
fi
echo "==> installing the page builder with npm (about 60 MB)" >&2
npm ci --ignore-scripts --no-audit --no-fund >&2 || exit 3
cp package-lock.json node_modules/.installed
