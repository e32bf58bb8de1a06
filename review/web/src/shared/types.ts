// SPDX-License-Identifier: GPL-3.0-or-later
//
// types - the answers of the service, as far as the pages read them
//
// A box is [x, y, width, height] in pixels of the page's scan, times are
// RFC 3339 texts. The names are those of openapi.json.

export type Box = [number, number, number, number];
export type Severity = "block" | "look" | "info";
export type Verdict = "clean" | "flagged" | "blocked";

export interface Session {
  user: string;
  name: string;
  roles: string[];
  permissions: string[];
  demo: boolean;
  has_totp: boolean;
  must_change: boolean; /* a password of one use */
}

export interface Owner {
  user: string;
  name: string;
  since?: string;
}

export interface QueueItem {
  gone?: boolean; /* no longer in this list; shown until the pointer leaves it */
  id: string;
  order_no: string;
  org_name: string;
  state: string;
  kind: string;
  round: number;
  verdict: Verdict | null;
  block: number;
  look: number;
  info: number;
  worst: string;
  submitted_at: string | null;
  due_at: string | null;
  owner: Owner | null;
}

export interface Queue {
  views: { view: string; count: number }[];
  items: QueueItem[];
  next: string | null;
}

export interface Lease {
  user: string;
  name: string;
  expires_at: string;
  mine: boolean;
  reason?: string; /* of a take-over */
}

export interface CompareRow {
  source: string;
  value: string;
  by: "order" | "ocr" | "ocr_repaired" | "qr";
  crop: string | null;
  slot: string | null;
  page: number | null;
  box: Box | null;
  confidence: number | null;
  check: boolean | null;
  differs: number[];
  handwritten?: boolean | null; /* false beside "": the place was found empty */
}

export interface Compare {
  field: string;
  label: string;
  code: boolean;
  private: boolean;
  rows: CompareRow[];
}

export interface Overlay {
  name: string;
  label: string;
  url: string;
  legend?: string;
}

export interface Page {
  page: number;
  key: string;
  width: number;
  height: number;
  seen: boolean;
  dpi: number | null;
  dpi_source?: string | null;
  turn: number;
  preview: string | null;
  tiles: string | null;
  min_level: number;
  max_level: number;
  tile_px: number;
  dpi_enough?: boolean;
  clarity: { score: number; worst?: { score: number; box: Box } } | null;
  overlays: Overlay[];
}

export interface DocumentOf {
  slot: string;
  title: string;
  file: string | null;
  changed: boolean;
  worst: Severity | "";
  pages: Page[];
}

export interface Mark {
  verdict: "stands" | "dismissed";
  reason: string;
  note: string;
  by?: string;
  at?: string;
  carried?: number | null; /* the revision that it was made on */
}

export interface Finding {
  id: string;
  number: number;
  rule: string;
  severity: Severity;
  answer: "fail" | "cannot_tell";
  slot: string | null;
  page: number | null;
  boxes: Box[];
  zh: string;
  advice_zh: string;
  mark: Mark | null;
  new: boolean;
}

export interface Decision {
  id: string;
  action: string;
  by: string;
  at: string;
  undo_until: string | null;
  needs_second: boolean;
  note: string; /* why */
}

/** Against the submission before. */
export interface Change {
  label: string;
  what: string;
  slot?: string | null;
  before?: string | null;
  after?: string | null;
}

export interface Review {
  /** What only other systems know and the applicant said himself. */
  stated?: { verification: string; prior_main_key: string } | null;
  id: string;
  order_no: string;
  org_name: string;
  state: string;
  public_state: string;
  revision: number;
  round: number;
  kind: string;
  project: string;
  submitted_at: string | null;
  due_at: string | null;
  verdict: Verdict | null;
  etag: string;
  lease: Lease | null;
  next: string | null;
  compare: Compare[];
  documents: DocumentOf[];
  findings: Finding[];
  gone: { rule: string; zh: string }[];
  changes: Change[];
  history: { at: string; who: string; zh: string }[];
  decision: Decision | null;
  overruled?: { action: string; by: string; at: string; note: string } | null;
  may: { decide: boolean; why: string };
  missing: string[];
  /** What may happen next beyond the desk: payment, paper, making. */
  events?: { event: string; zh: string }[];
}

export interface Letter {
  title: string;
  to: string;
  intro: string;
  items: LetterItem[];
  closing: string;
  deadline: string;
  /** What an item of one's own may be about. */
  rules?: LetterRule[];
}

/** What another program comes in with. */
export interface Token {
  id: string;
  client: string;
  scopes: string;
  created_ms: number;
  expires_ms: number;
  last_used_ms?: number;
  revoked: boolean;
}

export interface LetterRule {
  rule: string;
  slot: string | null;
  zh: string;
  advice: string; /* "{document}" stands for the paper's title */
}

export interface LetterItem {
  finding: string | null;
  slot: string | null;
  title: string;
  text: string;
  advice: string;
  picture: string | null;
  rule?: string; /* named by a person; of the machine's it is known */
  pictures?: { slot: string; page: number; box: Box | null; url?: string; scale?: number }[];
}

export interface Digit {
  char: string;
  confidence: number;
  clarity: number;
  box: Box;
}

export interface SealVersion {
  version: number;
  by: string;
  at: string;
  image: string | null;
  mask: string;
  digits: string; /* all of the number's, in equal cells */
  box: Box | null; /* of the seal set upright, about its own centre */
  rotation: number; /* on the scan, clockwise */
  threshold: number | null;
  note: string;
  proposed?: { by: string; at: string } | null;
  approved?: { by: string; at: string } | null;
  may_propose?: boolean;
  may_approve?: boolean;
  why?: string; /* why neither */
}

