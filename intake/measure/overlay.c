/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Maps of tiles and of light are coarse by nature and are drawn at their own
 * resolution, the browser smooths them; ink and lines are drawn as fine as the
 * preview that they lie on. Paper is the light end of what a patch shows: its
 * ninth decile, since writing covers less than a tenth of nearly every patch
 * of 5 mm and darkens the mean but not that.
 */

#include "intake/measure/overlay.h"

#include <math.h>

#include "base/arena.h"
#include "base/geom.h"
#include "imaging/image.h"
#include "imaging/page.h"

enum {
    FINE_PX = 1100,
    TILES_PX = 160, /* two for each tile of 8 mm, and more */
    LIGHT_PX = 60,  /* of an A4 page: 5 mm each */
    LEVELS = 256,
    PEN_PX = 2
};

struct canvas {
    struct image *im;
    uint8_t *px;
    double scale; /* of the scan's pixels */
};

/* Nothing on it yet, all of one colour. */
static struct canvas canvas_new(struct arena *a, const struct page *page,
                                int longest, uint32_t rgb)
{
    int w = page->scan->width, h = page->scan->height;
    struct canvas c = {.scale = fmin(1, (double)longest / (w > h ? w : h))};
    w = (int)fmax(1, round(w * c.scale));
    h = (int)fmax(1, round(h * c.scale));
    c.im = image_new(a, w, h, 4, &c.px);
    for (size_t i = 0; i < (size_t)w * (size_t)h; i++) {
        c.px[4 * i] = (uint8_t)(rgb >> 16);
        c.px[4 * i + 1] = (uint8_t)(rgb >> 8);
        c.px[4 * i + 2] = (uint8_t)rgb;
        c.px[4 * i + 3] = 0;
    }
    return c;
}

static uint8_t *opacity(const struct canvas *c, int x, int y)
{
    return c->px + 4 * ((size_t)y * (size_t)c->im->width + (size_t)x) + 3;
}

/* The sample of a reduced map under the canvas's pixel; NULL outside. */
static const uint8_t *under(const struct canvas *c, const struct image *map,
                            double step, int x, int y)
{
    int mx = (int)((x + 0.5) / c->scale / step);
    int my = (int)((y + 0.5) / c->scale / step);
    return mx < map->width && my < map->height ? image_at(map, mx, my) : NULL;
}

/* --- clarity ------------------------------------------------------------- */

/* The map is green where it is clear, red where not, white without text. */
static void draw_clarity(const struct canvas *c, const struct page *page)
{
    for (int y = 0; y < c->im->height; y++)
        for (int x = 0; x < c->im->width; x++) {
            const uint8_t *p =
                under(c, page->heat, page->scan_from_heat.a, x, y);
            if (p && p[2] == 0)
                *opacity(c, x, y) = p[0];
        }
}

/* --- ink ----------------------------------------------------------------- */

static void draw_ink(const struct canvas *c, const struct page *page)
{
    for (int y = 0; y < c->im->height; y++)
        for (int x = 0; x < c->im->width; x++) {
            const uint8_t *p = under(c, page->ink, page->scan_from_ink.a, x, y);
            if (p)
                *opacity(c, x, y) = *p;
        }
}

/* --- light --------------------------------------------------------------- */

/* The ninth decile of the patch under the canvas's pixel. */
static int paper_of(const struct canvas *c, const struct image *grey,
                    double step, int x, int y)
{
    int count[LEVELS] = {0}, n = 0, level = LEVELS - 1;
    double side = 1 / c->scale / step;
    for (int gy = (int)(y * side); gy < (int)((y + 1) * side); gy++)
        for (int gx = (int)(x * side); gx < (int)((x + 1) * side); gx++)
            if (gx < grey->width && gy < grey->height) {
                count[*image_at(grey, gx, gy)]++;
                n++;
            }
    for (int above = count[level]; level > 0 && 10 * above < n;)
        above += count[--level];
    return n ? level : LEVELS - 1;
}

/* Ten levels are seen at once; three times what is lost makes it so. */
static void draw_light(const struct canvas *c, const struct page *page)
{
    enum { GAIN = 3 };
    int lightest = 0;
    for (int y = 0; y < c->im->height; y++)
        for (int x = 0; x < c->im->width; x++) {
            int level = paper_of(c, page->small, page->small_step, x, y);
            *opacity(c, x, y) = (uint8_t)level;
            lightest = level > lightest ? level : lightest;
        }
    for (int y = 0; y < c->im->height; y++)
        for (int x = 0; x < c->im->width; x++) {
            uint8_t *p = opacity(c, x, y);
            *p = (uint8_t)fmin(LEVELS - 1, GAIN * (lightest - *p));
        }
}

/* --- lines --------------------------------------------------------------- */

static void draw_stroke(const struct canvas *c, Point from, Point to)
{
    double dx = (to.x - from.x) * c->scale, dy = (to.y - from.y) * c->scale;
    int steps = (int)fmax(1, ceil(fmax(fabs(dx), fabs(dy))));
    for (int i = 0; i <= steps; i++) {
        int x0 = (int)(from.x * c->scale + dx * i / steps);
        int y0 = (int)(from.y * c->scale + dy * i / steps);
        for (int k = 0; k < PEN_PX * PEN_PX; k++) {
            int x = x0 + k % PEN_PX, y = y0 + k / PEN_PX;
            if (x >= 0 && x < c->im->width && y >= 0 && y < c->im->height)
                *opacity(c, x, y) = LEVELS - 1;
        }
    }
}

static void draw_lines(const struct canvas *c, const struct page *page)
{
    for (size_t i = 0; i < page->n_lines; i++) {
        Quad q = affine_quad(page->scan_from_text, page->lines[i].box);
        draw_stroke(c, q.p[3], q.p[2]); /* what the line stands on */
    }
    for (size_t i = 0; i < page->facts.n_outlines; i++) {
        Quad q = affine_quad(affine_identity(), page->facts.outlines[i].box);
        for (int k = 0; k < 4; k++)
            draw_stroke(c, q.p[k], q.p[(k + 1) % 4]);
    }
}

/* --- all ----------------------------------------------------------------- */

static bool has_clarity(const struct page *page)
{
    return page->heat && page->heat->bands == 3;
}

static bool has_ink(const struct page *page)
{
    return page->ink;
}

static bool has_light(const struct page *page)
{
    return page->small && page->small_step > 0;
}

static bool has_lines(const struct page *page)
{
    return page->n_lines + page->facts.n_outlines > 0;
}

static const struct {
    const char *name;
    int longest_px;
    uint32_t rgb;
    bool (*is_there)(const struct page *page);
    void (*draw)(const struct canvas *c, const struct page *page);
} overlays[OVERLAYS] = {
    {"clarity", TILES_PX, 0xd06000, has_clarity, draw_clarity},
    {"ink", FINE_PX, 0x0050d0, has_ink, draw_ink},
    {"light", LIGHT_PX, 0x6020a0, has_light, draw_light},
    {"lines", FINE_PX, 0x008070, has_lines, draw_lines},
};

const char *overlay_name(size_t i)
{
    return overlays[i].name;
}

const struct image *overlay_draw(struct arena *a, const struct page *page,
                                 size_t i, double *ret_scale)
{
    if (!overlays[i].is_there(page))
        return NULL;
    struct canvas c =
        canvas_new(a, page, overlays[i].longest_px, overlays[i].rgb);
    overlays[i].draw(&c, page);
    *ret_scale = c.scale;
    return c.im;
}
