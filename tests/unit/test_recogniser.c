/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The second reader on lines drawn here; skipped when it is not installed. */

#include <cairo.h>
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "imaging/image.h"
#include "intake/measure/sandbox.h"
#include "ocr/line.h"
#include "ocr/models.h"
#include "ocr/recogniser.h"
#include "ocr/second.h"
#include "ocr/upright.h"
#include "ocr/verify.h"

#define NAME "青岚璟玥医药有限公司"

struct world {
    struct arena *arena;
    struct models files;
    struct recogniser *reader;
};

static int open_world(void **state)
{
    static struct world w;
    struct err e = {0};
    w = (struct world){.arena = arena_new((size_t)256 << 20)};
    *state = &w;
    if (!models_find(w.arena, &w.files)) {
        print_message("not installed, see models/setup.sh: nothing to test\n");
        return 0;
    }
    int r = recogniser_open(w.arena, &w.files, &w.reader, &e);
    if (r < 0)
        print_message("%s\n", e.text);
    return r;
}

static int close_world(void **state)
{
    struct world *w = *state;
    arena_free(w->arena);
    return 0;
}

static struct world *world_of(void **state)
{
    struct world *w = *state;
    if (!w->reader)
        skip();
    return w;
}

/* The text in black on white, `px` high with some paper around it. */
static const struct image *draw(struct arena *a, const char *text, int px)
{
    int w = px * 16, h = px * 3 / 2;
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    cairo_t *c = cairo_create(s);
    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_paint(c);
    cairo_set_source_rgb(c, 0, 0, 0);
    cairo_select_font_face(c, "Noto Sans CJK SC", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(c, px);
    cairo_move_to(c, px / 2.0, px * 1.15);
    cairo_show_text(c, text);
    cairo_text_extents_t extents;
    cairo_text_extents(c, text, &extents);
    cairo_surface_flush(s);
    const uint8_t *from = cairo_image_surface_get_data(s);
    int stride = cairo_image_surface_get_stride(s);
    uint8_t *out;
    struct image *im = image_new(a, w, h, 1, &out);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            out[y * w + x] = from[y * stride + 4 * x];
    cairo_destroy(c);
    cairo_surface_destroy(s);
    return image_crop(a, im, (Rect){0, 0, extents.x_advance + px, h});
}

static void test_reads_rare_characters(void **state)
{
    struct world *w = world_of(state);
    for (int px = 24; px <= 60; px += 12) {
        struct recognition seen;
        struct err e = {0};
        const struct image *line = draw(w->arena, NAME, px);
        assert_int_equal(recogniser_read(w->reader, w->arena, line, &seen, &e),
                         0);
        assert_string_equal(line_string(w->arena, &seen.text), NAME);
        assert_true(line_least(&seen.text) > 0.5);
        /* Boxes go from left to right and stand on their characters. */
        for (size_t i = 0; i < seen.text.n; i++) {
            double x = rect_center(seen.text.symbols[i].box).x;
            assert_true(x > (0.5 + (double)i) * px);
            assert_true(x < (1.5 + (double)i) * px);
        }
    }
}

/* Whichever way a line is turned, and however large it is. */
static void test_tells_which_end_is_up(void **state)
{
    static const char *const texts[] = {NAME, "统一社会信用代码", "法定代表人",
                                        "2026年03月08日"};
    struct world *w = world_of(state);
    struct upright *u;
    struct err e = {0};
    assert_non_null(w->files.direction);
    assert_int_equal(upright_open(w->arena, &w->files, &u, &e), 0);
    for (size_t i = 0; i < 3 * sizeof texts / sizeof *texts; i++) {
        const struct image *line =
            draw(w->arena, texts[i / 3], 24 + 12 * (int)(i % 3));
        double up, down;
        assert_int_equal(upright_log_odds(u, w->arena, line, &up, &e), 0);
        line = image_turn(w->arena, line, 2);
        assert_int_equal(upright_log_odds(u, w->arena, line, &down, &e), 0);
        assert_true(up > 2 && fabs(up + down) < 0.5);
    }
}

static struct verified verify(struct world *w, const struct recognition *seen,
                              const char *text)
{
    const struct known known = {.text = text, .label = "", .kind = KNOWN_ORG};
    struct verify_fit f = verify_look(w->reader, w->arena, seen, 1, &known);
    return verify_decide(&f, 1, text);
}

/* Look-alikes, one less, one more, two more, unknown to the network. */
static void test_verifying_tells_names_apart(void **state)
{
    struct world *w = world_of(state);
    struct recognition seen;
    struct err e = {0};
    const struct image *line = draw(w->arena, NAME, 40);
    assert_int_equal(recogniser_read(w->reader, w->arena, line, &seen, &e), 0);
    struct verified v = verify(w, &seen, NAME);
    assert_int_equal(v.result, VERIFY_CONFIRMED);
    assert_true(v.confidence > 0.8);
    assert_null(v.rival);
    static const char *const others[] = {
        "青岚景玥医药有限公司", "青岚璟玥医药有限公", "青岚璟玥药有限公司",
        "青岗璟玥医药有限公司", "青岚璟玥医药有限责任公司"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        v = verify(w, &seen, others[i]);
        assert_int_equal(v.result, VERIFY_CONTRADICTED);
        assert_string_equal(v.against, others[i]);
        assert_string_equal(v.rival, NAME);
    }
    v = verify(w, &seen, "\xf0\xa0\x80\x80岚璟玥医药有限公司");
    assert_int_not_equal(v.result, VERIFY_CONFIRMED);
}

/* Of some characters in its list the network makes others, or nothing. What it
 * says against them is no contradiction; what tells them apart still counts. */
static void test_characters_hardly_known(void **state)
{
    static const struct {
        const char *drawn, *known;
        enum verify_result result;
    } cases[] = {
        {"淦国华", "淦国华", VERIFY_CONFIRMED},
        {"颢国华", "颢国华", VERIFY_CONFIRMED},
        {"滏国华", "淦国华", VERIFY_CONTRADICTED},
        {"灏国华", "颢国华", VERIFY_CONTRADICTED},
        {"颖国华", "颢国华", VERIFY_CONTRADICTED},
        {"甯国华", "甯国华", VERIFY_CANNOT_TELL},
        {"李郯", "李郯", VERIFY_CANNOT_TELL},
        {"帘国华", "甯国华", VERIFY_CANNOT_TELL},
        {"帘国强", "甯国华", VERIFY_CONTRADICTED},
        {"\xf0\xa0\x80\x80国华", "\xf0\xa0\x80\x80国华", VERIFY_CANNOT_TELL}};
    struct world *w = world_of(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recognition seen;
        struct err e = {0};
        const struct image *line = draw(w->arena, cases[i].drawn, 40);
        assert_int_equal(recogniser_read(w->reader, w->arena, line, &seen, &e),
                         0);
        assert_int_equal(verify(w, &seen, cases[i].known).result,
                         cases[i].result);
    }
}

/* A character that the network cannot see, or room that is left for one, takes
 * nothing from the others: nobody can tell, and nothing speaks against it. */
static void test_unseen_characters(void **state)
{
    static const struct {
        const char *drawn, *known;
        enum verify_result result;
        bool has_rival;
    } cases[] = {{"鄱湖翀远医药有限公司", "鄱湖翀远医药有限公司",
                  VERIFY_CANNOT_TELL, false},
                 {"青岚　玥医药有限公司", "青岚璟玥医药有限公司",
                  VERIFY_CANNOT_TELL, false},
                 {"青岚玥医药有限公司", "青岚璟玥医药有限公司",
                  VERIFY_CONTRADICTED, true},
                 {"鄱湖翀达医药有限公司", "鄱湖翀远医药有限公司",
                  VERIFY_CONTRADICTED, true},
                 {"鄱湖建远医药有限公司", "鄱湖翀远医药有限公司",
                  VERIFY_CANNOT_TELL, true}};
    struct world *w = world_of(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recognition seen;
        struct err e = {0};
        const struct image *line = draw(w->arena, cases[i].drawn, 40);
        assert_int_equal(recogniser_read(w->reader, w->arena, line, &seen, &e),
                         0);
        struct verified v = verify(w, &seen, cases[i].known);
        assert_int_equal(v.result, cases[i].result);
        assert_int_equal(v.rival != NULL, cases[i].has_rival);
    }
}

/* A line that begins or ends a character late says nothing against the name;
 * another name does. */
static void test_a_cut_line_contradicts_nothing(void **state)
{
    static const struct {
        const char *drawn;
        enum verify_result result;
    } cases[] = {{"欧阳劲松", VERIFY_CONFIRMED},
                 {"劲松", VERIFY_CANNOT_TELL},
                 {"欧阳劲", VERIFY_CANNOT_TELL},
                 {"欧阳劲峰", VERIFY_CONTRADICTED},
                 {"王建明", VERIFY_CONTRADICTED}};
    struct world *w = world_of(state);
    const struct known known = {
        .text = "欧阳劲松", .label = "", .kind = KNOWN_PERSON};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading r;
        struct err e = {0};
        const struct image *im = draw(w->arena, cases[i].drawn, 40);
        const Rect box = {20, 8, im->width - 40, im->height - 12};
        const struct place p = {.page = im, .lines = &box, .n = 1};
        assert_int_equal(second_verify(w->reader, w->arena, p, &known, &r, &e),
                         0);
        assert_int_equal(r.verified.result, cases[i].result);
    }
}

