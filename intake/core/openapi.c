/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/openapi.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "intake/core/openapi_shape.h"
#include "intake/core/problem.h"
#include "intake/core/route.h"
#include "intake/version.h"

/* The walk of one application, for whoever reads nothing else. */
static const char how_to[] =
    "A client's token (Authorization: Bearer) is made by an administrator, at "
    "the desk under users; scope intake. 1. POST /api/v1/applications with the "
    "order; keep id and access_code, the applicant's own token. 2. PUT each "
    "paper to /documents/{slot} as application/octet-stream (or its own type) "
    "with Content-Length; or open /uploads and PATCH it in parts. 201: it is "
    "kept, whatever happens. 3. GET /progress?wait=20 until no status is "
    "checking; send refused ones again. 4. POST /submit with an "
    "Idempotency-Key. 5. GET /progress until stage is review, then /result. "
    "Answers of 400 and above are problems (RFC 9457): code is stable, title "
    "and detail are Chinese, title_en English; 429 and 503 tell Retry-After.";

static struct jval *string_type(void)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "type", "string");
    return j;
}

static struct jval *reference(struct arena *a, const char *to, const char *name)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "$ref", arena_printf(a, "#/components/%s/%s", to, name));
    return j;
}

/* The content of a body: JSON of a named shape, or something else's bytes. */
static struct jval *content(struct arena *a, const char *shape)
{
    struct jval *body = jval_new_object(), *types = jval_new_object();
    const char *media = openapi_media(shape);
    if (!*media) {
        struct jval *type = jval_new_object();
        jval_set(type, "schema", reference(a, "schemas", shape));
        jval_set(types, "application/json", type);
    }
    for (const char *p = media; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        jval_set(types, arena_strndup(a, p, n), jval_new_object());
        p += n;
    }
    jval_set(body, "content", types);
    return body;
}

/* --- parameters --------------------------------------------------------- */

static struct jval *parameters(struct arena *a, const struct route *route)
{
    struct jval *list = jval_new_array();
    for (const char *p = route->pattern; (p = strchr(p, '{')) != NULL; p++) {
        size_t n = strcspn(p + 1, "}");
        const char *name = arena_strndup(a, p + 1, n);
        const char *type = strcmp(name, "slot") == 0 ? "@Slot" : "string";
        jval_append(list, openapi_parameter(a, "path", name, type, ""));
    }
    if (route->flags & ROUTE_KEY)
        jval_append(
            list, openapi_parameter(a, "header", "Idempotency-Key", "string",
                                    "the same key again gets the same answer"));
    if (route->flags & ROUTE_IF_MATCH)
        jval_append(
            list, openapi_parameter(a, "header", "If-Match", "string",
                                    "the etag of what was seen; 412 when it is "
                                    "another by now"));
    openapi_add_parameters(a, route, list);
    return list;
}

/* --- answers ------------------------------------------------------------ */

static struct jval *described(const char *text)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "description", text);
    return j;
}

static struct jval *responses(struct arena *a, const struct route *route)
{
    struct jval *all = jval_new_object();
    struct jval *good =
        *route->response ? content(a, route->response) : jval_new_object();
    jval_set_string(good, "description", route->en);
    jval_set(all, "2XX", good);
    jval_set(all, "default", reference(a, "responses", "Problem"));
    return all;
}

/* Who may: the names of the roles, and how they show who they are. */
static void add_security(struct jval *operation, const struct route *route)
{
    struct jval *roles = jval_new_array(), *security = jval_new_array();
    for (unsigned bit = 0; bit < ROLE_COUNT; bit++)
        if (permission_has(route->permission, 1U << bit))
            jval_append_string(roles, role_name(1U << bit));
    jval_set(operation, "x-roles", roles);
    jval_set_string(operation, "x-permission",
                    permission_name(route->permission));
    if (permission_has(route->permission, ROLE_ANYONE))
        jval_append(security, jval_new_object());
    static const char *const schemes[] = {"bearer", "session"};
    for (size_t i = 0; i < 2; i++) {
        struct jval *scheme = jval_new_object();
        jval_set(scheme, schemes[i], jval_new_array());
        jval_append(security, scheme);
    }
    jval_set(operation, "security", security);
}

