/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * return_letter - what an applicant is told when an application is returned
 *
 * One letter names everything at once: a numbered sentence for each cause, what
 * to do about it, and where to see it. Only findings that a person has
 * confirmed are in it. Several rules often see one cause (the code differs on
 * the form, the licence and in the QR code): return_letter_causes.def groups
 * them, so that a cause is told once. Findings speak to clerks
 * ("请看原图确认"); return_letter_words.def has what an applicant is told
 * instead.
 *
 * Pure: no clock, no file. Numbers of persons are masked already in what the
 * findings say. The letter is a structure; return_letter_html and
 * return_letter_pdf print it, return_letter_json and return_letter_read keep it
 * and take over what a person changed.
 */

#ifndef REVIEW_RETURN_LETTER_H
#define REVIEW_RETURN_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/rule.h"

struct arena;
struct err;
struct jval;
struct str;

enum { RETURN_LETTER_PICTURES = 3 };

/* A finding as far as a letter needs it. */
struct return_letter_finding {
    const char *id, *rule;
    const char *reason; /* in reasons.def; "" */
    bool is_unsure;     /* could not be told by the machine */
    enum slot slot;
    const char *zh, *advice_zh;
    struct evidence evidence[MAX_EVIDENCE];
    size_t n_evidence;
};

struct return_letter_case {
    const char *order_no, *org_name;
    const enum slot *slots; /* what was uploaded */
    size_t n_slots;
    const struct return_letter_finding *findings; /* confirmed ones only */
    size_t n_findings;
    const char *today; /* YYYY-MM-DD */
    int deadline_days; /* 0: none is named */
    const char *contact;
};

struct return_letter_item {
    const char *cause;     /* name in return_letter_causes.def, or the rule */
    const char **findings; /* ids of all that see it */
    size_t n_findings;
    enum slot slot; /* SLOT_UNKNOWN: the order */
    const char *title, *text, *advice;
    struct evidence
        pictures[RETURN_LETTER_PICTURES]; /* boxes that are not empty */
    size_t n_pictures;
};

struct return_letter {
    const char *title, *order_no, *to, *intro;
    struct return_letter_item *items;
    size_t n_items;
    const char *kept; /* which papers need not be sent again; "" */
    const char *closing;
    const char *deadline; /* "2026年4月17日"; "" */
    const char *contact;
};

/* A page as people see it: its JPEG and how to get there from the scan. */
struct return_letter_page {
    enum slot slot;
    int page;
    const uint8_t *jpeg;
    size_t n;
    int width, height; /* of the JPEG */
    double scale;      /* pixels of the JPEG per pixel of the scan */
    int rotation_deg;  /* clockwise turns that make it upright: 0, 90, ... */
};

struct return_letter *return_letter_make(struct arena *a,
                                         const struct return_letter_case *c);

/* A place on a page set upright, in pixels of the JPEG so turned. */
struct return_letter_view {
    Affine upright; /* from the JPEG as it is */
    Rect shown;     /* the box and some paper around it */
    Rect box;
};
struct return_letter_view return_letter_view(
    const struct return_letter_page *page, Rect box);

/* The page of that evidence, or NULL. */
const struct return_letter_page *return_letter_find_page(
    const struct return_letter_page *pages, size_t n, const struct evidence *e);

/* One file that fetches nothing; all texts escaped. */
void return_letter_html(const struct return_letter *l,
                        const struct return_letter_page *pages, size_t n_pages,
                        struct str *out);

/* A4. ERR_LIBRARY when it cannot be drawn. */
int return_letter_pdf(const struct return_letter *l,
                      const struct return_letter_page *pages, size_t n_pages,
                      struct str *out, struct err *e);

/* The letter as it is kept and shown for changing. */
struct jval *return_letter_json(const struct return_letter *l);

/*
 * A letter that was kept. ERR_FORMAT when it is none, or when a text is longer
 * than a letter's should be; the arena owns all.
 */
int return_letter_read(struct arena *a, const struct jval *j,
                       struct return_letter **ret, struct err *e);

/* A finding of report.json; its id is given. False: it lacks something. */
bool return_letter_read_finding(struct arena *a, const struct jval *j,
                                const char *id,
                                struct return_letter_finding *ret);

/* What the applicant is told of it. */
const char *return_letter_words(struct arena *a,
                                const struct return_letter_finding *f);

#endif
