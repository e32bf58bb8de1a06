// SPDX-License-Identifier: GPL-3.0-or-later
//
// users - who works here: made, given roles, ended
//
// A first password is told once, to whoever makes the user; its owner has to
// change it. Nobody changes himself: the service refuses that, too.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api";
import { useCommands } from "../shared/keys";
import type { Person } from "../shared/types";
import { Button, Dialog, say, sayError } from "../shared/ui";
import { STAFF, moment } from "../shared/words";
import { may, session } from "./session";
import { Tokens } from "./tokens";

const rolesOf = (p: Person) => p.roles.split(/[\s,]+/).filter(Boolean);

interface Told {
  user: string;
  password: string;
}

/** The people, and beside them the programs that come in. */
export function UsersPage() {
  const [part, setPart] = useState<"people" | "tokens">("people");
  const other = part === "people" ? "tokens" : "people";
  useCommands("用户", may("users_write") ? [{ key: "k", name: "用户或接口令牌", run: () => setPart(other) }] : []);
  useEffect(() => void (document.title = `${part === "people" ? "用户" : "接口令牌"} · 印审台`), [part]);
  return (
    <main class="people" id="main" tabIndex={-1}>
      {part === "people"
        ? <People turn={may("users_write") && <Button hint="K" onClick={() => setPart(other)}>接口令牌</Button>} />
        : <Tokens turn={<Button hint="K" onClick={() => setPart(other)}>用户</Button>} />}
    </main>
  );
}

function People({ turn }: { turn: ComponentChildren }) {
  const [people, setPeople] = useState<Person[] | null>(null);
  const [changing, setChanging] = useState<Person | "new" | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const load = () => call<{ items: Person[] }>("/users").then((a) => setPeople(a.data.items), sayError);
  useEffect(() => void load(), []);
  const done = (t: Told | null) => {
    setChanging(null);
    setTold(t);
    void load();
  };
  const mayWrite = may("users_write");
  useCommands("用户", mayWrite ? [{ key: "n", name: "新建用户", run: () => setChanging("new") }] : []);
  return (
    <>
      <header class="case">
        <h1>用户</h1>
        <p>{people && <span>{people.filter((p) => !p.disabled).length} 人在用</span>}</p>
        <p class="end">{turn}{mayWrite && <Button hint="N" class="main" onClick={() => setChanging("new")}>新建用户</Button>}</p>
      </header>
      <div class="sheet" data-region tabIndex={0} role="region" aria-label="用户列表">
        <table>
          <thead>
            <tr>
              <th scope="col">用户名</th><th scope="col">姓名</th><th scope="col">角色</th><th scope="col">动态码</th>
              <th scope="col">状态</th><th scope="col">建立时间</th>{mayWrite && <th scope="col"><span class="spoken">操作</span></th>}
            </tr>
          </thead>
          <tbody>
            {people?.map((p) => (
              <tr key={p.id} class={p.disabled ? "off" : ""}>
                <td class="mono">{p.user}</td>
                <td>{p.name}</td>
                <td>{rolesOf(p).map((r) => STAFF[r] ?? r).join("、")}</td>
                <td>{p.second_factor ? <span class="good"><span aria-hidden="true">✓ </span>已启用</span> : "未启用"}</td>
                <td>{p.disabled ? <span class="bad"><span aria-hidden="true">✗ </span>已停用</span> : "在用"}</td>
                <td class="number">{moment(p.created_at)}</td>
                {mayWrite && (
                  <td>
                    {p.user === session.get()?.user
                      ? <small>不能修改自己</small>
                      : <button type="button" aria-label={`修改 ${p.name}`} onClick={() => setChanging(p)}>修改</button>}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
        {!people && <p class="empty">正在取用户…</p>}
      </div>
      <p class="legend">用户只停用，不删除：审计记录里要查得到是谁。停用、改角色后，此人在各处的登录立即失效。</p>
      {changing && <PersonDialog of={changing === "new" ? null : changing} onDone={done} onClose={() => setChanging(null)} />}
      {told && <PasswordDialog told={told} onClose={() => setTold(null)} />}
    </>
  );
}

function PersonDialog({ of, onDone, onClose }: { of: Person | null; onDone: (t: Told | null) => void; onClose: () => void }) {
  const [user, setUser] = useState(of?.user ?? "");
  const [name, setName] = useState(of?.name ?? "");
  const [roles, setRoles] = useState<Set<string>>(new Set(of ? rolesOf(of) : []));
  const [busy, setBusy] = useState(false);
  const ready = !busy && user.trim() !== "" && name.trim() !== "" && roles.size > 0;
  const send = async (path: string, method: "POST" | "PATCH", json: object, done: string) => {
    setBusy(true);
    try {
      const { data } = await call<{ password?: string }>(path, { method, json });
      if (!data.password) say(done);
      onDone(data.password ? { user: user.trim(), password: data.password } : null);
    } catch (e) {
      sayError(e);
    }
    setBusy(false);
  };
  const change = (json: object, done: string) => void send(`/users/${of!.id}`, "PATCH", json, done);
  const save = () => {
    if (!ready) return;
    if (of) change({ roles: [...roles] }, "角色已修改。");
    else void send("/users", "POST", { user: user.trim(), name: name.trim(), roles: [...roles] }, "");
  };
  const flip = (role: string, on: boolean) =>
    setRoles((old) => new Set(on ? [...old, role] : [...old].filter((r) => r !== role)));
  return (
    <Dialog title={of ? `修改用户：${of.name}（${of.user}）` : "新建用户"} onClose={onClose} onGo={save}>
      {!of && (
        <div>
          <label class="field"><span>用户名（小写字母、数字，2～40 个）</span>
            <input value={user} autofocus autocomplete="off" pattern="[a-z0-9._\-]{2,40}" onInput={(e) => setUser(e.currentTarget.value)} />
          </label>
          <label class="field"><span>姓名</span>
            <input value={name} autocomplete="off" maxLength={40} onInput={(e) => setName(e.currentTarget.value)} />
          </label>
        </div>
      )}
      <fieldset class="roles">
        <legend>角色</legend>
        {Object.entries(STAFF).map(([role, zh]) => (
          <label key={role}>
            <input type="checkbox" checked={roles.has(role)} onChange={(e) => flip(role, e.currentTarget.checked)} />{zh}
          </label>
        ))}
      </fieldset>
      <p class="soft">初审和复核由不同的人做：同一人有两个角色时，也不能复核自己的决定。</p>
      {of && (
        <p class="buttons">
          <button type="button" disabled={busy} onClick={() => change({ new_password: true }, "")}>重设密码并取消动态码</button>
          <button type="button" disabled={busy} onClick={() => change({ disabled: !of.disabled }, of.disabled ? "已重新启用。" : "已停用。")}>
            {of.disabled ? "重新启用" : "停用"}
          </button>
        </p>
      )}
      <footer>
        <Button hint="Ctrl+Enter" class="main" disabled={!ready} onClick={save}>{of ? "保存角色" : "新建"}</Button>
        <Button hint="Esc" onClick={onClose}>取消</Button>
      </footer>
    </Dialog>
  );
}

function PasswordDialog({ told, onClose }: { told: Told; onClose: () => void }) {
  return (
    <Dialog title="一次性密码" onClose={onClose}>
      <p>请把它交给 <b class="mono">{told.user}</b> 本人。只显示这一次；第一次登录时须换成自己的密码。</p>
      <p class="mono secret">{told.password}</p>
      <footer><button type="button" class="main" autofocus onClick={onClose}>记下了</button></footer>
    </Dialog>
  );
}
