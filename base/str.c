/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/str.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char empty[1];

void str_init(struct str *t, size_t max_bytes)
{
    *t = (struct str){.s = empty, .max = max_bytes};
}

void str_done(struct str *t)
{
    if (t->size)
        free(t->s);
    str_init(t, t->max);
}

/* Makes room for n more bytes and the terminator. */
static bool reserve(struct str *t, size_t n)
{
    if (t->failed || n > t->max || t->len > t->max - n) {
        t->failed = true;
        return false;
    }
    size_t need = t->len + n + 1;
    if (need <= t->size)
        return true;
    size_t size = t->size ? t->size : 256;
    while (size < need)
        size *= 2;
    char *s = realloc(t->size ? t->s : NULL, size);
    if (!s) {
        t->failed = true;
        return false;
    }
    t->s = s;
    t->size = size;
    t->s[t->len] = '\0';
    return true;
}

void str_add_bytes(struct str *t, const void *bytes, size_t n)
{
    if (n == 0 || !reserve(t, n))
        return;
    memcpy(t->s + t->len, bytes, n);
    t->len += n;
    t->s[t->len] = '\0';
}

void str_add(struct str *t, const char *s)
{
    str_add_bytes(t, s, strlen(s));
}

void str_printf(struct str *t, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n >= 0 && reserve(t, (size_t)n)) {
        vsnprintf(t->s + t->len, (size_t)n + 1, fmt, again);
        t->len += (size_t)n;
    }
    va_end(again);
}

void str_add_html(struct str *t, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '&':
            str_add(t, "&amp;");
            break;
        case '<':
            str_add(t, "&lt;");
            break;
        case '>':
            str_add(t, "&gt;");
            break;
        case '"':
            str_add(t, "&quot;");
            break;
        case '\'':
            str_add(t, "&#39;");
            break;
        default:
            str_add_bytes(t, s, 1);
        }
    }
}

void str_add_base64(struct str *t, const void *bytes, size_t n)
{
    static const char code[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = bytes;
    if (!reserve(t, (n + 2) / 3 * 4))
        return;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16;
        if (i + 1 < n)
            v |= (uint32_t)p[i + 1] << 8;
        if (i + 2 < n)
            v |= p[i + 2];
        char out[4] = {code[v >> 18], code[v >> 12 & 63],
                       i + 1 < n ? code[v >> 6 & 63] : '=',
                       i + 2 < n ? code[v & 63] : '='};
        str_add_bytes(t, out, sizeof out);
    }
}
