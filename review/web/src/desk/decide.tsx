// SPDX-License-Identifier: GPL-3.0-or-later
//
// decide - the bar below an application: what can be decided, what is missing
//
// A decision names the revision it was made of (If-Match). When the applicant
// or somebody else was faster, what changed is shown and nothing is decided.

import { useState } from "preact/hooks";
import { Problem, call, newKey, online } from "../shared/api";
import { useCommands } from "../shared/keys";
import { useStore } from "../shared/store";
import type { Letter, Review } from "../shared/types";
import { AskText, Button, Dialog, say, sayError } from "../shared/ui";
import { ACTION, last } from "./decided";
import { moment } from "../shared/words";
import { flush } from "./journal";
import { LetterDialog } from "./letter";

type Open = "" | "pass" | "return" | "refuse" | "hold" | "note";

interface Changed {
  detail: string;
  changes: { label: string; what: string }[];
}

interface Props {
  review: Review;
  etag: () => string;
  unseen: string[];
  mayDecide: boolean;
  why: string;
  onUnseen: () => void;
  onDone: () => void;
  onStale: () => void;
  onNext: () => void;
}

/** What a person still has to look at or say before passing or returning. */
export function missingOf(review: Review, unseen: string[]): { pass: string[]; back: string[] } {
  const open = review.findings.filter((f) => f.severity !== "info" && !f.mark).length;
  const stands = review.findings.filter((f) => f.mark?.verdict === "stands").length;
  const unmarked = open > 0 ? [`${open} 条疑点未标记`] : [];
  const pages = unseen.length > 0 ? [`未看：${unseen.join("、")}`] : [];
  return {
    pass: [...unmarked, ...(stands > 0 ? [`${stands} 条疑点已标为成立`] : []), ...pages],
    back: [...unmarked, ...pages],
  };
}

