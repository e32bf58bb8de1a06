// SPDX-License-Identifier: GPL-3.0-or-later
//
// numbers - what can be told of a number while it is being typed
//
// GB 32100-2015 (credit code) and GB 11643-1999 (citizen number): the last
// character checks the others. The service checks again; this only answers
// sooner.

const CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const ID = "10X98765432";

/** "" when it may be right. */
export function creditCodeWrong(text: string): string {
  if (text.length !== 18) return `应为 18 位，现在 ${text.length} 位。`;
  let sum = 0;
  for (let i = 0; i < 17; i++) {
    const at = CODE.indexOf(text[i]!);
    if (at < 0) return `第 ${i + 1} 位“${text[i]}”不会出现在信用代码里（没有字母 I、O、S、V、Z）。`;
    sum += at * (3 ** i % 31);
  }
  return text[17] === CODE[(31 - (sum % 31)) % 31] ? "" : "校验位不对，请对照营业执照逐位核对。";
}

export function idNumberWrong(text: string): string {
  if (!/^\d{17}[\dX]$/.test(text)) return "应为 18 位数字，最后一位可以是 X。";
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += Number(text[i]) * (2 ** (17 - i) % 11);
  return text[17] === ID[sum % 11] ? "" : "校验位不对，请对照身份证逐位核对。";
}

export function mobileWrong(text: string): string {
  return /^1\d{10}$/.test(text) ? "" : "应为 11 位手机号。";
}

export function emailWrong(text: string): string {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text) ? "" : "邮箱的写法不对。";
}
