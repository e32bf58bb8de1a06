// SPDX-License-Identifier: GPL-3.0-or-later
//
// help - the keys that work on this page now

import { useState } from "preact/hooks";
import { commandsNow, keyName, keysOn } from "../shared/keys";
import { useStore } from "../shared/store";
import { Dialog } from "../shared/ui";

export function Help({ onClose }: { onClose: () => void }) {
  // What was there when the help was asked for; the help itself is modal.
  const [groups] = useState(commandsNow);
  const on = useStore(keysOn);
  return (
    <Dialog title="快捷键" wide onClose={onClose}>
      <div class="help" tabIndex={0} role="group" aria-label="各页的快捷键">
        <div>
        {groups.map((g) => (
          <section key={g.title}>
            <h3>{g.title}</h3>
            <dl>
              {g.commands.map((c) => (
                <div key={c.key}>
                  <dt><kbd>{keyName(c.key)}</kbd></dt>
                  <dd>{c.name}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        </div>
      </div>
      <footer>
        <label>
          <input type="checkbox" checked={on} onChange={(e) => keysOn.set(e.currentTarget.checked)} />
          使用单键快捷键（关掉后仍可用 Tab、Enter 和 Esc）
        </label>
      </footer>
    </Dialog>
  );
}
