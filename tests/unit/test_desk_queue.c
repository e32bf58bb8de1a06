/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue with a hundred thousand applications: pages hang together, and the
 * first and a deep one come within a tenth of a second. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <time.h>

#include "desk_room.h"

/* Under sanitizers only that pages hang together is of interest. */
#ifdef SEALDESK_SANITIZED
enum { MANY = 10000, PAGES = 20 };
static const double limit_ms = 1000;
#else
enum { MANY = 100000, PAGES = 20 };
static const double limit_ms = 100;
#endif

static void fill(void)
{
    struct err e = {0};
    must(store_begin(room.s.store, STORE_FACT, &e), &e);
    for (int i = 0; i < MANY; i++) {
        char id[IDENT], order[32];
        ident_new(room_now, id);
        snprintf(order, sizeof order, "T%06d", i);
        const struct store_application row = {
            .id = id,
            .revision = 1,
            .state = "reviewing",
            .stage = i % 4 ? STAGE_REVIEW : STAGE_RETURNED,
            .order_no = order,
            .org_name = "江西某某建设有限公司",
            .verdict = i % 3 ? STORED_CLEAN : STORED_FLAGGED,
            .submitted_ms = room_now + i,
            .due_ms = room_now + 1000LL * ((i * 7919) % MANY),
            .created_ms = room_now + i};
        must(store_application_add(room.s.store, &row, &e), &e);
    }
    must(store_commit(room.s.store, &e), &e);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* One page; *after becomes the next one's cursor, NULL at the end. */
static double page(const char *view, const char **after, const char **ret_last)
{
    struct call c =
        call_new(desk_queue, "wang", ROLE_REVIEWER, NULL, NULL, NULL);
    c.q.query[c.q.n_query++] = (struct pair){"view", view};
    if (*after)
        c.q.query[c.q.n_query++] = (struct pair){"after", *after};
    double begin = now_ms();
    assert_int_equal(call_end(&c), 200);
    double ms = now_ms() - begin;
    const struct jval *items = jval_lookup(c.answer, "items");
    for (size_t i = 0; i < jval_count(items); i++) {
        const char *due = jval_string(jval_at(items, i), "due_at", "");
        assert_true(!*ret_last || strcmp(*ret_last, due) <= 0);
        *ret_last = arena_strdup(room.a, due);
    }
    const char *next = jval_string(c.answer, "next", NULL);
    *after = next ? arena_strdup(room.a, next) : NULL;
    call_free(&c);
    return ms;
}

static void pages_hang_together_and_are_quick(void **state)
{
    static const char *const views[] = {"all", "clean", "flagged", "waiting"};
    (void)state;
    fill();
    for (size_t v = 0; v < sizeof views / sizeof *views; v++) {
        const char *after = NULL, *last = NULL;
        double worst = 0;
        for (int i = 0; i < PAGES; i++) {
            double ms = page(views[v], &after, &last);
            worst = ms > worst ? ms : worst;
            assert_non_null(after);
        }
        print_message("%s: worst of %d pages %.1f ms\n", views[v], PAGES,
                      worst);
        assert_true(worst <= limit_ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_hang_together_and_are_quick)};
    return cmocka_run_group_tests(tests, room_open, room_close);
}
