/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The desk's decisions: what hinders them, who wins, four eyes, undo, and what
 * comes of them in the life cycle; giving seals out, once. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "desk_room.h"

static const char flagged[] =
    "{\"schema\":\"sealdesk.report/1\",\"documents\":[{\"slot\":"
    "\"application_form\",\"file\":\"a.jpg\",\"pages\":[{\"page\":1,\"width\":"
    "2480,\"height\":3508,\"rotation\":0}]},{\"slot\":\"business_license\","
    "\"file\":\"b.jpg\",\"pages\":[{\"page\":1,\"width\":2480,\"height\":3508}]"
    "}],\"seals\":[],\"findings\":[{\"rule\":\"X01\",\"severity\":\"block\","
    "\"answer\":\"fail\",\"slot\":\"application_form\",\"page\":1,\"evidence\":"
    "[],\"zh\":\"统一社会信用代码不一致。\",\"advice_zh\":\"请更正。\",\"data\":"
    "{}},{\"rule\":\"L03\",\"severity\":\"look\",\"answer\":\"cannot_tell\","
    "\"slot\":\"business_license\",\"page\":1,\"evidence\":[],\"zh\":\"营业执照"
    "可能是缩小复印的，请看原图确认。\",\"advice_zh\":\"请按原大小复印。\","
    "\"data\":{}}]}";

static const char clean[] =
    "{\"schema\":\"sealdesk.report/1\",\"documents\":[],\"seals\":[],"
    "\"findings\":[]}";

static const char *id;

static void start(const char *report)
{
    id = room_application(report, "reviewing", STAGE_REVIEW);
}

static const char *tag(void)
{
    struct store_application row = room_row(id);
    return arena_printf(room.a, "\"%s\"", api_etag(room.a, &row));
}

static int decide(const char *user, const char *body, const char **ret)
{
    const char *const params[] = {"id", id, NULL};
    return room_call(desk_decide, user, ROLE_REVIEWER, params, tag(), body,
                     ret);
}

static int mark(const char *finding, const char *body)
{
    const char *const params[] = {"id", id, "fid", finding, NULL};
    return room_call(desk_mark, "wang", ROLE_REVIEWER, params, NULL, body,
                     NULL);
}

static void see_all(void)
{
    const char *const params[] = {"id", id, NULL};
    static const char *const bodies[] = {
        "{\"slot\":\"application_form\",\"page\":1,\"ms\":900}",
        "{\"slot\":\"business_license\",\"page\":1,\"ms\":900}"};
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(room_call(desk_seen, "wang", ROLE_REVIEWER, params,
                                   NULL, bodies[i], NULL),
                         200);
}

/* The member of an answer, as text. */
static const char *member(const char *answer, const char *name)
{
    struct jval *j;
    struct err e = {0};
    must(jval_parse(answer, strlen(answer), &j, &e), &e);
    const char *s = arena_strdup(room.a, jval_string(j, name, ""));
    jval_free(j);
    return s;
}

/* Long enough for a full house: a tick settles some, not all. */
static void wait_ms(int64_t ms)
{
    struct err e = {0};
    room.s.now_ms += ms;
    for (int tick = 0; tick < 10; tick++)
        must(desk_settle(&room.s, &e), &e);
}

static void nothing_is_decided_before_all_is_answered(void **state)
{
    (void)state;
    start(flagged);
    assert_int_equal(decide("wang", "{\"action\":\"pass\"}", NULL), 422);
    assert_int_equal(decide("wang", "{\"action\":\"return\"}", NULL), 422);
    assert_int_equal(mark("X01-1", "{\"verdict\":\"stands\"}"), 200);
    assert_int_equal(mark("X02-1", "{\"verdict\":\"stands\"}"), 404);
    assert_int_equal(mark("L03-1", "{\"verdict\":\"dismissed\"}"), 422);
    assert_int_equal(
        mark("L03-1", "{\"verdict\":\"dismissed\",\"reason\":\"5\"}"), 422);
    assert_int_equal(
        mark("L03-1", "{\"verdict\":\"dismissed\",\"reason\":\"2\"}"), 200);
    assert_int_equal(decide("wang", "{\"action\":\"pass\"}", NULL), 422);
    assert_int_equal(decide("wang", "{\"action\":\"return\"}", NULL), 422);
    see_all();
    assert_int_equal(decide("wang", "{\"action\":\"approve\"}", NULL), 422);
    assert_int_equal(decide("wang", "{\"action\":\"return\"}", NULL), 201);
    assert_int_equal(room_row(id).stage, STAGE_RETURNED);
    assert_string_equal(room_row(id).state, "reviewing");
    wait_ms(DESK_UNDO_MS + 1);
    assert_string_equal(room_row(id).state, "returned");
}

