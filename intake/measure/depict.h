/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * depict - the pictures that go with a report, made in the child
 *
 * A preview of each page, a crop of each field that was read, each seal cut
 * out and as it stands on the page, and what a stage made. They are small:
 * people look at them, nothing is measured on them.
 */

#ifndef INTAKE_DEPICT_H
#define INTAKE_DEPICT_H

#include <stdbool.h>

struct arena;
struct document;
struct err;
struct field;
struct found_seal;
struct image;
struct page;

/* Where pictures go, and how many seals have been sent. */
struct depict {
    int fd;
    bool reveal;        /* ID and phone numbers stay visible in pictures */
    bool sends_private; /* their crops are sent as well, apart */
    int n_seals;
};

/* The preview of page `number`, with the private fields of `read` blanked. */
int depict_page(struct depict *d, struct arena *a, const struct page *page,
                int number, const struct document *read, struct err *e);

/*
 * The whole page as a pyramid of tiles with the private fields blanked; with
 * `sends_private` also an overlay of the tiles that show them.
 */
int depict_tiles(struct depict *d, struct arena *a, const struct page *page,
                 int number, const struct document *read, struct err *e);
int depict_field(struct depict *d, struct arena *a, const struct page *page,
                 const struct field *f, struct err *e);

/* Call it after the seal's own record, in the same order. */
int depict_seal(struct depict *d, struct arena *a, const struct page *page,
                const struct found_seal *seal, struct err *e);

/* What the machine saw on the page, to be laid over it (overlay.h). */
int depict_overlays(struct depict *d, struct arena *a, const struct page *page,
                    int number, struct err *e);

/* A failure is of no consequence: dumps are for developers. */
void depict_stage(struct depict *d, struct arena *a, int number,
                  const char *name, const struct image *im);

#endif
