/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/recut.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/units.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/ink.h"
#include "imaging/ink_roi.h"
#include "imaging/page.h"
#include "imaging/seal_cut.h"
#include "imaging/seal_png.h"
#include "intake/bundle.h"
#include "intake/measure/measured.h"
#include "intake/measure/wire.h"

enum { SCRATCH = 1 << 30, MAX_PART_PX = 2000, MAX_PNG = 8 << 20, DECIMALS = 4 };

static const double most_box_px = 20000, most_threshold = 0.9;
static const double cut_dpi = 300, map_px_per_mm = 2.9, usual_dpi = 300;

/* --- as JSON ------------------------------------------------------------- */

struct jval *recut_json(const struct recut *r)
{
    const double box[] = {r->box.x, r->box.y, r->box.w, r->box.h};
    struct jval *j = jval_new_object();
    jval_set_int(j, "page", r->page);
    jval_set_string(j, "shape", seal_shape_name(r->shape));
    jval_set(j, "box", jval_new_reals(box, 4, DECIMALS));
    jval_set_real(j, "rotation", r->rotation_deg, DECIMALS);
    jval_set_real(j, "threshold", r->threshold, DECIMALS);
    jval_set_real(j, "dpi", r->scan_dpi, DECIMALS);
    return j;
}

static bool is_within(double v, double low, double high)
{
    return v >= low && v <= high; /* false for NAN */
}

int recut_from_json(const struct jval *j, struct recut *ret, struct err *e)
{
    const struct jval *list = jval_lookup(j, "box");
    double box[4];
    int shape = seal_shape_from_name(jval_string(j, "shape", ""));
    for (size_t i = 0; i < 4; i++)
        box[i] = jval_real_value(jval_at(list, i), NAN);
    *ret = (struct recut){.page = (int)jval_int(j, "page", 0),
                          .shape = (enum seal_shape)shape,
                          .box = {box[0], box[1], box[2], box[3]},
                          .rotation_deg = jval_real(j, "rotation", 0),
                          .threshold = jval_real(j, "threshold", 0),
                          .scan_dpi = jval_real(j, "dpi", 0)};
    bool fits = jval_count(list) == 4 && shape >= 0 && ret->page >= 1 &&
                is_within(box[0], -most_box_px, 10 * most_box_px) &&
                is_within(box[1], -most_box_px, 10 * most_box_px) &&
                is_within(box[2], 8, most_box_px) &&
                is_within(box[3], 8, most_box_px) &&
                is_within(ret->rotation_deg, -360, 360) &&
                is_within(ret->threshold, 0, most_threshold) &&
                is_within(ret->scan_dpi, 0, 4800);
    return fits ? 0 : err_set(e, ERR_FORMAT, "a value is out of its range");
}

/* --- the child ----------------------------------------------------------- */

/* The seal's form as the person drew it, in pixels of the part. */
static struct seal_form form_of(const struct recut *r,
                                const struct ink_roi *roi)
{
    double w = r->box.w / roi->step, h = r->box.h / roi->step;
    Point c = rect_center(r->box);
    c = (Point){(c.x - roi->origin.x) / roi->step,
                (c.y - roi->origin.y) / roi->step};
    bool is_wide = w >= h;
    struct seal_form f = {.shape = r->shape,
                          .center = c,
                          .width = w,
                          .height = h,
                          .turn_deg = r->rotation_deg,
                          .completeness = 1,
                          .visible = 1,
                          .confidence = 1};
    f.ellipse = (struct fit_ellipse){
        c, fmax(w, h) / 2, fmin(w, h) / 2,
        remainder(r->rotation_deg + (is_wide ? 0 : 90), 180)};
    Affine m = affine_compose(affine_rotate(r->rotation_deg),
                              affine_translate(c.x, c.y));
    f.rect = (struct fit_rect){
        .center = c,
        .width = w,
        .height = h,
        .angle_deg = r->rotation_deg,
        .support = 1,
        .corners = affine_quad(m, (Rect){-w / 2, -h / 2, w, h})};
    return f;
}

/* Bare paper below the threshold; above, the rest of the scale is used. */
static const struct image *above(struct arena *a, const struct image *cut,
                                 double threshold)
{
    uint8_t *px;
    size_t n = (size_t)cut->width * (size_t)cut->height;
    struct image *im = image_new(a, cut->width, cut->height, cut->bands, &px);
    memcpy(px, cut->px, n * 4);
    for (size_t i = 0; i < n; i++) {
        double v = (px[4 * i + 3] / 255.0 - threshold) / (1 - threshold);
        px[4 * i + 3] = (uint8_t)lround(255 * fmax(0, v));
    }
    return im;
}

