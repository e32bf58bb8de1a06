// SPDX-License-Identifier: GPL-3.0-or-later
//
// login - name, password, and the code of the second device when it is wanted
//
// It lies over the page when a session ends in the middle of work, so that
// nothing on the screen is lost.

import { useState } from "preact/hooks";
import { Problem, words } from "../shared/api";
import { Dialog } from "../shared/ui";
import { logIn } from "./session";

export function LoginForm() {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [wantsCode, setWantsCode] = useState(false);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);

  const enter = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    setWrong("");
    try {
      await logIn(user.trim(), password, code.trim());
    } catch (p) {
      if (p instanceof Problem && p.code === "code-wanted") setWantsCode(true);
      else setWrong(words(p));
    }
    setBusy(false);
  };

  return (
    <form class="login" onSubmit={enter}>
      <label class="field">
        <span>用户名</span>
        <input value={user} autofocus autocomplete="username" required
          onInput={(e) => setUser(e.currentTarget.value)} />
      </label>
      <label class="field">
        <span>密码</span>
        <input type="password" value={password} autocomplete="current-password" required
          onInput={(e) => setPassword(e.currentTarget.value)} />
      </label>
      {wantsCode && (
        <label class="field">
          <span>动态码（手机验证器上的六位数字）</span>
          <input value={code} inputMode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required
            autofocus
            onInput={(e) => setCode(e.currentTarget.value)} />
        </label>
      )}
      <p class="wrong" role="alert">{wrong}</p>
      <button type="submit" class="main" disabled={busy}>
        {busy ? "正在登录…" : "登录"}
      </button>
    </form>
  );
}

export function LoginPage() {
  return (
    <main class="entrance">
      <h1>印审台</h1>
      <p class="soft">印章证书上传件审核</p>
      <LoginForm />
    </main>
  );
}

export function LoginAgain() {
  return (
    <Dialog title="登录已失效，请重新登录">
      <p class="soft">页面上的内容都还在，登录后接着办。</p>
      <LoginForm />
    </Dialog>
  );
}
