/* SPDX-License-Identifier: GPL-3.0-or-later */

/* file: caps, names that lead out, writing whole or not at all. */

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
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

static char dir[64];
static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/sealdesk-file-XXXXXX");
    a = arena_new(1 << 26);
    if (!mkdtemp(dir) || mkdir(arena_printf(a, "%s/in", dir), 0700) != 0 ||
        file_write(dir, "outside", "secret", 6, 0600, NULL) != 0)
        return -1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    int r = system(arena_printf(a, "rm -rf '%s'", dir));
    a = arena_free(a);
    return r;
}

static int below(const char *name, const char **ret)
{
    char *bytes = NULL;
    size_t n = 0;
    int r = file_read_below(a, arena_printf(a, "%s/in", dir), name, 100, &bytes,
                            &n, NULL);
    *ret = bytes;
    return r;
}

static void files_come_back(void **state)
{
    (void)state;
    char *bytes;
    size_t n;
    struct stat st;
    const char *path = arena_printf(a, "%s/x", dir);
    assert_int_equal(file_write(dir, "x", "ab\0c", 4, 0600, NULL), 0);
    assert_int_equal(file_read(a, path, 4, &bytes, &n, NULL), 0);
    assert_int_equal(n, 4);
    assert_memory_equal(bytes, "ab\0c", 5); /* and a terminator */
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(file_write(dir, "x", "", 0, 0600, NULL), 0);
    assert_int_equal(file_read(a, path, 4, &bytes, &n, NULL), 0);
    assert_int_equal(n, 0);
}

static void nothing_half_written_stays(void **state)
{
    (void)state;
    /* A folder in the way: the rename fails, the temporary file goes. */
    assert_int_equal(mkdir(arena_printf(a, "%s/y", dir), 0700), 0);
    assert_int_equal(file_write(dir, "y", "z", 1, 0600, NULL), ERR_SYS);
    assert_int_equal(access(arena_printf(a, "%s/.y.part", dir), F_OK), -1);
    assert_int_equal(file_write("/nowhere/at/all", "y", "z", 1, 0600, NULL),
                     ERR_SYS);
}

static void caps_and_kinds(void **state)
{
    (void)state;
    char *bytes;
    size_t n;
    const char *path = arena_printf(a, "%s/outside", dir);
    const char *fifo = arena_printf(a, "%s/fifo", dir);
    assert_int_equal(file_read(a, path, 5, &bytes, &n, NULL), ERR_LIMIT);
    assert_int_equal(file_read(a, dir, 5, &bytes, &n, NULL), ERR_MISSING);
    assert_int_equal(file_read(a, "/nowhere", 5, &bytes, &n, NULL),
                     ERR_MISSING);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(file_read(a, fifo, 5, &bytes, &n, NULL), ERR_MISSING);
}

static void no_name_leads_out(void **state)
{
    (void)state;
    static const char *const out[] = {
        "/etc/passwd", "../outside", "x/../../outside", "..",
        "x/..",        "link",       "absolute",        "folder/outside"};
    const char *got, *in = arena_printf(a, "%s/in", dir);
    assert_int_equal(symlink("../outside", arena_printf(a, "%s/link", in)), 0);
    assert_int_equal(symlink("..", arena_printf(a, "%s/folder", in)), 0);
    assert_int_equal(symlink(arena_printf(a, "%s/outside", dir),
                             arena_printf(a, "%s/absolute", in)),
                     0);
    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        int r = below(out[i], &got);
        if (r != ERR_BUNDLE || got)
            fail_msg("%s: got %s, want BUNDLE", out[i], err_name(r));
    }
}

static void names_below_are_read(void **state)
{
    (void)state;
    const char *got, *in = arena_printf(a, "%s/in", dir);
    assert_int_equal(file_write(in, "x", "here", 4, 0600, NULL), 0);
    assert_int_equal(file_write(in, "..x", "dots", 4, 0600, NULL), 0);
    assert_int_equal(symlink("x", arena_printf(a, "%s/within", in)), 0);
    assert_int_equal(below("x", &got), 0);
    assert_string_equal(got, "here");
    assert_int_equal(below("./x", &got), 0);
    assert_int_equal(below("..x", &got), 0);
    assert_string_equal(got, "dots");
    assert_int_equal(below("within", &got), 0);
    assert_string_equal(got, "here");
    assert_int_equal(below("gone", &got), ERR_MISSING);
    assert_int_equal(below("", &got), ERR_MISSING);
}

static void folders_are_made(void **state)
{
    (void)state;
    const char *deep = arena_printf(a, "%s/p/q/r", dir);
    assert_int_equal(file_make_dir(deep, NULL), 0);
    assert_int_equal(file_make_dir(deep, NULL), 0);
    assert_int_equal(access(deep, X_OK), 0);
    assert_int_equal(file_make_dir("", NULL), ERR_SYS);
    assert_int_equal(file_make_dir(arena_printf(a, "%s/outside/x", dir), NULL),
                     ERR_SYS);
}

/* FIPS 180-4 examples. */
static void hashes_are_sha256(void **state)
{
    (void)state;
    char hex[FILE_SHA256_HEX];
    file_sha256("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9c"
                             "b410ff61f20015ad");
    file_sha256("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c"
                             "a495991b7852b855");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_back),
        cmocka_unit_test(nothing_half_written_stays),
        cmocka_unit_test(caps_and_kinds),
        cmocka_unit_test(no_name_leads_out),
        cmocka_unit_test(names_below_are_read),
        cmocka_unit_test(folders_are_made),
        cmocka_unit_test(hashes_are_sha256),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
