// SPDX-License-Identifier: GPL-3.0-or-later
//
// recut - a person draws the seal's box anew, turns it, sets the threshold
//
// The box can be dragged, or moved by the arrow keys and with Shift made larger
// and smaller. It is kept in pixels of the page, as everything is.

import { useRef, useState } from "preact/hooks";
import { useCommands } from "../shared/keys";
import type { Box, Seal, SealVersion } from "../shared/types";
import { Button } from "../shared/ui";

export interface Cut {
  box: Box;
  rotation: number;
  threshold: number | null;
  note: string;
}

const LEAST_PX = 20;
const MOST_THRESHOLD = 0.9;
const TURN_DEG = 0.1;
const LIGHTER = 0.02;

const clamp = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x));

/** The box inside its picture, no smaller than a seal can be. */
function inside([x, y, w, h]: Box, [ax, ay, aw, ah]: Box): Box {
  const cw = clamp(w, LEAST_PX, aw);
  const ch = clamp(h, LEAST_PX, ah);
  return [clamp(x, ax, ax + aw - cw), clamp(y, ay, ay + ah - ch), cw, ch].map(Math.round) as Box;
}

export function Recut(props: { seal: Seal; from: SealVersion; busy: boolean; onSave: (c: Cut) => void; onClose: () => void }) {
  const { seal, from } = props;
  const area = seal.source_box;
  const [box, setBoxNow] = useState<Box>(inside(from.box ?? seal.box, area));
  const [rotation, setRotation] = useState(Math.round(from.rotation * 10) / 10);
  const [threshold, setThreshold] = useState(from.threshold || null);
  const [note, setNote] = useState("");
  const picture = useRef<HTMLImageElement>(null);
  const setBox = (b: Box) => setBoxNow(inside(b, area));
  const turn = (by: number) => setRotation((r) => Math.round((r + by) * 10) / 10);
  const automatic = () => {
    const first = seal.versions[0]!; // the one that the machine made
    setBox(first.box ?? seal.box);
    setRotation(Math.round(first.rotation * 10) / 10);
    setThreshold(null);
  };
  const save = () => props.onSave({ box, rotation, threshold, note: note.trim() });
  const step = Math.max(2, Math.round(area[2] / 100));
  const arrow = (dx: number, dy: number) => (e: KeyboardEvent) =>
    setBox(e.shiftKey ? [box[0], box[1], box[2] + dx * step, box[3] + dy * step] : [box[0] + dx * step, box[1] + dy * step, box[2], box[3]]);
  const arrows = ([["ArrowLeft", -1, 0], ["ArrowRight", 1, 0], ["ArrowUp", 0, -1], ["ArrowDown", 0, 1]] as const)
    .flatMap(([key, dx, dy]) => [
      { key, name: "移动框", quiet: key !== "ArrowLeft", run: arrow(dx, dy) },
      { key: `shift+${key}`, name: "改变框的大小", quiet: key !== "ArrowLeft", run: arrow(dx, dy) },
    ]);
  useCommands("修整", [
    ...arrows,
    { key: ",", name: "逆时针 0.1 度", run: () => turn(-TURN_DEG) },
    { key: ".", name: "顺时针 0.1 度", run: () => turn(TURN_DEG) },
    { key: "u", name: "还原自动", run: automatic },
    { key: "ctrl+Enter", name: "存为新版本", inText: true, decides: true, run: save },
    { key: "Escape", name: "不改了", quiet: true, inText: true, run: props.onClose },
  ]);

  const place = (e: PointerEvent): [number, number] => {
    const r = picture.current!.getBoundingClientRect();
    return [area[0] + ((e.clientX - r.left) / r.width) * area[2], area[1] + ((e.clientY - r.top) / r.height) * area[3]];
  };
  const drag = (e: PointerEvent) => {
    if (e.button !== 0) return;
    e.preventDefault();
    const [x0, y0] = place(e);
    const move = (m: PointerEvent) => {
      const [x, y] = place(m);
      if (Math.abs(x - x0) > LEAST_PX && Math.abs(y - y0) > LEAST_PX)
        setBox([Math.min(x, x0), Math.min(y, y0), Math.abs(x - x0), Math.abs(y - y0)]);
    };
    const up = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
  };
  const share = (x: number, of: number) => `${(100 * x) / of}%`;
  const frame = {
    left: share(box[0] - area[0], area[2]), top: share(box[1] - area[1], area[3]),
    width: share(box[2], area[2]), height: share(box[3], area[3]), transform: `rotate(${rotation}deg)`,
  };

  return (
    <div class="recut">
      <div class="stack" onPointerDown={drag}>
        <img ref={picture} class="under" src={seal.source!} alt="原图：拖动画出新的框" draggable={false} />
        <div class="frame" style={frame} />
      </div>
      <p class="numbers mono" role="status">
        框 {box.slice(0, 2).map(Math.round).join(", ")}　{box.slice(2).map(Math.round).join(" × ")} px
      </p>
      <div class="controls">
        <label>
          转角（度）
          <input type="number" step={TURN_DEG} min={-180} max={180} value={rotation}
            onInput={(e) => Number.isFinite(e.currentTarget.valueAsNumber) && setRotation(e.currentTarget.valueAsNumber)} />
        </label>
        <label>
          <input type="checkbox" checked={threshold !== null} onChange={(e) => setThreshold(e.currentTarget.checked ? 0.5 : null)} />
          去掉淡的印迹
        </label>
        {threshold !== null && (
          <label>
            <span class="spoken">淡于多少不要</span>
            <input type="range" min={0} max={MOST_THRESHOLD} step={LIGHTER} value={threshold}
              onInput={(e) => setThreshold(e.currentTarget.valueAsNumber)} />
            <span>淡于 <span class="mono">{Math.round(threshold * 100)}%</span> 的不要</span>
          </label>
        )}
      </div>
      <label class="field"><span>备注（为什么要改）</span>
        <input value={note} maxLength={200} onInput={(e) => setNote(e.currentTarget.value)} />
      </label>
      <p class="buttons">
        <Button hint="Ctrl+Enter" class="main" disabled={props.busy} onClick={save}>{props.busy ? "正在提取…" : "存为新版本"}</Button>
        <Button hint="U" onClick={automatic}>还原自动</Button>
        <Button hint="Esc" onClick={props.onClose}>不改了</Button>
      </p>
    </div>
  );
}
