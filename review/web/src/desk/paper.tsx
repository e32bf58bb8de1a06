// SPDX-License-Identifier: GPL-3.0-or-later
//
// paper - the originals that came by mail: scanned, compared, checked, approved
//
// Left the checklist, in the middle the scans, right what is here and whether
// the stamps on paper are those of the uploads.

import { useEffect, useMemo, useState } from "preact/hooks";
import { Problem, call, newKey } from "../shared/api";
import { painted, useCommands } from "../shared/keys";
import { useEvery } from "../shared/store";
import type { Box, CheckAnswer, Finding, Paper, PaperCheck, PaperPair, Scan } from "../shared/types";
import { AskText, Button, Weight, say, sayError } from "../shared/ui";
import { SLOT, bytes, moment, percent } from "../shared/words";
import { Checklist } from "./checklist";
import { listen } from "./live";
import { Look, sheetsOf, type Sheet } from "./look";
import { addressOf, go } from "./route";
import { SAME } from "./same_stamp";
import { SCANS, sendScan } from "./scan";
import { may } from "./session";

const WAITING_MS = 3000;

const STATUS: Record<Paper["status"], string> = {
  none: "还没有扫描件", measuring: "正在检查扫描件…", done: "扫描件已检查", failed: "检查没有完成，请人工看",
};

export function PaperPage({ id }: { id: string }) {
  const [paper, setPaper] = useState<Paper | null>(null);
  const [lost, setLost] = useState("");
  const load = () =>
    call<Paper>(`/applications/${id}/paper`).then(
      (a) => setPaper({ ...a.data, etag: a.etag || a.data.etag }),
      (e: unknown) => (e instanceof Problem && e.status === 404 ? setLost(e.detail || e.title) : sayError(e)),
    );
  useEffect(() => {
    void load();
    return listen((t) => t.id === id && void load());
  }, [id]);
  useEvery(paper?.status === "measuring" ? WAITING_MS : 0, () => void load(), [paper?.status]);
  if (lost) return <main class="empty" id="main" tabIndex={-1}><p>{lost}</p><p><a href="#/queue">回队列</a></p></main>;
  if (!paper) return <main class="empty" id="main" tabIndex={-1}><p>正在取纸质材料…</p></main>;
  return <PaperOf paper={paper} load={load} />;
}

