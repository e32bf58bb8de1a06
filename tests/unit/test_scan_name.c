/* SPDX-License-Identifier: GPL-3.0-or-later */

/* scan_name: order and paper of what a scanner calls its files. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "intake/queue/scan_name.h"

static void good_names(void **state)
{
    static const struct {
        const char *name, *order_no;
        enum slot slot;
    } rows[] = {
        {"20260402791743-id_card.jpg", "20260402791743", SLOT_ID_CARD},
        {"20260402791743_ID_CARD.JPG", "20260402791743", SLOT_ID_CARD},
        {"20260402791743 身份证.pdf", "20260402791743", SLOT_ID_CARD},
        {"20260402791743－经办人身份证.png", "20260402791743", SLOT_ID_CARD},
        {"JX-250317-营业执照.tif", "JX-250317", SLOT_BUSINESS_LICENSE},
        {"JX-250317 - 执照 .tif", "JX-250317", SLOT_BUSINESS_LICENSE},
        {"JX_2　数字证书用户申请表.pdf", "JX_2", SLOT_APPLICATION_FORM},
        {"7-用户申请表", "7", SLOT_APPLICATION_FORM},
        {"7-法人授权委托书.v2.jpg", "", SLOT_UNKNOWN},
        {"7-授权委托书.jpg", "7", SLOT_AUTHORIZATION_LETTER},
        {"7-电子签章采集表.jpg", "7", SLOT_SEAL_SHEET},
        {"7-seal_sheet.", "7", SLOT_SEAL_SHEET},
    };
    struct arena *a = arena_new(1 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why;
        struct scan_name got = scan_name_read(a, rows[i].name, &why);
        assert_int_equal(why == NULL, *rows[i].order_no != '\0');
        if (why)
            continue;
        assert_string_equal(got.order_no, rows[i].order_no);
        assert_int_equal(got.slot, rows[i].slot);
    }
    arena_free(a);
}

static void bad_names(void **state)
{
    char longest[256];
    const char *const names[] = {
        "scan0001.jpg",
        "身份证.jpg",
        "-身份证.jpg",
        "20260402身份证.jpg",
        "7-身份证-2.jpg",
        ".jpg",
        "",
        "\xff\xfe-id.jpg",
        "- - id_card",
        longest,
    };
    struct arena *a = arena_new(1 << 20);
    (void)state;
    memset(longest, '1', sizeof longest);
    strcpy(longest + sizeof longest - 9, "-id_card");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *why = NULL;
        scan_name_read(a, names[i], &why);
        assert_non_null(why);
        assert_true(utf8_is_valid(why, strlen(why)));
        assert_non_null(strstr(why, "请把文件命名为"));
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_names),
        cmocka_unit_test(bad_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
