// SPDX-License-Identifier: GPL-3.0-or-later
//
// seals - each seal close up: where it came from, what was cut out, how good

import { useEffect, useState } from "preact/hooks";
import { call, newKey } from "../shared/api";
import { painted, useCommands } from "../shared/keys";
import type { Box, Seal, SealVersion, Seals } from "../shared/types";
import { Button, say, sayError } from "../shared/ui";
import { INK, ROLE, SHAPE, SLOT, moment, percent } from "../shared/words";
import { addressOf, go } from "./route";
import { Recut, type Cut } from "./recut";
import { SameStamp } from "./same_stamp";
import { heightOf, leanOf, magnify } from "./seal_source";
import { may } from "./session";

const GROUNDS = ["checker", "white", "black"] as const;
const GROUND = { checker: "棋盘底", white: "白底", black: "黑底" };
type Look = "source" | "mask" | "both";

export function SealPage({ id, of }: { id: string; of: string }) {
  const [all, setAll] = useState<Seals | null>(null);
  const [etag, setEtag] = useState("");
  const [at, setAt] = useState(0);
  const load = () =>
    call<Seals>(`/applications/${id}/seals${of && `?of=${of}`}`).then((a) => {
      setAll(a.data);
      setEtag(a.etag || a.data.etag);
    }, sayError);
  useEffect(() => void load(), [id]);
  useEffect(() => {
    if (!all) return;
    // What is produced is cut from the paper's sheet: that is what one came for.
    if (of) setAt(Math.max(0, all.seals.findIndex((s) => s.slot === "seal_sheet")));
    painted();
    document.title = `${all.order_no} 印章 · 印审台`;
  }, [all === null]);
  const back = addressOf(id, of ? "paper" : "");
  const other = addressOf(id, of ? "seals" : "seals/paper");
  const seals = all?.seals ?? [];
  const seal = seals[at];
  useCommands("印章", [
    { key: "j", name: "下一枚", run: () => setAt(Math.min(seals.length - 1, at + 1)) },
    { key: "k", name: "上一枚", run: () => setAt(Math.max(0, at - 1)) },
    { key: "u", name: of ? "上传件的印章" : "纸质件的印章", run: () => all?.has_paper && go(other) },
    { key: "Escape", name: of ? "回纸质页" : "回申请页", run: () => go(back) },
  ]);
  if (!all) return <main class="empty" id="main" tabIndex={-1}><p>正在取印章…</p></main>;

  const isReady = all.export_ready && seals.some((s) => s.production !== null);
  const exportAll = async () => {
    try {
      const a = await call<{ url: string }>(`/applications/${id}/exports`, { method: "POST", json: {}, key: newKey() });
      location.assign(a.data.url);
      say("已开始下载。链接只能用一次，下载已记入审计。");
    } catch (e) {
      sayError(e);
    }
  };
  return (
    <main class="seals" id="main" tabIndex={-1}>
      <header class="case">
        <h1>{all.org_name}：{of ? "纸质件上的印章" : "上传件上的印章"}</h1>
        <p><span class="mono">{all.order_no}</span>{!of && <span>制章稿只从纸质件的扫描中定</span>}</p>
        <p class="end">
          {may("seal_export") && (
            <button type="button" disabled={!isReady} onClick={exportAll}
              title={isReady ? "" : all.export_why || "纸质审核通过并定稿后才能导出"}>
              导出制章文件
            </button>
          )}
          {all.has_paper && <Button hint="U" onClick={() => go(other)}>{of ? "上传件的印章" : "纸质件的印章"}</Button>}
          <Button hint="Esc" onClick={() => go(back)}>{of ? "回纸质页" : "回申请页"}</Button>
        </p>
      </header>
      <div class="columns">
        <nav class="stamps" data-region tabIndex={0} aria-label="各枚印章">
          <ol>
            {seals.map((s, i) => (
              <li key={s.id}>
                <button type="button" aria-pressed={i === at} onClick={() => setAt(i)}>
                  {s.image && <img src={s.image} alt="" />}
                  <span>
                    <b>{ROLE[s.role] ?? s.role}</b>
                    <small>{SLOT[s.slot] ?? s.slot_title}　{INK[s.ink] ?? s.ink}</small>
                  </span>
                </button>
              </li>
            ))}
          </ol>
          {seals.length === 0 && <p class="none">没有找到印章。</p>}
        </nav>
        {seal && <SealOf key={seal.id} application={id} seal={seal} etag={etag} onChanged={load} />}
        <SameStamp all={all} at={seal?.id ?? ""} />
      </div>
    </main>
  );
}

