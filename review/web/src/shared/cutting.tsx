// SPDX-License-Identifier: GPL-3.0-or-later
//
// cutting - a part of a page's picture, with a frame around what is meant

import { useEffect, useRef, useState } from "preact/hooks";
import { picture } from "./api";
import type { Box } from "./types";

const AROUND = 0.6; /* of the box's sides, to recognise the place by */
const LEAST_PX = 90; /* of the picture, to each side */
const WIDE_PX = 640;

interface Props {
  src: string;
  box: Box; /* in pixels of the scan */
  scale: number; /* of the picture to the scan */
  alt: string;
  own?: boolean; /* only the bearer of the access code may see it */
}

export function Cutting({ src, box, scale, alt, own }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const draw = async () => {
      const bytes = own ? await picture(src, stop.signal) : await (await fetch(src, { signal: stop.signal })).blob();
      const image = await createImageBitmap(bytes);
      if (canvas.current && !stop.signal.aborted) cut(canvas.current, image, box.map((x) => x * scale) as Box);
      image.close();
    };
    draw().catch(() => stop.signal.aborted || setFailed(true));
    return () => stop.abort();
  }, [src, box.join()]);
  return failed ? <p class="soft">图片暂时取不到。</p> : <canvas ref={canvas} class="cutting" role="img" aria-label={alt} />;
}

function cut(canvas: HTMLCanvasElement, image: ImageBitmap, [x, y, w, h]: Box): void {
  const mx = Math.max(w * AROUND, LEAST_PX);
  const my = Math.max(h * AROUND, LEAST_PX / 2);
  const left = Math.max(0, x - mx), top = Math.max(0, y - my);
  const wide = Math.min(image.width, x + w + mx) - left, high = Math.min(image.height, y + h + my) - top;
  const by = Math.min(2, WIDE_PX / wide);
  canvas.width = Math.round(wide * by);
  canvas.height = Math.round(high * by);
  const g = canvas.getContext("2d")!;
  g.drawImage(image, left, top, wide, high, 0, 0, canvas.width, canvas.height);
  const frame = [(x - left) * by - 3, (y - top) * by - 3, w * by + 6, h * by + 6] as const;
  for (const [colour, width] of [["#fff", 5], ["#9a1b1b", 3]] as const) {
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.strokeRect(...frame);
  }
}