static void undo_works_for_a_minute_and_for_its_maker(void **state)
{
    const char *answer;
    (void)state;
    start(clean);
    assert_int_equal(decide("wang", "{\"action\":\"pass\"}", &answer), 201);
    const char *const params[] = {"did", member(answer, "id"), NULL};
    assert_int_equal(
        room_call(desk_undo, "li", ROLE_REVIEWER, params, NULL, "{}", NULL),
        410);
    wait_ms(DESK_UNDO_MS - 1000);
    assert_int_equal(
        room_call(desk_undo, "wang", ROLE_REVIEWER, params, NULL, "{}", NULL),
        200);
    assert_int_equal(room_row(id).stage, STAGE_REVIEW);
    assert_int_equal(decide("li", "{\"action\":\"pass\"}", &answer), 201);
    const char *const late[] = {"did", member(answer, "id"), NULL};
    wait_ms(DESK_UNDO_MS + 1);
    assert_string_equal(room_row(id).state, "passed");
    assert_int_equal(
        room_call(desk_undo, "li", ROLE_REVIEWER, late, NULL, "{}", NULL), 410);
}

static void a_stale_page_decides_nothing(void **state)
{
    struct err e = {0};
    (void)state;
    start(clean);
    const char *old = tag(), *answer;
    struct store_application row = room_row(id);
    row.revision = 2; /* the applicant sent something anew */
    must(store_application_save(room.s.store, &row, &e), &e);
    const char *const params[] = {"id", id, NULL};
    assert_int_equal(room_call(desk_decide, "wang", ROLE_REVIEWER, params, old,
                               "{\"action\":\"pass\"}", &answer),
                     412);
    row = room_row(id);
    assert_string_equal(member(answer, "current"), api_etag(room.a, &row));
    assert_int_equal(room_row(id).stage, STAGE_REVIEW);
}

/* A block that the machine saw and one person denies wants a second person. */
static void a_denied_block_wants_four_eyes(void **state)
{
    const char *answer;
    (void)state;
    start(flagged);
    mark("X01-1", "{\"verdict\":\"dismissed\",\"reason\":\"1\"}");
    mark("L03-1", "{\"verdict\":\"dismissed\",\"reason\":\"2\"}");
    assert_int_equal(decide("wang", "{\"action\":\"pass\"}", &answer), 201);
    assert_string_equal(member(answer, "state"), "waits_for_second");
    wait_ms(10 * DESK_UNDO_MS);
    assert_string_equal(room_row(id).state, "reviewing");
    const char *const params[] = {"did", member(answer, "id"), NULL};
    static const char agree[] = "{\"verdict\":\"agree\"}";
    assert_int_equal(
        room_call(desk_second, "wang", ROLE_SECOND, params, NULL, agree, NULL),
        403);
    assert_int_equal(
        room_call(desk_second, "zhao", ROLE_SECOND, params, NULL, agree, NULL),
        200);
    assert_int_equal(
        room_call(desk_second, "qian", ROLE_SECOND, params, NULL, agree, NULL),
        409);
    wait_ms(DESK_UNDO_MS + 1);
    assert_string_equal(room_row(id).state, "passed");
}

static void a_refusal_that_is_not_agreed_to_comes_back(void **state)
{
    const char *answer;
    (void)state;
    start(clean);
    assert_int_equal(decide("wang", "{\"action\":\"refuse\"}", NULL), 422);
    assert_int_equal(decide("wang",
                            "{\"action\":\"refuse\",\"reason\":\"监管单位\"}",
                            &answer),
                     201);
    assert_int_equal(room_row(id).stage, STAGE_SECOND);
    const char *const params[] = {"did", member(answer, "id"), NULL};
    assert_int_equal(room_call(desk_second, "zhao", ROLE_SECOND, params, NULL,
                               "{\"verdict\":\"disagree\"}", NULL),
                     200);
    assert_int_equal(room_row(id).stage, STAGE_REVIEW);
}

static void what_is_held_comes_back_by_itself(void **state)
{
    (void)state;
    start(clean);
    assert_int_equal(decide("wang", "{\"action\":\"hold\"}", NULL), 422);
    assert_int_equal(
        decide("wang", "{\"action\":\"hold\",\"reason\":\"查发证记录\"}", NULL),
        201);
    wait_ms(DESK_UNDO_MS + 1);
    assert_int_equal(room_row(id).stage, STAGE_HELD);
    wait_ms(25 * 3600 * 1000);
    assert_int_equal(room_row(id).stage, STAGE_REVIEW);
}

/* What another person holds is left alone. */
static void a_lease_keeps_others_out(void **state)
{
    (void)state;
    start(clean);
    const char *const params[] = {"id", id, NULL};
    static const char take[] = "{\"take_over\":true,\"reason\":\"催办\"}";
    assert_int_equal(room_call(desk_lease_take, "li", ROLE_REVIEWER, params,
                               NULL, "{}", NULL),
                     200);
    assert_int_equal(decide("wang", "{\"action\":\"pass\"}", NULL), 409);
    assert_int_equal(room_call(desk_lease_take, "wang", ROLE_REVIEWER, params,
                               NULL, take, NULL),
                     403);
    assert_int_equal(
        room_call(desk_lease_take, "sun", ROLE_LEAD, params, NULL, take, NULL),
        200);
    assert_int_equal(decide("li", "{\"action\":\"pass\"}", NULL), 409);
    assert_int_equal(decide("sun", "{\"action\":\"pass\"}", NULL), 201);
}

