# SPDX-License-Identifier: GPL-3.0-or-later
"""The review desk from outside: two reviewers race for one application, the
originals come by mail, are scanned, ticked off, found lacking and approved,
and their seal goes out by way of two people.

    desk.py SEALDESK FOLDER BUNDLE

Prints one line for each expectation that does not hold; exits 1 when there
was any."""

import io
import json
import os
import struct
import sys
import threading
import time
import urllib.parse
import uuid
import zipfile

from service import Service, expect, failed

SEALDESK, FOLDER, BUNDLE = sys.argv[1:4]
PATIENCE_S = int(os.environ.get("PATIENCE_S", "300"))
RACES = int(os.environ.get("RACES", "200"))
UNDO_S = 60


def read(name):
    with open(os.path.join(BUNDLE, name), "rb") as f:
        return f.read()


class Person:
    """Somebody with headers of their own."""

    def __init__(self, service, headers=None):
        self.service, self.headers = service, dict(headers or {})

    def log_in(self, user):
        self.headers = self.service.log_in(user)
        return self

    def call(self, method, path, body=None, headers=None):
        return self.service.call(method, path, body,
                                 {**self.headers, **(headers or {})})

    def get(self, path):
        a = self.call("GET", path)
        expect(a.status == 200, "GET %s: %d %s" % (path, a.status,
                                                   a.content[:200]))
        return a.json

    def write(self, method, path, body, etag=None):
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if etag:
            headers["If-Match"] = '"%s"' % etag
        return self.call(method, path, body, headers)


def wait_until(ask, done, what):
    end = time.time() + PATIENCE_S
    while time.time() < end:
        got = ask()
        if done(got):
            return got
        time.sleep(0.3)
    expect(False, "%s: %s" % (what, str(got)[:300]))
    return got


# --- an application ----------------------------------------------------------

def submit(service):
    """Uploaded and submitted; the applicant and the id."""
    form = json.loads(read("application.json"))
    documents = form.pop("documents")
    portal = Person(service, service.client())
    a = portal.call("POST", "/applications", form)
    expect(a.status == 201, "an application is opened: %s" % a.content)
    applicant = Person(service,
                       {"Authorization": "Bearer " + a.json["access_code"]})
    place = "/applications/" + a.json["id"]
    for d in documents:
        a = applicant.call("PUT", place + "/documents/" + d["slot"],
                           read(d["file"]),
                           {"X-File-Name": urllib.parse.quote(d["file"])})
        expect(a.status == 201, "%s is taken: %d" % (d["slot"], a.status))
    wait_until(lambda: applicant.get("/applications/mine"),
               lambda j: all(d["status"] not in ("checking", "empty")
                             for d in j["documents"]), "it is checked")
    a = applicant.write("POST", place + "/submit", {})
    expect(a.status == 200, "it is submitted: %s" % a.content[:300])
    return applicant, place, form, documents


def look_through(clerk, place):
    """Every finding dismissed, every page seen."""
    j = wait_until(lambda: clerk.get(place + "/review"),
                   lambda j: j["may"]["decide"], "it waits for a person")
    for f in j["findings"]:
        a = clerk.call("PUT", "%s/findings/%s/mark" % (place, f["id"]),
                       {"verdict": "dismissed", "reason": "2", "note": ""})
        expect(a.status == 200, "a mark is kept: %d" % a.status)
    for d in j["documents"]:
        for page in d["pages"]:
            clerk.call("POST", place + "/seen",
                       {"slot": d["slot"], "page": page["page"], "ms": 500})
            overlays = page["overlays"]
            expect({o["name"] for o in overlays} >=
                   {"clarity", "ink", "light"},
                   "overlays of %s: %s" % (d["slot"], overlays))
    for o in j["documents"][0]["pages"][0]["overlays"]:
        a = clerk.call("GET", o["url"])
        expect(a.status == 200 and a.content[:8] == b"\x89PNG\r\n\x1a\n",
               "overlay %s: %d" % (o["name"], a.status))
    return clerk.get(place + "/review")


# --- seals by hand -----------------------------------------------------------

def picture(clerk, url, what):
    """A PNG: its bytes, width and height."""
    a = clerk.call("GET", url)
    expect(a.status == 200 and a.content[:8] == b"\x89PNG\r\n\x1a\n",
           "%s: %d" % (what, a.status))
    return a.content, *struct.unpack(">II", a.content[16:24])


