/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Tesseract asks OpenMP for four threads inside a line's matrix products,
 * which costs twice the time it saves and ignores every setting made from
 * within but one: no active parallel level at all.
 *
 * Its messages go to a file that it opens when it first has something to say,
 * so it is made to say something while files can still be opened: a picture
 * without a resolution is always worth a warning to it.
 */

#include "ocr/tess.h"

#include <stdbool.h>
#include <string.h>
#include <tesseract/capi.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "imaging/image.h"

/* GNU's, the one that Tesseract is linked with; a compiler's own <omp.h> may be
 * about another runtime, and two of them in one process do not get on. */
extern void omp_set_max_active_levels(int levels);

enum { LINE_DPI = 300, WARM_SIDE = 48 };

static const char *const names[TESS_ENGINES] = {
    [TESS_CHINESE] = "chi_sim",
    [TESS_LATIN] = "eng",
};

struct tess {
    TessBaseAPI *engines[TESS_ENGINES];
};

static void close_engines(void *tess)
{
    struct tess *t = tess;
    for (int i = 0; i < TESS_ENGINES; i++)
        if (t->engines[i]) {
            TessBaseAPIEnd(t->engines[i]);
            TessBaseAPIDelete(t->engines[i]);
        }
}

static void warm(TessBaseAPI *api)
{
    uint8_t blank[WARM_SIDE * WARM_SIDE];
    memset(blank, 255, sizeof blank);
    memset(blank + WARM_SIDE * WARM_SIDE / 2, 0, WARM_SIDE / 2);
    TessBaseAPISetPageSegMode(api, PSM_SINGLE_LINE);
    TessBaseAPISetImage(api, blank, WARM_SIDE, WARM_SIDE, 1, WARM_SIDE);
    TessBaseAPIRecognize(api, NULL);
    TessBaseAPIClear(api);
}

size_t tess_count_han(const struct tess_text *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        n += utf8_is_han(t->symbols[i].c);
    return n;
}

int tess_open(struct arena *a, struct tess **ret, struct err *e)
{
    omp_set_max_active_levels(0);
    struct tess *t = arena_new_struct(a, struct tess);
    arena_defer(a, close_engines, t);
    /* tessedit_do_invert would read every doubtful line twice, the second time
     * as light on dark: our lines are dark on light. */
    char *keys[] = {"debug_file", "load_system_dawg", "load_freq_dawg",
                    "tessedit_do_invert"};
    char *values[] = {"/dev/null", "0", "0", "0"};
    for (int i = 0; i < TESS_ENGINES; i++) {
        TessBaseAPI *api = t->engines[i] = TessBaseAPICreate();
        if (TessBaseAPIInit4(api, NULL, names[i], OEM_LSTM_ONLY, NULL, 0, keys,
                             values, sizeof keys / sizeof *keys, 0) != 0)
            return err_set(e, ERR_LIBRARY,
                           "tesseract has no language data \"%s\"", names[i]);
        warm(api);
    }
    *ret = t;
    return 0;
}

static double confidence_of(const TessResultIterator *it)
{
    double c = (double)TessResultIteratorConfidence(it, RIL_SYMBOL) / 100;
    return c < 0 ? 0 : c > 1 ? 1 : c;
}

static Rect box_of(const TessPageIterator *it)
{
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    TessPageIteratorBoundingBox(it, RIL_SYMBOL, &x0, &y0, &x1, &y1);
    return (Rect){x0, y0, x1 - x0, y1 - y0};
}

static bool is_blank(uint32_t c)
{
    return c <= ' ' || c == 0x3000;
}

static void add_symbol(struct arena *a, struct tess_text *t, size_t *size,
                       struct tess_symbol s)
{
    if (t->n == *size) {
        *size = *size ? *size * 2 : 32;
        t->symbols = arena_grow(a, t->symbols, t->n, *size, sizeof *t->symbols);
    }
    t->symbols[t->n++] = s;
}

static void collect(struct arena *a, TessResultIterator *it,
                    struct tess_text *ret)
{
    const TessPageIterator *page = TessResultIteratorGetPageIteratorConst(it);
    size_t size = 0;
    double sum = 0;
    do {
        char *text = TessResultIteratorGetUTF8Text(it, RIL_SYMBOL);
        if (!text)
            continue;
        struct tess_symbol s = {0, box_of(page), confidence_of(it)};
        for (const char *at = text; (s.c = utf8_next(&at)) != 0;)
            if (!is_blank(s.c)) {
                add_symbol(a, ret, &size, s);
                sum += s.confidence;
            }
        TessDeleteText(text);
    } while (TessResultIteratorNext(it, RIL_SYMBOL));
    ret->confidence = ret->n ? sum / (double)ret->n : 0;
}

int tess_read(struct tess *t, struct arena *a, struct tess_how how,
              const struct image *line, struct tess_text *ret, struct err *e)
{
    TessBaseAPI *api = t->engines[how.engine];
    *ret = (struct tess_text){0};
    TessBaseAPISetPageSegMode(api, how.mode == TESS_RAW ? PSM_RAW_LINE
                                                        : PSM_SINGLE_LINE);
    TessBaseAPISetVariable(api, "tessedit_char_whitelist",
                           how.only ? how.only : "");
    TessBaseAPISetImage(api, line->px, line->width, line->height, 1,
                        line->width);
    TessBaseAPISetSourceResolution(api, LINE_DPI);
    if (TessBaseAPIRecognize(api, NULL) != 0) {
        TessBaseAPIClear(api);
        return err_set(e, ERR_LIBRARY, "tesseract cannot read a line of %dx%d",
                       line->width, line->height);
    }
    TessResultIterator *it = TessBaseAPIGetIterator(api);
    if (it) {
        collect(a, it, ret);
        TessResultIteratorDelete(it);
    }
    TessBaseAPIClear(api);
    return 0;
}

const char *tess_version(void)
{
    return TessVersion();
}
