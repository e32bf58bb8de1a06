/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Codes of second devices, passwords, cookies. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/core/auth.h"
#include "intake/core/totp.h"

static const uint8_t secret[TOTP_SECRET] = {'1', '2', '3', '4', '5', '6', '7',
                                            '8', '9', '0', '1', '2', '3', '4',
                                            '5', '6', '7', '8', '9', '0'};

static void hex(const uint8_t *bytes, size_t n, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[2 * n] = '\0';
}

/* FIPS 180-2, appendix A; and every length around a block's end. */
static void sha1_is_that_of_the_standard(void **state)
{
    uint8_t hash[20];
    char text[41];
    (void)state;
    sha1("abc", 3, hash);
    hex(hash, 20, text);
    assert_string_equal(text, "a9993e364706816aba3e25717850c26c9cd0d89d");
    sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hash);
    hex(hash, 20, text);
    assert_string_equal(text, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    sha1("", 0, hash);
    hex(hash, 20, text);
    assert_string_equal(text, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

/* RFC 6238, appendix B, the last six of its eight digits. */
static void codes_are_those_of_the_rfc(void **state)
{
    static const struct {
        int64_t s;
        const char *code;
    } rows[] = {{59, "287082"},         {1111111109, "081804"},
                {1111111111, "050471"}, {1234567890, "005924"},
                {2000000000, "279037"}, {20000000000, "353130"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char code[7];
        totp_code(secret, rows[i].s / 30, code);
        assert_string_equal(code, rows[i].code);
        assert_int_equal(totp_step(secret, code, rows[i].s * 1000, 0),
                         rows[i].s / 30);
    }
}

static void a_code_works_once_and_not_long(void **state)
{
    const int64_t now_ms = 1111111109000, step = now_ms / 30000;
    (void)state;
    assert_int_equal(totp_step(secret, "081804", now_ms, step - 1), step);
    assert_int_equal(totp_step(secret, "081804", now_ms, step), 0);
    assert_int_equal(totp_step(secret, "081804", now_ms + 30000, 0), step);
    assert_int_equal(totp_step(secret, "081804", now_ms + 60000, 0), 0);
    assert_int_equal(totp_step(secret, "081805", now_ms, 0), 0);
    assert_int_equal(totp_step(secret, "81804", now_ms, 0), 0);
    assert_int_equal(totp_step(secret, "0818040", now_ms, 0), 0);
}

static void a_secret_is_written_and_read(void **state)
{
    char text[TOTP_BASE32];
    uint8_t read[TOTP_SECRET];
    (void)state;
    totp_base32(secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_int_equal(totp_from_base32(text, read), 0);
    assert_memory_equal(read, secret, TOTP_SECRET);
    text[3] = '1';
    assert_int_equal(totp_from_base32(text, read), -1);
    assert_int_equal(totp_from_base32("GEZD", read), -1);
}

static void passwords_are_verified(void **state)
{
    char hash[AUTH_PASSWORD_HASH];
    struct err e;
    (void)state;
    assert_int_equal(auth_password_hash("correct horse", hash, &e), 0);
    assert_memory_equal(hash, "$argon2id$v=19$m=65536,t=3,p=1$", 31);
    assert_true(auth_password_verify(hash, "correct horse"));
    assert_false(auth_password_verify(hash, "correct horsf"));
    assert_false(auth_password_verify(NULL, "nobody has this one"));
}

static void the_cookie_is_found_among_others(void **state)
{
    struct arena *a = arena_new(1 << 20);
    (void)state;
    assert_string_equal(auth_cookie(a, "__Host-sid=abc"), "abc");
    assert_string_equal(auth_cookie(a, "x=1; __Host-sid=abc; y=2"), "abc");
    assert_string_equal(auth_cookie(a, "__Host-sid="), "");
    assert_null(auth_cookie(a, "a__Host-sid=abc"));
    assert_null(auth_cookie(a, "sid=abc; ;"));
    assert_null(auth_cookie(a, ""));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha1_is_that_of_the_standard),
        cmocka_unit_test(codes_are_those_of_the_rfc),
        cmocka_unit_test(a_code_works_once_and_not_long),
        cmocka_unit_test(a_secret_is_written_and_read),
        cmocka_unit_test(passwords_are_verified),
        cmocka_unit_test(the_cookie_is_found_among_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
