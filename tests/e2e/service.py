# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of a running service share: starting one, sending it requests,
and counting what does not hold."""

import atexit
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import time
import zlib

try:
    import jsonschema
except ImportError:  # for a run by hand; the tests' packages have it
    jsonschema = None

API = "/api/v1"
_failed = 0

# An order, but for its number; nobody of that name exists.
ORDER = {
    "schema": "sealdesk.application/1", "order_type": "new",
    "project": "江西省公共资源交易（医药采购）",
    "organization": {"name": "江西某某科技有限公司",
                     "credit_code": "91360429MAYGXN9C1E",
                     "user_class": "ordinary"},
    "certificate": {"with_seal": True, "prior_main_key": "no"},
    "legal_representative": {"name": "张某", "verification": "认证成功"},
    "handler": {"name": "李某", "id_number": "36010219900307123X",
                "mobile": "13900001234", "email": "a@example.com"}}


def expect(good, what):
    """Prints what does not hold."""
    global _failed
    if not good:
        _failed += 1
        print("FAILED:", what, flush=True)


def failed():
    """How much did not hold."""
    return _failed


def png(width, height, text=None):
    """A white page, small as a file, large in memory; `text` goes into it."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    rows = (b"\0" + b"\xff" * (3 * width)) * height
    note = b"" if text is None else chunk(b"tEXt", b"n\0" + text.encode())
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0,
                                         0, 0))
            + note + chunk(b"IDAT", zlib.compress(rows, 1))
            + chunk(b"IEND", b""))


def start(sealdesk, data, log, *options):
    """The process, and its port, which it chooses; 0 when it does not start.
    It ends with this one, also when a test fails."""
    process = subprocess.Popen(
        [sealdesk, "serve", "--data", data, "--port", "0", *options],
        stdout=subprocess.PIPE, stderr=open(log, "ab"))
    atexit.register(process.terminate)
    for line in process.stdout:
        found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return process, int(found.group(1))
    return process, 0


def unlimited(folder, more=""):
    """What start takes for a service in the folder that one client may ask as
    often as it likes; `more` goes into its configuration."""
    config = os.path.join(folder, "unlimited.conf")
    os.makedirs(folder, exist_ok=True)
    with open(config, "w") as f:
        f.write("serve = { strict_per_minute = 1000000; "
                "requests_per_minute = 1000000; client_per_day = 0; };\n"
                + more)
    return [os.path.join(folder, "data"), os.path.join(folder, "log"),
            "--config", config, "--demo"]


def children(process):
    """The pids right below it: front, core, lanes."""
    with open("/proc/%d/task/%d/children" % (2 * (process.pid,))) as f:
        return sorted(map(int, f.read().split()))


def core(process):
    """The pid of the one that has the store open, once there is one."""
    while True:
        for pid in children(process):
            try:
                names = [os.readlink("/proc/%d/fd/%s" % (pid, fd))
                         for fd in os.listdir("/proc/%d/fd" % pid)]
            except OSError:
                continue  # it has ended
            if any("store.db" in name for name in names):
                return pid
        time.sleep(0.02)


def send(port, method, path, body=None, headers=(), timeout=90):
    """One request over a connection of its own. A dict goes as JSON, bytes as
    they are. The answer has all of its body in .content and, where that is
    JSON, in .json."""
    headers = dict(headers)
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/json")
    elif body is not None:
        headers.setdefault("Content-Type", "application/octet-stream")
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    c.request(method, path, body, headers)
    a = c.getresponse()
    a.content = a.read()
    c.close()
    whole = a.content and a.status != 206
    a.json = (json.loads(a.content) if whole and "json"
              in a.getheader("Content-Type", "") else None)
    return a


def strict(schemas):
    """The same, but that no member may be there which is not described. Shapes
    without members are open, and problems have more."""
    return {name: {**s, "additionalProperties": False}
            if "properties" in s and name != "Problem" else s
            for name, s in schemas.items()}


class Interface:
    """What openapi.json says of a running service, and whether it is so."""

    def __init__(self, document):
        self.schemas = strict(document["components"]["schemas"])
        self.paths = [(re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path) + "$"),
                       methods) for path, methods in document["paths"].items()]

    def shape(self, method, path, status):
        """The name of an answer's shape, where it is JSON."""
        if status >= 400:
            return "Problem"
        for pattern, methods in self.paths:
            if pattern.match(path.split("?")[0]) and method.lower() in methods:
                good = methods[method.lower()]["responses"]["2XX"]
                at = good.get("content", {}).get("application/json", {})
                return at.get("schema", {}).get("$ref", "").split("/")[-1]
        return ""

    def check(self, method, path, a):
        shape = self.shape(method, path, a.status)
        if not shape or not jsonschema:
            return
        errors = jsonschema.Draft202012Validator(
            {"$ref": "#/components/schemas/" + shape,
             "components": {"schemas": self.schemas}}).iter_errors(a.json)
        for error in errors:
            expect(False, "%s %s: no %s, since %s" % (method, path, shape,
                                                      error.message[:300]))


class Service:
    """A running service. Paths begin below /api/v1, or with it."""

    def __init__(self, sealdesk, data, log, *options):
        self.process, self.port = start(sealdesk, data, log, *options)
        expect(self.port, "the service starts: see " + log)
        self.interface = Interface(send(self.port, "GET",
                                        API + "/openapi.json").json)

    def call(self, method, path, body=None, headers=()):
        """One request; an answer in JSON is what openapi.json says."""
        if not path.startswith(API):
            path = API + path
        a = send(self.port, method, path, body, headers)
        if a.json is not None:
            self.interface.check(method, path, a)
        return a

    def log_in(self, user):
        """Headers with which a user of --demo shows who it is."""
        a = self.call("POST", "/session",
                      {"user": user, "password": "sealdesk-" + user})
        expect(a.status == 200, "log-in of %s: %d" % (user, a.status))
        return {"Cookie": a.getheader("Set-Cookie", "").split(";")[0],
                "Sec-Fetch-Site": "same-origin"}

    def client(self, name="portal"):
        """Headers of an API client, which may open applications and vouch for
        what it says of them."""
        a = self.call("POST", "/tokens", {"client": name, "scopes": "intake"},
                      self.log_in("admin"))
        expect(a.status == 201, "a token for %s: %d" % (name, a.status))
        return {"Authorization": "Bearer " + a.json["token"]}

    def descendants(self):
        """pid -> parent of all processes below the service."""
        parents = {}
        for line in subprocess.run(["ps", "-eo", "pid=,ppid="],
                                   capture_output=True,
                                   text=True).stdout.splitlines():
            pid, parent = map(int, line.split())
            parents[pid] = parent
        below, found = {self.process.pid}, {}
        for _ in range(4):
            for pid, parent in parents.items():
                if parent in below and pid not in below:
                    below.add(pid)
                    found[pid] = parent
        return found

    def stop(self, patience_s=300):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=patience_s)


class Line:
    """One connection for many requests; a plain socket, so that a client that
    measures costs little."""

    def __init__(self, port):
        self.s = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, method, path, body, *headers):
        """The status and the body of the answer."""
        head = ["%s %s%s HTTP/1.1" % (method, API, path), "Host: a",
                "Content-Length: %d" % len(body), *headers]
        self.s.sendall(("\r\n".join(head) + "\r\n\r\n").encode() + body)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._piece()
        top, _, rest = got.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", top).group(1))
        while len(rest) < length:
            rest += self._piece()
        return int(top[9:12]), rest

    def _piece(self):
        piece = self.s.recv(65536)
        if not piece:
            raise ConnectionError("the connection was closed")
        return piece
