/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * assets - the pages for the browser, as they are inside the program
 *
 * Made from review/web/dist when the program is built. Two pages, "/desk" and
 * "/apply", and what they load, "/assets/NAME-HASH.EXT". A program that was
 * built without npm has two plain pages that say so (is_built: false).
 */

#ifndef REVIEW_WEB_ASSETS_H
#define REVIEW_WEB_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct web_asset {
    const char *path, *type; /* Content-Type */
    const char *etag;        /* of the bytes, without quotation marks */
    const unsigned char *bytes;
    size_t n;
    const unsigned char *gzip; /* the same, compressed; NULL: no smaller */
    size_t gzip_n;
    bool is_immutable; /* the address holds the hash of the content */
};

extern const struct web_asset web_assets[];
extern const size_t web_assets_n;
extern const bool web_assets_are_built;

/*
 * The policy that goes with the two pages: everything comes from this host,
 * nothing is inline, nothing frames them. blob: is for the pictures that an
 * applicant's page fetches with its access code.
 */
#define WEB_CSP                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; "                \
    "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; "              \
    "form-action 'none'; frame-ancestors 'none'"

/* NULL: there is no such page. */
const struct web_asset *web_asset_find(const char *path);

#endif
