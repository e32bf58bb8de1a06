/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts.h"
#include "imaging/decode.h"
#include "imaging/image.h"
#include "imaging/page.h"
#include "intake/measure/depict.h"

/* The preview of a white page on which an ID number was read, as sent. */
static const struct image *preview(struct arena *a, bool reveal)
{
    uint8_t *px;
    struct page page = {.scan = image_new(a, 600, 400, 3, &px)};
    memset(px, 255, 600 * 400 * 3);
    struct field number = {.name = "handler_id",
                           .value = "360102199001010018",
                           .page = 1,
                           .box = {100, 200, 180, 20}};
    struct document d = {.fields = &number, .n_fields = 1};
    FILE *f = tmpfile();
    struct depict out = {.fd = fileno(f), .reveal = reveal};
    struct err e = {0};
    assert_int_equal(depict_page(&out, a, &page, 1, &d, &e), 0);
    assert_int_equal(depict_field(&out, a, &page, &number, &e), 0);
    off_t n = lseek(fileno(f), 0, SEEK_END);
    char *bytes = arena_alloc(a, (size_t)n, 1);
    assert_int_equal(pread(fileno(f), bytes, (size_t)n, 0), n);
    fclose(f);
    /* The crop of the number is a PNG, and only sent when revealed. */
    assert_true((memmem(bytes, (size_t)n, "\x89PNG", 4) != NULL) == reveal);
    char *jpeg = memmem(bytes, (size_t)n, "\xff\xd8\xff", 3);
    assert_non_null(jpeg);
    static const struct decode_limits limits = {1, 10, 5000, 100};
    struct decode_file *file;
    const struct image *im = NULL;
    struct container c;
    size_t rest = (size_t)n - (size_t)(jpeg - bytes);
    assert_int_equal(decode_open(a, jpeg, rest, &limits, &file, &e), 0);
    assert_int_equal(decode_page(a, file, 0, &im, &c, &e), 0);
    return im;
}

static void test_private_numbers_are_blanked(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 28);
    const struct image *masked = preview(a, false), *whole = preview(a, true);
    assert_true(*image_at(masked, 190, 210) < 120); /* the middle */
    assert_true(*image_at(masked, 110, 210) > 240); /* the first digits */
    assert_true(*image_at(masked, 270, 210) > 240); /* the last ones */
    assert_true(*image_at(masked, 190, 100) > 240);
    assert_true(*image_at(whole, 190, 210) > 240);
    arena_free(a);
}

static int make(void **state)
{
    (void)state;
    return decode_init(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_private_numbers_are_blanked),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
