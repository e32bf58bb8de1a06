/* SPDX-License-Identifier: GPL-3.0-or-later */

/* wire and measured: what is written can be read; what is not as agreed is
 * refused, whatever it is. */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "imaging/image.h"
#include "imaging/png_out.h"
#include "intake/measure/measured.h"
#include "intake/measure/wire.h"

enum { ROOM = 1 << 16 };

static const char document[] =
    "{\"slot\":\"seal_sheet\",\"file\":\"../../etc/x\",\"sha256\":\"aa\","
    "\"recognized_as\":\"unknown\",\"pages\":[{\"page\":1,\"width\":100,"
    "\"height\":200,\"capture\":{\"class\":\"phone\",\"confidence\":0.5},"
    "\"clarity\":{\"score\":50}}],\"fields\":{\"org_name\":{\"value\":\"x\","
    "\"confidence\":1,\"page\":1,\"box\":[0,0,5,5],\"source\":\"ocr\"}}}";
static const char seal[] =
    "{\"id\":\"../evil\",\"slot\":\"id_card\",\"page\":1,\"role\":\"official\","
    "\"shape\":\"round\",\"box\":[1,2,30,30],\"ink\":\"wet\",\"clarity\":80,"
    "\"image\":\"../../evil.png\"}";

/* A pipe's worth of records, collected. */
struct list {
    uint8_t bytes[ROOM];
    size_t n;
};

static void add(struct list *l, enum wire_type type, const void *bytes,
                size_t n)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(wire_write(ends[1], type, bytes, n, NULL), 0);
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], l->bytes + l->n, ROOM - l->n)) > 0;)
        l->n += (size_t)got;
    close(ends[0]);
}

static void add_text(struct list *l, enum wire_type type, const char *text)
{
    add(l, type, text, strlen(text));
}

static int read_list(struct arena *a, const struct list *l, struct measured *m,
                     struct err *e)
{
    return measured_read(a, SLOT_SEAL_SHEET, l->bytes, l->n, m, e);
}

/* A picture's record with a real PNG of 3 x 2. */
static void add_picture(struct arena *a, struct list *l, const char *head)
{
    uint8_t *px, *png, *both;
    size_t n;
    const struct image *im = image_new(a, 3, 2, 1, &px);
    memset(px, 7, 6);
    assert_int_equal(png_out_write(a, im, 0, &png, &n, NULL), 0);
    both = arena_alloc(a, strlen(head) + 1 + n, 1);
    memcpy(both, head, strlen(head) + 1);
    memcpy(both + strlen(head) + 1, png, n);
    add(l, WIRE_PICTURE, both, strlen(head) + 1 + n);
}

static void a_whole_list_is_read(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 24);
    struct list *l = arena_new_struct(a, struct list);
    struct measured m;
    struct err e = {0};
    add_text(l, WIRE_TRACE,
             "{\"page\":1,\"stage\":\"ink\",\"outcome\":"
             "\"applied\",\"ms\":2.5,\"why\":\"\"}");
    add_text(l, WIRE_SEAL, seal);
    add_text(l, WIRE_SEAL, seal);
    add_picture(a, l,
                "{\"kind\":2,\"page\":1,\"of\":\"1\",\"width\":3,"
                "\"height\":2,\"scale\":1}");
    add_picture(a, l,
                "{\"kind\":1,\"page\":1,\"of\":\"org_name\",\"width\":3,"
                "\"height\":2,\"scale\":1}");
    add_text(l, WIRE_DOCUMENT, document);
    add(l, WIRE_END, "", 0);
    int r = read_list(a, l, &m, &e);
    if (r)
        fail_msg("%s", e.text);
    assert_int_equal(m.n_seals, 2);
    assert_int_equal(m.n_trace, 1);
    /* Names and the slot are ours, whatever the child said. */
    assert_string_equal(m.seals[1].id, "sheet-1-2");
    assert_string_equal(m.seals[1].image, "sheet-1-2.png");
    assert_null(m.seals[0].image);
    assert_int_equal(m.seals[0].slot, SLOT_SEAL_SHEET);
    assert_string_equal(m.pictures[0].name, "sheet-1-2.png");
    assert_string_equal(m.pictures[1].name, "sheet-p1-org_name.png");
    assert_int_equal(m.document.error, 0);
    arena_free(a);
}

static void an_error_without_a_document_is_enough(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 24);
    struct list *l = arena_new_struct(a, struct list);
    struct measured m;
    add(l, WIRE_ERROR, "FORMAT\0why", 10);
    add(l, WIRE_END, "", 0);
    assert_int_equal(read_list(a, l, &m, NULL), 0);
    assert_int_equal(m.document.error, ERR_FORMAT);
    assert_string_equal(m.document.detail, "why");
    arena_free(a);
}

