/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ses_picture - a seal's picture as electronic seals embed it
 *
 * The structure SES_ESPictrueInfo (spelled so) of GM/T 0031-2014 and GB/T
 * 38540-2020, in DER (ITU-T X.690):
 *
 *     SEQUENCE { type IA5String, data OCTET STRING,
 *                width INTEGER, height INTEGER }
 *
 * Width and height are whole millimetres. Not a seal: nothing is signed here.
 */

#ifndef REVIEW_SES_PICTURE_H
#define REVIEW_SES_PICTURE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct str;

struct ses_picture {
    const char *type; /* "PNG", "BMP", "GIF" */
    const uint8_t *data;
    size_t n;
    int width_mm, height_mm; /* 1..1000 */
};

/* ERR_FORMAT when a member is out of its range, ERR_LIMIT when out is full. */
int ses_picture_write(const struct ses_picture *p, struct str *out,
                      struct err *e);

#endif
