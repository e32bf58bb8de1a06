// SPDX-License-Identifier: GPL-3.0-or-later
//
// stats - volumes, times, why things are returned, machine against people

import { useEffect, useState } from "preact/hooks";
import { call, url } from "../shared/api";
import type { DayFigures, Figure, RuleFigures, Stats } from "../shared/types";
import { sayError } from "../shared/ui";
import { percent } from "../shared/words";
import { Bar, Columns } from "./chart";

const DAY_MS = 86_400_000;
const day = (ms: number) => {
  const d = new Date(ms);
  return new Date(ms - d.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
};

export function StatsPage() {
  const [from, setFrom] = useState(day(Date.now() - 29 * DAY_MS));
  const [to, setTo] = useState(day(Date.now()));
  const [stats, setStats] = useState<Stats | null>(null);
  useEffect(() => {
    document.title = "统计 · 印审台";
    if (from && to) call<Stats>(`/stats?from=${from}&to=${to}`).then((a) => setStats(a.data), sayError);
  }, [from, to]);
  return (
    <main class="figures" id="main" tabIndex={-1}>
      <header class="case">
        <h1>统计</h1>
        <p class="end">
          <label>从 <input type="date" value={from} max={to} onChange={(e) => setFrom(e.currentTarget.value)} /></label>
          <label>到 <input type="date" value={to} min={from} onChange={(e) => setTo(e.currentTarget.value)} /></label>
          <a class="button" href={url(`/stats.csv?from=${from}&to=${to}`)} download={`统计-${from}-${to}.csv`}>导出 CSV</a>
        </p>
      </header>
      {!stats && <p class="empty">正在统计…</p>}
      {stats && (
        <div class="cards">
          <Figures title="流量" of={stats.volumes} />
          <Figures title="时效（等申请人的时间不计）" of={stats.times} />
          <Figures title="质量" of={stats.quality} />
          {stats.ages.length > 0 && <Ages of={stats.ages} />}
          <Returns of={stats.returns} />
          <Machine of={stats.rules} missed={stats.missed} />
          <Days of={stats.days ?? []} />
        </div>
      )}
      <p class="legend">不做排名榜；速度要和漏提一起看。</p>
    </main>
  );
}

function Ages({ of }: { of: Stats["ages"] }) {
  const most = Math.max(1, ...of.map((a) => a.count));
  return (
    <section>
      <h2>在途件等了多久</h2>
      <dl>
        {of.map((a) => (
          <div key={a.label}><dt>{a.label}</dt><dd><Bar of={a.count / most} /> <b>{a.count}</b></dd></div>
        ))}
      </dl>
    </section>
  );
}

function Returns({ of }: { of: Stats["returns"] }) {
  return (
    <section class="broad">
      <h2>退回原因</h2>
      {of.length === 0 ? <p class="none">这段时间没有退回。</p> : (
        <table>
          <thead><tr><th scope="col">规则</th><th scope="col">原因</th><th scope="col" class="number">次数</th><th scope="col">占比</th></tr></thead>
          <tbody>
            {of.map((r) => (
              <tr key={r.rule}>
                <td class="mono">{r.rule}</td><td>{r.zh}</td><td class="number">{r.count}</td>
                <td class="number"><Bar of={r.share} /> {percent(r.share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const kappa = (x: number | null | undefined) => (x === null || x === undefined ? "—" : x.toFixed(2));

function Machine({ of, missed }: { of: RuleFigures[]; missed: Stats["missed"] }) {
  return (
    <section class="broad long">
      <h2>
        机判对照（以人判为准）
        {missed && missed.of > 0 && <small> 漏提 {missed.reasons} / {missed.of}（{percent(missed.rate)}）：再次退回时，上一次就看得见的原因</small>}
      </h2>
      {of.length === 0 ? <p class="none">这段时间没有标记。</p> : (
        <table>
          <thead>
            <tr>
              <th scope="col">规则</th><th scope="col">内容</th><th scope="col" class="number">提出</th><th scope="col" class="number">成立</th>
              <th scope="col" class="number">不成立</th><th scope="col" class="number">没提出</th>
              <th scope="col" class="number">误报率</th><th scope="col" class="number">漏报率</th>
              <th scope="col" class="number" title="Cohen 的 kappa：1 为完全一致，0 为与碰巧一样">一致度</th>
            </tr>
          </thead>
          <tbody>
            {of.map((r) => (
              <tr key={r.rule}>
                <td class="mono">{r.rule}</td><td>{r.zh}</td>
                <td class="number">{r.hits}</td><td class="number">{r.stands}</td><td class="number">{r.dismissed}</td>
                <td class="number">{r.missed ?? "—"}</td>
                <td class="number">{percent(r.false_rate)}</td><td class="number">{percent(r.missed_rate)}</td><td class="number">{kappa(r.kappa)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Days({ of }: { of: DayFigures[] }) {
  const first = of[0], end = of[of.length - 1];
  if (!first || !end) return null;
  const shown = of.filter((d) => d.submitted + d.passed + d.returned + d.refused > 0);
  const series = ([["收件", "submitted"], ["通过", "passed"], ["退回", "returned"], ["不予受理", "refused"]] as const)
    .map(([label, name]) => ({ label, of: of.map((d) => d[name]) }));
  return (
    <section class="broad">
      <h2>每日</h2>
      <Columns series={series} from={first.day} to={end.day} />
      <details>
        <summary>看数字</summary>
        <table>
          <thead>
            <tr><th scope="col">日期</th>{series.map((s) => <th key={s.label} scope="col" class="number">{s.label}</th>)}</tr>
          </thead>
          <tbody>
            {shown.map((d) => (
              <tr key={d.day}>
                <td class="mono">{d.day}</td><td class="number">{d.submitted}</td><td class="number">{d.passed}</td>
                <td class="number">{d.returned}</td><td class="number">{d.refused}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function Figures({ title, of }: { title: string; of: Figure[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <dl>
        {of.map((f) => (
          <div key={f.label}>
            <dt>{f.label}{f.help && <small> {f.help}</small>}</dt>
            <dd><b>{f.value}</b></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
