# SPDX-License-Identifier: GPL-3.0-or-later
"""Acknowledgements a second while the lanes are saturated.

    acks.py SEALDESK FOLDER PAPER.jpg [SECONDS [LEAST [P99_MS]]]

Eight clients send PAPER, padded to 500 kB and different each time, one after
the other, each over one connection. Each paper is a job of the queue as well,
so that the lanes measure without a pause. Printed: acknowledgements a second,
how long they took, and what CPU time each process used for one. Exits 1 when
there were fewer than LEAST a second or the slowest hundredth took longer than
P99_MS, 2 when anything but 201 was answered."""

import json
import os
import signal
import sys
import threading
import time

import service

SEALDESK, FOLDER, PAPER = sys.argv[1:4]
SECONDS = float(sys.argv[4]) if len(sys.argv) > 4 else 10
LEAST = float(sys.argv[5]) if len(sys.argv) > 5 else 0
P99_MS = float(sys.argv[6]) if len(sys.argv) > 6 else 1e9
CLIENTS, BYTES, WARM_S = 8, 500000, 2
SLOTS = ["id_card", "seal_sheet", "business_license", "authorization_letter"]
sheet = open(PAPER, "rb").read()[:BYTES - 16]
times, statuses, lock = [], {}, threading.Lock()
serial = iter(range(1 << 30))

PROCESS, PORT = service.start(SEALDESK, *service.unlimited(
    FOLDER, "jobs = { most_waiting = 1000000; };\n"
    + os.environ.get("MORE", "")))
PORT or sys.exit("the service does not start: see %s/log" % FOLDER)


def client(until):
    c = service.Line(PORT)
    while time.time() < until:
        form = {**service.ORDER, "order_no": "2026%010d" % next(serial)}
        status, made = c.call("POST", "/applications",
                              json.dumps(form).encode(),
                              "Content-Type: application/json")
        assert status == 201, made
        made = json.loads(made)
        for slot in SLOTS:
            body = (sheet + os.urandom(16)).ljust(BYTES, b"\0")
            begun = time.time()
            status, answer = c.call(
                "PUT", "/applications/%s/documents/%s" % (made["id"], slot),
                body, "Content-Type: image/jpeg",
                "Authorization: Bearer " + made["access_code"])
            with lock:
                times.append((begun, time.time() - begun))
                statuses[status] = statuses.get(status, 0) + 1
                if status != 201 and statuses[status] == 1:
                    print(status, answer.decode())


def cpu():
    """CPU seconds by process: front, core, and all below the lanes."""
    tick, found = os.sysconf("SC_CLK_TCK"), {}
    names = dict(zip(service.children(PROCESS), ("front", "core", "lanes")))
    for pid, name in names.items():
        with open("/proc/%d/stat" % pid) as f:
            found[name] = sum(map(int, f.read().rsplit(")")[1].split()[11:13]))
    return {name: n / tick for name, n in found.items()}


def main():
    until = time.time() + WARM_S + SECONDS
    threads = [threading.Thread(target=client, args=(until,))
               for _ in range(CLIENTS)]
    for t in threads:
        t.start()
    time.sleep(WARM_S)
    begun, before, n = time.time(), cpu(), len(times)
    time.sleep(until - time.time())
    after, took = cpu(), time.time() - begun
    for t in threads:
        t.join()
    own = sorted(1000 * ms for at, ms in times if at >= begun)
    rate, p99 = len(own) / took, own[len(own) * 99 // 100]
    print("%.1f acknowledgements/s, p50 %.0f ms, p99 %.0f ms, slowest %.0f ms"
          % (rate, own[len(own) // 2], p99, own[-1]))
    print("CPU ms for each:", ", ".join(
        "%s %.1f" % (name, 1000 * (after[name] - before[name]) / len(own))
        for name in ("front", "core")), "; clients %.1f"
        % (1000 * time.process_time() / max(1, len(times))),
        "; load %.1f" % os.getloadavg()[0])
    PROCESS.send_signal(signal.SIGKILL)  # hundreds of jobs wait
    if set(statuses) != {201}:
        sys.exit(2)
    sys.exit(rate < LEAST or p99 > P99_MS)


main()
