# SPDX-License-Identifier: GPL-3.0-or-later
"""The service from outside: every route with every role, malformed requests,
slow clients, repeated requests, log-ins, restarts, the end.

    serve.py SEALDESK FOLDER SOURCES

Prints one line for each expectation that does not hold; exits 1 when there
was any. Numbers of persons below are invented."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid

from service import (ORDER, children, core, expect, failed, png, send,
                     start)

SEALDESK, FOLDER, SOURCES = sys.argv[1:4]
ROLES = ["anyone", "applicant", "client", "reviewer", "second", "maker",
         "lead", "admin", "auditor"]
USERS = {"reviewer": "clerk", "second": "second", "maker": "maker",
         "lead": "lead", "admin": "admin", "auditor": "auditor"}
STRICT = ["X-Content-Type-Options", "Referrer-Policy",
          "Content-Security-Policy", "Cache-Control", "X-Frame-Options",
          "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
          "Permissions-Policy", "X-Request-Id"]
FORM = {**ORDER, "order_no": "20260402791743"}
ID_NUMBER, PHONE = FORM["handler"]["id_number"], FORM["handler"]["mobile"]


class Service:
    """One running service with its own data folder."""

    def __init__(self, name, settings="", *options):
        self.folder = os.path.join(FOLDER, name)
        os.makedirs(self.folder)
        config = os.path.join(self.folder, "serve.conf")
        with open(config, "w") as f:
            f.write("serve = { %s };\n" % settings)
        self.log = os.path.join(self.folder, "log")
        self.process, self.port = start(
            SEALDESK, self.folder + "/data", self.log, "--config", config,
            *options)
        expect(self.port, "%s: the service starts" % name)

    def call(self, method, path, body=None, headers=()):
        return send(self.port, method, path, body, headers)

    def raw(self, data, wait=3.0):
        """What comes back for these bytes, until the other side closes."""
        s = socket.create_connection(("127.0.0.1", self.port), timeout=wait)
        got = b""
        try:
            s.sendall(data)
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                got += piece
        except (socket.timeout, ConnectionError):
            pass
        s.close()
        return got

    def log_in(self, user, code=None):
        ask = {"user": user, "password": "sealdesk-" + user}
        if code:
            ask["code"] = code
        a = self.call("POST", "/api/v1/session", ask)
        cookie = a.getheader("Set-Cookie", "").split(";")[0]
        return a, {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


# --- roles -------------------------------------------------------------------

def keys_of_all_roles(s):
    """Headers with which each role shows who it is."""
    keys = {"anyone": {}}
    for role, user in USERS.items():
        a, keys[role] = s.log_in(user)
        expect(a.status == 200, "log-in of %s: %d" % (user, a.status))
        expect(json.loads(a.content)["roles"] == [role], "role of " + user)
        for word in ("__Host-", "Secure", "HttpOnly", "SameSite=Strict"):
            expect(word in a.getheader("Set-Cookie", ""), "cookie: " + word)
    a = s.call("POST", "/api/v1/applications", FORM)
    expect(a.status == 201, "an application is opened: %d %s" %
           (a.status, a.content[:300]))
    code = json.loads(a.content)["access_code"]
    keys["applicant"] = {"Authorization": "Bearer " + code}
    a = s.call("POST", "/api/v1/tokens",
               {"client": "portal", "scopes": "intake seal_export life_cycle"},
               keys["admin"])
    expect(a.status == 201, "a token is made: %d" % a.status)
    keys["client"] = {"Authorization":
                      "Bearer " + json.loads(a.content)["token"]}
    return keys


def check_headers(a, what):
    for name in STRICT:
        expect(a.getheader(name), "%s: header %s" % (what, name))
    if a.status >= 400:
        expect(a.getheader("Content-Type") == "application/problem+json",
               "%s: %d is a problem" % (what, a.status))
        p = json.loads(a.content)
        expect(p.get("status") == a.status and p.get("title") and
               p.get("detail") and p.get("code"), what + ": its members")


def check_routes_and_roles(s, keys, document):
    """Denied is 401 or 403; whatever else comes back was allowed."""
    n = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = re.sub(r"\{\w+\}", "01ARZ3NDEKTSV4RRFFQ69G5FAV", path)
            if path == "/api/v1/session" and method == "delete":
                continue  # it would end the session the others need
            for role in ROLES:
                headers = {**keys[role], "If-Match": '"x"',
                           "Idempotency-Key": str(uuid.uuid4())}
                body = "{}" if method in ("post", "put", "patch") else None
                headers["Content-Type"] = "application/json"
                spooled = "application/octet-stream" in \
                    operation.get("requestBody", {}).get("content", {})
                if spooled:
                    headers["Content-Type"] = "image/jpeg"
                if path == "/api/v1/check":
                    body = ""  # an empty file is answered at once
                a = s.call(method.upper(), where,
                           body.encode() if body is not None else None,
                           headers)
                allowed = role in operation["x-roles"]
                denied = b'"code":"forbidden"' in a.content or \
                    b'"code":"unauthenticated"' in a.content
                expect(allowed != denied, "%s %s as %s: %d, wanted %s" % (
                    method, path, role, a.status,
                    "allowed" if allowed else "denied"))
                expect(a.status != 500, "%s %s as %s: 500 %s" % (
                    method, path, role, a.content[:200]))
                check_headers(a, "%s %s as %s" % (method, path, role))
                n += 1
    expect(n > 300, "only %d routes with roles" % n)


def check_openapi(document):
    expect(document["openapi"] == "3.1.0", "the version of OpenAPI")
    listed = {(m.upper(), p) for p, all in document["paths"].items()
              for m in all}
    tables = set()
    for file in ("intake/api/routes.def", "review/routes.def"):
        with open(os.path.join(SOURCES, file)) as f:
            tables |= set(re.findall(r'^ROUTE\((\w+),\s*"([^"]+)"', f.read(),
                                     re.M))
    expect(listed == tables, "openapi.json has the routes of the tables: %s" %
           sorted(listed ^ tables))
    ids = [o["operationId"] for all in document["paths"].values()
           for o in all.values()]
    expect(len(ids) == len(set(ids)), "operationIds differ")

    def walk(j):
        if isinstance(j, dict):
            if "$ref" in j:
                at = document
                for part in j["$ref"].lstrip("#/").split("/"):
                    at = at.get(part, {})
                expect(at, "reference " + j["$ref"])
            for child in j.values():
                walk(child)
        elif isinstance(j, list):
            for child in j:
                walk(child)
    walk(document)


# --- malformed requests --------------------------------------------------------

HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
MALFORMED = {
    "two lengths of body":
        b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two Content-Length":
        b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
        b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "Content-Length +3":
        b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
    "Content-Length -1":
        b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "Content-Length of 24 digits":
        b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 24 +
        b"\r\n\r\n",
    "an unknown encoding":
        b"POST /healthz HTTP/1.1\r\nHost: a\r\n"
        b"Transfer-Encoding: xchunked\r\n\r\n",
    "chunked":
        b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "no Host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two Hosts":
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a blank before the colon":
        b"GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n",
    "NUL in a header":
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nAccept: a\0b\r\n\r\n",
    "a bare line feed":
        b"GET /healthz HTTP/1.1\r\nHost: a\nAccept: b\r\n\r\n",
    "NUL in the path": b"GET /healthz%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "NUL in the query": b"GET /healthz?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "dots in the path": b"GET /assets/../healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "two slashes": b"GET //healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "an absolute target":
        b"GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "HTTP/3.0": b"GET /healthz HTTP/3.0\r\nHost: a\r\n\r\n",
    "TRACE": b"TRACE /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "CONNECT": b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "10,000 headers":
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 10000 +
        b"\r\n",
    "a header of 200 kB":
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nA: " + b"b" * 200000 +
        b"\r\n\r\n",
    "a target of 5 kB":
        b"GET /healthz?" + b"a" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "1 GB announced":
        b"POST /api/v1/check?slot=id_card HTTP/1.1\r\nHost: a\r\n"
        b"Content-Type: image/jpeg\r\nContent-Length: 1000000000\r\n"
        b"Expect: 100-continue\r\n\r\n",
    "a body with an early answer":
        b"PATCH /api/v1/nothing HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n"
        b"\r\n" % len(HIDDEN) + HIDDEN,
}


def check_malformed(s):
    for what, data in MALFORMED.items():
        got = s.raw(data, 5)
        expect(b'"alive"' not in got and b" 200 " not in got[:20],
               "%s: %s" % (what, got[:60]))
        expect(re.match(rb"HTTP/1\.[01] (4\d\d|505) ", got) or got == b"",
               "%s is refused: %s" % (what, got[:60]))
        expect(b"100 Continue" not in got, what + ": no 100 Continue")
    # The same probe with nothing wrong about it is served, and goes on.
    got = s.raw(HIDDEN + HIDDEN.replace(b"\r\n\r\n",
                                        b"\r\nConnection: close\r\n\r\n"))
    expect(got.count(b'"alive"') == 2, "two honest requests on one connection")


def check_limits(s, keys):
    def status(headers, path="/api/v1/check?slot=id_card", method="POST"):
        got = s.raw(("%s %s HTTP/1.1\r\nHost: a\r\n%s\r\n" % (
            method, path, "".join(k + ": " + v + "\r\n"
                                  for k, v in headers.items()))).encode(), 2)
        return int(got[9:12] or b"0")
    jpeg = {"Content-Type": "image/jpeg"}
    expect(status({**jpeg, "Content-Length": "999999999"}) == 413, "413")
    expect(status(jpeg) == 411, "411")
    expect(status({"Content-Type": "text/html", "Content-Length": "5"}) == 415,
           "415 for a page")
    expect(status({"Content-Type": "application/json",
                   "Content-Length": "300000"}, "/api/v1/session") == 413,
           "413 for much JSON")
    a = s.call("POST", "/api/v1/session", b"{}",
               {"Content-Type": "text/plain"})
    expect(a.status == 415, "415 for JSON as text: %d" % a.status)
    a = s.call("PUT", "/healthz", {})
    expect(a.status == 405 and "GET" in a.getheader("Allow", ""), "405, Allow")
    a = s.call("OPTIONS", "/api/v1/session")
    expect(a.status == 204 and "POST" in a.getheader("Allow", ""), "OPTIONS")
    a = s.call("HEAD", "/healthz")
    expect(a.status == 200 and a.content == b"", "HEAD")
    expect(s.call("GET", "/api/v1/queue?view=%zz", None,
                  keys["reviewer"]).status == 400, "a broken query")


def check_conditional(s):
    path = "/api/v1/openapi.json"
    a = s.call("GET", path)
    tag = a.getheader("ETag", "")
    expect(tag, "openapi.json has an ETag")
    b = s.call("GET", path, None, {"If-None-Match": tag})
    expect(b.status == 304 and b.content == b"", "304: %d" % b.status)
    b = s.call("GET", path, None, {"Range": "bytes=10-19"})
    expect(b.status == 206 and b.content == a.content[10:20], "206")
    b = s.call("GET", path, None, {"Range": "bytes=999999999-"})
    expect(b.status == 416, "416: %d" % b.status)
    b = s.call("GET", path, None, {"Range": "bytes=0-3", "If-Range": '"no"'})
    expect(b.status == 200, "If-Range of another version: the whole")


# --- slow clients ----------------------------------------------------------------

def check_slow_clients(s):
    """Honest ones are all served while many hold connections; the slow ones
    are gone soon."""
    slow = []
    for i in range(60):
        c = socket.create_connection(("127.0.0.1", s.port))
        c.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
                  b"Content-Type: application/json\r\nContent-Length: 9999"
                  b"\r\n\r\n{" if i % 3 == 0 else
                  b"GET /healthz HTTP/1.1\r\nHo" if i % 3 == 1 else b"")
        slow.append(c)
    stop = threading.Event()

    def drip():
        while not stop.wait(0.4):
            for c in slow:
                try:
                    c.send(b" ")
                except OSError:
                    pass
    threading.Thread(target=drip, daemon=True).start()
    served = []

    def honest():
        start = time.time()
        try:
            if s.call("GET", "/healthz").status == 200:
                served.append(time.time() - start)
        except OSError:
            pass
    for _ in range(4):
        threads = [threading.Thread(target=honest) for _ in range(5)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        time.sleep(0.5)
    expect(len(served) == 20 and max(served) < 3,
           "%d of 20 honest clients served, slowest %.1f s" %
           (len(served), max(served or [0])))
    deadline = time.time() + 12
    reaped = 0
    while time.time() < deadline and reaped < 60:
        time.sleep(0.3)
        text = s.call("GET", "/metrics").content
        reaped = int(re.search(rb"reaped_total (\d+)", text).group(1))
    stop.set()
    for c in slow:
        c.close()
    expect(reaped >= 60, "%d of 60 slow clients were ended" % reaped)


def check_waiting_clients(s):
    """Whoever waits for progress holds nobody up."""
    a = s.call("POST", "/api/v1/applications", FORM)
    new = json.loads(a.content)
    key = {"Authorization": "Bearer " + new["access_code"]}
    place = "/api/v1/applications/" + new["id"]
    waiting = []
    for _ in range(40):
        c = http.client.HTTPConnection("127.0.0.1", s.port, timeout=60)
        c.request("GET", place + "/progress?wait=25", None, key)
        waiting.append(c)
    codes = {s.call("GET", place, None, key).status for _ in range(5)}
    told, _, _ = select.select([c.sock for c in waiting], [], [], 0)
    expect(codes == {200} and not told,
           "served beside 40 who wait: %s, %d told" % (codes, len(told)))
    s.call("PUT", place + "/documents/id_card", png(8, 8),
           {**key, "Content-Type": "image/png"})
    told = [c.getresponse().read() for c in waiting]
    expect(all(b'"checking"' in x or b'"refused"' in x for x in told),
           "all are told that something has come: %s" % told[0])


# --- the same again, other sites, log-ins ---------------------------------------

def check_idempotency(s, keys):
    headers = {**keys["client"], "Idempotency-Key": str(uuid.uuid4())}
    a = s.call("POST", "/api/v1/applications", FORM, headers)
    b = s.call("POST", "/api/v1/applications", FORM, headers)
    expect(a.status == 201 and b.status == 201 and a.content == b.content,
           "the same key is answered the same: %d %d" % (a.status, b.status))
    expect(b.getheader("Idempotency-Replayed") == "true" and
           not a.getheader("Idempotency-Replayed"), "Idempotency-Replayed")
    other = {**FORM, "order_no": "20260402791744"}
    b = s.call("POST", "/api/v1/applications", other, headers)
    expect(b.status == 422 and b"idempotency-key-reused" in b.content,
           "the same key for something else: %d" % b.status)
    b = s.call("POST", "/api/v1/applications/%s/submit" %
               json.loads(a.content)["id"], {}, keys["client"])
    expect(b.status == 400 and b"idempotency-key-missing" in b.content,
           "no key where one is wanted: %d" % b.status)
    store = open(s.folder + "/data/store.db", "rb").read()
    expect(json.loads(a.content)["access_code"].encode() not in store,
           "no access code lies in clear")


def check_other_sites(s, keys):
    cookie = {"Cookie": keys["lead"]["Cookie"]}
    ask = ("POST", "/api/v1/queue/claim", {})
    for what, more in {
            "no word of where from": {},
            "cross-site": {"Sec-Fetch-Site": "cross-site"},
            "same-site": {"Sec-Fetch-Site": "same-site"},
            "another Origin": {"Origin": "https://evil.example"}}.items():
        a = s.call(*ask, {**cookie, **more})
        expect(a.status == 403 and b"cross-site" in a.content,
               "%s: %d" % (what, a.status))
    for what, more in {
            "same-origin": {"Sec-Fetch-Site": "same-origin"},
            "our Origin": {"Origin": "http://127.0.0.1:%d" % s.port}}.items():
        a = s.call(*ask, {**cookie, **more})
        expect(a.status in (200, 204), "%s: %d" % (what, a.status))


def totp(secret, step):
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step),
                   hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) %
                     1000000)


def check_first_password(s):
    """Who was given a password can do nothing but change it."""
    _, admin = s.log_in("admin")
    a = s.call("POST", "/api/v1/users",
               {"user": "new", "name": "新人", "roles": ["lead"]}, admin)
    expect(a.status == 201, "a user is made: %d" % a.status)
    first = json.loads(a.content)["password"]
    a = s.call("POST", "/api/v1/session", {"user": "new", "password": first})
    key = {"Cookie": a.getheader("Set-Cookie", "").split(";")[0],
           "Sec-Fetch-Site": "same-origin"}
    a = s.call("GET", "/api/v1/queue", None, key)
    expect(a.status == 403 and b"new-password-wanted" in a.content,
           "before the change: %d" % a.status)
    a = s.call("POST", "/api/v1/session/password",
               {"old": first, "new": "four words of mine"}, key)
    expect(a.status == 200, "the change: %d %s" % (a.status, a.content[:200]))
    expect(s.call("GET", "/api/v1/queue", None, key).status == 401,
           "the session of before")
    key["Cookie"] = a.getheader("Set-Cookie", "").split(";")[0]
    expect(s.call("GET", "/api/v1/queue", None, key).status == 200,
           "after the change")


def check_log_in(s):
    a, key = s.log_in("maker")
    secret = json.loads(s.call("POST", "/api/v1/session/totp", {},
                               key).content)["secret"]
    step = int(time.time()) // 30
    a = s.call("POST", "/api/v1/session/totp",
               {"secret": secret, "code": totp(secret, step - 1)}, key)
    expect(a.status == 204, "a device is set up: %d" % a.status)
    a, _ = s.log_in("maker")
    expect(a.status == 401 and b"code-wanted" in a.content, "a code is wanted")
    a, _ = s.log_in("maker", totp(secret, step - 1))
    expect(a.status == 401, "a code works once: %d" % a.status)
    a, key = s.log_in("maker", totp(secret, step))
    expect(a.status == 200 and json.loads(a.content)["second_factor"],
           "a fresh code works: %d" % a.status)
    a = s.call("POST", "/api/v1/session/password",
               {"old": "sealdesk-maker", "new": "short"}, key)
    expect(a.status == 422, "a short password: %d" % a.status)
    a = s.call("DELETE", "/api/v1/session", None, key)
    expect(a.status == 204 and a.getheader("Clear-Site-Data"), "log-out")
    expect(s.call("GET", "/api/v1/session", None, key).status == 401,
           "after the log-out")
    check_first_password(s)
    wrong = {"user": "auditor", "password": "not the password"}
    codes = [s.call("POST", "/api/v1/session", wrong).status
             for _ in range(4)]
    expect(codes == [401, 401, 401, 429], "guessing is ended: %s" % codes)
    a = s.call("POST", "/api/v1/session",
               {"user": "nobody-here", "password": "not the password"})
    expect(a.status == 401 and b"wrong-password" in a.content,
           "an unknown user is told nothing else")


# --- files ------------------------------------------------------------------------

def check_uploads(s, keys):
    a = s.call("POST", "/api/v1/applications", FORM, keys["client"])
    path = "/api/v1/applications/%s/documents/id_card" % \
        json.loads(a.content)["id"]
    file = png(8, 8)
    headers = {**keys["client"], "Content-Type": "image/png"}
    a = s.call("PUT", path, file, headers)
    expect(a.status == 201 and json.loads(a.content).get("sha256") ==
           hashlib.sha256(file).hexdigest(),
           "a file is taken in: %d %s" % (a.status, a.content[:200]))
    digest = base64.b64encode(hashlib.sha256(file).digest()).decode()
    for what, sent, status in (("as announced", file, 200),
                               ("another", file + b"x", 422)):
        a = s.call("PUT", path, sent,
                   {**headers, "Content-Digest": "sha-256=:%s:" % digest})
        expect(a.status == status, "%s: %d %s" % (
            what, a.status, a.content[:200]))
    a = s.call("PUT", path, file, {**headers, **keys["applicant"]})
    expect(a.status == 404, "into another's application: %d" % a.status)
    used = s.call("GET", "/api/v1/tokens", None, keys["admin"]).json["items"]
    expect(used[0]["last_used_ms"] >= used[0]["created_ms"],
           "when the token was used: %s" % used[0])
    clear = [name for folder, _, names in os.walk(s.folder + "/data")
             for name in names
             if file in open(os.path.join(folder, name), "rb").read()]
    expect(not clear, "in clear on the disk: %s" % clear)
    expect(os.listdir(s.folder + "/data/spool") == [], "the spool is empty")


# --- restarts, logs, the end -----------------------------------------------------

def check_restarts(s, keys):
    """Whoever is killed comes back; what was acknowledged is there."""
    a = s.call("POST", "/api/v1/applications", FORM)
    code = {"Authorization": "Bearer " + json.loads(a.content)["access_code"]}
    for pid in children(s.process):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it ended with the core
        status = 0
        for _ in range(150):
            time.sleep(0.1)
            try:
                status = s.call("GET", "/api/v1/applications/mine", None,
                                code).status
            except OSError:
                status = 0
            if status == 200:
                break
        expect(status == 200, "after a kill: %d" % status)
    a = s.call("GET", "/api/v1/session", None, keys["lead"])
    expect(a.status == 200, "a session outlives the core: %d" % a.status)
    for _ in range(100):
        if s.call("GET", "/readyz").status == 200:
            break
        time.sleep(0.1)
    expect(s.call("GET", "/readyz").status == 200, "ready again")


def check_kills(s):
    """Nothing that was acknowledged is lost while cores are killed."""
    kept, stop = {}, threading.Event()

    def write():
        while not stop.is_set():
            try:
                a = s.call("POST", "/api/v1/applications", FORM)
                if a.status != 201:
                    time.sleep(0.05)
                    continue
                new = json.loads(a.content)
                key = {"Authorization": "Bearer " + new["access_code"]}
                kept[new["id"]] = (key, None)
                file = png(8, 8) + uuid.uuid4().bytes
                a = s.call("PUT", "/api/v1/applications/%s/documents/id_card"
                           % new["id"], file,
                           {**key, "Content-Type": "image/png"})
                if a.status == 201:
                    kept[new["id"]] = (key, hashlib.sha256(file).hexdigest())
            except (OSError, http.client.HTTPException):
                pass
    writers = [threading.Thread(target=write) for _ in range(3)]
    for t in writers:
        t.start()
    kills = int(os.environ.get("KILLS", "5"))

    def files():
        return sum(digest is not None for _, digest in list(kept.values()))
    pid = 0
    for i in range(kills):
        killed, end = pid, time.time() + 60
        while pid == killed:  # which may still be dying
            pid = core(s.process)
        while files() <= i and time.time() < end:  # one between two kills
            time.sleep(0.02)
        time.sleep(0.07 * (i % 7))
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    time.sleep(1)
    stop.set()
    for t in writers:
        t.join()
    lost, end = 0, time.time() + 60
    for key, digest in kept.values():
        a = s.call("GET", "/api/v1/applications/mine", None, key)
        while a.status == 503 and time.time() < end:  # no core yet
            time.sleep(0.1)
            a = s.call("GET", "/api/v1/applications/mine", None, key)
        lost += a.status != 200 or \
            (digest is not None and digest.encode() not in a.content)
    if os.environ.get("VERBOSE"):
        print("%d kills, %d applications, %d files, %d lost" %
              (kills, len(kept), files(), lost))
    expect(files() >= kills and lost == 0,
           "%d applications, %d files acknowledged, %d lost" %
           (len(kept), files(), lost))


def check_logs(s):
    s.call("GET", "/api/v1/applications/" + ID_NUMBER)
    s.call("GET", "/healthz?phone=" + PHONE)
    s.call("POST", "/api/v1/session",
           ('{"a": %s, "b": "%s", ' % (PHONE, ID_NUMBER)).encode(),
           {"Content-Type": "application/json"})
    text = open(s.log, encoding="utf-8").read()
    for number in (ID_NUMBER, PHONE, FORM["organization"]["credit_code"]):
        expect(number not in text, "the log shows " + number)
    expect("Bearer" not in text and "__Host" not in text, "the log has tokens")
    events = [json.loads(line) for line in text.splitlines()
              if line.startswith("{")]
    expect(len(events) > 300, "%d lines of JSON" % len(events))
    expect(not [line for line in text.splitlines()
                if line and not line.startswith("{")], "other lines in the log")


def check_end(s):
    """Ends while an honest upload is on its way, which is still answered."""
    c = socket.create_connection(("127.0.0.1", s.port), timeout=20)
    body = b'{"user":"x","password":"y"}'
    c.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
              b"Content-Type: application/json\r\nContent-Length: %d\r\n"
              b"Expect: 100-continue\r\n\r\n" % len(body))
    got = c.recv(65536)
    expect(b" 100 " in got, "the request is begun: %s" % got[:40])
    c.sendall(body[:5])
    s.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    c.sendall(body[5:])
    got = c.recv(65536)
    expect(b" 401 " in got[:20], "begun before the end: %s" % got[:40])
    c.close()
    expect(s.process.wait(60) == 0, "the end: exit 0")


def check_guards():
    config = os.path.join(FOLDER, "any.conf")
    for listen, option in (("any", []), ("any", ["--demo"]), ("socket", [])):
        with open(config, "w") as f:
            f.write('serve = { listen = "%s"; };\n' % listen)
        r = subprocess.run([SEALDESK, "serve", "--data", FOLDER + "/x",
                            "--port", "0", "--config", config, *option],
                           capture_output=True, timeout=20)
        expect(r.returncode == 5 and b"behind_proxy" in r.stderr,
               "every address without a proxy is refused: %d" % r.returncode)


def alive_at(path):
    """Whether a service answers at a socket of the file system."""
    with socket.socket(socket.AF_UNIX) as c:
        try:
            c.settimeout(10)
            c.connect(path)
            c.sendall(HIDDEN)
            return b"alive" in c.recv(65536)
        except OSError:
            return False


def check_socket():
    """Whoever starts a second service does not take the first one's socket."""
    config, data = os.path.join(FOLDER, "socket.conf"), FOLDER + "/at-socket"
    with open(config, "w") as f:
        f.write('serve = { listen = "socket"; behind_proxy = true; };\n')
    command = [SEALDESK, "serve", "--data", data, "--config", config]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as first:
        for _ in range(300):
            if alive_at(data + "/front.sock") or first.poll() is not None:
                break
            time.sleep(0.1)
        second = subprocess.run(command, capture_output=True, timeout=20)
        expect(second.returncode == 6 and b"front.sock" in second.stderr,
               "a second service: %d" % second.returncode)
        expect(alive_at(data + "/front.sock"), "the first is still reached")
        first.terminate()
        expect(first.wait(timeout=60) == 0, "the end at a socket")


