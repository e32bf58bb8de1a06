// SPDX-License-Identifier: GPL-3.0-or-later
//
// api - asking the service, and what can go wrong with it
//
// A request ends in an Answer, a Problem (the service said no and why, in
// Chinese), or Offline (nobody answered). Whether anybody answers is kept in
// `online`; while nobody does, the service is asked again every two seconds.

import { store } from "./store";

const BASE = "/api/v1";
const PROBE_MS = 2000;

export const online = store(true);
/** Set when a request was refused because nobody is logged in. */
export const loggedOut = store(0);

/** Set when nothing goes without a second device (FACTOR_WANTED). */
export const deviceWanted = store(false);

// An applicant's access code; staff are known by their cookie.
let bearer = "";

export function identify(code: string): void {
  bearer = code;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly body: Record<string, unknown>,
  ) {
    super(detail || title);
  }
}

export class Offline extends Error {
  constructor() {
    super("连不上服务，请检查网络。");
  }
}

export interface Answer<T> {
  status: number;
  data: T;
  etag: string;
  headers: Headers;
}

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  json?: unknown;
  bytes?: Blob;
  etag?: string;
  key?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A random UUID; randomUUID() itself is missing where there is no TLS. */
export function newKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6]! & 0x0f) | 0x40;
  b[8] = (b[8]! & 0x3f) | 0x80;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function headersOf(ask: Ask): Record<string, string> {
  const h: Record<string, string> = { Accept: "application/json", ...ask.headers };
  if (ask.json !== undefined) h["Content-Type"] = "application/json";
  if (ask.etag) h["If-Match"] = quoted(ask.etag);
  if (ask.key) h["Idempotency-Key"] = ask.key;
  if (bearer) h["Authorization"] = `Bearer ${bearer}`;
  return h;
}

function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

export function url(path: string): string {
  return path.startsWith("/api/") ? path : BASE + path;
}

/** A picture: pages of the desk are known by their cookie. */
export async function picture(path: string, signal?: AbortSignal): Promise<Blob> {
  const r = await request(path, { headers: { Accept: "image/*" }, ...(signal ? { signal } : {}) });
  return r.blob();
}

export async function call<T>(path: string, ask: Ask = {}): Promise<Answer<T>> {
  const r = await request(path, ask);
  const text = r.status === 204 || ask.method === "HEAD" ? "" : await r.text();
  const isJson = (r.headers.get("Content-Type") ?? "").includes("json");
  return {
    status: r.status,
    data: (isJson && text ? JSON.parse(text) : null) as T,
    etag: (r.headers.get("ETag") ?? "").replace(/^W\//, "").replace(/"/g, ""),
    headers: r.headers,
  };
}

async function request(path: string, ask: Ask): Promise<Response> {
  const init: RequestInit = {
    method: ask.method ?? "GET",
    headers: headersOf(ask),
    credentials: bearer ? "omit" : "same-origin",
    cache: "no-store",
    redirect: "error",
  };
  if (ask.json !== undefined) init.body = JSON.stringify(ask.json);
  if (ask.bytes) init.body = ask.bytes;
  if (ask.signal) init.signal = ask.signal;
  let r: Response;
  try {
    r = await fetch(url(path), init);
  } catch (e) {
    if (ask.signal?.aborted) throw e;
    wentOffline();
    throw new Offline();
  }
  online.set(true);
  if (!r.ok) throw await problemOf(r);
  return r;
}

async function problemOf(r: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await r.json()) as Record<string, unknown>;
  } catch {
    // An answer of something else than the service: a proxy, perhaps.
  }
  const text = (name: string, otherwise: string) =>
    typeof body[name] === "string" ? (body[name] as string) : otherwise;
  const p = new Problem(
    r.status,
    text("code", String(r.status)),
    text("title", "服务没有正常回答"),
    text("detail", ""),
    body,
  );
  if (p.code === "second-factor-wanted") deviceWanted.set(true);
  if (p.code === "unauthenticated") loggedOut.set(loggedOut.get() + 1);
  return p;
}

let probing = 0;

function wentOffline(): void {
  online.set(false);
  if (probing) return;
  probing = window.setInterval(async () => {
    try {
      await fetch("/healthz", { cache: "no-store", credentials: "omit" });
    } catch {
      return;
    }
    clearInterval(probing);
    probing = 0;
    online.set(true);
  }, PROBE_MS);
}

/** What to tell a person. */
export function words(e: unknown): string {
  if (e instanceof Problem) return e.detail || e.title;
  if (e instanceof Offline) return e.message;
  return "程序出错了，请刷新页面后再试。";
}
