// SPDX-License-Identifier: GPL-3.0-or-later
//
// look - the middle column: which page, how it is shown, one or two of them

import { useMemo, useRef, useState } from "preact/hooks";
import { useCommands } from "../shared/keys";
import type { Box, Finding, Page, Review } from "../shared/types";
import { Button, Key } from "../shared/ui";
import { SEVERITY, SLOT } from "../shared/words";
import { Link, PageViewer, type Hand, type Numbered } from "./viewer";

export interface Sheet {
  slot: string;
  title: string;
  page: Page;
  worst: "" | "block" | "look" | "info";
  changed: boolean;
  index: number; /* of its document, from 0 */
}

/** What is looked at: pages, and what was found on them. */
export type Looked = Pick<Review, "documents" | "findings">;

export function sheetsOf(review: Looked): Sheet[] {
  return review.documents.flatMap((d, index) =>
    d.pages.map((page) => ({
      slot: d.slot, page, worst: d.worst, changed: d.changed, index,
      title: (SLOT[d.slot] ?? d.title) + (d.pages.length > 1 ? ` ${page.page}` : ""),
    })),
  );
}

interface Props {
  review: Looked;
  sheets: Sheet[];
  sheet: Sheet | undefined;
  finding: Finding | null;
  target: Box | null;
  seen: Set<string>;
  reveal: boolean;
  onSheet: (s: Sheet) => void;
  onShown: (s: Sheet) => void;
}

