// SPDX-License-Identifier: GPL-3.0-or-later
//
// settings - thresholds: a draft, what it would change, and publishing it
//
// The draft is replayed over the measurements that are kept; nothing is
// measured again. Another person publishes what one has drafted.

import { useEffect, useState } from "preact/hooks";
import { call, newKey } from "../shared/api";
import { useCommands } from "../shared/keys";
import type { Replay, Rulesets, Setting } from "../shared/types";
import { Button, say, sayError } from "../shared/ui";
import { VERDICT, moment } from "../shared/words";
import { addressOf } from "./route";
import { may } from "./session";

export function SettingsPage() {
  const [rules, setRules] = useState<Rulesets | null>(null);
  const [values, setValues] = useState<Record<string, number>>({});
  const [replay, setReplay] = useState<Replay | null>(null);
  const [find, setFind] = useState("");
  const [busy, setBusy] = useState("");
  const load = () =>
    call<Rulesets>("/rulesets").then(({ data }) => {
      setRules(data);
      setValues(Object.fromEntries(data.settings.flatMap((s) => (s.draft === null ? [] : [[s.name, s.draft]]))));
    }, sayError);
  useEffect(() => {
    document.title = "设置 · 印审台";
    void load();
  }, []);

  const changed = Object.keys(values);
  const isRight = (rules?.settings ?? []).every((s) => isInside(s, values[s.name] ?? s.value));
  const ready = busy === "" && changed.length > 0 && isRight;
  const during = (what: string, run: () => Promise<unknown>) => async () => {
    setBusy(what);
    try {
      await run();
    } catch (e) {
      sayError(e);
    }
    setBusy("");
  };
  const keep = () => call("/rulesets/draft", { method: "POST", json: { values } });
  const save = during("save", async () => {
    await keep();
    say("草稿已存。");
    await load();
  });
  const run = during("replay", async () => {
    if (may("rules_draft")) {
      await keep();
      await load();
    }
    setReplay((await call<Replay>("/rulesets/draft/replay")).data);
  });
  const publish = during("publish", async () => {
    await call("/rulesets/publish", { method: "POST", json: {}, key: newKey() });
    say("已发布。以前的申请仍指向当时的规则。");
    setReplay(null);
    await load();
  });
  const back = during("rollback", async () => {
    await call("/rulesets/rollback", { method: "POST", json: {}, key: newKey() });
    say("已回到上一版规则。");
    await load();
  });
  useCommands("设置", [{ key: "alt+r", name: "回放草稿", inText: true, run: () => void (ready && run()) }]);

  const set = (s: Setting, to: number) =>
    setValues(({ [s.name]: _, ...rest }) => (to === s.value || !Number.isFinite(to) ? rest : { ...rest, [s.name]: to }));
  const shown = (rules?.settings ?? []).filter((s) => `${s.name}${s.label}${s.help}`.includes(find.trim()));
  return (
    <main class="settings" id="main" tabIndex={-1}>
      <header class="case">
        <h1>设置：判定的阈值</h1>
        {rules && (
          <p>
            <span>生效：{rules.current.version > 0 ? `第 ${rules.current.version} 版` : "出厂设置"}</span>
            {rules.current.published_at && <span>{rules.current.by} {moment(rules.current.published_at)} 发布</span>}
            <span>{rules.draft ? `草稿：${rules.draft.by} ${moment(rules.draft.at)}` : "没有草稿"}</span>
          </p>
        )}
        <p class="end">
          {may("rules_draft") && <button type="button" disabled={!ready} onClick={save}>存草稿</button>}
          <Button hint="Alt+R" class="main" disabled={!ready} onClick={run}>
            {busy === "replay" ? "正在回放…" : "回放"}
          </Button>
          {may("rules_publish") && <button type="button" disabled={busy !== "" || !rules?.draft} onClick={publish}>发布（须由另一人）</button>}
          {may("rules_publish") && <button type="button" disabled={busy !== "" || !rules?.may_roll_back} onClick={back}>回到上一版</button>}
        </p>
      </header>
      <div class="columns">
        <section data-region tabIndex={0} aria-label="阈值">
          <label class="field"><span class="spoken">查找阈值</span>
            <input type="search" placeholder="查找阈值" value={find} onInput={(e) => setFind(e.currentTarget.value)} />
          </label>
          <ul class="thresholds">
            {shown.map((s) => (
              <SettingOf key={s.name} of={s} value={values[s.name] ?? s.value} onSet={(to) => set(s, to)} />
            ))}
          </ul>
        </section>
        <section data-region tabIndex={0} aria-label="回放" aria-live="polite">
          {replay ? <ReplayOf of={replay} /> : (
            <p class="none">改动左边的阈值，再按“回放”：用已存的测量重新判定，看会改变什么。只重判，不重新测量。</p>
          )}
        </section>
      </div>
    </main>
  );
}

const isInside = (s: Setting, value: number) => value >= s.min && value <= s.max;

function SettingOf({ of: s, value, onSet }: { of: Setting; value: number; onSet: (to: number) => void }) {
  // As it is typed: "0." is on its way to a number.
  const [text, setText] = useState(String(value));
  useEffect(() => {
    if (Number(text) !== value) setText(String(value));
  }, [value]);
  const id = `setting-${s.name}`;
  const wrong = isInside(s, value) ? "" : `应在 ${s.min}～${s.max} 之间`;
  return (
    <li class={value !== s.value ? "changed" : ""}>
      <label for={id}>
        <b>{s.label || s.name}</b>
        <small class="mono">{s.name}</small>
      </label>
      <span>
        <input id={id} type="number" step="any" min={s.min} max={s.max} value={text} disabled={!may("rules_draft")}
          aria-invalid={wrong ? true : undefined} aria-describedby={`${id}-said`}
          onInput={(e) => {
            setText(e.currentTarget.value);
            onSet(e.currentTarget.valueAsNumber);
          }} />
        <small id={`${id}-said`} class={wrong && "wrong"}>
          {wrong || (value !== s.value ? `原 ${s.value}` : s.value !== s.default ? `默认 ${s.default}` : " ")}
        </small>
      </span>
    </li>
  );
}

function ReplayOf({ of }: { of: Replay }) {
  return (
    <>
      <h2>回放 {of.applications} 件（{of.ms} 毫秒）</h2>
      <table>
        <thead><tr><th scope="col">规则</th><th scope="col">内容</th><th scope="col">现在</th><th scope="col">草稿</th><th scope="col">变化</th></tr></thead>
        <tbody>
          {of.rows.filter((r) => r.before !== r.after).map((r) => (
            <tr key={r.rule}>
              <td class="mono">{r.rule}</td><td>{r.zh}</td><td class="number">{r.before}</td><td class="number">{r.after}</td>
              <td class="number">{r.after > r.before ? "+" : ""}{r.after - r.before}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {of.rows.every((r) => r.before === r.after) && <p class="none">没有任何改变。</p>}
      {of.flips.length > 0 && <h3>结论改变的 {of.flips.length} 件（点开看图）</h3>}
      <ul class="flips">
        {of.flips.map((f) => (
          <li key={f.id}>
            <a href={`#/${addressOf(f.id)}`} class="mono">{f.order_no}</a>
            {VERDICT[f.before] ?? f.before} → {VERDICT[f.after] ?? f.after}
            <small> {f.rules.join("、")}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
