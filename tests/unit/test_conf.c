/* SPDX-License-Identifier: GPL-3.0-or-later */

/* conf: defaults, every kind of mistake with its line and remedy, and a file
 * with a mistake changes nothing. */

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
#include "base/file.h"
#include "base/str.h"

struct lens {
    double angle_deg, ratio;
    int count, on, mode;
};

static const char *const modes[] = {"off", "soft", "hard", NULL};
static const struct param lens_params[] = {
    PARAM_REAL_OF(struct lens, angle_deg, "deg", 0, 15, 7, "角度", "Angle."),
    PARAM_REAL_OF(struct lens, ratio, "", -1, 1, 1e-5, "比例", "Ratio."),
    PARAM_INT_OF(struct lens, count, "", 1, 100, 20, "数量", "Count."),
    PARAM_BOOL_OF(struct lens, on, 1, "开关", "Switch."),
    {"mode", PARAM_CHOICE, "", 0, 2, 1, modes, offsetof(struct lens, mode),
     "方式", "Mode, a|b."},
    {0},
};

struct box {
    int size;
};

static const struct param box_params[] = {
    PARAM_INT_OF(struct box, size, "px", 0, 2000000000, 5, "大小", "Size."),
    {0},
};

static const struct conf_section sections[] = {
    {"stage_lens", lens_params, sizeof(struct lens)},
    {"box", box_params, sizeof(struct box)},
};

static char dir[64];
static const char *path;
static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/sealdesk-conf-XXXXXX");
    a = arena_new(1 << 28);
    if (!mkdtemp(dir))
        return -1;
    path = arena_printf(a, "%s/p.conf", dir);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    rmdir(dir);
    a = arena_free(a);
    return 0;
}

static struct conf *fresh(void)
{
    return conf_new(a, sections, 2);
}

static int load(struct conf *c, const char *text, struct err *e)
{
    assert_int_equal(file_write(dir, "p.conf", text, strlen(text), 0600, NULL),
                     0);
    return conf_load(c, path, e);
}

static const struct lens *lens_of(const struct conf *c)
{
    return conf_values(c, "stage_lens");
}

static void defaults_are_the_tables(void **state)
{
    (void)state;
    const struct conf *c = fresh();
    const struct lens *l = lens_of(c);
    const struct box *b = conf_values(c, "box");
    assert_true(l->angle_deg == 7 && l->ratio == 1e-5 && l->count == 20);
    assert_int_equal(l->on, 1);
    assert_int_equal(l->mode, 1);
    assert_int_equal(b->size, 5);
    assert_int_equal(conf_mistake_count(c), 0);
}

static void good_files_are_taken_over(void **state)
{
    (void)state;
    struct err e = {0};
    struct conf *c = fresh();
    int r = load(c,
                 "# 注释 99999999999\n"
                 "// \"\n/* 99999999999 */\n"
                 "stage_lens: { angle_deg = 3; count = 7;\n"
                 "  on = false; mode = \"hard\"; ratio = -0.25 };\n"
                 "box = { size = 1999999999L }\n",
                 &e);
    if (r)
        fail_msg("%s", e.text);
    const struct lens *l = lens_of(c);
    assert_true(l->angle_deg == 3 && l->ratio == -0.25 && l->count == 7);
    assert_int_equal(l->on, 0);
    assert_int_equal(l->mode, 2);
    assert_int_equal(((const struct box *)conf_values(c, "box"))->size,
                     1999999999);
}

/* The only mistake is on that line and has both words. */
static void is_refused(const char *text, int line, const char *has,
                       const char *has_too)
{
    struct err e = {0};
    struct conf *c = fresh();
    const char *before = conf_hash(c);
    struct lens kept = *lens_of(c);
    int r = load(c, text, &e);
    if (r != ERR_CONFIG || conf_mistake_count(c) != 1)
        fail_msg("%s: got %s with %zu mistakes", text, err_name(r),
                 conf_mistake_count(c));
    const char *m = conf_mistake(c, 0);
    const char *where = arena_printf(a, "%s:%d: ", path, line);
    if (strncmp(m, where, strlen(where)) != 0 || !strstr(m, has) ||
        !strstr(m, has_too))
        fail_msg("%s: \"%s\" lacks \"%s\", \"%s\" or \"%s\"", text, m, where,
                 has, has_too);
    assert_memory_equal(&kept, lens_of(c), sizeof kept);
    assert_string_equal(before, conf_hash(c));
}

static void mistakes_say_what_is_allowed(void **state)
{
    (void)state;
    is_refused("stage_lens: { angle_deg = 77.5; };", 1,
               "stage_lens.angle_deg = 77.5", "0.0 .. 15.0 deg, default 7.0");
    is_refused("stage_lens: {\n angle_deg = \"7\"; };", 2, "\"7\"",
               "0.0 .. 15.0 deg");
    is_refused("stage_lens: { count = 7.5; };", 1, "7.5",
               "a whole number 1 .. 100, default 20");
    is_refused("stage_lens: { count = 0; };", 1, "count = 0", "1 .. 100");
    is_refused("stage_lens: { on = 1; };", 1, "on = 1",
               "true or false, default true");
    is_refused("stage_lens: { mode = \"sof\"; };", 1, "\"sof\"",
               "\"off\", \"soft\", \"hard\", default \"soft\"");
    is_refused("stage_lens: { mode = 1; };", 1, "mode = 1", "\"off\"");
    is_refused("stage_lens: { angle_deg = [1, 2]; };", 1, "a list", "deg");
    is_refused("stage_lens: { ratio = 1.e999; };", 1, "inf", "-1.0 .. 1.0");
}

