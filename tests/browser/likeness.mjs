// SPDX-License-Identifier: GPL-3.0-or-later
//
// likeness - does a screen look as it did?
//
// A screenshot is boiled down to the mean lightness of squares, and compared
// with the kept one (likeness.json). That is blind to times, counts and the
// shapes of letters, and sees what moved, vanished, overflowed or changed its
// colour. SEALDESK_LIKENESS=keep writes the present looks down.

import { existsSync, readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("likeness.json", import.meta.url);
const SQUARE_PX = 32;
const MOST = 60; /* of 255, in any square: a button gone is 100 and more */
const MOST_MEAN = 4;

const keeps = process.env.SEALDESK_LIKENESS === "keep";
const kept = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {};

/** Two hexadecimal digits for each square, row by row. */
function boil(p, png) {
  return p.evaluate(
    async ([data, side]) => {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const g = new OffscreenCanvas(image.width, image.height).getContext("2d");
      g.drawImage(image, 0, 0);
      const px = g.getImageData(0, 0, image.width, image.height).data;
      const [wide, high] = [Math.floor(image.width / side), Math.floor(image.height / side)];
      const sums = new Float64Array(wide * high);
      for (let y = 0; y < high * side; y++)
        for (let x = 0; x < wide * side; x++) {
          const at = 4 * (y * image.width + x);
          sums[Math.floor(y / side) * wide + Math.floor(x / side)] += 0.3 * px[at] + 0.59 * px[at + 1] + 0.11 * px[at + 2];
        }
      return [...sums].map((s) => Math.round(s / side / side).toString(16).padStart(2, "0")).join("");
    },
    [png.toString("base64"), SQUARE_PX],
  );
}

const values = (hex) => hex.match(/../g).map((h) => Number.parseInt(h, 16));

/** Throws when the screen looks otherwise than the kept one of this name. */
export async function compare(p, name, png) {
  const now = await boil(p, png);
  if (keeps) {
    kept[name] = now;
    writeFileSync(FILE, `${JSON.stringify(kept, Object.keys(kept).sort(), 1)}\n`);
    return;
  }
  const before = kept[name];
  if (!before) throw new Error(`${name} was never kept (SEALDESK_LIKENESS=keep)`);
  if (before.length !== now.length) throw new Error(`${name} has another size`);
  const was = values(before);
  const off = values(now).map((v, i) => Math.abs(v - was[i]));
  const mean = off.reduce((a, b) => a + b, 0) / off.length;
  const worst = Math.max(...off);
  console.log(`# ${name}: differs by ${mean.toFixed(1)} of 255, at most ${worst}`);
  if (worst > MOST || mean > MOST_MEAN) {
    const at = off.indexOf(worst);
    const wide = Math.floor(p.viewportSize().width / SQUARE_PX);
    throw new Error(`${name} looks otherwise: mean ${mean.toFixed(1)}, most ${worst} at ` +
      `${(at % wide) * SQUARE_PX},${Math.floor(at / wide) * SQUARE_PX} px`);
  }
}
