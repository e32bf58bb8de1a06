/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/http/etag.h"

#include <stddef.h>
#include <string.h>

bool etag_matches(const char *list, const char *etag, bool weak)
{
    size_t n = strlen(etag);
    for (const char *p = list; *p;) {
        p += strspn(p, " \t,");
        if (*p == '*')
            return true;
        bool is_weak = strncmp(p, "W/", 2) == 0;
        p += is_weak ? 2 : 0;
        if (*p != '"')
            return false;
        size_t length = strcspn(++p, "\"");
        if (p[length] != '"')
            return false;
        if (length == n && memcmp(p, etag, n) == 0 && (weak || !is_weak))
            return true;
        p += length + 1;
    }
    return false;
}

/* Digits at *p, at most 18 of them; false when there are none. */
static bool number(const char **p, uint64_t *ret)
{
    int digits = 0;
    *ret = 0;
    for (; **p >= '0' && **p <= '9' && digits < 19; digits++)
        *ret = 10 * *ret + (uint64_t)(*(*p)++ - '0');
    return digits > 0 && digits < 19;
}

enum range_answer range_find(const char *header, uint64_t size,
                             uint64_t *ret_first, uint64_t *ret_n)
{
    static const char unit[] = "bytes=";
    uint64_t first = 0, last = 0;
    if (!header || strncmp(header, unit, sizeof unit - 1) != 0)
        return RANGE_WHOLE;
    const char *p = header + sizeof unit - 1;
    bool has_first = number(&p, &first);
    if (*p++ != '-')
        return RANGE_WHOLE;
    bool has_last = number(&p, &last);
    if (*p || (!has_first && !has_last) ||
        (has_first && has_last && last < first))
        return RANGE_WHOLE;
    if (!has_first) { /* the last so many */
        first = last < size ? size - last : 0;
        if (last == 0)
            return RANGE_NONE;
        last = size - 1;
    }
    if (first >= size)
        return RANGE_NONE;
    if (!has_last || last >= size)
        last = size - 1;
    *ret_first = first;
    *ret_n = last - first + 1;
    return RANGE_PART;
}
