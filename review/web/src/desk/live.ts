// SPDX-License-Identifier: GPL-3.0-or-later
//
// live - what the service tells by itself (server-sent events)
//
// An event says only that something changed, and of which application; the
// parts of the page then ask for what they show.

import { url } from "../shared/api";

export interface Told {
  type: string;
  id: string;
  data: Record<string, unknown>;
}

const TYPES = [
  "application", "application.submitted", "application.changed", "application.withdrawn",
  "document.checked", "run.finished", "paper.measured",
];
const listeners = new Set<(t: Told) => void>();
let source: EventSource | null = null;

export function listen(heard: (t: Told) => void): () => void {
  listeners.add(heard);
  open();
  return () => {
    listeners.delete(heard);
    if (listeners.size === 0) {
      source?.close();
      source = null;
    }
  };
}

function open(): void {
  if (source) return;
  source = new EventSource(url("/events"));
  for (const type of TYPES)
    source.addEventListener(type, (e) => {
      let data: Record<string, unknown> = {};
      try {
        data = JSON.parse((e as MessageEvent<string>).data) as Record<string, unknown>;
      } catch {
        return;
      }
      const told = { type, id: String(data["id"] ?? ""), data };
      for (const heard of [...listeners]) heard(told);
    });
}
