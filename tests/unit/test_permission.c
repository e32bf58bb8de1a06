/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may do what, and which address leads where. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "intake/core/permission.h"
#include "intake/core/route.h"
#include "review/routes.h"

static const struct route_table *const tables[] = {&intake_routes,
                                                   &review_routes};

/* A line that opens something to everybody is written here as well. */
static const char *const open_to_all[] = {
    "POST /api/v1/applications",
    "POST /api/v1/check",
    "POST /api/v1/session",
    "GET /api/v1/openapi.json",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /",
    "GET /desk",
    "GET /apply",
    "GET /assets/{name}",
};

static bool is_open(const struct route *r)
{
    for (size_t i = 0; i < sizeof open_to_all / sizeof *open_to_all; i++) {
        size_t n = strlen(method_name(r->method));
        if (strncmp(open_to_all[i], method_name(r->method), n) == 0 &&
            strcmp(open_to_all[i] + n + 1, r->pattern) == 0)
            return true;
    }
    return false;
}

static void only_these_are_open_to_everybody(void **state)
{
    (void)state;
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < tables[t]->n; i++) {
            const struct route *r = &tables[t]->routes[i];
            if (permission_has(r->permission, ROLE_ANYONE) != is_open(r))
                fail_msg("%s %s", method_name(r->method), r->pattern);
        }
}

/* The administrator sees no application, the auditor changes nothing. */
static void duties_are_separate(void **state)
{
    static const enum permission decisions[] = {
        PERMIT_APPLICATION_READ, PERMIT_REVIEW_READ, PERMIT_DECIDE,
        PERMIT_DECIDE_SECOND,    PERMIT_SEAL_EXPORT, PERMIT_REVEAL};
    (void)state;
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
        assert_false(permission_has(decisions[i], ROLE_ADMIN));
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < tables[t]->n; i++) {
            const struct route *r = &tables[t]->routes[i];
            bool own = r->permission == PERMIT_OWN_SESSION ||
                       permission_has(r->permission, ROLE_ANYONE);
            if (r->method != METHOD_GET && !own)
                assert_false(permission_has(r->permission, ROLE_AUDITOR));
        }
    assert_false(permission_has(PERMISSIONS, ~0U));
    assert_false(permission_has(PERMIT_DECIDE, 0));
}

static void scopes_are_names_of_actions(void **state)
{
    (void)state;
    assert_true(permission_in_scopes(PERMIT_APPLICATION_EDIT, "intake"));
    assert_false(permission_in_scopes(PERMIT_SEAL_EXPORT, "intake"));
    assert_true(permission_in_scopes(PERMIT_SEAL_EXPORT, "a seal_export"));
    assert_false(permission_in_scopes(PERMIT_SEAL_EXPORT, "seal_exports"));
    assert_false(permission_in_scopes(PERMIT_APPLICATION_EDIT, ""));
}

static void roles_are_written_and_read(void **state)
{
    struct str t;
    (void)state;
    str_init(&t, 100);
    roles_print(ROLE_REVIEWER | ROLE_LEAD, &t);
    assert_string_equal(t.s, "reviewer,lead");
    assert_int_equal(roles_from_text(t.s), ROLE_REVIEWER | ROLE_LEAD);
    assert_int_equal(roles_from_text("reviewer lead"),
                     ROLE_REVIEWER | ROLE_LEAD);
    assert_int_equal(roles_from_text("reviewer,king"), 0);
    str_done(&t);
}

/* --- routes --------------------------------------------------------------- */

static int nothing(struct service *s, struct arena *a, const struct request *q,
                   struct response *r, struct err *e)
{
    (void)s, (void)a, (void)q, (void)r, (void)e;
    return 0;
}

#define LINE(method, pattern)                                                  \
    {                                                                          \
        METHOD_##method, pattern, PERMIT_LOG_IN, 0, nothing, "", "", "", ""    \
    }

static const struct route few[] = {
    LINE(GET, "/a"),
    LINE(POST, "/a"),
    LINE(GET, "/a/mine"),
    LINE(GET, "/a/{id}"),
    LINE(PUT, "/a/{id}/b/{slot}"),
    LINE(GET, "/t/{x}_{y}.jpg"),
};
static const struct route_table table = {few, sizeof few / sizeof *few};

static void addresses_lead_to_routes(void **state)
{
    static const struct {
        enum method method;
        const char *path;
        int route; /* -1: none */
        unsigned methods;
    } rows[] = {
        {METHOD_GET, "/a", 0, 0},
        {METHOD_HEAD, "/a", 0, 0},
        {METHOD_POST, "/a", 1, 0},
        {METHOD_GET, "/a/mine", 2, 0},
        {METHOD_GET, "/a/01X", 3, 0},
        {METHOD_PUT, "/a/01X/b/id_card", 4, 0},
        {METHOD_GET, "/t/3_14.jpg", 5, 0},
        {METHOD_DELETE, "/a", -1, 1U << METHOD_GET | 1U << METHOD_POST},
        {METHOD_GET, "/a/01X/b/id_card", -1, 1U << METHOD_PUT},
        {METHOD_GET, "/a/", -1, 0},
        {METHOD_GET, "/a/..", -1, 0},
        {METHOD_GET, "/a/x/y", -1, 0},
        {METHOD_GET, "/t/_1.jpg", -1, 0},
        {METHOD_GET, "", -1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *a = arena_new(1 << 20);
        struct request q = {.method = rows[i].method, .path = rows[i].path};
        unsigned methods;
        const struct route *found = route_find(a, &table, 1, &q, &methods);
        if (found != (rows[i].route < 0 ? NULL : &few[rows[i].route]))
            fail_msg("%s %s", method_name(rows[i].method), rows[i].path);
        if (!found)
            assert_int_equal(methods, rows[i].methods);
        arena_free(a);
    }
}

static void parts_of_the_address_are_taken(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct request q = {.method = METHOD_GET, .path = "/t/3_14.jpg"};
    unsigned methods;
    (void)state;
    assert_non_null(route_find(a, &table, 1, &q, &methods));
    assert_string_equal(request_param(&q, "x"), "3");
    assert_string_equal(request_param(&q, "y"), "14");
    assert_string_equal(request_param(&q, "z"), "");
    arena_free(a);
}

/* What a route can be reached by is not hidden by one before it. */
static void no_route_hides_another(void **state)
{
    (void)state;
    const struct route_table both[] = {intake_routes, review_routes};
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < both[t].n; i++) {
            struct arena *a = arena_new(1 << 20);
            const struct route *r = &both[t].routes[i];
            char path[200], *out = path;
            for (const char *p = r->pattern; *p; p++) {
                if (*p == '{') { /* a value that no fixed word is */
                    *out++ = '9';
                    p = strchr(p, '}');
                } else {
                    *out++ = *p;
                }
            }
            *out = '\0';
            struct request q = {.method = r->method, .path = path};
            unsigned methods;
            if (route_find(a, both, 2, &q, &methods) != r)
                fail_msg("%s %s", method_name(r->method), r->pattern);
            arena_free(a);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_these_are_open_to_everybody),
        cmocka_unit_test(duties_are_separate),
        cmocka_unit_test(scopes_are_names_of_actions),
        cmocka_unit_test(roles_are_written_and_read),
        cmocka_unit_test(addresses_lead_to_routes),
        cmocka_unit_test(parts_of_the_address_are_taken),
        cmocka_unit_test(no_route_hides_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
