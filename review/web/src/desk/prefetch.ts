// SPDX-License-Identifier: GPL-3.0-or-later
//
// prefetch - the next application, while the present one is being looked at
//
// Its answer is kept for a short time, its first pictures go to the browser's
// cache. What is opened is asked for again all the same.

import { call } from "../shared/api";
import type { Review } from "../shared/types";

const KEEP_MS = 60_000;
let kept: { id: string; at: number; review: Review } | null = null;
let under = "";

export async function prefetch(id: string): Promise<void> {
  if (under === id || (kept?.id === id && Date.now() - kept.at < KEEP_MS)) return;
  under = id;
  try {
    const { data, etag } = await call<Review>(`/applications/${id}/review`);
    kept = { id, at: Date.now(), review: { ...data, etag: data.etag || etag } };
    const pages = data.documents.flatMap((d) => d.pages.slice(0, 1));
    for (const p of pages.slice(0, 2)) if (p.preview) new Image().src = p.preview;
  } catch {
    // Only a head start was lost.
  }
  under = "";
}

/** Once: the answer fetched before, if there is one. */
export function takePrefetched(id: string): Review | null {
  const found = kept?.id === id && Date.now() - kept.at < KEEP_MS ? kept.review : null;
  if (found) kept = null;
  return found;
}
