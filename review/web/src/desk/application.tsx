// SPDX-License-Identifier: GPL-3.0-or-later
//
// application - one application on one screen: compare, look, findings, decide

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Problem, call } from "../shared/api";
import { painted, useCommands } from "../shared/keys";
import { useEvery, useStore } from "../shared/store";
import type { Box, CompareRow, Finding, Mark, Review } from "../shared/types";
import { AskText, Button, Dialog, say, sayError } from "../shared/ui";
import { VERDICT, moment, remaining } from "../shared/words";
import { CompareStrip, Stated } from "./compare";
import { Decided, DecisionBar, isHeld } from "./decide";
import { last, undone } from "./decided";
import { FindingList } from "./findings";
import { journalLength, sendMark, withMarks } from "./journal";
import { listen } from "./live";
import { Look, sheetsOf, type Sheet } from "./look";
import { prefetch, takePrefetched } from "./prefetch";
import { claim } from "./queue";
import { addressOf, go } from "./route";
import { NextEvents, SecondPerson } from "./second";
import { may, session } from "./session";
import { UndoBar } from "./undo";

const HEARTBEAT_MS = 60_000;
const SEEN_MS = 400;

function useReview(id: string) {
  const [review, setReview] = useState<Review | null>(() => takePrefetched(id));
  const [fresh, setFresh] = useState<Review | null>(null);
  const [lost, setLost] = useState("");
  const [reveal, setReveal] = useState(false);
  const taken = useStore(undone);
  const etag = useRef(review?.etag ?? "");
  const shown = useRef(review);
  shown.current = review;
  const asked = useRef(0);

  const take = (r: Review) => {
    etag.current = r.etag;
    setFresh(null);
    setReview(withMarks(r));
    // What somebody else has ended is nothing to take back any more.
    const mine = last.get();
    if (mine?.application === r.id && mine.id !== r.decision?.id) last.set(null);
  };
  const load = async (whole = reveal) => {
    const mine = ++asked.current;
    try {
      const a = await call<Review>(`/applications/${id}/review${whole ? "?reveal=1" : ""}`);
      if (mine !== asked.current) return; // a later answer is on its way
      const r = { ...a.data, etag: a.etag || a.data.etag };
      // Another revision is not put under the eyes of somebody who is reading.
      if (shown.current && shown.current.revision !== r.revision) setFresh(r);
      else take(r);
    } catch (e) {
      if (e instanceof Problem && e.status === 404) setLost(e.detail || e.title);
      else sayError(e);
    }
  };
  useEffect(() => {
    void load();
    return listen((t) => t.id === id && load());
  }, [id, taken]);
  return {
    review, fresh, lost, reveal, etag, load, setReview,
    takeFresh: () => fresh && take(fresh),
    revealAll: async () => { await load(true); setReveal(true); },
  };
}

