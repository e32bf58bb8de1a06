// SPDX-License-Identifier: GPL-3.0-or-later
//
// route - which screen: the part of the address after the #

import { store } from "../shared/store";

export interface Route {
  name: "queue" | "application" | "seals" | "paper" | "stats" | "settings" | "users" | "audit";
  id: string;
  of: string; /* which seals: "paper", or "" for those of the uploads */
}

function read(): Route {
  const [name = "", id = "", part = "", of = ""] = location.hash.replace(/^#\/?/, "").split("/");
  if (name === "a" && id) return { name: part === "seals" || part === "paper" ? part : "application", id, of };
  if (name === "stats" || name === "settings" || name === "users" || name === "audit") return { name, id: "", of: "" };
  return { name: "queue", id: "", of: "" };
}

export const route = store<Route>(read());
addEventListener("hashchange", () => route.set(read()));

export function go(to: string): void {
  location.hash = `#/${to}`;
}

export const addressOf = (id: string, part = "") => `a/${id}${part && `/${part}`}`;
