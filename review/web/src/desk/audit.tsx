// SPDX-License-Identifier: GPL-3.0-or-later
//
// audit - who did what, and whether the record is whole
//
// The rows hang together by a chain of keyed hashes. A head that was noted
// elsewhere earlier also shows whether rows are missing at the end.

import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api";
import type { AuditRow, Chain } from "../shared/types";
import { sayError } from "../shared/ui";
import { ACT, moment } from "../shared/words";

const PATIENCE_MS = 300; /* while somebody types */
const NOTHING = { who: "", action: "", object: "", from: "", to: "" };
type Filter = typeof NOTHING;

const queryOf = (f: Filter, after: string) =>
  new URLSearchParams(Object.entries({ ...f, after }).filter(([, value]) => value !== ""));

function useRows(filter: Filter) {
  const [rows, setRows] = useState<AuditRow[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const load = (after: string, isWanted = () => true) =>
    call<{ items: AuditRow[]; next: string | null }>(`/audit?${queryOf(filter, after)}`).then(({ data }) => {
      if (!isWanted()) return;
      setRows((old) => (after ? [...(old ?? []), ...data.items] : data.items));
      setNext(data.next);
    }, sayError);
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => void load("", () => wanted), PATIENCE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [filter]);
  return { rows, more: next === null ? null : () => void load(next) };
}

/** An applicant is known by his application only. */
const nameOf = ({ who, object }: AuditRow) => (who === "" ? "系统" : who === "applicant" || who === object ? "申请人" : who);

export function AuditPage() {
  const [filter, setFilter] = useState(NOTHING);
  const { rows, more } = useRows(filter);
  useEffect(() => void (document.title = "审计 · 印审台"), []);
  const set = (part: Partial<Filter>) => setFilter((f) => ({ ...f, ...part }));
  const isFiltered = Object.values(filter).some((v) => v !== "");
  return (
    <main class="audit" id="main" tabIndex={-1}>
      <header class="case">
        <h1>审计</h1>
        <Verify />
      </header>
      <form class="bar" role="search" aria-label="筛选审计记录" onSubmit={(e) => e.preventDefault()}>
        <label>用户名 <input class="short" value={filter.who} onInput={(e) => set({ who: e.currentTarget.value.trim() })} /></label>
        <label>动作{" "}
          <select value={filter.action} onChange={(e) => set({ action: e.currentTarget.value })}>
            <option value="">全部</option>
            {Object.entries(ACT).map(([action, zh]) => <option key={action} value={action}>{zh}</option>)}
          </select>
        </label>
        <label>对象编号 <input class="mono" value={filter.object} onInput={(e) => set({ object: e.currentTarget.value.trim() })} /></label>
        <label>从 <input type="date" value={filter.from} max={filter.to} onChange={(e) => set({ from: e.currentTarget.value })} /></label>
        <label>到 <input type="date" value={filter.to} min={filter.from} onChange={(e) => set({ to: e.currentTarget.value })} /></label>
        {isFiltered && <button type="button" onClick={() => setFilter(NOTHING)}>清除条件</button>}
      </form>
      <div class="sheet" data-region tabIndex={0} role="region" aria-label="审计记录">
        <table>
          <thead>
            <tr><th scope="col">序号</th><th scope="col">时间</th><th scope="col">谁</th><th scope="col">做了什么</th><th scope="col">对象</th><th scope="col">说明</th></tr>
          </thead>
          <tbody>
            {rows?.map((r) => (
              <tr key={r.seq}>
                <td class="number">{r.seq}</td>
                <td class="number">{moment(r.at)}</td>
                <td>{nameOf(r)}</td>
                <td>{ACT[r.action] ?? r.action}</td>
                <td>
                  {r.object && <button type="button" class="plain mono link" title="只看这个对象" onClick={() => set({ object: r.object })}>{r.object}</button>}
                </td>
                <td class="detail">{r.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows?.length === 0 && <p class="empty">{isFiltered ? "没有符合条件的记录。" : "还没有记录。"}</p>}
        {!rows && <p class="empty">正在取记录…</p>}
        {more && <p class="more"><button type="button" onClick={more}>再取一页</button></p>}
      </div>
      <p class="legend">记录里只有编号，没有个人信息；最新的在最前。</p>
    </main>
  );
}

const brokenOf = ({ what, first_bad }: Chain) =>
  what.includes("head") ? "以前抄下的末端不在记录里：末尾的记录少了，或被改过。" : `从第 ${first_bad} 条起不可信：与前一条接不上。`;

function Verify() {
  const [known, setKnown] = useState("");
  const [chain, setChain] = useState<Chain | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    try {
      const head = known.trim();
      setChain((await call<Chain>(`/audit/verify${head && `?head=${encodeURIComponent(head)}`}`)).data);
    } catch (e) {
      sayError(e);
    }
    setBusy(false);
  };
  return (
    <>
      <p class="end">
        <label>以前抄下的末端 <input class="mono" value={known} placeholder="序号:校验码，可不填" onInput={(e) => setKnown(e.currentTarget.value)} /></label>
        <button type="button" class="main" disabled={busy} onClick={verify}>{busy ? "正在核验…" : "核验审计链"}</button>
      </p>
      {chain && (
        <p class={`chain ${chain.whole ? "whole" : "broken"}`} role="status">
          {chain.whole ? (
            <b class="good"><span aria-hidden="true">✓ </span>{chain.rows} 条记录，链完整。</b>
          ) : (
            <b class="bad" title={chain.what}><span aria-hidden="true">✗ </span>{brokenOf(chain)}</b>
          )}
          <small>末端 <code class="mono">{chain.head}</code>（请抄存到别处，下次核验时填入）</small>
        </p>
      )}
    </>
  );
}
