/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What two readings of one value come to. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/uscc.h"
#include "ocr/second.h"

/* Invented; passes all its checks, and the same with a character changed. */
#define GOOD      "91360100MA6QJM400M"
#define BAD       "91360100MA6QJM400N"
#define OTHER_BAD "91360100MA6QJM4D0N"

static struct reading read(char *value, double confidence)
{
    return (struct reading){
        .value = value, .confidence = confidence, .source = SOURCE_OCR};
}

static void test_names_agree(void **state)
{
    (void)state;
    struct reading r = second_merge_names(read("青岚医药有限公司", 0.4),
                                          read("青岚医药有限公司", 0.6), 0.5);
    assert_string_equal(r.value, "青岚医药有限公司");
    assert_null(r.raw);
    assert_true(r.confidence > 0.95);
}

static void test_names_differ(void **state)
{
    (void)state;
    struct reading first = read("青风医药有限公司", 0.9);
    struct reading sure = read("青岚医药有限公司", 0.99);
    struct reading r = second_merge_names(first, sure, 0);
    assert_string_equal(r.value, "青岚医药有限公司");
    assert_string_equal(r.raw, "青风医药有限公司");
    assert_true(r.confidence < sure.confidence);
    /* The line may as well show what the first one read. */
    struct reading torn = second_merge_names(first, sure, 0.5);
    assert_true(torn.confidence < 0.6 * r.confidence);
}

static void test_unsure_second_name(void **state)
{
    (void)state;
    struct reading r = second_merge_names(read("青岚医药有限公司", 0.9),
                                          read("青风医药有限公可", 0.2), 0);
    assert_string_equal(r.value, "青岚医药有限公司");
    assert_string_equal(r.raw, "青风医药有限公可");
    assert_true(r.confidence < 0.9);
}

static void test_only_one_has_a_name(void **state)
{
    (void)state;
    struct reading none = {0};
    struct reading r = second_merge_names(none, read("方璟", 0.99), 0);
    assert_string_equal(r.value, "方璟");
    assert_null(r.raw);
    assert_true(r.confidence < 0.99);
    r = second_merge_names(read("方林", 0.8), none, 0);
    assert_string_equal(r.value, "方林");
    assert_true(r.confidence == 0.8);
}

static void test_codes(void **state)
{
    (void)state;
    assert_true(uscc_is_valid(GOOD));
    assert_false(uscc_is_valid(BAD));
    /* Right by its checks, whatever the first one says. */
    struct reading r = second_merge_codes(read(BAD, 0.9), read(GOOD, 0.8));
    assert_string_equal(r.value, GOOD);
    assert_string_equal(r.raw, BAD);
    assert_true(r.confidence > 0.99);
    /* Both read the same wrong code: it is printed so. */
    r = second_merge_codes(read(BAD, 0.5), read(BAD, 0.8));
    assert_string_equal(r.value, BAD);
    assert_true(r.confidence > 0.95);
    assert_int_equal(r.source, SOURCE_OCR);
    /* Two wrong codes: neither is believed. */
    r = second_merge_codes(read(BAD, 0.95), read(OTHER_BAD, 0.9));
    assert_string_equal(r.value, BAD);
    assert_true(r.confidence < 0.5);
}

/* A repair is taken back when the second reads what the first one read, and
 * confirmed when it reads the repaired code. */
static void test_repaired_codes(void **state)
{
    (void)state;
    struct reading repaired = {.value = GOOD,
                               .raw = BAD,
                               .confidence = 0.6,
                               .source = SOURCE_OCR_REPAIRED};
    struct reading r = second_merge_codes(repaired, read(BAD, 0.9));
    assert_string_equal(r.value, BAD);
    assert_null(r.raw);
    assert_int_equal(r.source, SOURCE_OCR);
    r = second_merge_codes(repaired, read(GOOD, 0.9));
    assert_string_equal(r.value, GOOD);
    assert_null(r.raw);
    assert_int_equal(r.source, SOURCE_OCR);
    assert_true(r.confidence > 0.99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_agree),
        cmocka_unit_test(test_names_differ),
        cmocka_unit_test(test_unsure_second_name),
        cmocka_unit_test(test_only_one_has_a_name),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_repaired_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
