// SPDX-License-Identifier: GPL-3.0-or-later
//
// route - which screen: the part of the address after the #

import { store } from "../shared/store";

export interface Route {
  name: "queue" | "application" | "seals" | "stats" | "settings";
  id: string;
}

function read(): Route {
  const [name = "", id = "", part = ""] = location.hash.replace(/^#\/?/, "").split("/");
  if (name === "a" && id) return { name: part === "seals" ? "seals" : "application", id };
  if (name === "stats" || name === "settings") return { name, id: "" };
  return { name: "queue", id: "" };
}

export const route = store<Route>(read());
addEventListener("hashchange", () => route.set(read()));

export function go(to: string): void {
  location.hash = `#/${to}`;
}

export const addressOf = (id: string, part = "") => `a/${id}${part && `/${part}`}`;
