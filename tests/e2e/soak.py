# SPDX-License-Identifier: GPL-3.0-or-later
"""The service under everything at once, for hours. A command for people, not a
test of CI.

    MINUTES=120 SEED=1 soak.py SEALDESK FOLDER BUNDLE

Four senders open applications, by the portal or themselves, and send the pages
of BUNDLE, small ones, and hostile ones (broken, cut, glued together, bombs), in
one go or in pieces; two reviewers claim, mark, pass and return; somebody kills
children, lanes, their maker, front and core, at random, and without being told.
In the second half front and core are left alone, so that one sees whether they
grow. Then only the reviewers go on, until jobs and desk have nothing left.

At the end: every acknowledged upload is in the store by its hash; no job waits
or runs, no submitted application is on its way; nothing was answered 500;
`store verify` finds nothing. Prints what was done; exits 1 when one of these
does not hold."""

import collections
import hashlib
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid

from service import (ORDER, Service, children, core, expect, failed, png,
                     send, unlimited)

SEALDESK, FOLDER, BUNDLE = sys.argv[1:4]
MINUTES = float(os.environ.get("MINUTES", "120"))
SEED = int(os.environ.get("SEED", "1"))
PATIENCE_S = 900  # until what was begun is done
GROWTH_MB = 16
MEASURING = 1  # enum store_stage
SLOTS = ["application_form", "business_license", "id_card",
         "authorization_letter", "seal_sheet"]
SERVICE = Service(SEALDESK, *unlimited(
    FOLDER, "worker = { timeout_s = 60; };\njobs = { lease_s = 10; };\n"))
stop, rested, lock = threading.Event(), threading.Event(), threading.Lock()
counts = collections.Counter()  # what was done and answered
kept = []  # (application, SHA-256) of each acknowledged upload
submitted = set()


def count(what):
    with lock:
        counts[what] += 1


def call(method, path, body=None, headers=()):
    """The answer, or None when there was none: somebody was killed."""
    try:
        a = SERVICE.call(method, path, body, headers)
    except (OSError, http.client.HTTPException):
        count("no answer")
        return None
    if a.status in (429, 503):
        count("busy")
        stop.wait(0.2)
        return None
    if a.status >= 500:
        count("5xx")
        expect(False, "%s %s: %d %s" % (method, path, a.status, a.content))
    return a


# --- pages -------------------------------------------------------------------

def good_pages():
    with open(os.path.join(BUNDLE, "application.json"), "rb") as f:
        documents = json.load(f)["documents"]
    pages = {}
    for d in documents:
        with open(os.path.join(BUNDLE, d["file"]), "rb") as f:
            pages[d["slot"]] = f.read()
    return pages


def broken(rng, page):
    """A page with bits turned, a piece moved, its end cut or another's end."""
    b = bytearray(page)
    for _ in range(rng.randint(1, 4)):
        at, n = rng.randrange(len(b)), rng.randint(1, 4096)
        kind = rng.randrange(4)
        if kind == 0:
            for i in range(at, min(at + 64, len(b))):
                b[i] ^= rng.randrange(256)
        elif kind == 1:
            b[at:at] = b[rng.randrange(len(b)):][:n]
        elif kind == 2:
            del b[max(at, 64):]
        else:
            b += rng.choice([b"%PDF-1.4\n", b"PK\3\4", b"\xff\xd8\xff", b"II*\0"])
    return bytes(b)


def page(rng, pages, slot):
    """Mostly small ones: a real page costs a second."""
    text, dice = "%d" % rng.getrandbits(64), rng.random()
    if dice < 0.05:
        return pages[slot] + text.encode()
    if dice < 0.25:
        return broken(rng, pages[slot])
    if dice < 0.26:
        return png(7700, 7700, text)  # a bomb: 170 MB
    return png(rng.randint(8, 300), rng.randint(8, 300), text)


# --- senders -----------------------------------------------------------------

def in_pieces(place, key, slot, data):
    """The answer to the last piece; whoever loses his line asks where to go
    on."""
    a = call("POST", place + "/uploads", {"slot": slot, "name": "x",
                                          "size": len(data)}, key)
    if not a or a.status != 201:
        return a
    upload = a.getheader("Location")
    for _ in range(20):
        at = call("GET", upload, None, key)
        if not at or at.status != 200:
            return at
        offset = at.json["offset"]
        a = call("PATCH", upload, data[offset:offset + len(data) // 3 + 1], {
            **key, "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream"})
        if a and a.status not in (204, 409):
            return a
    return None