export function DecisionBar(props: Props) {
  const { review, mayDecide } = props;
  const isOnline = useStore(online);
  const [openNow, setOpen] = useState<Open>("");
  const [busy, setBusy] = useState(false);
  const [changed, setChanged] = useState<Changed | null>(null);
  const [key, setKey] = useState(newKey);
  const missing = missingOf(review, props.unseen);
  const mayPass = mayDecide && isOnline && missing.pass.length === 0;
  const mayReturn = mayDecide && isOnline && missing.back.length === 0;
  const close = () => setOpen("");

  const decide = async (action: string, more: object) => {
    if (busy) return;
    setBusy(true);
    try {
      await flush();
      const a = await call<{ id: string; undo_until: string; needs_second: boolean }>(
        `/applications/${review.id}/decisions`,
        { method: "POST", etag: props.etag(), key, json: { action, ...more } },
      );
      setOpen("");
      if (a.data.needs_second) say("已记下，等第二人复核。");
      last.set({ id: a.data.id, application: review.id, order_no: review.order_no, action, undo_until: a.data.undo_until });
      props.onDone();
    } catch (e) {
      setOpen("");
      if (e instanceof Problem && e.status === 412) setChanged(changedOf(e));
      else sayError(e);
    }
    setKey(newKey());
    setBusy(false);
  };

  const tell = (missing: string[]) => say(props.why || (isOnline ? `还不能决定：${missing.join("；")}。` : "离线时不能决定。"), true);
  const asks = (open: Open, ready: boolean, missing: string[]) => () => (ready ? setOpen(open) : tell(missing));
  const armed = openNow === "pass";
  const commit = () => decide("pass", {});
  useCommands("决定", mayDecide || props.why ? [
    { key: "a", name: "通过（再按 Enter 确定）", decides: true, run: asks("pass", mayPass, missing.pass) },
    { key: "r", name: "退回修改（预览通知）", decides: true, run: asks("return", mayReturn, missing.back) },
    { key: "n", name: "不予受理（转现场）", decides: true, run: asks("refuse", mayDecide && isOnline, []) },
    { key: "h", name: "挂起或求助", decides: true, run: asks("hold", mayDecide && isOnline, []) },
    { key: "b", name: "下一份没看过的材料", run: props.onUnseen },
  ] : []);
  useCommands("确定", armed ? [
    { key: "Enter", name: "确定通过", decides: true, quiet: true, run: commit },
    { key: "Escape", name: "取消", quiet: true, run: close },
  ] : []);
  useCommands("下一件", [{ key: ".", name: "下一件", run: props.onNext }]);

  return (
    <footer class="decide" data-region tabIndex={0} aria-label="决定">
      {armed ? (
        <div class="armed" role="alert">
          <b>将通过 {review.order_no}（修订 {review.revision}）</b>
          <Button hint="Enter" class="main" disabled={busy} onClick={commit}>确定通过</Button>
          <Button hint="Esc" onClick={close}>取消</Button>
        </div>
      ) : (
        <div class="choices">
          <Button hint="A" class="main" aria-disabled={!mayPass} disabled={!mayDecide} onClick={asks("pass", mayPass, missing.pass)}>通过</Button>
          <Button hint="R" disabled={!mayDecide} onClick={asks("return", mayReturn, missing.back)}>退回修改</Button>
          <Button hint="N" disabled={!mayDecide} onClick={asks("refuse", mayDecide, [])}>不予受理</Button>
          <Button hint="H" disabled={!mayDecide} onClick={asks("hold", mayDecide, [])}>挂起</Button>
          <Button hint="." onClick={props.onNext}>下一件</Button>
          <p class="missing">
            {props.why ? props.why : missing.back.length > 0 ? `还差：${missing.back.join("；")}。` : missing.pass.length > 0 ? `${missing.pass.join("；")}，可退回。` : "都看过了，请决定。"}
            {!props.why && props.unseen.length > 0 && <Button hint="B" onClick={props.onUnseen}>下一份未看</Button>}
          </p>
        </div>
      )}
      {openNow === "return" && (
        <LetterDialog application={review.id} onClose={close}
          onSend={(letter, note) => decide("return", { letter: letterOf(letter), note })} />
      )}
      {openNow === "refuse" && (
        <AskText title="不予受理，请申请人到现场办理" label="理由（写进通知）" wanted go="不予受理" onClose={close}
          help="不予受理须由第二人复核。" onGo={(reason) => decide("refuse", { reason })} />
      )}
      {openNow === "hold" && (
        <AskText title="挂起" label="原因（内部）" wanted go="挂起" onClose={close} onGo={(reason) => decide("hold", { reason })} />
      )}
      {changed && (
        <Dialog title="申请已更新，这次没有决定" onClose={() => { setChanged(null); props.onStale(); }}>
          <p>{changed.detail}</p>
          <ul class="changes">
            {changed.changes.map((c, i) => <li key={i}><b>{c.label}</b> {c.what}</li>)}
          </ul>
          <footer>
            <button type="button" class="main" autofocus onClick={() => { setChanged(null); props.onStale(); }}>看现在的内容</button>
          </footer>
        </Dialog>
      )}
    </footer>
  );
}

function letterOf(l: Letter): object {
  return {
    intro: l.intro,
    closing: l.closing,
    items: l.items.map(({ finding, slot, text, advice, rule }) => ({
      finding, slot, text: text.trim(), advice: advice.trim(), ...(rule && { rule }),
    })),
  };
}

function changedOf(p: Problem): Changed {
  const list = Array.isArray(p.body["changes"]) ? (p.body["changes"] as Changed["changes"]) : [];
  return { detail: p.detail || "您看的不是最新内容。", changes: list };
}

export function Decided({ review }: { review: Review }) {
  const d = review.decision;
  const no = review.overruled;
  if (no) return (
    <p class="decided overruled">
      <b><span aria-hidden="true">⚠ </span>{no.by}复核不同意“{ACTION[no.action] ?? no.action}”</b>　{moment(no.at)}
      <span class="why">理由：{no.note}</span>
    </p>
  );
  if (!d) return null;
  return (
    <p class="decided">
      <b>{ACTION[d.action] ?? d.action}</b>　{d.by}　{moment(d.at)}
      {d.needs_second && "，待第二人复核"}
      {d.note && <span class="why">理由：{d.note}</span>}
    </p>
  );
}

/** What was held and is no longer to be undone may be gone on with. */
export const isHeld = (review: Review) => review.decision?.action === "hold" && !review.decision.undo_until;