/* Two reviewers, the same page, 200 times: steps in every order. */
static void of_two_decisions_one_wins(void **state)
{
    enum { RACES = 200 };
    unsigned random = 7;
    (void)state;
    for (int i = 0; i < RACES; i++) {
        start(clean);
        const char *const params[] = {"id", id, NULL}, *seen = tag();
        struct call c[] = {call_new(desk_decide, "wang", ROLE_REVIEWER, params,
                                    seen, "{\"action\":\"pass\"}"),
                           call_new(desk_decide, "li", ROLE_REVIEWER, params,
                                    seen,
                                    "{\"action\":\"hold\",\"reason\":\"等\"}")};
        while (!c[0].done || !c[1].done) {
            random = random * 1103515245U + 12345U;
            struct call *next = &c[random >> 16 & 1];
            if (!next->done)
                call_step(next);
        }
        bool won[] = {c[0].r.status == 201, c[1].r.status == 201};
        assert_int_equal(won[0] + won[1], 1);
        assert_true(c[won[0]].r.status == 412 || c[won[0]].r.status == 409);
        assert_int_equal(room_row(id).stage,
                         won[0] ? STAGE_PASSED : STAGE_HELD);
        call_free(&c[0]);
        call_free(&c[1]);
    }
}

static void the_letter_is_sent_when_it_is_settled(void **state)
{
    const char *answer;
    (void)state;
    start(flagged);
    const char *const params[] = {"id", id, NULL};
    mark("X01-1", "{\"verdict\":\"stands\"}");
    mark("L03-1", "{\"verdict\":\"stands\"}");
    see_all();
    /* An item that was left out of the letter stays in it. */
    assert_int_equal(
        decide("wang",
               "{\"action\":\"return\",\"letter\":{\"items\":[{\"finding\":"
               "\"X01-1\",\"text\":\"代码<b>写错</b>。\"}]}}",
               NULL),
        201);
    struct call c =
        call_new(desk_letter, id, ROLE_APPLICANT, params, NULL, NULL);
    c.q.who.application = id;
    assert_int_equal(call_end(&c), 404);
    call_free(&c);
    wait_ms(DESK_UNDO_MS + 1);
    c = call_new(desk_letter, id, ROLE_APPLICANT, params, NULL, NULL);
    c.q.who.application = id;
    assert_int_equal(call_end(&c), 200);
    assert_int_equal(jval_count(jval_lookup(c.answer, "items")), 2);
    call_free(&c);
    assert_int_equal(room_call(desk_letter_html, "wang", ROLE_REVIEWER, params,
                               NULL, NULL, &answer),
                     200);
    assert_non_null(strstr(answer, "代码&lt;b&gt;写错&lt;/b&gt;。"));
    assert_non_null(strstr(answer, "营业执照是缩小复印的。"));
}

/* Whether the page of the application has a button for the event. */
static bool is_offered(const char *event, unsigned roles)
{
    const struct request q = {.who.roles = roles};
    const struct store_application row = room_row(id);
    struct jval *list = desk_events(&q, &row);
    bool found = false;
    for (size_t i = 0; i < jval_count(list); i++)
        found |= strcmp(jval_string(jval_at(list, i), "event", ""), event) == 0;
    jval_free(list);
    return found;
}

static void the_life_cycle_is_kept(void **state)
{
    (void)state;
    id = room_application(clean, "passed", STAGE_PASSED);
    static const struct {
        const char *event;
        int status;
        const char *state;
    } steps[] = {
        {"make", 409, "passed"},
        {"pay", 200, "awaiting_papers"},
        {"pay", 409, "awaiting_papers"},
        {"paper_deficient", 200, "papers_lacking"},
        {"make", 409, "papers_lacking"},
        {"paper_pass", 200, "papers_approved"},
        {"make", 200, "made"},
        {"dispatch", 200, "issued"},
        {"pass", 404, "issued"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const char *const params[] = {"id", id, "event", steps[i].event, NULL};
        assert_int_equal(is_offered(steps[i].event, ROLE_LEAD),
                         steps[i].status == 200);
        assert_false(is_offered(steps[i].event, ROLE_AUDITOR));
        assert_int_equal(
            room_call(desk_event, "sun", ROLE_LEAD, params, NULL, "{}", NULL),
            steps[i].status);
        assert_string_equal(room_row(id).state, steps[i].state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_decided_before_all_is_answered),
        cmocka_unit_test(undo_works_for_a_minute_and_for_its_maker),
        cmocka_unit_test(a_stale_page_decides_nothing),
        cmocka_unit_test(a_denied_block_wants_four_eyes),
        cmocka_unit_test(a_refusal_that_is_not_agreed_to_comes_back),
        cmocka_unit_test(what_is_held_comes_back_by_itself),
        cmocka_unit_test(a_lease_keeps_others_out),
        cmocka_unit_test(of_two_decisions_one_wins),
        cmocka_unit_test(the_letter_is_sent_when_it_is_settled),
        cmocka_unit_test(the_life_cycle_is_kept),
    };
    return cmocka_run_group_tests(tests, room_open, room_close);
}
