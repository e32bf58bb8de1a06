// SPDX-License-Identifier: GPL-3.0-or-later
//
// desk - a clerk's and an applicant's day, in a real browser on the real program
//
// node desk.mjs BUILD. Exit status 77: something to test with is missing.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, test as run } from "node:test";
import { gzipSync } from "node:zlib";
import { mailTests } from "./mail.mjs";
import { officeTests } from "./office.mjs";
import { order, pay, seed, staff, until } from "./seed.mjs";
import { SLOWER, browse, invent, missing, prepare, press, send, serve } from "./stage.mjs";

const SLOW_MS = 480_000; // measuring pages on a busy machine
const MOST_EVIDENCE_MS = 300;
const MOST_TILE_MS = 50;
const MOST_SCRIPT_BYTES = 150 * 1000;
const MOST_KEYS_CLEAN = 8;
const MOST_KEYS_RETURN = 12;

const build = resolve(process.argv[2] ?? "build/release");
const why = missing();
if (why) {
  console.error(`browser tests are SKIPPED: ${why}`);
  process.exit(77);
}
const place = prepare(build);
const clean = invent(build, place, "clean", 8101);
const flagged = invent(build, place, "wrong_code", 8102);
const applied = invent(build, place, "clean", 8103, "applied");
const { base, stop } = await serve(build, place);
const see = await browse(base, place);
// Measured while the first tests run.
const seeding = (async () => ({ clean: await seed(base, clean), flagged: await seed(base, flagged) }))();
seeding.catch(() => undefined);
after(async () => {
  await see.close();
  await stop();
});

let failures = 0;
function test(name, check) {
  run(name, async () => {
    try {
      await check();
    } catch (e) {
      await see.keep(++failures);
      throw e;
    }
  });
}

/** Presses keys and counts them. */
function fingers(p) {
  let n = 0;
  return { press: (key, when) => press(p, key, when).then(() => n++), count: () => n };
}

const MINE = ".lease:text('我在处理')";

/** Looks at what was not looked at, by the key for it. */
async function seeAll(p, keys) {
  const unseen = p.locator(".tabs small", { hasText: "未看" });
  await p.waitForSelector(".tabs [aria-pressed=true] small:text('已看')");
  for (let n = await unseen.count(); n > 0; n = await unseen.count()) {
    await keys.press("b", ".missing kbd");
    await p.waitForFunction((k) => [...document.querySelectorAll(".tabs small")].filter((s) => s.textContent === "未看").length < k, n);
  }
}

/** What the service says of an application, asked with the page's cookie. */
const reviewOf = (p, id) => p.evaluate(async (path) => (await fetch(path)).json(), `/api/v1/applications/${id}/review`);

const evidence = [];

test("scripts are small", () => {
  const folder = join(build, "web/dist/assets");
  const sum = readdirSync(folder)
    .filter((name) => name.endsWith(".js"))
    .reduce((n, name) => n + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);
  console.log(`# scripts: ${sum} bytes, compressed`);
  assert.ok(sum > 0 && sum <= MOST_SCRIPT_BYTES, `${sum} bytes`);
});