/* The end of a label before the name is none of the name, anything else is. */
static void test_verifying_behind_a_label(void **state)
{
    struct world *w = world_of(state);
    struct recognition seen;
    struct err e = {0};
    const struct image *line = draw(w->arena, "称" NAME, 40);
    assert_int_equal(recogniser_read(w->reader, w->arena, line, &seen, &e), 0);
    struct known known = {.text = NAME, .label = "单位名称", .kind = KNOWN_ORG};
    struct verify_fit f = verify_look(w->reader, w->arena, &seen, 1, &known);
    assert_int_equal(verify_decide(&f, 1, NAME).result, VERIFY_CONFIRMED);
    known.label = "";
    f = verify_look(w->reader, w->arena, &seen, 1, &known);
    assert_int_equal(verify_decide(&f, 1, NAME).result, VERIFY_CONTRADICTED);
    known.is_within = true;
    f = verify_look(w->reader, w->arena, &seen, 1, &known);
    assert_int_equal(verify_decide(&f, 1, NAME).result, VERIFY_CONFIRMED);
}

static void test_brackets_of_any_width(void **state)
{
    struct world *w = world_of(state);
    struct err e = {0};
    static const char *const drawn[] = {"青岚（江西）公司", "青岚(江西)公司"};
    for (size_t i = 0; i < 2; i++) {
        struct recognition seen;
        const struct image *line = draw(w->arena, drawn[i], 40);
        assert_int_equal(recogniser_read(w->reader, w->arena, line, &seen, &e),
                         0);
        assert_string_equal(line_string(w->arena, &seen.text), drawn[0]);
    }
}

