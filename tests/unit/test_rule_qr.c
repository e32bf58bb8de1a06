/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where an address would really lead, and what only looks like it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "rules/qr.h"

#define CODE "91360302136631127Y"

static const struct row {
    const char *payload;
    enum qr_host kind;
    const char *host, *code;
} rows[] = {
    {"http://www.gsxt.gov.cn/index.html?uniscid=" CODE, QR_OFFICIAL,
     "www.gsxt.gov.cn", CODE},
    {"HTTPS://WWW.GSXT.GOV.CN/?a=1&UniScID=" CODE "&b=2#x", QR_OFFICIAL,
     "www.gsxt.gov.cn", CODE},
    {"www.gsxt.gov.cn/?uniscid=" CODE, QR_OFFICIAL, "www.gsxt.gov.cn", CODE},
    {"http://gsxt.gov.cn", QR_OFFICIAL, "gsxt.gov.cn", NULL},
    {"http://gsxt.gov.cn./%7Bx%7D", QR_OFFICIAL, "gsxt.gov.cn", NULL},
    {"http://zj.gsxt.gov.cn:8080/%7Babc%7D", QR_OFFICIAL, "zj.gsxt.gov.cn",
     NULL},
    {"http://gsxt.gov.cn.evil.com/", QR_IMITATION, "gsxt.gov.cn.evil.com",
     NULL},
    {"http://www.szcredit.com.cn/web/?id=1", QR_OLD, "www.szcredit.com.cn",
     NULL},
    {"http://evilszcredit.com.cn/", QR_FOREIGN, "evilszcredit.com.cn", NULL},
    {"http://evilgsxt.gov.cn/", QR_OLD, "evilgsxt.gov.cn", NULL},
    {"http://www.gsxt.gov.cn@evil.com/?uniscid=" CODE, QR_IMITATION, "evil.com",
     CODE},
    {"http://evil.com\\.gsxt.gov.cn/", QR_IMITATION, "evil.com", NULL},
    {"http://evil.com/www.gsxt.gov.cn", QR_IMITATION, "evil.com", NULL},
    {"http://evil.com?x=.gsxt.gov.cn", QR_IMITATION, "evil.com", NULL},
    {"http://gsxt-gov.cn/", QR_IMITATION, "gsxt-gov.cn", NULL},
    {"ftp://www.gsxt.gov.cn/", QR_FOREIGN, "www.gsxt.gov.cn", NULL},
    {"http://www.jsgsj.gov.cn:58888/p?c=1", QR_OLD, "www.jsgsj.gov.cn", NULL},
    {"https://weixin.example.com/q", QR_FOREIGN, "weixin.example.com", NULL},
    {"http://www.gsxt.gov.cn/?notuniscid=1", QR_OFFICIAL, "www.gsxt.gov.cn",
     NULL},
    {"http://www.gsxt.gov.cn/#?uniscid=1", QR_OFFICIAL, "www.gsxt.gov.cn", "1"},
    {"1;" CODE ";x", QR_OPAQUE, "", NULL},
    {"", QR_OPAQUE, "", NULL},
    {"://", QR_OPAQUE, "", NULL},
    {"名称 a.b", QR_OPAQUE, "", NULL},
    {"统一社会信用代码：" CODE ";企业名称:a.b", QR_OPAQUE, "", CODE},
    {"企业名称：甲；统一社会信用代码:" CODE, QR_OPAQUE, "", CODE},
    {"统一社会信用代码：", QR_OPAQUE, "", NULL},
};

static void test_rows(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct qr qr = qr_parse(a, rows[i].payload);
        if (qr.kind != rows[i].kind || strcmp(qr.host, rows[i].host) != 0)
            fail_msg("%s: %d %s", rows[i].payload, (int)qr.kind, qr.host);
        if (rows[i].code)
            assert_string_equal(qr.code, rows[i].code);
        else
            assert_null(qr.code);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
