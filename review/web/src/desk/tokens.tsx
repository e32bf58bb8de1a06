// SPDX-License-Identifier: GPL-3.0-or-later
//
// tokens - what other programs come in with: made, told once, ended
//
// A token can't be looked up again; whoever lost it makes another one.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api";
import { useCommands } from "../shared/keys";
import type { Token } from "../shared/types";
import { Button, Dialog, say, sayError } from "../shared/ui";
import { moment } from "../shared/words";

const SCOPES: Record<string, string> = {
  intake: "收件：建立、上传、提交申请，查进度和结果",
  seal_export: "领取制章文件",
  life_cycle: "报告付款、制证、发放",
};
const DAYS = [30, 90, 365];
const SOON_MS = 14 * 86_400_000;

const scopesOf = (t: Token) => t.scopes.split(" ").filter(Boolean);
const isOver = (t: Token) => t.revoked || t.expires_ms <= Date.now();
const dateOf = (ms: number) => new Date(ms).toISOString();

export function Tokens({ turn }: { turn: ComponentChildren }) {
  const [tokens, setTokens] = useState<Token[] | null>(null);
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Token | null>(null);
  const [told, setTold] = useState<{ client: string; token: string } | null>(null);
  const load = () => call<{ items: Token[] }>("/tokens").then((a) => setTokens(a.data.items), sayError);
  useEffect(() => void load(), []);
  useCommands("接口令牌", [{ key: "n", name: "新建令牌", run: () => setMaking(true) }]);
  const end = async (t: Token) => {
    setEnding(null);
    try {
      await call(`/tokens/${t.id}`, { method: "DELETE" });
      say(`${t.client} 的令牌已停用。`);
    } catch (e) {
      sayError(e);
    }
    void load();
  };
  return (
    <>
      <header class="case">
        <h1>接口令牌</h1>
        <p>{tokens && <span>{tokens.filter((t) => !isOver(t)).length} 个可用</span>}</p>
        <p class="end">{turn}<Button hint="N" class="main" onClick={() => setMaking(true)}>新建令牌</Button></p>
      </header>
      <div class="sheet" data-region tabIndex={0} role="region" aria-label="令牌列表">
        <table>
          <thead>
            <tr>
              <th scope="col">接口名称</th><th scope="col">可以做什么</th><th scope="col">建立时间</th>
              <th scope="col">最近使用</th><th scope="col">到期</th><th scope="col">状态</th>
              <th scope="col"><span class="spoken">操作</span></th>
            </tr>
          </thead>
          <tbody>{tokens?.map((t) => <Row key={t.id} of={t} onEnd={() => setEnding(t)} />)}</tbody>
        </table>
        {tokens?.length === 0 && <p class="empty">还没有令牌。别的系统要把申请送进来时，先在这里为它建一个。</p>}
        {!tokens && <p class="empty">正在取令牌…</p>}
      </div>
      <p class="legend">每个系统用自己的令牌；建立和停用都记入审计。</p>
      {making && <Make onClose={() => setMaking(false)} onMade={(t) => { setMaking(false); setTold(t); void load(); }} />}
      {told && <Told {...told} onClose={() => setTold(null)} />}
      {ending && (
        <Dialog title={`停用 ${ending.client} 的令牌`} onClose={() => setEnding(null)} onGo={() => void end(ending)}>
          <p>用它的系统立刻就进不来了，停用后不能恢复。</p>
          <footer>
            <Button hint="Ctrl+Enter" class="main" onClick={() => void end(ending)}>停用</Button>
            <Button hint="Esc" onClick={() => setEnding(null)}>取消</Button>
          </footer>
        </Dialog>
      )}
    </>
  );
}

function Row({ of: t, onEnd }: { of: Token; onEnd: () => void }) {
  const [css, mark, word] = t.revoked ? ["bad", "✗", "已停用"] : isOver(t) ? ["bad", "✗", "已到期"]
    : t.expires_ms - Date.now() < SOON_MS ? ["weight look", "⚠", "快到期"] : ["good", "✓", "可用"];
  return (
    <tr class={isOver(t) ? "off" : ""}>
      <td class="mono">{t.client}</td>
      <td>{scopesOf(t).map((s) => SCOPES[s.toLowerCase()] ?? s).join("；")}</td>
      <td class="number">{moment(dateOf(t.created_ms))}</td>
      <td class="number">{t.last_used_ms === undefined ? "未记录" : t.last_used_ms ? moment(dateOf(t.last_used_ms)) : "没有用过"}</td>
      <td class="number">{moment(dateOf(t.expires_ms))}</td>
      <td><span class={css}><span aria-hidden="true">{mark} </span>{word}</span></td>
      <td>{!t.revoked && <button type="button" aria-label={`停用 ${t.client} 的令牌`} onClick={onEnd}>停用</button>}</td>
    </tr>
  );
}

function Make({ onClose, onMade }: { onClose: () => void; onMade: (t: { client: string; token: string }) => void }) {
  const [client, setClient] = useState("");
  const [scopes, setScopes] = useState(new Set(["intake"]));
  const [days, setDays] = useState(365);
  const [busy, setBusy] = useState(false);
  const ready = !busy && client.trim() !== "" && scopes.size > 0;
  const flip = (scope: string, on: boolean) => setScopes((old) => new Set(on ? [...old, scope] : [...old].filter((s) => s !== scope)));
  const make = async () => {
    if (!ready) return;
    setBusy(true);
    try {
      const { data } = await call<Token & { token: string }>("/tokens", {
        method: "POST", json: { client: client.trim(), scopes: [...scopes].join(" "), days },
      });
      onMade({ client: data.client, token: data.token });
    } catch (e) {
      sayError(e);
      setBusy(false);
    }
  };
  return (
    <Dialog title="新建令牌" onClose={onClose} onGo={() => void make()}>
      <label class="field"><span>接口名称（小写字母、数字，2～40 个，例如 counter-1）</span>
        <input value={client} autofocus autocomplete="off" pattern="[a-z0-9._\-]{2,40}" onInput={(e) => setClient(e.currentTarget.value)} />
      </label>
      <fieldset class="roles">
        <legend>可以做什么</legend>
        {Object.entries(SCOPES).map(([scope, zh]) => (
          <label key={scope}><input type="checkbox" checked={scopes.has(scope)} onChange={(e) => flip(scope, e.currentTarget.checked)} />{zh}</label>
        ))}
      </fieldset>
      <label class="field"><span>有效</span>
        <select value={days} onChange={(e) => setDays(Number(e.currentTarget.value))}>
          {DAYS.map((d) => <option key={d} value={d}>{d} 天</option>)}
        </select>
      </label>
      <footer>
        <Button hint="Ctrl+Enter" class="main" disabled={!ready} onClick={() => void make()}>新建</Button>
        <Button hint="Esc" onClick={onClose}>取消</Button>
      </footer>
    </Dialog>
  );
}

function Told({ client, token, onClose }: { client: string; token: string; onClose: () => void }) {
  return (
    <Dialog title="新令牌" onClose={onClose}>
      <p>请把它填进 <b class="mono">{client}</b> 的配置。<b>只显示这一次</b>，丢了只能停用它再建一个。</p>
      <p class="mono secret">{token}</p>
      <footer><button type="button" class="main" autofocus onClick={onClose}>记下了</button></footer>
    </Dialog>
  );
}
