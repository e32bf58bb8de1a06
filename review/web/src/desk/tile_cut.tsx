// SPDX-License-Identifier: GPL-3.0-or-later
//
// tile_cut - a part of a page, put together from its finest tiles
//
// The tiles hide what is private before they leave the service: a number is
// seen here with its middle blackened, whoever looks.

import { useEffect, useRef } from "preact/hooks";
import type { Box, Page } from "../shared/types";
import { tileUrl } from "./tiles";

const AROUND = 0.15; /* of the box's height */

export function TileCut({ page, box, alt }: { page: Page; box: Box; alt: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let gone = false;
    if (canvas.current && page.tiles) draw(canvas.current, page, page.tiles, box, () => gone);
    return () => void (gone = true);
  }, [page.key, page.tiles, box.join()]);
  return <canvas ref={canvas} class="tile-cut" role="img" aria-label={alt} />;
}

/** Upright, as the page is read. */
function draw(canvas: HTMLCanvasElement, page: Page, tiles: string, box: Box, isGone: () => boolean): void {
  const m = AROUND * Math.min(box[2], box[3]);
  const [x, y, w, h] = [box[0] - m, box[1] - m, box[2] + 2 * m, box[3] + 2 * m];
  const lies = page.turn % 180 !== 0;
  canvas.width = Math.round(lies ? h : w);
  canvas.height = Math.round(lies ? w : h);
  const g = canvas.getContext("2d")!;
  g.translate(canvas.width / 2, canvas.height / 2);
  g.rotate((page.turn * Math.PI) / 180);
  g.translate(-w / 2 - x, -h / 2 - y);
  const t = page.tile_px;
  for (let ty = Math.max(0, Math.floor(y / t)); ty * t < Math.min(page.height, y + h); ty++)
    for (let tx = Math.max(0, Math.floor(x / t)); tx * t < Math.min(page.width, x + w); tx++) {
      const img = new Image();
      img.onload = () => isGone() || g.drawImage(img, tx * t, ty * t);
      img.src = tileUrl(tiles, page.max_level, tx, ty, false);
    }
}
