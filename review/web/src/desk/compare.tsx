// SPDX-License-Identifier: GPL-3.0-or-later
//
// compare - one value in all its places, aligned, with what differs marked
//
// Where all places agree the value is written once and the pictures follow;
// where they differ each place gets its own row of characters. A mark is a
// frame and an arrow, not a colour alone.

import type { Compare, CompareRow, DocumentOf, Review } from "../shared/types";
import { Key } from "../shared/ui";
import { SLOT } from "../shared/words";
import { TileCut } from "./tile_cut";

/** Known to other systems, and here only by the applicant's own word. */
export function Stated({ of }: { of: Review["stated"] }) {
  if (!of) return null;
  return (
    <section class="compared differs">
      <h3>申请人自述 <span class="weight look"><span aria-hidden="true">⚠ </span>未经核实</span></h3>
      {of.verification && <p>法定代表人核验：{of.verification}</p>}
      {of.prior_main_key && <p>已有主锁：{of.prior_main_key}</p>}
    </section>
  );
}

interface Props {
  fields: Compare[];
  documents: DocumentOf[];
  reveal: boolean;
  onShow: (row: CompareRow) => void;
  onReveal?: (() => void) | undefined;
}

export function CompareStrip(props: Props) {
  return (
    <div class="compare">
      {props.fields.map((f) => (
        <Field key={f.field} of={f} {...props} />
      ))}
    </div>
  );
}

/** What differs from the order is marked, brackets of either width are alike;
 * without an order's value all have to be the same. */
export const agrees = (f: Compare) =>
  f.rows.length > 1 && f.rows.every((r) => r.differs.length === 0 && r.value !== ""
    && (f.rows[0]!.by === "order" || r.value === f.rows[0]!.value));

function verdictOf(f: Compare) {
  if (agrees(f)) return `${f.rows.length} 处一致`;
  const unread = f.rows.filter((r) => r.value === "").length;
  if (f.rows.length - unread < 2) return "无从比对";
  const differ = f.rows.filter((r) => r.differs.length > 0).length;
  const words = [differ > 0 && `${differ} 处不一致`, unread > 0 && `${unread} 处未读出`].filter(Boolean);
  return words.join("，") || "不一致";
}

const emptyOf = (row: CompareRow) =>
  row.handwritten === true ? "手写，没有识别" : row.handwritten === false ? "空白" : "未读出";

function Field({ of, documents, onShow, onReveal, reveal }: Props & { of: Compare }) {
  const same = agrees(of);
  return (
    <section class={`compared ${same ? "same" : "differs"}`}>
      <h3>
        {of.label}
        <span class={same ? "good" : "weight look"}>
          <span aria-hidden="true">{same ? "✓ " : "⚠ "}</span>
          {verdictOf(of)}
        </span>
        {of.private && onReveal && !reveal && (
          <button type="button" class="plain link" onClick={onReveal}>
            <Key name="V" />显示全号（留痕）
          </button>
        )}
      </h3>
      {same ? <Agreed of={of} documents={documents} onShow={onShow} />
        : of.rows.map((r, i) => <Row key={i} of={of} row={r} documents={documents} onShow={onShow} />)}
    </section>
  );
}

type Shown = Pick<Props, "documents" | "onShow"> & { of: Compare };

function Agreed({ of, documents, onShow }: Shown) {
  const first = of.rows[0]!;
  return (
    <>
      <div class="row">
        <Whole value={first.value} code={of.code} />
        <Check row={of.rows.find((r) => r.check !== null) ?? first} />
      </div>
      <ul class="places">
        {of.rows.filter((r) => r.slot !== null).map((r, i) => (
          <li key={i}>
            <Place row={r} of={of} documents={documents} onShow={onShow} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Row({ of, row, documents, onShow }: Shown & { row: CompareRow }) {
  return (
    <div class="row">
      <div class="line">
        <Source row={row} />
        {row.value === "" ? <span class="soft">{emptyOf(row)}</span> : <Cells value={row.value} code={of.code} differs={row.differs} />}
        <Check row={row} />
      </div>
      {(row.crop || of.private) && <Place row={row} of={of} documents={documents} onShow={onShow} bare />}
    </div>
  );
}

/** A reading that is surer than this is not worth a word. */
const SURE = 0.95;
const BY: Record<string, string> = { ocr: "识图", ocr_repaired: "识图修正", qr: "二维码", order: "" };

const nameOf = (row: CompareRow) => (row.by === "qr" ? "二维码" : row.slot ? (SLOT[row.slot] ?? row.source) : row.source);

function Source({ row }: { row: CompareRow }) {
  return <span class="source">{nameOf(row)}</span>;
}

function Check({ row }: { row: CompareRow }) {
  if (row.check === null) return null;
  return row.check ? (
    <span class="check good"><span aria-hidden="true">✓ </span><span class="word">校验位</span></span>
  ) : (
    <span class="check bad"><span aria-hidden="true">✗ </span><span class="word">校验位不对</span></span>
  );
}

/** A picture of the place; pressing it shows the place on its page. */
function Place({ row, of, documents, onShow, bare }: Shown & { row: CompareRow; bare?: boolean }) {
  const isSure = row.confidence === null || row.confidence >= SURE;
  const how = [row.by === "ocr" && isSure ? "" : BY[row.by], isSure ? "" : `${Math.round(row.confidence! * 100)}%`, row.handwritten ? "手写" : ""]
    .filter(Boolean).join(" ");
  const alt = `${row.source}上的${of.label}`;
  const page = documents.find((d) => d.slot === row.slot)?.pages.find((p) => p.page === row.page);
  const inside = (
    <>
      {!bare && <Source row={row} />}
      {row.crop ? <img src={row.crop} alt={alt} loading="lazy" decoding="async" />
        : of.private && row.box && page?.tiles ? <TileCut page={page} box={row.box} alt={`${alt}，中间遮住`} /> : null}
      {how && <small class={isSure ? "" : "weight look"} title={isSure ? "" : "机器对这一处读得有多大把握"}>{how}</small>}
    </>
  );
  return row.box && row.page !== null ? (
    <button type="button" class="place" onClick={() => onShow(row)} title={`在${nameOf(row)}上看`}>
      {inside}
    </button>
  ) : (
    <span class="place">{inside}</span>
  );
}

/** Codes are cut after the authority, the region and the body. */
const CODE_BREAKS = new Set([2, 8, 17]);

function Whole({ value, code }: { value: string; code: boolean }) {
  return <span class={`value ${code ? "mono" : ""}`}>{code && value.length === 18 ? inGroups(value) : value}</span>;
}

/** Character by character, so that rows stand below each other. */
function Cells({ value, code, differs }: { value: string; code: boolean; differs: number[] }) {
  const off = new Set(differs);
  return (
    <span class={`value ${code ? "mono" : ""}`}>
      <span class="spoken">
        {value}
        {off.size > 0 && `（第 ${differs.map((d) => d + 1).join("、")} 位不同）`}
      </span>
      {[...value].map((c, i) => (
        <i key={i} aria-hidden="true" class={`${off.has(i) ? "off" : ""} ${code && CODE_BREAKS.has(i) ? "gap" : ""}`}>
          {c}
        </i>
      ))}
    </span>
  );
}

function inGroups(code: string) {
  return [code.slice(0, 2), code.slice(2, 8), code.slice(8, 17), code.slice(17)].map((part, i) => (
    <span key={i} class="group">{part}</span>
  ));
}
