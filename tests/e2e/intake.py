# SPDX-License-Identifier: GPL-3.0-or-later
"""An application on its way through the service: uploads in one go and in
pieces, quick answers, the run, a lane that is killed, a file that asks for too
much memory, the watched folder, the end in the middle of the work.

    intake.py SEALDESK FOLDER BUNDLE

The report must be byte for byte that of `sealdesk check BUNDLE`. Prints one
line for each expectation that does not hold; exits 1 when there was any."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import uuid
import zipfile

from service import Service, core, expect, failed, png

SEALDESK, FOLDER, BUNDLE = sys.argv[1:4]
DATA = os.path.join(FOLDER, "data")
PATIENCE_S = int(os.environ.get("PATIENCE_S", "300"))  # under the sanitizers, on a busy machine


def read(path):
    with open(path, "rb") as f:
        return f.read()


def zipped(data):
    """An archive that holds it as it is."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as z:
        z.writestr("x.pdf", data)
    return whole.getvalue()


def open_service(settings):
    config = os.path.join(FOLDER, "serve.conf")
    with open(config, "w") as f:
        f.write(settings)
    return Service(SEALDESK, DATA, os.path.join(FOLDER, "log"), "--config",
                   config, "--demo")


class Application:
    """Opened by the portal, which knows the order; or by the applicant himself,
    who may say what he likes. Filled by the applicant."""

    def __init__(self, service, form, key=None):
        self.service = service
        a = service.call("POST", "/applications", form, key or {})
        expect(a.status == 201, "an application is opened: %s" % a.content)
        self.id = a.json["id"]
        self.auth = {"Authorization": "Bearer " + a.json["access_code"]}

    def call(self, method, path, body=None, headers=None):
        return self.service.call(method, "/applications/%s%s" % (self.id, path),
                                 body, {**self.auth, **(headers or {})})

    def put(self, slot, name, data):
        return self.call("PUT", "/documents/" + slot, data,
                         {"X-File-Name": urllib.parse.quote(name),
                          "Content-Type": "application/octet-stream"})

    def statuses(self):
        a = self.service.call("GET", "/applications/mine", None, self.auth)
        return {d["slot"]: d for d in a.json["documents"]}

    def wait(self, done):
        end = time.time() + PATIENCE_S
        while time.time() < end:
            a = self.call("GET", "/progress?wait=5")
            if a.json and done(a.json):
                return a.json
        expect(False, "it ends: %s" % a.content)
        return a.json

    def wait_checked(self):
        self.wait(lambda j: all(d["status"] != "checking"
                                for d in j["documents"]))
        return self.statuses()

    def submit(self):
        return self.call("POST", "/submit", {},
                         {"Idempotency-Key": str(uuid.uuid4())})


