/* SPDX-License-Identifier: GPL-3.0-or-later */

/* facts_json: the shapes of the schema, and strict reading. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "base/str.h"

static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    a = arena_new(1 << 26);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

static const char *text_of(struct jval *j)
{
    struct str t;
    str_init(&t, 1 << 20);
    jval_print(j, false, &t);
    const char *s = arena_strdup(a, t.s);
    str_done(&t);
    jval_free(j);
    return s;
}

static struct document sample(void)
{
    static struct cue cues[] = {
        {.name = "moire", .value = 0.25, .box = {1, 2, 3, 4}},
        {.name = "lost", .value = NAN}};
    static struct page_facts page = {
        .width = 2480,
        .height = 3508,
        .dpi_declared = 300,
        .dpi_measured = NAN,
        .dpi_source = DPI_METADATA,
        .rotation_deg = 90,
        .rotation_confidence = NAN,
        .skew_deg = -0.456,
        .capture = CAPTURE_PHONE,
        .capture_confidence = 0.91234,
        .cues = cues,
        .n_cues = 2,
        .scale_ratio = NAN,
        .scale_low = NAN,
        .scale_high = 1.25,
        .anisotropy = NAN,
        .effective_dpi = NAN,
        .upscaled = TRI_UNKNOWN,
        .jpeg_quality = 85,
        .clarity = NAN,
        .worst_clarity = 31.26,
        .worst_box = {1, 2, 3.04, 4.06},
        .has_colour = TRI_YES,
        .shows = SLOT_ID_CARD,
        .shows_sure = 0.87654,
        .is_blank = TRI_NO,
        .has_portrait_side = TRI_YES,
    };
    static struct field fields[] = {
        {"org_name",
         "某公司",
         0.5,
         1,
         {10, 20, 30, 40},
         SOURCE_OCR,
         NULL,
         TRI_UNKNOWN,
         {"某公词", VERIFY_CONTRADICTED, 0.75, "某公司"}},
        {"credit_code",
         "X",
         1,
         1,
         {0, 0, 0, 0},
         SOURCE_OCR_REPAIRED,
         "Y",
         TRI_NO,
         {0}},
        {"org_name",
         "another",
         1,
         1,
         {0, 0, 0, 0},
         SOURCE_OCR,
         NULL,
         TRI_YES,
         {0}},
    };
    return (struct document){.slot = SLOT_BUSINESS_LICENSE,
                             .file = "营业执照.jpg",
                             .format = "jpeg",
                             .error = ERR_FORMAT,
                             .detail = "why",
                             .recognized_as = SLOT_UNKNOWN,
                             .pages = &page,
                             .n_pages = 1,
                             .fields = fields,
                             .n_fields = 3};
}

static void a_document_has_the_shape_of_the_schema(void **state)
{
    (void)state;
    const struct document d = sample();
    assert_string_equal(
        text_of(facts_json_document(&d)),
        "{\"slot\":\"business_license\",\"file\":\"营业执照.jpg\","
        "\"format\":\"jpeg\",\"error\":\"FORMAT\",\"detail\":\"why\","
        "\"recognized_as\":\"unknown\",\"pages\":[{\"page\":1,\"width\":2480,"
        "\"height\":3508,\"dpi\":{\"declared\":300.0,\"measured\":null,"
        "\"source\":\"metadata\"},\"rotation\":90,\"skew\":-0.46,\"capture\":{"
        "\"class\":\"phone\",\"confidence\":0.9123,\"evidence\":{\"moire\":"
        "0.25},\"places\":{\"moire\":[1.0,2.0,3.0,4.0]}},\"scale\":{\"ratio\":null,\"high\":1.25},\"resolution\":{"
        "\"effective_dpi\":null,\"jpeg_quality\":85},\"clarity\":{\"score\":0.0,\"measured\":false,"
        "\"worst\":{\"score\":31.3,\"box\":[1.0,2.0,3.0,4.1]}},\"colour\":true,"
        "\"recognized_as\":\"id_card\",\"recognized_confidence\":0.8765,"
        "\"blank\":false,\"portrait_side\":true}],\"fields\":{\"org_name\":{\"value\":\"某公司\",\"confidence\":0.5,"
        "\"page\":1,\"box\":[10.0,20.0,30.0,40.0],\"source\":\"ocr\","
        "\"verified\":{\"against\":\"某公词\",\"result\":"
        "\"contradicted\",\"confidence\":0.75,\"rival\":\"某公司\"}},"
        "\"credit_code\":{\"value\":\"X\",\"confidence\":1.0,\"page\":1,"
        "\"box\":[0.0,0.0,0.0,0.0],\"source\":\"ocr_repaired\",\"raw\":\"Y\","
        "\"handwritten\":false}}}");
}

static int read_document(const char *text, struct document *d, struct err *e)
{
    struct jval *j = NULL;
    int r = jval_parse(text, strlen(text), &j, e);
    if (r)
        fail_msg("%s: %s", text, e->text);
    r = facts_json_read_document(a, j, d, e);
    jval_free(j);
    return r;
}

static void a_document_comes_back(void **state)
{
    (void)state;
    struct err e = {0};
    struct document d = sample(), back;
    int r = read_document(text_of(facts_json_document(&d)), &back, &e);
    if (r)
        fail_msg("%s", e.text);
    assert_int_equal(back.slot, SLOT_BUSINESS_LICENSE);
    assert_int_equal(back.recognized_as, SLOT_UNKNOWN);
    assert_int_equal(back.error, ERR_FORMAT);
    assert_string_equal(back.file, "营业执照.jpg");
    assert_null(back.sha256);
    assert_int_equal(back.n_pages, 1);
    assert_int_equal(back.n_fields, 2);
    const struct page_facts *p = &back.pages[0];
    assert_true(isnan(p->clarity) && isnan(p->dpi_measured));
    assert_true(isnan(p->scale_ratio) && isnan(p->rotation_confidence));
    assert_true(p->scale_high == 1.25 && p->skew_deg == -0.46);
    assert_int_equal(p->upscaled, TRI_UNKNOWN);
    assert_int_equal(p->has_colour, TRI_YES);
    assert_int_equal(p->n_cues, 1);
    assert_true(p->cues[0].box.y == 2 && p->cues[0].box.h == 4);
    assert_int_equal(p->jpeg_quality, 85);
    assert_int_equal(p->jpeg_earlier, 0);
    const struct field *f = document_field(&back, "credit_code");
    assert_string_equal(f->raw, "Y");
    assert_int_equal(f->source, SOURCE_OCR_REPAIRED);
    assert_null(f->verified.against);
    f = document_field(&back, "org_name");
    assert_string_equal(f->verified.against, "某公词");
    assert_int_equal(f->verified.result, VERIFY_CONTRADICTED);
    assert_true(f->verified.confidence == 0.75);
    assert_string_equal(f->verified.rival, "某公司");
}

/* A good document with one part replaced. */
static void is_refused(const char *old, const char *new, const char *says)
{
    struct err e = {0};
    struct document d = sample(), back;
    const char *good = text_of(facts_json_document(&d));
    const char *at = strstr(good, old);
    if (!at)
        fail_msg("%s is not in the sample", old);
    const char *bad = arena_printf(a, "%.*s%s%s", (int)(at - good), good, new,
                                   at + strlen(old));
    int r = read_document(bad, &back, &e);
    if (r != ERR_FORMAT || !strstr(e.text, says))
        fail_msg("%s -> %s: got %s, \"%s\", want \"%s\"", old, new, err_name(r),
                 e.text, says);
}

