/* SPDX-License-Identifier: GPL-3.0-or-later */

/* outcome: the exit code of the contract, from the verdict and the errors. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "base/err.h"
#include "intake/outcome.h"

static void exit_codes(void **state)
{
    (void)state;
    static const struct {
        enum verdict verdict;
        int first, second, want;
    } cases[] = {
        {VERDICT_CLEAN, 0, 0, 0},
        {VERDICT_FLAGGED, 0, 0, 1},
        {VERDICT_BLOCKED, 0, 0, 2},
        {VERDICT_BLOCKED, ERR_TRUNCATED, 0, 3},
        {VERDICT_CLEAN, ERR_MISSING, 0, 3},
        {VERDICT_FLAGGED, ERR_EMPTY, ERR_PIXELS, 4},
        {VERDICT_FLAGGED, ERR_PIXELS, ERR_EMPTY, 4},
        {VERDICT_FLAGGED, ERR_CRASH, 0, 3},
        {VERDICT_FLAGGED, ERR_TIMEOUT, ERR_EMPTY, 7},
        {VERDICT_FLAGGED, ERR_TIMEOUT, ERR_SANDBOX, 70},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct document d[] = {{.error = cases[i].first},
                               {.error = cases[i].second}};
        const struct facts f = {.documents = d, .n_documents = 2};
        int got = outcome_exit(cases[i].verdict, &f);
        if (got != cases[i].want)
            fail_msg("case %zu: got %d, want %d", i, got, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exit_codes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
