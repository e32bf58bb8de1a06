// SPDX-License-Identifier: GPL-3.0-or-later
//
// ruler - millimetres of the paper along the upper and left edge
//
// Zero is the corner of the page as it lies on the screen. Without a known
// resolution there is no ruler: a wrong one would be worse.

import type OpenSeadragon from "openseadragon";
import type { Viewer } from "openseadragon";
import type { Page } from "../shared/types";

/** As wide as the rulers are, right of and below them is the page. */
export const RULER_PX = 20;
const STEPS_MM = [1, 2, 5, 10, 20, 50, 100];
const LEAST_PX = 48; /* between numbers */

export function drawRuler(
  canvas: HTMLCanvasElement | null, viewer: Viewer, osd: typeof OpenSeadragon, page: Page, on: boolean,
): void {
  if (!canvas) return;
  const inner = viewer.viewport.getContainerSize();
  const size = { x: inner.x + RULER_PX, y: inner.y + RULER_PX };
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(size.x * ratio) || canvas.height !== Math.round(size.y * ratio)) {
    canvas.width = Math.round(size.x * ratio);
    canvas.height = Math.round(size.y * ratio);
  }
  const g = canvas.getContext("2d");
  if (!g) return;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, size.x, size.y);
  if (!on || !page.dpi) return;
  const { x, y } = corner(viewer, osd, page);
  const zero = { x: x + RULER_PX, y: y + RULER_PX };
  const mm = scaleOf(viewer, page) * (page.dpi / 25.4);
  g.fillStyle = "#fff";
  g.fillRect(0, 0, size.x, RULER_PX);
  g.fillRect(0, RULER_PX, RULER_PX, size.y);
  g.fillStyle = g.strokeStyle = "#1c2127";
  g.font = "11px sans-serif";
  g.beginPath();
  ticks(size.x, zero.x, mm, (at, long, label) => {
    g.moveTo(at, RULER_PX);
    g.lineTo(at, long ? 8 : 15);
    if (label) g.fillText(label, at + 3, 12);
  });
  ticks(size.y, zero.y, mm, (at, long, label) => {
    if (at < RULER_PX) return;
    g.moveTo(RULER_PX, at);
    g.lineTo(long ? 8 : 15, at);
    if (label && at > 2 * RULER_PX) g.fillText(label, 1, at - 2);
  });
  g.stroke();
  g.fillText("mm", 2, 12);
}

/** Pixels of the screen per pixel of the scan. */
export function scaleOf(viewer: Viewer, page: Page): number {
  return (viewer.viewport.getZoom(true) * viewer.viewport.getContainerSize().x) / page.width;
}

/** Where the page's upper left corner, as it is turned now, is on the screen. */
function corner(viewer: Viewer, osd: typeof OpenSeadragon, page: Page): { x: number; y: number } {
  const tall = page.height / page.width;
  const all = [[0, 0], [1, 0], [0, tall], [1, tall]].map(([x, y]) =>
    viewer.viewport.pixelFromPoint(new osd.Point(x!, y!), true));
  return { x: Math.min(...all.map((p) => p.x)), y: Math.min(...all.map((p) => p.y)) };
}

function ticks(
  length: number, zero: number, px_per_mm: number, draw: (at: number, long: boolean, label: string) => void,
): void {
  const step = STEPS_MM.find((s) => s * px_per_mm >= LEAST_PX) ?? 200;
  const fine = step / 5;
  const from = Math.ceil((RULER_PX - zero) / (fine * px_per_mm));
  for (let i = from; zero + i * fine * px_per_mm < length; i++) {
    const long = i % 5 === 0;
    draw(Math.round(zero + i * fine * px_per_mm) + 0.5, long, long ? String((i / 5) * step) : "");
  }
}
