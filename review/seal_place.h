/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_place - where a seal lies on its scan, as the machine found it or as a
 * person said, and how its picture lies there
 *
 * A place is a struct recut: the box of the seal set upright about its own
 * centre and its turn, both on the scan. The report tells the turn on the page
 * set upright.
 */

#ifndef REVIEW_SEAL_PLACE_H
#define REVIEW_SEAL_PLACE_H

#include "intake/measure/recut.h"
#include "review/desk.h"

struct bitmap;

/* As the machine found it; members NAN that the report does not tell. */
struct recut seal_place_found(const struct desk_load *l,
                              const struct jval *seal);

/* Of a version with these parameters; of the machine's, which has none, where
 * it found the seal. */
int seal_place_of_version(const struct desk_load *l, const struct jval *seal,
                          const char *params, struct recut *ret, struct err *e);

/* What the crop "ID-source.jpg" shows of the scan (intake/measure/depict.c). */
Rect seal_place_source(const struct desk_load *l, const struct jval *seal);

/* The picture's middle is the seal's; dpi: of the picture, 0 when it does not
 * say. */
Affine seal_place_scan_from_picture(const struct recut *at,
                                    const struct bitmap *picture, double dpi);

/* A list of four numbers; NAN where there is none. */
Rect seal_place_box(const struct jval *box);

#endif
