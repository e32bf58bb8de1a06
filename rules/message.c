/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/message.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"

enum { MESSAGE_MAX = 8192 };

const char *message_placeholder(const char **at, size_t *ret_length)
{
    const char *open = strchr(*at, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    if (!close)
        return NULL;
    *at = close + 1;
    *ret_length = (size_t)(close - open - 1);
    return open + 1;
}

static const char *detail_text(const struct detail *details, size_t n,
                               const char *name, size_t length,
                               enum language language)
{
    for (size_t i = 0; i < n; i++) {
        const struct detail *d = &details[i];
        if (strlen(d->name) != length || strncmp(d->name, name, length) != 0)
            continue;
        return language == LANGUAGE_ZH && d->zh ? d->zh : d->value;
    }
    return NULL;
}

const char *message_fill(struct arena *a, const char *template,
                         const struct detail *details, size_t n,
                         enum language language)
{
    struct str t;
    str_init(&t, MESSAGE_MAX);
    const char *from = template, *at = template, *name;
    for (size_t length; (name = message_placeholder(&at, &length)); from = at) {
        const char *text = detail_text(details, n, name, length, language);
        str_add_bytes(&t, from, (size_t)(name - 1 - from));
        if (text)
            str_add(&t, text);
        else
            str_add_bytes(&t, name - 1, length + 2);
    }
    str_add(&t, from);
    const char *filled = arena_strndup(a, t.s, t.len);
    str_done(&t);
    return filled;
}