def check_behind_proxy():
    s = Service("proxy", "behind_proxy = true; strict_per_minute = 3;",
                "--demo")
    far = {"X-Forwarded-For": "203.0.113.9"}
    expect(s.call("GET", "/metrics").status == 200, "metrics from here")
    expect(s.call("GET", "/metrics", None, far).status == 404,
           "metrics from elsewhere")
    ask = {"user": "x", "password": "y"}
    codes = [s.call("POST", "/api/v1/session", ask, far).status
             for _ in range(4)]
    expect(codes == [401, 401, 401, 429], "log-ins are limited: %s" % codes)
    near = {"X-Forwarded-For": "203.0.113.10"}
    a = s.call("POST", "/api/v1/session", ask, near)
    expect(a.status == 401, "each address for itself: %d" % a.status)
    expect(s.stop() == 0, "the end behind a proxy")


def check_locked(s):
    """Front and core run behind a filter of system calls."""
    modes = {}
    for pid in children(s.process):
        with open("/proc/%d/status" % pid) as f:
            text = f.read()
        locked = re.search(r"Seccomp:\t2", text) and \
            re.search(r"NoNewPrivs:\t1", text)
        modes[pid] = bool(locked)
    expect(sum(modes.values()) == 2, "front and core are locked: %s" % modes)
    metrics = s.call("GET", "/metrics").content.decode()
    for name in ("sealdesk_lanes ", "sealdesk_lanes_busy ",
                 'sealdesk_lane_tasks_waiting{urgency="check"} ',
                 "sealdesk_lane_deaths_total "):
        expect(name in metrics, "metrics: " + name)


