/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * unseen - characters of a text that the network cannot see, left out of it
 *
 * Of a name with a character of weak.def's blind ones, or one that is not in
 * the network's list, all the others can still be asked for. Where nothing
 * sure stands in such a character's place, the place is taken out of the
 * output, so that it speaks neither for the text nor against it; so is room
 * that is left for any character between two others. Where another character
 * surely stands there, or no room is left, that is a difference like any other.
 */

#ifndef OCR_UNSEEN_H
#define OCR_UNSEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "ocr/ctc.h"

struct arena;
struct recogniser;

/* Where the text is nearest: symbols `from` to (not with) `to` of all n. `p` is
 * the output's table, to be changed where a place is taken out. */
struct unseen_view {
    struct ctc output;
    float *p;
    const struct ctc_symbol *symbols;
    size_t n, from, to;
    bool leaves_weak; /* what stands for any of weak.def's is left out */
};

/* What of the text is to be asked for. */
struct unseen {
    int *classes;
    size_t n;
    size_t count;     /* places that were taken out */
    const char *text; /* with U+25A1 in these places */
};

/* `text`: form of utf8_name; marks in it that are not read do not count. */
struct unseen unseen_leave_out(struct arena *a, const struct recogniser *r,
                               const struct unseen_view *v, const char *text);

#endif
