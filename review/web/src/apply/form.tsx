// SPDX-License-Identifier: GPL-3.0-or-later
//
// form - the order's data, which the papers are compared with

import { useRef, useState } from "preact/hooks";
import { Problem, call, newKey, words } from "../shared/api";
import type { OrderForm } from "../shared/types";
import { creditCodeWrong, emailWrong, idNumberWrong, mobileWrong } from "./numbers";

interface Text {
  name: string;
  label: string;
  help?: string;
  mode?: "numeric" | "tel" | "email";
  clean?: (text: string) => string;
  wrong?: (text: string) => string;
}

const upper = (t: string) => t.toUpperCase().replace(/\s/g, "");
const tight = (t: string) => t.replace(/\s/g, "");

const UNIT: Text[] = [
  { name: "order_no", label: "订单编号", mode: "numeric", clean: tight },
  { name: "project", label: "项目名称", help: "与订单上的完全一致，例如“江西省公共资源交易（医药采购）”。" },
  { name: "org_name", label: "单位名称", help: "与营业执照完全一致，括号用全角。" },
  { name: "credit_code", label: "统一社会信用代码", clean: upper, wrong: creditCodeWrong },
  { name: "legal_rep", label: "法定代表人姓名" },
];
const HANDLER: Text[] = [
  { name: "handler_name", label: "经办人姓名" },
  { name: "id_number", label: "经办人身份证号", clean: upper, wrong: idNumberWrong },
  { name: "mobile", label: "经办人手机号", mode: "tel", clean: tight, wrong: mobileWrong },
  { name: "email", label: "电子邮箱", mode: "email", clean: tight, wrong: emailWrong },
];
const ALL = [...UNIT, ...HANDLER];

function formOf(t: Record<string, string>): OrderForm {
  const get = (name: string) => t[name] ?? "";
  return {
    schema: "sealdesk.application/1",
    order_no: get("order_no"),
    order_type: "new",
    project: get("project"),
    organization: { name: get("org_name"), credit_code: get("credit_code"), user_class: get("user_class") || "ordinary" },
    certificate: { with_seal: get("with_seal") !== "no", prior_main_key: get("prior_main_key") || "no" },
    legal_representative: { name: get("legal_rep"), verification: get("verification") || "认证成功" },
    handler: { name: get("handler_name"), id_number: get("id_number"), mobile: get("mobile"), email: get("email") },
  };
}

export function OrderPage(props: { onCreated: (code: string) => void; onBack: () => void }) {
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [failed, setFailed] = useState("");
  const [busy, setBusy] = useState(false);
  const key = useRef(newKey());
  const form = useRef<HTMLFormElement>(null);
  const set = (name: string, value: string) => setTexts((t) => ({ ...t, [name]: value }));
  const check = (t: Text): string => {
    const value = texts[t.name] ?? "";
    return value === "" ? "请填写。" : (t.wrong?.(value) ?? "");
  };
  const leave = (t: Text) => {
    if (texts[t.name]) setWrong((w) => ({ ...w, [t.name]: check(t) }));
  };
  const create = async (e: Event) => {
    e.preventDefault();
    const found = Object.fromEntries(ALL.map((t) => [t.name, check(t)]));
    setWrong(found);
    const first = ALL.find((t) => found[t.name]);
    if (first) return form.current?.querySelector<HTMLElement>(`#${first.name}`)?.focus();
    setBusy(true);
    setFailed("");
    try {
      const a = await call<{ access_code: string }>("/applications", { method: "POST", json: formOf(texts), key: key.current });
      props.onCreated(a.data.access_code);
    } catch (p) {
      key.current = newKey();
      const list = p instanceof Problem && Array.isArray(p.body["errors"]) ? (p.body["errors"] as unknown[]) : [];
      setFailed([words(p), ...list.filter((x) => typeof x === "string")].join(" "));
    }
    setBusy(false);
  };
  const field = (t: Text) => (
    <Field key={t.name} t={t} value={texts[t.name] ?? ""} wrong={wrong[t.name] ?? ""}
      onSet={(v) => set(t.name, v)} onLeave={() => leave(t)} />
  );
  const choice = (name: string, label: string, of: [string, string][]) => (
    <label class="field">
      <span>{label}</span>
      <select value={texts[name] ?? of[0]![0]} onChange={(e) => set(name, e.currentTarget.value)}>
        {of.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </label>
  );

  return (
    <main id="main" tabIndex={-1}>
      <h1>填写订单信息</h1>
      <p class="soft">材料会与这里填写的内容逐字比对。请照订单和证照填写，每项都要填。</p>
      <form ref={form} noValidate onSubmit={create} class="order">
        <fieldset>
          <legend>单位</legend>
          {UNIT.map(field)}
          {choice("user_class", "单位类别", [["ordinary", "普通机构"], ["supervisor", "监管机构"], ["cost_engineer", "造价人员"], ["expert", "评标专家"], ["unknown", "不清楚"]])}
        </fieldset>
        <fieldset>
          <legend>证书</legend>
          {choice("with_seal", "证书类型", [["yes", "主锁（含签章）"], ["no", "副锁（不含签章）"]])}
          {choice("prior_main_key", "单位以前办过主锁吗", [["no", "没有，首次办理"], ["yes", "已有主锁"], ["unknown", "不清楚"]])}
          {choice("verification", "法定代表人手机核验结果", [["认证成功", "认证成功"], ["未认证", "还没有核验"], ["认证失败", "认证失败"]])}
        </fieldset>
        <fieldset>
          <legend>经办人</legend>
          {HANDLER.map(field)}
        </fieldset>
        <p class="wrong" role="alert">{failed}</p>
        <p class="buttons">
          <button type="submit" class="main" disabled={busy}>{busy ? "正在保存…" : "下一步：上传材料"}</button>
          <button type="button" onClick={props.onBack}>返回</button>
        </p>
      </form>
    </main>
  );
}

function Field(props: { t: Text; value: string; wrong: string; onSet: (v: string) => void; onLeave: () => void }) {
  const { t, value, wrong } = props;
  const about = [t.help && `${t.name}-help`, wrong && `${t.name}-wrong`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={t.name}>{t.label}</label>
      <input id={t.name} value={value} required autocomplete="off" inputMode={t.mode ?? "text"} maxLength={120}
        aria-invalid={wrong ? true : undefined} aria-describedby={about || undefined}
        onInput={(e) => props.onSet(e.currentTarget.value)}
        onBlur={() => {
          if (t.clean) props.onSet(t.clean(value));
          else props.onSet(value.trim());
          props.onLeave();
        }} />
      {t.help && <small id={`${t.name}-help`}>{t.help}</small>}
      {wrong && <p class="wrong" id={`${t.name}-wrong`}><span aria-hidden="true">✗ </span>{wrong}</p>}
    </div>
  );
}
