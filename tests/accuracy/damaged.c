/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * damaged - copies of a bundle whose pages are harder and harder to read
 *
 *   damaged BUNDLE FOLDER
 *
 * For every damage of tests/damage.h and every strength but none, FOLDER gets
 * a bundle with all documents damaged so, as grey PNGs of their old names, to
 * fit legibility to (docs/calibration.md). The truth goes with it, as far as it
 * still holds: the fields. How the page was captured and which rules should be
 * content is no longer known.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "imaging/png_out.h"
#include "tests/accuracy/run.h"
#include "tests/damage.h"

static void stop(const char *what, const struct err *e)
{
    fprintf(stderr, "damaged: %s: %s\n", what, e->text);
    exit(1);
}

static struct damaged load(struct arena *a, const char *bundle,
                           const char *name)
{
    static const struct decode_limits limits = {1, 100, 20000, 300};
    struct container c;
    struct decode_file *f;
    struct damaged d;
    struct err e = {0};
    char *bytes;
    size_t n;
    if (file_read_below(a, bundle, name, 90u << 20, &bytes, &n, &e) != 0 ||
        decode_open(a, bytes, n, &limits, &f, &e) != 0 ||
        decode_page(a, f, 0, &d.image, &c, &e) != 0)
        stop(name, &e);
    d.image = image_luma(a, d.image);
    d.dpi = c.dpi_x > 100 ? c.dpi_x : 300;
    return d;
}

static void write_picture(const char *bundle, const char *name,
                          const struct damage *how, double level,
                          const char *folder)
{
    struct arena *a = arena_new((size_t)4 << 30);
    struct err e = {0};
    uint8_t *bytes;
    size_t n;
    struct damaged d = how->apply(a, load(a, bundle, name), level);
    if (png_out_write(a, d.image, d.dpi, &bytes, &n, &e) != 0 ||
        file_write(folder, name, bytes, n, 0644, &e) != 0)
        stop(name, &e);
    arena_free(a);
}

static void write_tree(const char *folder, const char *name,
                       const struct jval *tree)
{
    struct str t;
    struct err e = {0};
    str_init(&t, 16 << 20);
    jval_print(tree, true, &t);
    if (t.failed || file_write(folder, name, t.s, t.len, 0644, &e) != 0)
        stop(name, &e);
    str_done(&t);
}

/* What damage leaves true. */
static void forget(struct jval *truth)
{
    const struct jval *documents = jval_lookup(truth, "documents");
    jval_set_string(jval_lookup(truth, "recipe"), "rule", "not known");
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *pages = jval_lookup(jval_at(documents, i), "pages");
        for (size_t k = 0; k < jval_count(pages); k++)
            jval_set_string(jval_at(pages, k), "capture", "unknown");
    }
}

int main(int argc, char **argv)
{
    struct err e = {0};
    if (argc != 3 || decode_init(&e) != 0) {
        fprintf(stderr, "usage: damaged BUNDLE FOLDER\n");
        return 64;
    }
    struct arena *a = arena_new(1 << 20);
    struct jval *truth = run_load(argv[1], "truth.json");
    struct jval *order = run_load(argv[1], "application.json");
    const struct jval *documents = jval_lookup(truth, "documents");
    if (!truth || !order)
        stop(argv[1], &(struct err){ERR_MISSING, "is no bundle with truth"});
    forget(truth);
    for (int k = 0; k < DAMAGES; k++)
        for (int l = 1; l < DAMAGE_LEVELS; l++) {
            const char *folder =
                arena_printf(a, "%s/%s-%d", argv[2], damages[k].name, l);
            if (file_make_dir(folder, &e) != 0)
                stop(folder, &e);
            write_tree(folder, "truth.json", truth);
            write_tree(folder, "application.json", order);
            for (size_t i = 0; i < jval_count(documents); i++)
                write_picture(argv[1],
                              jval_string(jval_at(documents, i), "file", ""),
                              &damages[k], damages[k].level[l], folder);
        }
    jval_free(truth);
    jval_free(order);
    arena_free(a);
    return 0;
}
