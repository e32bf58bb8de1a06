/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * verify - whether a place shows the text that it should
 *
 * Reading asks what stands there; a name has no check digits, and the answer
 * is wrong one time in twenty. Verifying asks less: is it this text, or does
 * another one fit what the network saw better? Every answer names the rival.
 */

#ifndef OCR_VERIFY_H
#define OCR_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/facts.h"
#include "ocr/recogniser.h"

struct arena;

enum known_kind { KNOWN_ORG, KNOWN_PERSON, KNOWN_TEXT, KNOWN_EMAIL };

/* What should stand at a place. */
struct known {
    const char *text;  /* form of utf8_name */
    const char *label; /* of the field, whose end may be seen before it */
    enum known_kind kind;
    bool is_within;   /* other words stand before and behind it */
    bool leaves_weak; /* characters that are hardly known may be unseen */
};

/* How one look at a place fits a text. */
struct verify_fit {
    double margin;      /* log-probability before that of the best rival */
    const char *rival;  /* the best other text, form of utf8_name */
    double stray;       /* of characters seen beside the text, the surest */
    size_t n_stray;     /* their number */
    bool is_known;      /* the network's list has all its characters */
    const char *unseen; /* the text, with U+25A1 for those that cannot be seen
                           (ocr/unseen.h); NULL: all can */
    double confirms;    /* the margin from which it is this text, */
    double contradicts; /* and the one below which it is another */
};

/* The lines of the place, top line first. */
struct verify_fit verify_look(const struct recogniser *r, struct arena *a,
                              const struct recognition *lines, size_t n,
                              const struct known *known);

/* How likely the text is, of the two, 0..1. */
double verify_certainty(double margin);

/* What several looks at one place come to. Where all that can be seen of the
 * text is there, and not all can be, nobody can tell and there is no rival. */
struct verified verify_decide(const struct verify_fit *looks, size_t n,
                              const char *text);

/* Whether another look could help. */
bool verify_is_open(const struct verified *v);

/* Without a network: what a reader's text, form of utf8_name, says of it. */
struct verified verify_reading(struct arena *a, const char *reading,
                               double confidence, const char *text);

#endif