test("an applicant fills in, is told what is wrong, submits", async () => {
  const p = await see.page({ width: 390, height: 844 });
  const { form, documents } = await order(applied);
  await p.goto(`${base}/apply`);
  await see.look(p, "apply-start", { alike: true });
  await p.getByRole("button", { name: "新建申请" }).click();
  await p.fill("#credit_code", `${form.organization.credit_code.slice(0, 17)}?`);
  await p.fill("#order_no", form.order_no);
  await see.look(p, "apply-order");
  const texts = {
    project: form.project, org_name: form.organization.name, credit_code: form.organization.credit_code,
    legal_rep: form.legal_representative.name, handler_name: form.handler.name, id_number: form.handler.id_number,
    mobile: form.handler.mobile, email: form.handler.email,
  };
  for (const [name, text] of Object.entries(texts)) await p.fill(`#${name}`, text);
  await p.getByRole("button", { name: "下一步" }).click();
  await p.waitForSelector(".slot");
  const card = (slot) => p.locator(`section[aria-labelledby=slot-${slot}-title]`);
  const text = join(place, "not_a_picture.jpg");
  writeFileSync(text, "this is no picture");
  await card("id_card").locator("input").setInputFiles(text);
  await card("id_card").locator(".wrong").waitFor();
  // The first answer is lost on its way back, so that it is asked for again.
  let parts = 0;
  await p.route("**/api/v1/uploads/*", async (r) => {
    if (r.request().method() !== "PATCH" || parts++ > 0) return r.continue();
    await r.fetch();
    return r.abort("connectionreset");
  });
  // A paper in the wrong place is refused, with words and a picture.
  const license = documents.find((d) => d.slot === "business_license");
  await card("id_card").locator("input").setInputFiles(join(applied, license.file));
  await card("id_card").getByText("需要重新上传").waitFor({ timeout: SLOW_MS });
  assert.ok(parts > 1, "the lost answer was asked for again");
  await card("id_card").getByText("怎么改").first().waitFor();
  await card("id_card").scrollIntoViewIfNeeded();
  await see.look(p, "apply-refused");
  for (const d of documents) await card(d.slot).locator("input").setInputFiles(join(applied, d.file));
  const submitting = p.getByRole("button", { name: "提交审核" });
  await submitting.and(p.locator(":enabled")).waitFor({ timeout: SLOW_MS });
  await see.look(p, "apply-ready");
  await submitting.click();
  await p.getByRole("button", { name: "提交", exact: true }).click();
  await p.locator(".progress [aria-current=step]", { hasText: "正在审核" }).waitFor();
  assert.ok(await p.locator(".reminders li").count() > 0, "what no check can tell is told");
  await see.look(p, "apply-status");
  await p.context().close();
});

test("a wrong password is refused, the right one opens the queue", async () => {
  const p = await see.page();
  await p.goto(`${base}/desk`);
  await p.waitForSelector("form.login");
  await see.look(p, "desk-login", { alike: true });
  await p.keyboard.type("clerk");
  await p.keyboard.press("Tab");
  await p.keyboard.type("not this one");
  await p.keyboard.press("Enter");
  await p.getByText("用户名或密码不对").waitFor();
  await p.fill("input[autocomplete=current-password]", "sealdesk-clerk");
  await p.keyboard.press("Enter");
  await p.waitForSelector(".queue");
  await p.context().close();
});

let apps, mailing;
const desk = await see.page();

test("Chinese is composed in a note, and no key of it decides", async () => {
  apps = await seeding;
  await see.logIn(desk, "clerk");
  await press(desk, "2", ".views");
  await desk.waitForSelector(".sheet tbody tr");
  await see.look(desk, "desk-queue", { alike: true });
  await desk.goto(`${base}/desk#/a/${apps.flagged.id}`);
  await press(desk, "Enter", desk.getByRole("button", { name: "领取" }));
  await press(desk, "h", MINE);
  await desk.waitForSelector("dialog textarea");
  const cdp = await desk.context().newCDPSession(desk);
  for (const text of ["h", "he", "he s", "he shi"])
    await cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await cdp.send("Input.insertText", { text: "核实" });
  assert.equal(await desk.inputValue("dialog textarea"), "核实");
  await see.look(desk, "desk-note");
  await desk.keyboard.press("Escape");
  await desk.waitForSelector("dialog", { state: "detached" });
  // The keys of an input method reach the page as number 229.
  for (const key of ["r", "n", "h"])
    await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", windowsVirtualKeyCode: 229, key: "Process", code: `Key${key.toUpperCase()}` });
  assert.equal(await desk.locator("dialog").count(), 0);
});

