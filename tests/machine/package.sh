#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# package - the Debian packages, on a machine that has nothing
#
#   tests/machine/package.sh PACKAGES [FOLDER]
#
# PACKAGES is the folder that `./run package` filled. A minimal Debian 12; the
# packages with what they depend on; then everything that was installed is
# tried as the service's user, nginx in front of it; removed, installed again
# and purged. Five minutes; a gigabyte in FOLDER (default
# /var/tmp/sealdesk-machine). On demand.
# shellcheck disable=SC1091,SC2154 # machine.sh sets machine
set -eu
here=$(cd "$(dirname "$0")" && pwd)
packages=${1:?the folder with the packages}
folder=${2:-/var/tmp/sealdesk-machine}
. "$here/machine.sh"

mkdir -p "$folder"
machine "$folder/package"
mkdir "$machine/packages"
cp "$packages"/*.deb "$machine/packages"
cp "$here/package_inside.sh" "$machine/packages"
[ ! -d "${SEALDESK_BUNDLE:-}" ] || cp -R "$SEALDESK_BUNDLE" "$machine/packages/bundle"

say "install, try, remove, purge"
inside sh /packages/package_inside.sh || die "the packages are not as they must be"
say "installs, runs and removes cleanly"
