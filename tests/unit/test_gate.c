/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which requests are read at all: what others might read otherwise is refused.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "intake/http/gate.h"

enum { PASSES = -1, LINES = 4 };

struct probe {
    const char *what, *method, *target, *version;
    const char *headers[2 * LINES]; /* name, value, ... */
    int wanted;
    int64_t length;
};

#define PLAIN "GET", "/a", "HTTP/1.1"
#define HOST  "Host", "a"

static const struct probe probes[] = {
    {"plain", PLAIN, {HOST}, PASSES, -1},
    {"query", "GET", "/a?b=%20c", "HTTP/1.1", {HOST}, PASSES, -1},
    {"HTTP/1.0", "GET", "/", "HTTP/1.0", {HOST}, PASSES, -1},
    {"length",
     "PUT",
     "/a",
     "HTTP/1.1",
     {HOST, "content-length", "17"},
     PASSES,
     17},
    {"no Host", PLAIN, {"Accept", "b"}, PROBLEM_BAD_REQUEST, -1},
    {"empty Host", PLAIN, {"Host", ""}, PROBLEM_BAD_REQUEST, -1},
    {"two Hosts", PLAIN, {HOST, "host", "b"}, PROBLEM_BAD_REQUEST, -1},
    {"HTTP/2", "GET", "/", "HTTP/2.0", {HOST}, PROBLEM_BAD_REQUEST, -1},
    {"TRACE", "TRACE", "/", "HTTP/1.1", {HOST}, PROBLEM_METHOD, -1},
    {"lower case method", "get", "/", "HTTP/1.1", {HOST}, PROBLEM_METHOD, -1},
    {"absolute",
     "GET",
     "http://a/",
     "HTTP/1.1",
     {HOST},
     PROBLEM_BAD_REQUEST,
     -1},
    {"star", "OPTIONS", "*", "HTTP/1.1", {HOST}, PROBLEM_BAD_REQUEST, -1},
    {"dots", "GET", "/a/../b", "HTTP/1.1", {HOST}, PROBLEM_BAD_REQUEST, -1},
    {"one dot", "GET", "/./b", "HTTP/1.1", {HOST}, PROBLEM_BAD_REQUEST, -1},
    {"slashes", "GET", "//b", "HTTP/1.1", {HOST}, PROBLEM_BAD_REQUEST, -1},
    {"escaped path",
     "GET",
     "/%61",
     "HTTP/1.1",
     {HOST},
     PROBLEM_BAD_REQUEST,
     -1},
    {"NUL", "GET", "/a?b=%00", "HTTP/1.1", {HOST}, PROBLEM_BAD_REQUEST, -1},
    {"fragment", "GET", "/a?b#c", "HTTP/1.1", {HOST}, PROBLEM_BAD_REQUEST, -1},
    {"blank", "GET", "/a?b c", "HTTP/1.1", {HOST}, PROBLEM_BAD_REQUEST, -1},
    {"high byte",
     "GET",
     "/a?\xc3\xa9",
     "HTTP/1.1",
     {HOST},
     PROBLEM_BAD_REQUEST,
     -1},
    {"+3", PLAIN, {HOST, "Content-Length", "+3"}, PROBLEM_BAD_REQUEST, -1},
    {"-1", PLAIN, {HOST, "Content-Length", "-1"}, PROBLEM_BAD_REQUEST, -1},
    {"0x3", PLAIN, {HOST, "Content-Length", "0x3"}, PROBLEM_BAD_REQUEST, -1},
    {"3, 3", PLAIN, {HOST, "Content-Length", "3, 3"}, PROBLEM_BAD_REQUEST, -1},
    {"13 digits",
     PLAIN,
     {HOST, "Content-Length", "1000000000000"},
     PROBLEM_BAD_REQUEST,
     -1},
    {"no digits", PLAIN, {HOST, "Content-Length", ""}, PROBLEM_BAD_REQUEST, -1},
    {"two lengths",
     PLAIN,
     {HOST, "Content-Length", "3", "Content-Length", "3"},
     PROBLEM_BAD_REQUEST,
     -1},
    {"both",
     PLAIN,
     {HOST, "Content-Length", "3", "Transfer-Encoding", "x"},
     PROBLEM_BAD_REQUEST,
     -1},
    {"chunked",
     PLAIN,
     {HOST, "Transfer-Encoding", "chunked"},
     PROBLEM_LENGTH_WANTED,
     -1},
    {"blank in a name", PLAIN, {HOST, "A ", "b"}, PROBLEM_BAD_REQUEST, -1},
    {"no name", PLAIN, {HOST, "", "b"}, PROBLEM_BAD_REQUEST, -1},
    {"control in a value",
     PLAIN,
     {HOST, "A", "b\x01"},
     PROBLEM_BAD_REQUEST,
     -1},
    {"no text in a value",
     PLAIN,
     {HOST, "A", "\xff\xfe"},
     PROBLEM_BAD_REQUEST,
     -1},
};

static int check(const struct probe *p, int64_t *ret_length)
{
    struct gate_header headers[LINES];
    struct gate_request q = {p->method, p->target, p->version, headers, 0};
    const char *why = "";
    for (size_t i = 0; i + 1 < 2 * LINES && p->headers[i]; i += 2)
        headers[q.n++] =
            (struct gate_header){p->headers[i], strlen(p->headers[i]),
                                 p->headers[i + 1], strlen(p->headers[i + 1])};
    return gate_check(&q, ret_length, &why);
}

static void what_two_may_read_differently_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        int64_t length = 0;
        int got = check(&probes[i], &length);
        if (got != probes[i].wanted)
            fail_msg("%s: %d, wanted %d", probes[i].what, got,
                     probes[i].wanted);
        if (got == PASSES)
            assert_int_equal(length, probes[i].length);
    }
}

static void a_nul_inside_is_refused(void **state)
{
    (void)state;
    const struct gate_header headers[] = {{"Host", 4, "a", 1},
                                          {"A", 1, "b\0c", 3}};
    const struct gate_request q = {PLAIN, headers, 2};
    const char *why;
    int64_t length;
    assert_int_equal(gate_check(&q, &length, &why), PROBLEM_BAD_REQUEST);
}

static void long_things_have_answers_of_their_own(void **state)
{
    (void)state;
    static char target[GATE_TARGET_BYTES + 2];
    struct gate_header headers[GATE_HEADERS + 1];
    const char *why;
    int64_t length;
    memset(target, 'a', sizeof target - 1);
    target[0] = '/';
    for (size_t i = 0; i <= GATE_HEADERS; i++)
        headers[i] = (struct gate_header){"A", 1, "b", 1};
    struct gate_request q = {"GET", target, "HTTP/1.1", headers, 1};
    assert_int_equal(gate_check(&q, &length, &why), PROBLEM_URI_TOO_LONG);
    q.target = "/";
    q.n = GATE_HEADERS + 1;
    assert_int_equal(gate_check(&q, &length, &why), PROBLEM_HEADERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_two_may_read_differently_is_refused),
        cmocka_unit_test(a_nul_inside_is_refused),
        cmocka_unit_test(long_things_have_answers_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
