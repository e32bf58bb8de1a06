/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/facts.h"

static void private_numbers_are_masked(void **state)
{
    static const char *const rows[][2] = {
        {"360102199001010018", "3601**********0018"},
        {"13870001234", "138****1234"},
        {"1990-01-02", "1990******"},
        {"1234", "****"},
        {"", ""},
    };
    struct arena *a = arena_new(1 << 16);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(facts_mask_number(a, rows[i][0]), rows[i][1]);
    arena_free(a);
}

static void fields_of_persons_are_private(void **state)
{
    (void)state;
    assert_true(field_is_private("handler_id"));
    assert_true(field_is_private("handler_mobile"));
    assert_true(field_is_private("birth_date"));
    assert_false(field_is_private("org_name"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(private_numbers_are_masked),
        cmocka_unit_test(fields_of_persons_are_private),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
