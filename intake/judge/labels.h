/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * labels - what is true of documents, to calibrate what is measured of them
 *
 * A table `application,slot,name,value`: the number of an order or its folder;
 * the slot of a document; "capture" or the name of a field; and the class of
 * capture or the field's text as it is printed.
 */

#ifndef INTAKE_LABELS_H
#define INTAKE_LABELS_H

#include <stddef.h>

#include "base/facts.h"

struct arena;
struct decisions;
struct err;
struct jval;
struct stored;

struct labels;

struct labels *labels_new(struct arena *a);

/* ERR_FORMAT names the row: an unknown slot or class of capture. */
int labels_parse(struct labels *l, const char *bytes, size_t n, struct err *e);
int labels_load(struct labels *l, const char *path, struct err *e);

/*
 * Those of the generator's truth.json, for the application in this folder; and
 * as decisions: the planted fault, or that every rule should be content.
 */
void labels_add_truth(struct labels *l, struct decisions *d, const char *folder,
                      const struct jval *truth);

/* After the last was added, before any is looked up. */
void labels_sort(struct labels *l);
size_t labels_count(const struct labels *l);

/* The text, or NULL when nothing is known. */
const char *labels_lookup(const struct labels *l, const struct stored *report,
                          enum slot slot, const char *name);

#endif
