// SPDX-License-Identifier: GPL-3.0-or-later
//
// second - what comes after a decision: the second person, then the paper
//
// Nobody is his own second person; the service refuses that, too.

import { useState } from "preact/hooks";
import { call, newKey } from "../shared/api";
import { useCommands } from "../shared/keys";
import type { Review } from "../shared/types";
import { AskText, Button, say, sayError } from "../shared/ui";
import { ACTION } from "./decided";
import { may } from "./session";

export function SecondPerson({ review, onDone }: { review: Review; onDone: () => void }) {
  const [why, setWhy] = useState(false);
  const d = review.decision;
  const wanted = d !== null && d.needs_second && may("decide_second");
  const tell = async (verdict: "agree" | "disagree", note: string) => {
    setWhy(false);
    try {
      await call(`/decisions/${d!.id}/second`, { method: "POST", key: newKey(), json: { verdict, note } });
      say(verdict === "agree" ? "已同意，决定生效。" : "已退回初审。");
      onDone();
    } catch (e) {
      sayError(e);
    }
  };
  useCommands("复核", wanted ? [
    { key: "y", name: "同意初审的决定", decides: true, run: () => void tell("agree", "") },
    { key: "x", name: "不同意（写理由）", decides: true, run: () => setWhy(true) },
  ] : []);
  if (!wanted) return null;
  return (
    <div class="second" role="group" aria-label="复核">
      <p><b>待您复核：{d.by} 的决定是“{ACTION[d.action] ?? d.action}”。</b></p>
      {d.action === "pass" && <p class="soft">有致命疑点被判为不成立，请看上面各条的理由。</p>}
      <p class="buttons">
        <Button hint="Y" class="main" onClick={() => tell("agree", "")}>同意</Button>
        <Button hint="X" onClick={() => setWhy(true)}>不同意</Button>
      </p>
      {why && <AskText title="不同意初审的决定" label="理由" wanted go="退回初审" onClose={() => setWhy(false)} onGo={(note) => tell("disagree", note)} />}
    </div>
  );
}

/** What happens beyond the desk: the payment, the paper, the certificate. */
export function NextEvents({ review, onDone }: { review: Review; onDone: () => void }) {
  const events = review.events ?? [];
  if (events.length === 0) return null;
  const happened = async (event: string, zh: string) => {
    try {
      await call(`/applications/${review.id}/events/${event}`, { method: "POST", key: newKey(), json: {} });
      say(`已记下：${zh}。`);
      onDone();
    } catch (e) {
      sayError(e);
    }
  };
  return (
    <div class="second" role="group" aria-label="后续流程">
      <p><b>后续流程（现在：{review.public_state}）</b></p>
      <p class="buttons">
        {events.map((e) => <button key={e.event} type="button" onClick={() => happened(e.event, e.zh)}>{e.zh}</button>)}
      </p>
    </div>
  );
}