test("a mark made offline is kept and sent later", async () => {
  await press(desk, "j", ".right li");
  await desk.waitForSelector(".evidence.current");
  await desk.context().setOffline(true);
  await press(desk, "y", ".right li.current .buttons");
  await desk.getByText("已存 1 条标记").waitFor();
  await see.look(desk, "desk-offline");
  await desk.keyboard.press("a");
  assert.equal(await desk.locator(".armed").count(), 0, "nothing is decided offline");
  await desk.context().setOffline(false);
  await desk.waitForSelector(".offline", { state: "detached" });
  await until("the mark arrived", async () =>
    (await reviewOf(desk, apps.flagged.id)).findings.some((f) => f.mark?.verdict === "stands"));
});

test("what hindered on one page is not shown on the next", async () => {
  const p = await see.page();
  await see.logIn(p, "clerk");
  await p.goto(`${base}/desk#/a/${apps.flagged.id}`);
  await press(p, "a", MINE);
  await p.locator(".sayings .bad").waitFor();
  await p.goto(`${base}/desk#/queue`);
  await p.waitForSelector(".queue");
  await p.waitForSelector(".sayings .bad", { state: "detached" });
  await p.context().close();
});

test("a flagged application is returned with few keys", async () => {
  await desk.reload();
  await desk.waitForSelector(MINE);
  const keys = fingers(desk);
  await see.look(desk, "desk-flagged", { alike: true });
  const found = desk.locator(".right li");
  for (let n = 0; n < (await found.count()); n++) {
    await keys.press("j", found);
    await desk.waitForSelector(`.right li:nth-child(${n + 1}).current .buttons`);
    if (n === 0) await see.look(desk, "desk-evidence", { still: true });
    if ((await desk.locator(".right li.current .mark").count()) === 0) await keys.press("y");
    await desk.waitForSelector(`.right li:nth-child(${n + 1}) .mark`);
  }
  await seeAll(desk, keys);
  await keys.press("r", ".choices button:enabled:has-text('退回修改')");
  await desk.waitForSelector("dialog .letter textarea");
  await see.look(desk, "desk-letter", { alike: true });
  await keys.press("Control+Enter", "dialog footer .main:enabled");
  await desk.waitForSelector(".undo");
  console.log(`# returned with ${keys.count()} keys`);
  assert.ok(keys.count() <= MOST_KEYS_RETURN, `${keys.count()} keys`);
  assert.equal((await reviewOf(desk, apps.flagged.id)).decision.action, "return");
  await see.look(desk, "desk-returned");
});

test("it is undone within the minute", async () => {
  await press(desk, "z", ".undo");
  await desk.waitForSelector(MINE); // and goes on with whoever took it back
  assert.equal((await reviewOf(desk, apps.flagged.id)).decision, null);
});

test("what the machine missed is written with its rule", async () => {
  await press(desk, "r", ".choices button:enabled:has-text('退回修改')");
  await desk.getByRole("button", { name: "再写一条" }).click();
  const own = desk.locator("dialog li").last();
  await own.getByLabel("材料").selectOption("business_license");
  await own.getByLabel("哪一类问题").selectOption("C02");
  assert.equal(await own.getByLabel("哪里不对").inputValue(), "印章压住文字。");
  assert.match(await own.getByLabel("怎么改").inputValue(), /营业执照/);
  await see.look(desk, "desk-letter-own");
  await press(desk, "Escape", "dialog");
  await desk.waitForSelector("dialog", { state: "detached" });
});

test("a refusal waits for a second person, who says no", async () => {
  await press(desk, "n", MINE);
  await desk.fill("dialog textarea", "要到现场办理");
  await send(desk);
  await desk.getByText("待第二人复核").first().waitFor();
  await see.look(desk, "desk-waits");
  const { decision } = await reviewOf(desk, apps.flagged.id);
  assert.ok(decision.needs_second);
  const own = await desk.evaluate(async (id) => (await fetch(`/api/v1/decisions/${id}/second`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: '{"verdict":"agree"}',
  })).status, decision.id);
  assert.equal(own, 403, "nobody is his own second person");

  const other = await see.page();
  await see.logIn(other, "second");
  await press(other, "4", ".views");
  await other.locator(`.sheet a[href*="${apps.flagged.id}"]`).click();
  await other.getByText("待您复核").waitFor();
  await other.getByText("要到现场办理").waitFor(); // the first one's reason
  await see.look(other, "desk-second");
  await press(other, "x", ".second");
  await other.fill("dialog textarea", "可以补正，应当退回");
  await send(other);
  await until("back with the first", async () => (await reviewOf(other, apps.flagged.id)).decision === null);
  // The first person's page hears of it by itself, and why.
  await desk.locator(".overruled", { hasText: "可以补正，应当退回" }).waitFor();
  await desk.waitForSelector(".undo", { state: "detached" });
  await see.look(desk, "desk-overruled");
  await other.context().close();
});