def send_one(rng, place, key, slot, data):
    """Whether it was acknowledged, or will never be."""
    if rng.random() < 0.2 and len(data) > 100:
        a = in_pieces(place, key, slot, data)
    else:
        a = call("PUT", "%s/documents/%s" % (place, slot), data,
                 {**key, "Content-Type": "application/octet-stream"})
    if a and a.status in (200, 201):
        with lock:
            counts["uploads acknowledged"] += 1
            kept.append((place.rsplit("/", 1)[1],
                         hashlib.sha256(data).hexdigest()))
    elif a:
        count("uploads refused, %d" % a.status)
    return a is not None


def submit(rng, pages, place, key):
    """Asked until it is said; what is refused is sent anew."""
    for _ in range(60):
        a = call("POST", place + "/submit", {},
                 {**key, "Idempotency-Key": str(uuid.uuid4())})
        if a and a.status == 200:
            count("submitted")
            with lock:
                submitted.add(place.rsplit("/", 1)[1])
            return
        if a and a.status == 409:
            return  # submitted, and the answer was lost
        if stop.wait(0.5):
            return
        now = call("GET", place, None, key)
        for d in now.json["documents"] if now and now.status == 200 else []:
            if d["status"] in ("refused", "empty") and d["required"]:
                send_one(rng, place, key, d["slot"], page(rng, pages, d["slot"]))


def sender(number, portal, pages):
    rng = random.Random(1000 * SEED + number)
    while not stop.is_set():
        form = {**ORDER, "order_no": "2026%010d" % rng.randrange(10 ** 10)}
        by_portal = rng.random() < 0.5  # which does not wait for checks
        a = call("POST", "/applications", form, portal if by_portal else {})
        if not a or a.status != 201:
            continue
        count("applications")
        key = portal if by_portal else {
            "Authorization": "Bearer " + a.json["access_code"]}
        place = "/applications/" + a.json["id"]
        for slot in rng.sample(SLOTS, len(SLOTS)):
            while not send_one(rng, place, key, slot,
                               page(rng, pages, slot)) and not stop.is_set():
                pass
        submit(rng, pages, place, key)


# --- reviewers ---------------------------------------------------------------

def decide(rng, key, place, review):
    for f in review["findings"]:
        call("PUT", "%s/findings/%s/mark" % (place, f["id"]),
             {"verdict": "dismissed", "reason": "2", "note": ""}, key)
    for d in review["documents"]:
        for p in d["pages"]:
            call("POST", place + "/seen", {"slot": d["slot"],
                                           "page": p["page"], "ms": 500}, key)
    now = call("GET", place + "/review", None, key)
    if not now or now.status != 200:
        return
    wish = {"action": "pass"} if rng.random() < 0.5 else {
        "action": "return", "letter": {"items": [
            {"finding": None, "slot": "business_license",
             "text": "请重新扫描。", "advice": ""}]}}
    a = call("POST", place + "/decisions", wish,
             {**key, "If-Match": '"%s"' % now.json["etag"],
              "Idempotency-Key": str(uuid.uuid4())})
    if a:
        count("decisions, %d" % a.status)
    if a and a.status == 201 and rng.random() < 0.2:
        a = call("POST", "/decisions/%s/undo" % a.json["id"], {}, key)
        count("undone, %s" % (a and a.status))


def reviewer(user):
    rng = random.Random(user + str(SEED))
    key = SERVICE.log_in(user)
    while True:
        time.sleep(rng.random())
        a = call("POST", "/queue/claim", {}, key)
        if rested.is_set() and a and a.status == 204:
            return  # the desk has nothing left
        if not a or a.status != 200:
            continue
        place = "/applications/" + a.json["id"]
        a = call("GET", place + "/review", None, key)
        if a and a.status == 200 and a.json["may"]["decide"]:
            decide(rng, key, place, a.json)


# --- the killer --------------------------------------------------------------

