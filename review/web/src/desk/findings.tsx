// SPDX-License-Identifier: GPL-3.0-or-later
//
// findings - the list on the right: what was found, and what a person says

import { useEffect, useRef, useState } from "preact/hooks";
import { useCommands } from "../shared/keys";
import type { Finding, Mark, Severity } from "../shared/types";
import { AskText, Button, Weight } from "../shared/ui";
import { DISMISS, SLOT, moment } from "../shared/words";

interface Props {
  findings: Finding[];
  current: string | null;
  mayMark: boolean;
  onCurrent: (f: Finding) => void;
  onMark: (f: Finding, mark: Mark | null) => void;
}

const OTHER = "5";

export function FindingList(props: Props) {
  const { findings, current, mayMark } = props;
  const [asking, setAsking] = useState<Finding | null>(null);
  const [why, setWhy] = useState<Finding | null>(null);
  const at = findings.findIndex((f) => f.id === current);
  const now = findings[at];
  const step = (by: number) => {
    const next = findings[at < 0 ? 0 : Math.max(0, Math.min(findings.length - 1, at + by))];
    if (next) props.onCurrent(next);
  };
  const stands = (f: Finding) => props.onMark(f, { verdict: "stands", reason: "", note: "" });
  const dismiss = (f: Finding, reason: string) => {
    setAsking(null);
    if (reason === OTHER) setWhy(f);
    else props.onMark(f, { verdict: "dismissed", reason, note: "" });
  };
  useCommands("疑点", [
    { key: "j", name: "下一条疑点", run: () => step(1) },
    { key: "k", name: "上一条疑点", run: () => step(-1) },
    ...(mayMark
      ? [
          { key: "y", name: "成立", decides: true, run: () => now && stands(now) },
          { key: "x", name: "不成立（再按数字选理由）", decides: true, run: () => now && setAsking(now) },
          { key: "w", name: "取消标记", decides: true, run: () => now?.mark && props.onMark(now, null) },
        ]
      : []),
  ]);
  useCommands(
    "理由",
    asking
      ? [
          ...DISMISS.map((name, i) => ({ key: String(i + 1), name, decides: true, run: () => dismiss(asking, String(i + 1)) })),
          { key: "Escape", name: "取消", run: () => setAsking(null), quiet: true },
        ]
      : [],
  );
  const count = (s: Severity) => findings.filter((f) => f.severity === s).length;

  return (
    <>
      <h2>
        疑点
        <span class="counts">
          {(["block", "look", "info"] as const).map((s) => count(s) > 0 && <span key={s}><Weight of={s} /> {count(s)}　</span>)}
        </span>
      </h2>
      {findings.length === 0 && <p class="none">机器没有发现疑点。请对照原图，由您决定。</p>}
      <ol>
        {findings.map((f) => (
          <Item key={f.id} {...props} f={f} asking={asking?.id === f.id}
            onStands={() => stands(f)} onAsk={() => { props.onCurrent(f); setAsking(f); }}
            onWhy={(reason) => dismiss(f, reason)} onCancel={() => setAsking(null)} />
        ))}
      </ol>
      {why && (
        <AskText title="不成立的理由" label={why.zh} wanted go="记下" onClose={() => setWhy(null)}
          onGo={(note) => {
            props.onMark(why, { verdict: "dismissed", reason: OTHER, note });
            setWhy(null);
          }} />
      )}
    </>
  );
}

const HEAD_PX = 34;

/** The item into its column: all of it, or its beginning when it is taller. */
function reveal(item: HTMLElement): void {
  const column = item.closest("aside");
  if (!column) return;
  const box = item.getBoundingClientRect();
  const room = column.getBoundingClientRect();
  const above = box.top - room.top - HEAD_PX;
  const below = Math.min(above, box.bottom - room.bottom);
  if (above < 0 || below > 0) column.scrollTop += above < 0 ? above : below;
}

interface ItemProps extends Props {
  f: Finding;
  asking: boolean;
  onStands: () => void;
  onAsk: () => void;
  onWhy: (reason: string) => void;
  onCancel: () => void;
}

function Item({ f, current, mayMark, asking, onCurrent, onStands, onAsk, onWhy, onCancel, onMark }: ItemProps) {
  const li = useRef<HTMLLIElement>(null);
  const isCurrent = f.id === current;
  useEffect(() => {
    if (isCurrent && li.current) reveal(li.current);
  }, [isCurrent, asking]);
  const where = f.slot ? `${SLOT[f.slot] ?? f.slot}${f.page ? ` 第 ${f.page} 页` : ""}` : "整件";
  return (
    <li ref={li} class={`${f.severity} ${isCurrent ? "current" : ""}`} aria-current={isCurrent ? "true" : undefined}>
      <button type="button" class="say" onClick={() => onCurrent(f)}>
        <span class="no" aria-hidden="true">{f.number}</span>
        <span>
          <span class="head">
            <Weight of={f.severity} />
            <span class="soft">{where}</span>
            {f.new && <span class="fresh">新</span>}
            <span class="soft mono">{f.rule}</span>
            {f.answer === "cannot_tell" && <span class="soft">不能判断</span>}
          </span>
          <span class="words">{f.zh}</span>
        </span>
      </button>
      {isCurrent && f.advice_zh && <p class="advice"><b>怎么改</b> {f.advice_zh}</p>}
      {f.mark && (
        <p class={`mark ${f.mark.verdict}`}>
          {f.mark.carried && <span class="carried">沿用修订 {f.mark.carried} 的标记</span>}
          <b>{f.mark.verdict === "stands" ? "✓ 成立" : "✗ 不成立"}</b>
          {f.mark.verdict === "dismissed" && `　${DISMISS[Number(f.mark.reason) - 1] ?? f.mark.reason}`}
          {f.mark.note && `：${f.mark.note}`}
          <small>{f.mark.by && `　${f.mark.by} ${moment(f.mark.at)}`}</small>
        </p>
      )}
      {mayMark && isCurrent && !asking && (
        <p class="buttons">
          <Button hint="Y" aria-pressed={f.mark?.verdict === "stands"} onClick={onStands}>成立</Button>
          <Button hint="X" aria-pressed={f.mark?.verdict === "dismissed"} onClick={onAsk}>不成立</Button>
          {f.mark && <Button hint="W" onClick={() => onMark(f, null)}>取消标记</Button>}
        </p>
      )}
      {asking && (
        <p class="buttons reasons" role="group" aria-label="不成立的理由">
          {DISMISS.map((name, i) => (
            <Button key={name} hint={String(i + 1)} onClick={() => onWhy(String(i + 1))}>{name}</Button>
          ))}
          <Button hint="Esc" onClick={onCancel}>取消</Button>
        </p>
      )}
    </li>
  );
}
