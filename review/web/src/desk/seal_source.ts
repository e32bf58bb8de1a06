// SPDX-License-Identifier: GPL-3.0-or-later
//
// seal_source - which part of the page the picture of a seal shows

import type { Box, Seal } from "../shared/types";

/** As much paper as the service leaves around a seal. */
const MARGIN = 0.08;

export function sourceBox(seal: Seal): Box {
  if (seal.source_box) return seal.source_box;
  const [x, y, w, h] = seal.box;
  const margin = MARGIN * Math.max(w, h);
  const left = Math.max(0, x - margin);
  const top = Math.max(0, y - margin);
  return [left, top, x + w + margin - left, y + h + margin - top];
}

/** How far a digit leans, in degrees clockwise: on a ring its top points to the
 * middle. A square seal leans as a whole. */
export function leanOf(seal: Seal, [x, y, w, h]: Box): number {
  if (seal.shape !== "round" && seal.shape !== "ellipse") return seal.rotation;
  const [sx, sy, sw, sh] = seal.box;
  const dx = sx + sw / 2 - (x + w / 2);
  const dy = sy + sh / 2 - (y + h / 2);
  return (Math.atan2(dx, -dy) * 180) / Math.PI;
}

/** Puts a part of the picture into a window of `high` pixels. */
export function magnify(area: Box, part: Box, high: number) {
  const [x, y, w, h] = part;
  const scale = high / (h * 1.3);
  return {
    window: { width: `${w * 1.3 * scale}px`, height: `${high}px` },
    picture: {
      width: `${area[2] * scale}px`,
      left: `${(area[0] - x + w * 0.15) * scale}px`,
      top: `${(area[1] - y + h * 0.15) * scale}px`,
    },
  };
}
