# SPDX-License-Identifier: GPL-3.0-or-later
"""How long POST /check takes while the lanes measure without a pause. A command
for people, not a test of CI.

    check_load.py SEALDESK FOLDER BUNDLE [ROUNDS [MOST_S]]

A client fills the queue with BUNDLE's documents, over and over; then each of
them is checked ROUNDS (3) times, one after the other, as by an applicant who
looks. Printed for each: the time until the answer, and the load of the machine.
Exits 1 when one answer in ten took longer than MOST_S (3), 2 when the lanes
had a pause."""

import json
import os
import re
import sys
import time
import urllib.parse

from service import Service, expect, failed, send, unlimited

SEALDESK, FOLDER, BUNDLE = sys.argv[1:4]
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 3
MOST_S = float(sys.argv[5]) if len(sys.argv) > 5 else 3


def read(name):
    with open(os.path.join(BUNDLE, name), "rb") as f:
        return f.read()


def fill(service, form, documents):
    """So many that the lanes have work for as long as this lasts."""
    key = {"Authorization": "Bearer " + service.call(
        "POST", "/tokens", {"client": "portal", "scopes": "intake"},
        service.log_in("admin")).json["token"]}
    for i in range(4 + 3 * ROUNDS):
        a = service.call("POST", "/applications", {
            **form, "order_no": "2026%010d" % i}, {
                **key, "Idempotency-Key": "open-%d" % i})
        for d in documents:
            b = service.call(
                "PUT", "/applications/%s/documents/%s" % (
                    a.json["id"], d["slot"]), read(d["file"]),
                {**key, "X-File-Name": urllib.parse.quote(d["file"])})
            expect(b.status == 201, "%s is taken: %d" % (d["slot"], b.status))


def has_pause(service):
    """Whether fewer lanes measure than there are processors."""
    text = send(service.port, "GET", "/metrics").content.decode()
    lanes = int(re.search(r"^sealdesk_lanes_busy (\d+)", text, re.M).group(1))
    return lanes < os.cpu_count()


def main():
    form = json.loads(read("application.json"))
    documents, times, paused = form.pop("documents"), [], 0
    service = Service(SEALDESK, *unlimited(FOLDER))
    fill(service, form, documents)
    for _ in range(ROUNDS):
        for d in documents:
            data = read(d["file"])
            paused += has_pause(service)
            begun = time.time()
            a = service.call("POST", "/check?slot=" + d["slot"], data)
            took = time.time() - begun
            expect(a.status == 200, "%s: %d" % (d["slot"], a.status))
            times.append(took)
            print("%-22s %5.2f s, load %.1f" % (
                d["slot"], took, os.getloadavg()[0]), flush=True)
    times.sort()
    p90 = times[len(times) * 9 // 10]
    print("median %.2f s, nine in ten within %.2f s, slowest %.2f s" % (
        times[len(times) // 2], p90, times[-1]))
    service.process.kill()  # the queue is long
    if paused > len(times) // 4:  # a moment between two tasks is none
        print("the lanes paused: %d of %d times" % (paused, len(times)))
        sys.exit(2)
    sys.exit(1 if failed() or p90 > MOST_S else 0)


main()
