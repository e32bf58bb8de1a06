# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the scripts of this folder share: a minimal Debian 12 in a folder, and a
# way to run commands in it. Needs root, debootstrap and Debian's archive; the
# mounts live in a namespace of their own and are gone with the last process.

# The archive that this machine's apt uses for a release (bookworm,
# bookworm-security); DEBIAN_MIRROR and DEBIAN_SECURITY name others.
archive() {
  # shellcheck disable=SC2016 # expanded by apt-get
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' \
    'Created-By: Packages' | awk -v of="$1" '$2 == of { print $1; exit }'
}
mirror=${DEBIAN_MIRROR:-$(archive bookworm)}
security=${DEBIAN_SECURITY:-$(archive bookworm-security)}

say() { printf '\033[1m==> %s (%s)\033[0m\n' "$*" "$(date +%T)" >&2; }

die() {
  echo "$*" >&2
  exit 1
}

# machine FOLDER: a fresh one; the debootstrap of an earlier run beside it is
# copied. Sets $machine.
machine() {
  [ "$(id -u)" -eq 0 ] || die "needs root, for debootstrap and chroot"
  command -v debootstrap >/dev/null || die "needs the package debootstrap"
  [ "$mirror" ] || die "apt knows no bookworm: set DEBIAN_MIRROR"
  machine=$1
  base=$(dirname "$machine")/debian-12
  rm -rf --one-file-system "$machine"
  if [ ! -e "$base.complete" ]; then
    say "debootstrap: a minimal Debian 12"
    rm -rf --one-file-system "$base"
    debootstrap --variant=minbase bookworm "$base" "$mirror" >"$base.log" 2>&1 ||
      { tail "$base.log"; die "debootstrap failed: $base.log"; }
    cat >"$base/etc/apt/sources.list" <<END
deb $mirror bookworm main
deb $mirror bookworm-updates main
${security:+deb $security bookworm-security main}
END
    : >"$base.complete"
  fi
  cp -a "$base" "$machine"
  cp /etc/resolv.conf "$machine/etc/resolv.conf"
}

# inside COMMAND...: as root of the machine, with /proc, /dev and /sys.
inside() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --pid --fork --kill-child sh -c '
    root=$1
    shift
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null
    exec chroot "$root" /usr/bin/env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      DEBIAN_FRONTEND=noninteractive "$@"' inside "$machine" "$@"
}
