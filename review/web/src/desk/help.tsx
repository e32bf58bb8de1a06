// SPDX-License-Identifier: GPL-3.0-or-later
//
// help - the keys that work on this page now, and giving them other places

import { useLayoutEffect, useState } from "preact/hooks";
import { isMovable, movesTo, resetKeys, swaps } from "../shared/keymap";
import { commandsNow, isComposing, keyName, keyOf, keysOn, type Command } from "../shared/keys";
import { useStore } from "../shared/store";
import { Dialog } from "../shared/ui";

/** Waits for the key that is to do what `moving` does; Esc leaves it. */
function useNewKey(moving: Command | null, onDone: (said: string) => void): void {
  useLayoutEffect(() => {
    if (!moving) return;
    const press = (e: KeyboardEvent) => {
      if (isComposing(e) || e.key === "Tab") return;
      e.preventDefault();
      e.stopImmediatePropagation();
      if (e.key === "Escape") return onDone("");
      const pressed = keyOf(e);
      if (!isMovable(pressed)) return onDone("只能换成字母、数字或标点键。");
      movesTo(moving.key, pressed);
      onDone(`“${moving.name}”改用 ${keyName(moving.key)}；原来用这个键的，换到空出来的键上。`);
    };
    addEventListener("keydown", press, true);
    return () => removeEventListener("keydown", press, true);
  }, [moving]);
}

export function Help({ onClose }: { onClose: () => void }) {
  // What was there when the help was asked for; the help itself is modal.
  const [groups] = useState(commandsNow);
  const [changing, setChanging] = useState(false);
  const [moving, setMoving] = useState<Command | null>(null);
  const [said, setSaid] = useState("");
  const on = useStore(keysOn);
  const moved = Object.keys(useStore(swaps)).length > 0;
  useNewKey(moving, (text) => {
    setMoving(null);
    setSaid(text);
  });
  return (
    <Dialog title="快捷键" wide onClose={onClose}>
      <div class="help" tabIndex={0} role="group" aria-label="本页的快捷键">
        <div>
          {groups.map((g) => (
            <section key={g.title}>
              <h3>{g.title}</h3>
              <dl>
                {g.commands.map((c) => (
                  <div key={c.key}>
                    <dt>
                      {changing && isMovable(c.key) ? (
                        <button type="button" class="rekey" aria-pressed={moving === c} aria-label={`${c.name}：${keyName(c.key)}，换键`}
                          onClick={() => { setSaid(""); setMoving(c); }}>
                          {moving === c ? "…" : keyName(c.key)}
                        </button>
                      ) : <kbd>{keyName(c.key)}</kbd>}
                    </dt>
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
          使用单键快捷键
        </label>
        <button type="button" aria-pressed={changing} onClick={() => { setChanging(!changing); setMoving(null); setSaid(""); }}>换键</button>
        {moved && <button type="button" onClick={resetKeys}>恢复默认</button>}
        <small role="status">
          {moving ? `请按“${moving.name}”要用的新键（Esc 不换）。`
            : said || (changing ? "点一个键，再按新的键；换的键只记在这个浏览器里。" : "关掉后仍可用 Tab、Enter 和 Esc。")}
        </small>
      </footer>
    </Dialog>
  );
}
