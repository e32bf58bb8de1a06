/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Recursive descent over a text that lies in memory as a whole. Jansson's
 * reader takes every byte through a callback and copies it into a buffer, which
 * was two thirds of what judging stored reports costs; here a string is a slice
 * and a number is converted where it stands. Whatever is rare goes to jansson:
 * a string with escapes or a long number by itself, a mistake, a duplicate
 * name and deep nesting with the whole text. So there is one judge of what is
 * JSON, and no error to word here.
 *
 * A decimal of at most 15 digits and a power of ten up to 22 are exact as
 * doubles, so their quotient is the nearest double (Clinger 1990).
 */

#include "base/jval_plain.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DEPTH_MAX = 64, DIGITS_MAX = 15 };

struct text {
    const char *at, *end;
    int depth;
};

static json_t *value(struct text *t);

/* Skips white space; the byte behind it, which 0 can only be by mistake. */
static char peek(struct text *t)
{
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\n' ||
                              *t->at == '\t' || *t->at == '\r'))
        t->at++;
    return t->at < t->end ? *t->at : '\0';
}

static bool takes(struct text *t, char c)
{
    bool here = peek(t) == c;
    t->at += here;
    return here;
}

/* One string or number, by itself. */
static json_t *read_rare(const char *from, const char *end)
{
    return json_loadb(from, (size_t)(end - from), JSON_DECODE_ANY, NULL);
}

/* --- strings --------------------------------------------------------------*/

struct slice {
    const char *s;
    size_t n;
    bool has_escapes;
};

/* What lies between two quotes, of which the first was taken. */
static bool take_string(struct text *t, struct slice *ret)
{
    const char *p = t->at;
    bool has_escapes = false;
    for (; p < t->end && *p != '"'; p++) {
        if ((unsigned char)*p < 0x20)
            return false;
        if (*p != '\\')
            continue;
        has_escapes = true;
        if (++p == t->end)
            return false;
    }
    if (p == t->end)
        return false;
    *ret = (struct slice){t->at, (size_t)(p - t->at), has_escapes};
    t->at = p + 1;
    return true;
}

static json_t *string(struct text *t)
{
    struct slice s;
    const char *quote = t->at++;
    if (!take_string(t, &s))
        return NULL;
    return s.has_escapes ? read_rare(quote, t->at) : json_stringn(s.s, s.n);
}

/* --- numbers --------------------------------------------------------------*/

/* Takes digits behind those that `v` holds; how many. */
static size_t take_digits(struct text *t, uint64_t *v)
{
    const char *from = t->at;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++)
        *v = 10 * *v + (uint64_t)(*t->at - '0');
    return (size_t)(t->at - from);
}

static json_t *rare_number(struct text *t, const char *from)
{
    while (t->at < t->end && memchr("+-.eE0123456789", *t->at, 15))
        t->at++;
    return read_rare(from, t->at);
}

static json_t *number(struct text *t)
{
    static const double powers[DIGITS_MAX + 1] = {
        1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *from = t->at;
    uint64_t v = 0;
    bool is_negative = *from == '-';
    t->at += is_negative;
    const char *first = t->at;
    size_t whole = take_digits(t, &v), decimals = 0;
    bool is_real = t->at < t->end && *t->at == '.';
    if (is_real) {
        t->at++;
        decimals = take_digits(t, &v);
    }
    bool has_power = t->at < t->end && (*t->at == 'e' || *t->at == 'E');
    if (whole == 0 || (whole > 1 && *first == '0') ||
        whole + decimals > DIGITS_MAX || (is_real && decimals == 0) ||
        has_power)
        return rare_number(t, from);
    if (!is_real)
        return json_integer(is_negative ? -(json_int_t)v : (json_int_t)v);
    double d = (double)v / powers[decimals];
    return json_real(is_negative ? -d : d);
}

/* --- the rest -------------------------------------------------------------*/

static json_t *word(struct text *t)
{
    static const struct {
        const char *s;
        size_t n;
        json_t *(*make)(void);
    } words[] = {{"true", 4, json_true},
                 {"false", 5, json_false},
                 {"null", 4, json_null}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if ((size_t)(t->end - t->at) < words[i].n ||
            memcmp(t->at, words[i].s, words[i].n) != 0)
            continue;
        t->at += words[i].n;
        return words[i].make();
    }
    return NULL;
}

static bool element(struct text *t, json_t *list)
{
    return json_array_append_new(list, value(t)) == 0;
}

static bool member(struct text *t, json_t *object)
{
    struct slice name;
    size_t before = json_object_size(object);
    return takes(t, '"') && take_string(t, &name) && !name.has_escapes &&
           takes(t, ':') &&
           json_object_setn_new(object, name.s, name.n, value(t)) == 0 &&
           json_object_size(object) > before; /* else a name that was there */
}

/* Takes the bracket, the children and `close`; gives back j, or NULL. */
static json_t *nested(struct text *t, json_t *j, char close,
                      bool (*child)(struct text *, json_t *))
{
    t->at++;
    bool good = ++t->depth <= DEPTH_MAX;
    if (good && !takes(t, close)) {
        do
            good = child(t, j);
        while (good && takes(t, ','));
        good = good && takes(t, close);
    }
    t->depth--;
    if (good)
        return j;
    json_decref(j);
    return NULL;
}

static json_t *value(struct text *t)
{
    char c = peek(t);
    if (c == '{')
        return nested(t, json_object(), '}', member);
    if (c == '[')
        return nested(t, json_array(), ']', element);
    if (c == '"')
        return string(t);
    return c == '-' || (c >= '0' && c <= '9') ? number(t) : word(t);
}

struct jval *jval_plain(const char *bytes, size_t n)
{
    struct text t = {bytes, bytes + n, 0};
    json_t *j = value(&t);
    if (peek(&t) == '\0' && t.at == t.end)
        return (struct jval *)j;
    json_decref(j);
    return NULL;
}
