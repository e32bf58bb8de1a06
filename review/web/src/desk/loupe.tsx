// SPDX-License-Identifier: GPL-3.0-or-later
//
// loupe - the page under the pointer, at the scan's own resolution or above
//
// It is drawn from the finest tiles, whatever the viewer shows. Until the
// pointer comes it lies over the evidence, so that it serves the keyboard, too.

import type OpenSeadragon from "openseadragon";
import type { Point, Viewer } from "openseadragon";
import { useEffect, useRef } from "preact/hooks";
import type { Box, Page } from "../shared/types";
import { scaleOf } from "./ruler";
import { tileUrl } from "./tiles";

const SIZE_PX = 240;
const STRONGER = 3; /* than the viewer, and never below 1:1 */
const MOST = 6;

interface Props {
  osd: typeof OpenSeadragon;
  viewer: Viewer;
  page: Page;
  reveal: boolean;
  at: Box | null;
}

export function Loupe({ osd, viewer, page, reveal, at }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const host = viewer.container; /* which the viewer gives up before us */
    const tiles = new Map<string, HTMLImageElement>();
    let center: Point | null = at ? middleOf(osd, page, at) : null;
    const redraw = () => center && canvas.current && draw(canvas.current, viewer, page, center, (x, y) => {
      const url = tileUrl(page.tiles!, page.max_level, x, y, reveal);
      let img = tiles.get(url);
      if (!img) {
        tiles.set(url, (img = new Image()));
        img.onload = redraw;
        img.src = url;
      }
      return img.complete && img.naturalWidth > 0 ? img : null;
    });
    const move = (e: PointerEvent) => {
      const r = host.getBoundingClientRect();
      center = viewer.viewport.pointFromPixel(new osd.Point(e.clientX - r.left, e.clientY - r.top), true);
      redraw();
    };
    host.addEventListener("pointermove", move);
    viewer.addHandler("update-viewport", redraw);
    redraw();
    return () => {
      host.removeEventListener("pointermove", move);
      viewer.removeHandler("update-viewport", redraw);
    };
  }, [viewer, page.key, reveal, at]);
  return <canvas ref={canvas} class="loupe" width={SIZE_PX} height={SIZE_PX} aria-hidden="true" />;
}

const middleOf = (osd: typeof OpenSeadragon, page: Page, [x, y, w, h]: Box) =>
  new osd.Point((x + w / 2) / page.width, (y + h / 2) / page.width);

/** Around `center` (in widths of the page), upright as the viewer shows it. */
function draw(
  canvas: HTMLCanvasElement, viewer: Viewer, page: Page, center: Point,
  tile: (x: number, y: number) => HTMLImageElement | null,
): void {
  const g = canvas.getContext("2d");
  if (!g) return;
  const on = viewer.viewport.pixelFromPoint(center, true);
  const [inner, host] = [viewer.container, canvas.parentElement!].map((e) => e.getBoundingClientRect());
  canvas.style.left = `${inner!.left - host!.left + on.x - SIZE_PX / 2}px`;
  canvas.style.top = `${inner!.top - host!.top + on.y - SIZE_PX / 2}px`;
  const scale = Math.min(MOST, Math.max(1, STRONGER * scaleOf(viewer, page)));
  const [px, py] = [center.x * page.width, center.y * page.width];
  const reach = (SIZE_PX * Math.SQRT1_2) / scale;
  const from = (p: number) => Math.max(0, Math.floor((p - reach) / page.tile_px));
  g.setTransform(1, 0, 0, 1, 0, 0);
  g.fillStyle = "#5b646d";
  g.fillRect(0, 0, SIZE_PX, SIZE_PX);
  g.translate(SIZE_PX / 2, SIZE_PX / 2);
  g.rotate((viewer.viewport.getRotation(true) * Math.PI) / 180);
  g.scale(scale, scale);
  g.imageSmoothingEnabled = scale < 2;
  for (let y = from(py); y * page.tile_px < Math.min(page.height, py + reach); y++)
    for (let x = from(px); x * page.tile_px < Math.min(page.width, px + reach); x++) {
      const img = tile(x, y);
      if (img) g.drawImage(img, x * page.tile_px - px, y * page.tile_px - py);
    }
}
