// SPDX-License-Identifier: GPL-3.0-or-later
//
// keymap - which key a person presses instead of the one that is meant
//
// Keys only ever change places with each other: the map is a permutation, so
// that no command is lost and none has two keys. It is kept in the browser.

import { store } from "./store";

const PLACE = "keymap";
type Swaps = Readonly<Record<string, string>>; /* the meant key: the pressed one */

function read(): Swaps {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return isPermutation(found) ? found : {};
  } catch {
    return {};
  }
}

function isPermutation(x: unknown): x is Swaps {
  if (typeof x !== "object" || x === null) return false;
  const keys = Object.keys(x).sort().join("\n");
  return keys === Object.values(x).map(String).sort().join("\n");
}

export const swaps = store<Swaps>(read());
swaps.watch((s) => localStorage.setItem(PLACE, JSON.stringify(s)));

/** The key to press for what is meant by `key`. */
export const pressedFor = (key: string): string => swaps.get()[key] ?? key;

/** What is meant by a key that was pressed. */
export const meantBy = (key: string): string =>
  Object.entries(swaps.get()).find(([, pressed]) => pressed === key)?.[0] ?? key;

/** Only keys that write one character: Esc, Tab and Enter stay what they are. */
export const isMovable = (key: string): boolean => key.length === 1 && key !== " ";

export function movesTo(key: string, pressed: string): void {
  const next = { ...swaps.get(), [meantBy(pressed)]: pressedFor(key), [key]: pressed };
  swaps.set(Object.fromEntries(Object.entries(next).filter(([a, b]) => a !== b)));
}

export const resetKeys = (): void => swaps.set({});
