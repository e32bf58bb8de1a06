# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory of the service's processes over many whole applications. A command for
people, not a test of CI.

    memory.py SEALDESK FOLDER [COUNT [MOST_MB]]

A client opens COUNT applications (2,000), sends five white pages of 16 by 16
pixels to each, submits, and waits until they are measured and lie with the
desk, so that every part of the way is gone COUNT times while the pages cost
little. Printed at 0, 1/4, 1/2 and all of them: resident MB of front, core and
the process that makes the lanes, most of which are the models. Exits 1 when
front or core holds more than MOST_MB (96) or one of the three has grown by more
than a sixteenth of that over the second half."""

import sys
import threading
import time

from service import (ORDER, Service, children, core, failed, png,
                     unlimited)

SEALDESK, FOLDER = sys.argv[1:3]
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
MOST_MB = float(sys.argv[4]) if len(sys.argv) > 4 else 96
THREADS = 6
SLOTS = ["application_form", "business_license", "id_card",
         "authorization_letter", "seal_sheet"]
SERVICE = Service(SEALDESK, *unlimited(FOLDER))
KEY = SERVICE.client()


def call(*request):
    while True:
        a = SERVICE.call(*request)
        if a.status not in (429, 503):
            return a
        time.sleep(float(a.getheader("Retry-After", "1")))


def one(i):
    form = {**ORDER, "order_no": "2026%010d" % i}
    key = {**KEY, "Idempotency-Key": "open-%d" % i}
    place = "/applications/" + call("POST", "/applications", form,
                                    key).json["id"]
    for slot in SLOTS:
        a = call("PUT", "%s/documents/%s" % (place, slot),
                 png(16, 16, "%d %s" % (i, slot)), {**KEY, "Content-Type": "image/png"})
        assert a.status == 201, a.content
    a = call("POST", place + "/submit", {},
             {**KEY, "Idempotency-Key": "submit-%d" % i})
    assert a.status == 200, a.content
    while call("GET", place + "/progress?wait=20", None, KEY).json["stage"] \
            not in ("review", "failed"):
        pass


def memory():
    """Resident MB of front, core and lanes; names by their order of birth."""
    store, found = core(SERVICE.process), {}
    for pid in children(SERVICE.process):
        name = "core" if pid == store else \
            "front" if pid < store else "lanes"
        with open("/proc/%d/status" % pid) as f:
            kb = [x for x in f if x.startswith("VmRSS")][0].split()[1]
        found[name] = int(kb) / 1024
    return found


def main():
    todo, done, lock = iter(range(COUNT)), [], threading.Lock()

    def work():
        while True:
            with lock:
                i = next(todo, None)
            if i is None:
                return
            one(i)
            with lock:
                done.append(i)
    begun, marks = time.time(), []
    threads = [threading.Thread(target=work, daemon=True) for _ in range(THREADS)]
    for part in (0, COUNT // 4, COUNT // 2, COUNT):
        while len(done) < part and any(t.is_alive() for t in threads):
            time.sleep(0.2)
        marks.append(memory())
        print("%5d applications, %4.0f s: %s" % (
            len(done), time.time() - begun,
            ", ".join("%s %.1f MB" % x for x in sorted(marks[-1].items()))),
            flush=True)
        if part == 0:
            for t in threads:
                t.start()
    good = len(done) == COUNT and all(
        (mb <= MOST_MB or name == "lanes") and
        mb - marks[-2][name] <= MOST_MB / 16
        for name, mb in marks[-1].items())
    SERVICE.stop()
    sys.exit(failed() or not good)


main()