def in_pieces(app, slot, name, data):
    """The line breaks after the first piece; a piece comes twice."""
    a = app.call("POST", "/uploads", {
        "slot": slot, "name": name, "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest()})
    expect(a.status == 201, "an upload is opened: %s" % a.content)
    place = a.getheader("Location").replace("/api/v1", "")
    half = len(data) // 2

    def patch(offset, piece, **more):
        return app.service.call("PATCH", place, piece, {
            **app.auth, **more, "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream"})
    a = patch(0, data[:half])
    expect(a.status == 204 and a.getheader("Upload-Offset") == str(half),
           "the first piece is kept: %d" % a.status)
    a = patch(0, data[:half])
    expect(a.status == 409, "a piece that is there already: %d" % a.status)
    a = app.service.call("GET", place, None, app.auth)
    expect(a.json["offset"] == half, "where to go on")
    # The answer to the last piece may be lost; asked again it is the same.
    key = {"Idempotency-Key": "the last piece"}
    a, again = (patch(half, data[half:], **key) for _ in range(2))
    expect(a.status == 201 and a.json["sha256"]
           == hashlib.sha256(data).hexdigest(), "the last piece completes it")
    expect(again.status == 201 and again.content == a.content,
           "the last piece again: %d" % again.status)
    a = app.service.call("GET", place, None, app.auth)
    expect(a.status == 404, "a complete upload is gone: %d" % a.status)


def whole_way(service, form, documents):
    app = Application(service, form, service.client())
    first = documents[0]
    pdf = b"%PDF-1.4\n%%EOF\n"
    for what, data in (("a text file", b"no picture at all"),
                       ("a ZIP with a PDF", zipped(pdf)),
                       ("a PDF called a ZIP", b"PK\3\4" + pdf)):
        a = app.put(first["slot"], "x.pdf", data)
        expect(a.status == 415, "%s is refused: %d" % (what, a.status))
    a = app.put(first["slot"], "x.png", b"")
    expect(a.status in (411, 422), "an empty file is refused: %d" % a.status)
    a = app.submit()
    expect(a.status == 422, "nothing to submit: %d" % a.status)
    for d in documents:
        data = read(os.path.join(BUNDLE, d["file"]))
        if d is documents[-1]:
            in_pieces(app, d["slot"], d["file"], data)
            continue
        a = app.put(d["slot"], d["file"], data)
        expect(a.status == 201, "%s is taken: %d" % (d["slot"], a.status))
    data = read(os.path.join(BUNDLE, first["file"]))
    a = app.put(first["slot"], first["file"], data)
    expect(a.status == 200, "the very file again: %d" % a.status)
    kill_a_lane(service)
    checked = app.wait_checked()
    for d in documents:
        expect(checked[d["slot"]]["status"] in ("ok", "look"),
               "%s is accepted: %s" % (d["slot"], checked[d["slot"]]))
    preview = checked[first["slot"]]["preview"].replace("/api/v1", "")
    a = service.call("GET", preview, None, app.auth)
    expect(a.status == 200 and a.content[:3] == b"\xff\xd8\xff",
           "a preview: %d" % a.status)
    a = service.call("GET", preview)
    expect(a.status in (401, 403, 404), "not for others: %d" % a.status)
    a = app.submit()
    expect(a.status == 200 and a.json["state"] == "reviewing",
           "it is submitted: %s" % a.content)
    app.wait(lambda j: j["stage"] == "review")
    a = app.put(first["slot"], first["file"], data)
    expect(a.status == 409, "no upload after that: %d" % a.status)
    same_bytes(app.call("GET", "/result").content)


def same_bytes(report):
    today = json.loads(report)["today"]
    printed = subprocess.run([SEALDESK, "check", BUNDLE, "--format", "json",
                              "--today", today, "--config",
                              os.path.join(FOLDER, "serve.conf")],
                             capture_output=True).stdout
    expect(len(report) > 1000 and report == printed,
           "the same bytes as on the command line")


def kill_a_lane(service):
    """Lanes are grandchildren that have a child of their own while they
    measure."""
    end = time.time() + PATIENCE_S
    while time.time() < end:
        below = service.descendants()
        busy = [pid for pid in below.values()
                if pid in below and below[pid] in below]
        if busy:
            os.kill(busy[0], signal.SIGKILL)
            return
        time.sleep(0.02)
    expect(False, "a lane measures something")


def too_large_in_memory(service, form):
    """Dies of its memory limit, is retried, is told; the next one goes on."""
    app = Application(service, {**form, "order_no": "20260402000001"})
    a = app.put("id_card", "bomb.png", png(7700, 7700))
    expect(a.status == 201, "a large page is taken: %s" % a.content)
    app.put("seal_sheet", "small.png", png(400, 300))
    checked = app.wait_checked()
    told = json.dumps(checked["id_card"])
    expect(checked["id_card"]["status"] in ("refused", "failed")
           and "F02" in told, "it is told: " + told)
    expect(checked["seal_sheet"]["status"] in ("ok", "look", "refused"),
           "the next one is not blocked: %s" % checked["seal_sheet"])


def two_refusals(service, form):
    """A file that cannot be read is refused twice; then a person sees it."""
    app = Application(service, {**form, "order_no": "20260402000004"})
    for n, status in (1, "refused"), (2, "refused"), (2, "look"):
        app.put("id_card", "x.png", b"\x89PNG\r\n\x1a\n" + os.urandom(99))
        card = app.wait_checked()["id_card"]
        expect(card["refusals"] == n and card["status"] == status,
               "refusal %d: %s" % (n, card))
        expect(any(x["rule"] == "F02" and x["advice_zh"]
                   for x in card["answers"]), "with the reason")


def own_word(service, form):
    """What only the portal can know is not taken from the applicant."""
    portal, order_no = service.client(), "20260402000006"
    rep = {**form["legal_representative"], "verification": "未认证"}
    app = Application(service, {**form, "order_no": order_no,
                                "legal_representative": rep}, portal)
    for slot in app.statuses():
        app.put(slot, slot + ".png", png(16, 16))
    a = app.call("PATCH", "", {**form, "order_no": order_no}, {"If-Match": "*"})
    expect(a.status == 200 and "认证成功" in a.content.decode(),
           "the applicant changes his form: %s" % a.content[:300])
    a = service.call("POST", "/applications/%s/submit" % app.id, {},
                     {**portal, "Idempotency-Key": str(uuid.uuid4())})
    expect(a.status == 200, "the portal submits: %s" % a.content[:300])
    app.wait(lambda j: j["stage"] == "review")
    report = app.call("GET", "/result").json
    order, told = report["application"], {f["rule"] for f in report["findings"]}
    expect("prior_main_key" not in order["certificate"] and
           "verification" not in order["legal_representative"],
           "his own word is no fact: %s" % order)
    expect({"G09", "K03"} <= told, "a person has to find out: %s" % told)


def watched_folder(service, form):
    inbox = os.path.join(DATA, "inbox")
    for name, order in (("good", {**form, "order_no": "20260402000002"}),
                        ("broken", {"order_no": 5})):
        folder = os.path.join(inbox, name)
        os.makedirs(folder)
        with open(os.path.join(folder, "a.png"), "wb") as f:
            f.write(png(400, 300))
        with open(os.path.join(folder, "application.json"), "w") as f:
            json.dump({**order, "documents": [
                {"slot": "id_card", "file": "a.png"}]}, f)
        for path in (folder + "/a.png", folder + "/application.json", folder):
            os.utime(path, (time.time() - 60, time.time() - 60))
    end = time.time() + PATIENCE_S
    while os.listdir(inbox) != [] and time.time() < end:
        if set(os.listdir(inbox)) <= {"done", "bad"}:
            break
        time.sleep(0.2)
    expect(os.path.exists(inbox + "/done/good/a.png"), "taken in and put away")
    expect(os.path.exists(inbox + "/bad/broken/WHY.txt"),
           "what cannot be taken is told")
    a = service.call("GET", "/queue?q=20260402000002", None,
                     service.log_in("clerk"))
    expect(a.json and len(a.json["items"]) == 1,
           "the desk knows it: %s" % a.content)


def scanned(service, form):
    """Single scans find their order, also while cores are killed; what is no
    scan of an order is put aside."""
    order, scans = "20260402000005", os.path.join(DATA, "scans")
    app = Application(service, {**form, "order_no": order})
    sheet = png(300, 200)

    def path(*names):
        return os.path.join(scans, *names)

    def drop(data, *names):
        os.makedirs(os.path.dirname(path(*names)), exist_ok=True)
        with open(path(*names), "wb") as f:
            f.write(data)
    slow = open(path(order + "-id_card.png"), "wb", buffering=0)
    slow.write(sheet[:50])
    drop(sheet, order, "印章采集表.png")
    drop(sheet, order + " 执照.png")
    bad = {order + "-letter.png": sheet, "19990101000000-身份证.png": sheet,
           order + "-委托书.jpg": b"no picture"}
    for name, data in bad.items():
        drop(data, name)
    for _ in range(3):
        os.kill(core(service.process), signal.SIGKILL)
        time.sleep(1)

    def wait(done, what):
        end = time.time() + PATIENCE_S
        while not done():
            if time.time() > end:
                return expect(False, "%s: %s %s" % (
                    what, os.listdir(scans), os.listdir(path("bad"))))
            time.sleep(0.2)
        return None
    wait(lambda: set(os.listdir(scans)) == {
        "taking", "bad", order, order + "-id_card.png"},
        "all but what is being written is taken")
    slow.write(sheet[50:])
    slow.close()
    wait(lambda: not os.path.exists(path(order + "-id_card.png")) and
         not os.listdir(path("taking")) and not os.listdir(path(order)),
         "then that as well, and nothing lies about")
    there = app.wait_checked()
    for slot in ("id_card", "seal_sheet", "business_license"):
        expect(there[slot]["sha256"] == hashlib.sha256(sheet).hexdigest(),
               "%s came from the scanner: %s" % (slot, there[slot]))
    expect(there["authorization_letter"]["status"] == "empty", "no picture")
    expect(set(os.listdir(path("bad"))) ==
           set(bad) | {name + ".txt" for name in bad},
           "what is put aside: %s" % os.listdir(path("bad")))
    for name, data in bad.items():
        expect(read(path("bad", name)) == data and
               read(path("bad", name + ".txt")).decode().endswith("。\n"),
               "%s is whole, with a note" % name)


def check_one(service):
    a = service.call("POST", "/check?slot=seal_sheet", png(400, 300),
                     {"Content-Type": "application/octet-stream"})
    expect(a.status == 200 and a.json["documents"][0]["slot"] == "seal_sheet",
           "one file is checked: %d" % a.status)
    a = service.call("POST", "/check?slot=seal_sheet", b"no picture",
                     {"Content-Type": "application/octet-stream"})
    expect(a.status == 415, "no picture, no check: %d" % a.status)


def stop_in_the_middle(service, form, settings):
    """What was acknowledged is done by the next one."""
    app = Application(service, {**form, "order_no": "20260402000003"})
    for slot in ("id_card", "seal_sheet", "business_license"):
        a = app.put(slot, slot + ".png", png(600, 400))
        expect(a.status == 201, "taken before the end")
    expect(service.stop(PATIENCE_S) == 0, "it ends well")
    service = open_service(settings)
    app.service = service
    checked = app.wait_checked()
    for slot in ("id_card", "seal_sheet", "business_license"):
        expect(checked[slot]["status"] not in ("empty", "failed"),
               "%s after a restart: %s" % (slot, checked[slot]))
    return service


def main():
    form = json.loads(read(os.path.join(BUNDLE, "application.json")))
    documents = form.pop("documents")
    sanitized = os.environ.get("SEALDESK_SANITIZED") == "1"
    settings = ("worker = { memory_mb = 1000; timeout_s = 300; };\n"
                "jobs = { lease_s = 5; };\n")
    service = open_service(settings)
    whole_way(service, form, documents)
    if not sanitized:  # there is no memory limit under the sanitizers
        too_large_in_memory(service, form)
    two_refusals(service, form)
    own_word(service, form)
    watched_folder(service, form)
    scanned(service, form)
    check_one(service)
    service = stop_in_the_middle(service, form, settings)
    expect(service.stop(PATIENCE_S) == 0, "it ends")


main()
print("%d failures" % failed() if failed() else "all as expected")
sys.exit(1 if failed() else 0)
