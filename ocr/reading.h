/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * reading - one value as it was read, and what reading needs
 */

#ifndef OCR_READING_H
#define OCR_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "base/geom.h"

struct arena;
struct image;
struct second_view;
struct tess;

/* Where to read: the lines of one value on a grey page, top line first. */
struct place {
    const struct image *page;
    const Rect *lines;
    size_t n;
    bool is_seconded; /* another reader will look too: one look is enough */
    bool is_within;   /* other words stand on the lines too */
    const struct second_view *seen; /* what its first look saw; NULL: nothing */
};

struct reading {
    char *value;       /* NULL: nothing that could be such a value */
    char *raw;         /* before a repair, or what another reader
                          read; NULL: the same */
    double confidence; /* that `value` is what is printed, 0..1 */
    Rect box;          /* on the page */
    enum field_source source;
    enum tri handwritten;     /* as in struct field */
    struct verified verified; /* against: NULL when nothing was known */
};

#endif
