/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/review.h"

#include <string.h>

const struct picture *review_picture(const struct review *r,
                                     enum picture_kind kind, enum slot slot,
                                     int page, const char *of)
{
    for (size_t i = 0; i < r->n_pictures; i++) {
        const struct picture *p = &r->pictures[i];
        if (p->kind == kind && p->slot == slot &&
            (page == 0 || p->page == page) && (!of || strcmp(p->of, of) == 0))
            return p;
    }
    return NULL;
}
