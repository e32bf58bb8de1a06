/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What a version's picture tells beside itself: its mask over the scan, and its
 * digits one by one.
 *
 *     step 0  the report          1  the picture, drawn anew (thread)
 */

#include <stdlib.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/core/service.h"
#include "intake/store/store_seal.h"
#include "review/bitmap.h"
#include "review/handlers.h"
#include "review/seal_place.h"
#include "review/seal_set.h"
#include "review/seal_store.h"
#include "review/seal_view.h"

enum { LONGEST = 900 }; /* as the crop that it is laid over */

struct view {
    struct seal_work work; /* first: it is the context of its worker */
    struct recut at;
    Rect source;        /* of the mask */
    const Rect *digits; /* NULL: the mask is wanted */
    size_t n_digits;
    const uint8_t *png;
    size_t n;
};

static int draw(struct service *s, void *context, struct err *e)
{
    struct view *x = context;
    struct arena *a = x->work.arena;
    struct bitmap picture;
    int r = seal_store_work(s, &x->work, e);
    if (r == 0)
        r = bitmap_read_png(a, x->work.png, x->work.n, &picture, e);
    if (r)
        return r;
    Affine m = seal_place_scan_from_picture(
        &x->at, &picture, bitmap_png_dpi(x->work.png, x->work.n));
    struct bitmap out =
        x->digits ? seal_view_digits(a, &picture, m, x->at.shape, x->digits,
                                     x->n_digits)
                  : seal_view_mask(a, &picture, m, x->source, LONGEST);
    return bitmap_write_png(a, &out, &x->png, &x->n, e);
}

static const Rect *digits_of(struct arena *a, const struct jval *seal,
                             size_t *ret_n)
{
    const struct jval *list =
        jval_lookup(jval_lookup(seal, "number"), "digits");
    *ret_n = jval_count(list);
    Rect *boxes = arena_new_array(a, *ret_n + 1, Rect);
    for (size_t i = 0; i < *ret_n; i++)
        boxes[i] = seal_place_box(jval_lookup(jval_at(list, i), "box"));
    return boxes;
}

static int begin(struct service *s, struct arena *a, const struct request *q,
                 bool wants_digits, struct response *r, struct err *e)
{
    struct desk_load *l;
    struct store_seal_version v;
    struct view *x = arena_new_struct(a, struct view);
    const char *id = request_param(q, "sid");
    int code = desk_loaded(q, &l, e);
    const struct jval *seal = code ? NULL : seal_set_find(l, seal_set_name(id));
    if (code == 0 && !seal)
        return problem_set(r, PROBLEM_NOT_FOUND, "没有这枚印章。");
    if (code == 0)
        code = seal_store_find(s, a, &l->row, id,
                               strtoll(request_param(q, "version"), NULL, 10),
                               &v, e);
    if (code == 0)
        code = seal_store_read(s, a, &l->row, &v, &x->work, e);
    if (code == 0)
        code = seal_place_of_version(l, seal, v.params, &x->at, e);
    if (code)
        return code;
    x->source = seal_place_source(l, seal);
    x->digits = wants_digits ? digits_of(a, seal, &x->n_digits) : NULL;
    if (wants_digits && x->n_digits == 0)
        return problem_set(r, PROBLEM_NOT_FOUND, "这枚印章没有读出编号。");
    return response_work(r, draw, x);
}

static int view(struct service *s, struct arena *a, const struct request *q,
                bool wants_digits, struct response *r, struct err *e)
{
    const struct view *x = q->state;
    if (q->step == 0)
        return seal_set_load(s, a, q, r, e);
    if (q->step == 1)
        return begin(s, a, q, wants_digits, r, e);
    if (q->result)
        return err_set(e, (enum err_code)q->result, "the seal's picture");
    return response_bytes(r, 200, "image/png", x->png, x->n);
}

int desk_seal_mask(struct service *s, struct arena *a, const struct request *q,
                   struct response *r, struct err *e)
{
    return view(s, a, q, false, r, e);
}

int desk_seal_digits(struct service *s, struct arena *a,
                     const struct request *q, struct response *r, struct err *e)
{
    return view(s, a, q, true, r, e);
}
