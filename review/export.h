/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * export - the seals of an application, packed for whoever writes tokens
 *
 * One ZIP: of each seal its PNG as it was approved, the same as BMP and GIF,
 * the PNG as SES_ESPictrueInfo (DER), and one manifest.json that says what
 * each file is, where the seal came from and who approved it. The same input
 * gives the same bytes.
 */

#ifndef REVIEW_EXPORT_H
#define REVIEW_EXPORT_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;
struct str;

struct export_seal {
    const char *id;   /* "p1-sheet-1-1" */
    const char *role; /* of the contract: "official" */
    int version;      /* 1: the machine's */
    const uint8_t *png;
    size_t n;
    double width_mm, height_mm; /* of the whole picture */
    const char *params;         /* JSON: how a person made it; or NULL */
    const char *made_by, *proposed_by, *approved_by;
    const char *source, *source_sha256; /* the paper it was cut from */
};

struct export_info {
    const char *order_no, *org_name, *credit_code;
    const char *at;   /* RFC 3339 */
    const char *user; /* who asked for it */
    const char *program, *run;
};

/* ERR_FORMAT when a picture is no PNG, has too many colours or no size. */
int export_write(struct arena *a, const struct export_info *info,
                 const struct export_seal *seals, size_t n, struct str *out,
                 struct err *e);

#endif
