// SPDX-License-Identifier: GPL-3.0-or-later
//
// stats - volumes, times, why things are returned, machine against people

import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api";
import type { Figure, Stats } from "../shared/types";
import { sayError } from "../shared/ui";
import { percent } from "../shared/words";

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
        </p>
      </header>
      {!stats && <p class="empty">正在统计…</p>}
      {stats && (
        <div class="cards">
          <Figures title="流量" of={stats.volumes} />
          <Figures title="时效（等申请人的时间不计）" of={stats.times} />
          <Figures title="质量" of={stats.quality} />
          <section class="broad">
            <h2>退回原因</h2>
            <table>
              <thead><tr><th scope="col">规则</th><th scope="col">原因</th><th scope="col">次数</th><th scope="col">占比</th></tr></thead>
              <tbody>
                {stats.returns.map((r) => (
                  <tr key={r.rule}>
                    <td class="mono">{r.rule}</td><td>{r.zh}</td><td class="number">{r.count}</td>
                    <td class="number"><meter min={0} max={1} value={r.share} aria-label={`${r.zh}占比`} /> {percent(r.share)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {stats.returns.length === 0 && <p class="none">这段时间没有退回。</p>}
          </section>
          <section class="broad">
            <h2>机判对照（以人判为准）</h2>
            <table>
              <thead><tr><th scope="col">规则</th><th scope="col">内容</th><th scope="col">提出</th><th scope="col">成立</th><th scope="col">不成立</th></tr></thead>
              <tbody>
                {stats.rules.map((r) => (
                  <tr key={r.rule}>
                    <td class="mono">{r.rule}</td><td>{r.zh}</td>
                    <td class="number">{r.hits}</td><td class="number">{r.stands}</td><td class="number">{r.dismissed}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {stats.rules.length === 0 && <p class="none">这段时间没有标记。</p>}
          </section>
          {stats.ages.length > 0 && <section>
            <h2>在途件的等待时间</h2>
            <dl>
              {stats.ages.map((a) => (
                <div key={a.label}>
                  <dt>{a.label}</dt>
                  <dd><meter min={0} max={Math.max(1, ...stats.ages.map((x) => x.count))} value={a.count} aria-label={a.label} /> {a.count}</dd>
                </div>
              ))}
            </dl>
          </section>}
          <Days of={stats.days ?? []} />
        </div>
      )}
      <p class="legend">不做排名榜；速度要和漏提一起看。</p>
    </main>
  );
}

function Days({ of }: { of: NonNullable<Stats["days"]> }) {
  const shown = of.filter((d) => d.submitted + d.passed + d.returned + d.refused > 0);
  if (shown.length === 0) return null;
  return (
    <section class="broad">
      <h2>每日</h2>
      <table>
        <thead><tr><th scope="col">日期</th><th scope="col">收件</th><th scope="col">通过</th><th scope="col">退回</th><th scope="col">不予受理</th></tr></thead>
        <tbody>
          {shown.map((d) => (
            <tr key={d.day}>
              <td class="mono">{d.day}</td><td class="number">{d.submitted}</td><td class="number">{d.passed}</td>
              <td class="number">{d.returned}</td><td class="number">{d.refused}</td>
            </tr>
          ))}
        </tbody>
      </table>
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
