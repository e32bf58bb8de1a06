/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/jval.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/err.h"
#include "base/jval_plain.h"
#include "base/str.h"

/* `struct jval` is never defined: it is json_t under a name of our own. */
static json_t *lib(const struct jval *j)
{
    union {
        const struct jval *ours;
        json_t *theirs;
    } u = {.ours = j};
    return u.theirs;
}

static struct jval *our(json_t *j)
{
    return (struct jval *)j;
}

int jval_parse(const char *bytes, size_t n, struct jval **ret, struct err *e)
{
    json_error_t why;
    json_t *j = lib(jval_plain(bytes, n));
    if (!j)
        j = json_loadb(bytes, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                       &why);
    if (!j)
        return err_set(e, ERR_FORMAT, "line %d, column %d: %s", why.line,
                       why.column, why.text);
    *ret = our(j);
    return 0;
}

void jval_free(struct jval *j)
{
    json_decref(lib(j));
}

static int print_chunk(const char *bytes, size_t n, void *t)
{
    str_add_bytes(t, bytes, n);
    return 0;
}

void jval_print(const struct jval *j, bool pretty, struct str *t)
{
    size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(12);
    flags |= pretty ? JSON_INDENT(2) : JSON_COMPACT;
    if (json_dump_callback(lib(j), print_chunk, t, flags) != 0)
        t->failed = true;
}

void jval_finish(struct jval *j, bool pretty, struct str *t)
{
    jval_print(j, pretty, t);
    str_add(t, "\n");
    jval_free(j);
}

struct jval *jval_new_object(void)
{
    return our(json_object());
}
struct jval *jval_new_array(void)
{
    return our(json_array());
}

void jval_set(struct jval *object, const char *name, struct jval *child)
{
    json_object_set_new(lib(object), name, lib(child));
}

/* null stands for no text, and for bytes that are not UTF-8. */
static json_t *string_or_null(const char *s)
{
    json_t *j = s ? json_string(s) : NULL;
    return j ? j : json_null();
}

void jval_set_string(struct jval *object, const char *name, const char *s)
{
    jval_set(object, name, our(string_or_null(s)));
}

void jval_set_int(struct jval *object, const char *name, long long v)
{
    jval_set(object, name, our(json_integer(v)));
}

void jval_set_bool(struct jval *object, const char *name, bool v)
{
    jval_set(object, name, our(json_boolean(v)));
}

void jval_set_null(struct jval *object, const char *name)
{
    jval_set(object, name, our(json_null()));
}

void jval_set_or_null(struct jval *object, const char *name, struct jval *child)
{
    jval_set(object, name, child ? child : our(json_null()));
}

static json_t *rounded(double v, int decimals)
{
    if (!isfinite(v))
        return json_null();
    double unit = pow(10, decimals), r = round(v * unit);
    if (decimals <= 0 && fabs(r) < 9e15)
        return json_integer((json_int_t)(r / unit));
    return json_real(r / unit + 0.0); /* + 0.0: never "-0.0" */
}

void jval_set_real(struct jval *object, const char *name, double v,
                   int decimals)
{
    jval_set(object, name, our(rounded(v, decimals)));
}

void jval_append(struct jval *array, struct jval *child)
{
    json_array_append_new(lib(array), lib(child));
}

void jval_append_string(struct jval *array, const char *s)
{
    jval_append(array, our(string_or_null(s)));
}

void jval_append_real(struct jval *array, double v, int decimals)
{
    jval_append(array, our(rounded(v, decimals)));
}

struct jval *jval_new_reals(const double *v, size_t n, int decimals)
{
    struct jval *j = jval_new_array();
    for (size_t i = 0; i < n; i++)
        jval_append_real(j, v[i], decimals);
    return j;
}

struct jval *jval_copy(const struct jval *j)
{
    return our(json_deep_copy(lib(j)));
}

enum jval_kind jval_kind_of(const struct jval *j)
{
    if (!j)
        return JVAL_NULL;
    switch (json_typeof(lib(j))) {
    case JSON_OBJECT:
        return JVAL_OBJECT;
    case JSON_ARRAY:
        return JVAL_ARRAY;
    case JSON_STRING:
        return JVAL_STRING;
    case JSON_INTEGER:
    case JSON_REAL:
        return JVAL_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return JVAL_BOOL;
    case JSON_NULL:
        break;
    }
    return JVAL_NULL;
}

const char *jval_kind_name(enum jval_kind kind)
{
    static const char *const names[] = {"null",     "an object",
                                        "an array", "a string",
                                        "a number", "true or false"};
    return names[kind];
}

struct jval *jval_lookup(const struct jval *j, const char *name)
{
    return our(json_object_get(lib(j), name));
}

size_t jval_count(const struct jval *j)
{
    switch (jval_kind_of(j)) {
    case JVAL_OBJECT:
        return json_object_size(lib(j));
    case JVAL_ARRAY:
        return json_array_size(lib(j));
    default:
        return 0;
    }
}

struct jval *jval_at(const struct jval *array, size_t i)
{
    return our(json_array_get(lib(array), i));
}

bool jval_member(const struct jval *object, size_t i, const char **ret_name,
                 struct jval **ret_child)
{
    void *it = json_object_iter(lib(object));
    while (it && i-- > 0)
        it = json_object_iter_next(lib(object), it);
    if (!it)
        return false;
    *ret_name = json_object_iter_key(it);
    *ret_child = our(json_object_iter_value(it));
    return true;
}

const char *jval_string_value(const struct jval *j, const char *otherwise)
{
    return json_is_string(lib(j)) ? json_string_value(lib(j)) : otherwise;
}

double jval_real_value(const struct jval *j, double otherwise)
{
    return json_is_number(lib(j)) ? json_number_value(lib(j)) : otherwise;
}

bool jval_bool_value(const struct jval *j, bool otherwise)
{
    return json_is_boolean(lib(j)) ? json_is_true(lib(j)) : otherwise;
}

const char *jval_string(const struct jval *object, const char *name,
                        const char *otherwise)
{
    return jval_string_value(jval_lookup(object, name), otherwise);
}

double jval_real(const struct jval *object, const char *name, double otherwise)
{
    return jval_real_value(jval_lookup(object, name), otherwise);
}

long long jval_int(const struct jval *object, const char *name,
                   long long otherwise)
{
    const json_t *j = json_object_get(lib(object), name);
    return json_is_integer(j) ? json_integer_value(j) : otherwise;
}

bool jval_bool(const struct jval *object, const char *name, bool otherwise)
{
    return jval_bool_value(jval_lookup(object, name), otherwise);
}