def cut_by_hand(clerk, place):
    """Turned, drawn anew, by another threshold: each a version of its own, with
    mask and digits of its own; the machine's stays as it was."""
    seal = next(x for x in clerk.get(place + "/seals")["seals"] if x["number"])
    first, at = seal["versions"][0], "%s/seals/%s/versions" % (place, seal["id"])
    before = picture(clerk, first["image"], "the machine's seal")[0]
    x, y, w, h = first["box"]
    wishes = {"turned": {"rotation": first["rotation"] + 7},
              "drawn anew": {"box": [x + w / 8, y + h / 8, w * .75, h * .75]},
              "another threshold": {"threshold": 0.5}}
    seen = {before}
    for number, (what, wish) in enumerate(wishes.items(), 2):
        a = clerk.call("POST", at, {**wish, "note": what})
        expect(a.status == 201 and a.json["version"] == number,
               "%s: %d %s" % (what, a.status, a.content[:200]))
        made = clerk.get(place + "/seals")["seals"]
        made = next(x for x in made if x["id"] == seal["id"])["versions"][-1]
        expect(made["note"] == what
               and all(abs(a - b) < .1 for a, b in
                       zip(made["box"], wish.get("box", first["box"])))
               and made["threshold"] == wish.get("threshold", 0)
               and abs(made["rotation"]
                       - wish.get("rotation", first["rotation"])) < .01,
               "%s, as it was wanted: %s" % (what, made))
        for v in (first, made):
            _, wide, high = picture(clerk, v["mask"], "the mask, " + what)
            _, _, w, h = seal["source_box"]
            expect(abs(wide / high - w / h) < .01, "a mask as its source")
            _, wide, high = picture(clerk, v["digits"], "the digits, " + what)
            expect(wide % len(seal["number"]["digits"]) == 0, "equal cells")
        seen.add(picture(clerk, made["image"], what)[0])
    expect(len(seen) == 4, "four versions, four pictures: %d" % len(seen))
    expect(picture(clerk, first["image"], "the first")[0] == before,
           "the machine's is kept")
    a = clerk.call("POST", at, {"box": [0, 0, 1, 1]})
    expect(a.status == 422, "a box of nothing: %d" % a.status)


# --- races -------------------------------------------------------------------

def race(first, second, place):
    """Two decide on the same thing at the same time: exactly one wins."""
    wishes = [{"action": "pass"},
              {"action": "return", "letter": {"items": [
                  {"finding": None, "slot": "business_license",
                   "text": "请重新扫描。", "advice": ""}]}}]
    won = [0, 0]
    for i in range(RACES):
        etag = first.get(place + "/review")["etag"]
        start, answers = threading.Barrier(2), [None, None]

        def decide(who, k):
            start.wait()
            answers[k] = who.write("POST", place + "/decisions", wishes[k],
                                   etag)
        both = [threading.Thread(target=decide, args=(who, k))
                for k, who in enumerate((first, second))]
        for t in both if i % 2 else reversed(both):
            t.start()
        for t in both:
            t.join()
        status = [a.status for a in answers]
        winners = [k for k in (0, 1) if status[k] == 201]
        expect(len(winners) == 1, "race %d: one wins: %s" % (i, status))
        expect(all(s in (201, 409, 412) for s in status),
               "race %d: %s" % (i, [a.content[:200] for a in answers]))
        if not winners:
            return
        k = winners[0]
        won[k] += 1
        a = (first, second)[k].call(
            "POST", "/decisions/%s/undo" % answers[k].json["id"], {})
        expect(a.status == 200, "race %d: undone: %d" % (i, a.status))
    expect(min(won) > 0, "each wins some races: %s" % won)


# --- papers ------------------------------------------------------------------

def form_of(documents):
    return next(d for d in documents if d["slot"] == "application_form")


def scans(clerk, place, form, documents):
    """The form finds its order by itself; the others follow it."""
    d = form_of(documents)
    name = {"X-File-Name": d["file"]}
    for _ in range(5):  # a machine that is busy may want more time
        a = clerk.call("POST", "/paper", read(d["file"]) + b"\n", name)
        if a.status != 503:
            break
        time.sleep(float(a.getheader("Retry-After", "1")))
    expect(a.status == 201 and a.json["found_by"] == "read"
           and place.endswith(a.json["id"]),
           "the form finds its order: %d %s" % (a.status, a.content[:300]))
    a = clerk.call("POST", "/paper?order_no=19990101000000", read(d["file"]),
                   name)
    expect(a.status == 422 and a.json["code"] == "no-order",
           "a number of no order: %d" % a.status)
    a = clerk.call("POST", "/paper", b"not a picture", name)
    expect(a.status == 415, "no picture: %d" % a.status)
    for d in documents:
        if d["slot"] == "application_form":
            continue
        if d["slot"] == "id_card":  # from the scanner's folder
            with open(os.path.join(FOLDER, "data/scans/%s-id_card"
                                   % form["order_no"]), "wb") as f:
                f.write(read(d["file"]))
            continue
        typed = urllib.parse.quote(form["order_no"])
        by_order = "/paper?order_no=%s&slot=%s" % (typed, d["slot"])
        by_id = "%s/paper/%s" % (place, d["slot"])
        sheet = d["slot"] == "seal_sheet"
        # Another file is measured anew; the very same need not be.
        a = clerk.call("POST" if sheet else "PUT", by_order if sheet else by_id,
                       read(d["file"]) + (b"\n" if sheet else b""),
                       {"X-File-Name": d["file"]})
        expect(a.status == 201, "%s joins it: %d %s" %
               (d["slot"], a.status, a.content[:200]))
    return wait_until(lambda: clerk.get(place + "/paper"),
                      lambda j: j["status"] == "done"
                      and all(x["id"] for x in j["scans"]), "they are measured")


