// SPDX-License-Identifier: GPL-3.0-or-later
//
// stage - the real program, a real Chromium, and what every test looks at
//
// The service runs in demo mode on a port of its own and a folder of its own,
// below BUILD/browser, where screenshots and its log stay as artefacts.
// SEALDESK_SLOWER=6 makes the browser so many times slower: no test may race.

import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { compare } from "./likeness.mjs";

const SOURCE = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
const require = createRequire(join(SOURCE, "review/web/package.json"));
const CHROMIUM = ["/usr/lib/chromium/chromium", "/usr/bin/chromium"].find(existsSync);
const PATIENCE_MS = 60_000; // costs nothing where all goes well
export const SLOWER = Number(process.env.SEALDESK_SLOWER ?? 1);
const SETTLED_MS = 700;
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** A key, when the screen shows what it is meant for and keys decide again. */
export async function press(p, key, when = "main") {
  await (typeof when === "string" ? p.locator(when) : when).first().waitFor();
  await p.waitForSelector("html:not([data-moving])");
  await p.keyboard.press(key);
}

/** Ctrl+Enter in a dialog that has all it wants, until it is gone. */
export async function send(p, when = "dialog footer .main:enabled") {
  await press(p, "Control+Enter", when);
  await p.waitForSelector("dialog", { state: "detached" });
}

/** Why the tests can't run here, or "". */
export function missing() {
  if (!CHROMIUM) return "chromium is not installed";
  if (!existsSync(join(SOURCE, "review/web/node_modules/playwright-core"))) return "review/web/setup.sh has not run";
  return "";
}

export function prepare(build) {
  const place = join(build, "browser");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  return place;
}

/** An invented application: the folder of its five files. */
export function invent(build, place, recipe, seed, name = recipe) {
  const out = join(place, name);
  execFileSync(join(build, "sealdesk-fixtures"), [
    "make", "--family", "report", "--recipe", recipe, "--seed", String(seed), "--count", "1", "--out", out,
  ], { stdio: "ignore" });
  return join(out, "0000");
}

// A busy machine is slow, that is no failure here.
const SETTINGS = "worker: { timeout_s = 600; };\njobs: { lease_s = 600; };\n";

export async function serve(build, place) {
  const config = join(place, "serve.conf");
  writeFileSync(config, SETTINGS);
  const log = createWriteStream(join(place, "serve.log"));
  const child = spawn(join(build, "sealdesk"), ["serve", "--demo", "--port", "0", "--data", join(place, "data"), "--config", config], {
    env: { SEALDESK_MODELS: join(SOURCE, "models"), ...process.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr.pipe(log);
  const base = await new Promise((done, failed) => {
    child.stdout.on("data", (text) => {
      log.write(text);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(String(text));
      if (found) done(found[0]);
    });
    child.on("exit", (code) => failed(new Error(`serve ended: ${code}, see ${place}/serve.log`)));
  });
  const stop = () =>
    new Promise((done) => {
      child.once("exit", done);
      child.kill("SIGTERM");
    });
  return { base, stop };
}

export async function browse(base, place) {
  const { chromium } = require("playwright-core");
  const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const foul = []; // what must never happen on any page

  async function page({ width = 1366, height = 768, deviceScaleFactor = 1 } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor, locale: "zh-CN" });
    context.setDefaultTimeout(PATIENCE_MS);
    const p = await context.newPage();
    if (SLOWER > 1) await (await context.newCDPSession(p)).send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    p.on("pageerror", (e) => foul.push(`script error: ${e.message}`));
    p.on("console", (m) => /Content Security Policy|Refused to/.test(m.text()) && foul.push(m.text()));
    p.on("request", (r) => {
      const url = new URL(r.url());
      if (url.protocol !== "blob:" && url.origin !== base) foul.push(`a request leaves the host: ${url.origin}`);
    });
    return p;
  }

  /** A screenshot is kept, and axe finds nothing of level A or AA. A screen
   * that is always the same has to look as it did; one on which something
   * moves for a moment is let come to rest. */
  async function look(p, name, { alike = false, still = alike } = {}) {
    // What was said in passing is no part of the screen.
    if (alike) for (const b of await p.locator(".sayings button").all()) await b.click();
    await p.waitForTimeout(still ? SETTLED_MS : 150);
    const shoot = () => p.screenshot({ path: join(place, `${name}.png`) });
    const png = await shoot();
    // Pictures may still be on their way.
    if (alike) await compare(p, name, png).catch(() => p.waitForTimeout(SETTLED_MS).then(shoot).then((again) => compare(p, name, again)));
    const found = await p.evaluate(
      async ([source, standards]) => {
        if (!window.axe) (0, eval)(source);
        const r = await window.axe.run(document, { runOnly: standards });
        return r.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
      },
      [axe, STANDARDS],
    );
    const torn = await p.evaluate(() => [...document.images].filter((i) => i.complete && i.naturalWidth === 0).map((i) => i.src));
    if (torn.length > 0) foul.push(`${name}: no picture at ${torn[0]}`);
    if (found.length > 0) throw new Error(`axe, ${name}: ${found.join("; ")}`);
  }

  async function logIn(p, user, first = ".queue") {
    await p.goto(`${base}/desk`);
    await p.fill("input[autocomplete=username]", user);
    await p.fill("input[autocomplete=current-password]", `sealdesk-${user}`);
    await p.keyboard.press("Enter");
    await p.waitForSelector(`.top ~ ${first}, .top ~ * ${first}`);
  }

  /** What was on the screens when something failed. */
  async function keep(name) {
    const pages = browser.contexts().flatMap((c) => c.pages());
    for (const [i, p] of pages.entries()) await p.screenshot({ path: join(place, `failed-${name}-${i}.png`) });
  }

  return { page, look, logIn, keep, foul, close: () => browser.close() };
}
