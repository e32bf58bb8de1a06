/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * card_layout - the scale of a resident's card by what is printed on it
 *
 * Copiers lose a card's outline; its print is left: where the name begins, and
 * the two ends of the number. Cards and specimens agree about these places to
 * a millimetre or so.
 */

#ifndef IMAGING_CARD_LAYOUT_H
#define IMAGING_CARD_LAYOUT_H

#include <stdbool.h>

struct document;

/* Pixels per millimetre as if the card had its own size, and the relative
 * error of that (one sigma). */
struct card_scale {
    double px_per_mm, sigma;
    bool by_all; /* name and number agree; else by the number alone */
};

/* px_per_mm 0: no number was read on the page (from 1), or what was read does
 * not lie as on a card. */
struct card_scale card_layout_scale(const struct document *d, int page);

#endif