function SealOf({ application, seal, etag, onChanged }: { application: string; seal: Seal; etag: string; onChanged: () => void }) {
  const newest = seal.versions[seal.versions.length - 1];
  const [version, setVersion] = useState<SealVersion | undefined>(newest);
  const [look, setLook] = useState<Look>("source");
  const [ground, setGround] = useState(0);
  const [editing, setEditing] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => setVersion(newest), [seal.versions.length]);
  const image = version?.image ?? seal.image;
  const mayEdit = may("seal_edit") && seal.source !== null;

  const save = async (cut: Cut) => {
    setBusy(true);
    try {
      await call(`/applications/${application}/seals/${seal.id}/versions`, { method: "POST", etag, key: newKey(), json: cut });
      setEditing(false);
      say("已存为新版本；自动的结果仍然保留。");
      onChanged();
    } catch (e) {
      sayError(e);
    }
    setBusy(false);
  };
  /** The first person proposes a version, the second approves it. */
  const tell = async (what: "proposal" | "production", done: string) => {
    if (!version) return;
    try {
      await call(`/applications/${application}/seals/${seal.id}/${what}`, {
        method: "POST", etag, key: newKey(), json: { version: version.version },
      });
      say(done);
      onChanged();
    } catch (e) {
      sayError(e);
    }
  };
  const propose = () => tell("proposal", `第 ${version?.version} 版已提出，等另一人定稿。`);
  const produce = () => tell("production", `第 ${version?.version} 版已定为制章稿。`);
  useCommands("这枚印章", [
    { key: "1", name: "原图", run: () => setLook("source") },
    { key: "2", name: "印迹（机器认作印油的地方）", run: () => setLook("mask") },
    { key: "3", name: "叠加", run: () => setLook("both") },
    { key: "m", name: "换底：棋盘、白、黑", run: () => setGround((ground + 1) % GROUNDS.length) },
    ...(mayEdit ? [{ key: "e", name: "手工修整：重框、旋转、阈值", run: () => setEditing(!editing) }] : []),
    ...(version?.may_propose ? [{ key: "q", name: "提出这一版（第一人）", decides: true, run: () => void propose() }] : []),
    ...(version?.may_approve ? [{ key: "p", name: "定为制章稿（第二人）", decides: true, run: () => void produce() }] : []),
  ]);
  const name = ROLE[seal.role] ?? seal.role;

  return (
    <>
      <section class="source" data-region tabIndex={0} aria-label="原图">
        <h2>
          {SLOT[seal.slot] ?? seal.slot_title}第 {seal.page} 页
          <span class="tools" role="group" aria-label="看什么">
            {(["source", "mask", "both"] as const).map((l, i) => (
              <Button key={l} hint={String(i + 1)} aria-pressed={look === l} onClick={() => setLook(l)}>{["原图", "印迹", "叠加"][i]}</Button>
            ))}
            {mayEdit && <Button hint="E" aria-pressed={editing} onClick={() => setEditing(!editing)}>修整</Button>}
          </span>
        </h2>
        {editing && seal.source && version ? (
          <Recut seal={seal} from={version} busy={busy} onSave={save} onClose={() => setEditing(false)} />
        ) : (
          <div class={`stack ${look}`}>
            {seal.source && <img class="under" src={seal.source} alt={`${name}所在的原图`} />}
            {version && look !== "source" && <img class="over" src={version.mask} alt="提取出的印迹，按原图的位置" />}
          </div>
        )}
      </section>
      <section class="cut" data-region tabIndex={0} aria-label="提取结果">
        <h2>
          提取结果
          <span class="tools" role="group" aria-label="底色">
            {GROUNDS.map((g, i) => (
              <button key={g} type="button" aria-pressed={ground === i} onClick={() => setGround(i)}>{GROUND[g]}</button>
            ))}
          </span>
        </h2>
        <div class={`ground ${GROUNDS[ground]}`}>
          {image ? <img src={image} alt={`提取的${name}，${GROUND[GROUNDS[ground]!]}`} /> : <p>没有提取出图像。</p>}
        </div>
        <Versions seal={seal} version={version} onPick={setVersion} />
        {version && (
          <p class="buttons">
            {version.may_propose && <Button hint="Q" onClick={propose}>提出第 {version.version} 版</Button>}
            {version.may_approve && <Button hint="P" class="main" onClick={produce}>把第 {version.version} 版定为制章稿</Button>}
            {!version.may_propose && !version.may_approve && version.why && <small>{version.why}</small>}
          </p>
        )}
      </section>
      <section class="score" data-region tabIndex={0} aria-label="质量与判据">
        <h2>{name}　<small>{SHAPE[seal.shape] ?? seal.shape}，{INK[seal.ink] ?? seal.ink}</small></h2>
        <dl>
          {seal.size_mm && <div><dt>大小</dt><dd>{seal.size_mm.map((mm) => mm.toFixed(1)).join(" × ")} mm</dd></div>}
          <div><dt>转角</dt><dd>{seal.rotation.toFixed(1)}°</dd></div>
          {seal.parts.map((p) => <Part key={p.name} part={p} />)}
          <div>
            <dt>印文</dt>
            <dd>{seal.text?.value || "未读出"} {seal.text && <small>{percent(seal.text.confidence)}</small>}</dd>
          </div>
          {seal.line_text?.value && (
            <div><dt>横排字</dt><dd>{seal.line_text.value} <small>{percent(seal.line_text.confidence)}</small></dd></div>
          )}
        </dl>
      </section>
      <Digits seal={seal} version={version} />
    </>
  );
}

