#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# clean - the README's two commands, on a machine that has nothing
#
#   tests/machine/clean.sh [demo|test|both] [FOLDER]
#
# A minimal Debian 12 with git and sudo, a normal user, a clone of the last
# commit; then `./run demo`, `./run test` or one after the other, each timed.
# Everything stays in FOLDER (default /var/tmp/sealdesk-machine; 6 GB for the
# demo, 15 GB for the tests). On demand: half an hour and more.
# shellcheck disable=SC1091,SC2154 # machine.sh sets machine
set -eu
here=$(cd "$(dirname "$0")" && pwd)
what=${1:-demo}
folder=${2:-/var/tmp/sealdesk-machine}
. "$here/machine.sh"

case $what in
demo | test) commands=$what ;;
both) commands='demo test' ;;
*) sed -n '6,6s/^# *//p' "$0"; exit 64 ;;
esac
mkdir -p "$folder"
machine "$folder/clean"

say "git, sudo and a user"
inside sh -c 'apt-get update -q && apt-get install -y -q \
  --no-install-recommends git sudo ca-certificates &&
  useradd --create-home --shell /bin/bash newcomer &&
  echo "newcomer ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/newcomer' \
  >"$folder/prepare.log" 2>&1 || { tail "$folder/prepare.log"; exit 1; }
git -C "$here" bundle create -q "$machine/home/newcomer/sealdesk.git" HEAD
as_newcomer() { inside sudo -u newcomer --set-home sh -c "cd && $1" </dev/null; }
as_newcomer 'git clone -q sealdesk.git sealdesk'

for command in $commands; do
  say "./run $command, as a normal user"
  start=$(date +%s)
  status=0
  as_newcomer "cd sealdesk && ./run $command" >"$folder/$command.log" 2>&1 ||
    status=$?
  say "./run $command: exit $status after $(($(date +%s) - start)) s, $(
    du -sh --one-file-system "$machine" | cut -f1); $folder/$command.log"
  [ "$status" -eq 0 ] || { tail -n 30 "$folder/$command.log"; exit 1; }
done
