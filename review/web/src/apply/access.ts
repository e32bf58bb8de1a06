// SPDX-License-Identifier: GPL-3.0-or-later
//
// access - the code that opens one application, and only that one
//
// It stands behind the # of the link that an applicant keeps, which is never
// sent to a server, and is taken out of the address as soon as it was read.
// While the window is open it is kept for a reload.

import { identify } from "../shared/api";

const PLACE = "access-code";

export function codeFromLink(): string {
  const found = /[#&]code=([^&]+)/.exec(location.hash)?.[1];
  if (found) {
    history.replaceState(null, "", location.pathname);
    return plain(found);
  }
  return sessionStorage.getItem(PLACE) ?? "";
}

/** A code as it was pasted, of a link or not. */
export function plain(code: string): string {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}

export function keepCode(code: string): void {
  identify(code);
  if (code) sessionStorage.setItem(PLACE, code);
  else sessionStorage.removeItem(PLACE);
}

export const linkOf = (code: string) => `${location.origin}/apply#code=${encodeURIComponent(code)}`;
