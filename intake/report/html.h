/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * html - the parts that report.html is put together from
 *
 * One function per section of the page; every text goes through html_text.
 * A finding's number on the page is its index + 1; its anchor is "f<number>",
 * a page's "p-<slot>-<page>".
 */

#ifndef INTAKE_HTML_H
#define INTAKE_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/measure/review.h"

struct str;

struct html {
    struct arena *arena;
    const struct review *review;
    bool reveal;
    struct str *out;
};

/* Markup as it is. */
void html_raw(const struct html *h, const char *markup);
void html_printf(const struct html *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Text, escaped. */
void html_text(const struct html *h, const char *text);

/* The picture inside the page; nothing when p is NULL. */
void html_picture(const struct html *h, const struct picture *p,
                  const char *css_class, const char *alt);

/* A row of a definition list; nothing when the value is NULL. */
void html_row(const struct html *h, const char *label, const char *value);

/* The sections. */
void html_findings(const struct html *h);
void html_compare(const struct html *h);
void html_pages(const struct html *h);
void html_seals(const struct html *h);
void html_measures(const struct html *h);

/* The style and the script, made from report.css and report.js. */
extern const char html_style[], html_script[];

#endif