def check_quotas():
    """What one client and one application may leave; another still may."""
    s = Service("quota", "client_per_day = 2; application_mb = 10;", "--demo")
    _, admin = s.log_in("admin")
    keys = []
    for client in ("one", "two"):
        a = s.call("POST", "/api/v1/tokens",
                   {"client": client, "scopes": "intake"}, admin)
        keys.append({"Authorization":
                     "Bearer " + json.loads(a.content)["token"]})

    def opened(key):
        return s.call("POST", "/api/v1/applications", FORM,
                      {**key, "Idempotency-Key": str(uuid.uuid4())})
    answers = [opened(keys[0]) for _ in range(3)]
    codes = [a.status for a in answers]
    expect(codes == [201, 201, 429] and b'"quota"' in answers[2].content and
           answers[2].getheader("Retry-After"), "of a client: %s" % codes)
    expect(opened(keys[1]).status == 201, "another client has its own quota")
    code = json.loads(opened({}).content)["access_code"]
    applicant = {"Authorization": "Bearer " + code, "Content-Type": "image/png"}
    place = "/api/v1/applications/%s/documents/" % json.loads(s.call(
        "GET", "/api/v1/applications/mine", None, applicant).content)["id"]
    codes = [s.call("PUT", place + slot, png(8, 8) + os.urandom(4 << 20),
                    applicant).status
             for slot in ("id_card", "seal_sheet", "business_license")]
    expect(codes == [201, 201, 429], "of an application: %s" % codes)
    expect(s.stop() == 0, "the end with quotas")


