// SPDX-License-Identifier: GPL-3.0-or-later
//
// queue - what waits for a person
//
// The list is asked for again when the service tells of a change. Rows keep
// their places while one of them has the focus or the pointer, also those that
// are gone: a click never meets another row than the one that was aimed at.

import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../shared/api";
import { useCommands } from "../shared/keys";
import type { Queue, QueueItem } from "../shared/types";
import { Button, Key, Weight, say, sayError } from "../shared/ui";
import { moment, remaining } from "../shared/words";
import { listen } from "./live";
import { prefetch } from "./prefetch";
import { addressOf, go } from "./route";
import { ScanDialog } from "./scan";
import { may, session } from "./session";

export const VIEWS = [
  { view: "clean", label: "干净" },
  { view: "flagged", label: "有疑点" },
  { view: "returned_again", label: "重提交" },
  { view: "second", label: "待复核" },
  { view: "mine", label: "我领的" },
  { view: "near_deadline", label: "将超时" },
  { view: "waiting", label: "等申请人" },
  { view: "paper", label: "纸质" },
  { view: "failed", label: "处理失败" },
  { view: "all", label: "全部" },
] as const;

const RELOAD_MS = 10_000;
const SETTLE_MS = 400;

const PAGE = 50;
const MOST = 200; /* that are asked for at once */

/** The new items in the places of the old ones; what is new goes to the end. */
export function inOldPlaces(old: QueueItem[], fresh: QueueItem[]): QueueItem[] {
  const byId = new Map(fresh.map((i) => [i.id, i]));
  const known = new Set(old.map((i) => i.id));
  return [...old.map((i) => byId.get(i.id) ?? { ...i, gone: true as const }), ...fresh.filter((i) => !known.has(i.id))];
}

function useQueue(view: string, q: string) {
  const [queue, setQueue] = useState<Queue | null>(null);
  const held = useRef(false);
  const asked = useRef(0);
  const shown = useRef(0); // how many have been fetched, page by page
  const load = async (after?: string) => {
    const mine = ++asked.current;
    // What is searched for may be in any view.
    const query = new URLSearchParams({ view: q ? "all" : view, ...(q && { q }), ...(after && { after }) });
    const isLong = !after && shown.current > MOST; // then only the counts are renewed
    if (!after) query.set("limit", String(Math.min(MOST, Math.max(PAGE, shown.current))));
    try {
      const { data } = await call<Queue>(`/queue?${query}`);
      if (mine !== asked.current) return;
      setQueue((old) => {
        if (isLong && old) return { ...old, views: data.views };
        const items = after ? [...(old?.items ?? []), ...data.items]
          : held.current && old ? inOldPlaces(old.items, data.items) : data.items;
        shown.current = items.length;
        return { ...data, items };
      });
    } catch (e) {
      if (mine === asked.current && !document.hidden) sayError(e);
    }
  };
  useEffect(() => {
    setQueue(null);
    shown.current = 0;
    void load();
    let soon = 0;
    const reload = () => {
      clearTimeout(soon);
      soon = window.setTimeout(() => document.hidden || load(), SETTLE_MS);
    };
    const stop = listen(reload);
    const timer = setInterval(reload, RELOAD_MS);
    return () => {
      stop();
      clearInterval(timer);
      clearTimeout(soon);
    };
  }, [view, q]);
  const hold = (on: boolean) => {
    held.current = on;
    if (!on) setQueue((old) => old && { ...old, items: old.items.filter((i) => !i.gone) });
  };
  return { queue, load, hold };
}

let lastView = "clean";

export async function claim(id?: string): Promise<string | null> {
  if (id) {
    await call(`/applications/${id}/lease`, { method: "POST", json: {} });
    return id;
  }
  const a = await call<{ id: string } | null>("/queue/claim", { method: "POST", json: { view: lastView } });
  return a.data?.id ?? null;
}

