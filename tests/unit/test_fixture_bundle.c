/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Equal orders make equal bytes; another seed makes another application. */

#define _XOPEN_SOURCE 700 /* nftw */

#include <ftw.h>
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
#include "base/file.h"
#include "base/jval.h"
#include "fixtures/bundle.h"
#include "fixtures/family.h"
#include "fixtures/recipe.h"
#include "fixtures/truth.h"

static char folder[64];
static struct truth truth;

static int make(const char *name, uint64_t seed, const char *recipe,
                char *ret_path)
{
    struct err e = {0};
    snprintf(ret_path, 128, "%s/%s", folder, name);
    struct bundle b = {.folder = ret_path,
                       .family = family_lookup("report"),
                       .recipe = recipe_lookup(recipe),
                       .seed = seed,
                       .dpi = 100};
    int code = bundle_make(&b, &truth, &e);
    if (code < 0)
        print_error("%s\n", e.text);
    return code;
}

static void digest(const char *dir, const char *name, char ret[FILE_SHA256_HEX])
{
    struct arena *a = arena_new(64u << 20);
    char path[256], *bytes;
    size_t n;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(file_read(a, path, 32u << 20, &bytes, &n, NULL), 0);
    file_sha256(bytes, n, ret);
    arena_free(a);
}

static void same_bytes(void **state)
{
    (void)state;
    char a[128], b[128], c[128], x[FILE_SHA256_HEX], y[FILE_SHA256_HEX];
    assert_int_equal(make("a", 5, "phone", a), 0);
    assert_int_equal(make("b", 5, "phone", b), 0);
    assert_int_equal(truth.n_documents, SLOTS);
    for (int i = 0; i < SLOTS; i++) {
        digest(a, truth.documents[i].file, x);
        digest(b, truth.documents[i].file, y);
        assert_string_equal(x, y);
    }
    digest(a, "truth.json", x);
    digest(b, "truth.json", y);
    assert_string_equal(x, y);
    assert_int_equal(make("c", 6, "phone", c), 0);
    digest(c, "application.json", y);
    digest(a, "application.json", x);
    assert_string_not_equal(x, y);
}

/* A recipe changes its own document only. */
static void twins(void **state)
{
    (void)state;
    char a[128], b[128], x[FILE_SHA256_HEX], y[FILE_SHA256_HEX];
    assert_int_equal(make("clean", 8, "clean", a), 0);
    assert_int_equal(make("tint", 8, "tint", b), 0);
    for (int i = 0; i < SLOTS; i++) {
        digest(a, truth.documents[i].file, x);
        digest(b, truth.documents[i].file, y);
        if (truth.documents[i].slot == SLOT_SHEET)
            assert_string_not_equal(x, y);
        else
            assert_string_equal(x, y);
    }
}

static void recipes_say_what_they_do(void **state)
{
    (void)state;
    char path[128];
    const struct order *o = &truth.order;
    assert_int_equal(make("code", 3, "wrong_code", path), 0);
    assert_string_not_equal(o->credit_code_on[SLOT_LICENSE], o->credit_code);
    assert_true(code_credit_ok(o->credit_code_on[SLOT_LICENSE]));
    assert_string_equal(o->credit_code_on[SLOT_FORM], o->credit_code);
    assert_int_equal(make("name", 3, "wrong_name", path), 0);
    assert_string_not_equal(o->org_name_on[SLOT_FORM], o->org_name);
    assert_int_equal(strlen(o->org_name_on[SLOT_FORM]), strlen(o->org_name));
    assert_int_equal(make("sub", 3, "sub_key", path), 0);
    assert_false(o->with_seal);
    assert_int_equal(truth.n_documents, SLOTS - 1);
    assert_int_equal(make("none", 3, "no_seal", path), 0);
    assert_int_equal(truth.documents[SLOT_FORM].page.n_seals, 0);
}

static int drop(const char *path, const struct stat *s, int flag, struct FTW *f)
{
    (void)s;
    (void)flag;
    (void)f;
    return remove(path);
}

int main(void)
{
    snprintf(folder, sizeof folder, "%s", "fixtures.XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes), cmocka_unit_test(twins),
        cmocka_unit_test(recipes_say_what_they_do)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
    return failed;
}
