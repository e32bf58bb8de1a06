/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * decode - the only door for foreign bytes
 *
 * The kind is sniffed from the bytes, never taken from a name, and exactly one
 * named loader is called: libvips for JPEG, PNG, TIFF, WebP and HEIC, Leptonica
 * for BMP, Poppler for PDF. Pixels and pages are counted from the header
 * before any pixel is touched; data that ends too early is ERR_TRUNCATED. EXIF
 * orientation is applied. A PDF page that is one picture gives that picture at
 * its own resolution; any other page is rendered.
 *
 * Call it in a sandboxed process only.
 */

#ifndef IMAGING_DECODE_H
#define IMAGING_DECODE_H

#include <stddef.h>

#include "base/conf.h"

struct arena;
struct container;
struct err;
struct image;

struct decode_limits {
    int max_pages;
    double max_megapixels; /* of one page */
    int max_side_px;
    double render_dpi; /* for PDF pages that are not one picture */
};

extern const struct conf_section decode_section; /* "limits" */

/* A file whose header was read; pages are decoded one at a time. */
struct decode_file;

/* Once per process, before any sandbox: loads what the libraries need. */
int decode_init(struct err *e);

/* The sniffed kind of the bytes ("jpeg", ...), or NULL. */
const char *decode_sniff(const void *bytes, size_t n);

/* Checks kind, limits and header. `bytes` must outlive the arena. */
int decode_open(struct arena *a, const void *bytes, size_t n,
                const struct decode_limits *limits, struct decode_file **ret,
                struct err *e);
int decode_page_count(const struct decode_file *f);
const char *decode_format(const struct decode_file *f);

/* Page i from 0, into the given arena: 1 or 3 bands, upright as EXIF says. */
int decode_page(struct arena *a, struct decode_file *f, int i,
                const struct image **ret_image, struct container *ret_container,
                struct err *e);

#endif
