/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"

bool utf8_is_valid(const char *s, size_t n)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
    while (n > 0) {
        utf8proc_int32_t c;
        utf8proc_ssize_t len = utf8proc_iterate(p, (utf8proc_ssize_t)n, &c);
        if (len <= 0 || c == 0)
            return false;
        p += len;
        n -= (size_t)len;
    }
    return true;
}

char *utf8_repair(struct arena *a, const char *s, size_t n)
{
    static const char unknown[] = "\xef\xbf\xbd";
    char *out = arena_alloc(a, 3 * n + 1, 1);
    size_t len = 0;
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
    while (n > 0) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate(p, (utf8proc_ssize_t)n, &c);
        bool good = used > 0 && c != 0;
        if (good)
            memcpy(out + len, p, (size_t)used);
        else
            memcpy(out + len, unknown, 3);
        len += good ? (size_t)used : 3;
        p += good ? used : 1;
        n -= good ? (size_t)used : 1;
    }
    return out;
}

uint32_t utf8_next(const char **s)
{
    utf8proc_int32_t c;
    if (**s == '\0')
        return 0;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)*s, -1, &c);
    *s += n > 0 ? n : 1;
    return n > 0 ? (uint32_t)c : 0xfffd;
}

bool utf8_has(const char *s, uint32_t c)
{
    while (*s)
        if (utf8_next(&s) == c)
            return true;
    return false;
}

size_t utf8_length(const char *s)
{
    size_t n = 0;
    while (utf8_next(&s))
        n++;
    return n;
}

size_t utf8_put(uint32_t c, char *out)
{
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)c,
                                        (utf8proc_uint8_t *)out);
}

bool utf8_is_han(uint32_t c)
{
    return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
           (c >= 0x20000 && c <= 0x3134f) || c == 0x3007;
}

bool utf8_is_latin(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

static bool is_invisible(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
        return true;
    default:
        return false;
    }
}

static char *normalised(const char *s)
{
    return (char *)utf8proc_NFKC((const utf8proc_uint8_t *)s);
}

/* The bytes from s on that are folded already, and the same as a name: upper
 * case letters, digits and the unified ideographs U+4E00 to U+9FFF, which most
 * names and numbers are made of. */
static size_t plain_bytes(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    for (;;)
        if ((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z'))
            p++;
        else if (((*p == 0xe4 && p[1] >= 0xb8) || (*p > 0xe4 && *p < 0xea)) &&
                 (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
            p += 3;
        else
            return (size_t)(p - (const unsigned char *)s);
}

char *utf8_fold(struct arena *a, const char *s)
{
    size_t plain = plain_bytes(s);
    if (s[plain] == '\0')
        return arena_strndup(a, s, plain);
    char *text = normalised(s);
    if (!text)
        return arena_strdup(a, ""); /* not UTF-8: equal to nothing */
    char *out = arena_alloc(a, strlen(text) + 1, 1), *w = out;
    const char *p = text;
    for (uint32_t c; (c = utf8_next(&p)) != 0;) {
        if (is_invisible((utf8proc_int32_t)c))
            continue;
        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        w += utf8_put(c, w);
    }
    free(text);
    return out;
}

/* What a character of a name is written as; 0: left out. */
static uint32_t name_character(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } table[] = {
        {'(', 0xff08},    {')', 0xff09},    {'[', 0xff08},    {']', 0xff09},
        {'{', 0xff08},    {'}', 0xff09},    {0x3014, 0xff08}, {0x3015, 0xff09},
        {0x3010, 0xff08}, {0x3011, 0xff09}, {0x3008, 0xff08}, {0x3009, 0xff09},
        {0x300a, 0xff08}, {0x300b, 0xff09}, {0x3016, 0xff08}, {0x3017, 0xff09},
        {0x2022, 0xb7},   {0x30fb, 0xb7},   {0x2027, 0xb7},   {0x2219, 0xb7},
        {0x22c5, 0xb7},   {0x2014, '-'},    {0x2013, '-'},    {0x2212, '-'},
        {'"', 0},         {'\'', 0},        {0x201c, 0},      {0x201d, 0},
        {0x2018, 0},      {0x2019, 0},      {0x300c, 0},      {0x300d, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].from == c)
            return table[i].to;
    return c;
}

char *utf8_name(struct arena *a, const char *s)
{
    char *folded = utf8_fold(a, s);
    size_t plain = plain_bytes(folded);
    if (folded[plain] == '\0')
        return folded;
    const char *p = folded;
    char *out = arena_alloc(a, 3 * strlen(folded) + 1, 1), *w = out;
    for (uint32_t c; (c = utf8_next(&p)) != 0;) {
        c = name_character(c);
        if (c)
            w += utf8_put(c, w);
    }
    return out;
}

uint32_t *utf8_codes(struct arena *a, const char *s, size_t *ret_n)
{
    size_t n = utf8_length(s), i = 0;
    uint32_t *codes = arena_new_array(a, n + 1, uint32_t);
    while (i < n)
        codes[i++] = utf8_next(&s);
    if (ret_n)
        *ret_n = n;
    return codes;
}
