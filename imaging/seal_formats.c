/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "imaging/seal_formats.h"

#include <leptonica/allheaders.h>
#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/image.h"

/* One palette entry for each colour that occurs, in the order of the rows. */
static bool fill(PIX *pix, const struct image *im)
{
    PIXCMAP *map = pixcmapCreate(8);
    pixSetColormap(pix, map); /* the picture's from here on */
    for (int y = 0; y < im->height; y++) {
        const uint8_t *p = image_at(im, 0, y);
        for (int x = 0; x < im->width; x++, p += 3) {
            int at;
            if (pixcmapGetIndex(map, p[0], p[1], p[2], &at) &&
                pixcmapAddNewColor(map, p[0], p[1], p[2], &at))
                return false;
            pixSetPixel(pix, x, y, (l_uint32)at);
        }
    }
    return true;
}

int seal_formats_write(struct arena *a, const struct image *cut, double dpi,
                       enum seal_format format, uint8_t **ret_bytes,
                       size_t *ret_n, struct err *e)
{
    static const int lept[] = {
        [SEAL_FORMAT_BMP] = IFF_BMP, [SEAL_FORMAT_GIF] = IFF_GIF};
    if (cut->bands != 3)
        return err_set(e, ERR_UNSUPPORTED, "a seal of %d bands", cut->bands);
    PIX *pix = pixCreate(cut->width, cut->height, 8);
    if (!pix)
        return err_set(e, ERR_LIBRARY, "leptonica: no picture");
    if (dpi > 0)
        pixSetResolution(pix, (int)lround(dpi), (int)lround(dpi));
    l_uint8 *bytes = NULL;
    size_t n = 0;
    int r = 0;
    if (!fill(pix, cut))
        r = err_set(e, ERR_UNSUPPORTED, "a seal of more than 256 colours");
    else if (pixWriteMem(&bytes, &n, pix, lept[format]))
        r = err_set(e, ERR_LIBRARY, "leptonica cannot write the picture");
    if (r == 0) {
        *ret_bytes = arena_memdup(a, bytes, n);
        *ret_n = n;
    }
    lept_free(bytes);
    pixDestroy(&pix);
    return r;
}
