// SPDX-License-Identifier: GPL-3.0-or-later
//
// checklist - what a person checks on the papers, line by line
//
// Where the machine has an opinion it stands beside the line; the answer is a
// person's all the same. Lines that only the applicant keeps want no answer.

import type { CheckAnswer, PaperCheck } from "../shared/types";
import { Button } from "../shared/ui";
import { SLOT, moment } from "../shared/words";

const ANSWER: Record<Exclude<CheckAnswer, "">, { mark: string; word: string; css: string; hint: string }> = {
  ok: { mark: "✓", word: "合格", css: "good", hint: "Y" },
  bad: { mark: "✗", word: "不合格", css: "bad", hint: "X" },
  not_needed: { mark: "—", word: "不适用", css: "soft", hint: "W" },
};

const MACHINE: Record<string, { mark: string; word: string; css: string }> = {
  ok: { mark: "✓", word: "机器：合格", css: "good" },
  fail: { mark: "✗", word: "机器：不合格", css: "bad" },
  cannot_tell: { mark: "⚠", word: "机器不能判断", css: "weight look" },
};

interface Props {
  checks: PaperCheck[];
  current: string;
  mayCheck: boolean;
  onCurrent: (c: PaperCheck) => void;
  onAnswer: (c: PaperCheck, answer: CheckAnswer) => void;
}

export function Checklist(props: Props) {
  const lines = props.checks.filter((c) => c.kind !== "told");
  const told = props.checks.filter((c) => c.kind === "told");
  const left = lines.filter((c) => c.wanted && c.answer === "").length;
  return (
    <>
      <h2>核对清单<span class="counts">{left > 0 ? `还有 ${left} 项` : "都核对了"}</span></h2>
      <ol>{lines.map((c) => <Line key={c.id} {...props} check={c} />)}</ol>
      {told.length > 0 && (
        <details>
          <summary>申请人应知道的（不用核对，{told.length} 条）</summary>
          <ul>{told.map((c) => <li key={c.id}><span class="soft mono">{c.id}</span> {c.zh}</li>)}</ul>
        </details>
      )}
    </>
  );
}

function Line({ check: c, current, mayCheck, onCurrent, onAnswer }: Props & { check: PaperCheck }) {
  const isCurrent = c.id === current;
  const machine = MACHINE[c.machine];
  const answer = c.answer === "" ? null : ANSWER[c.answer];
  return (
    <li class={isCurrent ? "current" : ""} aria-current={isCurrent ? "true" : undefined}>
      <button type="button" class="say" onClick={() => onCurrent(c)}>
        <span class={`tick ${answer?.css ?? ""}`} aria-hidden="true">{answer?.mark ?? "○"}</span>
        <span>
          <span class="head">
            <span class="soft mono">{c.id}</span>
            {c.slot && <span class="soft">{SLOT[c.slot] ?? c.slot}</span>}
            {machine && <span class={machine.css}><span aria-hidden="true">{machine.mark} </span>{machine.word}</span>}
            <span class="spoken">{answer ? answer.word : "还没有核对"}</span>
          </span>
          <span class="words">{c.zh}</span>
        </span>
      </button>
      {isCurrent && c.seed_zh && <p class="advice"><b>须知</b> {c.seed_zh}</p>}
      {answer && (
        <p class="mark">
          <b class={answer.css}>{answer.mark} {answer.word}</b>{c.note && `：${c.note}`}
          <small>　{c.by} {moment(c.at)}</small>
        </p>
      )}
      {mayCheck && isCurrent && (
        <p class="buttons">
          {(["ok", "bad", "not_needed"] as const).map((a) => (
            <Button key={a} hint={ANSWER[a].hint} aria-pressed={c.answer === a} onClick={() => onAnswer(c, a)}>{ANSWER[a].word}</Button>
          ))}
        </p>
      )}
    </li>
  );
}
