// SPDX-License-Identifier: GPL-3.0-or-later
//
// desk - where staff review applications

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import "../shared/base.css";
import "./desk.css";
import { deviceWanted, loggedOut, online } from "../shared/api";
import { keyName, useCommands } from "../shared/keys";
import { useStore } from "../shared/store";
import { Button, OfflineBar, Sayings, hush, sayError } from "../shared/ui";
import { ApplicationPage } from "./application";
import { Help } from "./help";
import { journalLength } from "./journal";
import { Account, FirstDevice, FirstPassword } from "./account";
import { AuditPage } from "./audit";
import { LoginAgain, LoginPage } from "./login";
import { PaperPage } from "./paper";
import { QueuePage } from "./queue";
import { go, route, type Route } from "./route";
import { SealPage } from "./seals";
import { findSession, logOut, may, session } from "./session";
import { SettingsPage } from "./settings";
import { StatsPage } from "./stats";
import { UsersPage } from "./users";

const PLACES = [
  { name: "queue", label: "队列", key: "q", needs: "queue_read" },
  { name: "stats", label: "统计", key: "s", needs: "stats_read" },
  { name: "settings", label: "设置", key: "t", needs: "rules_read" },
  { name: "users", label: "用户", key: "u", needs: "users_read" },
  { name: "audit", label: "审计", key: "a", needs: "audit_read" },
] as const;

/** `G` and then a letter. */
function useGo(): void {
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    if (!armed) return;
    const timer = setTimeout(() => setArmed(false), 1500);
    return () => clearTimeout(timer);
  }, [armed]);
  const places = PLACES.filter((p) => may(p.needs));
  useCommands("到处可用", [
    { key: "g", name: `再按 ${places.map((p) => `${keyName(p.key)} ${p.label}`).join("、")}`, run: () => setArmed(true) },
  ]);
  useCommands(
    "前往",
    armed
      ? places.map((p) => ({
          key: p.key, name: p.label, quiet: true,
          run: () => { setArmed(false); go(p.name); },
        }))
      : [],
  );
}

function Desk() {
  const who = useStore(session)!;
  const place = useStore(route);
  const expired = useStore(loggedOut) > 0;
  const waiting = useStore(journalLength);
  const [help, setHelp] = useState(false);
  const [account, setAccount] = useState(false);
  useGo();
  useCommands("到处可用", [
    { key: "?", name: "快捷键一览", run: () => setHelp(true) },
    { key: "F6", name: "下一栏", run: nextRegion, inText: true },
  ]);
  const here = ["application", "seals", "paper"].includes(place.name) ? "queue" : place.name;
  const first = PLACES.find((p) => may(p.needs));
  const mayBeHere = may(PLACES.find((p) => p.name === here)!.needs);
  useEffect(hush, [place]);
  useEffect(() => {
    // An administrator has no queue.
    if (!mayBeHere && first) go(first.name);
  }, [mayBeHere, first]);
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>("main")?.focus(); }}>
        跳到正文
      </a>
      <header class="top">
        <b>印审台</b>
        <nav aria-label="主要页面">
          {PLACES.filter((p) => may(p.needs)).map((p) => (
            <a key={p.name} href={`#/${p.name}`} aria-current={here === p.name ? "page" : undefined}>
              {p.label}
            </a>
          ))}
        </nav>
        {who.demo && <span class="demo">演示</span>}
        <button type="button" onClick={() => setAccount(true)}>{who.name}</button>
        <Button hint="?" onClick={() => setHelp(true)}>快捷键</Button>
        <button type="button" onClick={() => logOut().catch(sayError)}>退出</button>
      </header>
      <OfflineBar waiting={waiting} />
      {mayBeHere && <Page of={place} />}
      {account && <Account onClose={() => setAccount(false)} />}
      {help && <Help onClose={() => setHelp(false)} />}
      {expired && <LoginAgain />}
      <Sayings />
    </>
  );
}

function Page({ of: { name, id, of } }: { of: Route }) {
  switch (name) {
    case "queue": return <QueuePage />;
    case "application": return <ApplicationPage key={id} id={id} />;
    case "seals": return <SealPage key={id + of} id={id} of={of} />;
    case "paper": return <PaperPage key={id} id={id} />;
    case "stats": return <StatsPage />;
    case "settings": return <SettingsPage />;
    case "users": return <UsersPage />;
    case "audit": return <AuditPage />;
  }
}

/** The focus to the next of the columns. */
function nextRegion(): void {
  const all = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const at = all.findIndex((r) => r.contains(document.activeElement));
  all[(at + 1) % all.length]?.focus();
}

function App() {
  const who = useStore(session);
  const [asked, setAsked] = useState(false);
  const wantsDevice = useStore(deviceWanted);
  const reached = useStore(online);
  useEffect(() => {
    if (!asked && reached)
      findSession().catch(() => undefined).finally(() => setAsked(online.get()));
  }, [reached]);
  if (who?.must_change) return <FirstPassword />;
  if (who && wantsDevice) return <><FirstDevice /><Sayings /></>;
  if (who) return <Desk />;
  if (!asked) return <OfflineBar />;
  return <LoginPage />;
}

render(<App />, document.getElementById("app")!);