test("a seal is cut out anew, the automatic one stays", async () => {
  await desk.goto(`${base}/desk#/a/${apps.clean.id}/seals`);
  await desk.waitForSelector(".score");
  await see.look(desk, "desk-seals", { alike: true });
  const before = await desk.locator(".versions li").count();
  await press(desk, "e", ".score");
  const box = await desk.locator(".recut .numbers").textContent();
  await press(desk, "ArrowRight", ".recut .frame");
  await desk.waitForFunction((was) => document.querySelector(".recut .numbers").textContent !== was, box);
  await press(desk, ".", ".recut .frame");
  await see.look(desk, "desk-recut");
  await press(desk, "Control+Enter", ".recut .main:enabled");
  await desk.waitForFunction((n) => document.querySelectorAll(".versions li").length > n, before, { timeout: SLOW_MS });
  await see.look(desk, "desk-version");
  assert.ok((await desk.locator(".versions").textContent()).includes("自动"));
});

test("no row moves from under the cursor", async () => {
  const lead = await staff(base, "lead");
  const place = `/applications/${apps.clean.id}`;
  await desk.goto(`${base}/desk#/queue`);
  await press(desk, "0", ".views");
  const row = desk.locator(".sheet tbody tr", { has: desk.locator(`a[href*="${apps.flagged.id}"]`) });
  await row.waitFor();
  await row.hover();
  const [before, n] = [await row.boundingBox(), await desk.locator(".sheet tbody tr").count()];
  await lead(`${place}/lease`, { method: "POST", json: {} });
  const { etag } = await lead(`${place}/review`);
  const { id } = await lead(`${place}/decisions`, { method: "POST", headers: { "If-Match": `"${etag}"` }, json: { action: "hold", reason: "等电话" } });
  await desk.locator(".sheet tr.gone").waitFor(); // told, and still in its place
  await see.look(desk, "desk-queue-gone");
  assert.deepEqual(await row.boundingBox(), before);
  await desk.mouse.move(5, 5);
  await desk.waitForFunction((k) => document.querySelectorAll(".sheet tbody tr").length === k, n - 1);
  await lead(`/decisions/${id}/undo`, { method: "POST", json: {} });
  await desk.waitForFunction((k) => document.querySelectorAll(".sheet tbody tr").length === k, n);
});

test("two papers move together, overlays and history are there", async () => {
  await desk.goto(`${base}/desk#/a/${apps.flagged.id}`);
  await press(desk, "c", ".right li");
  await desk.locator(".sheets.two .viewer").nth(1).locator(".scale", { hasText: "%" }).waitFor();
  await see.look(desk, "desk-beside");
  const scales = async () => (await desk.locator(".viewer .scale").allTextContents()).map((t) => parseInt(t, 10));
  const before = await scales();
  await press(desk, "+", ".sheets.two");
  await desk.waitForFunction((was) => [...document.querySelectorAll(".viewer .scale")].every((s, i) => parseInt(s.textContent, 10) > was[i] * 1.3), before);
  const after = await scales();
  assert.ok(Math.abs(after[0] / before[0] - after[1] / before[1]) < 0.15, `${before} -> ${after}`);
  await press(desk, "c", ".sheets.two");
  await desk.waitForSelector(".sheets.two", { state: "detached" });
  for (const name of ["清晰度", "印油", "光照", "线条"]) {
    await press(desk, "o", ".laid");
    await desk.locator(".laid [aria-pressed=true]", { hasText: name }).waitFor();
  }
  await see.look(desk, "desk-overlay");
  await press(desk, "i", ".laid");
  assert.ok(await desk.locator(".history li").count() > 3);
  await see.look(desk, "desk-history");
  await press(desk, "Escape", "dialog");
  await desk.waitForSelector("dialog", { state: "detached" });
  await press(desk, "l", ".laid");
  await desk.waitForSelector(".loupe");
  await see.look(desk, "desk-loupe");
  await press(desk, "l", ".loupe");
});

