// SPDX-License-Identifier: GPL-3.0-or-later
//
// status - where the application stands, in the six words of the notice

import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api";
import { Cutting } from "../shared/cutting";
import type { Application, Letter, LetterItem } from "../shared/types";
import { OwnPicture, sayError } from "../shared/ui";
import { moment } from "../shared/words";

const WAY = ["正在审核", "资料审核通过", "正在受理", "制证完成", "已发放"];
const FAILED = "资料审核失败";

const NEXT: Record<string, string> = {
  正在审核: "工作人员正在看您的材料，请等结果。不用重复提交。",
  资料审核失败: "有需要修改的地方，请看下面的通知，改好后只重传要改的材料。",
  资料审核通过: "请按订单完成付款，并把材料原件寄到受理点；信封左上角写订单编号。",
  正在受理: "原件已收到或在等原件，工作人员正在受理。",
  制证完成: "证书已经制作完成，等待发放。",
  已发放: "证书已经发放，请查收。",
};

export function StatusSteps({ of }: { of: Application }) {
  const now = of.public_state;
  const way = now === FAILED ? ["正在审核", FAILED] : WAY;
  const at = way.indexOf(now);
  if (at < 0) return null;
  const when = (s: string) => of.timeline.filter((t) => t.public_state === s).pop()?.at;
  return (
    <section class="progress" aria-label="办理进度">
      <ol>
        {way.map((s, i) => (
          <li key={s} class={`${i < at ? "past" : i === at ? "now" : ""} ${s === FAILED ? "failed" : ""}`} aria-current={i === at ? "step" : undefined}>
            <span aria-hidden="true">{s === FAILED ? "✗" : i < at ? "✓" : i + 1}</span>
            <b>{s}</b>
            {i <= at && when(s) && <small>{moment(when(s))}</small>}
            {i < at && <span class="spoken">已完成</span>}
          </li>
        ))}
      </ol>
      <p>{NEXT[now]}</p>
    </section>
  );
}

/** What no check of papers can tell: the applicant keeps it in mind. */
export function Reminders({ of }: { of: NonNullable<Application["reminders"]> }) {
  if (of.length === 0) return null;
  return (
    <details class="reminders">
      <summary>办理时请留意（{of.length} 条）</summary>
      <ul>{of.map((r) => <li key={r.id}>{r.zh}</li>)}</ul>
    </details>
  );
}

const PAPER = {
  awaiting: { title: "请寄送材料原件", css: "" },
  lacking: { title: "纸质材料不合格，请补寄", css: "lacking" },
  approved: { title: "纸质材料已审核通过", css: "good" },
} as const;

export function PaperState({ of }: { of: NonNullable<Application["paper"]> }) {
  const { title, css } = PAPER[of.state];
  return (
    <section class={`paper ${css}`} aria-labelledby="paper-title">
      <h2 id="paper-title">{title}</h2>
      {of.items.length > 0 && (
        <ol>{of.items.map((i, n) => <li key={i.id}><b>{n + 1}. {i.title || i.zh}</b><p>{i.note || i.zh}</p></li>)}</ol>
      )}
    </section>
  );
}

export function ReturnLetter({ id }: { id: string }) {
  const [letter, setLetter] = useState<Letter | null>(null);
  useEffect(() => void call<Letter>(`/applications/${id}/letter`).then((a) => setLetter(a.data), sayError), [id]);
  if (!letter) return <p class="soft">正在取通知…</p>;
  return (
    <section class="letter" aria-labelledby="letter-title">
      <h2 id="letter-title">{letter.title || "退回修改通知"}</h2>
      {letter.to && <p>{letter.to}：</p>}
      <p>{letter.intro}</p>
      <ol>
        {letter.items.map((i, n) => (
          <li key={n}>
            <h3>{n + 1}. {i.title}</h3>
            <p>{i.text}</p>
            {i.advice && <p><b>怎么改：</b>{i.advice}</p>}
            <Evidence item={i} n={n} />
          </li>
        ))}
      </ol>
      <p>{letter.closing}</p>
      {letter.deadline && <p>请在 <b>{letter.deadline}</b> 前补正。</p>}
    </section>
  );
}

/** The places that are meant, cut out and framed; else the whole page. */
function Evidence({ item, n }: { item: LetterItem; n: number }) {
  const alt = `第 ${n + 1} 条所指的地方`;
  const cuts = (item.pictures ?? []).filter((p) => p.box && p.url && p.scale);
  if (cuts.length === 0) return item.picture ? <OwnPicture src={item.picture} alt={alt} /> : null;
  return <>{cuts.map((p, i) => <Cutting key={i} src={p.url!} box={p.box!} scale={p.scale!} alt={alt} own />)}</>;
}