static void what_is_not_agreed_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum wire_type type;
        const char *text;
    } cases[] = {
        {WIRE_DOCUMENT, "{"},
        {WIRE_DOCUMENT, "{}"},
        {WIRE_DOCUMENT, "[]"},
        {WIRE_SEAL, "{\"id\":\"x\"}"},
        {WIRE_TRACE, "{\"stage\":\"../x\",\"outcome\":\"applied\"}"},
        {WIRE_PICTURE, "{\"kind\":2}"},
        {WIRE_ERROR, "FORMAT"},
        {WIRE_ERROR, ""},
    };
    struct arena *a = arena_new(1 << 26);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct list *l = arena_new_struct(a, struct list);
        struct measured m;
        add_text(l, cases[i].type, cases[i].text);
        if (cases[i].type != WIRE_DOCUMENT)
            add_text(l, WIRE_DOCUMENT, document);
        add(l, WIRE_END, "", 0);
        int r = read_list(a, l, &m, NULL);
        if (r != ERR_CRASH)
            fail_msg("case %zu: got %s, want CRASH", i, err_name(r));
    }
    arena_free(a);
}

static void pictures_have_to_belong_somewhere(void **state)
{
    (void)state;
    static const char *const heads[] = {
        /* no such seal, no such field, another size, a bad name */
        "{\"kind\":2,\"page\":1,\"of\":\"1\",\"width\":3,\"height\":2,"
        "\"scale\":1}",
        "{\"kind\":1,\"page\":1,\"of\":\"nobody\",\"width\":3,\"height\":2,"
        "\"scale\":1}",
        "{\"kind\":4,\"page\":1,\"of\":\"ink\",\"width\":4,\"height\":2,"
        "\"scale\":1}",
        "{\"kind\":4,\"page\":1,\"of\":\"../x\",\"width\":3,\"height\":2,"
        "\"scale\":1}",
        "{\"kind\":9,\"page\":1,\"of\":\"ink\",\"width\":3,\"height\":2,"
        "\"scale\":1}",
    };
    struct arena *a = arena_new(1 << 26);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct list *l = arena_new_struct(a, struct list);
        struct measured m;
        add_text(l, WIRE_SEAL, seal);
        add_picture(a, l, heads[i]);
        add_text(l, WIRE_DOCUMENT, document);
        add(l, WIRE_END, "", 0);
        int r = read_list(a, l, &m, NULL);
        if (r != ERR_CRASH)
            fail_msg("case %zu: got %s, want CRASH", i, err_name(r));
    }
    arena_free(a);
}

/* Every prefix of a good list, and every list with one byte changed: read or
 * refused, never anything else (the sanitizers watch). */
static void broken_lists_are_harmless(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct list *l = arena_new_struct(a, struct list);
    struct measured m;
    add_text(l, WIRE_SEAL, seal);
    add_text(l, WIRE_DOCUMENT, document);
    add(l, WIRE_END, "", 0);
    for (size_t n = 0; n < l->n; n++) {
        /* exact copies, so that reading past the end is seen */
        uint8_t *copy = arena_memdup(a, l->bytes, n);
        assert_int_equal(measured_read(a, SLOT_SEAL_SHEET, copy, n, &m, NULL),
                         ERR_CRASH);
    }
    for (size_t i = 0; i < l->n; i++) {
        uint8_t *copy = arena_memdup(a, l->bytes, l->n);
        copy[i] ^= 0x81;
        int r = measured_read(a, SLOT_SEAL_SHEET, copy, l->n, &m, NULL);
        assert_true(r == 0 || r == ERR_CRASH);
    }
    arena_free(a);
}

static void a_png_is_walked(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 24);
    uint8_t *px, *png;
    size_t n;
    const struct image *im = image_new(a, 5, 4, 1, &px);
    memset(px, 1, 20);
    assert_int_equal(png_out_write(a, im, 300, &png, &n, NULL), 0);
    assert_true(measured_is_png(png, n, 5, 4));
    assert_false(measured_is_png(png, n, 4, 5));
    assert_false(measured_is_png(png, n - 1, 5, 4));
    for (size_t k = 0; k < n - 12; k++)
        assert_false(measured_is_png(png, k, 5, 4));
    uint8_t *longer = arena_alloc(a, n + 12, 1);
    memcpy(longer, png, n);
    memcpy(longer + n, png + n - 12, 12); /* a second end */
    longer[n + 4] = 'X';
    assert_false(measured_is_png(longer, n + 12, 5, 4));
    assert_false(measured_is_jpeg(png, n));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_list_is_read),
        cmocka_unit_test(an_error_without_a_document_is_enough),
        cmocka_unit_test(what_is_not_agreed_is_refused),
        cmocka_unit_test(pictures_have_to_belong_somewhere),
        cmocka_unit_test(broken_lists_are_harmless),
        cmocka_unit_test(a_png_is_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
