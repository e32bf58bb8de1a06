// SPDX-License-Identifier: GPL-3.0-or-later
//
// words - what states, roles and times are called

export const SEVERITY = {
  block: { mark: "✗", word: "致命" },
  look: { mark: "⚠", word: "需人看" },
  info: { mark: "ⓘ", word: "提示" },
} as const;

export const VERDICT: Record<string, string> = { clean: "未见疑点", flagged: "有疑点", blocked: "有致命疑点" };

export const SLOT: Record<string, string> = {
  application_form: "申请表",
  business_license: "营业执照",
  id_card: "身份证",
  authorization_letter: "委托书",
  seal_sheet: "采集表",
};

export const SLOT_FULL: Record<string, string> = {
  application_form: "数字证书用户申请表",
  business_license: "营业执照副本复印件",
  id_card: "经办人身份证复印件",
  authorization_letter: "法人授权委托书",
  seal_sheet: "电子签章采集表",
};

export const ROLE: Record<string, string> = { official: "公章", legal_rep: "法人章", authority: "机关印章", other: "其他印章" };
export const SHAPE: Record<string, string> = { round: "圆形", square: "方形", rectangle: "长方形", ellipse: "椭圆形", other: "不规则" };
export const INK: Record<string, string> = { wet: "原章", printed: "打印", photocopy: "复印", unknown: "不能确定" };

export const DISMISS = ["机器看错", "在允许范围", "与本材料无关", "已电话核实", "其他（须写）"];

const pad = (n: number) => String(n).padStart(2, "0");

/** "03-18 14:05", or with the year when it is another one. */
export function moment(text: string | null | undefined): string {
  if (!text) return "—";
  const d = new Date(text);
  if (Number.isNaN(d.getTime())) return text;
  const year = d.getFullYear() === new Date().getFullYear() ? "" : `${d.getFullYear()}-`;
  return `${year}${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${pad(d.getHours())}:${pad(d.getMinutes())}`;
}

/** "1 天 05:40" until then; below zero it is late. */
export function remaining(text: string | null, now = Date.now()): { words: string; late: boolean; near: boolean } {
  if (!text) return { words: "—", late: false, near: false };
  const min = Math.round((new Date(text).getTime() - now) / 60000);
  const of = Math.abs(min);
  const days = Math.floor(of / 1440);
  const clock = `${pad(Math.floor((of % 1440) / 60))}:${pad(of % 60)}`;
  const span = days > 0 ? `${days} 天 ${clock}` : clock;
  return { words: min < 0 ? `超时 ${span}` : span, late: min < 0, near: min >= 0 && min < 120 };
}

export function bytes(n: number): string {
  if (n < 1024) return `${n} 字节`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(0)} kB`;
  return `${(n / 1024 / 1024).toFixed(1)} MB`;
}

export function percent(x: number | null | undefined): string {
  return x === null || x === undefined ? "—" : `${Math.round(x * 100)}%`;
}
