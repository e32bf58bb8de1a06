/* SPDX-License-Identifier: GPL-3.0-or-later */

/* conf: random bytes never crash, a refusal always has a line, and whatever is
 * accepted can be printed and read again. PROP_SEED=n repeats a run. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/str.h"
#include "tests/dice.h"

enum { RUNS = 4000, MOST = 200 };

struct lens {
    double angle_deg, ratio;
    int count, on, mode;
};

static const char *const modes[] = {"off", "soft", "hard", NULL};
static const struct param lens_params[] = {
    PARAM_REAL_OF(struct lens, angle_deg, "deg", -15, 15, 7, "角度", "Angle."),
    PARAM_REAL_OF(struct lens, ratio, "", -1e30, 1e30, 1e-5, "比例", "Ratio."),
    PARAM_INT_OF(struct lens, count, "", 1, 2147483647, 20, "数量", "Count."),
    PARAM_BOOL_OF(struct lens, on, 1, "开关", "Switch."),
    {"mode", PARAM_CHOICE, "", 0, 2, 1, modes, offsetof(struct lens, mode),
     "方式", "Mode."},
    {0},
};
static const struct conf_section sections[] = {
    {"lens", lens_params, sizeof(struct lens)}};

static char dir[64], path[128];

/* Bytes; or pieces of the language, which come further. */
static size_t any_text(char *out)
{
    static const char *const pieces[] = {"lens",        ": {",
                                         " = ",         "angle_deg",
                                         "count",       "on",
                                         "mode",        "ratio",
                                         "};",          ";",
                                         "\n",          "3",
                                         "-7.5",        "1e9",
                                         "true",        "\"hard\"",
                                         "\"",          "{",
                                         "}",           "(",
                                         "[",           "# x\n",
                                         "/*",          "*/",
                                         "//",          "@include \"x\"",
                                         "\\",          "0x1F",
                                         "99999999999", "L",
                                         ",",           "\xe7\xab\xa0",
                                         "\xff"};
    size_t n = 0, parts = dice_next() % 40;
    if (dice_next() % 4 == 0) {
        for (size_t i = dice_next() % MOST; n < i;)
            out[n++] = (char)dice_next();
        return n;
    }
    if (dice_next() % 2)
        n = (size_t)sprintf(out, "lens: {\n");
    while (parts-- > 0) {
        const char *piece =
            pieces[dice_next() % (sizeof pieces / sizeof *pieces)];
        if (n + strlen(piece) >= MOST)
            break;
        memcpy(out + n, piece, strlen(piece));
        n += strlen(piece);
    }
    return n;
}

/* Without a sync, which would take most of the time. */
static void put(const char *text, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void has_lines(const struct conf *c)
{
    for (size_t i = 0; i < conf_mistake_count(c); i++) {
        const char *m = conf_mistake(c, i);
        assert_memory_equal(m, path, strlen(path));
        char *end;
        long line = strtol(m + strlen(path) + 1, &end, 10);
        if (line < 1 || line > MOST + 1 || strncmp(end, ": ", 2) != 0)
            fail_msg("no line: %s", m);
    }
}

static void prints_what_it_reads(struct arena *a, struct conf *c)
{
    struct str t;
    struct err e = {0};
    struct conf *again = conf_new(a, sections, 1);
    str_init(&t, 100000);
    conf_print(c, &t);
    put(t.s, t.len);
    if (conf_load(again, path, &e))
        fail_msg("%s", e.text);
    assert_string_equal(conf_hash(c), conf_hash(again));
    str_done(&t);
}

static void any_bytes(void **state)
{
    (void)state;
    int good = 0;
    for (int i = 0; i < RUNS; i++) {
        char text[MOST + 16];
        struct err e = {0};
        struct arena *a = arena_new(1 << 24);
        struct conf *c = conf_new(a, sections, 1);
        const char *before = conf_hash(c);
        size_t n = any_text(text);
        put(text, n);
        int r = conf_load(c, path, &e);
        assert_true(r == 0 || r == ERR_CONFIG);
        assert_int_equal(r != 0, conf_mistake_count(c) > 0);
        has_lines(c);
        if (r)
            assert_string_equal(conf_hash(c), before);
        else if (good++ % 16 == 0)
            prints_what_it_reads(a, c);
        arena_free(a);
    }
    assert_true(good > RUNS / 100); /* or this tests nothing */
}

static void any_values(void **state)
{
    (void)state;
    for (int i = 0; i < RUNS / 10; i++) {
        struct arena *a = arena_new(1 << 24);
        struct conf *c = conf_new(a, sections, 1);
        uint64_t bits = dice_next();
        double v;
        memcpy(&v, &bits, sizeof v);
        v = v > -1e30 && v < 1e30 ? v : 0.1;
        char *text = arena_printf(
            a, "lens: { ratio = %.17e; count = %llu; mode = \"%s\"; };", v,
            (unsigned long long)(dice_next() % 2147483647 + 1),
            modes[dice_next() % 3]);
        struct err e = {0};
        put(text, strlen(text));
        if (conf_load(c, path, &e))
            fail_msg("%s", e.text);
        assert_true(((const struct lens *)conf_values(c, "lens"))->ratio == v);
        prints_what_it_reads(a, c);
        arena_free(a);
    }
}

int main(void)
{
    dice_start(20240607);
    snprintf(dir, sizeof dir, "/tmp/sealdesk-prop-XXXXXX");
    if (!mkdtemp(dir))
        return 1;
    snprintf(path, sizeof path, "%s/p", dir);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(any_values),
    };
    int r = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    rmdir(dir);
    return r;
}
