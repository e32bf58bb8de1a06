// SPDX-License-Identifier: GPL-3.0-or-later
//
// session - who sits at the desk

import { call, deviceWanted, loggedOut } from "../shared/api";
import { store } from "../shared/store";
import type { Session } from "../shared/types";

export const session = store<Session | null>(null);

export async function logIn(user: string, password: string, code: string): Promise<void> {
  const a = await call<Session>("/session", {
    method: "POST",
    json: code ? { user, password, code } : { user, password },
  });
  begin(a.data);
}

/** Whoever is logged in already; a Problem when nobody is. */
export async function findSession(): Promise<void> {
  begin((await call<Session>("/session")).data);
}

function begin(s: Session): void {
  loggedOut.set(0);
  deviceWanted.set(false);
  session.set(s);
}

export async function logOut(): Promise<void> {
  await call("/session", { method: "DELETE" });
  session.set(null);
}

/** The old password is what somebody else told; the new one is one's own. */
export async function setPassword(old: string, fresh: string): Promise<void> {
  begin((await call<Session>("/session/password", { method: "POST", json: { old, new: fresh } })).data);
}

export const newSecret = () => call<{ secret: string; uri: string }>("/session/totp", { method: "POST", json: {} });

/** The second device is kept when its first code is right. */
export async function setSecret(secret: string, code: string): Promise<void> {
  await call("/session/totp", { method: "POST", json: { secret, code } });
  await findSession();
}

export function may(permission: string): boolean {
  return session.get()?.permissions.includes(permission) ?? false;
}
