// SPDX-License-Identifier: GPL-3.0-or-later
//
// seed - applications as a portal and their applicants send them, over the API
//
// A folder of sealdesk-fixtures (application.json and five files) becomes a
// submitted application. Also used by hand, on a demonstration:
// node seed.mjs BASE FOLDER...

import { readFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const PATIENCE_MS = 480_000;

export async function api(base, path, { method = "GET", code, json, body, headers = {} } = {}) {
  const r = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: {
      ...(code && { Authorization: `Bearer ${code}` }),
      ...(json && { "Content-Type": "application/json" }),
      ...(method === "POST" && { "Idempotency-Key": randomUUID() }),
      ...headers,
    },
    body: json ? JSON.stringify(json) : body,
  });
  const text = await r.text();
  if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${text.slice(0, 300)}`);
  return text ? JSON.parse(text) : null;
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(what, run, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await run();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await pause(300);
  }
}

export async function order(folder) {
  const { documents, status, ...form } = JSON.parse(await readFile(join(folder, "application.json"), "utf8"));
  return { form, documents };
}

/** A portal's token: what it says of an order need not be looked into again. */
const portals = new Map();
function portal(base) {
  const make = async () => {
    const admin = await staff(base, "admin");
    return (await admin("/tokens", { method: "POST", json: { client: "portal", scopes: "intake" } })).token;
  };
  if (!portals.has(base)) portals.set(base, make());
  return portals.get(base);
}

export async function create(base, folder) {
  const { form } = await order(folder);
  const { id, access_code } = await api(base, "/applications", { method: "POST", code: await portal(base), json: form });
  return { id, code: access_code };
}

export async function send(base, app, folder, slot, file) {
  await api(base, `/applications/${app.id}/documents/${slot}`, {
    method: "PUT", code: app.code,
    body: await readFile(join(folder, file)),
    headers: { "X-File-Name": encodeURIComponent(file), "Content-Type": "application/octet-stream" },
  });
}

const look = (base, app) => api(base, `/applications/${app.id}`, { code: app.code });

/** Every paper was looked at; a refused one is sent again until it is taken. */
export async function fill(base, app, folder, only = () => true) {
  const { documents } = await order(folder);
  for (const d of documents.filter((each) => only(each.slot))) await send(base, app, folder, d.slot, d.file);
  await until("papers checked", async () => (await look(base, app)).documents.every((d) => d.status !== "checking"));
}

export async function submit(base, app, folder) {
  for (let round = 0; round < 3; round++) {
    const now = await look(base, app);
    const refused = now.documents.filter((d) => d.status === "refused").map((d) => d.slot);
    if (refused.length === 0) break;
    await fill(base, app, folder, (slot) => refused.includes(slot));
  }
  await api(base, `/applications/${app.id}/submit`, { method: "POST", code: app.code, json: {} });
}

/** Measured and waiting for a person. */
export const measured = (base, app) =>
  until("measured", async () => {
    const p = await api(base, `/applications/${app.id}/progress`, { code: app.code });
    if (p.stage === "failed") throw new Error("measuring failed");
    return p.stage === "review";
  });

export async function seed(base, folder) {
  const app = await create(base, folder);
  await fill(base, app, folder);
  await submit(base, app, folder);
  await measured(base, app);
  return app;
}

/** A member of the staff of a demonstration, asking without a browser. */
export async function staff(base, user) {
  const r = await fetch(`${base}/api/v1/session`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user, password: `sealdesk-${user}` }),
  });
  if (!r.ok) throw new Error(`${user} cannot log in: ${r.status}`);
  const headers = { Cookie: r.headers.get("set-cookie").split(";")[0], "Sec-Fetch-Site": "same-origin" };
  return (path, more = {}) => api(base, path, { ...more, headers: { ...headers, ...more.headers } });
}

/** Passed, no longer to be undone, and paid. */
export async function pay(base, id) {
  const maker = await staff(base, "maker");
  await until("settled", async () => (await maker(`/applications/${id}/review`)).events.length > 0);
  await maker(`/applications/${id}/events/pay`, { method: "POST", json: {} });
  return { id };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [base, ...folders] = process.argv.slice(2);
  for (const folder of folders) console.log(folder, JSON.stringify(await seed(base, folder)));
}
