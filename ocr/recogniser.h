/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * recogniser - the second reader of lines: PP-OCRv4's Chinese recogniser
 *
 * It knows 6,623 characters (Tesseract's Chinese data lack 330 of the common
 * and 2,534 of the rarer ones of GB 2312, many of them usual in names) and
 * shares nothing with Tesseract, so that the two err independently. Its output
 * also tells how well any given text fits a line. Made once, before any
 * sandbox (ocr/onnx.h). Model: PaddleOCR, Apache-2.0; Li et al., PP-OCRv3/v4.
 */

#ifndef OCR_RECOGNISER_H
#define OCR_RECOGNISER_H

#include <stddef.h>
#include <stdint.h>

#include "ocr/ctc.h"
#include "ocr/tess.h"

struct arena;
struct err;
struct image;
struct models;
struct recogniser;

/* ERR_LIBRARY tells what is missing or does not fit together. */
int recogniser_open(struct arena *a, const struct models *files,
                    struct recogniser **ret, struct err *e);

/* What the network saw in a line: letters, digits, full-width brackets, middle
 * dots and what e-mail addresses and dates need; no other marks, no space. */
struct recognition {
    struct tess_text text; /* boxes in the line picture */
    struct ctc output;     /* brackets and dots of any width are one class,
                              marks and spaces are blank */
};

/* Reads one line: grey, dark on light, characters at 60 to 80 % of the height;
 * any size. A line longer than 40 heights is squeezed. */
int recogniser_read(struct recogniser *r, struct arena *a,
                    const struct image *line, struct recognition *ret,
                    struct err *e);

/*
 * The class of a character, of its twin where two print alike; CTC_BLANK when
 * it is a mark that is not read, -1 when the network does not know it.
 */
int recogniser_class(const struct recogniser *r, uint32_t c);

/* The character of a class, 0: none. */
uint32_t recogniser_character(const struct recogniser *r, int class);

/* "onnxruntime 1.27.0", "pp-ocrv4-rec 06b3e6af6c59" (SHA-256, shortened). */
const char *recogniser_runtime(const struct recogniser *r);
const char *recogniser_model(const struct recogniser *r);

#endif