static void names_are_known_or_nearly(void **state)
{
    (void)state;
    is_refused("stage_lens: { angel_deg = 3; };", 1,
               "stage_lens.angel_deg: no such setting",
               "did you mean `angle_deg`?");
    is_refused("\n\nstage_lense: { };", 3, "no such section",
               "did you mean `stage_lens`?");
    is_refused("unheard: { };", 1, "unheard: no such section", "");
    is_refused("box = 3;", 1, "box = 3", "group of settings");
}

static void what_the_library_lets_pass_is_refused(void **state)
{
    (void)state;
    is_refused("box: { size = 99999999999; };", 1, "99999999999", "too large");
    is_refused("box: {\n size = 0xffffffff; };", 2, "0xffffffff", "too large");
    is_refused("box: { size = 99999999999999999999999L; };", 1, "99999",
               "too large");
    is_refused("\n@include \"/etc/passwd\"\n", 2, "@include", "not allowed");
    is_refused("box: { size = 1; };\n\xff\n", 2, "UTF-8", "");
}

static void broken_files_have_a_line(void **state)
{
    (void)state;
    is_refused("box: { size = 1; }\n\n}", 3, "syntax error", "}");
    is_refused("box: {\n size = 1;\n size = 2; };", 3, "duplicate", "size = 2");
    is_refused("box: { };\nbox: { };", 2, "duplicate", "box");
    is_refused("box: { size = \"1; };", 1, "", "");
}

static void all_mistakes_come_at_once(void **state)
{
    (void)state;
    struct err e = {0};
    struct conf *c = fresh();
    int r = load(c,
                 "stage_lens: { angle_deg = 77;\n  count = 0;\n  what = 1;\n"
                 "  on = false; };\nboxx: { };\n",
                 &e);
    assert_int_equal(r, ERR_CONFIG);
    assert_int_equal(conf_mistake_count(c), 4);
    assert_non_null(strstr(e.text, "4 mistakes"));
    assert_int_equal(lens_of(c)->on, 1);
    /* A later good file starts anew. */
    assert_int_equal(load(c, "", &e), 0);
    assert_int_equal(conf_mistake_count(c), 0);
}

static void a_missing_file_is_told(void **state)
{
    (void)state;
    struct err e = {0};
    assert_int_equal(conf_load(fresh(), "/nowhere/p.conf", &e), ERR_CONFIG);
    assert_non_null(strstr(e.text, "/nowhere/p.conf"));
}

static void what_is_printed_can_be_read(void **state)
{
    (void)state;
    struct err e = {0};
    struct str first, second;
    struct conf *c = fresh(), *d = fresh();
    str_init(&first, 100000);
    str_init(&second, 100000);
    assert_int_equal(
        load(c, "stage_lens: { ratio = 0.1; mode = \"off\"; };", &e), 0);
    conf_print(c, &first);
    int r = load(d, first.s, &e);
    if (r)
        fail_msg("%s", e.text);
    conf_print(d, &second);
    assert_string_equal(first.s, second.s);
    assert_string_equal(conf_hash(c), conf_hash(d));
    assert_string_not_equal(conf_hash(c), conf_hash(fresh()));
    assert_non_null(strstr(first.s, "# 角度\n"));
    assert_non_null(strstr(first.s, "# 0.0 .. 15.0 deg, default 7.0\n"));
    assert_non_null(strstr(first.s, "ratio = 0.1;"));
    str_done(&first);
    str_done(&second);
}

static void the_reference_is_a_table(void **state)
{
    (void)state;
    struct str t;
    str_init(&t, 100000);
    conf_print_reference(fresh(), &t);
    assert_non_null(strstr(t.s, "## stage_lens\n"));
    assert_non_null(
        strstr(t.s, "| `angle_deg` | 0.0 .. 15.0 deg | 7.0 | Angle.<br>角度 "
                    "|\n"));
    assert_non_null(strstr(t.s, "Mode, a\\|b."));
    str_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_tables),
        cmocka_unit_test(good_files_are_taken_over),
        cmocka_unit_test(mistakes_say_what_is_allowed),
        cmocka_unit_test(names_are_known_or_nearly),
        cmocka_unit_test(what_the_library_lets_pass_is_refused),
        cmocka_unit_test(broken_files_have_a_line),
        cmocka_unit_test(all_mistakes_come_at_once),
        cmocka_unit_test(a_missing_file_is_told),
        cmocka_unit_test(what_is_printed_can_be_read),
        cmocka_unit_test(the_reference_is_a_table),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
