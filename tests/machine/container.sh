#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# container - the Containerfile, built without a registry of images, and tried
#
#   tests/machine/container.sh PACKAGES [FOLDER]
#
# PACKAGES is the folder that `./run package` filled. The base is a minimal
# Debian 12 of debootstrap under the name the Containerfile asks for. Needs root,
# debootstrap and buildah; neither a daemon nor namespaces of users. Five
# minutes, three gigabytes in FOLDER (default /var/tmp/sealdesk-machine). On
# demand.
# shellcheck disable=SC1091,SC2154 # machine.sh sets machine
set -eu
here=$(cd "$(dirname "$0")" && pwd)
packages=${1:?the folder with the packages}
folder=${2:-/var/tmp/sealdesk-machine}
containerfile=$here/../../intake/deploy/Containerfile
. "$here/machine.sh"

command -v buildah >/dev/null || die "needs the package buildah"
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
mkdir -p "$folder"
images() {
  buildah --root "$folder/images" --runroot "$folder/images-run" "$@"
}
logged() { "$@" >"$folder/container.log" 2>&1 || { tail "$folder/container.log"; exit 1; }; }

machine "$folder/base"
say "an image of it"
base=$(images from scratch)
logged images add "$base" "$machine" /
logged images commit --rm "$base" "localhost/$(sed -n 's/^FROM //p' "$containerfile")"

say "the Containerfile"
logged images build --pull-never -f "$containerfile" -t sealdesk "$packages"

say "doctor, and the service as its user"
container=$(images from --pull-never localhost/sealdesk)
logged images run "$container" -- sealdesk doctor
# shellcheck disable=SC2016 # expanded inside
logged images run "$container" -- sh -ec '
  [ "$(id -un)" = sealdesk ]
  sealdesk serve --config /etc/sealdesk/container.conf \
    --data /var/lib/sealdesk & serve=$!
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    sleep 1
    perl -MIO::Socket::INET -e "
      my \$s = IO::Socket::INET->new(PeerAddr => q(127.0.0.1:8080)) or exit 1;
      print \$s qq(GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n);
      exit(<\$s> =~ / 200 / ? 0 : 1)" && break
  done || exit 1
  kill "$serve" && wait "$serve"'
images rm "$container" >/dev/null
say "builds and runs"
