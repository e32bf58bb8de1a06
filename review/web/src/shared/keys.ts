// SPDX-License-Identifier: GPL-3.0-or-later
//
// keys - one key, one command, and never by accident
//
// A key is no command while an input method composes, while the focus is in a
// text field, or while keys are switched off (WCAG 2.1.4). A key held down
// repeats no decision, and in the first moments after an application was
// painted nothing is decided: a finger still down must not decide the next one.
// Whoever pressed anew in these moments is told that it did not count.
//
// Commands are kept in layers; the newest modal layer hides those below it.

import { useLayoutEffect, useRef } from "preact/hooks";
import { meantBy, pressedFor } from "./keymap";
import { store } from "./store";

export interface Command {
  /** "a", "?", "Enter", "ctrl+Enter", " " … letters are lower case */
  key: string;
  name: string;
  run(e: KeyboardEvent): void;
  /** Decides or marks: guarded against repeats and haste. */
  decides?: boolean;
  /** Guarded against repeats alone. */
  once?: boolean;
  /** Works in text fields, too. */
  inText?: boolean;
  /** Not shown in the help. */
  quiet?: boolean;
}

interface Layer {
  title: string;
  modal: boolean;
  commands: () => Command[];
}

const HASTE_MS = 300;
const layers: Layer[] = [];
let moving = 0;

export const keysOn = store(localStorage.getItem("keys") !== "off");
keysOn.watch((on) => localStorage.setItem("keys", on ? "on" : "off"));

/** Counts the keys that came too soon. */
export const hasty = store(0);

/** A new application has just been painted; until the page says so itself
 * (data-moving is gone) nothing is decided. */
export function painted(): void {
  clearTimeout(moving);
  document.documentElement.dataset["moving"] = "";
  moving = window.setTimeout(() => {
    delete document.documentElement.dataset["moving"];
    moving = 0;
  }, HASTE_MS);
}

const TEXT_TYPES = /^(?:|text|search|password|email|tel|number|date|url)$/;

export function isText(t: EventTarget | null): boolean {
  if (t instanceof HTMLInputElement) return TEXT_TYPES.test(t.type);
  if (t instanceof HTMLElement) return t.matches("textarea, select") || t.isContentEditable;
  return false;
}

export function isComposing(e: KeyboardEvent): boolean {
  return e.isComposing || e.keyCode === 229 || e.key === "Process";
}

export function keyOf(e: KeyboardEvent): string {
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  const mods = (e.ctrlKey ? "ctrl+" : "") + (e.altKey ? "alt+" : "") + (e.metaKey ? "meta+" : "");
  const shift = e.shiftKey && e.key.length > 1 ? "shift+" : "";
  return mods + shift + key;
}

function mayRun(c: Command, e: KeyboardEvent): boolean {
  if (!c.inText && isText(e.target)) return false;
  if (!keysOn.get() && c.key.length === 1) return false;
  if ((c.decides || c.once) && e.repeat) return false;
  if (!c.decides || !moving) return true;
  hasty.set(hasty.get() + 1);
  return false;
}

/** Enter and space press a button that has the focus, first of all. */
function isPress(e: KeyboardEvent): boolean {
  if (e.key !== "Enter" && e.key !== " ") return false;
  if (e.ctrlKey || e.altKey || e.metaKey) return false;
  const t = e.target;
  return t instanceof HTMLElement && t.closest("button, a, summary, label, input, [role=option]") !== null;
}

function down(e: KeyboardEvent): void {
  if (e.defaultPrevented || isComposing(e) || isPress(e)) return;
  const key = meantBy(keyOf(e));
  for (const layer of [...layers].reverse()) {
    const c = layer.commands().find((each) => each.key === key);
    if (c) {
      if (!mayRun(c, e)) return;
      e.preventDefault();
      c.run(e);
      return;
    }
    if (layer.modal) return;
  }
}

window.addEventListener("keydown", down);

/** The commands of a part of the page, as long as it is there: from the moment
 * it is painted, so that no key goes to what was there before. */
export function useCommands(title: string, commands: Command[], modal = false): void {
  const now = useRef(commands);
  now.current = commands;
  useLayoutEffect(() => {
    const layer: Layer = { title, modal, commands: () => now.current };
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, [title, modal]);
}

/** What can be pressed now, for the help. */
export function commandsNow(): { title: string; commands: Command[] }[] {
  const groups = new Map<string, Command[]>();
  for (const l of layers.filter((each) => !each.modal).reverse()) {
    const shown = l.commands().filter((c) => !c.quiet);
    if (shown.length > 0) groups.set(l.title, [...(groups.get(l.title) ?? []), ...shown]);
  }
  return [...groups].map(([title, commands]) => ({ title, commands }));
}

/** What is written on the key that does what is meant by `key`. */
export function keyName(key: string): string {
  const names: Record<string, string> = { " ": "空格", Escape: "Esc", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
  return pressedFor(key)
    .split(/\+(?=.)/)
    .map((k) => names[k] ?? (k.length === 1 ? k.toUpperCase() : k[0]?.toUpperCase() + k.slice(1)))
    .join("+");
}
