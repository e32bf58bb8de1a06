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
 * Compared are the page's own pixels in the box of each round official seal:
 * intersection over union with the stamp's clean drawing, degrees of the rim
 * that have ink, the share of bare paper and print that was kept as ink, and
 * the processor time of a page beyond decoding. Ink on paper never is the
 * drawing: as the generator lays it, before any scanner and cut at the best of
 * all thresholds, it has an intersection of 0.91 with it itself (report
 * family).
 */

#include <math.h>
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

/* What a method made of the page: 1 where it says ink. */
struct result {
    double iou[MAX_SEALS], rim_deg[MAX_SEALS], background[MAX_SEALS];
    double ms[MAX_SEALS];
    size_t found, n_ms;
};

struct truth {
    const struct image *stamp;
    Rect box;     /* of `stamp` on the page */
    Point center; /* of the seal, on the page */
    double radius;
};

struct sample {
    struct arena *arena; /* of one page */
    struct page page;
    const char *folder;
    size_t n; /* seals so far */
    struct result ours, fixed;
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

static bool is_stamp(const struct truth *t, int x, int y)
{
    int u = x - (int)t->box.x, v = y - (int)t->box.y;
    return u >= 0 && v >= 0 && u < t->stamp->width &&
           v<t->stamp->height && * image_at(t->stamp, u, v)> 127;
}

static bool is_far_from_ink(const struct truth *t, int x, int y)
{
    for (int v = y - AWAY_PX; v <= y + AWAY_PX; v += 2)
        for (int u = x - AWAY_PX; u <= x + AWAY_PX; u += 2)
            if (is_stamp(t, u, v))
                return false;
    return true;
}

/* `mask` covers the page. */
static void judge(const struct sample *s, const struct truth *t,
                  const uint8_t *mask, struct result *ret)
{
    double both = 0, either = 0, paper = 0, kept = 0;
    bool rim[SECTORS] = {false};
    int inked = 0, w = s->page.scan->width, h = s->page.scan->height;
    int x1 = (int)fmin(w, t->box.x + t->box.w);
    int y1 = (int)fmin(h, t->box.y + t->box.h);
    for (int y = (int)fmax(0, t->box.y); y < y1; y++)
        for (int x = (int)fmax(0, t->box.x); x < x1; x++) {
            bool got = mask[(size_t)y * (size_t)w + (size_t)x];
            bool want = is_stamp(t, x, y);
            double dx = x + 0.5 - t->center.x, dy = y + 0.5 - t->center.y;
            both += got && want;
            either += got || want;
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
    ret->iou[s->n] = either > 0 ? both / either : 0;
    ret->rim_deg[s->n] = inked;
    ret->background[s->n] = paper > 0 ? 100 * kept / paper : 0;
    ret->found += both > 0;
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
                        image_at(cut, u, v)[3] > 127;
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
    for (size_t i = 0; i < jval_count(seals) && r == 0; i++) {
        const struct jval *j = jval_at(seals, i);
        const struct jval *box = jval_lookup(j, "mask_box");
        Point at = point_of(box), size = {0, 0};
        struct truth t = {.center = point_of(jval_lookup(j, "center"))};
        struct container container;
        if (strcmp(jval_string(j, "role", ""), "official") != 0 ||
            strcmp(jval_string(j, "shape", ""), "round") != 0 ||
            !*jval_string(j, "mask", "") || s->n == MAX_SEALS)
            continue;
        size = point_of(jval_lookup(j, "size_mm"));
        r = load_image(s, jval_string(j, "mask", ""), &t.stamp, &container, e);
        if (r)
            break;
        t.box = (Rect){at.x, at.y, t.stamp->width, t.stamp->height};
        t.radius = px_from_mm(size.x, s->page.dpi) / 2;
        judge(s, &t, lay_back(s, &t), &s->ours);
        judge(s, &t, fixed, &s->fixed);
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

/* Whether the program keeps more of the seal and is good enough in itself;
 * bounds with room below what the large sample gives. */
static bool table(struct sample *s)
{
    struct result *o = &s->ours, *f = &s->fixed;
    double iou[2] = {rank_at(o->iou, s->n, 0.5), rank_at(f->iou, s->n, 0.5)};
    double low[2] = {rank_at(o->iou, s->n, 0.1), rank_at(f->iou, s->n, 0.1)};
    double rim[2] = {rank_at(o->rim_deg, s->n, 0.1),
                     rank_at(f->rim_deg, s->n, 0.1)};
    double dirt[2] = {rank_at(o->background, s->n, 0.9),
                      rank_at(f->background, s->n, 0.9)};
    printf("%zu round official seals on %zu pages\n", s->n, o->n_ms);
    printf("%-38s %8s %8s\n", "", "program", "fixed");
    line("seals with any ink", 0, (double)o->found, (double)f->found);
    line("overlap with the stamp, median", 3, iou[0], iou[1]);
    line("overlap, 10 % are below", 3, low[0], low[1]);
    line("rim with ink, degrees, 10 % are below", 0, rim[0], rim[1]);
    line("paper kept as ink, %, 90 % are below", 2, dirt[0], dirt[1]);
    line("processor time of a page, ms, median", 0,
         rank_at(o->ms, o->n_ms, 0.5), rank_at(f->ms, f->n_ms, 0.5));
    return s->n > 0 && o->found >= f->found && iou[0] > iou[1] &&
           low[0] > low[1] && rim[0] >= rim[1] && iou[0] > 0.85 &&
           rim[0] > 340 && dirt[0] < 0.5;
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
    arena_free(a);
    return good ? 0 : 1;
}
