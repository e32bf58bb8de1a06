#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What package.sh runs in the new machine, as root.
set -eu

log=/packages/log
step() { printf '    %s\n' "$*" >&2; }
quiet() { "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }; }
as_service() { runuser -u sealdesk -- "$@"; }

# Everything below these folders but what changes by itself.
files() { find /etc /usr /lib /var/lib/sealdesk* 2>/dev/null | sort; }

quiet apt-get update
step "what the packages need"
cd /packages
needed=$(dpkg-deb -f sealdesk_*.deb Depends | tr ',' '\n' |
  sed 's/|.*//; s/(.*)//; s/ //g' | grep -v '^systemd$')
# shellcheck disable=SC2086
quiet apt-get install -y -q --no-install-recommends $needed \
  systemd-standalone-sysusers nginx-light mandoc openssl ca-certificates curl
rm -f /etc/nginx/sites-enabled/default
files >/packages/before

step "install"
quiet apt-get install -y -q --no-install-recommends ./*.deb
dpkg --verify sealdesk
getent passwd sealdesk | grep -q /usr/sbin/nologin
[ "$(dpkg-query -W -f '${Conffiles}' sealdesk | grep -c pipeline.conf)" -eq 1 ]

step "program, settings, man pages, completion"
sealdesk --version
as_service sealdesk doctor
sealdesk config --check /etc/sealdesk/pipeline.conf
for page in 1/sealdesk 5/pipeline.conf 5/sealdesk-formats; do
  mandoc -Tutf8 "/usr/share/man/man${page%/*}/${page#*/}.${page%/*}.gz" >"$log"
  [ "$(wc -l <"$log")" -gt 50 ]
done
[ -s /usr/share/bash-completion/completions/sealdesk ]
if [ -d bundle ]; then
  step "one review"
  mkdir -m 777 out
  status=0
  as_service sealdesk check bundle --out out/report >"$log" || status=$?
  [ "$status" -le 2 ] && grep -q '"verdict"' "$log"
fi

step "the service behind nginx"
install -d -o sealdesk -g sealdesk -m 750 /var/lib/sealdesk
printf 'serve: {\n  listen = "socket";\n  behind_proxy = true;\n};\n' \
  >/etc/sealdesk/proxy.conf
sealdesk config --check /etc/sealdesk/proxy.conf
setpriv --reuid sealdesk --regid sealdesk --init-groups \
  sealdesk serve --config /etc/sealdesk/proxy.conf --data /var/lib/sealdesk >/packages/serve.log 2>&1 &
serve=$!
usermod -aG sealdesk www-data
quiet openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
  -subj /CN=sealdesk.example -keyout /etc/ssl/private/sealdesk.key \
  -out /etc/ssl/sealdesk.pem
cp /usr/share/doc/sealdesk/examples/nginx.conf /etc/nginx/sites-enabled/sealdesk
quiet nginx -t
nginx
for _ in 1 2 3 4 5 6 7 8 9 10; do
  sleep 1
  curl -sk https://127.0.0.1/healthz >"$log" 2>&1 && break
done
code() {
  curl -sk -o "$log" -w '%{http_code}' --resolve sealdesk.example:443:127.0.0.1 \
    "https://sealdesk.example$1"
}
for want in '/healthz 200' '/ 303' '/apply 200' '/desk 200' '/api/v1/openapi.json 200' '/metrics 404'; do
  got=$(code "${want% *}")
  [ "$got" = "${want#* }" ] ||
    { echo "${want% *}: $got" >&2; cat "$log" /packages/serve.log >&2; exit 1; }
done
quiet as_service sealdesk store verify --data /var/lib/sealdesk
quiet as_service sealdesk store backup /tmp/copy --data /var/lib/sealdesk
kill "$serve"
wait "$serve" || { echo "serve ended with $?" >&2; exit 1; }
nginx -s stop
rm -f /etc/nginx/sites-enabled/sealdesk /etc/sealdesk/proxy.conf \
  /etc/ssl/sealdesk.pem /etc/ssl/private/sealdesk.key

step "remove, install again, purge"
installed=$(dpkg-query -W -f '${Package} ' 'sealdesk*')
# shellcheck disable=SC2086
quiet dpkg --remove $installed
[ -f /etc/sealdesk/pipeline.conf ] # settings outlive a removal
[ ! -e /usr/bin/sealdesk ]
quiet dpkg --install ./*.deb
# shellcheck disable=SC2086
quiet dpkg --purge $installed
[ -d /var/lib/sealdesk ] # and papers even a purge
rm -rf /var/lib/sealdesk
files >/packages/after
# The user stays, as Debian's do; libraries' caches come and go.
if diff /packages/before /packages/after | grep '^[<>]' |
  grep -vE '/(fontconfig|passwd-|group-|shadow-|gshadow-)'; then
  echo "purge left these, or took them" >&2
  exit 1
fi
