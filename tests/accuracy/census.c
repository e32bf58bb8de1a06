/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * census - what the second reader sees of every character in its list
 *
 *   census >ocr/weak.def
 *
 * Each Han character is printed in six typefaces, three in a line between
 * common ones. What the network sees at its place gives two margins: how far
 * the character leads there (`own`, the least of all typefaces), and how near
 * it comes where another one is printed (`other`, the most of all characters).
 * A margin between them decides; where the network does not see the
 * character at all, nothing does. Some minutes of processor.
 */

#include <cairo.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "ocr/models.h"
#include "ocr/recogniser.h"

enum {
    PX = 36,
    IN_LINE = 3,
    STEP = 2 * PX,
    START = 7,
    PER_ROW = 24,
    MOST_STEPS = 256
};

static const char *const faces[] = {"AR PL UMing CN",   "AR PL UKai CN",
                                    "LXGW WenKai",      "Noto Serif CJK SC",
                                    "Noto Sans CJK SC", "WenQuanYi Zen Hei"};
enum { FACES = sizeof faces / sizeof *faces };

/* Natural logarithms of probability ratios. */
static const double floor_ratio = -9.5; /* less is not told apart */
static const double known = 4;          /* own: nothing special */
static const double blind = -5;         /* own: the network does not see it */
static const double over = 1;           /* what others reach, to confirm */
static const double usual = 2.5;        /* what confirms most (verify.c) */
static const double least_confirming = -4;
static const double contradicts = -5, below = 3; /* own */
static const double step = 0.5;

struct census {
    size_t n; /* classes */
    double *own, *other;
};

