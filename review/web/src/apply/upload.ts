// SPDX-License-Identifier: GPL-3.0-or-later
//
// upload - a file in parts, going on where it stopped
//
// The service knows how much it has; after a broken connection or a reload
// with the same file the rest is sent. Nothing is sent twice but the part that
// was under way.

import { Offline, Problem, call, online } from "../shared/api";

const PART_BYTES = 1 << 20;
const TRIES = 6;

export interface Progress {
  (sent: number, note: string): void;
}

const placeOf = (application: string, slot: string, f: File) =>
  `upload:${application}:${slot}:${f.name}:${f.size}:${f.lastModified}`;

interface Opened {
  id: string;
  offset: number;
}

async function open(application: string, slot: string, file: File): Promise<Opened> {
  const place = placeOf(application, slot, file);
  const known = sessionStorage.getItem(place);
  if (known) {
    try {
      return { id: known, offset: await offsetOf(known) };
    } catch (e) {
      if (!(e instanceof Problem)) throw e;
      sessionStorage.removeItem(place); // it expired
    }
  }
  const { data } = await call<Opened>(`/applications/${application}/uploads`, {
    method: "POST",
    json: { slot, name: file.name, size: file.size },
  });
  sessionStorage.setItem(place, data.id);
  return { id: data.id, offset: data.offset ?? 0 };
}

async function offsetOf(id: string): Promise<number> {
  const a = await call<Opened>(`/uploads/${id}`);
  return Number(a.headers.get("Upload-Offset") ?? a.data.offset);
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Until somebody answers again. */
const reached = () =>
  new Promise<void>((done) => {
    if (online.get()) return done();
    const stop = online.watch((is) => {
      if (!is) return;
      stop();
      done();
    });
  });

export async function upload(application: string, slot: string, file: File, tell: Progress): Promise<void> {
  const { id, offset: from } = await patiently(() => open(application, slot, file), () => tell(0, "连不上，等网络恢复…"));
  let offset = from;
  if (offset > 0) tell(offset, "接着上次的位置传");
  while (offset < file.size) {
    const part = file.slice(offset, offset + PART_BYTES);
    offset = await patiently(
      () => send(id, offset, part),
      () => tell(offset, "网络断了，恢复后接着传"),
    );
    tell(offset, "");
  }
  sessionStorage.removeItem(placeOf(application, slot, file));
}

/** The new offset; that of the service when the two of us disagree. The key
 * brings an answer that was lost on its way: after the last part the service
 * knows the upload no more. */
async function send(id: string, offset: number, part: Blob): Promise<number> {
  try {
    await call(`/uploads/${id}`, {
      method: "PATCH",
      bytes: part,
      key: `${id}:${offset}`,
      headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    });
    return offset + part.size;
  } catch (e) {
    if (e instanceof Problem && e.code === "wrong-offset") return offsetOf(id);
    throw e;
  }
}

/** Again after a lost connection or a busy service, not after a refusal. */
async function patiently<T>(run: () => Promise<T>, wait: () => void): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (e) {
      const busy = e instanceof Problem && (e.status === 503 || e.status === 429 || e.code === "in-progress");
      if (!(e instanceof Offline || busy) || tries >= TRIES) throw e;
      wait();
      if (busy) await pause(1000 * tries);
      else await reached();
    }
  }
}
