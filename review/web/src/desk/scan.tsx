// SPDX-License-Identifier: GPL-3.0-or-later
//
// scan - papers that came by mail find their application
//
// The order number is read from the upper left corner of the scan; where it
// can't be read a person types it, and the same file is sent again.

import { useRef, useState } from "preact/hooks";
import { Problem, call, words } from "../shared/api";
import { Button, Dialog } from "../shared/ui";
import { SLOT_FULL, bytes } from "../shared/words";
import { addressOf, go } from "./route";

export const SCANS = ".pdf,.png,.tif,.tiff,.jpg,.jpeg";

interface Found {
  id: string;
  order_no: string;
  org_name: string;
  slot: string;
}

interface Candidate {
  id: string;
  order_no: string;
  org_name: string;
}

const sendTo = async (path: string, method: "POST" | "PUT", file: File): Promise<Found> =>
  (await call<Found>(path, {
    method, bytes: file,
    headers: { "X-File-Name": encodeURIComponent(file.name), "Content-Type": "application/octet-stream" },
  })).data;

export const sendScan = (application: string, slot: string, file: File) =>
  sendTo(`/applications/${application}/paper/${slot}`, "PUT", file);

export function ScanDialog({ onClose }: { onClose: () => void }) {
  const [slot, setSlot] = useState("application_form");
  const [order, setOrder] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState("");
  const [wanted, setWanted] = useState<Candidate[] | null>(null); /* null: the number may be read */
  const input = useRef<HTMLInputElement>(null);
  const ready = file !== null && !busy && (wanted === null || order.trim() !== "");
  const send = async (number: string) => {
    if (!file || busy) return;
    setBusy(true);
    setFailed("");
    try {
      const query = new URLSearchParams({ slot, ...(number && { order_no: number }) });
      const found = await sendTo(`/paper?${query}`, "POST", file);
      go(addressOf(found.id, "paper"));
      return onClose();
    } catch (e) {
      setFailed(words(e));
      if (e instanceof Problem && e.code === "no-order") {
        setWanted(Array.isArray(e.body["candidates"]) ? (e.body["candidates"] as Candidate[]) : []);
        if (typeof e.body["read"] === "string") setOrder(e.body["read"]);
      }
    }
    setBusy(false);
  };
  return (
    <Dialog title="扫描纸质件" onClose={onClose} onGo={() => ready && void send(order.trim())}>
      <p>把邮寄来的原件用 600 dpi 彩色扫描。左上角的订单编号由机器读；读不出时请照信封填写。</p>
      <label class="field"><span>扫描件</span>
        <input ref={input} type="file" accept={SCANS} autofocus
          onChange={(e) => { setFile(e.currentTarget.files?.[0] ?? null); setFailed(""); setWanted(null); }} />
      </label>
      <label class="field"><span>是哪一份材料</span>
        <select value={slot} onChange={(e) => setSlot(e.currentTarget.value)}>
          {Object.entries(SLOT_FULL).map(([name, zh]) => <option key={name} value={name}>{zh}</option>)}
        </select>
      </label>
      <label class="field"><span>订单编号{wanted === null ? "（可不填，由机器读）" : ""}</span>
        <input class="mono" value={order} inputMode="numeric" autocomplete="off" onInput={(e) => setOrder(e.currentTarget.value)} />
      </label>
      <p class="wrong" role="alert">{failed}</p>
      {wanted !== null && wanted.length > 0 && (
        <div role="group" aria-label="可能是">
          <p class="soft">编号相近的订单：</p>
          <ul class="candidates">
            {wanted.map((c) => (
              <li key={c.id}><button type="button" disabled={busy} onClick={() => { setOrder(c.order_no); void send(c.order_no); }}>
                <span class="mono">{c.order_no}</span>　{c.org_name}
              </button></li>
            ))}
          </ul>
        </div>
      )}
      <footer>
        <Button hint="Ctrl+Enter" class="main" disabled={!ready} onClick={() => void send(order.trim())}>
          {busy ? `正在送，${file ? bytes(file.size) : ""}…` : "送入"}
        </Button>
        <Button hint="Esc" onClick={onClose}>取消</Button>
      </footer>
    </Dialog>
  );
}
