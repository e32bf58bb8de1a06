/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * pdf - pages of a PDF as pictures; the only door to Poppler
 *
 * Scanners and scanning apps write a PDF whose page is one picture. That
 * picture is taken at its own resolution, without resampling; whether it is
 * the whole page is checked by comparing it with a small rendering. Any other
 * page is rendered. Used by decode.c only.
 */

#ifndef IMAGING_PDF_H
#define IMAGING_PDF_H

#include <stddef.h>

struct arena;
struct container;
struct decode_limits;
struct err;
struct image;
struct pdf;

/* Once per process, before any sandbox. */
void pdf_init(void);

/* ERR_ENCRYPTED, ERR_NO_PAGES, ERR_FORMAT. `bytes` must outlive the arena. */
int pdf_open(struct arena *a, const void *bytes, size_t n, struct pdf **ret,
             struct err *e);
int pdf_page_count(const struct pdf *p);

/* Page i from 0; the density, page size and producer go to *ret_container. */
int pdf_page(struct arena *a, struct pdf *p, int i,
             const struct decode_limits *limits, const struct image **ret_image,
             struct container *ret_container, struct err *e);

#endif