/* Black on white, a little soft, as a scan is. */
static const struct image *draw(struct arena *a, const char *face,
                                const char *text)
{
    int w = (2 * IN_LINE + 1) * PX, h = PX * 14 / 10;
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    cairo_t *c = cairo_create(s);
    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_paint(c);
    cairo_set_source_rgb(c, 0.15, 0.15, 0.15);
    cairo_select_font_face(c, face, CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(c, PX);
    cairo_move_to(c, START, h * 0.5 + PX * 0.36);
    cairo_show_text(c, text);
    cairo_surface_flush(s);
    uint8_t *px;
    struct image *im = image_new(a, w, h, 1, &px);
    const uint8_t *from = cairo_image_surface_get_data(s);
    int stride = cairo_image_surface_get_stride(s);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            px[y * w + x] = from[y * stride + 4 * x];
    cairo_destroy(c);
    cairo_surface_destroy(s);
    const struct image *half = image_resize(a, im, w * 2 / 3, h * 2 / 3);
    return image_resize(a, half, w, h);
}

/* The two likeliest classes of each step, of all. */
struct leaders {
    size_t first;
    double p[2];
};

static struct leaders leaders_of(const struct ctc *m, size_t at)
{
    struct leaders l = {0, {0, 0}};
    for (size_t c = 0; c < m->n_classes; c++) {
        double p = (double)m->p[at * m->n_classes + c];
        if (p > l.p[0])
            l = (struct leaders){c, {p, l.p[0]}};
        else if (p > l.p[1])
            l.p[1] = p;
    }
    return l;
}

/* How far the class leads the next one, where it is likeliest. */
static double lead(const struct ctc *m, const struct leaders *l, size_t from,
                   size_t to, size_t class)
{
    double best = 0;
    size_t at = from;
    for (size_t t = from; t < to; t++)
        if ((double)m->p[t * m->n_classes + class] > best) {
            best = (double)m->p[t * m->n_classes + class];
            at = t;
        }
    double next = l[at].p[l[at].first == class];
    return log(fmax(best, 1e-7) / fmax(next, 1e-7));
}

static void look(struct census *s, const struct recognition *v, int width,
                 size_t place, size_t printed)
{
    double per = (double)width / (double)v->output.n_steps;
    double x = START + (double)place * STEP - 0.15 * PX;
    size_t from = (size_t)fmax(0, x / per);
    size_t to =
        (size_t)fmin((double)v->output.n_steps, ceil((x + 1.3 * PX) / per));
    struct leaders l[MOST_STEPS];
    if (to > MOST_STEPS)
        to = MOST_STEPS;
    for (size_t t = from; t < to; t++)
        l[t] = leaders_of(&v->output, t);
    for (size_t c = 1; c < s->n; c++) {
        double ratio = lead(&v->output, l, from, to, c);
        if (c == printed)
            s->own[c] = fmin(s->own[c], ratio);
        else if (ratio > floor_ratio)
            s->other[c] = fmax(s->other[c], ratio);
    }
}

/* Three characters in a line, at other places in every typeface. */
static int print_line(struct recogniser *r, struct census *s, const int *class,
                      size_t face, struct err *e)
{
    static const char *const between[] = {"国", "华", ""};
    struct arena *a = arena_new((size_t)128 << 20);
    struct recognition v;
    char text[64];
    size_t len = 0;
    for (size_t k = 0; k < IN_LINE; k++) {
        int c = class[(k + face) % IN_LINE];
        len += utf8_put(recogniser_character(r, c), text + len);
        len +=
            (size_t)snprintf(text + len, sizeof text - len, "%s", between[k]);
    }
    text[len] = '\0';
    const struct image *im = draw(a, faces[face], text);
    int code = recogniser_read(r, a, im, &v, e);
    for (size_t k = 0; k < IN_LINE && code == 0; k++)
        look(s, &v, im->width, k, (size_t) class[(k + face) % IN_LINE]);
    arena_free(a);
    return code;
}

/* The margins of a character; false: the usual ones. Blind: infinite. */
static bool margins(double own, double other, double *ret_confirms,
                    double *ret_contradicts)
{
    *ret_confirms = INFINITY;
    *ret_contradicts = -INFINITY;
    if (own >= known || own < blind)
        return own < blind;
    double least = fmax(other + over, (own + other) / 2);
    least = fmax(least_confirming, ceil(least / step) * step);
    *ret_confirms = fmin(usual, least);
    *ret_contradicts = fmin(contradicts, floor(own) - below);
    return *ret_confirms < usual || *ret_contradicts < contradicts;
}

/* Of equal margins in rows of their own. */
static void print_rows(struct recogniser *r, const struct census *s,
                       double confirms, double contradicting)
{
    size_t n = 0;
    for (size_t c = 1; c < s->n; c++) {
        double x, y;
        uint32_t code = recogniser_character(r, (int)c);
        char text[5] = {0};
        if (!utf8_is_han(code) || !margins(s->own[c], s->other[c], &x, &y) ||
            x != confirms || y != contradicting)
            continue;
        utf8_put(code, text);
        if (n % PER_ROW == 0 && isfinite(x))
            printf("%sWEAK(%.1f, %.1f, \"", n ? "\")\n" : "", x, y);
        else if (n % PER_ROW == 0)
            printf("%sBLIND(\"", n ? "\")\n" : "");
        printf("%s", text);
        n++;
    }
    printf("%s", n ? "\")\n" : "");
}

static int take_census(struct recogniser *r, struct census *s, struct err *e)
{
    int line[IN_LINE];
    size_t n = 0;
    for (size_t face = 0; face < FACES; face++)
        for (size_t c = 1; c < s->n; c++) {
            if (!utf8_is_han(recogniser_character(r, (int)c)))
                continue;
            line[n++] = (int)c;
            if (n < IN_LINE)
                continue;
            n = 0;
            int code = print_line(r, s, line, face, e);
            if (code < 0)
                return code;
        }
    return 0;
}

int main(void)
{
    enum { MOST = 20000 };
    struct arena *a = arena_new((size_t)512 << 20);
    struct models files;
    struct recogniser *r;
    struct err e = {0};
    size_t n = 0;
    if (!models_find(a, &files) || recogniser_open(a, &files, &r, &e) < 0) {
        fprintf(stderr, "no second reader: %s\n", e.text);
        return 1;
    }
    struct census s = {0, arena_new_array(a, MOST, double),
                       arena_new_array(a, MOST, double)};
    struct recognition v;
    int code = recogniser_read(r, a, draw(a, faces[0], "国"), &v, &e);
    for (s.n = code == 0 ? v.output.n_classes : 0; n < s.n && n < MOST; n++) {
        s.own[n] = INFINITY;
        s.other[n] = floor_ratio;
    }
    if (code < 0 || take_census(r, &s, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    for (double x = least_confirming; x <= usual; x += step)
        for (double y = floor(blind) - below; y <= contradicts; y++)
            print_rows(r, &s, x, y);
    print_rows(r, &s, INFINITY, -INFINITY);
    arena_free(a);
    return 0;
}
