/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * others - what other programs need to read the same files
 *
 * A ruler that is the same on every machine: tesseract with its Chinese model,
 * and ocrmypdf, one thread each.
 */

#ifndef INTAKE_OTHERS_H
#define INTAKE_OTHERS_H

struct arena;
struct bench;
struct bench_application;

/* Fills ret->others. ours_ms: what we needed for each file of `on`. A program
 * that is missing or fails says so in its row. */
void others_measure(struct arena *a, const struct bench_application *on,
                    const double *ours_ms, struct bench *ret);

#endif
