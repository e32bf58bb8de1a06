// SPDX-License-Identifier: GPL-3.0-or-later
//
// office - users, second devices, rules and the audit log

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { press, send } from "./stage.mjs";

const STEP_S = 30;
const PASSWORD = "a long one of my own 1";

/** RFC 6238: the code that a device shows now, or some steps from now. */
function code(secret, later = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_S) + later));
  const hash = createHmac("sha1", key).update(step).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export function officeTests({ test, see, base }) {
  let admin, fresh, secret;
  const enter = async (password) => {
    await fresh.goto(`${base}/desk`);
    await fresh.fill("input[autocomplete=username]", "newcomer");
    await fresh.fill("input[autocomplete=current-password]", password);
    await fresh.keyboard.press("Enter");
  };

  test("an administrator makes a user, who chooses a password", async () => {
    admin = await see.page();
    await see.logIn(admin, "admin", ".settings");
    await press(admin, "g");
    await admin.keyboard.press("u");
    await admin.waitForSelector(".people tbody tr");
    await see.look(admin, "desk-users", { alike: true });
    await press(admin, "n", ".people .main");
    await admin.waitForSelector("dialog .roles");
    await admin.fill("dialog input[pattern]", "newcomer");
    await admin.fill("dialog input[maxlength]", "新来的");
    await admin.getByLabel("初审", { exact: true }).check();
    await see.look(admin, "desk-user");
    await press(admin, "Control+Enter", "dialog footer .main:enabled");
    const first = await admin.locator(".secret").textContent();
    await see.look(admin, "desk-password");
    await admin.getByRole("button", { name: "记下了" }).click();
    await admin.locator("tr", { hasText: "newcomer" }).waitFor();

    fresh = await see.page();
    await enter(first);
    await fresh.getByText("请先换密码").waitFor();
    await see.look(fresh, "desk-first-password");
    for (const [i, text] of [first, PASSWORD, PASSWORD].entries()) await fresh.locator("input").nth(i).fill(text);
    await fresh.keyboard.press("Enter");
    await fresh.waitForSelector(".queue");
  });

  test("a second device is asked for its code", async () => {
    await fresh.getByRole("button", { name: "新来的" }).click();
    await fresh.getByRole("button", { name: "启用动态码" }).click();
    secret = (await fresh.locator(".secret").textContent()).replace(/\s/g, "");
    await see.look(fresh, "desk-device");
    await fresh.fill("input[autocomplete=one-time-code]", code(secret));
    await fresh.getByRole("button", { name: "确认" }).click();
    await fresh.getByText("已启用动态码。").waitFor();
    await fresh.keyboard.press("Escape");
    await fresh.getByRole("button", { name: "退出" }).click();
    await fresh.waitForSelector("form.login");
    await enter(PASSWORD);
    await fresh.waitForSelector("input[autocomplete=one-time-code]");
    await see.look(fresh, "desk-code");
    await fresh.fill("input[autocomplete=one-time-code]", "000000");
    await fresh.keyboard.press("Enter");
    await fresh.locator(".login .wrong:not(:empty)").waitFor();
    await fresh.fill("input[autocomplete=one-time-code]", code(secret, 1)); // each works once
    await fresh.keyboard.press("Enter");
    await fresh.waitForSelector(".queue");
  });

  test("who is ended is out at once", async () => {
    await admin.reload();
    const row = admin.locator("tr", { hasText: "newcomer" });
    await row.getByText("已启用").waitFor();
    await row.getByRole("button").click();
    await admin.getByRole("button", { name: "停用", exact: true }).click();
    await row.getByText("已停用").waitFor();
    assert.equal(await fresh.evaluate(async () => (await fetch("/api/v1/session")).status), 401);
    await fresh.context().close();
  });

  test("another program's token is told once, works, and is ended", async () => {
    await press(admin, "k", ".people .sheet tbody tr");
    await press(admin, "n", admin.getByRole("heading", { name: "接口令牌" }));
    await admin.fill("dialog input[pattern]", "counter-1");
    await press(admin, "Control+Enter", "dialog footer .main:enabled");
    const token = await admin.locator(".secret").textContent();
    await admin.getByRole("button", { name: "记下了" }).click();
    const row = admin.locator("tr", { hasText: "counter-1" });
    await row.getByText("可用").waitFor();
    await see.look(admin, "desk-tokens");
    const knock = async () => (await fetch(`${base}/api/v1/events`, { headers: { Authorization: `Bearer ${token}` } })).status;
    assert.equal(await knock(), 200);
    await row.getByRole("button").click();
    await send(admin);
    await row.getByText("已停用").waitFor();
    assert.equal(await knock(), 401);
  });

  test("rules are drafted by one person and published by another", async () => {
    const lead = await see.page();
    const rules = (p) => p.evaluate(async () => (await fetch("/api/v1/rulesets")).json());
    await see.logIn(lead, "lead");
    await lead.goto(`${base}/desk#/settings`);
    const input = lead.locator("#setting-name_far");
    await input.waitFor();
    const was = (await rules(lead)).settings.find((s) => s.name === "name_far").value;
    await input.fill("7");
    await lead.locator(".thresholds .changed .wrong").waitFor();
    await see.look(lead, "desk-settings-wrong");
    await input.fill(String(was - 0.01));
    await press(lead, "Alt+r", ".thresholds .changed");
    await lead.getByText(/回放 \d+ 件/).waitFor();
    await see.look(lead, "desk-replay");
    await lead.getByRole("button", { name: "发布" }).click();
    await lead.locator(".sayings .bad").waitFor();
    assert.equal((await rules(lead)).current.version, 0, "not by one person alone");
    await lead.context().close();

    await admin.goto(`${base}/desk#/settings`);
    await admin.waitForSelector(".thresholds li.changed");
    await admin.getByRole("button", { name: "发布" }).click();
    await admin.getByText("生效：第 1 版").waitFor();
    const now = await rules(admin);
    assert.equal(now.settings.find((s) => s.name === "name_far").value.toFixed(2), (was - 0.01).toFixed(2));
    await admin.context().close();
  });

  test("the audit log tells all of it, and is whole", async () => {
    const p = await see.page();
    await see.logIn(p, "auditor", "main");
    await p.goto(`${base}/desk#/audit`);
    await p.waitForSelector(".audit tbody tr");
    await see.look(p, "desk-audit");
    await p.selectOption(".audit select", "user.made");
    await p.waitForFunction(() => document.querySelectorAll(".audit tbody tr").length === 1);
    assert.ok((await p.locator(".audit tbody tr").textContent()).includes("新建用户"));
    await p.getByRole("button", { name: "核验审计链" }).click();
    await p.locator(".chain.whole").waitFor();
    await p.locator(".audit header input").fill("0".repeat(64));
    await p.getByRole("button", { name: "核验审计链" }).click();
    await p.locator(".chain.broken, .sayings .bad").waitFor();
    await see.look(p, "desk-chain");
    await p.context().close();
  });
}
