/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * sheet - one page while it is being read
 *
 * Its runs of text, which of them were read so far, and the document that the
 * values go into. Reading a run costs 10 to 40 ms, so none is read twice for
 * the same purpose, and only as many as the settings allow.
 */

#ifndef OCR_SHEET_H
#define OCR_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/geom.h"
#include "ocr/fields.h"
#include "ocr/layout.h"
#include "ocr/reading.h"
#include "ocr/tess.h"

struct arena;
struct err;
struct page;

struct sheet {
    struct tess *tess;
    struct recogniser *second; /* NULL: there is none */
    struct arena *a;
    const struct page *page;
    int number; /* of the page, from 1 */
    struct document *d;
    const struct order *order; /* what the values should be; NULL: not known */

    const struct title *title; /* of the page, NULL: none was read */
    Rect title_box;
    double title_sure; /* share of it that was read right */

    struct run *runs;
    struct tess_text *texts; /* of runs that were read */
    bool *is_read;
    bool *is_value; /* known to be a value, or a part of one */
    bool *is_label; /* begins with a label */
    size_t n;
    double height; /* of the runs: median over their whole length */
    int left;      /* how many runs may still be read */
};

struct sheet *sheet_new(struct tess *t, struct arena *a,
                        const struct page *page, int number, struct document *d,
                        int max_lines);

/* The rows of running text, from the top. */
Rect *sheet_rows(const struct sheet *s, size_t *ret_n);

/*
 * Reads the run, or the first characters of a long one. 1: read, before or
 * now; 0: no more runs may be read.
 */
int sheet_read(struct sheet *s, size_t i, struct err *e);

/*
 * Reads the run and looks for a label at its beginning; further on when the
 * label or its remark is all that was read of it. 1: read, ret->label NULL when
 * there is no label; 0: no more runs may be read.
 */
int sheet_find_label(struct sheet *s, size_t i, struct label_match *ret,
                     struct err *e);

/* Reads the value that belongs to the label which run i begins with, and adds
 * the field when the document does not have it yet. */
int sheet_take_value(struct sheet *s, size_t i, const struct label_match *m,
                     struct err *e);

/* Adds the field; the reading's box is in `text` coordinates. */
void sheet_add(struct sheet *s, const char *field, struct reading r);

/* The same in place of the field that the document has of that name. */
void sheet_replace(struct sheet *s, const char *field, struct reading r);

/* Adds the field without a value: TRI_YES, there is ink of a hand; TRI_NO,
 * there is none. */
void sheet_add_unread(struct sheet *s, const char *field, Rect box,
                      enum tri handwritten);

/* Adds the fields of labels beside which there is ink of a pen that could not
 * be read. */
void sheet_settle(struct sheet *s);

#endif
