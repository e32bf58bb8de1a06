// SPDX-License-Identifier: GPL-3.0-or-later
//
// store - a value that several parts of a page watch

import { useEffect, useReducer } from "preact/hooks";

export interface Store<T> {
  get(): T;
  set(next: T): void;
  watch(seen: (value: T) => void): () => void;
}

export function store<T>(value: T): Store<T> {
  const watchers = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const seen of [...watchers]) seen(next);
    },
    watch(seen) {
      watchers.add(seen);
      return () => void watchers.delete(seen);
    },
  };
}

/** The value now; the component is drawn again whenever it changes. */
export function useStore<T>(s: Store<T>): T {
  const [, redraw] = useReducer((n: number, _: T) => n + 1, 0);
  useEffect(() => s.watch(redraw), [s]);
  return s.get();
}

/** Runs once and again every `ms` while the page can be seen. */
export function useEvery(ms: number, run: () => void, again: unknown[]): void {
  useEffect(() => {
    if (ms <= 0) return;
    const timer = setInterval(() => document.hidden || run(), ms);
    return () => clearInterval(timer);
  }, [ms, ...again]);
}