static int count_threads(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/task");
    assert_non_null(d);
    for (struct dirent *f; (f = readdir(d)) != NULL;)
        n += f->d_name[0] != '.';
    closedir(d);
    return n;
}

/* Forked and locked up, as documents are read; the first test, since resizing
 * starts threads of libvips, and a parent must have none. */
static void test_reads_in_the_sandbox(void **state)
{
    struct world *w = world_of(state);
    const struct image *line = draw(w->arena, NAME, 32);
    assert_int_equal(line->height, 48); /* nothing is resized, see above */
    assert_int_equal(count_threads(), 1);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct recognition seen;
        static const struct sandbox_limits limits = {60, 2048};
        if (sandbox_enter(&limits, 3, NULL) != 0 ||
            recogniser_read(w->reader, w->arena, line, &seen, NULL) != 0)
            _exit(1);
        _exit(strcmp(line_string(w->arena, &seen.text), NAME) == 0 ? 0 : 2);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_broken_files(void **state)
{
    struct world *w = world_of(state);
    struct recogniser *r = NULL;
    struct err e = {0};
    struct models broken = w->files;
    broken.network = w->files.characters; /* no model at all */
    assert_int_equal(recogniser_open(w->arena, &broken, &r, &e), ERR_LIBRARY);
    assert_non_null(strstr(e.text, "onnxruntime, model"));
    broken = w->files;
    broken.library = "/nonexistent/libonnxruntime.so.1";
    assert_int_equal(recogniser_open(w->arena, &broken, &r, &e), ERR_LIBRARY);
    assert_non_null(strstr(e.text, "/nonexistent"));
    broken.library = "libz.so.1"; /* some other library */
    assert_int_equal(recogniser_open(w->arena, &broken, &r, &e), ERR_LIBRARY);
    /* A list that is one character short. */
    char dir[] = "/tmp/sealdesk-test-XXXXXX", *bytes;
    size_t n;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(
        file_read(w->arena, w->files.characters, 1 << 20, &bytes, &n, &e), 0);
    const char *second = strchr(bytes, '\n') + 1;
    assert_int_equal(
        file_write(dir, "keys", second, n - (size_t)(second - bytes), 0600, &e),
        0);
    broken = w->files;
    broken.characters = arena_printf(w->arena, "%s/keys", dir);
    assert_int_equal(recogniser_open(w->arena, &broken, &r, &e), ERR_LIBRARY);
    assert_non_null(strstr(e.text, "differ"));
    unlink(broken.characters);
    rmdir(dir);
}

static void test_named_folder_only(void **state)
{
    struct world *w = world_of(state);
    struct models files;
    char *before = getenv("SEALDESK_MODELS");
    before = before ? arena_strdup(w->arena, before) : NULL;
    setenv("SEALDESK_MODELS", "/nonexistent", 1);
    assert_false(models_find(w->arena, &files));
    if (before)
        setenv("SEALDESK_MODELS", before, 1);
    else
        unsetenv("SEALDESK_MODELS");
    assert_true(models_find(w->arena, &files));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_in_the_sandbox),
        cmocka_unit_test(test_reads_rare_characters),
        cmocka_unit_test(test_tells_which_end_is_up),
        cmocka_unit_test(test_verifying_tells_names_apart),
        cmocka_unit_test(test_characters_hardly_known),
        cmocka_unit_test(test_unseen_characters),
        cmocka_unit_test(test_a_cut_line_contradicts_nothing),
        cmocka_unit_test(test_verifying_behind_a_label),
        cmocka_unit_test(test_brackets_of_any_width),
        cmocka_unit_test(test_broken_files),
        cmocka_unit_test(test_named_folder_only),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
