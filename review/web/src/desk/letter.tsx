// SPDX-License-Identifier: GPL-3.0-or-later
//
// letter - what a returned applicant will read, and may be changed before
//
// It begins with the findings that a person confirmed, all of them at once.
// What a person adds may name its rule: that is what the machine has missed.

import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../shared/api";
import { Cutting } from "../shared/cutting";
import type { Letter, LetterItem, LetterRule } from "../shared/types";
import { Button, Dialog, sayError } from "../shared/ui";
import { SLOT, SLOT_FULL } from "../shared/words";

export function LetterDialog(props: {
  application: string;
  onSend: (letter: Letter, note: string) => void;
  onClose: () => void;
}) {
  const [letter, setLetter] = useState<Letter | null>(null);
  const [note, setNote] = useState("");
  useEffect(() => {
    call<Letter>(`/applications/${props.application}/letter`)
      .then((a) => setLetter(a.data))
      .catch((e) => {
        sayError(e);
        props.onClose();
      });
  }, []);
  const ready = letter !== null && letter.items.length > 0 && letter.items.every((i) => i.text.trim() !== "");
  const send = () => ready && props.onSend(letter, note.trim());
  const change = (at: number, to: Partial<LetterItem>) =>
    setLetter((l) => l && { ...l, items: l.items.map((i, n) => (n === at ? { ...i, ...to } : i)) });
  const drop = (at: number) => setLetter((l) => l && { ...l, items: l.items.filter((_, n) => n !== at) });
  const add = () =>
    setLetter((l) => l && {
      ...l,
      items: [...l.items, { finding: null, slot: "application_form", title: SLOT["application_form"]!, text: "", advice: "", picture: null }],
    });

  return (
    <Dialog title="退回预览：申请人将看到的通知" wide onClose={props.onClose} onGo={send}>
      {!letter && <p>正在写通知…</p>}
      {letter && (
        <article class="letter">
          <p>{letter.intro}</p>
          {letter.items.length === 0 && <p class="wrong">还没有内容：请先把疑点标为“成立”，或在下面写一条。</p>}
          <ol>
            {letter.items.map((i, n) => (
              <li key={i.finding ?? `own-${n}`}>
                <ItemOf item={i} n={n} rules={letter.rules ?? []} onChange={(to) => change(n, to)} onDrop={() => drop(n)} />
              </li>
            ))}
          </ol>
          <p>
            <button type="button" onClick={add}>再写一条</button>
          </p>
          <label class="field">
            <span>结尾</span>
            <textarea rows={2} value={letter.closing}
              onInput={(e) => setLetter({ ...letter, closing: e.currentTarget.value })} />
          </label>
          <label class="field">
            <span>内部备注（申请人看不到）</span>
            <textarea rows={1} value={note} onInput={(e) => setNote(e.currentTarget.value)} />
          </label>
        </article>
      )}
      <footer>
        <Button hint="Ctrl+Enter" class="main" disabled={!ready} onClick={send}>退回，发出通知</Button>
        <Button hint="Esc" onClick={props.onClose}>返回</Button>
        <small>文案改动与原模板一并留痕；60 秒内可撤销。{letter?.deadline && `请申请人在${letter.deadline}前补正。`}</small>
      </footer>
    </Dialog>
  );
}

interface ItemProps {
  item: LetterItem;
  n: number;
  rules: LetterRule[];
  onChange: (to: Partial<LetterItem>) => void;
  onDrop: () => void;
}

function ItemOf(props: ItemProps) {
  const { item, n } = props;
  return (
    <fieldset>
      <legend>{n + 1}. {item.finding ? item.title : <OwnCause {...props} />}</legend>
      <button type="button" class="drop" onClick={props.onDrop}>不写这一条</button>
      <div class="texts">
        <label class="field">
          <span>哪里不对</span>
          <textarea rows={2} value={item.text} onInput={(e) => props.onChange({ text: e.currentTarget.value })} />
        </label>
        <label class="field">
          <span>怎么改</span>
          <textarea rows={2} value={item.advice} onInput={(e) => props.onChange({ advice: e.currentTarget.value })} />
        </label>
      </div>
      <Evidence item={item} n={n} />
    </fieldset>
  );
}

/** Which paper, and which rule it breaks; the rule's words fill what is empty. */
function OwnCause({ item, rules, onChange }: ItemProps) {
  const paper = useRef<HTMLSelectElement>(null);
  useEffect(() => paper.current?.focus(), []); // it was asked for just now
  const offered = rules.filter((r) => r.slot === null || r.slot === item.slot);
  const toPaper = (slot: string) => onChange({
    slot, title: SLOT[slot] ?? "",
    ...(rules.some((r) => r.rule === item.rule && r.slot === null) ? {} : { rule: "" }),
  });
  const toRule = (id: string) => {
    const r = rules.find((each) => each.rule === id);
    const advice = r?.advice.replaceAll("{document}", SLOT_FULL[item.slot ?? ""] ?? "") ?? "";
    onChange({ rule: id, text: item.text || (r ? `${r.zh}。` : ""), advice: item.advice || advice });
  };
  return (
    <>
      <select ref={paper} aria-label="材料" value={item.slot ?? ""} onChange={(e) => toPaper(e.currentTarget.value)}>
        {Object.entries(SLOT_FULL).map(([slot, title]) => <option key={slot} value={slot}>{title}</option>)}
      </select>{" "}
      <select aria-label="哪一类问题（机器没有提出的，计入漏报）" value={item.rule ?? ""} onChange={(e) => toRule(e.currentTarget.value)}>
        <option value="">不属于哪一类</option>
        {offered.map((r) => <option key={r.rule} value={r.rule}>{r.zh}（{r.rule}）</option>)}
      </select>
    </>
  );
}

/** As the applicant will see it. */
function Evidence({ item, n }: { item: LetterItem; n: number }) {
  const alt = `第 ${n + 1} 条所指之处`;
  const cuts = (item.pictures ?? []).filter((p) => p.box && p.url && p.scale);
  if (cuts.length === 0) return item.picture ? <img src={item.picture} alt={alt} /> : null;
  return <>{cuts.map((p, i) => <Cutting key={i} src={p.url!} box={p.box!} scale={p.scale!} alt={alt} />)}</>;
}
