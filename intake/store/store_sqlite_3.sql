-- SPDX-License-Identifier: GPL-3.0-or-later
-- When a client's token was used last: one that nobody uses can be revoked; and
-- why the second person did not agree. What was cancelled has not failed.

ALTER TABLE token ADD COLUMN last_used_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN second_note TEXT;

DROP INDEX job_failed;
CREATE INDEX job_failed ON job (finished_ms)
  WHERE state = 3 AND failure <> 'cancelled';