export function QueuePage() {
  const [view, setViewNow] = useState(lastView);
  const [q, setQ] = useState("");
  const [at, setAt] = useState(0);
  const { queue, load, hold } = useQueue(view, q);
  const search = useRef<HTMLInputElement>(null);
  const [scanning, setScanning] = useState(false);
  const items = queue?.items ?? [];
  const setView = (v: string) => {
    lastView = v;
    setAt(0);
    setViewNow(v);
  };
  const count = (v: string) => queue?.views.find((each) => each.view === v)?.count;

  useEffect(() => {
    document.title = `(${count(view) ?? items.length}) 队列 · 印审台`;
    const next = items.find((i) => !i.owner);
    if (next) void prefetch(next.id);
  }, [queue]);

  const claimNext = async () => {
    try {
      const id = await claim();
      if (id) go(addressOf(id));
      else say("这个视图里没有可领的件。");
    } catch (e) {
      sayError(e);
    }
  };
  // What came by mail is opened where it is checked.
  const part = view === "paper" && !q ? "paper" : "";
  const open = (item: QueueItem | undefined) => item && go(addressOf(item.id, part));
  const step = (by: number) => {
    const next = Math.max(0, Math.min(items.length - 1, at + by));
    setAt(next);
    document.getElementById(`row-${next}`)?.querySelector("a")?.focus();
  };
  useCommands("队列", [
    ...(may("queue_claim") ? [{ key: "Enter", name: "领下一件（系统派件）", run: claimNext, decides: true }] : []),
    ...(may("paper_scan") ? [{ key: "p", name: "扫描纸质件", run: () => setScanning(true) }] : []),
    { key: "j", name: "下一行", run: () => step(1) },
    { key: "k", name: "上一行", run: () => step(-1) },
    { key: "o", name: "打开这一行", run: () => open(items[at]) },
    { key: "/", name: "搜索", run: () => search.current?.focus() },
    ...VIEWS.map((v, i) => ({ key: String((i + 1) % 10), name: `视图：${v.label}`, run: () => setView(v.view) })),
  ]);

  return (
    <main class="queue" id="main" tabIndex={-1}>
      <h1 class="spoken">审核队列</h1>
      <div class="bar">
        <div class="views" role="group" aria-label="视图">
          {VIEWS.map((v, i) => (
            <button key={v.view} type="button" aria-pressed={view === v.view} onClick={() => setView(v.view)}>
              <Key name={String((i + 1) % 10)} />
              {v.label} <b>{count(v.view) ?? "–"}</b>
            </button>
          ))}
        </div>
      </div>
      <div class="bar">
        {may("queue_claim") && (
          <Button hint="Enter" class="main" onClick={claimNext}>领下一件</Button>
        )}
        {may("paper_scan") && <Button hint="P" onClick={() => setScanning(true)}>扫描纸质件</Button>}
        <label class="search">
          <span class="spoken">搜索</span>
          <Key name="/" />
          <input ref={search} type="search" placeholder="订单号、信用代码后 6 位、单位名" value={q}
            onInput={(e) => !(e as InputEvent).isComposing && setQ(e.currentTarget.value.trim())}
            onCompositionEnd={(e) => setQ(e.currentTarget.value.trim())}
            onKeyDown={(e) => e.key === "Escape" && e.currentTarget.blur()} />
        </label>
        <small>派件次序：申请人已补正的在前，其余按截止时间，最早的先派。</small>
      </div>
      <div class="sheet" onMouseEnter={() => hold(true)} onMouseLeave={() => hold(false)}
        onFocusCapture={() => hold(true)} onBlurCapture={() => hold(false)}>
        <table>
          <caption class="spoken">{VIEWS.find((v) => v.view === view)?.label}</caption>
          <thead>
            <tr>
              <th scope="col">订单号</th>
              <th scope="col">单位名称</th>
              <th scope="col">疑点（最重的在前）</th>
              <th scope="col">件型</th>
              <th scope="col">第几次</th>
              <th scope="col">提交时间</th>
              <th scope="col">剩余时限</th>
              <th scope="col">状态</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item, i) => (
              <Row key={item.id} item={item} index={i} isAt={i === at} to={addressOf(item.id, part)} />
            ))}
          </tbody>
        </table>
        {queue && items.length === 0 && <Empty q={q} />}
        {!queue && <p class="empty">正在取队列…</p>}
        {queue?.next && (
          <p class="more">
            <button type="button" onClick={() => load(queue.next!)}>再取一页</button>
          </p>
        )}
      </div>
      <p class="legend">
        <Weight of="block" /> 通过前须有人判定　<Weight of="look" /> 决定前须标记　<Weight of="info" /> 仅供参考
        <span>不提供批量通过：每一件都由人看过再定。</span>
      </p>
      {scanning && <ScanDialog onClose={() => setScanning(false)} />}
    </main>
  );
}

function Row({ item, index, isAt, to }: { item: QueueItem; index: number; isAt: boolean; to: string }) {
  const left = remaining(item.due_at);
  const mine = item.owner?.user === session.get()?.user;
  return (
    <tr id={`row-${index}`} class={`${isAt ? "at" : ""} ${item.gone ? "gone" : ""}`}>
      <td class="mono">
        <a href={`#/${to}`} aria-current={isAt ? "true" : undefined}>{item.order_no}</a>
      </td>
      <td class="name">{item.org_name}</td>
      <td class="worst"><Worst item={item} /></td>
      <td>{item.kind}</td>
      <td class="number">{item.round}</td>
      <td class="number">{moment(item.submitted_at)}</td>
      <td class={`number ${left.late ? "bad" : left.near ? "weight look" : ""}`}>
        {(left.late || left.near) && <span aria-hidden="true">⚠ </span>}
        {left.words}
      </td>
      <td>{item.gone ? "已不在这里" : item.owner ? <><b>{mine ? "我" : item.owner.name}</b> 处理中{item.owner.since && <small> {moment(item.owner.since).slice(-5)} 起</small>}</> : item.state}</td>
    </tr>
  );
}

function Worst({ item }: { item: QueueItem }) {
  if (item.verdict === null) return <span class="soft">还在处理</span>;
  const of = item.block > 0 ? "block" : item.look > 0 ? "look" : item.info > 0 ? "info" : null;
  if (!of) return <span>无</span>;
  const n = item.block + item.look + item.info;
  return (
    <>
      <Weight of={of} short /> {item.worst}
      {n > 1 && <span class="soft"> 共 {n} 条</span>}
    </>
  );
}

function Empty({ q }: { q: string }) {
  return <p class="empty">{q ? `没有找到“${q}”。` : "这里没有件。有新件时会自动出现。"}</p>;
}