export function Look(props: Props) {
  const { review, sheets, sheet, finding, target } = props;
  const [overlays, setOverlays] = useState<Set<string>>(new Set());
  const [loupe, setLoupe] = useState(false);
  const [boxesOn, setBoxesOn] = useState(true);
  const [ruler, setRuler] = useState(true);
  const [second, setSecond] = useState<string | null>(null);
  const [full, setFull] = useState(false);
  const hand = useRef<Hand | null>(null);
  const link = useMemo(() => new Link(), []);
  const other = sheets.find((s) => s.page.key === second);

  const compareWith = () => {
    if (second) return setSecond(null);
    const next = sheets.find((s) => s.slot !== sheet?.slot);
    setSecond(next?.page.key ?? null);
  };
  const offered = sheet?.page.overlays ?? [];
  const toggle = (name: string) =>
    setOverlays((old) => new Set(old.has(name) ? [...old].filter((n) => n !== name) : [...old, name]));
  /** None, each alone, none again. */
  const nextOverlay = () => {
    const at = offered.findIndex((o) => overlays.has(o.name));
    const next = offered[at + 1];
    setOverlays(new Set(next ? [next.name] : []));
  };
  const box = finding && sheet && finding.slot === sheet.slot && finding.page === sheet.page.page ? finding.boxes[0] : undefined;
  useCommands("看图", [
    ...review.documents.map((d, i) => ({
      key: String(i + 1), name: SLOT[d.slot] ?? d.title,
      run: () => { const s = sheets.find((each) => each.slot === d.slot); if (s) props.onSheet(s); },
    })),
    { key: "0", name: "整页", run: () => hand.current?.fit() },
    { key: "+", name: "放大", run: () => hand.current?.zoom(1.5) },
    { key: "=", name: "放大", quiet: true, run: () => hand.current?.zoom(1.5) },
    { key: "-", name: "缩小", run: () => hand.current?.zoom(1 / 1.5) },
    { key: "t", name: "转 90 度", run: () => hand.current?.turn() },
    { key: " ", name: "按住：原大看疑点", run: () => peek() },
    { key: "l", name: "放大镜", run: () => setLoupe(!loupe) },
    ...(offered.length > 0 ? [{ key: "o", name: "换叠加图", run: nextOverlay }] : []),
    { key: "e", name: "显示或隐藏框", run: () => setBoxesOn(!boxesOn) },
    { key: "u", name: "毫米尺", run: () => setRuler(!ruler) },
    { key: "c", name: "两份并排", run: compareWith },
    { key: "f", name: "看图占满", run: () => setFull(!full) },
  ]);
  const peek = () => {
    hand.current?.peek(box ?? null);
    const up = () => {
      removeEventListener("keyup", up);
      removeEventListener("blur", up);
      hand.current?.back();
    };
    addEventListener("keyup", up);
    addEventListener("blur", up);
  };

  return (
    <section class={`viewing ${full ? "full" : ""}`} data-region tabIndex={0} aria-label="看图">
      <div class="tabs" role="group" aria-label="材料">
        {sheets.map((s) => (
          <Tab key={s.page.key} s={s} on={s.page.key === sheet?.page.key}
            seen={props.seen.has(s.page.key)} onPick={() => props.onSheet(s)} />
        ))}
      </div>
      <div class="tools" role="group" aria-label="看图工具">
        <Button hint="0" onClick={() => hand.current?.fit()}>整页</Button>
        <button type="button" onClick={() => hand.current?.zoom(1.5)} aria-label="放大">+</button>
        <button type="button" onClick={() => hand.current?.zoom(1 / 1.5)} aria-label="缩小">−</button>
        <Button hint="T" onClick={() => hand.current?.turn()}>转</Button>
        <Button hint="E" aria-pressed={boxesOn} onClick={() => setBoxesOn(!boxesOn)}>框</Button>
        <Button hint="U" aria-pressed={ruler} disabled={!sheet?.page.dpi} onClick={() => setRuler(!ruler)}>毫米尺</Button>
        <Button hint="C" aria-pressed={second !== null} onClick={compareWith}>并排</Button>
        <Button hint="L" aria-pressed={loupe} disabled={!sheet?.page.tiles} onClick={() => setLoupe(!loupe)}>放大镜</Button>
        <Button hint="F" aria-pressed={full} onClick={() => setFull(!full)}>{full ? "还原" : "占满"}</Button>
      </div>
      <div class={`sheets ${other ? "two" : ""}`}>
        {sheet ? (
          <PageViewer page={sheet.page} label={sheet.title} reveal={props.reveal}
            boxes={boxesOn ? boxesOf(review, sheet, finding) : NO_BOXES} target={target} overlays={overlays} ruler={ruler}
            loupe={loupe && sheet.page.tiles !== null} hand={(h) => (hand.current = h)} onShown={() => props.onShown(sheet)} {...(other ? { link } : {})} />
        ) : (
          <p class="empty">没有可看的页面。文件打不开时，请看右边的疑点。</p>
        )}
        {offered.length > 0 && (
          <div class="laid" role="group" aria-label="叠加图">
            <Key name="O" />
            {offered.map((o) => (
              <button key={o.name} type="button" aria-pressed={overlays.has(o.name)} onClick={() => toggle(o.name)}>{o.label}</button>
            ))}
            <small role="status">{offered.filter((o) => overlays.has(o.name)).map((o) => o.legend).filter(Boolean).join("；")}</small>
          </div>
        )}
        {other && (
          <div class="other">
            <select aria-label="并排的材料" value={other.page.key} onChange={(e) => setSecond(e.currentTarget.value)}>
              {sheets.map((s) => <option key={s.page.key} value={s.page.key}>{s.title}</option>)}
            </select>
            <PageViewer page={other.page} label={other.title} reveal={props.reveal} link={link}
              boxes={boxesOn ? boxesOf(review, other, finding) : NO_BOXES} target={null} overlays={overlays} ruler={ruler} />
          </div>
        )}
      </div>
    </section>
  );
}

const NO_BOXES: Numbered[] = [];

function boxesOf(review: Looked, s: Sheet, current: Finding | null): Numbered[] {
  return review.findings
    .filter((f) => f.slot === s.slot && f.page === s.page.page)
    .flatMap((f) => f.boxes.map((box) => ({ number: f.number, severity: f.severity, box, current: f.id === current?.id })));
}

function Tab({ s, on, seen, onPick }: { s: Sheet; on: boolean; seen: boolean; onPick: () => void }) {
  const weight = s.worst ? SEVERITY[s.worst] : null;
  return (
    <button type="button" class={`tab ${s.worst}`} aria-pressed={on} onClick={onPick}>
      {s.page.page === 1 && <Key name={String(s.index + 1)} />}
      {s.title}
      {weight && <b aria-label={weight.word}> {weight.mark}</b>}
      {s.changed && <span class="fresh">新</span>}
      <small>{seen ? "已看" : "未看"}</small>
    </button>
  );
}
