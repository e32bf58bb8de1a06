// SPDX-License-Identifier: GPL-3.0-or-later
//
// same_stamp - two impressions, beside each other or in turn in one place
//
// They blink slowly, and not at all for whoever asked for less motion: then
// each press shows the other one.

import { useState } from "preact/hooks";
import { useCommands } from "../shared/keys";
import { useEvery } from "../shared/store";
import type { Seal, Seals } from "../shared/types";
import { Button } from "../shared/ui";
import { ROLE, SLOT, percent } from "../shared/words";

const BLINK_MS = 700;
export const SAME = {
  same: { mark: "✓", word: "同一枚", css: "good" },
  different: { mark: "✗", word: "不同", css: "weight block" },
  cannot_tell: { mark: "⚠", word: "不能确定", css: "weight look" },
} as const;

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function SameStamp({ all, at }: { all: Seals; at: string }) {
  const [pick, setPick] = useState(0);
  const [how, setHow] = useState<"beside" | "blink">("beside");
  const [second, setSecond] = useState(false);
  const mine = all.pairs.filter((p) => p.a === at || p.b === at);
  const pairs = mine.length > 0 ? mine : all.pairs;
  const pair = pairs[Math.min(pick, pairs.length - 1)];
  const find = (id: string) => all.seals.find((s) => s.id === id);
  useEvery(how === "blink" && !still() ? BLINK_MS : 0, () => setSecond((s) => !s), [how]);
  const blink = () => {
    if (how === "blink" && still()) setSecond(!second);
    setHow(how === "blink" && !still() ? "beside" : "blink");
  };
  useCommands("同章比对", pair ? [
    { key: "c", name: "并排比对", run: () => setHow("beside") },
    { key: "o", name: "重叠闪烁", run: blink },
    { key: "n", name: "下一对", run: () => setPick((pick + 1) % pairs.length) },
  ] : []);
  const a = pair && find(pair.a);
  const b = pair && find(pair.b);
  return (
    <section class="same-stamp" data-region tabIndex={0} aria-label="同章比对">
      <h2>
        同章比对
        <span class="tools" role="group" aria-label="比对方式">
          <Button hint="C" disabled={!pair} aria-pressed={how === "beside"} onClick={() => setHow("beside")}>并排</Button>
          <Button hint="O" disabled={!pair} aria-pressed={how === "blink"} onClick={blink}>重叠闪烁</Button>
        </span>
      </h2>
      <ol>
        {pairs.map((p, i) => (
          <li key={`${p.a}-${p.b}`}>
            <button type="button" aria-pressed={p === pair} onClick={() => setPick(i)}>
              {nameOf(find(p.a))} 与 {nameOf(find(p.b))}：
              <span class={SAME[p.same].css}><span aria-hidden="true">{SAME[p.same].mark}</span> {SAME[p.same].word}</span>
              {p.similarity !== null && <small> {percent(p.similarity)}</small>}
            </button>
          </li>
        ))}
      </ol>
      {pairs.length === 0 && <p class="none">没有可以互相比对的印章。</p>}
      {a && b && (
        <div class={`pair ${how}`}>
          {(how === "beside" || !second) && <Impression seal={a} />}
          {(how === "beside" || second) && <Impression seal={b} />}
        </div>
      )}
    </section>
  );
}

const nameOf = (s: Seal | undefined) => (s ? `${SLOT[s.slot] ?? s.slot_title}${ROLE[s.role] ?? ""}` : "—");

function Impression({ seal }: { seal: Seal }) {
  return (
    <figure>
      {seal.image ? <img src={seal.image} alt={nameOf(seal)} /> : <p>无图</p>}
      <figcaption>{nameOf(seal)}</figcaption>
    </figure>
  );
}
