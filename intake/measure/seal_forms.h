/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * seal_forms - what `seal` writes besides the picture for the token
 *
 * The place on the page as it is, not touched, so that a person can hold the
 * one against the other years later; BMP and GIF for older programs. Made in a
 * child of their own, which opens the file a second time: the first one sends
 * measurements and not whole pages.
 */

#ifndef INTAKE_SEAL_FORMS_H
#define INTAKE_SEAL_FORMS_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct bundle_file;
struct conf;
struct err;
struct picture;
struct seal;

enum { SEAL_FORMS = 3 };

struct seal_form_file {
    const char *name; /* "sheet-1-1.bmp" */
    const char *kind; /* "source", "bmp", "gif" */
    const uint8_t *bytes;
    size_t n;
    int width, height;
};

/* One seal and its cut-out; dpi of its page, 0: not known. */
struct seal_cutting {
    const struct seal *seal;
    const struct picture *cut;
    double page_dpi;
};

/* SEAL_FORMS files for each of n seals, in their order. */
int seal_forms_make(struct arena *a, const struct conf *conf,
                    const struct bundle_file *file,
                    const struct seal_cutting *seals, size_t n,
                    struct seal_form_file *ret, struct err *e);

#endif
