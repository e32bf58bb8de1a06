// SPDX-License-Identifier: GPL-3.0-or-later
//
// slot - one of the five papers: choose a file, see what was found at once

import { useRef, useState } from "preact/hooks";
import { words } from "../shared/api";
import type { Answer, Slot } from "../shared/types";
import { OwnPicture, Weight } from "../shared/ui";
import { SLOT_FULL, bytes } from "../shared/words";
import { upload } from "./upload";

const TAKEN = ".jpg,.jpeg,.png,.tif,.tiff,.pdf,.webp,.heic,.heif,.bmp";
const MOST_REFUSALS = 2;

const HELP: Record<string, string> = {
  application_form: "从系统下载后打印，填写完整，加盖公章原章。",
  business_license: "副本按原大小复印，在空白处盖公章，不要压住文字。",
  id_card: "正反两面按原大小复印在一张纸上，加盖公章。",
  authorization_letter: "填写完整，加盖公章，并有法人章或法人签名。",
  seal_sheet: "在空白格内分别盖清晰的公章和红色方形法人章。",
};

const STATUS: Record<Slot["status"], { mark: string; word: string; css: string }> = {
  empty: { mark: "○", word: "还没有上传", css: "" },
  uploading: { mark: "…", word: "正在上传", css: "" },
  checking: { mark: "…", word: "已收到，正在检查", css: "" },
  ok: { mark: "✓", word: "检查通过，没有发现问题", css: "good" },
  look: { mark: "✓", word: "已收下，有几处会由工作人员看", css: "good" },
  refused: { mark: "✗", word: "需要重新上传", css: "bad" },
  failed: { mark: "✓", word: "已收下，由工作人员看", css: "good" },
};

/** What only the staff look at closer is no matter of the applicant's. */
const statusOf = (status: Slot["status"], hasAnswers: boolean) =>
  status === "look" && !hasAnswers ? { ...STATUS.look, word: "已收下，没有要改的地方" } : STATUS[status];

/** What the weights mean to an applicant. */
const PLAIN: Record<string, string> = { block: "要改", look: "最好改" };

interface Sending {
  name: string;
  size: number;
  sent: number;
  note: string;
}

export function SlotCard(props: { application: string; slot: Slot; onChanged: () => void }) {
  const { slot } = props;
  const input = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const [failed, setFailed] = useState("");
  const [over, setOver] = useState(false);
  const title = SLOT_FULL[slot.slot] ?? slot.title;
  const shown = slot.answers.filter((a) => a.severity !== "info");
  const status = statusOf(sending ? "uploading" : slot.status, shown.length > 0);
  const id = `slot-${slot.slot}`;

  const send = async (file: File | undefined) => {
    setFailed("");
    if (!file) return;
    const begin = { name: file.name, size: file.size, sent: 0, note: "" };
    setSending(begin);
    try {
      await upload(props.application, slot.slot, file, (sent, note) => setSending({ ...begin, sent, note }));
    } catch (e) {
      setFailed(words(e));
    }
    setSending(null);
    if (input.current) input.current.value = "";
    props.onChanged();
  };
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    if (slot.may_upload && !sending) void send(e.dataTransfer?.files[0]);
  };

  return (
    <section class={`slot ${slot.status} ${over ? "over" : ""}`} aria-labelledby={`${id}-title`}
      onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <h2 id={`${id}-title`}>
        {title}
        {!slot.required && <small>（副锁不需要）</small>}
      </h2>
      <p class={`status ${status.css}`} role="status">
        <span aria-hidden="true">{status.mark} </span>
        {status.word}
      </p>
      {slot.file && !sending && <p class="soft file-name">{slot.file}{slot.size ? `，${bytes(slot.size)}` : ""}</p>}
      {slot.status === "empty" && !sending && <p class="soft" id={`${id}-help`}>{HELP[slot.slot]}</p>}
      {sending && (
        <div class="sending">
          <progress max={sending.size} value={sending.sent} aria-label={`${title}上传进度`} />
          <small>{sending.name}　{bytes(sending.sent)} / {bytes(sending.size)}　{sending.note}</small>
        </div>
      )}
      {failed && <p class="wrong" role="alert"><span aria-hidden="true">✗ </span>{failed}</p>}
      {slot.status === "refused" && (
        <p class="again">
          {slot.refusals < MOST_REFUSALS
            ? `已请您重传 ${slot.refusals} 次；同一份材料最多请您重传 ${MOST_REFUSALS} 次，之后都由工作人员看。`
            : "请再传一次；这次不论检查结果如何，都会交给工作人员看。"}
        </p>
      )}
      <Answers of={shown} />
      {slot.preview && shown.length === 0 && slot.status !== "empty" && (
        <details>
          <summary>看我上传的文件</summary>
          <OwnPicture src={slot.preview} alt={`${title}第 1 页`} />
        </details>
      )}
      {slot.may_upload && (
        <p class="buttons">
          <label class={`file ${sending ? "off" : ""} ${slot.status === "empty" || slot.status === "refused" ? "main" : ""}`}>
            <input ref={input} type="file" accept={TAKEN} disabled={sending !== null}
              aria-describedby={slot.status === "empty" ? `${id}-help` : undefined}
              onChange={(e) => void send(e.currentTarget.files?.[0])} />
            {slot.status === "empty" ? "选择文件" : "换一个文件"}<span class="spoken">：{title}</span>
          </label>
        </p>
      )}
    </section>
  );
}

function Answers({ of }: { of: Answer[] }) {
  if (of.length === 0) return null;
  return (
    <ol class="answers">
      {of.map((a, i) => (
        <li key={i} class={a.severity}>
          <p><Weight of={a.severity} word={PLAIN[a.severity] ?? ""} /> <b>{a.zh}</b></p>
          {a.advice_zh && <p><b>怎么改：</b>{a.advice_zh}</p>}
          {a.picture && <Shown answer={a} />}
        </li>
      ))}
    </ol>
  );
}

/** The picture with frames around what is meant. */
function Shown({ answer }: { answer: Answer }) {
  const [size, setSize] = useState<{ w: number; h: number } | null>(null);
  const scale = answer.scale ?? 1;
  const share = (x: number, of: number) => `${(100 * x * scale) / of}%`;
  return (
    <figure onLoadCapture={(e) => {
      const img = e.target as HTMLImageElement;
      setSize({ w: img.naturalWidth, h: img.naturalHeight });
    }}>
      <div class="shown">
        <OwnPicture src={answer.picture!} alt={`有问题的地方，第 ${answer.page ?? 1} 页`} />
        {size && (answer.boxes ?? []).map((b, i) => (
          <i key={i} style={{ left: share(b[0], size.w), top: share(b[1], size.h), width: share(b[2], size.w), height: share(b[3], size.h) }} />
        ))}
      </div>
      <figcaption class="soft">第 {answer.page ?? 1} 页{(answer.boxes ?? []).length > 0 && "，框出的就是要改的地方"}</figcaption>
    </figure>
  );
}
