/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/http/query.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "intake/core/request.h"

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* n bytes decoded; NULL when an escape is broken or it is no text. */
static const char *decode(struct arena *a, const char *s, size_t n)
{
    char *out = arena_alloc(a, n + 1, 1);
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        if (c == '%') {
            int high = i + 2 < n ? digit(s[i + 1]) : -1;
            int low = high >= 0 ? digit(s[i + 2]) : -1;
            if (low < 0)
                return NULL;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        out[length++] = c;
    }
    return utf8_is_valid(out, length) ? out : NULL;
}

int query_parse(struct arena *a, const char *text, struct pair *ret, size_t max,
                size_t *ret_n, struct err *e)
{
    *ret_n = 0;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "&"), name_n = strcspn(p, "=&");
        const char *name = decode(a, p, name_n);
        const char *value =
            name_n < n ? decode(a, p + name_n + 1, n - name_n - 1) : "";
        if (!name || !value)
            return err_set(e, ERR_FORMAT, "the query is not well-formed");
        if (*ret_n == max)
            return err_set(e, ERR_FORMAT, "more than %zu in the query", max);
        if (n > 0)
            ret[(*ret_n)++] = (struct pair){name, value};
        p += n + (p[n] == '&');
    }
    return 0;
}