def check_second_factor():
    """Whoever decides must have a device; who only reads need not."""
    s = Service("factor", 'second_factor = "deciders";', "--demo")
    _, key = s.log_in("clerk")
    expect(s.call("GET", "/api/v1/queue", None, key).status == 200,
           "a role that needs no device")
    a, key = s.log_in("lead")
    expect(a.status == 200, "the log-in itself: %d" % a.status)
    a = s.call("GET", "/api/v1/queue", None, key)
    expect(a.status == 403 and b"second-factor-wanted" in a.content,
           "without a device: %d" % a.status)
    secret = json.loads(s.call("POST", "/api/v1/session/totp", {},
                               key).content)["secret"]
    step = int(time.time()) // 30
    a = s.call("POST", "/api/v1/session/totp",
               {"secret": secret, "code": totp(secret, step - 1)}, key)
    expect(a.status == 204, "a device is set up: %d" % a.status)
    expect(s.call("GET", "/api/v1/queue", None, key).status == 403,
           "a device that was not used yet")
    _, key = s.log_in("lead", totp(secret, step))
    expect(s.call("GET", "/api/v1/queue", None, key).status == 200,
           "with the device")
    expect(s.stop() == 0, "the end with devices")


def check_rules(s, keys):
    """A published set of rules judges the next file; rolled back it no longer
    does. Nothing is started by hand."""
    def judged_under():
        for _ in range(100):
            a = s.call("POST", "/api/v1/check?slot=id_card", png(8, 8),
                       {"Content-Type": "image/png"})
            if a.status == 200:
                return json.loads(a.content)["tool"]["config"]
            time.sleep(0.2)
        expect(False, "a check after a publication: %d" % a.status)

    def publish(value):
        a = s.call("POST", "/api/v1/rulesets/draft",
                   {"values": {"seal_clarity": value}, "note": ""},
                   keys["lead"])
        expect(a.status < 300, "a draft: %d" % a.status)
        a = s.call("POST", "/api/v1/rulesets/publish", {}, keys["lead"])
        expect(a.status == 403, "one's own draft: %d" % a.status)
        a = s.call("POST", "/api/v1/rulesets/publish", {}, keys["admin"])
        expect(a.status < 300, "publishing: %d %s" % (a.status, a.content))
    first = judged_under()
    expect(judged_under() == first, "the same settings, nothing published")
    publish(21)
    second = judged_under()
    publish(22)
    third = judged_under()
    expect(len({first, second, third}) == 3,
           "each set judges at once: %s %s %s" % (first, second, third))
    a = s.call("POST", "/api/v1/rulesets/rollback", {}, keys["admin"])
    expect(a.status < 300 and judged_under() == second,
           "rolled back: %d" % a.status)


