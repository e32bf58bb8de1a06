/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Seals cut out, by the program and by the fixed recipe, from the same pages.
 *
 *     seal_benchmark FOLDER...
 *
 * Every page of the applications that is not turned, made with their masks;
 * CI has a few of them. The large sample is
 *
 *     for r in clean tint covered coloured_paper; do
 *       build/sealdesk-fixtures make --family report --seed 9300 --recipe $r \
 *         --count 20 --truth-masks --out seals/$r
 *     done
 *     find seals -mindepth 2 -type d |
 *       xargs build/tests/fixed_recipe/seal_benchmark
 *
 * Compared are the page's own pixels in the box of each round official seal,
 * by intersection over union, with two truths. The stamp's clean drawing is
 * what one would like to have; but a pad and a hand never lay it down: the ink
 * as the generator lays it, before any scanner and cut at the best of all
 * thresholds, has an intersection of 0.91 with the drawing (report family).
 * The ink that was laid is what there is to be cut out: at half of a full
 * layer, and soft, as the sum of the lesser over the sum of the greater of
 * both coverages (Ruzicka), where a picture cleaned to one density for tokens
 * pays for the evenness that it adds. Then degrees of the rim that have ink,
 * bare paper and print kept as ink, and the processor time of a page beyond
 * decoding. Of the program alone: what it finds, and how well placed.
 */

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/rank.h"
#include "base/units.h"
#include "fixed_recipe.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "tests/stages.h"

enum { MAX_SEALS = 2000, SECTORS = 360, AWAY_PX = 6, CIRCLES = 8 };

static const struct decode_limits limits = {4, 200, 30000, 300};

/* What a method made of the seals. */
struct result {
    double iou[MAX_SEALS], laid[MAX_SEALS], soft[MAX_SEALS];
    double rim_deg[MAX_SEALS], background[MAX_SEALS], stray[MAX_SEALS];
    double ms[MAX_SEALS];
    size_t found, n_ms;
};

struct truth {
    const struct image *stamp; /* the drawing */
    const struct image *laid;  /* the ink, 255 is a full layer */
    Rect box;                  /* of both on the page */
    Point center;              /* of the seal, on the page */
    double radius, angle_deg;
};

/* How the program placed the seals it found. */
struct places {
    double center_mm[MAX_SEALS], size_mm[MAX_SEALS], turn_deg[MAX_SEALS];
    size_t n, reported, unfounded;
};

