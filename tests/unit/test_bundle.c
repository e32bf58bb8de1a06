/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bundle: application.json is read strictly, with all mistakes at once; what
 * is wrong with a file is a matter of that file. */

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
#include "base/err.h"
#include "base/file.h"
#include "intake/bundle.h"

static char dir[64];
static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/sealdesk-bundle-XXXXXX");
    a = arena_new(1 << 26);
    return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {
        "application.json", "a.jpg",   "b.jpg",
        "empty.jpg",        "out.jpg", "big.jpg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(arena_printf(a, "%s/%s", dir, names[i]));
    rmdir(dir);
    a = arena_free(a);
    return 0;
}

static void put(const char *name, const char *text)
{
    assert_int_equal(file_write(dir, name, text, strlen(text), 0600, NULL), 0);
}

static int load(const char *application, struct bundle *b, struct err *e)
{
    put("application.json", application);
    return bundle_load(a, dir, 100, b, e);
}

/* The one mistake has all these words. */
static void is_refused(const char *application, const char *where,
                       const char *allowed)
{
    struct bundle b;
    struct err e = {0};
    int r = load(application, &b, &e);
    if (r != ERR_BUNDLE || err_exit_code(r) != 5)
        fail_msg("%s: got %s, want BUNDLE", application, err_name(r));
    assert_true(b.n_mistakes >= 1);
    const char *m = b.mistakes[0];
    if (!strstr(m, "application.json") || !strstr(m, where) ||
        !strstr(m, allowed))
        fail_msg("\"%s\" lacks \"%s\" or \"%s\"", m, where, allowed);
}

static void mistakes_name_place_and_remedy(void **state)
{
    (void)state;
    is_refused("", "line 1", "");
    is_refused("{\"documents\":[]", "line 1", "");
    is_refused("{\"documents\":[]} x", "line 1", "");
    is_refused("[]", "is an array", "must be an object");
    is_refused("{}", "documents", "missing");
    is_refused("{\"documents\":{}}", "documents", "must be an array");
    is_refused("{\"documents\":[1]}", "documents[0]", "must be an object");
    is_refused("{\"documents\":[{\"slot\":\"id_card\"}]}", "documents[0].file",
               "missing");
    is_refused("{\"documents\":[{\"file\":\"a.jpg\"}]}", "documents[0].slot",
               "missing");
    is_refused("{\"documents\":[{\"slot\":\"passport\",\"file\":\"a.jpg\"}]}",
               "documents[0].slot", "seal_sheet");
    is_refused("{\"documents\":[{\"slot\":\"id_card\",\"file\":7}]}",
               "documents[0].file", "must be a string");
    is_refused("{\"documents\":[{\"slot\":\"id_card\",\"file\":\"\"}]}",
               "documents[0].file", "1 to");
    is_refused("{\"documents\":[{\"slot\":\"id_card\",\"file\":\"/etc/a\"}]}",
               "documents[0].file", "below");
    is_refused("{\"documents\":[{\"slot\":\"id_card\",\"file\":\"../a\"}]}",
               "documents[0].file", "below");
    is_refused("{\"documents\":[{\"slot\":\"id_card\",\"file\":\"x/../a\"}]}",
               "documents[0].file", "below");
    is_refused("{\"documents\":[{\"slot\":\"id_card\",\"file\":\"a\"},"
               "{\"slot\":\"id_card\",\"file\":\"b\"}]}",
               "documents[1].slot", "twice");
    is_refused("{\"documents\":[],\"color\":1}", "color", "order_no");
    is_refused("{\"documents\":[],\"documents\":[]}", "line 1", "duplicate");
    is_refused("{\"documents\":[],\"order_no\":17}", "order_no", "a string");
    is_refused("{\"documents\":[],\"order_type\":\"old\"}", "order_type",
               "renewal");
    is_refused("{\"documents\":[],\"schema\":\"x/2\"}", "schema",
               "sealdesk.application/1");
    is_refused("{\"documents\":[],\"status\":\"ok\"}", "status", "正在审核");
    is_refused("{\"documents\":[],\"certificate\":{\"with_seal\":\"yes\"}}",
               "certificate.with_seal", "true or false");
    is_refused("{\"documents\":[],\"handler\":{\"phone\":\"1\"}}",
               "handler.phone", "mobile");
    is_refused("{\"documents\":[],\"handler\":null}", "handler", "an object");
}

static void all_mistakes_come_at_once(void **state)
{
    (void)state;
    struct bundle b;
    struct err e = {0};
    int r = load("{\"color\":1,\"order_no\":17,\"documents\":[{\"slot\":\"x\","
                 "\"file\":\"/a\"}]}",
                 &b, &e);
    assert_int_equal(r, ERR_BUNDLE);
    assert_int_equal(b.n_mistakes, 4);
    assert_non_null(strstr(e.text, "4 mistakes"));
}

static void files_stand_for_themselves(void **state)
{
    (void)state;
    struct bundle b;
    struct err e = {0};
    char big[200] = "";
    memset(big, 'x', sizeof big - 1);
    put("a.jpg", "abc");
    put("empty.jpg", "");
    put("big.jpg", big);
    int r = load("{\"order_no\":\"N1\",\"organization\":{\"name\":\"某单位\"},"
                 "\"certificate\":{\"with_seal\":true,\"prior_main_key\":\"no\""
                 "},\"documents\":["
                 "{\"slot\":\"id_card\",\"file\":\"a.jpg\"},"
                 "{\"slot\":\"seal_sheet\",\"file\":\"gone.jpg\"},"
                 "{\"slot\":\"business_license\",\"file\":\"empty.jpg\"},"
                 "{\"slot\":\"application_form\",\"file\":\"big.jpg\"}]}",
                 &b, &e);
    if (r)
        fail_msg("%s", e.text);
    assert_int_equal(b.n_files, 4);
    assert_int_equal(b.files[0].error, 0);
    assert_string_equal(b.files[0].sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff"
                        "61f20015ad");
    assert_int_equal(b.files[1].error, ERR_MISSING);
    assert_non_null(strstr(b.files[1].detail, "gone.jpg"));
    assert_int_equal(b.files[2].error, ERR_EMPTY);
    assert_int_equal(b.files[3].error, ERR_LIMIT);
    assert_string_equal(b.order.order_no, "N1");
    assert_string_equal(b.order.org_name, "某单位");
    assert_int_equal(b.order.with_seal, TRI_YES);
    assert_int_equal(b.order.prior_main_key, TRI_NO);
    assert_null(b.order.credit_code);
}

static void a_link_out_of_the_folder_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        symlink("/etc/hostname", arena_printf(a, "%s/out.jpg", dir)), 0);
    is_refused("{\"documents\":[{\"slot\":\"id_card\",\"file\":\"out.jpg\"}]}",
               "documents[0].file", "out of the bundle's folder");
}

static void no_folder_no_bundle(void **state)
{
    (void)state;
    struct bundle b;
    struct err e = {0};
    assert_int_equal(bundle_load(a, "/nowhere/at/all", 100, &b, &e),
                     ERR_MISSING);
    assert_int_equal(bundle_load(a, dir, 100, &b, &e), ERR_BUNDLE);
    assert_non_null(strstr(b.mistakes[0], "application.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mistakes_name_place_and_remedy, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(all_mistakes_come_at_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(files_stand_for_themselves, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_link_out_of_the_folder_is_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_folder_no_bundle, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
