/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/openapi_shape.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/core/request.h"
#include "intake/core/route.h"

static const struct shape {
    const char *name, *media, *what;
} shapes[] = {
#define SHAPE(name, media, what) {#name, media, what},
#define MEMBER(shape, name, type, what)
#define PARAMETER(method, pattern, in, name, type, what)
#include "intake/core/openapi.def"
#undef SHAPE
#undef MEMBER
};

static const struct member {
    const char *shape, *name, *type, *what;
} members[] = {
#define SHAPE(name, media, what)
#define MEMBER(shape, name, type, what) {#shape, name, type, what},
#include "intake/core/openapi.def"
#undef MEMBER
#undef PARAMETER
};

static const struct parameter {
    enum method method;
    const char *pattern, *in, *name, *type, *what;
} parameters[] = {
#define MEMBER(shape, name, type, what)
#define PARAMETER(method, pattern, in, name, type, what)                       \
    {METHOD_##method, pattern, in, name, type, what},
#include "intake/core/openapi.def"
#undef SHAPE
#undef MEMBER
#undef PARAMETER
};

enum {
    SHAPES = sizeof shapes / sizeof *shapes,
    MEMBERS = sizeof members / sizeof *members,
    PARAMETERS = sizeof parameters / sizeof *parameters,
};

const char *openapi_media(const char *shape)
{
    for (size_t i = 0; i < SHAPES; i++)
        if (strcmp(shapes[i].name, shape) == 0)
            return shapes[i].media;
    return "";
}

/* --- types -------------------------------------------------------------- */

static struct jval *words(struct arena *a, const char *list)
{
    struct jval *j = jval_new_object(), *all = jval_new_array();
    for (const char *p = list; *p; p += *p == '|') {
        size_t n = strcspn(p, "|");
        jval_append_string(all, arena_strndup(a, p, n));
        p += n;
    }
    jval_set(j, "enum", all);
    return j;
}

static struct jval *or_null(struct jval *type)
{
    struct jval *j = jval_new_object(), *any = jval_new_array(),
                *null = jval_new_object();
    jval_set_string(null, "type", "null");
    jval_append(any, type);
    jval_append(any, null);
    jval_set(j, "anyOf", any);
    return j;
}

struct jval *openapi_type(struct arena *a, const char *type)
{
    size_t n = strlen(type);
    if (type[n - 1] == '?')
        return or_null(openapi_type(a, arena_strndup(a, type, n - 1)));
    if (*type == '=')
        return words(a, type + 1);
    struct jval *j = jval_new_object();
    bool is_time = strcmp(type, "time") == 0;
    if (*type == '@') {
        jval_set_string(j, "$ref",
                        arena_printf(a, "#/components/schemas/%s", type + 1));
    } else if (*type == '[') {
        jval_set_string(j, "type", "array");
        jval_set(j, "items",
                 openapi_type(a, arena_strndup(a, type + 1, n - 2)));
    } else {
        jval_set_string(j, "type", is_time ? "string" : type);
    }
    if (is_time)
        jval_set_string(j, "format", "date-time");
    return j;
}

/* Without the ? of what may be missing. */
static const char *plain(struct arena *a, const char *name, bool *ret_wanted)
{
    size_t n = strlen(name);
    *ret_wanted = n == 0 || name[n - 1] != '?';
    return *ret_wanted ? name : arena_strndup(a, name, n - 1);
}

static void describe(struct jval *j, const char *what)
{
    if (*what)
        jval_set_string(j, "description", what);
}

/* --- shapes ------------------------------------------------------------- */

static struct jval *object_of(struct arena *a, const char *shape)
{
    struct jval *j = jval_new_object(), *properties = jval_new_object(),
                *required = jval_new_array();
    jval_set_string(j, "type", "object");
    for (size_t i = 0; i < MEMBERS; i++) {
        bool wanted;
        const struct member *m = &members[i];
        if (strcmp(m->shape, shape) != 0)
            continue;
        const char *name = plain(a, m->name, &wanted);
        struct jval *type = openapi_type(a, m->type);
        describe(type, m->what);
        jval_set(properties, name, type);
        if (wanted)
            jval_append_string(required, name);
    }
    if (jval_count(properties) > 0)
        jval_set(j, "properties", properties);
    else
        jval_free(properties);
    jval_set(j, "required", required);
    return j;
}

static struct jval *schema_of(struct arena *a, const struct shape *s)
{
    struct jval *j = NULL;
    for (size_t i = 0; i < MEMBERS && !j; i++)
        if (strcmp(members[i].shape, s->name) == 0 && !*members[i].name)
            j = openapi_type(a, members[i].type);
    if (!j)
        j = object_of(a, s->name);
    describe(j, s->what);
    return j;
}

struct jval *openapi_shapes(struct arena *a)
{
    struct jval *all = jval_new_object();
    for (size_t i = 0; i < SHAPES; i++)
        if (!*shapes[i].media)
            jval_set(all, shapes[i].name, schema_of(a, &shapes[i]));
    return all;
}

/* --- parameters --------------------------------------------------------- */

struct jval *openapi_parameter(struct arena *a, const char *in,
                               const char *name, const char *type,
                               const char *what)
{
    bool wanted;
    struct jval *p = jval_new_object();
    jval_set_string(p, "name", plain(a, name, &wanted));
    jval_set_string(p, "in", in);
    jval_set_bool(p, "required", wanted);
    describe(p, what);
    jval_set(p, "schema", openapi_type(a, type));
    return p;
}

void openapi_add_parameters(struct arena *a, const struct route *route,
                            struct jval *list)
{
    for (size_t i = 0; i < PARAMETERS; i++) {
        const struct parameter *p = &parameters[i];
        if (p->method == route->method &&
            strcmp(p->pattern, route->pattern) == 0)
            jval_append(list,
                        openapi_parameter(a, p->in, p->name, p->type, p->what));
    }
}
