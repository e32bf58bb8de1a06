// SPDX-License-Identifier: GPL-3.0-or-later
//
// account - one's own password and second device

import { useState } from "preact/hooks";
import { words } from "../shared/api";
import { useStore } from "../shared/store";
import { Dialog, say, sayError } from "../shared/ui";
import { logOut, newSecret, session, setPassword, setSecret } from "./session";

function Secret(props: { label: string; value: string; own: "current-password" | "new-password"; onSet: (v: string) => void }) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input type="password" value={props.value} autocomplete={props.own} required
        onInput={(e) => props.onSet(e.currentTarget.value)} />
    </label>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [wrong, setWrong] = useState("");
  const change = async (e: Event) => {
    e.preventDefault();
    if (fresh !== again) return setWrong("两次输入的新密码不同。");
    try {
      await setPassword(old, fresh);
      onDone();
    } catch (p) {
      setWrong(words(p));
    }
  };
  return (
    <form onSubmit={change}>
      <Secret label="现在的密码" value={old} own="current-password" onSet={setOld} />
      <Secret label="新密码" value={fresh} own="new-password" onSet={setFresh} />
      <Secret label="再输一次新密码" value={again} own="new-password" onSet={setAgain} />
      <p class="wrong" role="alert">{wrong}</p>
      <button type="submit" class="main">更换密码</button>
    </form>
  );
}

/** Whoever came with a password of one use chooses his own first. */
export function FirstPassword() {
  return (
    <main class="entrance">
      <h1>请先换密码</h1>
      <p class="soft">现在的密码是一次性的，换成您自己的密码后才能开始。</p>
      <PasswordForm onDone={() => say("密码已更换。")} />
    </main>
  );
}

function DeviceForm() {
  const has = useStore(session)?.has_totp ?? false;
  const [secret, setNew] = useState("");
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState("");
  const begin = () => newSecret().then((a) => setNew(a.data.secret), (p) => setWrong(words(p)));
  const finish = async (e: Event) => {
    e.preventDefault();
    try {
      await setSecret(secret, code.trim());
      setNew("");
      say("已启用动态码，下次登录时需要。");
    } catch (p) {
      setWrong(words(p));
    }
  };
  return (
    <form onSubmit={finish}>
      <p>{has ? "已启用动态码。" : "还没有启用。启用后，登录时除密码外还要输入手机验证器上的六位数字。"}</p>
      {!secret && <button type="button" onClick={begin}>{has ? "换一个设备" : "启用动态码"}</button>}
      {secret && (
        <>
          <p>把这个密钥输入手机验证器，再填它显示的六位数字：</p>
          <p class="mono secret">{secret.match(/.{1,4}/g)?.join(" ")}</p>
          <label class="field">
            <span>六位数字</span>
            <input value={code} inputMode="numeric" pattern="[0-9]{6}" autocomplete="one-time-code" required
              onInput={(e) => setCode(e.currentTarget.value)} />
          </label>
          <button type="submit" class="main">确认</button>
        </>
      )}
      <p class="wrong" role="alert">{wrong}</p>
    </form>
  );
}

/** Where a second device is the rule: set up, then used. */
export function FirstDevice() {
  const has = useStore(session)?.has_totp ?? false;
  return (
    <main class="entrance" id="main" tabIndex={-1}>
      <h1>{has ? "请用动态码重新登录" : "请先启用动态码"}</h1>
      <p class="soft">这里规定登录时除密码外还要动态码。{has ? "动态码已启用，退出后重新登录一次即可。" : ""}</p>
      {!has && <DeviceForm />}
      <p><button type="button" class={has ? "main" : ""} onClick={() => logOut().catch(sayError)}>退出</button></p>
    </main>
  );
}

export function Account({ onClose }: { onClose: () => void }) {
  const who = useStore(session)!;
  return (
    <Dialog title={`${who.name}（${who.user}）`} onClose={onClose}>
      <section class="account">
        <h3>密码</h3>
        <PasswordForm onDone={() => { say("密码已更换，其他地方的登录都已失效。"); onClose(); }} />
      </section>
      <section class="account">
        <h3>动态码</h3>
        <DeviceForm />
      </section>
    </Dialog>
  );
}