export interface Seal {
  id: string;
  slot: string;
  slot_title: string;
  page: number;
  page_key: string;
  role: string;
  shape: string;
  ink: string;
  size_mm: [number, number] | null;
  rotation: number;
  clarity: number;
  box: Box;
  text: { value: string; confidence: number } | null;
  line_text?: { value: string; confidence: number } | null; /* below the star */
  number: { value: string; digits: Digit[] } | null;
  source: string | null;
  source_box: Box; /* what of the page the source shows */
  image: string | null;
  parts: { name: string; label: string; value: number | null; text: string; good: boolean | null }[];
  versions: SealVersion[];
  production: { version: number; by: string; at: string } | null;
}

export interface Seals {
  id: string;
  order_no: string;
  org_name: string;
  state: string;
  etag: string;
  export_ready: boolean;
  export_why?: string;
  has_paper?: boolean;
  seals: Seal[];
  pairs: { a: string; b: string; same: "same" | "different" | "cannot_tell"; similarity: number | null }[];
}

// --- the papers that came by mail --------------------------------------------

export interface Scan {
  slot: string;
  title: string;
  required: boolean;
  id: string | null; /* null: not here yet */
  file?: string;
  size?: number;
  at?: string;
  by?: string;
  found_by?: "typed" | "read";
}

export type CheckAnswer = "ok" | "bad" | "not_needed" | "";

export interface PaperCheck {
  id: string;
  kind: "clerk" | "machine" | "told";
  wanted: boolean; /* before the papers are approved */
  zh: string;
  seed_zh: string;
  slot: string | null;
  machine: "ok" | "fail" | "cannot_tell" | "";
  findings: string[];
  answer: CheckAnswer;
  note: string;
  by: string;
  at: string | null;
}

export interface Impression {
  seal: string;
  slot: string;
  title: string;
  page: number;
  image: string | null;
  source: string | null;
}

export interface PaperPair {
  a: Impression; /* on paper */
  b: Impression; /* uploaded */
  same: "same" | "different" | "cannot_tell";
  similarity: number | null;
  turn?: number | null;
  same_impression?: boolean | null;
}

export interface Paper {
  id: string;
  order_no: string;
  org_name: string;
  state: string;
  public_state: string;
  etag: string;
  status: "none" | "measuring" | "done" | "failed";
  scans: Scan[];
  documents: DocumentOf[];
  findings: Finding[];
  checks: PaperCheck[];
  pairs: PaperPair[];
  may: { check: boolean; why: string; pass: string; deficient: string };
}

export interface Figure {
  label: string;
  value: string;
  help?: string;
}

export interface Stats {
  from: string;
  to: string;
  volumes: Figure[];
  times: Figure[];
  quality: Figure[];
  returns: { rule: string; zh: string; count: number; share: number }[];
  rules: RuleFigures[];
  ages: { label: string; count: number }[];
  days?: DayFigures[];
  missed?: { reasons: number; of: number; rate: number | null };
}

export interface DayFigures {
  day: string;
  submitted: number;
  passed: number;
  returned: number;
  refused: number;
}

/** What the machine found, and what people said of it; rates are 0 to 1. */
export interface RuleFigures {
  rule: string;
  zh: string;
  hits: number;
  stands: number;
  dismissed: number;
  missed?: number;
  false_rate?: number | null;
  missed_rate?: number | null;
  kappa?: number | null;
}

export interface Person {
  id: string;
  user: string;
  name: string;
  roles: string; /* words, with spaces or commas between them */
  second_factor: boolean;
  disabled: boolean;
  created_at: string;
}

export interface AuditRow {
  seq: number;
  at: string;
  who: string;
  action: string;
  object: string;
  detail: string;
}

export interface Chain {
  whole: boolean;
  rows: number;
  first_bad: number;
  what: string;
  head: string;
}

export interface Setting {
  name: string;
  label: string;
  help: string;
  value: number;
  default: number;
  draft: number | null;
  min: number;
  max: number;
}

export interface Rulesets {
  current: { version: number; published_at: string | null; by: string };
  may_roll_back: boolean;
  draft: { version: number; by: string; at: string } | null;
  settings: Setting[];
}

export interface Replay {
  applications: number;
  ms: number;
  rows: { rule: string; zh: string; before: number; after: number }[];
  flips: { id: string; order_no: string; before: string; after: string; rules: string[] }[];
}

// --- the applicant's page ---------------------------------------------------

export interface OrderForm {
  schema: string;
  order_no: string;
  order_type: string;
  project: string;
  organization: { name: string; credit_code: string; user_class: string };
  certificate: { with_seal: boolean; prior_main_key: string };
  legal_representative: { name: string; verification: string };
  handler: { name: string; id_number: string; mobile: string; email: string };
}

export interface Answer {
  severity: Severity;
  zh: string;
  advice_zh: string;
  picture: string | null; /* of the page; boxes times scale are its pixels */
  page: number | null;
  boxes?: Box[];
  scale?: number;
}

export interface Slot {
  slot: string;
  title: string;
  required: boolean;
  file: string | null;
  size: number | null;
  status: "empty" | "uploading" | "checking" | "ok" | "refused" | "look" | "failed";
  refusals: number;
  may_upload: boolean;
  answers: Answer[];
  preview: string | null;
}

export interface Application {
  id: string;
  order_no: string;
  state: string;
  public_state: string;
  revision: number;
  form: OrderForm;
  documents: Slot[];
  may_submit: boolean;
  submit_why: string;
  letter: boolean;
  reminders?: { id: string; zh: string }[];
  paper?: { state: "awaiting" | "lacking" | "approved"; items: { id: string; title: string; zh: string; note: string }[] } | null;
  timeline: { at: string; public_state: string }[];
}