test("a clean application is passed by keyboard alone", async () => {
  await desk.goto(`${base}/desk#/queue`);
  await desk.reload();
  await desk.waitForSelector(".sheet tbody tr");
  const keys = fingers(desk);
  const start = await desk.evaluate(() => performance.now());
  await keys.press("Enter", ".queue button.main");
  await desk.waitForFunction(() => performance.getEntriesByName("evidence").length > 0);
  const shown = await desk.evaluate(() => performance.getEntriesByName("evidence")[0].startTime);
  console.log(`# the first page is seen ${Math.round(shown - start)} ms after the key`);
  evidence.push(shown - start);
  const id = /#\/a\/(\w+)/.exec(desk.url())[1];
  await see.look(desk, "desk-clean", { still: true });
  await seeAll(desk, keys);
  await keys.press("a", ".choices [aria-disabled=false]");
  await desk.waitForSelector(".armed");
  await see.look(desk, "desk-armed");
  await keys.press("Enter", ".armed .main:enabled");
  await desk.waitForSelector(".undo");
  console.log(`# passed with ${keys.count()} keys`);
  assert.ok(keys.count() <= MOST_KEYS_CLEAN, `${keys.count()} keys`);
  assert.equal((await reviewOf(desk, id)).decision.action, "pass");
  await press(desk, "z", ".undo");
  await desk.waitForSelector(MINE);
});

test("two reviewers: one decides, the other is told", async () => {
  const other = await see.page();
  await see.logIn(other, "lead");
  // The clerk's page hears nothing of what the lead does, not by its heartbeat either.
  await desk.route("**/api/v1/events", (r) => r.abort());
  await desk.reload();
  await desk.waitForSelector(MINE);
  await desk.route("**/lease", (r) => r.fulfill({ json: {} }));

  await other.goto(`${base}/desk#/a/${apps.clean.id}`);
  await other.getByRole("button", { name: "接手" }).click();
  await other.fill("dialog textarea", "催办");
  await send(other);
  await press(other, "h", MINE);
  await other.fill("dialog textarea", "等电话核实");
  await send(other);
  await until("held", async () => (await reviewOf(other, apps.clean.id)).decision?.action === "hold");

  await press(desk, "a", ".choices [aria-disabled=false]");
  await press(desk, "Enter", ".armed .main:enabled");
  await desk.waitForSelector("dialog");
  await see.look(desk, "desk-conflict");
  await desk.getByRole("button", { name: "看现在的内容" }).click();
  await desk.locator(".decided", { hasText: "挂起" }).waitFor();
  assert.equal((await reviewOf(other, apps.clean.id)).decision.action, "hold");
  await desk.unrouteAll();
  // The lead takes it back and passes it. Its minute goes by meanwhile.
  await press(other, "z", ".undo");
  await press(other, "a", ".choices [aria-disabled=false]");
  await press(other, "Enter", ".armed .main:enabled");
  await other.waitForSelector(".undo");
  mailing = pay(base, apps.clean.id);
  mailing.catch(() => undefined);
  await other.context().close();
});

