/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/jpeg_out.h"

#include <vips/vips.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/image.h"

static int failed(struct err *e)
{
    char *why = vips_error_buffer_copy();
    int r = err_set(e, ERR_LIBRARY, "jpeg: %s", why);
    g_free(why);
    return r;
}

int jpeg_out_write(struct arena *a, const struct image *im, int quality,
                   uint8_t **ret_bytes, size_t *ret_n, struct err *e)
{
    size_t size = (size_t)im->width * (size_t)im->height * (size_t)im->bands;
    VipsImage *in = vips_image_new_from_memory(
        im->px, size, im->width, im->height, im->bands, VIPS_FORMAT_UCHAR);
    if (!in)
        return failed(e);
    in->Type =
        im->bands == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
    void *bytes = NULL;
    size_t n = 0;
    int bad = vips_jpegsave_buffer(in, &bytes, &n, "Q", quality, "strip", TRUE,
                                   "optimize_coding", TRUE, NULL);
    g_object_unref(in);
    if (bad)
        return failed(e);
    *ret_bytes = arena_memdup(a, bytes, n);
    *ret_n = n;
    g_free(bytes);
    return 0;
}

const char *jpeg_out_library(void)
{
    return vips_version_string();
}
