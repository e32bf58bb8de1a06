/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The network was trained on pictures of 48 by 192 pixels, shorter lines filled
 * up with grey. It leans to "upright", so it is asked about both ways up and
 * half of the difference counts.
 */

#include "ocr/upright.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "imaging/image.h"
#include "ocr/models.h"
#include "ocr/onnx.h"

enum { HEIGHT = 48, WIDTH = 192, MODEL_BYTES = 8 << 20, HALF_TURN = 2 };

/* A probability nearer to 0 or 1 than this is no better known. */
static const double least = 1e-4;

struct upright {
    struct onnx *network;
};

static int ask(struct upright *u, struct arena *a, const struct image *im,
               double *ret, struct err *e)
{
    struct onnx_tensor in = onnx_picture(a, im, WIDTH), out;
    int code = onnx_run(u->network, a, &in, &out, e);
    if (code < 0)
        return code;
    if (out.n_dims != 2 || out.dims[0] != 1 || out.dims[1] != 2)
        return err_set(e, ERR_LIBRARY, "the network tells no direction");
    double p = fmin(1 - least, fmax(least, (double)out.values[0]));
    *ret = log(p / (1 - p));
    return 0;
}

/* The first run makes what later ones need, and shows that all fits. */
static int warm(struct upright *u, struct err *e)
{
    struct arena *a = arena_new((size_t)MODEL_BYTES);
    uint8_t *px;
    struct image *blank = image_new(a, WIDTH, HEIGHT, 1, &px);
    memset(px, 255, WIDTH * HEIGHT);
    double odds;
    int code = ask(u, a, blank, &odds, e);
    arena_free(a);
    return code;
}

int upright_open(struct arena *a, const struct models *files,
                 struct upright **ret, struct err *e)
{
    struct arena *own = arena_new(2 * (size_t)MODEL_BYTES);
    struct upright *u = arena_new_struct(a, struct upright);
    char *bytes;
    size_t n;
    int code = file_read(own, files->direction, MODEL_BYTES, &bytes, &n, e);
    if (code == 0)
        code = onnx_open(a, files->library, bytes, n, &u->network, e);
    arena_free(own);
    if (code == 0)
        code = warm(u, e);
    if (code == 0)
        *ret = u;
    return code;
}

int upright_log_odds(struct upright *u, struct arena *a,
                     const struct image *line, double *ret, struct err *e)
{
    double up, down;
    double w = round((double)line->width * HEIGHT / line->height);
    const struct image *im =
        image_resize(a, line, (int)fmin(fmax(w, 1), WIDTH), HEIGHT);
    int code = ask(u, a, im, &up, e);
    if (code == 0)
        code = ask(u, a, image_turn(a, im, HALF_TURN), &down, e);
    if (code == 0)
        *ret = (up - down) / 2;
    return code;
}