function Part({ part }: { part: Seal["parts"][number] }) {
  return (
    <div>
      <dt>{part.label}</dt>
      <dd>
        {part.value !== null && <meter min={0} max={1} value={part.value} aria-label={part.label}>{part.text}</meter>}
        {part.text}
        {part.good !== null && (part.good
          ? <span class="good"> <span aria-hidden="true">✓</span><span class="spoken">合格</span></span>
          : <span class="weight look"> <span aria-hidden="true">⚠</span> 请看</span>)}
      </dd>
    </div>
  );
}

/** Each digit twice: as it is on the paper, and as it was cut out. */
function Digits({ seal, version }: { seal: Seal; version: SealVersion | undefined }) {
  const digits = seal.number?.digits ?? [];
  const weakest = Math.min(...digits.map((d) => d.confidence));
  return (
    <section class="numbered" data-region tabIndex={0} aria-label="编号逐位">
      <h2>
        编号　<span class="mono">{seal.number?.value ?? "没有读出"}</span>
        {digits.length > 0 && <small>上：原图　下：提取结果{weakest < SURE && "　粗框：最没有把握的一位"}</small>}
      </h2>
      {digits.length > 0 && (
        <ol class="digits">
          {digits.map((d, i) => (
            <li key={i} class={d.confidence === weakest && weakest < SURE ? "weak" : ""}>
              {seal.source && <Magnified seal={seal} part={d.box} all={digits.map((each) => each.box)} name={`第 ${i + 1} 位，原图`} />}
              {version && <span class="cell" role="img" aria-label={`第 ${i + 1} 位，提取结果`}
                style={{ backgroundImage: `url(${version.digits})`, backgroundPosition: `${(100 * i) / Math.max(1, digits.length - 1)}% 0`, backgroundSize: `${100 * digits.length}% 100%` }} />}
              <b>{d.char || "?"}</b>
              <small>{percent(d.confidence)}</small>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const SURE = 0.9;

function Magnified({ seal, part, all, name }: { seal: Seal; part: Box; all: Box[]; name: string }) {
  const m = magnify(seal.source_box, part, heightOf(all));
  return (
    <span class="magnified">
      <span style={{ transform: `rotate(${-leanOf(seal, part)}deg)` }}>
        <img src={seal.source!} alt={name} style={m} />
      </span>
    </span>
  );
}

function Versions({ seal, version, onPick }: { seal: Seal; version: SealVersion | undefined; onPick: (v: SealVersion) => void }) {
  return (
    <ol class="versions" aria-label="版本">
      {seal.versions.map((v) => (
        <li key={v.version}>
          <button type="button" aria-pressed={v.version === version?.version} onClick={() => onPick(v)}>
            第 {v.version} 版　{v.by} {v.at && moment(v.at)}
            {v.proposed && <small>　{v.proposed.by} 提出</small>}
            {seal.production?.version === v.version && <b class="good">　✓ 制章稿（{seal.production.by}）</b>}
            {v.note && <small>　{v.note}</small>}
          </button>
        </li>
      ))}
    </ol>
  );
}
