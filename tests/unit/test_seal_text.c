/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which seals are read, and whose a certificate's only seal is. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "imaging/image.h"
#include "imaging/page.h"
#include "imaging/seal_unwrap.h"
#include "ocr/seal_text.h"

static void offices_are_told_by_their_names(void **state)
{
    (void)state;
    static const char *const offices[] = {
        "流芳县市场监督管理局",           "流芳县行政审批局",
        "流芳县市场监督管理局登记专用章", "某省民政厅",
        "流芳县卫生健康委员会",           "流芳县人民政府",
    };
    static const char *const others[] = {
        "云麓启曜坤建设工程有限公司",
        "云麓启曜坤建设工程有限公司合同专用章",
        "专用章",
        "流芳县第一医院",
        "",
    };
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
        assert_true(seal_text_names_office(offices[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(seal_text_names_office(others[i]));
}

/* A page of two seals in those roles; whether the first is read. */
static bool is_wanted(enum slot slot, enum seal_role first,
                      enum seal_role second, const struct seal_lines *lines)
{
    struct found_seal seals[2] = {
        {.seal.role = first, .lines = lines},
        {.seal.role = second, .lines = lines},
    };
    struct page page = {.slot = slot, .seals = seals, .n_seals = 2};
    return seal_text_is_wanted(&page, &seals[0]);
}

static void a_certificates_only_seal_is_read(void **state)
{
    (void)state;
    const struct seal_lines lines = {0};
    assert_true(
        is_wanted(SLOT_BUSINESS_LICENSE, SEAL_OFFICIAL, SEAL_OTHER, &lines));
    assert_false(is_wanted(SLOT_BUSINESS_LICENSE, SEAL_OFFICIAL, SEAL_AUTHORITY,
                           &lines));
    assert_true(
        is_wanted(SLOT_SEAL_SHEET, SEAL_OFFICIAL, SEAL_LEGAL_REP, &lines));
    assert_false(
        is_wanted(SLOT_SEAL_SHEET, SEAL_LEGAL_REP, SEAL_OFFICIAL, &lines));
    assert_false(is_wanted(SLOT_ID_CARD, SEAL_OFFICIAL, SEAL_OTHER, &lines));
    assert_false(is_wanted(SLOT_SEAL_SHEET, SEAL_OFFICIAL, SEAL_OTHER, NULL));
}

static void square_name_seals_are_read_where_they_count(void **state)
{
    (void)state;
    const struct image cut = {0};
    struct found_seal s = {
        .cut = &cut, .seal = {.role = SEAL_LEGAL_REP, .shape = SHAPE_SQUARE}};
    struct page page = {.seals = &s, .n_seals = 1};
    page.slot = SLOT_SEAL_SHEET;
    assert_true(seal_text_is_wanted(&page, &s));
    page.slot = SLOT_AUTHORIZATION_LETTER;
    assert_true(seal_text_is_wanted(&page, &s));
    page.slot = SLOT_BUSINESS_LICENSE;
    assert_false(seal_text_is_wanted(&page, &s));
    page.slot = SLOT_SEAL_SHEET;
    s.seal.shape = SHAPE_ROUND;
    assert_false(seal_text_is_wanted(&page, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offices_are_told_by_their_names),
        cmocka_unit_test(a_certificates_only_seal_is_read),
        cmocka_unit_test(square_name_seals_are_read_where_they_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
