-- SPDX-License-Identifier: GPL-3.0-or-later
-- The tables of store_rows.def, and what they must never hold: those that
-- "never change" are guarded by triggers, the two-person rules by checks.

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE application (
  id TEXT PRIMARY KEY, version INTEGER NOT NULL, revision INTEGER NOT NULL,
  state TEXT NOT NULL, stage INTEGER NOT NULL, order_no TEXT, kind TEXT,
  project TEXT, org_name TEXT, credit_code TEXT, origin TEXT, client TEXT,
  access_hash TEXT UNIQUE, form BLOB, data_key BLOB, run TEXT,
  verdict INTEGER NOT NULL, blocks INTEGER NOT NULL, looks INTEGER NOT NULL,
  infos INTEGER NOT NULL, rounds INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  submitted_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL, decided_ms INTEGER NOT NULL,
  hold_until_ms INTEGER NOT NULL, hold_reason TEXT, erased_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX application_order ON application (order_no, id);
CREATE INDEX application_credit_code ON application (credit_code, id);
CREATE INDEX application_name ON application (org_name, id);
-- Begins with erased_ms, so that it never tempts the queue's queries.
CREATE INDEX application_ended ON application (erased_ms, stage, updated_ms);
CREATE INDEX application_decided ON application (decided_ms)
  WHERE decided_ms > 0;
CREATE INDEX application_held ON application (hold_until_ms) WHERE stage = 5;

-- One index for each list of the desk: a page is read in its order, without
-- sorting. The conditions are those of store_queue.c, word for word.
CREATE INDEX application_run ON application (run) WHERE run IS NOT NULL;
CREATE INDEX queue_all ON application (due_ms, id) WHERE stage IN (3, 4);
CREATE INDEX queue_flagged ON application (due_ms, id)
  WHERE stage = 3 AND verdict IN (2, 3);
CREATE INDEX queue_clean ON application (due_ms, id)
  WHERE stage = 3 AND verdict = 1;
CREATE INDEX queue_again ON application (due_ms, id)
  WHERE stage = 3 AND rounds > 0;
CREATE INDEX queue_second ON application (due_ms, id) WHERE stage = 4;
CREATE INDEX queue_waiting ON application (due_ms, id) WHERE stage IN (5, 6);
CREATE INDEX queue_measuring ON application (due_ms, id) WHERE stage = 1;
CREATE INDEX queue_failed ON application (due_ms, id) WHERE stage = 2;
CREATE INDEX queue_paper ON application (due_ms, id) WHERE stage IN (7, 8, 9);
CREATE INDEX queue_ended ON application (updated_ms, id)
  WHERE stage IN (10, 11, 12);

-- How many are where: counting 100,000 rows for each look at the desk would
-- cost more than keeping count.
CREATE TABLE tally (
  stage INTEGER NOT NULL, verdict INTEGER NOT NULL, again INTEGER NOT NULL,
  n INTEGER NOT NULL, PRIMARY KEY (stage, verdict, again)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tally_added AFTER INSERT ON application BEGIN
  INSERT INTO tally VALUES (NEW.stage, NEW.verdict, NEW.rounds > 0, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_moved AFTER UPDATE OF stage, verdict, rounds ON application
WHEN (OLD.stage, OLD.verdict, OLD.rounds > 0)
  IS NOT (NEW.stage, NEW.verdict, NEW.rounds > 0) BEGIN
  UPDATE tally SET n = n - 1 WHERE stage = OLD.stage
    AND verdict = OLD.verdict AND again = (OLD.rounds > 0);
  INSERT INTO tally VALUES (NEW.stage, NEW.verdict, NEW.rounds > 0, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER application_stays BEFORE DELETE ON application BEGIN
  SELECT RAISE(ABORT, 'applications are erased, not deleted');
END;

CREATE TABLE revision (
  application TEXT NOT NULL REFERENCES application, number INTEGER NOT NULL,
  submitted_ms INTEGER NOT NULL, form BLOB, documents TEXT, note TEXT,
  PRIMARY KEY (application, number)
) STRICT;
CREATE INDEX revision_submitted ON revision (submitted_ms);
CREATE TRIGGER revision_fixed BEFORE UPDATE ON revision
WHEN length(NEW.form) > 0 BEGIN
  SELECT RAISE(ABORT, 'a revision never changes');
END;

CREATE TABLE document (
  id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES application,
  slot TEXT NOT NULL, revision INTEGER NOT NULL, blob TEXT, sha256 TEXT,
  size INTEGER NOT NULL, media TEXT, name TEXT, origin TEXT,
  refusals INTEGER NOT NULL, quick TEXT, quick_findings TEXT,
  created_ms INTEGER NOT NULL, replaced_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX document_application ON document (application, created_ms);
CREATE INDEX document_sha256 ON document (sha256, created_ms);
CREATE UNIQUE INDEX document_slot ON document (application, slot)
  WHERE replaced_ms = 0;

CREATE TABLE upload (
  id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES application,
  slot TEXT NOT NULL, name TEXT, media TEXT, sha256 TEXT,
  size INTEGER NOT NULL, received INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_application ON upload (application);
CREATE INDEX upload_expires ON upload (expires_ms);
CREATE TABLE upload_part (
  upload TEXT NOT NULL REFERENCES upload ON DELETE CASCADE,
  start INTEGER NOT NULL, size INTEGER NOT NULL, blob TEXT NOT NULL,
  PRIMARY KEY (upload, start)
) STRICT;

CREATE TABLE share (name TEXT PRIMARY KEY, turn INTEGER NOT NULL) STRICT;
CREATE TABLE job (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL,
  application TEXT REFERENCES application, subject TEXT,
  revision INTEGER NOT NULL, payload TEXT, share TEXT,
  priority INTEGER NOT NULL, turn INTEGER NOT NULL, state INTEGER NOT NULL,
  attempts INTEGER NOT NULL, crashes INTEGER NOT NULL,
  run_at_ms INTEGER NOT NULL, owner TEXT, lease TEXT,
  lease_until_ms INTEGER NOT NULL, progress INTEGER NOT NULL, stage_name TEXT,
  failure TEXT, created_ms INTEGER NOT NULL, started_ms INTEGER NOT NULL,
  finished_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX job_next ON job (priority, turn, id) WHERE state = 0;
CREATE INDEX job_oldest ON job (created_ms) WHERE state = 0;
CREATE INDEX job_running ON job (lease_until_ms) WHERE state = 1;
CREATE INDEX job_failed ON job (finished_ms) WHERE state = 3;
CREATE INDEX job_application ON job (application, created_ms);

CREATE TABLE measurement (
  application TEXT NOT NULL REFERENCES application, key TEXT NOT NULL,
  blob TEXT NOT NULL, sha256 TEXT, size INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, PRIMARY KEY (application, key)
) STRICT;
CREATE TABLE run (
  id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES application,
  revision INTEGER NOT NULL, job TEXT, cause TEXT, detector TEXT NOT NULL,
  settings TEXT NOT NULL, libraries TEXT, ruleset INTEGER NOT NULL,
  report_blob TEXT, report_sha256 TEXT, report_size INTEGER NOT NULL,
  index_blob TEXT, verdict INTEGER NOT NULL, blocks INTEGER NOT NULL,
  looks INTEGER NOT NULL, infos INTEGER NOT NULL, started_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX run_application ON run (application, created_ms);
CREATE INDEX run_created ON run (created_ms);
CREATE TABLE artefact (
  run TEXT NOT NULL REFERENCES run, name TEXT NOT NULL,
  application TEXT NOT NULL REFERENCES application, slot TEXT,
  page INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
  private INTEGER NOT NULL, blob TEXT NOT NULL, sha256 TEXT,
  size INTEGER NOT NULL, media TEXT, PRIMARY KEY (run, name)
) STRICT;
CREATE INDEX artefact_application ON artefact (application);
CREATE TABLE finding (
  run TEXT NOT NULL REFERENCES run, id TEXT NOT NULL,
  application TEXT NOT NULL REFERENCES application, code TEXT NOT NULL,
  severity TEXT, answer TEXT, slot TEXT, PRIMARY KEY (run, id)
) STRICT;
CREATE TRIGGER measurement_fixed BEFORE UPDATE ON measurement BEGIN
  SELECT RAISE(ABORT, 'a measurement never changes');
END;
CREATE TRIGGER run_fixed BEFORE UPDATE ON run BEGIN
  SELECT RAISE(ABORT, 'a run never changes');
END;
CREATE TRIGGER run_stays BEFORE DELETE ON run BEGIN
  SELECT RAISE(ABORT, 'a run is never deleted');
END;
CREATE TRIGGER artefact_fixed BEFORE UPDATE ON artefact BEGIN
  SELECT RAISE(ABORT, 'an artefact never changes');
END;
CREATE TRIGGER finding_fixed BEFORE UPDATE ON finding BEGIN
  SELECT RAISE(ABORT, 'a finding never changes');
END;

CREATE TABLE mark (
  application TEXT NOT NULL REFERENCES application, revision INTEGER NOT NULL,
  finding TEXT NOT NULL, code TEXT, mark TEXT NOT NULL,
  reason INTEGER NOT NULL, note TEXT, user TEXT NOT NULL,
  updated_ms INTEGER NOT NULL, PRIMARY KEY (application, revision, finding)
) STRICT;
CREATE INDEX mark_updated ON mark (updated_ms);
CREATE TABLE seen (
  application TEXT NOT NULL REFERENCES application, revision INTEGER NOT NULL,
  page TEXT NOT NULL, user TEXT NOT NULL, spent_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL, PRIMARY KEY (application, revision, page, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE decision (
  id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES application,
  revision INTEGER NOT NULL, action TEXT NOT NULL, user TEXT NOT NULL,
  items TEXT, letter BLOB, note TEXT, state INTEGER NOT NULL,
  needs_second INTEGER NOT NULL, second_user TEXT, second_ms INTEGER NOT NULL,
  from_state TEXT NOT NULL, from_stage INTEGER NOT NULL,
  undo_until_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  settled_ms INTEGER NOT NULL, CHECK (second_user <> user)
) STRICT;
CREATE INDEX decision_application ON decision (application, created_ms);
CREATE INDEX decision_due ON decision (undo_until_ms) WHERE state = 0;
CREATE INDEX decision_settled ON decision (settled_ms) WHERE state = 2;
CREATE UNIQUE INDEX decision_open ON decision (application)
  WHERE state IN (0, 1);
CREATE TABLE lease (
  application TEXT PRIMARY KEY REFERENCES application, user TEXT NOT NULL,
  token TEXT NOT NULL, reason TEXT, taken_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX lease_user ON lease (user, expires_ms);

CREATE TABLE seal_version (
  seal TEXT NOT NULL, version INTEGER NOT NULL,
  application TEXT NOT NULL REFERENCES application, run TEXT, role TEXT,
  made_by TEXT NOT NULL, params TEXT, blob TEXT, sha256 TEXT,
  size INTEGER NOT NULL, width_mm REAL NOT NULL, height_mm REAL NOT NULL,
  score INTEGER NOT NULL, created_ms INTEGER NOT NULL, production_by TEXT,
  production_ms INTEGER NOT NULL, PRIMARY KEY (application, seal, version),
  CHECK (production_by <> made_by)
) STRICT;
CREATE UNIQUE INDEX seal_production ON seal_version (application, seal)
  WHERE production_ms > 0;
CREATE TABLE export (
  token_hash TEXT PRIMARY KEY,
  application TEXT NOT NULL REFERENCES application, seals TEXT,
  user TEXT NOT NULL, created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX export_expires ON export (expires_ms);

CREATE TABLE user (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display TEXT, roles TEXT,
  password TEXT, totp BLOB, totp_step INTEGER NOT NULL,
  failures INTEGER NOT NULL, locked_until_ms INTEGER NOT NULL,
  must_change INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  disabled_ms INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE TABLE session (
  hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user, csrf TEXT,
  address TEXT, agent TEXT, strong INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX session_user ON session (user, created_ms);
CREATE INDEX session_expires ON session (expires_ms);
CREATE TABLE token (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, client TEXT NOT NULL,
  scopes TEXT, made_by TEXT, created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL, revoked_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE idempotency (
  principal TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL, type TEXT, etag TEXT, location TEXT, body BLOB,
  created_ms INTEGER NOT NULL, PRIMARY KEY (principal, key)
) STRICT;
CREATE INDEX idempotency_created ON idempotency (created_ms);

CREATE TABLE ruleset (
  number INTEGER PRIMARY KEY, state INTEGER NOT NULL, text TEXT NOT NULL,
  note TEXT, made_by TEXT NOT NULL, published_by TEXT,
  created_ms INTEGER NOT NULL, published_ms INTEGER NOT NULL,
  CHECK (published_by <> made_by)
) STRICT;
CREATE UNIQUE INDEX ruleset_published ON ruleset (state) WHERE state = 1;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL,
  action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT, mac TEXT NOT NULL
) STRICT;
CREATE INDEX audit_object ON audit (object, seq);
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit log never changes');
END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit log never changes');
END;
CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL,
  application TEXT, type TEXT NOT NULL, actor TEXT, data TEXT,
  delivered_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX event_application ON event (application, seq);
CREATE INDEX event_outbox ON event (seq) WHERE delivered_ms = 0;
