/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * process - the work of one job: from the papers in the vault to a result in
 * the store
 *
 * A "check" measures one document as soon as it is uploaded and tells the
 * applicant what is plainly wrong with it; a "run" is the review of all
 * documents of a submitted application; a "measure" only measures again, after
 * the form was changed. A "paper" is a run over the scanned originals, whose
 * seals are compared with those of the uploads. What was measured is kept under
 * a key of the file, its slot, the order and the settings (process_key): a run
 * measures only what no check and no earlier run has measured. The report is
 * byte for byte what `sealdesk check` prints for the same files.
 *
 *     records out of the vault, or the paper -> a lane measures it -> records
 *     into the vault; all records -> a lane assembles them -> report and index
 *     into the vault -> rows into the store
 *
 * Everything happens in turns of the core; what takes long is done by lanes
 * (intake/queue/pool.h) and threads (intake/queue/errand.h). Results are
 * written together with the end of the job, under its lease, or not at all.
 */

#ifndef INTAKE_PROCESS_H
#define INTAKE_PROCESS_H

#include <stdbool.h>

#include "base/facts.h"
#include "intake/store/store.h"

struct arena;
struct conf;
struct err;
struct pool;
struct process;
struct service;

#define PROCESS_CHECK   "check" /* subject: id of a document */
#define PROCESS_RUN     "run"
#define PROCESS_MEASURE "measure" /* subject: as of a check */
#define PROCESS_PAPER   "paper"   /* a run over what came by mail */

/* How it ended; called once, in a turn. code 0: the result is in the store. */
typedef void process_done(struct service *s, void *context, struct process *p,
                          int code, const char *why);

/* Begins; `job` is copied. After a failure here nothing is left to be done. */
int process_start(struct service *s, struct pool *pool,
                  const struct store_job *job, process_done *done,
                  void *context, struct process **ret, struct err *e);

const struct store_job *process_job(const struct process *p);

/* 0..100, and what it does just now. */
int process_progress(const struct process *p, const char **ret_stage);

/* Its lease is lost: nothing will be written. It still ends by itself. */
void process_drop(struct process *p);

/* After process_done was called. */
void process_free(struct process *p);

/* The day in China (UTC+8), YYYY-MM-DD. */
const char *process_today(struct arena *a, int64_t now_ms);

/* Under which name the records of a file are kept. */
const char *process_key(struct arena *a, const struct conf *conf,
                        const char *sha256, const char *slot,
                        const struct order *order);

/* The name of a page's tiles among them: KEY:p1, KEY:p1:private. */
const char *process_tiles_key(struct arena *a, const char *key, int page,
                              bool is_private);

#endif