def parts():
    """pids by what they are."""
    below, store = SERVICE.descendants(), core(SERVICE.process)
    direct = children(SERVICE.process)
    found = collections.defaultdict(list)
    for pid, parent in below.items():
        if pid in direct:
            name = "core" if pid == store else "other"
        else:
            name = "lane" if parent in direct else "child"
        found[name].append(pid)
    for pid in found.pop("other", []):
        makes = any(parent == pid for parent in below.values())
        found["maker" if makes else "front"].append(pid)
    return found


def killer(half):
    rng = random.Random(SEED)
    while not stop.wait(rng.uniform(1, 5)):
        early = time.time() < half
        name = rng.choice(["child", "child", "lane", "lane"] +
                          (["maker", "front", "core", "core"] if early else []))
        victims = parts().get(name)
        if victims:
            try:
                os.kill(rng.choice(victims), signal.SIGKILL)
                count("killed, " + name)
            except ProcessLookupError:
                pass


def memory():
    """Resident MB of front and core."""
    found = {}
    for name, pids in parts().items():
        if name in ("front", "core"):
            with open("/proc/%d/status" % pids[0]) as f:
                found[name] = int(re.search(r"VmRSS:\s+(\d+)", f.read())
                                  .group(1)) / 1024
    return found


# --- the end -----------------------------------------------------------------

def metric(text, name):
    return int(re.search(r"^%s (\d+)" % re.escape(name), text, re.M).group(1))


def come_to_rest():
    begun = time.time()
    while time.time() - begun < PATIENCE_S:
        text = send(SERVICE.port, "GET", "/metrics").content.decode()
        left = [metric(text, name) for name in (
            'sealdesk_jobs{state="queued"}', 'sealdesk_jobs{state="running"}',
            "sealdesk_tasks_open")]
        if not any(left):
            return time.time() - begun
        time.sleep(1)
    expect(False, "jobs waiting, running, tasks: %s" % left)
    return PATIENCE_S


def check_store():
    db = sqlite3.connect(os.path.join(FOLDER, "data/store.db"))
    there = set(db.execute("SELECT application, sha256 FROM document"))
    lost = [x for x in kept if x not in there]
    expect(not lost, "%d of %d acknowledged uploads are lost: %s" %
           (len(lost), len(kept), lost[:3]))
    stages = dict(db.execute("SELECT id, stage FROM application"))
    stuck = [x for x in submitted if stages.get(x) == MEASURING]
    expect(not stuck, "%d applications are still being measured" % len(stuck))
    r = subprocess.run([SEALDESK, "store", "verify", "--data",
                        os.path.join(FOLDER, "data")], capture_output=True,
                       text=True)
    expect(r.returncode == 0, "store verify: " + r.stdout + r.stderr)
    print("store verify: " + r.stdout.strip().splitlines()[-1])


def main():
    pages, portal = good_pages(), SERVICE.client()
    half = time.time() + 30 * MINUTES
    reviewers = [threading.Thread(target=reviewer, args=(user,), daemon=True)
                 for user in ("clerk", "second")]
    threads = [threading.Thread(target=sender, args=(i, portal, pages))
               for i in range(4)]
    threads.append(threading.Thread(target=killer, args=(half,)))
    for t in reviewers + threads:
        t.start()
    while time.time() < half + 7.5 * MINUTES:
        time.sleep(1)
    before = memory()
    while time.time() < half + 30 * MINUTES:
        time.sleep(1)
    after = memory()
    stop.set()
    for t in threads:
        t.join()
    took = come_to_rest()
    rested.set()
    for t in reviewers:
        t.join(PATIENCE_S)
    expect(not any(t.is_alive() for t in reviewers), "the desk is empty")
    expect(counts["decisions, 201"] > 0, "something was decided")
    for name, n in sorted(counts.items()):
        print("%7d %s" % (n, name))
    print("came to rest in %.0f s; MB at five eighths and at the end: %s, %s" %
          (took, *(", ".join("%s %.1f" % x for x in sorted(m.items()))
                   for m in (before, after))))
    expect(all(after[x] - before[x] <= GROWTH_MB for x in after),
           "front or core grows")
    expect(SERVICE.stop() == 0, "it ends well")
    check_store()
    sys.exit(failed() > 0)


main()
