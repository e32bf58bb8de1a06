/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * review - one application, measured and judged: what every report is made of
 *
 * The pictures were made by the sandboxed children, so that whoever writes a
 * report never opens a foreign file: a preview of each page, a crop of each
 * field that was read, each seal as it was cut out and as it stands on the
 * page. All memory is the arena's.
 */

#ifndef INTAKE_REVIEW_H
#define INTAKE_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/facts.h"

struct arena;
struct err;
struct judgement;

enum picture_kind {
    PICTURE_PAGE,        /* JPEG preview of a page; `scale` leads to it */
    PICTURE_FIELD,       /* PNG crop of a field, `of` is the field's name */
    PICTURE_SEAL,        /* transparent PNG, `of` is the seal's id */
    PICTURE_SEAL_SOURCE, /* JPEG crop of the page around a seal */
    PICTURE_OVERLAY,     /* PNG over a whole page, `of` is what it shows */
    PICTURE_STAGE,       /* PNG of --dump-stages */
};

struct picture {
    enum picture_kind kind;
    enum slot slot;
    int page;         /* from 1 */
    const char *name; /* a plain file name, safe to write and to link */
    const char *of;   /* field name, seal id or stage; "" for a page */
    const uint8_t *bytes;
    size_t n;
    int width, height;
    double scale;     /* pixels of the picture per pixel of the scan */
    int rung, levels; /* of an extracted seal (imaging/seal_png.h) */
    double dpi;       /* the same; 0: not known */
    bool is_small_enough;
};

struct library {
    const char *name, *version;
};

struct review {
    const char *version, *config_hash;
    const struct library *libraries;
    size_t n_libraries;
    const struct facts *facts;
    const struct judgement *judgement;
    bool inspection; /* one file without an application */
    struct picture *pictures;
    size_t n_pictures;
};

/* The first picture of that kind, or NULL. `page` 0 and `of` NULL match any. */
const struct picture *review_picture(const struct review *r,
                                     enum picture_kind kind, enum slot slot,
                                     int page, const char *of);

#endif
