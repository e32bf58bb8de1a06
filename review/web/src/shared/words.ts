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

/** What people are, in the order of the permission table. */
export const STAFF: Record<string, string> = {
  reviewer: "初审", second: "复核", maker: "制章", lead: "组长", admin: "管理员", auditor: "审计",
};

/** What the audit log calls things. */
export const ACT: Record<string, string> = {
  login: "登录", logout: "退出",
  "application.created": "新建申请", "application.changed": "修改申请", "application.submitted": "提交申请",
  "application.withdrawn": "撤回申请", "document.uploaded": "上传材料",
  "lease.taken_over": "接手", "decided.pass": "决定：通过", "decided.return": "决定：退回", "decided.refuse": "决定：不予受理",
  "decided.hold": "挂起", "hold.over": "挂起到期", undone: "撤销决定", "second.agreed": "复核同意", "second.disagreed": "复核不同意",
  "settled.pass": "通过已生效", "settled.return": "退回已发出", "settled.refuse": "不予受理已发出", revealed: "查看证件全号",
  "seal.edited": "修整印章", "seal.proposed": "提出制章稿", "seal.produced": "定为制章稿", "seal.linked": "生成导出链接", "seal.exported": "导出制章文件",
  "event.pay": "记录付款", "event.make": "记录制证", "event.dispatch": "记录寄出", "event.paper_pass": "纸质合格", "event.paper_deficient": "纸质不合格",
  "paper.scanned": "扫描纸质材料", "paper.checked": "核对纸质清单", "paper.measured": "检查纸质材料", "rules.published": "发布规则", "rules.rolled_back": "回到上一版规则",
  "user.made": "新建用户", "user.changed": "修改用户", "user.password": "重设密码", "password.changed": "修改自己的密码", "totp.set": "启用动态码",
  "token.made": "新建接口令牌", "token.revoked": "停用接口令牌", "login.refused": "登录被拒", erase: "清除申请",
};

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