static int cut(struct arena *a, const struct recut *r, const struct image *scan,
               const struct container *container, struct seal_png *ret,
               struct err *e)
{
    struct arena *scratch = arena_new(SCRATCH);
    double px_per_mm =
        (r->scan_dpi > 0 ? r->scan_dpi : usual_dpi) / MM_PER_INCH;
    int factor = (int)fmax(1, floor(px_per_mm / map_px_per_mm));
    const struct ink_paper *paper = ink_paper_measure(
        scratch, ink_reduce(scratch, scan, factor), factor, px_per_mm);
    const struct ink_roi_options options = {
        .kind = INK_KIND_RED,
        .coarse_chroma = container->has_chroma_subsampling,
        .max_side_px = MAX_PART_PX};
    double grow = 0.1 * fmax(r->box.w, r->box.h);
    struct ink_roi roi;
    if (!ink_roi_measure(scratch, scan, paper, rect_inset(r->box, -grow, -grow),
                         &options, &roi)) {
        arena_free(scratch);
        return err_set(e, ERR_FORMAT, "no red ink in the box");
    }
    struct seal_form form = form_of(r, &roi);
    const struct seal_cut_options cutting = {
        .dpi = cut_dpi,
        .px_per_mm = r->scan_dpi > 0 ? px_per_mm / roi.step : 0,
        .colour = {255, 0, 0}};
    double dpi;
    const struct image *im = seal_cut(a, scratch, &roi, &form, &cutting, &dpi);
    if (r->threshold > 0)
        im = above(a, im, r->threshold);
    arena_free(scratch);
    return seal_png_write(a, im, dpi, MAX_PNG, ret, e);
}

static int send(struct arena *a, const struct seal_png *png, int fd,
                struct err *e)
{
    const char *head =
        arena_printf(a, "{\"width\":%d,\"height\":%d,\"dpi\":%.4f}", png->width,
                     png->height, png->dpi);
    return wire_write2(fd, WIRE_PICTURE, head, strlen(head) + 1, png->bytes,
                       png->n, e);
}

int recut_job(void *context, size_t job, int fd, struct err *e)
{
    const struct recut_task *t = context;
    const struct bundle_file *file = t->file;
    struct arena *a = arena_new((size_t)2 * SCRATCH);
    struct decode_file *f;
    const struct image *scan;
    struct container container = {0};
    struct seal_png png = {0};
    (void)job;
    int r = decode_open(a, file->bytes, file->n,
                        conf_values(t->conf, decode_section.name), &f, e);
    if (r == 0 && t->recut->page > decode_page_count(f))
        r = err_set(e, ERR_PAGES, "there is no page %d", t->recut->page);
    if (r == 0)
        r = decode_page(a, f, t->recut->page - 1, &scan, &container, e);
    if (r == 0)
        r = cut(a, t->recut, scan, &container, &png, e);
    if (r == 0)
        r = send(a, &png, fd, e);
    arena_free(a);
    return r;
}

/* --- the other side ------------------------------------------------------ */

static int read_picture(struct arena *a, const struct wire_record *record,
                        struct recut_picture *ret, struct err *e)
{
    struct jval *head;
    const uint8_t *nul = memchr(record->bytes, 0, record->n);
    (void)a;
    if (!nul || jval_parse((const char *)record->bytes,
                           (size_t)(nul - record->bytes), &head, e))
        return err_set(e, ERR_CRASH, "protocol: a picture without a head");
    *ret = (struct recut_picture){.png = nul + 1,
                                  .n = record->n -
                                       (size_t)(nul + 1 - record->bytes),
                                  .width = (int)jval_int(head, "width", 0),
                                  .height = (int)jval_int(head, "height", 0),
                                  .dpi = jval_real(head, "dpi", 0)};
    jval_free(head);
    return measured_is_png(ret->png, ret->n, ret->width, ret->height)
               ? 0
               : err_set(e, ERR_CRASH, "protocol: not our PNG");
}

static int read_error(const struct wire_record *record, struct err *e)
{
    const char *name = (const char *)record->bytes;
    size_t n = strnlen(name, record->n);
    int code = n < record->n ? err_from_name(name) : ERR_NONE;
    return err_set(e, code ? (enum err_code)code : ERR_CRASH, "the child: %.*s",
                   n < record->n ? (int)(record->n - n - 1) : 0, name + n + 1);
}

int recut_read(struct arena *a, const uint8_t *bytes, size_t n,
               struct recut_picture *ret, struct err *e)
{
    struct wire_reader reader = {.bytes = bytes, .n = n};
    struct wire_record record;
    int more, r = ERR_NONE;
    *ret = (struct recut_picture){0};
    while ((more = wire_next(&reader, &record, e)) > 0 && r == 0)
        r = record.type == WIRE_PICTURE ? read_picture(a, &record, ret, e)
            : record.type == WIRE_ERROR
                ? read_error(&record, e)
                : err_set(e, ERR_CRASH, "protocol: record %d", record.type);
    if (r == 0 && more < 0)
        r = more;
    return r == 0 && !ret->png ? err_set(e, ERR_CRASH, "protocol: no picture")
                               : r;
}