function PaperOf({ paper, load }: { paper: Paper; load: () => Promise<void> }) {
  const { id } = paper;
  const sheets = useMemo(() => sheetsOf(paper), [paper]);
  const [key, setKey] = useState("");
  const [target, setTarget] = useState<Box | null>(null);
  const [finding, setFinding] = useState<Finding | null>(null);
  const [seen, setSeen] = useState<Set<string>>(new Set());
  const lines = paper.checks.filter((c) => c.kind !== "told");
  const [at, setAt] = useState(lines.find((c) => c.wanted && c.answer === "")?.id ?? lines[0]?.id ?? "");
  const [bad, setBad] = useState<PaperCheck | null>(null);
  const sheet = sheets.find((s) => s.page.key === key) ?? sheets[0];
  const check = lines.find((c) => c.id === at);
  const mayCheck = paper.may.check;
  useEffect(() => {
    document.title = `${paper.order_no} 纸质 · 印审台`;
    painted();
  }, []);

  const see = (slot: string | null, page: number | null, box: Box | null) => {
    const s = sheets.find((each) => each.slot === slot && each.page.page === (page ?? 1));
    if (s) setKey(s.page.key);
    setTarget(box && ([...box] as Box));
  };
  const pick = (f: Finding) => {
    setFinding(f);
    see(f.slot, f.page, f.boxes[0] ?? null);
  };
  const pickCheck = (c: PaperCheck) => {
    setAt(c.id);
    const f = paper.findings.find((each) => c.findings.includes(each.id));
    if (f) pick(f);
    else if (c.slot) see(c.slot, 1, null);
  };
  const answer = async (c: PaperCheck, to: CheckAnswer, note = "") => {
    if (to === "bad" && note === "") return setBad(c);
    setBad(null);
    try {
      await call(`/applications/${id}/paper/checks/${c.id}`, { method: "PUT", json: { answer: to, note } });
      const next = lines.find((each) => each.id !== c.id && each.wanted && each.answer === "");
      if (next) pickCheck(next);
      await load();
    } catch (e) {
      sayError(e);
    }
  };
  const step = (by: number) => {
    const next = lines[Math.max(0, Math.min(lines.length - 1, lines.findIndex((c) => c.id === at) + by))];
    if (next) pickCheck(next);
  };
  useCommands("核对清单", [
    { key: "j", name: "下一项", run: () => step(1) },
    { key: "k", name: "上一项", run: () => step(-1) },
    ...(mayCheck ? ([["y", "合格", "ok"], ["x", "不合格（写原因）", "bad"], ["w", "不适用", "not_needed"]] as const)
      .map(([k, name, to]) => ({ key: k, name, decides: true, run: () => check && void answer(check, to) })) : []),
  ]);
  useCommands("本件", [
    { key: "s", name: "纸质件上的印章", run: () => go(addressOf(id, "seals/paper")) },
    { key: "Escape", name: "回申请页", run: () => go(addressOf(id)) },
  ]);

  return (
    <main class="application paper" id="main" tabIndex={-1}>
      <header class="case">
        <h1>{paper.org_name}：纸质材料</h1>
        <p>
          <span class="mono">{paper.order_no}</span>
          <span>{paper.public_state}</span>
          <span role="status">{STATUS[paper.status]}</span>
        </p>
        <p class="end">
          <Button hint="S" onClick={() => go(addressOf(id, "seals/paper"))}>印章</Button>
          <Button hint="Esc" onClick={() => go(addressOf(id))}>回申请页</Button>
        </p>
      </header>
      <div class="columns">
        <aside class="left checks" data-region tabIndex={0} aria-label="核对清单">
          <Checklist checks={paper.checks} current={at} mayCheck={mayCheck} onCurrent={pickCheck} onAnswer={(c, to) => void answer(c, to)} />
        </aside>
        <Look review={paper} sheets={sheets} sheet={sheet} finding={finding} target={target} seen={seen} reveal={false}
          onSheet={(s: Sheet) => { setKey(s.page.key); setTarget(null); }}
          onShown={(s: Sheet) => setSeen((old) => new Set(old).add(s.page.key))} />
        <aside class="right" data-region tabIndex={0} aria-label="扫描件与比对">
          <Scans paper={paper} sheets={sheets} onDone={() => void load()} />
          <Pairs of={paper.pairs} />
          <PaperFindings of={paper.findings} current={finding?.id ?? ""} onPick={pick} />
        </aside>
      </div>
      <PaperDecision paper={paper} load={load} />
      {bad && (
        <AskText title={`${bad.id} 不合格`} label="哪里不合格（申请人会看到）" help={bad.zh} wanted go="记下"
          onGo={(note) => void answer(bad, "bad", note)} onClose={() => setBad(null)} />
      )}
    </main>
  );
}

