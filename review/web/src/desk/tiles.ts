// SPDX-License-Identifier: GPL-3.0-or-later
//
// tiles - the address of a part of a page

/** Of a measurement that is not the newest the address names the run. */
export function tileUrl(tiles: string, level: number, x: number, y: number, reveal: boolean): string {
  const [path, run] = tiles.split("?");
  const query = [run, reveal ? "reveal=1" : ""].filter(Boolean).join("&");
  return `${path}/${level}/${x}_${y}.jpg${query && `?${query}`}`;
}
