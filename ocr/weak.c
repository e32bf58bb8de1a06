/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/weak.h"

#include <math.h>
#include <stddef.h>

#include "base/utf8.h"

static const struct row {
    struct weak margins;
    const char *characters;
} rows[] = {
#define WEAK(confirms, contradicts, characters)                                \
    {{confirms, contradicts}, characters},
#define BLIND(characters) {{INFINITY, -INFINITY}, characters},
#include "ocr/weak.def"
#undef WEAK
#undef BLIND
};

const struct weak *weak_find(uint32_t c)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (utf8_has(rows[i].characters, c))
            return &rows[i].margins;
    return NULL;
}
