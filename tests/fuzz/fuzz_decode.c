/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a picture: sniffing, headers, limits. Pages are decoded only
 * when they are small; the libraries' own loaders are fuzzed by their
 * makers, our way of calling them is fuzzed here. */

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct decode_limits limits = {.max_pages = 2,
                                                .max_megapixels = 1,
                                                .max_side_px = 4000,
                                                .render_dpi = 72};
    static int ready;
    if (!ready)
        ready = decode_init(NULL) == 0;
    struct arena *a = arena_new((size_t)256 << 20);
    struct decode_file *f;
    struct err e = {0};
    if (decode_open(a, bytes, n, &limits, &f, &e) == 0) {
        const struct image *im;
        struct container c;
        decode_page(a, f, 0, &im, &c, &e);
    }
    arena_free(a);
    return 0;
}
