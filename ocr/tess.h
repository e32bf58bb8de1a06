/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * tess - reading one line of print; the only door to Tesseract
 *
 * Two LSTM engines are loaded once and stay warm: simplified Chinese for text,
 * English for codes. After tess_open no file is opened, so that lines can be
 * read in a sandbox; one thread only. Nothing is ever printed.
 */

#ifndef OCR_TESS_H
#define OCR_TESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/geom.h"

struct arena;
struct err;
struct image;
struct tess;

enum tess_engine { TESS_CHINESE, TESS_LATIN, TESS_ENGINES };

/*
 * TESS_LINE finds the line inside the picture first and bears a little slope;
 * TESS_RAW takes the picture as the line, which suits codes (no language).
 */
enum tess_mode { TESS_LINE, TESS_RAW };

struct tess_how {
    enum tess_engine engine;
    enum tess_mode mode;
    const char *only; /* the characters that may come out; NULL: all */
};

struct tess_symbol {
    uint32_t c;
    Rect box; /* in the line picture; along the line only roughly right */
    double confidence; /* 0..1 */
};

/* What was read; no white space. */
struct tess_text {
    struct tess_symbol *symbols;
    size_t n;
    double confidence; /* mean of the symbols; 0 when there are none */
};

/* How many of the symbols are Chinese characters. */
size_t tess_count_han(const struct tess_text *t);

/* Loads the engines; ERR_LIBRARY names the one that is missing. */
int tess_open(struct arena *a, struct tess **ret, struct err *e);

/* Reads one line: grey, dark on light, best with characters 32..40 px high. */
int tess_read(struct tess *t, struct arena *a, struct tess_how how,
              const struct image *line, struct tess_text *ret, struct err *e);

/* "5.3.0" */
const char *tess_version(void);

#endif
