/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * As the model was trained: 48 pixels high, aspect kept, values from -1 to 1,
 * the same in three channels. Its classes are the blank, the characters of the
 * list, and a space.
 */

#include "ocr/recogniser.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/utf8.h"
#include "imaging/image.h"
#include "ocr/models.h"
#include "ocr/onnx.h"

enum {
    HEIGHT = 48,
    MIN_WIDTH = 48,
    MAX_WIDTH = 40 * HEIGHT,
    WARM_WIDTH = 320,
    MODEL_BYTES = 64 << 20,
    LIST_BYTES = 1 << 20,
    SHOWN_DIGITS = 12
};

struct known {
    uint32_t c;
    int class;
};

struct recogniser {
    struct onnx *network;
    uint32_t *c_of_class; /* 0: blank or space */
    struct known *known;  /* sorted by c */
    const int *twin;      /* of a class: the one that counts for it */
    size_t n_classes, n_known;
    const char *runtime, *model;
};

/* --- the classes ----------------------------------------------------------*/

static int by_character(const void *p, const void *q)
{
    uint32_t a = ((const struct known *)p)->c, b = ((const struct known *)q)->c;
    return (a > b) - (a < b);
}

static int class_of(const struct recogniser *r, uint32_t c)
{
    struct known key = {c, 0};
    const struct known *k =
        bsearch(&key, r->known, r->n_known, sizeof key, by_character);
    return k ? k->class : -1;
}

/* Widths of one sign that print alike: the first is the one that counts. */
static const uint32_t twins[][4] = {
    {0xff08, '('},
    {0xff09, ')'},
    {0xb7, 0x2022, 0x30fb, 0x2027},
};

/* What is read at all. Commas and dashes are as good as blanks: specks and
 * rules look like them, and no value differs in them. */
static bool is_read(uint32_t c)
{
    return utf8_is_han(c) || utf8_is_latin(c) || c == 0xff08 || c == 0xff09 ||
           c == 0xb7 || (c && c < 128 && strchr("()@._-/", (int)c));
}

static void join_twins(struct arena *a, struct recogniser *r)
{
    int *twin = arena_new_array(a, r->n_classes, int);
    for (size_t i = 0; i < r->n_classes; i++)
        twin[i] = (int)i;
    for (size_t k = 0; k < sizeof twins / sizeof *twins; k++) {
        int first = -1;
        for (size_t i = 0; i < 4 && twins[k][i]; i++) {
            int class = class_of(r, twins[k][i]);
            if (class < 0)
                continue;
            if (first < 0) {
                first = class;
                r->c_of_class[class] = twins[k][0];
            }
            twin[class] = first;
        }
    }
    for (size_t i = 1; i < r->n_classes; i++)
        if (twin[i] == (int)i && !is_read(r->c_of_class[i]))
            twin[i] = CTC_BLANK;
    r->twin = twin;
}

static int load_classes(struct arena *a, struct recogniser *r, const char *path,
                        struct err *e)
{
    char *list;
    size_t n_bytes;
    int code = file_read(a, path, LIST_BYTES, &list, &n_bytes, e);
    if (code < 0)
        return code;
    if (!utf8_is_valid(list, n_bytes))
        return err_set(e, ERR_LIBRARY, "%s is not a list of characters", path);
    const char *s = arena_strndup(a, list, n_bytes);
    r->c_of_class = arena_new_array(a, n_bytes + 2, uint32_t);
    r->n_classes = 1;
    for (uint32_t c; (c = utf8_next(&s)) != 0;)
        if (c != '\n' && c != '\r')
            r->c_of_class[r->n_classes++] = c;
    r->n_known = r->n_classes - 1;
    r->n_classes++; /* the space */
    r->known = arena_new_array(a, r->n_known, struct known);
    for (size_t i = 0; i < r->n_known; i++)
        r->known[i] = (struct known){r->c_of_class[i + 1], (int)i + 1};
    qsort(r->known, r->n_known, sizeof *r->known, by_character);
    join_twins(a, r);
    return 0;
}

/* --- the network ----------------------------------------------------------*/

static int run(struct recogniser *r, struct arena *a, const struct image *im,
               struct ctc *ret, struct err *e)
{
    struct onnx_tensor in = onnx_picture(a, im, im->width), out;
    int code = onnx_run(r->network, a, &in, &out, e);
    if (code < 0)
        return code;
    if (out.n_dims != 3 || out.dims[0] != 1 || out.dims[1] < 1 ||
        out.dims[2] != (int64_t)r->n_classes)
        return err_set(e, ERR_LIBRARY,
                       "the network and its list of characters differ");
    size_t n = r->n_classes, steps = (size_t)out.dims[1];
    for (size_t t = 0; t < steps; t++)
        for (size_t c = 0; c < n; c++)
            if (r->twin[c] != (int)c) {
                out.values[t * n + (size_t)r->twin[c]] += out.values[t * n + c];
                out.values[t * n + c] = 0;
            }
    *ret = (struct ctc){out.values, steps, n};
    return 0;
}