test("the other screens, and all of them at 150 %", async () => {
  await desk.goto(`${base}/desk#/queue`);
  await desk.reload(); // the decision just made is nothing to undo any more
  await press(desk, "?", ".queue");
  await desk.waitForSelector("dialog");
  await see.look(desk, "desk-help", { alike: true });
  await desk.keyboard.press("Escape");
  await desk.waitForSelector("dialog", { state: "detached" });
  for (const [hash, name, wait] of [["stats", "desk-stats", ".cards"], ["settings", "desk-settings", ".thresholds li"]]) {
    await desk.goto(`${base}/desk#/${hash}`);
    await desk.waitForSelector(wait);
    await see.look(desk, name, { alike: name === "desk-settings" });
  }
  const p = await see.page({ width: 911, height: 512, deviceScaleFactor: 1.5 });
  await see.logIn(p, "lead");
  await see.look(p, "desk-queue-150");
  await p.goto(`${base}/desk#/a/${apps.flagged.id}`);
  await press(p, "j", ".right li");
  await p.waitForSelector(".evidence.current");
  await see.look(p, "desk-flagged-150", { still: true });
  await p.goto(`${base}/desk#/a/${apps.flagged.id}/seals`);
  await p.waitForSelector(".score");
  await see.look(p, "desk-seals-150");
  await p.goto(`${base}/desk#/settings`);
  await p.waitForSelector(".thresholds li");
  await see.look(p, "desk-settings-150");
  await p.context().close();
});

test("keys change places, and stay so", async () => {
  await desk.goto(`${base}/desk#/queue`);
  await press(desk, "?", ".queue");
  await desk.getByRole("button", { name: "换键" }).click();
  await desk.getByRole("button", { name: "搜索：/" }).click();
  await press(desk, "f", ".rekey[aria-pressed=true]");
  await desk.getByRole("button", { name: "搜索：F" }).waitFor();
  await see.look(desk, "desk-keys");
  await desk.keyboard.press("Escape");
  await desk.waitForSelector("dialog", { state: "detached" });
  await desk.reload();
  await press(desk, "f", ".queue");
  await desk.waitForSelector("input[type=search]:focus");
  await desk.evaluate(() => localStorage.removeItem("keymap"));
  await desk.reload();
});

test("evidence is there at once, tiles too", async () => {
  // The clean application is decided; the other one is opened and left again.
  // Other work on the machine makes one of them late, never all.
  const enough = () => evidence.length >= 4 && (Math.min(...evidence) <= MOST_EVIDENCE_MS || evidence.length >= 12);
  while (!enough()) {
    await desk.goto(`${base}/desk#/queue`);
    await press(desk, "0", ".views");
    await desk.waitForSelector(".sheet tbody tr");
    await desk.waitForTimeout(700); // the next one is fetched meanwhile
    await desk.evaluate(() => performance.clearMarks("evidence"));
    const start = await desk.evaluate((id) => {
      const now = performance.now();
      location.hash = `#/a/${id}`;
      return now;
    }, apps.flagged.id);
    await desk.waitForFunction(() => performance.getEntriesByName("evidence").length > 0);
    evidence.push((await desk.evaluate(() => performance.getEntriesByName("evidence")[0].startTime)) - start);
  }
  const tiles = await desk.evaluate(() => performance.getEntriesByType("resource")
    .filter((r) => r.name.includes("/tiles/") && r.requestStart > 0).map((r) => r.responseEnd - r.requestStart).sort((a, b) => a - b));
  const [quick, middle, most] = [0.25, 0.5, 0.95].map((q) => tiles[Math.floor(tiles.length * q)]);
  console.log(`# evidence ${evidence.map(Math.round).join(", ")} ms; ${tiles.length} tiles: median ${middle.toFixed(0)}, 95 % ${most.toFixed(0)} ms`);
  if (SLOWER > 1) return; // times of a browser made slow tell nothing
  assert.ok(Math.min(...evidence) <= MOST_EVIDENCE_MS, "the first evidence");
  assert.ok(quick <= MOST_TILE_MS, "tiles"); // others wait for the processor here
});

officeTests({ test, see, base });
mailTests({ test, see, base, folder: clean, paid: () => mailing });

test("no script failed, no policy was broken, no request left the host", () => {
  assert.deepEqual(see.foul, []);
});
