/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * page - everything the stages have found out about one page
 *
 * A stage gets a copy, fills in what it gives, and the runner keeps the copy
 * only when the stage succeeded: all or nothing. All memory is the arena's.
 *
 * Coordinates: `scan` is the page as decoded, the pixels in which boxes are
 * reported. `text` is the page for reading: upright, levelled, red ink
 * suppressed, grey. `scan_from_text` leads back.
 */

#ifndef IMAGING_PAGE_H
#define IMAGING_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "base/geom.h"

struct Pix; /* Leptonica's */
struct arena;
struct image;
struct imprint;
struct ink_paper;
struct seal_lines;

/* What the container said about the picture; every text may be NULL. */
struct container {
    const char
        *format; /* "jpeg", "png", "tiff", "webp", "heic", "bmp", "pdf" */
    double dpi_x, dpi_y;      /* declared density; 0: none */
    const char *make, *model; /* EXIF, TIFF */
    const char *software;     /* EXIF, PDF producer or creator */
    bool has_exposure;        /* EXIF exposure, focal length or GPS */
    bool has_chroma_subsampling;
    double layer_dpi;  /* of the finest picture on a page that was drawn ... */
    double colour_dpi; /* ... and of those that have its colour; 0: none */
};

/*
 * What a reader can say of a grey line of the page; imaging knows none, so
 * whoever runs the stages lends one.
 */
struct legibility {
    /* How much it looks like writing that can be read, 0..1; NULL: no reader */
    double (*score)(void *reader, const struct image *line);
    /* Logarithm of the odds that it stands upright rather than upside down;
     * NULL: nobody who could tell without reading it */
    double (*upright)(void *reader, const struct image *line);
    void *reader;
};

/* A line of text: its box in `text` coordinates. */
struct text_line {
    Rect box;
    double height_px; /* of the characters, without ascending noise */
};

/* A seal as it was found, and the picture that was cut out. */
struct found_seal {
    struct seal seal;        /* boxes in scan pixels */
    bool has_star;           /* a five-pointed one in the middle */
    const struct image *cut; /* RGBA, set upright, at cut_dpi */
    double cut_dpi;
    size_t max_bytes;               /* that its PNG may have; 0: any number */
    const struct imprint *imprint;  /* seal_imprint.h: for comparisons */
    const struct seal_lines *lines; /* seal_unwrap.h: to be read; or NULL */
};

struct page {
    const struct image *scan;
    struct container container;
    struct legibility legibility;
    enum slot slot; /* SLOT_UNKNOWN: no application */

    /* grey */
    const struct image *grey;  /* luma of the scan, 1 band */
    const struct image *small; /* the same, blocks of step x step averaged */
    int small_step;            /* to about 150 dpi; at least 1 */

    /* orient, deskew */
    const struct image *red;  /* the scan's red samples: grey without red ink */
    int turns;                /* clockwise quarter turns that make it upright */
    Affine scan_from_upright; /* upright: scan after those turns */
    double dpi;               /* pixels per inch of the scan, best known;
                                 0: unknown */
    struct Pix *layout;       /* bitonal.h: upright; levelled after deskew */
    double layout_scale;      /* its pixels per pixel of the scan */

    /* ink: the scan with whole blocks averaged, what is paper on it, and the
     * optical density of its red ink */
    const struct image *coarse;
    const struct ink_paper *paper;
    const struct image *ink; /* 1 band, 0..255 = coverage 0..1 */
    Affine scan_from_ink;    /* from both */

    /* text, lines */
    const struct image *text;
    Affine scan_from_text;
    double text_dpi; /* pixels per inch of `text`; a guess if dpi is 0 */
    const struct text_line *lines;
    size_t n_lines;

    /* seals */
    double wanted_dpi; /* of their pictures, set before; 0: as configured */
    const struct found_seal *seals;
    size_t n_seals;

    /* outlines: what straight_converge_deg says of the scan's columns, rows */
    double upright_edges_deg, level_edges_deg;

    /* clarity */
    const struct image *heat; /* a map of it, for people; NULL: none */
    Affine scan_from_heat;
    double focus_range; /* focus.h; 0 or NAN: not measured */
    Rect softest;       /* where it is worst, pixels of the scan */
    double halo;        /* edges.h; NAN: no stroke on even paper */

    struct page_facts facts;
};

#endif