/* The first run makes what later ones need, and shows that all fits. */
static int warm(struct recogniser *r, struct err *e)
{
    struct arena *a = arena_new((size_t)MODEL_BYTES);
    uint8_t *px;
    struct image *blank = image_new(a, WARM_WIDTH, HEIGHT, 1, &px);
    memset(px, 255, WARM_WIDTH * HEIGHT);
    struct ctc output;
    int code = run(r, a, blank, &output, e);
    arena_free(a);
    return code;
}

static int load_network(struct arena *a, struct recogniser *r,
                        const struct models *files, struct err *e)
{
    struct arena *own = arena_new(2 * (size_t)MODEL_BYTES);
    char *bytes, digits[FILE_SHA256_HEX];
    size_t n;
    int code = file_read(own, files->network, MODEL_BYTES, &bytes, &n, e);
    if (code == 0) {
        file_sha256(bytes, n, digits);
        r->model = arena_printf(a, "pp-ocrv4-rec %.*s", SHOWN_DIGITS, digits);
        code = onnx_open(a, files->library, bytes, n, &r->network, e);
    }
    arena_free(own);
    return code;
}

int recogniser_open(struct arena *a, const struct models *files,
                    struct recogniser **ret, struct err *e)
{
    struct recogniser *r = arena_new_struct(a, struct recogniser);
    int code = load_classes(a, r, files->characters, e);
    if (code == 0)
        code = load_network(a, r, files, e);
    if (code == 0)
        code = warm(r, e);
    if (code < 0)
        return code;
    r->runtime = arena_printf(a, "onnxruntime %s", onnx_version(r->network));
    *ret = r;
    return 0;
}

const char *recogniser_runtime(const struct recogniser *r)
{
    return r->runtime;
}

const char *recogniser_model(const struct recogniser *r)
{
    return r->model;
}

/* --- reading --------------------------------------------------------------*/

/* From halfway to the character before to halfway to the one behind, but not
 * wider than the line is high. */
static Rect box_of(const struct image *line, const struct ctc *m,
                   const struct ctc_symbol *s, size_t n, size_t i)
{
    double step = (double)line->width / (double)m->n_steps;
    double x = step * (double)(s[i].from + s[i].to) / 2;
    double half = line->height / 2.0, left = x - half, right = x + half;
    if (i > 0)
        left = fmax(left,
                    (x + step * (double)(s[i - 1].from + s[i - 1].to) / 2) / 2);
    if (i + 1 < n)
        right = fmin(
            right, (x + step * (double)(s[i + 1].from + s[i + 1].to) / 2) / 2);
    left = fmax(0, left);
    right = fmin(line->width, right);
    return (Rect){left, 0, right - left, line->height};
}

int recogniser_read(struct recogniser *r, struct arena *a,
                    const struct image *line, struct recognition *ret,
                    struct err *e)
{
    double w = round((double)line->width * HEIGHT / line->height);
    int width = (int)fmin(fmax(w, MIN_WIDTH), MAX_WIDTH);
    const struct image *im = image_resize(a, line, width, HEIGHT);
    *ret = (struct recognition){0};
    int code = run(r, a, im, &ret->output, e);
    if (code < 0)
        return code;
    struct ctc_symbol *s =
        arena_new_array(a, ret->output.n_steps, struct ctc_symbol);
    size_t n = ctc_decode(&ret->output, s);
    struct tess_text *t = &ret->text;
    t->symbols = arena_new_array(a, n + 1, struct tess_symbol);
    for (size_t i = 0; i < n; i++) {
        uint32_t c = r->c_of_class[s[i].class];
        if (c == 0)
            continue;
        t->symbols[t->n++] = (struct tess_symbol){
            c, box_of(line, &ret->output, s, n, i), s[i].confidence};
        t->confidence += s[i].confidence;
    }
    t->confidence /= t->n ? (double)t->n : 1;
    return 0;
}

int recogniser_class(const struct recogniser *r, uint32_t c)
{
    int class = class_of(r, c);
    return class < 0 ? -1 : r->twin[class];
}

uint32_t recogniser_character(const struct recogniser *r, int class)
{
    return r->c_of_class[class];
}
