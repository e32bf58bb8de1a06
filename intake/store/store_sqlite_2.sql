-- SPDX-License-Identifier: GPL-3.0-or-later
-- The papers that come by mail, what is ticked off on them, and who proposed a
-- seal's version for production; and how many applications a client opens.

CREATE TABLE paper (
  id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES application,
  slot TEXT NOT NULL, blob TEXT, sha256 TEXT, size INTEGER NOT NULL,
  media TEXT, name TEXT, user TEXT NOT NULL, found_by TEXT NOT NULL,
  created_ms INTEGER NOT NULL, replaced_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX paper_application ON paper (application, created_ms);
CREATE UNIQUE INDEX paper_slot ON paper (application, slot)
  WHERE replaced_ms = 0;
CREATE TABLE paper_check (
  application TEXT NOT NULL REFERENCES application, item TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('ok', 'bad', 'not_needed')),
  note TEXT, user TEXT NOT NULL, updated_ms INTEGER NOT NULL,
  PRIMARY KEY (application, item)
) STRICT;
CREATE INDEX application_client ON application (client, created_ms)
  WHERE client IS NOT NULL;
CREATE INDEX run_cause ON run (application, cause, created_ms);

-- A mark on a finding that is the same in the next submission stays.
ALTER TABLE mark ADD COLUMN carried INTEGER NOT NULL DEFAULT 0;

ALTER TABLE seal_version ADD COLUMN proposed_by TEXT;
ALTER TABLE seal_version ADD COLUMN proposed_ms INTEGER NOT NULL DEFAULT 0;
-- The machine signs nothing: of its version two people are wanted.
CREATE TRIGGER seal_by_two BEFORE UPDATE OF production_by ON seal_version
WHEN NEW.production_by IS NOT NULL
  AND coalesce(nullif(NEW.made_by, 'auto'), NEW.proposed_by, NEW.production_by)
      = NEW.production_by BEGIN
  SELECT RAISE(ABORT, 'a seal is produced by two people');
END;
