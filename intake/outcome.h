/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * outcome - how a run ends: what is told about files that could not be read,
 * the trace, the exit code, and the folder of --out
 */

#ifndef INTAKE_OUTCOME_H
#define INTAKE_OUTCOME_H

#include "base/facts.h"
#include "rules/engine.h"

struct arena;
struct cli;
struct err;
struct examined;
struct review;

/* Tells of each document that could not be read why not. */
void outcome_tell_errors(const struct facts *facts);

/* What each stage did and what each process took, on standard error. */
void outcome_trace(const struct examined *x);

/*
 * The contract's exit code: the largest of 0..4 over the verdict and the
 * documents; a time-out (7) or a failure of ours (70) above all.
 */
int outcome_exit(enum verdict verdict, const struct facts *facts);

/* Makes the folders of --out and --dump-stages, before anything is measured:
 * whoever may not write there learns it at once. */
int outcome_folders(const struct cli *cli, struct err *e);

/* Tells that the result could not be written, and returns the exit code. */
int outcome_fail(const struct err *e);

/* The stages' pictures into --dump-stages. */
int outcome_dump(const struct cli *cli, const struct examined *x,
                 struct err *e);

/* Seals, previews and crops, report.html and last report.json into the folder.
 */
int outcome_save(struct arena *a, const struct cli *cli,
                 const struct review *review, struct err *e);

/* The report in the wanted format to standard output. */
int outcome_print(struct arena *a, const struct cli *cli,
                  const struct review *review);

#endif
