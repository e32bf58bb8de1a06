/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * calibration - what stored reports and their truth say about the settings
 *
 * Three things are fitted, each to what is known of the reports: the weights
 * that tell how a page was captured, legibility as a probability, and
 * thresholds of rules as quantiles over applications that are fine. What comes
 * out is text: a pipeline.conf in which every value has a comment that tells
 * what it came from, and the rows of imaging/cues.def.
 */

#ifndef INTAKE_CALIBRATION_H
#define INTAKE_CALIBRATION_H

struct arena;
struct calibration;
struct conf;
struct decisions;
struct labels;
struct stored;
struct str;

/* `conf` is what the reports were measured under; it is moved about and comes
 * back as it was. `rate` is the wished share of false alarms. */
struct calibration *calibration_new(struct arena *a, struct conf *conf,
                                    double rate);

void calibration_add(struct calibration *c, const struct stored *report,
                     const struct labels *labels,
                     const struct decisions *decisions);

/* A pipeline.conf of what could be fitted, with the reasons; the rest is named
 * in comments. `source` says in a few words where the reports lie. */
void calibration_print(struct calibration *c, const char *source,
                       struct str *t);

/* The rows of cues.def; a comment when a class of capture has no page. */
void calibration_print_cues(struct calibration *c, const char *source,
                            struct str *t);

#endif
