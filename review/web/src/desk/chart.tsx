// SPDX-License-Identifier: GPL-3.0-or-later
//
// chart - small columns over time, and bars beside words
//
// A picture of numbers that stand in a table or in words close by: it carries
// nothing alone, neither does its colour.

interface Series {
  label: string;
  of: number[];
}

const HIGH = 34;
const COLUMN = 10;

/** One row of columns for each series, all of one scale. */
export function Columns({ series, from, to }: { series: Series[]; from: string; to: string }) {
  const most = Math.max(1, ...series.flatMap((s) => s.of));
  return (
    <figure class="columns-chart" aria-hidden="true">
      {series.map((s) => (
        <div key={s.label}>
          <span>{s.label}</span>
          <svg viewBox={`0 0 ${s.of.length * COLUMN} ${HIGH}`} preserveAspectRatio="none">
            {s.of.map((n, i) => {
              const high = (HIGH * n) / most;
              return n > 0 && <rect key={i} x={i * COLUMN + 1} width={COLUMN - 2} y={HIGH - high} height={high} />;
            })}
          </svg>
          <b>{s.of.reduce((a, b) => a + b, 0)}</b>
        </div>
      ))}
      <figcaption><span>{from}</span><span>每格一天，最高 {most} 件</span><span>{to}</span></figcaption>
    </figure>
  );
}

/** A share of the whole, from 0 to 1. */
export function Bar({ of }: { of: number }) {
  return (
    <svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="whole" width="100" height="10" />
      <rect width={100 * Math.max(0, Math.min(1, of))} height="10" />
    </svg>
  );
}