def tick(clerk, place, item, answer, note=""):
    return clerk.call("PUT", "%s/paper/checks/%s" % (place, item),
                      {"answer": answer, "note": note})


def decide_papers(clerk, place, action):
    etag = clerk.get(place + "/paper")["etag"]
    return clerk.write("POST", place + "/paper/decision", {"action": action},
                       etag)


def check_page(clerk, place, j):
    expect(len(j["scans"]) == 5 and all(x["id"] for x in j["scans"]),
           "five scans are here")
    expect({p["a"]["slot"] for p in j["pairs"]} >= {"seal_sheet"}
           and all(p["same"] == "same" for p in j["pairs"]),
           "the stamps are those of the uploads: %s" % j["pairs"])
    for side in (j["pairs"][0]["a"], j["pairs"][0]["b"]):
        for url in (side["image"], side["source"]):
            a = clerk.call("GET", url)
            expect(a.status == 200, "%s: %d" % (url, a.status))
    page = j["documents"][0]["pages"][0]
    tiles, run = page["tiles"].split("?")
    a = clerk.call("GET", "%s/%d/0_0.jpg?%s" % (tiles, page["max_level"], run))
    expect(a.status == 200 and a.content[:2] == b"\xff\xd8",
           "a tile of the scan: %d" % a.status)
    expect([c["id"] for c in j["checks"] if c["kind"] == "machine"]
           == ["M05", "M09", "M10"], "the machine's lines")
    review = clerk.get(place + "/review")
    expect(all(run not in d["pages"][0]["tiles"]
               for d in review["documents"]), "the uploads stay the uploads")


def publish(people):
    """Other settings than those by which the uploads were measured."""
    a = people["lead"].call("POST", "/rulesets/draft",
                            {"values": {"name_far": 0.84}})
    expect(a.status == 200, "a draft: %d %s" % (a.status, a.content[:200]))
    a = people["admin"].call("POST", "/rulesets/publish", {})
    expect(a.status == 200, "it is published: %d" % a.status)


def papers(people, applicant, place, form, documents):
    clerk, lead = people["clerk"], people["lead"]
    a = clerk.call("PUT", place + "/paper/seal_sheet", read("application.json"))
    expect(a.status == 415, "papers are pictures: %d" % a.status)
    d = form_of(documents)
    a = clerk.call("PUT", place + "/paper/application_form", read(d["file"]))
    expect(a.status == 409, "papers before payment: %d" % a.status)
    a = lead.write("POST", place + "/events/pay", {})
    expect(a.status == 200, "it is paid: %d %s" % (a.status, a.content[:200]))
    expect(applicant.get("/applications/mine")["paper"]["state"] == "awaiting",
           "the applicant is awaited")
    publish(people)
    j = scans(clerk, place, form, documents)
    check_page(clerk, place, j)

    expect(decide_papers(clerk, place, "pass").status == 422,
           "nothing passes unchecked")
    expect(decide_papers(clerk, place, "deficient").status == 422,
           "nothing is lacking without a reason")
    expect(tick(clerk, place, "M06", "ok").status == 422, "M06 is told only")
    expect(tick(clerk, place, "X01", "ok").status == 404, "X01 is no item")
    expect(tick(clerk, place, "M01", "bad").status == 422, "bad wants a note")
    expect(tick(clerk, place, "M01", "not_needed").status == 422,
           "the form is always needed")
    stale = clerk.get(place + "/paper")["etag"]
    for item in ("M02", "M03", "M04", "M05", "M09", "M10"):
        expect(tick(clerk, place, item, "ok").status == 200, item)
    expect(tick(clerk, place, "M01", "bad", "左上角没有写订单编号。").status
           == 200, "M01 is bad")
    a = clerk.write("POST", place + "/paper/decision", {"action": "deficient"},
                    stale)
    expect(a.status == 412, "decided on an old page: %d" % a.status)
    a = decide_papers(clerk, place, "deficient")
    expect(a.status == 200, "lacking: %d %s" % (a.status, a.content[:200]))
    told = applicant.get("/applications/mine")["paper"]
    expect(told["state"] == "lacking" and len(told["items"]) == 1
           and "订单编号" in told["items"][0]["note"],
           "the applicant is told what is lacking: %s" % told)
    expect(tick(clerk, place, "M01", "ok").status == 200, "M01 is mended")
    return approve(people, place)


