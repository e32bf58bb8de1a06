/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * overlay - what the machine saw on a page, to be laid over its picture
 *
 * Four pictures of one colour and its opacity, each over the whole page as it
 * was scanned: "clarity" (the more opaque the less clear; nothing where there
 * is no text), "ink" (coverage with red ink), "light" (how much darker the
 * paper is than at its lightest) and "lines" (lines of text and frames as they
 * were found). No colour is red: red on a red seal shows nothing.
 */

#ifndef INTAKE_OVERLAY_H
#define INTAKE_OVERLAY_H

#include <stddef.h>

struct arena;
struct image;
struct page;

enum { OVERLAYS = 4 };

const char *overlay_name(size_t i);

/* RGBA; NULL when what it shows was not measured. `*ret_scale`: its pixels per
 * pixel of the scan. */
const struct image *overlay_draw(struct arena *a, const struct page *page,
                                 size_t i, double *ret_scale);

#endif