function Scans({ paper, sheets, onDone }: { paper: Paper; sheets: Sheet[]; onDone: () => void }) {
  const [sending, setSending] = useState("");
  const mayScan = paper.may.check && may("paper_scan");
  const send = async (slot: string, file: File | undefined) => {
    if (!file) return;
    setSending(slot);
    try {
      await sendScan(paper.id, slot, file);
      say(`${SLOT[slot] ?? slot}已送入，正在检查。`);
      onDone();
    } catch (e) {
      sayError(e);
    }
    setSending("");
  };
  const here = paper.scans.filter((s) => s.id !== null).length;
  const lowDpi = (s: Scan) => sheets.some((each) => each.slot === s.slot && each.page.dpi_enough === false);
  return (
    <section class="scans">
      <h2>扫描件<span class="counts">到 {here} / {paper.scans.filter((s) => s.required).length}</span></h2>
      <ul>
        {paper.scans.map((s) => (
          <li key={s.slot}>
            <span class={s.id ? "good" : "soft"} aria-hidden="true">{s.id ? "✓" : "○"}</span>
            <span>
              <b>{SLOT[s.slot] ?? s.title}</b>
              <small>
                {s.id ? ` ${s.by ?? ""} ${moment(s.at)}，${bytes(s.size ?? 0)}${s.found_by === "read" ? "，编号由机器读出" : ""}`
                  : s.required ? " 还没有到" : " 副锁不需要"}
              </small>
              {lowDpi(s) && <small class="weight look"> ⚠ 不足 600 dpi</small>}
            </span>
            {mayScan && (
              <label class={`file ${sending ? "off" : ""}`}>
                <input type="file" accept={SCANS} disabled={sending !== ""}
                  onChange={(e) => { void send(s.slot, e.currentTarget.files?.[0]); e.currentTarget.value = ""; }} />
                {sending === s.slot ? "正在送…" : s.id ? "重扫" : "送入"}<span class="spoken">：{SLOT[s.slot] ?? s.title}</span>
              </label>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Pairs({ of }: { of: PaperPair[] }) {
  return (
    <section class="paper-pairs">
      <h2>纸上的章与上传的章</h2>
      {of.length === 0 && <p class="none">还没有可比的印章。</p>}
      <ul>
        {of.map((p) => (
          <li key={`${p.a.seal}-${p.b.seal}`}>
            <span class="pair">
              {[p.a, p.b].map((side, i) => (
                <figure key={side.seal}>
                  {side.image ? <img src={side.image} alt={`${i === 0 ? "纸质" : "上传"}${SLOT[side.slot] ?? side.title}上的印章`} /> : <p>无图</p>}
                  <figcaption>{i === 0 ? "纸质" : "上传"}{SLOT[side.slot] ?? side.title}</figcaption>
                </figure>
              ))}
            </span>
            <span class={SAME[p.same].css}><span aria-hidden="true">{SAME[p.same].mark} </span>{SAME[p.same].word}<small> {percent(p.similarity)}</small></span>
            {p.same_impression === true && <small class="weight look">⚠ 像是同一次盖的印迹：纸质件可能是打印的，请看原件</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function PaperFindings({ of, current, onPick }: { of: Finding[]; current: string; onPick: (f: Finding) => void }) {
  return (
    <section>
      <h2>机器在纸质件上看到的<span class="counts">{of.length}</span></h2>
      {of.length === 0 && <p class="none">没有疑点。</p>}
      <ol>
        {of.map((f) => (
          <li key={f.id} class={`${f.severity} ${f.id === current ? "current" : ""}`}>
            <button type="button" class="say" onClick={() => onPick(f)}>
              <span class="no" aria-hidden="true">{f.number}</span>
              <span>
                <span class="head"><Weight of={f.severity} /><span class="soft">{f.slot ? SLOT[f.slot] : "整件"}</span><span class="soft mono">{f.rule}</span></span>
                <span class="words">{f.zh}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function PaperDecision({ paper, load }: { paper: Paper; load: () => Promise<void> }) {
  const [armed, setArmed] = useState(false);
  const [asking, setAsking] = useState(false);
  const allowed = paper.may;
  const decide = async (action: "pass" | "deficient", note: string) => {
    setArmed(false);
    setAsking(false);
    try {
      await call(`/applications/${paper.id}/paper/decision`, { method: "POST", etag: paper.etag, key: newKey(), json: { action, note } });
      say(action === "pass" ? "纸质材料已审核通过。" : "已记为不合格，申请人会看到缺什么。");
    } catch (e) {
      sayError(e);
    }
    await load();
  };
  const asks = (hinder: string, run: () => void) => () => (allowed.why || hinder ? say(allowed.why || hinder, true) : run());
  const arm = asks(allowed.pass, () => setArmed(true));
  const ask = asks(allowed.deficient, () => setAsking(true));
  useCommands("决定", [
    { key: "a", name: "纸质合格（再按 Enter 确定）", decides: true, run: arm },
    { key: "r", name: "纸质不合格（写说明）", decides: true, run: ask },
  ]);
  useCommands("确定", armed ? [
    { key: "Enter", name: "确定", decides: true, quiet: true, run: () => void decide("pass", "") },
    { key: "Escape", name: "取消", quiet: true, run: () => setArmed(false) },
  ] : []);
  return (
    <footer class="decide" data-region tabIndex={0} aria-label="决定">
      {armed ? (
        <div class="armed" role="alert">
          <b>{paper.order_no} 的纸质材料合格，可以制章</b>
          <Button hint="Enter" class="main" onClick={() => void decide("pass", "")}>确定</Button>
          <Button hint="Esc" onClick={() => setArmed(false)}>取消</Button>
        </div>
      ) : (
        <div class="choices">
          <Button hint="A" class="main" aria-disabled={allowed.why + allowed.pass !== ""} onClick={arm}>纸质合格</Button>
          <Button hint="R" aria-disabled={allowed.why + allowed.deficient !== ""} onClick={ask}>不合格</Button>
          <p class="missing">
            {allowed.why || allowed.pass || "都核对了，请决定。"}
          </p>
        </div>
      )}
      {asking && (
        <AskText title="纸质材料不合格" label="给申请人的说明" help="清单里标为不合格的各项会一起告诉申请人。" go="记为不合格"
          onGo={(note) => void decide("deficient", note)} onClose={() => setAsking(false)} />
      )}
    </footer>
  );
}
