/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/line.h"

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "imaging/image.h"

/* The finder of the line inside the picture now and then takes a part of the
 * characters' height for the line, and little sense comes out. */
static const double doubtful = 0.9;

/* In heights of the picture: what is shorter has no room for a wrong line. */
static const double short_line = 2;

int line_read(struct tess *t, struct arena *a, const struct image *page,
              const Rect *boxes, size_t n, const struct line_how *how,
              struct tess_text *ret, struct err *e)
{
    struct strip s = strip_cut(a, page, boxes, n, how->strip);
    int code = tess_read(t, a, how->tess, s.picture, ret, e);
    if (code == 0 && how->tess.mode == TESS_LINE &&
        ret->confidence < doubtful &&
        s.picture->width > short_line * s.picture->height) {
        struct tess_how raw = how->tess;
        struct tess_text other;
        raw.mode = TESS_RAW;
        code = tess_read(t, a, raw, s.picture, &other, e);
        if (code == 0 && other.confidence > ret->confidence)
            *ret = other;
    }
    for (size_t i = 0; i < ret->n; i++)
        ret->symbols[i].box = strip_page_rect(&s, ret->symbols[i].box);
    return code;
}

struct tess_text line_part(const struct tess_text *t, size_t from, size_t to)
{
    struct tess_text part = {NULL, 0, 0};
    if (!t->symbols || from >= to)
        return part;
    part.symbols = t->symbols + from;
    part.n = to - from;
    for (size_t i = 0; i < part.n; i++)
        part.confidence += part.symbols[i].confidence / (double)part.n;
    return part;
}

void line_append(struct arena *a, struct tess_text *io,
                 const struct tess_text *more)
{
    if (more->n == 0)
        return;
    io->symbols =
        arena_grow(a, io->symbols, io->n, io->n + more->n, sizeof *io->symbols);
    memcpy(io->symbols + io->n, more->symbols, more->n * sizeof *more->symbols);
    *io = line_part(io, 0, io->n + more->n);
}

char *line_string(struct arena *a, const struct tess_text *t)
{
    char *s = arena_alloc(a, t->n * 4 + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < t->n; i++)
        len += utf8_put(t->symbols[i].c, s + len);
    return s;
}

Rect line_box(const struct tess_text *t, Rect within)
{
    if (t->n == 0)
        return within;
    Rect all = t->symbols[0].box;
    for (size_t i = 1; i < t->n; i++)
        all = rect_union(all, t->symbols[i].box);
    Rect r = rect_intersect((Rect){all.x, within.y, all.w, within.h}, within);
    return rect_is_empty(r) ? within : r;
}

double line_least(const struct tess_text *t)
{
    double least = t->n ? 1 : 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->symbols[i].confidence < least)
            least = t->symbols[i].confidence;
    return least;
}

bool line_has(const struct tess_text *t, const char *word)
{
    size_t n = utf8_length(word);
    for (size_t i = 0; i + n <= t->n; i++) {
        const char *w = word;
        size_t k = 0;
        while (k < n && t->symbols[i + k].c == utf8_next(&w))
            k++;
        if (k == n)
            return true;
    }
    return false;
}