static const char *operation_id(struct arena *a, const struct route *route)
{
    char *id =
        arena_printf(a, "%s%s", method_name(route->method), route->pattern);
    for (char *p = id; *p; p++)
        *p =
            isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
    return id;
}

static struct jval *operation(struct arena *a, const struct route *route)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "operationId", operation_id(a, route));
    jval_set_string(j, "summary", route->zh);
    jval_set_string(j, "description", route->en);
    jval_set(j, "parameters", parameters(a, route));
    if (*route->request)
        jval_set(j, "requestBody", content(a, route->request));
    jval_set(j, "responses", responses(a, route));
    add_security(j, route);
    return j;
}

/* --- components --------------------------------------------------------- */

static struct jval *problem_schema(void)
{
    static const char *const texts[] = {"type",   "title",    "title_en",
                                        "detail", "instance", "code"};
    struct jval *j = jval_new_object(), *members = jval_new_object(),
                *status = jval_new_object(), *codes = jval_new_array();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        jval_set(members, texts[i], string_type());
    for (int p = 0; p < PROBLEMS; p++)
        jval_append_string(codes, problem_code((enum problem)p));
    jval_set(jval_lookup(members, "code"), "enum", codes);
    jval_set_string(status, "type", "integer");
    jval_set(members, "status", status);
    jval_set_string(j, "type", "object");
    jval_set(j, "properties", members);
    return j;
}

static struct jval *security_schemes(void)
{
    struct jval *all = jval_new_object(), *bearer = jval_new_object(),
                *session = jval_new_object();
    jval_set_string(bearer, "type", "http");
    jval_set_string(bearer, "scheme", "bearer");
    jval_set(all, "bearer", bearer);
    jval_set_string(session, "type", "apiKey");
    jval_set_string(session, "in", "cookie");
    jval_set_string(session, "name", "__Host-sid");
    jval_set(all, "session", session);
    return all;
}

/* Shapes are open: members are only ever added. */
static struct jval *components(struct arena *a)
{
    struct jval *j = jval_new_object(), *schemas = openapi_shapes(a),
                *answers = jval_new_object(), *problem = described("RFC 9457"),
                *types = jval_new_object(), *type = jval_new_object();
    jval_set(schemas, "Problem", problem_schema());
    jval_set(type, "schema", reference(a, "schemas", "Problem"));
    jval_set(types, "application/problem+json", type);
    jval_set(problem, "content", types);
    jval_set(answers, "Problem", problem);
    jval_set(j, "schemas", schemas);
    jval_set(j, "responses", answers);
    jval_set(j, "securitySchemes", security_schemes());
    return j;
}

/* --- all ---------------------------------------------------------------- */

static void add_route(struct arena *a, struct jval *paths,
                      const struct route *route)
{
    struct jval *path = jval_lookup(paths, route->pattern);
    char method[16];
    snprintf(method, sizeof method, "%s", method_name(route->method));
    for (char *p = method; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    if (!path) {
        jval_set(paths, route->pattern, jval_new_object());
        path = jval_lookup(paths, route->pattern);
    }
    jval_set(path, method, operation(a, route));
}

struct jval *openapi_new(struct arena *a, const struct route_table *tables,
                         size_t n)
{
    struct jval *j = jval_new_object(), *info = jval_new_object(),
                *paths = jval_new_object();
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < tables[t].n; i++)
            add_route(a, paths, &tables[t].routes[i]);
    jval_set_string(j, "openapi", "3.1.0");
    jval_set_string(info, "title", "sealdesk");
    jval_set_string(info, "version", SEALDESK_VERSION);
    jval_set_string(info, "description", how_to);
    jval_set(j, "info", info);
    jval_set(j, "paths", paths);
    jval_set(j, "components", components(a));
    return j;
}