struct sample {
    struct arena *arena; /* of one page */
    struct page page;
    const char *folder;
    size_t n; /* seals so far */
    struct result ours, fixed;
    struct places places;
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static Point point_of(const struct jval *j)
{
    return (Point){jval_real_value(jval_at(j, 0), NAN),
                   jval_real_value(jval_at(j, 1), NAN)};
}

static int load_image(struct sample *s, const char *name,
                      const struct image **ret, struct container *container,
                      struct err *e)
{
    char *bytes;
    size_t n;
    struct decode_file *f;
    int r = file_read_below(s->arena, s->folder, name, (size_t)256 << 20,
                            &bytes, &n, e);
    if (r == 0)
        r = decode_open(s->arena, bytes, n, &limits, &f, e);
    return r ? r : decode_page(s->arena, f, 0, ret, container, e);
}

/* --- one seal -------------------------------------------------------------*/

/* A truth at a place of the page, 0 outside of its box. */
static int true_at(const struct truth *t, const struct image *im, int x, int y)
{
    int u = x - (int)t->box.x, v = y - (int)t->box.y;
    bool inside = u >= 0 && v >= 0 && u < im->width && v < im->height;
    return inside ? *image_at(im, u, v) : 0;
}

static bool is_stamp(const struct truth *t, int x, int y)
{
    return true_at(t, t->stamp, x, y) > 127;
}

static bool is_far_from_ink(const struct truth *t, int x, int y)
{
    for (int v = y - AWAY_PX; v <= y + AWAY_PX; v += 2)
        for (int u = x - AWAY_PX; u <= x + AWAY_PX; u += 2)
            if (is_stamp(t, u, v))
                return false;
    return true;
}

/* Intersection and union, hard or soft. */
struct overlap {
    double both, either;
};

static void overlap_add(struct overlap *o, int a, int b)
{
    o->both += a < b ? a : b;
    o->either += a > b ? a : b;
}

static double overlap_share(const struct overlap *o)
{
    return o->either > 0 ? o->both / o->either : 0;
}

/* `mask` is the coverage of the page's pixels, 0..255. */
static void judge(const struct sample *s, const struct truth *t,
                  const uint8_t *mask, struct result *ret)
{
    struct overlap drawn = {0}, laid = {0}, soft = {0};
    double paper = 0, kept = 0, all = 0;
    bool rim[SECTORS] = {false};
    int inked = 0, w = s->page.scan->width, h = s->page.scan->height;
    int x1 = (int)fmin(w, t->box.x + t->box.w);
    int y1 = (int)fmin(h, t->box.y + t->box.h);
    for (int y = (int)fmax(0, t->box.y); y < y1; y++)
        for (int x = (int)fmax(0, t->box.x); x < x1; x++) {
            int cover = mask[(size_t)y * (size_t)w + (size_t)x];
            int ink = true_at(t, t->laid, x, y);
            bool got = cover > 127, want = is_stamp(t, x, y);
            double dx = x + 0.5 - t->center.x, dy = y + 0.5 - t->center.y;
            overlap_add(&drawn, got, want);
            overlap_add(&laid, got, ink > 127);
            overlap_add(&soft, cover, ink);
            all += got;
            if (got && want && hypot(dx, dy) > 0.95 * t->radius) {
                double turn = atan2(dy, dx) / (2 * UNITS_PI) + 0.5;
                rim[(int)(turn * SECTORS) % SECTORS] = true;
            }
            if (!want && x % 2 == 0 && y % 2 == 0 && is_far_from_ink(t, x, y)) {
                paper++;
                kept += got;
            }
        }
    for (int i = 0; i < SECTORS; i++)
        inked += rim[i];
    ret->iou[s->n] = overlap_share(&drawn);
    ret->laid[s->n] = overlap_share(&laid);
    ret->soft[s->n] = overlap_share(&soft);
    ret->rim_deg[s->n] = inked;
    ret->background[s->n] = paper > 0 ? 100 * kept / paper : 0;
    ret->stray[s->n] = all > 0 ? 100 * 4 * kept / all : 0;
    ret->found += drawn.both > 0;
}

/* The seal that the program found there, or NULL. */
static const struct seal *found_at(const struct sample *s, Point p, double near)
{
    for (size_t i = 0; i < s->page.n_seals; i++) {
        const struct seal *f = &s->page.seals[i].seal;
        if (hypot(f->center.x - p.x, f->center.y - p.y) < near)
            return f;
    }
    return NULL;
}

static void place(struct sample *s, const struct truth *t)
{
    struct places *p = &s->places;
    const struct seal *f = found_at(s, t->center, t->radius / 2);
    if (!f || !isfinite(f->size_mm[0]))
        return;
    double mm = mm_from_px(1, s->page.dpi);
    p->center_mm[p->n] =
        mm * hypot(f->center.x - t->center.x, f->center.y - t->center.y);
    p->size_mm[p->n] =
        fabs((f->size_mm[0] + f->size_mm[1]) / 2 - 2 * t->radius * mm);
    p->turn_deg[p->n++] = fabs(remainder(f->rotation_deg - t->angle_deg, 360));
}

/* Seals that were reported, and those of them where none is. */
static void count_reported(struct sample *s, const struct jval *seals)
{
    for (size_t i = 0; i < s->page.n_seals; i++) {
        const struct seal *f = &s->page.seals[i].seal;
        bool is_true = false;
        for (size_t k = 0; k < jval_count(seals) && !is_true; k++) {
            const struct jval *j = jval_at(seals, k);
            Point at = point_of(jval_lookup(j, "center"));
            double mm = point_of(jval_lookup(j, "size_mm")).x;
            is_true = hypot(f->center.x - at.x, f->center.y - at.y) <
                      px_from_mm(mm, s->page.dpi) / 4;
        }
        s->places.reported++;
        s->places.unfounded += !is_true;
    }
}

/* The cut-out's opacity laid back on the page it came from. */
static uint8_t *lay_back(struct sample *s, const struct truth *t)
{
    const struct image *page = s->page.scan;
    uint8_t *mask =
        arena_alloc(s->arena, (size_t)page->width * (size_t)page->height, 1);
    for (size_t i = 0; i < s->page.n_seals; i++) {
        const struct found_seal *f = &s->page.seals[i];
        const struct image *cut = f->cut;
        if (!cut || hypot(f->seal.center.x - t->center.x,
                          f->seal.center.y - t->center.y) > t->radius / 2)
            continue;
        double scale = f->cut_dpi / s->page.dpi;
        double turn = rad_from_deg(f->seal.rotation_deg);
        for (int y = (int)t->box.y; y < t->box.y + t->box.h; y++)
            for (int x = (int)t->box.x; x < t->box.x + t->box.w; x++) {
                double dx = x + 0.5 - f->seal.center.x;
                double dy = y + 0.5 - f->seal.center.y;
                int u = (int)floor(cut->width / 2.0 +
                                   scale * (dx * cos(turn) + dy * sin(turn)));
                int v = (int)floor(cut->height / 2.0 +
                                   scale * (dy * cos(turn) - dx * sin(turn)));
                if (x >= 0 && y >= 0 && x < page->width && y < page->height &&
                    u >= 0 && v >= 0 && u < cut->width && v < cut->height)
                    mask[(size_t)y * (size_t)page->width + (size_t)x] =
                        image_at(cut, u, v)[3];
            }
    }
    return mask;
}

/* --- one page -------------------------------------------------------------*/

static int run_both(struct sample *s, const struct conf *conf,
                    uint8_t **ret_mask, struct err *e)
{
    static const char *const stages[] = {"ink", "seals"};
    struct fixed_seal circles[CIRCLES];
    double start = now_ms();
    int r = stages_run(s->arena, conf, stages, 2, &s->page, e);
    s->ours.ms[s->ours.n_ms++] = now_ms() - start;
    start = now_ms();
    fixed_recipe(s->arena, s->page.scan, s->page.dpi, ret_mask, circles,
                 CIRCLES);
    s->fixed.ms[s->fixed.n_ms++] = now_ms() - start;
    size_t n = (size_t)s->page.scan->width * (size_t)s->page.scan->height;
    for (size_t i = 0; i < n; i++)
        (*ret_mask)[i] = (*ret_mask)[i] ? 255 : 0; /* as coverage */
    return r;
}

static int judge_page(struct sample *s, const struct conf *conf,
                      const struct jval *document, struct err *e)
{
    const struct jval *page = jval_at(jval_lookup(document, "pages"), 0);
    const struct jval *seals = jval_lookup(page, "seals");
    uint8_t *fixed;
    s->page =
        (struct page){.slot = slot_from_name(jval_string(document, "slot", "")),
                      .dpi = jval_real(page, "dpi", 300)};
    if (jval_real(page, "rotation", 0) != 0)
        return 0;
    int r = load_image(s, jval_string(document, "file", ""), &s->page.scan,
                       &s->page.container, e);
    if (r == 0)
        r = run_both(s, conf, &fixed, e);
    if (r == 0)
        count_reported(s, seals);
    for (size_t i = 0; i < jval_count(seals) && r == 0; i++) {
        const struct jval *j = jval_at(seals, i);
        const struct jval *box = jval_lookup(j, "mask_box");
        Point at = point_of(box), size = {0, 0};
        struct truth t = {.center = point_of(jval_lookup(j, "center")),
                          .angle_deg = jval_real(j, "angle_deg", 0) +
                                       jval_real(page, "skew_deg", 0)};
        struct container container;
        if (strcmp(jval_string(j, "role", ""), "official") != 0 ||
            strcmp(jval_string(j, "shape", ""), "round") != 0 ||
            !*jval_string(j, "mask", "") || s->n == MAX_SEALS)
            continue;
        size = point_of(jval_lookup(j, "size_mm"));
        r = load_image(s, jval_string(j, "mask", ""), &t.stamp, &container, e);
        if (r == 0)
            r = load_image(s, jval_string(j, "laid", ""), &t.laid, &container,
                           e);
        if (r)
            break;
        t.box = (Rect){at.x, at.y, t.stamp->width, t.stamp->height};
        t.radius = px_from_mm(size.x, s->page.dpi) / 2;
        judge(s, &t, lay_back(s, &t), &s->ours);
        judge(s, &t, fixed, &s->fixed);
        place(s, &t);
        s->n++;
    }
    return r;
}

static int judge_folder(struct sample *s, const struct conf *conf,
                        const char *folder, struct err *e)
{
    char *bytes;
    size_t n;
    struct jval *truth;
    s->folder = folder;
    struct arena *a = arena_new((size_t)16 << 20);
    int r = file_read_below(a, folder, "truth.json", (size_t)8 << 20, &bytes,
                            &n, e);
    if (r == 0)
        r = jval_parse(bytes, n, &truth, e);
    arena_free(a);
    if (r)
        return r;
    const struct jval *documents = jval_lookup(truth, "documents");
    for (size_t i = 0; i < jval_count(documents) && r == 0; i++) {
        s->arena = arena_new((size_t)2 << 30);
        r = judge_page(s, conf, jval_at(documents, i), e);
        arena_free(s->arena);
    }
    jval_free(truth);
    return r;
}

/* --- the table ------------------------------------------------------------*/

static double rank_at(double *v, size_t n, double share)
{
    rank_sort(v, n);
    return n ? v[(size_t)(share * (double)(n - 1))] : (double)NAN;
}

static void line(const char *what, int decimals, double ours, double fixed)
{
    printf("%-38s %8.*f %8.*f\n", what, decimals, ours, decimals, fixed);
}

/* One row: a quantile of both; returns the program's and the other's. */
struct two {
    double ours, fixed;
};

static struct two row(const char *what, int decimals, double *ours,
                      double *fixed, size_t n, double share)
{
    struct two t = {rank_at(ours, n, share), rank_at(fixed, n, share)};
    line(what, decimals, t.ours, t.fixed);
    return t;
}

#define ROW(what, decimals, member, share)                                     \
    row(what, decimals, s->ours.member, s->fixed.member, s->n, share)

/* Whether the program keeps more of the seal and is good enough in itself;
 * bounds with room below what the large sample gives. */
static bool table(struct sample *s)
{
    struct result *o = &s->ours, *f = &s->fixed;
    printf("%zu round official seals on %zu pages\n", s->n, o->n_ms);
    printf("%-42s %8s %8s\n", "", "program", "fixed");
    line("seals with any ink", 0, (double)o->found, (double)f->found);
    struct two iou = ROW("overlap with the drawing, median", 3, iou, 0.5);
    struct two low = ROW("  10 % are below", 3, iou, 0.1);
    struct two laid = ROW("overlap with the ink laid, median", 3, laid, 0.5);
    ROW("  10 % are below", 3, laid, 0.1);
    ROW("the same, soft, median", 3, soft, 0.5);
    struct two rim =
        ROW("rim with ink, degrees, 10 % are below", 0, rim_deg, 0.1);
    struct two dirt =
        ROW("paper kept as ink, %, 90 % are below", 2, background, 0.9);
    ROW("of what was kept, far from ink, %, 90 %", 2, stray, 0.9);
    line("processor time of a page, ms, median", 0,
         rank_at(o->ms, o->n_ms, 0.5), rank_at(f->ms, f->n_ms, 0.5));
    return s->n > 0 && o->found >= f->found && iou.ours > iou.fixed &&
           low.ours > low.fixed && laid.ours > laid.fixed &&
           rim.ours >= rim.fixed && iou.ours > 0.85 && rim.ours > 340 &&
           dirt.ours < 0.5;
}

static bool places_table(struct sample *s)
{
    struct places *p = &s->places;
    double center = rank_at(p->center_mm, p->n, 0.95);
    double size = rank_at(p->size_mm, p->n, 0.95);
    double turn = rank_at(p->turn_deg, p->n, 0.9);
    printf("found %zu of %zu; of %zu reported, %zu where none is\n", p->n, s->n,
           p->reported, p->unfounded);
    printf("centre, mm: median %.2f, 95 %% below %.2f\n",
           rank_at(p->center_mm, p->n, 0.5), center);
    printf("size, mm: median %.2f, 95 %% below %.2f\n",
           rank_at(p->size_mm, p->n, 0.5), size);
    printf("turn, degrees: median %.2f, 90 %% below %.2f\n",
           rank_at(p->turn_deg, p->n, 0.5), turn);
    return p->n == s->n && p->unfounded == 0 && center < 0.3 && size < 1 &&
           turn < 1;
}

int main(int argc, char **argv)
{
    static struct sample s;
    struct err e = {0};
    struct arena *a = arena_new((size_t)16 << 20);
    const struct conf *conf = stages_defaults(a);
    int r = decode_init(&e);
    for (int i = 1; i < argc && r == 0; i++)
        r = judge_folder(&s, conf, argv[i], &e);
    if (r)
        fprintf(stderr, "seal_benchmark: %s\n", e.text);
    bool good = r == 0 && table(&s);
    good = r == 0 && places_table(&s) && good;
    arena_free(a);
    return good ? 0 : 1;
}