def approve(people, place):
    clerk = people["clerk"]
    j = clerk.get(place + "/seals?of=paper")
    expect(j["of"] == "paper" and j["seals"] and not j["export_ready"],
           "seals of the paper")
    a = decide_papers(clerk, place, "pass")
    expect(a.status == 200, "approved: %d %s" % (a.status, a.content[:300]))
    return [s["id"] for s in j["seals"]
            if s["slot"] == "seal_sheet" and s["role"] == "official"][0]


# --- production --------------------------------------------------------------

def production(people, place, seal):
    clerk, maker, lead = people["clerk"], people["maker"], people["lead"]
    at = "%s/seals/%s" % (place, seal)
    upload = clerk.get(place + "/seals")["seals"][0]["id"]
    a = clerk.call("POST", "%s/seals/%s/proposal" % (place, upload),
                   {"version": 1})
    expect(a.status == 409, "an upload is not produced: %d" % a.status)
    a = maker.call("POST", at + "/production", {"version": 1})
    expect(a.status == 409, "nobody has proposed it: %d" % a.status)
    a = maker.call("POST", at + "/proposal", {"version": 1})
    expect(a.status == 200 and a.json["proposed"]["by"]
           and not a.json["may_approve"], "it is proposed: %s" % a.content[:300])
    a = maker.call("POST", at + "/production", {"version": 1})
    expect(a.status == 403 and a.json["code"] == "four-eyes",
           "not by one person alone: %d" % a.status)
    a = clerk.call("POST", at + "/production", {"version": 1})
    expect(a.status == 403, "not by a clerk: %d" % a.status)
    a = maker.call("POST", place + "/exports", {})
    expect(a.status == 409, "nothing to export yet: %d" % a.status)
    a = lead.call("POST", at + "/production", {"version": 1})
    expect(a.status == 200, "the second person: %d %s" %
           (a.status, a.content[:200]))
    a = maker.call("POST", place + "/exports", {})
    expect(a.status == 201, "a link: %d %s" % (a.status, a.content[:200]))
    url = a.json["url"]
    a = maker.call("GET", url)
    expect(a.status == 200, "the seals: %d" % a.status)
    z = zipfile.ZipFile(io.BytesIO(a.content))
    manifest = json.loads(z.read("manifest.json"))
    one = manifest["seals"][0]
    expect(one["id"] == seal and one["proposed_by"] != one["approved_by"]
           and one["source_sha256"], "the manifest: %s" % one)
    expect(len([n for n in z.namelist() if n.endswith(".png")]) == 1,
           "one seal: %s" % z.namelist())
    expect(maker.call("GET", url).status == 410, "the link works once")


# --- the whole ---------------------------------------------------------------

def main():
    service = Service(SEALDESK, os.path.join(FOLDER, "data"),
                      os.path.join(FOLDER, "log"), "--demo")
    people = {name: Person(service).log_in(name)
              for name in ("clerk", "second", "maker", "lead", "admin",
                           "auditor")}
    applicant, place, form, documents = submit(service)
    j = look_through(people["clerk"], place)
    cut_by_hand(people["clerk"], place)
    race(people["clerk"], people["second"], place)
    j = people["clerk"].get(place + "/review")
    a = people["clerk"].write("POST", place + "/decisions", {"action": "pass"},
                              j["etag"])
    expect(a.status == 201 and a.json["needs_second"] is False,
           "passed: %d %s" % (a.status, a.content[:300]))
    wait_until(lambda: applicant.get("/applications/mine"),
               lambda j: j["state"] == "passed", "the decision settles")
    seal = papers(people, applicant, place, form, documents)
    production(people, place, seal)
    expect(people["auditor"].get("/audit/verify")["whole"], "the audit log")
    expect(service.stop(PATIENCE_S) == 0, "it ends by itself")
    sys.exit(1 if failed() else 0)


main()
