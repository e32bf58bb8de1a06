// SPDX-License-Identifier: GPL-3.0-or-later
//
// ui - the few parts that every page uses

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Problem, online, picture, words } from "./api";
import { swaps } from "./keymap";
import { hasty, keyName, useCommands } from "./keys";
import { store, useStore } from "./store";
import type { Severity } from "./types";
import { SEVERITY } from "./words";

/** Symbol and word; the colour only repeats them. */
export function Weight({ of, short, word }: { of: Severity; short?: boolean; word?: string }) {
  const s = { ...SEVERITY[of], ...(word && { word }) };
  return (
    <span class={`weight ${of}`}>
      <span aria-hidden="true">{s.mark}</span>
      <span class={short ? "spoken" : ""}> {s.word}</span>
    </span>
  );
}

/** A key as it is named by default ("A", "Ctrl+Enter"), shown as it is now. */
export function Key({ name }: { name: string }) {
  useStore(swaps);
  return <kbd aria-hidden="true">{nowNamed(name)}</kbd>;
}

const nowNamed = (name: string) => (name.length === 1 ? keyName(name.toLowerCase()) : name);

/** A button that says which key does the same. */
export function Button(
  props: JSX.ButtonHTMLAttributes<HTMLButtonElement> & { hint?: string; children: ComponentChildren },
) {
  const { hint, children, ...rest } = props;
  return (
    <button type="button" {...rest} aria-keyshortcuts={hint && nowNamed(hint)}>
      {hint && <Key name={hint} />}
      {children}
    </button>
  );
}

// --- what is said to everybody, and read aloud ------------------------------

interface Say {
  text: string;
  bad: boolean;
  id: number;
  place: string;
}

const said = store<Say | null>(null);
const SAY_MS = 6000;

export function say(text: string, bad = false): void {
  const id = Date.now();
  said.set({ text, bad, id, place: location.hash });
  if (!bad) setTimeout(() => said.get()?.id === id && said.set(null), SAY_MS);
}

/** What went wrong on a page that was left is no longer shown. */
export function hush(): void {
  const now = said.get();
  if (now?.bad && now.place !== location.hash) said.set(null);
}

export function sayError(e: unknown): void {
  // The log-in dialogue is on the screen already.
  if (e instanceof Problem && e.code === "unauthenticated") return;
  say(words(e), true);
}

export function Sayings() {
  const now = useStore(said);
  useEffect(() => hasty.watch(() => say("刚换了一件，这一下没有算数，请再按一次。")), []);
  return (
    <div class="sayings" role="status" aria-live="polite">
      {now && (
        <p class={now.bad ? "bad" : ""}>
          {now.bad && <span aria-hidden="true">✗ </span>}
          {now.text}
          <button type="button" class="plain" onClick={() => said.set(null)} aria-label="关闭提示">
            ×
          </button>
        </p>
      )}
    </div>
  );
}

export function OfflineBar({ waiting = 0 }: { waiting?: number }) {
  if (useStore(online)) return null;
  return (
    <p class="offline" role="alert">
      <span aria-hidden="true">⚠ </span>
      离线：连不上服务，正在重试。
      {waiting > 0 && `已存 ${waiting} 条标记，恢复后补发。`}
    </p>
  );
}

// --- dialogues ----------------------------------------------------------------

/** Holds the focus until it is closed, and gives it back. */
export function Dialog(props: {
  title: string;
  wide?: boolean;
  onClose?: () => void;
  /** Ctrl+Enter */
  onGo?: () => void;
  children: ComponentChildren;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const { onClose, onGo } = props;
  useCommands(
    props.title,
    [
      ...(onClose ? [{ key: "Escape", name: "关闭", run: onClose, inText: true }] : []),
      ...(onGo ? [{ key: "ctrl+Enter", name: "确定", run: onGo, inText: true, decides: true }] : []),
    ],
    true,
  );
  useLayoutEffect(() => {
    const d = box.current;
    const before = document.activeElement;
    d?.showModal();
    // Not the button that closes: what a person came for, or the whole.
    if (!d?.querySelector("[autofocus]:focus")) (d?.querySelector<HTMLElement>("[autofocus]") ?? d)?.focus();
    return () => {
      d?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      class={props.wide ? "wide" : ""}
      tabIndex={-1}
      aria-label={props.title}
      onCancel={(e) => {
        e.preventDefault();
        props.onClose?.();
      }}
    >
      <header>
        <h2>{props.title}</h2>
        {props.onClose && (
          <button type="button" class="plain" aria-label="关闭" onClick={props.onClose}>
            ×
          </button>
        )}
      </header>
      {props.children}
    </dialog>
  );
}

/** A text for a reason or a note; Ctrl+Enter goes on. */
export function AskText(props: {
  title: string;
  label: string;
  help?: string;
  wanted?: boolean;
  go: string;
  onGo: (text: string) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState("");
  const ready = !props.wanted || text.trim() !== "";
  const go = () => ready && props.onGo(text.trim());
  return (
    <Dialog title={props.title} onClose={props.onClose} onGo={go}>
      <label class="field">
        <span>{props.label}</span>
        <textarea rows={3} value={text} autofocus onInput={(e) => setText(e.currentTarget.value)} />
      </label>
      {props.help && <p class="soft">{props.help}</p>}
      <footer>
        <Button hint="Ctrl+Enter" class="main" disabled={!ready} onClick={go}>
          {props.go}
        </Button>
        <Button hint="Esc" onClick={props.onClose}>
          取消
        </Button>
      </footer>
    </Dialog>
  );
}

/** A picture that only the bearer of the access code may see. */
export function OwnPicture({ src, alt }: { src: string; alt: string }) {
  const [own, setOwn] = useState("");
  useEffect(() => {
    const stop = new AbortController();
    let made = "";
    picture(src, stop.signal)
      .then((b) => setOwn((made = URL.createObjectURL(b))))
      .catch(() => setOwn("-"));
    return () => {
      stop.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [src]);
  if (own === "-") return <p class="soft">图片暂时取不到。</p>;
  return own ? <img src={own} alt={alt} /> : <p class="soft">正在取图…</p>;
}