static void documents_are_read_strictly(void **state)
{
    (void)state;
    is_refused("\"slot\":\"business_license\"", "\"slot\":\"x\"", "slot");
    is_refused("\"slot\":\"business_license\"", "\"slot\":3", "slot: is a n");
    is_refused("\"slot\":\"business_license\",", "", "slot: is missing");
    is_refused("\"error\":\"FORMAT\"", "\"error\":\"OOPS\"", "error");
    is_refused("\"pages\":[", "\"pages\":[7,", "pages[0]");
    is_refused("\"page\":1,\"width\"", "\"page\":2,\"width\"", "pages[0].page");
    is_refused("\"width\":2480", "\"width\":-1", "pages[0].width");
    is_refused("\"width\":2480", "\"width\":10.5", "whole number");
    is_refused("\"rotation\":90", "\"rotation\":45", "rotation");
    is_refused("\"class\":\"phone\"", "\"class\":\"fax\"", "class");
    is_refused("\"confidence\":0.9123", "\"confidence\":1.1", "confidence");
    is_refused("\"moire\":0.25", "\"mo/ire\":0.25", "evidence");
    is_refused("\"moire\":0.25", "\"moire\":\"x\"", "moire");
    is_refused("\"score\":0.0", "\"score\":101", "score");
    is_refused("[1.0,2.0,3.0,4.1]", "[1.0,2.0,3.0]", "box");
    is_refused("[1.0,2.0,3.0,4.1]", "[1.0,2.0,-3.0,4]", "box");
    is_refused("[1.0,2.0,3.0,4.1]", "[1.0,2.0,1e99,4]", "box");
    is_refused("\"org_name\":{", "\"../x\":{", "fields");
    is_refused("\"source\":\"ocr\"", "\"source\":\"guess\"", "source");
    is_refused("\"page\":1,\"box\"", "\"page\":2,\"box\"", "fields.org_name");
    is_refused("\"colour\":true", "\"colour\":1", "colour");
}

