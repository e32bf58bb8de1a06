/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/route.h"

#include <string.h>

#include "base/arena.h"

static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (c && strchr("_-.~", c));
}

/* The value of a {name}: up to the character that follows it in the pattern;
 * names and ids are of plain letters, never empty, never "." or "..". */
static size_t value_length(const char *path, char end)
{
    size_t n = 0;
    while (is_plain(path[n]) && path[n] != end)
        n++;
    return path[0] == '.' ? 0 : n;
}

static bool matches(struct arena *a, const char *pattern, const char *path,
                    struct request *q)
{
    q->n_params = 0;
    while (*pattern) {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        const char *close = strchr(pattern, '}');
        size_t n = value_length(path, close[1]);
        if (n == 0 || q->n_params == REQUEST_PARAMS)
            return false;
        q->params[q->n_params++] = (struct pair){
            arena_strndup(a, pattern + 1, (size_t)(close - pattern - 1)),
            arena_strndup(a, path, n)};
        pattern = close + 1;
        path += n;
    }
    return *path == '\0';
}

const struct route *route_find(struct arena *a,
                               const struct route_table *tables, size_t n,
                               struct request *q, unsigned *ret_methods)
{
    enum method wanted = q->method == METHOD_HEAD ? METHOD_GET : q->method;
    *ret_methods = 0;
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < tables[t].n; i++) {
            const struct route *route = &tables[t].routes[i];
            /* A HEAD line of its own goes before the GET that stands in. */
            bool hit = route->method == q->method || route->method == wanted;
            if (!matches(a, route->pattern, q->path, q))
                continue;
            *ret_methods |= 1U << route->method;
            if (hit)
                return route;
        }
    q->n_params = 0;
    return NULL;
}