export function ApplicationPage({ id }: { id: string }) {
  const { review, fresh, lost, reveal, etag, load, setReview, takeFresh, revealAll } = useReview(id);
  const sheets = useMemo(() => (review ? sheetsOf(review) : []), [review]);
  const [key, setKey] = useState("");
  const [current, setCurrent] = useState<string | null>(null);
  const [target, setTarget] = useState<Box | null>(null);
  const [seen, setSeen] = useState<Set<string>>(new Set());
  const [side, setSide] = useState<"" | "history" | "changes" | "take" | "note">("");
  const sheet = sheets.find((s) => s.page.key === key) ?? sheets[0];
  const finding = review?.findings.find((f) => f.id === current) ?? null;
  const ready = review !== null;

  useEffect(() => {
    if (!review) return;
    document.title = `${review.order_no} ${review.org_name} · 印审台`;
    painted();
    if (review.next) void prefetch(review.next);
  }, [ready]);
  useEffect(() => {
    if (!review) return;
    setSeen((s) => new Set([...s, ...sheets.filter((each) => each.page.seen).map((each) => each.page.key)]));
  }, [review]);

  const mine = review?.lease?.mine ?? false;
  const who = session.get()?.user;
  const decided = review && !isHeld(review) ? review.decision : null;
  const mayMark = mine && may("mark") && !decided && !fresh;
  const why = !review ? "" : fresh ? "内容已更新，请先换到新的修订。"
    : decided ? "已有决定。" : !may("decide") ? "您的角色只能查看。"
    : !review.may.decide && review.may.why ? review.may.why
    : !review.lease ? "还没有人领取，按 Enter 领取后再办。" : !mine ? `${review.lease.name} 正在处理，这里只能看。` : "";
  const hasPaper = review !== null && isPaid(review);
  const mayClaim = review !== null && !review.lease && !decided && may("queue_claim") && (review.may.decide || !review.may.why);

  const beat = () => call(`/applications/${id}/lease`, { method: "POST", json: {} }).catch((e) => {
    if (e instanceof Problem && e.status === 409) say(e.detail || "此件已由他人接手。", true);
    void load();
  });
  useEvery(mine ? HEARTBEAT_MS : 0, beat, [mine, id]);
  const claimThis = async () => {
    try {
      await claim(id);
      await load();
    } catch (e) {
      sayError(e);
    }
  };
  useCommands("本件", [
    ...(mayClaim ? [{ key: "Enter", name: "领取这一件", run: claimThis, once: true }] : []),
    ...(hasPaper ? [{ key: "p", name: "纸质材料", run: () => go(addressOf(id, "paper")) }] : []),
    { key: "s", name: "印章页", run: () => go(addressOf(id, "seals")) },
    { key: "d", name: "与上次提交的差异", run: () => setSide("changes") },
    { key: "i", name: "经过", run: () => setSide("history") },
    ...(may("reveal") ? [{ key: "v", name: "显示证件全号（留痕）", run: () => void revealAll() }] : []),
    { key: "Escape", name: "回队列", quiet: true, run: () => go("queue") },
  ]);

  if (lost) return <main class="empty" id="main" tabIndex={-1}><p>{lost}</p><p><a href="#/queue">回队列</a></p></main>;
  if (!review) return <main class="empty" id="main" tabIndex={-1}><p>正在取这一件…</p></main>;

  const see = (s: Sheet, box: Box | null = null) => {
    setKey(s.page.key);
    setTarget(box ? ([...box] as Box) : null);
  };
  const shown = (s: Sheet) => {
    performance.mark("evidence");
    setTimeout(() => {
      setSeen((old) => new Set(old).add(s.page.key));
      if (!s.page.seen && mine)
        call<{ etag?: string } | null>(`/applications/${id}/seen`, { method: "POST", json: { slot: s.slot, page: s.page.page, ms: SEEN_MS } })
          .then((a) => takeEtag(a.etag || a.data?.etag))
          .catch(() => undefined); // the next look at the page tells again
    }, SEEN_MS);
  };
  const takeEtag = (e?: string) => {
    if (e) etag.current = e;
  };
  const pick = (f: Finding) => {
    setCurrent(f.id);
    const s = sheets.find((each) => each.slot === f.slot && each.page.page === (f.page ?? 1));
    if (s) see(s, f.boxes[0] ?? null);
  };
  const mark = (f: Finding, m: Mark | null) => {
    const by = session.get()?.name ?? "";
    const set = { ...review, findings: review.findings.map((each) =>
      each.id === f.id ? { ...each, mark: m && { ...m, by, at: new Date().toISOString() } } : each) };
    setReview(set);
    void sendMark(id, f.id, m).then((e) => {
      takeEtag(e);
      if (journalLength.get() === 0) void load();
    });
    const next = set.findings.find((each) => !each.mark && each.severity !== "info");
    if (m && next) pick(next);
  };
  const showRow = (row: CompareRow) => {
    const s = sheets.find((each) => each.slot === row.slot && each.page.page === row.page);
    if (s) see(s, row.box);
  };
  const unseen = sheets.filter((s) => !seen.has(s.page.key));
  const nextCase = async () => {
    try {
      const next = await claim();
      if (next && next !== id) go(addressOf(next));
      else go("queue");
    } catch (e) {
      go("queue");
      sayError(e); // there, where it is seen
    }
  };

  return (
    <main class="application" id="main" tabIndex={-1}>
      <CaseHeader review={review} who={who ?? ""} onClaim={mayClaim ? claimThis : null}
        onSide={setSide} />
      {fresh && (
        <p class="banner" role="alert">
          <b><span aria-hidden="true">⚠ </span>申请人更新了内容，现在是修订 {fresh.revision}；您看的是修订 {review.revision}。</b>
          {fresh.changes.length > 0 && <span>{fresh.changes.map((c) => `${c.label}${c.what}`).join("；")}</span>}
          <button type="button" onClick={takeFresh}>换到修订 {fresh.revision}</button>
        </p>
      )}
      {review.state.includes("撤") && <p class="banner" role="alert"><b>申请人已撤回。</b></p>}
      <div class="columns">
        <aside class="left" data-region tabIndex={0} aria-label="比对">
          <h2>比对</h2>
          <CompareStrip fields={review.compare} documents={review.documents} reveal={reveal} onShow={showRow} onReveal={may("reveal") ? () => void revealAll() : undefined} />
          <Stated of={review.stated} />
        </aside>
        <Look review={review} sheets={sheets} sheet={sheet} finding={finding} target={target} seen={seen} reveal={reveal}
          onSheet={(s) => see(s)} onShown={shown} />
        <aside class="right" data-region tabIndex={0} aria-label="疑点">
          <FindingList findings={review.findings} current={current} mayMark={mayMark} onCurrent={pick} onMark={mark} />
          <Decided review={review} />
          <SecondPerson review={review} onDone={() => void load()} />
          <NextEvents review={review} onDone={() => void load()} />
          {review.gone.length > 0 && (
            <details>
              <summary>上次退回的，这次没有再出现（{review.gone.length}）</summary>
              <ul>{review.gone.map((g) => <li key={g.rule}><span aria-hidden="true" class="good">✓ </span>{g.zh}</li>)}</ul>
            </details>
          )}
        </aside>
      </div>
      <UndoBar />
      <DecisionBar review={review} etag={() => etag.current} unseen={unseen.map((s) => s.title)} mayDecide={mine && why === ""} why={why}
        onUnseen={() => unseen[0] && see(unseen[0])}
        onDone={() => void load()} onStale={() => void load().then(takeFresh)} onNext={nextCase} />
      {side === "history" && <History review={review} onClose={() => setSide("")} />}
      {side === "changes" && <Changes review={review} onClose={() => setSide("")} />}
      {side === "take" && (
        <AskText title={`接手：${review.lease?.name ?? ""} 正在处理`} label="接手的理由（对方会看到）" wanted go="接手" onClose={() => setSide("")}
          onGo={(reason) => {
            setSide("");
            call(`/applications/${id}/lease`, { method: "POST", json: { take_over: true, reason } }).then(() => load(), sayError);
          }} />
      )}
    </main>
  );
}