static void unknown_members_are_passed_over(void **state)
{
    (void)state;
    struct err e = {0};
    struct document back;
    assert_int_equal(
        read_document("{\"slot\":\"id_card\",\"file\":\"x\",\"pages\":[],"
                      "\"fields\":{},\"later\":{\"a\":1}}",
                      &back, &e),
        0);
    assert_int_equal(back.recognized_as, SLOT_UNKNOWN);
}

static void a_seal_comes_back(void **state)
{
    (void)state;
    struct err e = {0};
    struct seal s = {.id = "sheet-1-1",
                     .slot = SLOT_SEAL_SHEET,
                     .page = 1,
                     .role = SEAL_OFFICIAL,
                     .shape = SHAPE_ROUND,
                     .box = {1, 2, 3, 4},
                     .center = {2.5, 4},
                     .size_mm = {NAN, 40},
                     .rotation_deg = -12.345,
                     .crosses_mm = 9.25,
                     .ink = INK_WET,
                     .colour = COLOUR_RED,
                     .hue_deg = 33,
                     .confidence = 0.9,
                     .clarity = NAN,
                     .completeness = 1,
                     .background = NAN},
                back;
    struct jval *j = facts_json_seal(&s);
    assert_int_equal(facts_json_read_seal(a, j, &back, &e), 0);
    assert_string_equal(
        text_of(j),
        "{\"id\":\"sheet-1-1\",\"slot\":\"seal_sheet\",\"page\":1,\"role\":"
        "\"official\",\"shape\":\"round\",\"box\":[1.0,2.0,3.0,4.0],\"center\":"
        "[2.5,4.0],\"rotation\":-12.35,\"crosses_mm\":9.25,\"ink\":\"wet\",\"colour\":"
        "\"red\",\"hue\":33.0,\"confidence\":0.9,\"clarity\":0.0,\"clarity_measured\":"
        "false,\"completeness\":1.0}");
    assert_true(isnan(back.clarity) && isnan(back.size_mm[1]));
    assert_true(isnan(back.background) && back.center.x == 2.5);
    assert_int_equal(back.shape, SHAPE_ROUND);
    assert_null(back.image);
}

static void an_order_comes_back(void **state)
{
    (void)state;
    struct err e = {0};
    struct order o = {.order_no = "N1",
                      .org_name = "某公司",
                      .handler_id = "1",
                      .with_seal = TRI_NO,
                      .prior_main_key = TRI_YES},
                 back, none = {0};
    struct jval *j = facts_json_order(&o);
    assert_int_equal(facts_json_read_order(a, j, &back, &e), 0);
    assert_string_equal(
        text_of(j), "{\"order_no\":\"N1\",\"organization\":{\"name\":\"某公司\""
                    "},\"certificate\":{\"with_seal\":false,\"prior_main_key\":"
                    "\"yes\"},\"handler\":{\"id_number\":\"1\"}}");
    assert_string_equal(back.org_name, "某公司");
    assert_int_equal(back.with_seal, TRI_NO);
    assert_int_equal(back.prior_main_key, TRI_YES);
    assert_null(back.legal_rep);
    assert_string_equal(text_of(facts_json_order(&none)), "{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_has_the_shape_of_the_schema),
        cmocka_unit_test(a_document_comes_back),
        cmocka_unit_test(documents_are_read_strictly),
        cmocka_unit_test(unknown_members_are_passed_over),
        cmocka_unit_test(a_seal_comes_back),
        cmocka_unit_test(an_order_comes_back),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
