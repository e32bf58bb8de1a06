/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/cursor.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

enum { MAX_TEXT = 8192, MAX_NAME = 64 };

void cursor_wrong(struct cursor *c, const char *name, const char *fmt, ...)
{
    char why[160];
    if (c->code)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    c->code = err_set(c->e, ERR_FORMAT, "%s%s%s: %s", c->where,
                      *c->where && *name ? "." : "", name, why);
}

const struct jval *cursor_member(struct cursor *c, const struct jval *j,
                                 const char *name, enum jval_kind kind,
                                 bool required)
{
    const struct jval *v = jval_lookup(j, name);
    enum jval_kind found = jval_kind_of(v);
    if (v && found == kind)
        return v;
    if (found != JVAL_NULL)
        cursor_wrong(c, name, "is %s, must be %s", jval_kind_name(found),
                     jval_kind_name(kind));
    else if (required)
        cursor_wrong(c, name, "is missing, must be %s", jval_kind_name(kind));
    return NULL;
}

const struct jval *cursor_list(struct cursor *c, const struct jval *j,
                               const char *name, bool required, size_t most)
{
    const struct jval *list = cursor_member(c, j, name, JVAL_ARRAY, required);
    if (jval_count(list) > most)
        cursor_wrong(c, name, "has %zu elements, at most %zu are allowed",
                     jval_count(list), most);
    return c->code ? NULL : list;
}

double cursor_number(struct cursor *c, const struct jval *j, const char *name,
                     double min, double max)
{
    const struct jval *v = cursor_member(c, j, name, JVAL_NUMBER, false);
    if (!v)
        return NAN;
    double x = jval_real_value(v, NAN);
    if (!(x >= min && x <= max))
        cursor_wrong(c, name, "is %g, allowed is %g .. %g", x, min, max);
    return x;
}

double cursor_needed(struct cursor *c, const struct jval *j, const char *name,
                     double min, double max)
{
    if (!cursor_member(c, j, name, JVAL_NUMBER, true))
        return min;
    double x = cursor_number(c, j, name, min, max);
    return c->code ? min : x;
}

int cursor_whole(struct cursor *c, const struct jval *j, const char *name,
                 int min, int max)
{
    double x = cursor_needed(c, j, name, min, max);
    if (x != floor(x))
        cursor_wrong(c, name, "is %g, must be a whole number", x);
    return (int)x;
}

bool cursor_numbers(struct cursor *c, const struct jval *j, const char *name,
                    bool required, double *ret, size_t n)
{
    const struct jval *v = cursor_member(c, j, name, JVAL_ARRAY, required);
    if (!v)
        return false;
    if (jval_count(v) != n) {
        cursor_wrong(c, name, "has %zu elements, must have %zu", jval_count(v),
                     n);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        ret[i] = jval_real_value(jval_at(v, i), NAN);
        if (!(fabs(ret[i]) <= CURSOR_MAX_SIDE))
            cursor_wrong(c, name, "element %zu is not a number within +-%d", i,
                         CURSOR_MAX_SIDE);
    }
    return c->code == 0;
}

Rect cursor_box(struct cursor *c, const struct jval *j, const char *name)
{
    double v[4] = {0};
    if (cursor_numbers(c, j, name, true, v, 4) && (v[2] < 0 || v[3] < 0))
        cursor_wrong(c, name, "has a negative size");
    return (Rect){v[0], v[1], v[2], v[3]};
}

const char *cursor_text(struct cursor *c, const struct jval *j,
                        const char *name, bool required)
{
    const struct jval *v = cursor_member(c, j, name, JVAL_STRING, required);
    const char *s = jval_string_value(v, NULL);
    if (!s)
        return required ? "" : NULL;
    if (strlen(s) > MAX_TEXT) {
        cursor_wrong(c, name, "has %zu bytes, at most %d are allowed",
                     strlen(s), MAX_TEXT);
        return "";
    }
    return arena_strdup(c->arena, s);
}

int cursor_word(struct cursor *c, const struct jval *j, const char *name,
                int (*from_name)(const char *), bool required)
{
    const struct jval *v = cursor_member(c, j, name, JVAL_STRING, required);
    const char *s = jval_string_value(v, NULL);
    if (!s)
        return 0;
    int i = from_name(s);
    if (i < 0)
        cursor_wrong(c, name, "`%.40s` is not a word of the contract", s);
    return i < 0 ? 0 : i;
}

enum tri cursor_tri(struct cursor *c, const struct jval *j, const char *name)
{
    const struct jval *v = cursor_member(c, j, name, JVAL_BOOL, false);
    if (!v)
        return TRI_UNKNOWN;
    return jval_bool_value(v, false) ? TRI_YES : TRI_NO;
}

static bool is_plain_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && n <= MAX_NAME && s[n] == '\0';
}

bool cursor_has_plain_names(struct cursor *c, const struct jval *j,
                            const char *name)
{
    const char *member;
    struct jval *child;
    if (jval_count(j) > CURSOR_MAX_MEMBERS)
        cursor_wrong(c, name, "has %zu members, at most %d are allowed",
                     jval_count(j), CURSOR_MAX_MEMBERS);
    for (size_t i = 0; c->code == 0 && jval_member(j, i, &member, &child); i++)
        if (!is_plain_name(member))
            cursor_wrong(c, name,
                         "`%.40s` is not a name of letters a-z, "
                         "digits, _",
                         member);
    return c->code == 0;
}
