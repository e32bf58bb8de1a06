/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Messages between processes: what was said arrives, what is damaged does not.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/core/message.h"

struct world {
    struct arena *arena;
    int pair[2];
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct err e;
    w->arena = arena_new(64 << 20);
    *state = w;
    return message_pair(w->pair, &e);
}

static int teardown(void **state)
{
    struct world *w = *state;
    close(w->pair[0]);
    close(w->pair[1]);
    arena_free(w->arena);
    free(w);
    return 0;
}

static void fields_arrive_as_they_were_sent(void **state)
{
    struct world *w = *state;
    struct message m, got;
    struct err e;
    message_init(&m, MESSAGE_REQUEST, 77);
    message_set(&m, FIELD_METHOD, "GET");
    message_set(&m, FIELD_PATH, "/队列");
    message_set(&m, FIELD_QUERY, "");
    message_set_bytes(&m, FIELD_BODY, "a\0b", 3);
    message_set_int(w->arena, &m, FIELD_SIZE, -12);
    assert_int_equal(message_send(w->pair[0], &m, &e), 0);
    assert_int_equal(message_take(w->pair[1], w->arena, true, &got, &e), 1);
    assert_int_equal(got.kind, MESSAGE_REQUEST);
    assert_int_equal(got.id, 77);
    assert_string_equal(message_text(&got, FIELD_PATH, ""), "/队列");
    assert_string_equal(message_text(&got, FIELD_QUERY, "none"), "");
    assert_null(got.field[FIELD_COOKIE].s);
    assert_int_equal(got.field[FIELD_BODY].n, 3);
    assert_memory_equal(got.field[FIELD_BODY].s, "a\0b", 3);
    assert_int_equal(message_int(&got, FIELD_SIZE, 0), -12);
    assert_int_equal(got.fd, -1);
    assert_int_equal(message_take(w->pair[1], w->arena, false, &got, &e), 0);
}

static void a_long_body_goes_beside(void **state)
{
    struct world *w = *state;
    enum { N = 3 << 20 };
    char *body = arena_alloc(w->arena, N, 1);
    const char *read;
    size_t n;
    struct message m, got;
    struct err e;
    memset(body, 'x', N);
    message_init(&m, MESSAGE_ANSWER, 1);
    message_set_bytes(&m, FIELD_BODY, body, N);
    assert_int_equal(message_send(w->pair[0], &m, &e), 0);
    assert_int_equal(message_take(w->pair[1], w->arena, true, &got, &e), 1);
    assert_null(got.field[FIELD_BODY].s);
    assert_true(got.fd >= 0);
    assert_int_equal(message_read_file(w->arena, got.fd, N - 1, &read, &n, &e),
                     ERR_LIMIT);
    assert_int_equal(message_read_file(w->arena, got.fd, N, &read, &n, &e), 0);
    assert_int_equal(n, N);
    assert_memory_equal(read, body, N);
    close(got.fd);
}

static void what_is_too_long_is_not_sent(void **state)
{
    struct world *w = *state;
    struct message m;
    struct err e;
    char *text = arena_alloc(w->arena, MESSAGE_BYTES + 1, 1);
    memset(text, 'x', MESSAGE_BYTES);
    message_init(&m, MESSAGE_ANSWER, 1);
    message_set(&m, FIELD_COOKIE, text);
    assert_int_equal(message_send(w->pair[0], &m, &e), ERR_LIMIT);
}

static void the_end_of_the_other_side_is_told(void **state)
{
    struct world *w = *state;
    struct message m, got;
    struct err e;
    close(w->pair[0]);
    w->pair[0] = dup(0);
    assert_int_equal(message_take(w->pair[1], w->arena, true, &got, &e),
                     ERR_SYS);
    message_init(&m, MESSAGE_GO, 1);
    assert_int_equal(message_send(w->pair[1], &m, &e), ERR_SYS);
}

/* Every cut and every changed byte: refused, or read within its bounds (the
 * sanitizer sees to the latter). */
static void damaged_packets_do_no_harm(void **state)
{
    struct world *w = *state;
    struct message m, got;
    struct err e;
    char packet[MESSAGE_BYTES];
    message_init(&m, MESSAGE_REQUEST, 5);
    message_set(&m, FIELD_PATH, "/a");
    message_set(&m, FIELD_HOST, "h");
    assert_int_equal(message_send(w->pair[0], &m, &e), 0);
    ssize_t n = recv(w->pair[1], packet, sizeof packet, 0);
    assert_true(n > 0);
    for (size_t cut = 0; cut < (size_t)n; cut++)
        assert_int_equal(
            message_parse(arena_memdup(w->arena, packet, cut ? cut : 1), cut,
                          &got, &e),
            ERR_FORMAT);
    for (size_t at = 0; at < (size_t)n; at++)
        for (int bit = 0; bit < 8; bit++) {
            char *copy = arena_memdup(w->arena, packet, (size_t)n);
            copy[at] = (char)(copy[at] ^ 1 << bit);
            message_parse(copy, (size_t)n, &got, &e);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fields_arrive_as_they_were_sent, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_long_body_goes_beside, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_too_long_is_not_sent, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_end_of_the_other_side_is_told,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_packets_do_no_harm, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