/** From the payment on the originals may come. */
const isPaid = (review: Review) => ["正在受理", "制证完成", "已发放"].includes(review.public_state);

function CaseHeader(props: {
  review: Review;
  who: string;
  onClaim: (() => void) | null;
  onSide: (s: "history" | "changes" | "take") => void;
}) {
  const { review, onClaim, onSide } = props;
  const left = remaining(review.due_at);
  const verdict = review.verdict ?? "";
  return (
    <header class="case">
      <h1>{review.org_name}</h1>
      <p>
        <span class="mono">{review.order_no}</span>
        <span>{review.kind}</span>
        <span>第 {review.revision} 次提交</span>
        {review.public_state !== "正在审核" && <span>{review.public_state}</span>}
        <span class={left.late ? "bad" : ""}>{left.late || left.near ? "⚠ " : ""}剩余 {left.words}</span>
      </p>
      <p class="end">
        <span class={`verdict ${verdict}`}>机器：{VERDICT[verdict] ?? "还在处理"}</span>
        {review.lease && (
          <span class="lease">{review.lease.mine ? `我在处理，至 ${moment(review.lease.expires_at).slice(-5)}` : `${review.lease.name} 正在处理${review.lease.reason ? `（接手：${review.lease.reason}）` : ""}`}</span>
        )}
        {review.lease && !review.lease.mine && may("lease_take_over") && (
          <button type="button" onClick={() => onSide("take")}>接手</button>
        )}
        {onClaim && <Button hint="Enter" class="main" onClick={onClaim}>领取</Button>}
        {isPaid(review) && <Button hint="P" onClick={() => go(addressOf(review.id, "paper"))}>纸质</Button>}
        {review.revision > 1 && <Button hint="D" onClick={() => onSide("changes")}>差异 {review.changes.length}</Button>}
        <Button hint="I" onClick={() => onSide("history")}>经过</Button>
        <Button hint="S" onClick={() => go(addressOf(review.id, "seals"))}>印章</Button>
      </p>
    </header>
  );
}

function History({ review, onClose }: { review: Review; onClose: () => void }) {
  return (
    <Dialog title="经过" onClose={onClose}>
      <ol class="history">
        {review.history.map((h, i) => (
          <li key={i}><span class="mono">{moment(h.at)}</span><b>{h.who}</b><span>{h.zh}</span></li>
        ))}
      </ol>
      {review.history.length === 0 && <p>还没有记录。</p>}
      <footer><Button hint="Esc" onClick={onClose}>关闭</Button></footer>
    </Dialog>
  );
}

/** What the applicant changed, and what the machine says of it now. */
function Changes({ review, onClose }: { review: Review; onClose: () => void }) {
  const fresh = review.findings.filter((f) => f.new);
  return (
    <Dialog title="与上次提交的差异" wide onClose={onClose}>
      <div class="difference" tabIndex={0} role="group" aria-label="差异">
        {review.revision < 2 && <p>这是第一次提交。</p>}
        {review.revision > 1 && review.changes.length === 0 && <p>材料和填写的内容都没有变。</p>}
        <ul class="changes">
          {review.changes.map((c, i) => (
            <li key={i}>
              <b>{c.label}</b> {c.what}
              {(c.before || c.after) && (
                <div class="sides">
                  {[["上次", c.before], ["这次", c.after]].map(([word, url]) => (
                    <figure key={word}>
                      {url ? <img src={url} alt={`${word}的${c.label}`} loading="lazy" /> : <p class="none">没有</p>}
                      <figcaption>{word}</figcaption>
                    </figure>
                  ))}
                </div>
              )}
            </li>
          ))}
        </ul>
        {review.gone.length + fresh.length > 0 && <h3>疑点</h3>}
        <ul class="changes">
          {review.gone.map((g) => <li key={g.rule}><span class="good"><span aria-hidden="true">✓ </span>不再出现</span> {g.zh}</li>)}
          {review.revision > 1 && fresh.map((f) => <li key={f.id}><span class="weight look"><span aria-hidden="true">⚠ </span>新出现</span> {f.zh}</li>)}
        </ul>
      </div>
      <footer><Button hint="Esc" onClick={onClose}>关闭</Button></footer>
    </Dialog>
  );
}
