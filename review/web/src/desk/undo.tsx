// SPDX-License-Identifier: GPL-3.0-or-later
//
// undo - the bar that counts down while a decision can be taken back

import { useState } from "preact/hooks";
import { useCommands } from "../shared/keys";
import { useEvery, useStore } from "../shared/store";
import { Button } from "../shared/ui";
import { ACTION, last, undo } from "./decided";
import { addressOf, go } from "./route";

export function UndoBar() {
  const d = useStore(last);
  const [, tick] = useState(0);
  const left = d ? Math.ceil((new Date(d.undo_until).getTime() - Date.now()) / 1000) : 0;
  useEvery(d ? 1000 : 0, () => {
    tick((n) => n + 1);
    if (left <= 1) last.set(null);
  }, [d, left]);
  const back = async () => {
    if (d && (await undo())) go(addressOf(d.application));
  };
  useCommands("撤销", d ? [{ key: "z", name: "撤销刚才的决定", run: back, decides: true }] : []);
  if (!d || left <= 0) return null;
  return (
    <p class="undo">
      <span role="status">{d.order_no} {ACTION[d.action] ?? d.action}，尚未发出。</span>
      <Button hint="Z" onClick={back}>撤销</Button>
      <span aria-hidden="true">{left} 秒内可撤销</span>
    </p>
  );
}
