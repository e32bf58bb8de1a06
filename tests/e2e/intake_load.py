# SPDX-License-Identifier: GPL-3.0-or-later
"""Many applications through the service: how many a minute, and whether the
memory of its processes stays flat. A command for people, not a test of CI.

    intake_load.py SEALDESK FOLDER BUNDLE COUNT [LANES]

Clients upload BUNDLE's documents and submit at once, eight at a time, so that
the lanes never wait. With LANES 1 and 2 one sees what a second lane gives.
After each tenth of the applications it prints the memory of every process;
the last lines are the rate and how much the largest process has grown since
the second tenth."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

import service

SEALDESK, FOLDER, BUNDLE = sys.argv[1:4]
COUNT = int(sys.argv[4])
LANES = int(sys.argv[5]) if len(sys.argv) > 5 else 0

# lanes that are replaced would hide what they lose
PROCESS, PORT = service.start(SEALDESK, *service.unlimited(
    FOLDER, "lanes = { lanes = %d; tasks = 1000000; };\n" % LANES))
PORT or sys.exit("the service does not start: see %s/log" % FOLDER)
FORM = json.load(open(os.path.join(BUNDLE, "application.json")))
DOCUMENTS = [(d["slot"], d["file"],
              open(os.path.join(BUNDLE, d["file"]), "rb").read())
             for d in FORM.pop("documents")]
done, lock = [], threading.Lock()


def call(method, path, body=None, headers=()):
    while True:
        a = service.send(PORT, method, service.API + path, body, headers, 300)
        if a.status not in (429, 503):
            return a.status, a.json
        time.sleep(float(a.getheader("Retry-After", "1")))


def one(i):
    form = {**FORM, "order_no": "2026%010d" % i}
    status, made = call("POST", "/applications", form)
    assert status == 201, made
    place = "/applications/" + made["id"]
    auth = {"Authorization": "Bearer " + made["access_code"]}
    for slot, name, data in DOCUMENTS:
        status, answer = call("PUT", place + "/documents/" + slot, data, {
            **auth, "X-File-Name": urllib.parse.quote(name)})
        assert status in (200, 201), answer
    while True:
        status, state = call("GET", place + "/progress?wait=20", None, auth)
        waits = any(d["status"] == "checking" for d in state["documents"])
        if state["stage"] == "draft" and not waits:
            status, answer = call("POST", place + "/submit", {}, {
                **auth, "Idempotency-Key": str(uuid.uuid4())})
            if status == 422:  # refused: no run, but it was measured
                state["stage"] = "refused"
                break
            assert status == 200, answer
        elif state["stage"] in ("review", "failed"):
            break
    with lock:
        done.append(state["stage"])


def memory():
    """Resident and private MB of each process below the service."""
    own, below = {}, {PROCESS.pid}
    for line in subprocess.run(["ps", "-eo", "pid=,ppid=,rss="],
                               capture_output=True,
                               text=True).stdout.splitlines():
        pid, parent, rss = map(int, line.split())
        if pid in below or parent in below:
            below.add(pid)
            own[pid] = rss // 1024
    return own


def main():
    todo = iter(range(COUNT))

    def work():
        while True:
            with lock:
                i = next(todo, None)
            if i is None:
                return
            one(i)
    begun, marks = time.time(), []
    threads = [threading.Thread(target=work) for _ in range(8)]
    for t in threads:
        t.start()
    while any(t.is_alive() for t in threads):
        time.sleep(1)
        if len(done) * 10 >= COUNT * (len(marks) + 1):
            marks.append(memory())
            print("%4d done: MB %s" % (len(done), sorted(marks[-1].values())),
                  flush=True)
    took = time.time() - begun
    kept = [pid for pid in marks[-1] if pid in marks[min(1, len(marks) - 1)]]
    grown = max(marks[-1][p] - marks[min(1, len(marks) - 1)][p] for p in kept)
    print("%d applications, %d failed, %.1f a minute; grown by %d MB"
          % (len(done), done.count("failed"), 60 * len(done) / took, grown))
    PROCESS.send_signal(signal.SIGTERM)
    PROCESS.wait(timeout=120)


main()
