// SPDX-License-Identifier: GPL-3.0-or-later
//
// mail - the originals come by mail, are approved, and the seal goes out
//
// One application was passed and paid beforehand. The papers are the
// very files of the upload: what matters here is the way they go.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { order, staff, until } from "./seed.mjs";
import { press } from "./stage.mjs";

const SLOW_MS = 480_000;

export function mailTests({ test, see, base, folder, paid }) {
  let app, desk, place;
  const paper = () => desk.evaluate(async (path) => (await fetch(path)).json(), `/api/v1${place}/paper`);

  test("a scan finds its application", async () => {
    app = await paid();
    place = `/applications/${app.id}`;
    const { form, documents } = await order(folder);
    const maker = await staff(base, "maker");
    for (const d of documents.filter((each) => each.slot !== "application_form"))
      await maker(`${place}/paper/${d.slot}`, {
        method: "PUT", body: readFileSync(join(folder, d.file)),
        headers: { "X-File-Name": d.file, "Content-Type": "application/octet-stream" },
      });
    desk = await see.page();
    await see.logIn(desk, "maker");
    await press(desk, "p", ".queue");
    const file = documents.find((d) => d.slot === "application_form").file;
    await desk.setInputFiles("dialog input[type=file]", join(folder, file));
    await desk.fill("dialog input.mono", "20190101000000");
    await press(desk, "Control+Enter", "dialog footer .main:enabled");
    await desk.locator("dialog .wrong:not(:empty)").waitFor();
    await see.look(desk, "desk-scan-unknown");
    await desk.fill("dialog input.mono", form.order_no);
    await press(desk, "Control+Enter", "dialog footer .main:enabled");
    await desk.waitForSelector("main.paper", { timeout: SLOW_MS });
    assert.ok(desk.url().includes(app.id), "the page of this order is opened");
    await until("papers measured", async () => (await paper()).status === "done", SLOW_MS);
    assert.equal((await paper()).scans.filter((s) => s.id).length, 5);
  });

  test("papers are checked line by line and approved by keys alone", async () => {
    await desk.reload();
    await desk.waitForSelector(".checks li");
    await desk.waitForSelector(".paper-pairs img");
    await see.look(desk, "desk-paper", { alike: true });
    await press(desk, "a", ".choices");
    await desk.locator(".sayings .bad").waitFor();
    assert.equal(await desk.locator(".armed").count(), 0, "nothing passes unchecked");
    await press(desk, "x", ".checks li.current .buttons");
    await desk.waitForSelector("dialog textarea");
    await desk.keyboard.press("Escape");
    await desk.waitForSelector("dialog", { state: "detached" });
    for (let n = 0; n < 20 && (await paper()).may.pass !== ""; n++) {
      const before = await desk.locator(".checks .mark").count();
      await press(desk, "y", ".checks li.current:not(:has(.mark)) .buttons");
      await desk.waitForFunction((k) => document.querySelectorAll(".checks .mark").length > k, before);
    }
    await press(desk, "a", ".choices [aria-disabled=false]");
    await press(desk, "Enter", ".armed");
    await until("approved", async () => !(await paper()).may.check);
    await see.look(desk, "desk-paper-approved");
  });

  test("a seal goes out by way of two people, and once", async () => {
    const seals = async (p) => {
      await p.goto(`${base}/desk#/a/${app.id}/seals/paper`);
      await p.waitForSelector(".score");
      await p.locator(".stamps button", { hasText: "采集表" }).first().click();
    };
    await seals(desk);
    await see.look(desk, "desk-paper-seals");
    const exporting = (p) => p.getByRole("button", { name: "导出制章文件" });
    assert.ok(await exporting(desk).isDisabled(), "nothing is exported before two people said so");
    await press(desk, "q", ".cut button:has-text('提出第')");
    await desk.getByText("等另一人定稿").waitFor();
    await desk.getByText("本人").or(desk.locator(".versions small", { hasText: "提出" })).first().waitFor();
    await press(desk, "p", ".cut");
    assert.equal(await desk.locator(".versions .good").count(), 0, "nobody is his own second person");

    const lead = await see.page();
    await see.logIn(lead, "lead");
    await seals(lead);
    await press(lead, "p", ".cut button:has-text('定为制章稿')");
    await lead.locator(".versions .good", { hasText: "制章稿" }).waitFor();
    await lead.context().close();

    await desk.reload();
    await exporting(desk).and(desk.locator(":enabled")).waitFor();
    const [file] = await Promise.all([desk.waitForEvent("download"), exporting(desk).click()]);
    assert.equal(readFileSync(await file.path()).subarray(0, 2).toString(), "PK");
    const again = await desk.evaluate(async (url) => (await fetch(url)).status, file.url());
    assert.equal(again, 410, "the link works once");
    await desk.context().close();
  });
}
