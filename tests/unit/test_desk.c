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
#include "intake/queue/process.h"
#include "review/seal_set.h"

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

/* The member of what the application's page shows; null is no such member. */
static struct jval *shown(const char *name)
{
    const char *answer;
    struct jval *j;
    struct err e = {0};
    const char *const params[] = {"id", id, NULL};
    assert_int_equal(room_call(desk_review, "wang", ROLE_REVIEWER, params, NULL,
                               NULL, &answer),
                     200);
    must(jval_parse(answer, strlen(answer), &j, &e), &e);
    const struct jval *found = jval_lookup(j, name);
    struct jval *copy =
        jval_kind_of(found) == JVAL_OBJECT ? jval_copy(found) : NULL;
    jval_free(j);
    return copy;
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

/* The row of a rule in a list of the statistics, or NULL; the caller's. */
static struct jval *row_of(const char *list, const char *rule)
{
    const char *answer;
    struct jval *j;
    struct err e = {0};
    assert_int_equal(
        room_call(desk_stats, "wang", ROLE_LEAD, NULL, NULL, NULL, &answer),
        200);
    must(jval_parse(answer, strlen(answer), &j, &e), &e);
    const struct jval *rows = jval_lookup(j, list);
    struct jval *found = NULL;
    for (size_t i = 0; i < jval_count(rows); i++)
        if (strcmp(jval_string(jval_at(rows, i), "rule", ""), rule) == 0)
            found = jval_copy(jval_at(rows, i));
    jval_free(j);
    return found;
}

static void what_people_found_counts_as_missed(void **state)
{
    (void)state;
    start(flagged);
    mark("X01-1", "{\"verdict\":\"stands\"}");
    mark("L03-1", "{\"verdict\":\"dismissed\",\"reason\":\"2\"}");
    see_all();
    assert_null(row_of("rules", "C02"));
    assert_int_equal(
        decide(
            "wang",
            "{\"action\":\"return\",\"letter\":{\"items\":["
            "{\"finding\":\"X01-1\",\"text\":\"不一致。\"},"
            "{\"finding\":null,\"slot\":\"business_license\",\"rule\":\"C02\","
            "\"text\":\"印章压住文字。\"},"
            "{\"finding\":null,\"slot\":\"id_card\",\"rule\":\"C02\","
            "\"text\":\"印章压住文字。\"},"
            "{\"finding\":null,\"slot\":\"id_card\",\"rule\":\"none\","
            "\"text\":\"请重扫。\"}]}}",
            NULL),
        201);
    wait_ms(DESK_UNDO_MS + 1);
    struct jval *missed = row_of("rules", "C02"),
                *stands = row_of("rules", "X01");
    assert_int_equal(jval_int(missed, "missed", -1), 1);
    assert_int_equal(jval_int(missed, "hits", -1), 0);
    assert_string_equal(jval_string(missed, "zh", ""), "印章压住文字");
    assert_int_equal(jval_int(stands, "missed", -1), 0);
    assert_null(row_of("rules", "none"));
    jval_free(missed);
    jval_free(stands);
    /* Both are what it was returned for; X01 another one as well. */
    static const struct {
        const char *rule;
        int times;
    } causes[] = {{"X01", 2}, {"C02", 1}};
    for (size_t i = 0; i < 2; i++) {
        struct jval *cause = row_of("returns", causes[i].rule);
        assert_int_equal(jval_int(cause, "count", -1), causes[i].times);
        jval_free(cause);
    }
    assert_null(row_of("returns", "L03"));
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
    struct jval *j = shown("decision");
    assert_string_equal(jval_string(j, "note", ""), "监管单位");
    jval_free(j);
    assert_int_equal(room_call(desk_second, "zhao", ROLE_SECOND, params, NULL,
                               "{\"verdict\":\"disagree\"}", NULL),
                     422);
    assert_int_equal(
        room_call(desk_second, "zhao", ROLE_SECOND, params, NULL,
                  "{\"verdict\":\"disagree\",\"note\":\"可以补正\"}", NULL),
        200);
    assert_int_equal(room_row(id).stage, STAGE_REVIEW);
    assert_null(shown("decision"));
    j = shown("overruled");
    assert_string_equal(jval_string(j, "note", ""), "可以补正");
    assert_string_equal(jval_string(j, "by", ""), "zhao");
    jval_free(j);
    wait_ms(1);
    assert_int_equal(
        decide("wang", "{\"action\":\"hold\",\"reason\":\"再问\"}", NULL), 201);
    assert_null(shown("overruled"));
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
    struct jval *j = shown("decision");
    assert_string_equal(jval_string(j, "note", ""), "查发证记录");
    jval_free(j);
    wait_ms(25 * 3600 * 1000);
    assert_int_equal(room_row(id).stage, STAGE_REVIEW);
    assert_null(shown("decision")); /* it is to be decided anew */
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

/* Papers of a key without a seal, ticked off by hand. */
static int decide_papers(const char *action)
{
    const char *const params[] = {"id", id, NULL};
    return room_call(desk_paper_decide, "sun", ROLE_REVIEWER, params, tag(),
                     arena_printf(room.a, "{\"action\":\"%s\"}", action), NULL);
}

static int tick(const char *item, const char *answer, const char *note)
{
    const char *const params[] = {"id", id, "item", item, NULL};
    return room_call(desk_paper_check, "sun", ROLE_REVIEWER, params, NULL,
                     arena_printf(room.a, "{\"answer\":\"%s\",\"note\":\"%s\"}",
                                  answer, note),
                     NULL);
}

static void papers_pass_when_all_is_ticked_off(void **state)
{
    static const char *const items[] = {"M01", "M02", "M03", "M05", "M09"};
    struct err e = {0};
    (void)state;
    id = room_application(clean, "passed", STAGE_PASSED);
    struct store_application row = room_row(id);
    row.kind = "sub";
    must(store_application_save(room.s.store, &row, &e), &e);
    assert_int_equal(tick("M01", "ok", ""), 409);
    assert_int_equal(decide_papers("pass"), 422);
    const char *const pay[] = {"id", id, "event", "pay", NULL};
    assert_int_equal(
        room_call(desk_event, "sun", ROLE_LEAD, pay, NULL, "{}", NULL), 200);
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        assert_int_equal(tick(items[i], "ok", ""), 200);
    assert_int_equal(decide_papers("pass"), 422); /* M10 is open */
    assert_int_equal(tick("M10", "bad", ""), 422);
    assert_int_equal(tick("M07", "ok", ""), 422);
    assert_int_equal(tick("M03", "not_needed", ""), 422);
    assert_int_equal(tick("A01", "ok", ""), 404);
    assert_int_equal(decide_papers("deficient"), 422);
    assert_int_equal(tick("M10", "bad", "邮箱看不清。"), 200);
    assert_int_equal(decide_papers("pass"), 422);
    assert_int_equal(decide_papers("throw away"), 422);
    assert_int_equal(decide_papers("deficient"), 200);
    assert_string_equal(room_row(id).state, "papers_lacking");
    assert_int_equal(tick("M10", "", ""), 200); /* taken back */
    assert_int_equal(decide_papers("pass"), 422);
    assert_int_equal(tick("M10", "ok", ""), 200);
    assert_int_equal(decide_papers("pass"), 200);
    assert_string_equal(room_row(id).state, "papers_approved");
    /* What is approved can only be found bad after all. */
    assert_int_equal(tick("M10", "ok", ""), 409);
    assert_int_equal(decide_papers("deficient"), 422);
    assert_int_equal(tick("M10", "bad", "是别人的邮箱。"), 200);
    assert_int_equal(decide_papers("deficient"), 200);
    assert_string_equal(room_row(id).state, "papers_lacking");
}

/* Two runs at a time: which began with the newer scans counts, though it ended
 * first. */
static void papers_are_shown_by_the_run_that_began_last(void **state)
{
    static const struct {
        int started, ended;
    } runs[] = {{1, 9}, {3, 5}};
    char ids[2][IDENT];
    struct seal_set set;
    struct err e = {0};
    (void)state;
    id = room_application(clean, "awaiting_papers", STAGE_PAPER);
    for (int i = 1; i >= 0; i--) { /* the other one ends first */
        ident_new(room_now + runs[i].ended, ids[i]);
        const struct store_run run = {.id = ids[i],
                                      .application = id,
                                      .revision = 1,
                                      .cause = PROCESS_PAPER,
                                      .detector = "0",
                                      .settings = "0",
                                      .started_ms = room_now + runs[i].started,
                                      .created_ms = room_now + runs[i].ended};
        must(store_run_add(room.s.store, &run, NULL, 0, NULL, 0, &e), &e);
    }
    struct store_application row = room_row(id);
    must(seal_set_open(&room.s, room.a, &row, true, &set, &e), &e);
    assert_string_equal(set.run, ids[1]);
}

/* The seal is made from the sheet that came by mail. */
static void no_main_key_without_the_sheet(void **state)
{
    static const char *const items[] = {"M01", "M02", "M03", "M04",
                                        "M05", "M09", "M10"};
    (void)state;
    id = room_application(clean, "awaiting_papers", STAGE_PAPER);
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        assert_int_equal(tick(items[i], "ok", ""), 200);
    assert_int_equal(decide_papers("pass"), 422);
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
        {"paper_deficient", 404, "awaiting_papers"},
        {"paper_pass", 404, "awaiting_papers"},
        {"make", 409, "awaiting_papers"},
        {"pass", 404, "awaiting_papers"},
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
    id = room_application(clean, "papers_approved", STAGE_MAKING);
    static const char *const ends[][2] = {{"make", "made"},
                                          {"dispatch", "issued"}};
    for (size_t i = 0; i < 2; i++) {
        const char *const params[] = {"id", id, "event", ends[i][0], NULL};
        assert_int_equal(
            room_call(desk_event, "sun", ROLE_LEAD, params, NULL, "{}", NULL),
            200);
        assert_string_equal(room_row(id).state, ends[i][1]);
    }
}

/* --- the next submission -------------------------------------------------- */

/* `flagged` again as revision 2, with another file in the slot (or NULL). */
static void resubmit(const char *slot_sent_anew)
{
    struct err e = {0};
    struct vault_key k;
    struct vault_file file = {0};
    struct jval *j;
    struct str t;
    char *run = arena_alloc(room.a, IDENT, 1);
    ident_new(room_now, run);
    must(jval_parse(flagged, strlen(flagged), &j, &e), &e);
    const struct jval *papers = jval_lookup(j, "documents");
    for (size_t i = 0; i < jval_count(papers) && slot_sent_anew; i++)
        if (strcmp(jval_string(jval_at(papers, i), "slot", ""),
                   slot_sent_anew) == 0)
            jval_set_string(jval_at(papers, i), "sha256", "another");
    str_init(&t, 1 << 16);
    jval_print(j, false, &t);
    jval_free(j);
    struct store_application row = room_row(id);
    must(vault_key_open(room.s.vault, id, row.data_key, &k, &e), &e);
    must(vault_put(&k, room.s.blobs, t.s, t.len, &file, &e), &e);
    vault_key_done(&k);
    str_done(&t);
    const struct store_run r = {.id = run,
                                .application = id,
                                .revision = 2,
                                .cause = "submitted",
                                .detector = "0",
                                .settings = "",
                                .report_blob = arena_strdup(room.a, file.blob),
                                .created_ms = room_now + 1};
    must(store_run_add(room.s.store, &r, NULL, 0, NULL, 0, &e), &e);
    row.revision = 2;
    row.run = run;
    row.stage = STAGE_REVIEW;
    must(store_application_save(room.s.store, &row, &e), &e);
}

/* How many findings of the application's page carry a mark of revision 1. */
static int carried(void)
{
    const char *const params[] = {"id", id, NULL};
    struct call c =
        call_new(desk_review, "wang", ROLE_REVIEWER, params, NULL, NULL);
    int n = 0;
    assert_int_equal(call_end(&c), 200);
    const struct jval *all = jval_lookup(c.answer, "findings");
    for (size_t i = 0; i < jval_count(all); i++)
        n += jval_int(jval_lookup(jval_at(all, i), "mark"), "carried", 0) == 1;
    call_free(&c);
    return n;
}

static void marks_stay_on_papers_that_stay(void **state)
{
    static const struct {
        const char *slot;
        int n;
    } cases[] = {{NULL, 2},
                 {"business_license", 1},
                 {"application_form", 1},
                 {"seal_sheet", 2}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start(flagged);
        mark("X01-1", "{\"verdict\":\"dismissed\",\"reason\":\"1\"}");
        mark("L03-1", "{\"verdict\":\"dismissed\",\"reason\":\"2\"}");
        assert_int_equal(carried(), 0);
        resubmit(cases[i].slot);
        assert_int_equal(carried(), cases[i].n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_decided_before_all_is_answered),
        cmocka_unit_test(what_people_found_counts_as_missed),
        cmocka_unit_test(undo_works_for_a_minute_and_for_its_maker),
        cmocka_unit_test(a_stale_page_decides_nothing),
        cmocka_unit_test(a_denied_block_wants_four_eyes),
        cmocka_unit_test(a_refusal_that_is_not_agreed_to_comes_back),
        cmocka_unit_test(what_is_held_comes_back_by_itself),
        cmocka_unit_test(a_lease_keeps_others_out),
        cmocka_unit_test(of_two_decisions_one_wins),
        cmocka_unit_test(the_letter_is_sent_when_it_is_settled),
        cmocka_unit_test(the_life_cycle_is_kept),
        cmocka_unit_test(papers_pass_when_all_is_ticked_off),
        cmocka_unit_test(papers_are_shown_by_the_run_that_began_last),
        cmocka_unit_test(no_main_key_without_the_sheet),
        cmocka_unit_test(marks_stay_on_papers_that_stay),
    };
    return cmocka_run_group_tests(tests, room_open, room_close);
}
