// SPDX-License-Identifier: GPL-3.0-or-later
//
// decided - the last decision of this window, and taking it back
//
// It outlives its page: the next application is on the screen while the last
// one can still be undone.

import { call } from "../shared/api";
import { store } from "../shared/store";
import { say, sayError } from "../shared/ui";

export const ACTION: Record<string, string> = { pass: "通过", return: "退回修改", refuse: "不予受理", hold: "挂起" };

export interface Last {
  id: string;
  application: string;
  order_no: string;
  action: string;
  undo_until: string;
}

/** Counts what was taken back: pages that show it ask again. Whoever took it
 * back goes on with it, unless somebody else has begun. */
export const undone = store(0);

export const last = store<Last | null>(null);

export async function undo(): Promise<boolean> {
  const d = last.get();
  if (!d) return false;
  try {
    await call(`/decisions/${d.id}/undo`, { method: "POST", json: {} });
    await call(`/applications/${d.application}/lease`, { method: "POST", json: {} }).catch(() => undefined);
    last.set(null);
    undone.set(undone.get() + 1);
    say(`已撤销：${d.order_no} ${ACTION[d.action] ?? d.action}`);
    return true;
  } catch (e) {
    sayError(e);
    return false;
  }
}
