// SPDX-License-Identifier: GPL-3.0-or-later
//
// apply - where an applicant uploads five papers and sees how they fare

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "../shared/base.css";
import "./apply.css";
import { Problem, call, newKey, words } from "../shared/api";
import { useEvery } from "../shared/store";
import type { Application } from "../shared/types";
import { Dialog, OfflineBar, Sayings, say, sayError } from "../shared/ui";
import { codeFromLink, keepCode, linkOf, plain } from "./access";
import { OrderPage } from "./form";
import { SlotCard } from "./slot";
import { PaperState, Reminders, ReturnLetter, StatusSteps } from "./status";

const CHECKING_MS = 1500;
const WAITING_MS = 20_000;

type Screen = "start" | "order" | "mine";

function App() {
  const [code, setCode] = useState(codeFromLink);
  const [screen, setScreen] = useState<Screen>(code ? "mine" : "start");
  const [isNew, setIsNew] = useState(false);
  keepCode(code);
  const open = (c: string, fresh: boolean) => {
    keepCode(c);
    setCode(c);
    setIsNew(fresh);
    setScreen("mine");
  };
  const leave = () => {
    setCode("");
    setScreen("start");
  };
  return (
    <>
      <header class="head">
        <b>印章证书材料上传</b>
        {screen === "mine" && <button type="button" onClick={leave}>关闭这个申请</button>}
      </header>
      <OfflineBar />
      {screen === "start" && <StartPage onNew={() => setScreen("order")} onCode={(c) => open(c, false)} />}
      {screen === "order" && <OrderPage onBack={() => setScreen("start")} onCreated={(c) => open(c, true)} />}
      {screen === "mine" && <MinePage key={code} code={code} isNew={isNew} onLeave={leave} />}
      <Sayings />
    </>
  );
}

function StartPage(props: { onNew: () => void; onCode: (code: string) => void }) {
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState("");
  const enter = (e: Event) => {
    e.preventDefault();
    const clean = code.trim().replace(/^.*#code=/, "");
    if (clean === "") setWrong("请粘贴访问码或打开申请的链接。");
    else props.onCode(plain(clean));
  };
  return (
    <main id="main" tabIndex={-1} class="start">
      <h1>上传五份材料</h1>
      <p>上传后几秒钟就告诉您哪里要改、怎么改；最后由工作人员审核。</p>
      <ul class="needs">
        <li>用<b>扫描仪</b>以 300 dpi 彩色扫描，不要用手机拍照或扫描软件。</li>
        <li>每份材料一个文件：JPG、PNG、TIFF 或 PDF。</li>
        <li>盖<b>公章原章</b>，不要打印或复印印章。</li>
      </ul>
      <section>
        <h2>第一次来</h2>
        <p><button type="button" class="main" onClick={props.onNew}>新建申请</button></p>
      </section>
      <section>
        <h2>已经有申请</h2>
        <form onSubmit={enter}>
          <label class="field">
            <span>访问码</span>
            <input value={code} autocomplete="off" spellcheck={false} aria-invalid={wrong ? true : undefined}
              aria-describedby="code-wrong" onInput={(e) => setCode(e.currentTarget.value)} />
          </label>
          <p class="wrong" id="code-wrong" role="alert">{wrong}</p>
          <button type="submit">打开</button>
        </form>
      </section>
    </main>
  );
}

function MinePage({ code, isNew, onLeave }: { code: string; isNew: boolean; onLeave: () => void }) {
  const [app, setApp] = useState<Application | null>(null);
  const [refused, setRefused] = useState("");
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const key = useRef(newKey());
  const load = async () => {
    try {
      setApp((await call<Application>("/applications/mine")).data);
    } catch (e) {
      if (e instanceof Problem && [401, 403, 404].includes(e.status)) setRefused(words(e));
      else if (!(e instanceof Problem)) return;
      else sayError(e);
    }
  };
  const checking = app?.documents.some((d) => d.status === "checking") ?? false;
  useEffect(() => {
    document.title = "材料上传";
    void load();
  }, []);
  useEvery(refused ? 0 : checking ? CHECKING_MS : WAITING_MS, () => void load(), [checking, refused]);

  if (refused) {
    return (
      <main id="main" tabIndex={-1}>
        <h1>打不开这个申请</h1>
        <p role="alert">访问码不对，或者申请已经结束。请检查是不是完整地粘贴了访问码。</p>
        <p><button type="button" class="main" onClick={onLeave}>返回</button></p>
      </main>
    );
  }
  if (!app) return <main id="main" tabIndex={-1}><p class="soft">正在打开…</p></main>;

  const submit = async () => {
    setBusy(true);
    try {
      setApp((await call<Application>(`/applications/${app.id}/submit`, { method: "POST", json: {}, key: key.current })).data);
      say("已提交，工作人员会尽快审核。");
    } catch (e) {
      sayError(e);
    }
    key.current = newKey();
    setAsking(false);
    setBusy(false);
    await load();
  };
  const editable = app.documents.some((d) => d.may_upload);
  const missing = app.documents.filter((d) => d.required && d.status === "empty").length;
  return (
    <main id="main" tabIndex={-1}>
      <h1>{app.form.organization.name}</h1>
      <p class="soft">订单 <span class="mono">{app.order_no}</span>　{app.form.project}</p>
      {isNew && <KeepCode code={code} />}
      <StatusSteps of={app} />
      {app.paper && <PaperState of={app.paper} />}
      {app.letter && <ReturnLetter id={app.id} />}
      <Reminders of={app.reminders ?? []} />
      <div class="slots">
        {app.documents.map((d) => <SlotCard key={d.slot} application={app.id} slot={d} onChanged={load} />)}
      </div>
      {editable && (
        <footer class="submit">
          <p role="status">
            {missing > 0 ? `还差 ${missing} 份材料。` : app.may_submit ? "材料齐了，可以提交。" : app.submit_why || (checking ? "正在检查，请稍等。" : "")}
          </p>
          <button type="button" class="main" disabled={!app.may_submit || busy} onClick={() => setAsking(true)}>提交审核</button>
        </footer>
      )}
      {!isNew && (
        <details class="keep">
          <summary>访问码与链接</summary>
          <KeepCode code={code} />
        </details>
      )}
      {asking && (
        <Dialog title="提交审核" onClose={() => setAsking(false)}>
          <p>提交后材料就交给工作人员，审核期间不能再改。</p>
          {app.documents.some((d) => d.status === "look" || d.status === "failed") && (
            <p><b>有几处机器不能确定，会由工作人员看；如果能改得更好，现在还可以换文件。</b></p>
          )}
          <footer>
            <button type="button" class="main" disabled={busy} onClick={submit}>{busy ? "正在提交…" : "提交"}</button>
            <button type="button" onClick={() => setAsking(false)}>再看看</button>
          </footer>
        </Dialog>
      )}
    </main>
  );
}

function KeepCode({ code }: { code: string }) {
  const copy = async () => {
    try {
      // Missing where there is no TLS, in spite of its type.
      await navigator.clipboard.writeText(linkOf(code));
      say("链接已复制。");
    } catch {
      say("复制不了，请手工抄下访问码。", true);
    }
  };
  return (
    <section class="code">
      <h2>请保存访问码</h2>
      <p>以后凭它回来看结果。丢了就打不开这个申请；不要发给别人。</p>
      <p><code class="mono">{code}</code></p>
      <p><button type="button" onClick={copy}>复制链接</button></p>
    </section>
  );
}

render(<App />, document.getElementById("app")!);