def main():
    s = Service("main", "header_s = 1; idle_s = 2; body_s = 1; failures = 3; "
                "strict_per_minute = 100000; requests_per_minute = 1000000; "
                "connections = 300; per_address = 0;", "--demo")
    if not s.port:
        print(open(s.log).read())
        return
    keys = keys_of_all_roles(s)
    document = json.loads(s.call("GET", "/api/v1/openapi.json").content)
    for check in (lambda: check_openapi(document),
                  lambda: check_routes_and_roles(s, keys, document),
                  lambda: check_malformed(s), lambda: check_limits(s, keys),
                  lambda: check_conditional(s),
                  lambda: check_idempotency(s, keys),
                  lambda: check_uploads(s, keys),
                  lambda: check_other_sites(s, keys),
                  lambda: check_log_in(s), lambda: check_slow_clients(s),
                  lambda: check_waiting_clients(s),
                  lambda: check_locked(s), lambda: check_rules(s, keys),
                  lambda: check_restarts(s, keys),
                  lambda: check_kills(s), lambda: check_logs(s),
                  lambda: check_end(s), check_guards, check_socket,
                  check_behind_proxy,
                  check_quotas, check_second_factor):
        start = time.time()
        check()
        if os.environ.get("VERBOSE"):
            print("%.1f s %s" % (time.time() - start,
                                 check.__code__.co_names), flush=True)


main()
sys.exit(failed() > 0)
