// SPDX-License-Identifier: GPL-3.0-or-later
//
// journal - marks that could not be sent yet
//
// A mark made while nobody answers, or after the session ended, is kept in this
// window and sent in order as soon as somebody answers. Only the last mark of a
// finding counts.

import { Offline, Problem, call, loggedOut, online } from "../shared/api";
import { store } from "../shared/store";
import type { Mark, Review } from "../shared/types";
import { sayError } from "../shared/ui";
import { session } from "./session";

interface Entry {
  path: string;
  mark: Mark | null;
}

const PLACE = "marks";
const entries: Map<string, Entry> = new Map(
  (JSON.parse(sessionStorage.getItem(PLACE) ?? "[]") as Entry[]).map((e) => [e.path, e]),
);

export const journalLength = store(entries.size);

function changed(): void {
  sessionStorage.setItem(PLACE, JSON.stringify([...entries.values()]));
  journalLength.set(entries.size);
}

let sending: Promise<void> | null = null;
let lastEtag = "";

const placeOf = (application: string, finding: string) => `/applications/${application}/findings/${finding}/mark`;

/** Sends the mark, now or later. Resolves when all that can be sent is sent, to
 * the application's new ETag ("" when the service named none). */
export async function sendMark(application: string, finding: string, mark: Mark | null): Promise<string> {
  const path = placeOf(application, finding);
  entries.delete(path);
  entries.set(path, { path, mark });
  changed();
  lastEtag = "";
  await flush();
  return lastEtag;
}

/** The answer of the service with the marks that it does not know yet. */
export function withMarks(r: Review): Review {
  if (entries.size === 0) return r;
  const findings = r.findings.map((f) => {
    const kept = entries.get(placeOf(r.id, f.id));
    return kept ? { ...f, mark: kept.mark } : f;
  });
  return { ...r, findings };
}

export function flush(): Promise<void> {
  sending ??= sendAll().finally(() => (sending = null));
  return sending;
}

async function sendAll(): Promise<void> {
  for (const [path, entry] of [...entries]) {
    try {
      const { mark } = entry;
      const a = await call<{ etag?: string } | null>(path, {
        method: "PUT",
        json: mark ? { verdict: mark.verdict, reason: mark.reason, note: mark.note } : { verdict: null },
      });
      lastEtag = a.etag || a.data?.etag || "";
    } catch (e) {
      if (e instanceof Offline || (e instanceof Problem && e.status === 401)) return;
      sayError(e);
    }
    if (entries.get(path) === entry) {
      entries.delete(path);
      changed();
    }
  }
  if (entries.size > 0) await sendAll();
}

online.watch((is) => void (is && flush()));
session.watch((who) => void (who && flush()));
loggedOut.watch((n) => void (n === 0 && flush()));
