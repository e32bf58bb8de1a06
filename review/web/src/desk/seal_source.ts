// SPDX-License-Identifier: GPL-3.0-or-later
//
// seal_source - a digit of a seal, out of the picture of its source

import type { Box, Seal } from "../shared/types";

/** How far a digit leans, in degrees clockwise: on a ring its top points to the
 * middle. A square seal leans as a whole. */
export function leanOf(seal: Seal, [x, y, w, h]: Box): number {
  if (seal.shape !== "round" && seal.shape !== "ellipse") return seal.versions[0]?.rotation ?? 0;
  const [sx, sy, sw, sh] = seal.box;
  const dx = sx + sw / 2 - (x + w / 2);
  const dy = sy + sh / 2 - (y + h / 2);
  return (Math.atan2(dx, -dy) * 180) / Math.PI;
}

/** Boxes lie upright on the scan, so that of a leaning digit is too large: the
 * smallest of all is nearest to the digits' own height. */
export const heightOf = (boxes: Box[]) => Math.min(...boxes.map(([, , w, h]) => Math.max(w, h)));

/** A cell as high as this much more than a digit, as the service draws its own. */
const CELL = 1.3;
const CELL_PX = [38, 50] as const; /* as in desk.css */

/** Puts the middle of a part into the middle of a cell. */
export function magnify(area: Box, [x, y, w, h]: Box, high: number) {
  const scale = CELL_PX[1] / (CELL * high);
  return {
    width: `${area[2] * scale}px`,
    left: `${CELL_PX[0] / 2 - (x + w / 2 - area[0]) * scale}px`,
    top: `${CELL_PX[1] / 2 - (y + h / 2 - area[1]) * scale}px`,
  };
}
