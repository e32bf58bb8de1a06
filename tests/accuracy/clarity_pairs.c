/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Does clarity order pages by their damage? Each picture in the folders that
 * are named is damaged in five ways and six strengths; of two that differ in
 * one strength only the worse has to get the lower score, or both 0. Fails
 * below the share that is asked for.
 *
 *     clarity_pairs LEAST_SHARE FOLDER...
 */

#include <glob.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/file.h"
#include "tests/damage.h"
#include "tests/stages.h"

static const struct conf *conf;

static double clarity(struct arena *a, struct damaged d)
{
    static const char *const stages[] = {"scale", "grey",  "orient", "deskew",
                                         "text",  "lines", "clarity"};
    struct page page = {.scan = d.image};
    struct err e = {0};
    page.container.dpi_x = page.container.dpi_y = d.dpi;
    enum { STAGES = sizeof stages / sizeof *stages };
    if (stages_run(a, conf, stages, STAGES, &page, &e) != 0) {
        fprintf(stderr, "%s\n", e.text);
        exit(2);
    }
    return page.facts.clarity;
}

/* False when the file is no picture. */
static bool load(struct arena *a, const char *path, struct damaged *ret)
{
    static const struct decode_limits limits = {1, 100, 20000, 300};
    struct container c;
    struct decode_file *f;
    struct err e = {0};
    char *bytes;
    size_t n;
    if (file_read(a, path, 90u << 20, &bytes, &n, &e) != 0 ||
        !decode_sniff(bytes, n))
        return false;
    if (decode_open(a, bytes, n, &limits, &f, &e) != 0 ||
        decode_page(a, f, 0, &ret->image, &c, &e) != 0) {
        fprintf(stderr, "%s: %s\n", path, e.text);
        exit(2);
    }
    ret->image = image_luma(a, ret->image);
    ret->dpi = c.dpi_x > 100 ? c.dpi_x : 300;
    return true;
}

struct count {
    int right, all;
};

static void try_picture(const char *path, struct count counts[DAMAGES])
{
    for (int k = 0; k < DAMAGES; k++) {
        double score[DAMAGE_LEVELS];
        for (int l = 0; l < DAMAGE_LEVELS; l++) {
            struct arena *a = arena_new((size_t)4 << 30);
            struct damaged d;
            if (!load(a, path, &d)) {
                arena_free(a);
                return;
            }
            score[l] = clarity(a, damages[k].apply(a, d, damages[k].level[l]));
            arena_free(a);
            for (int m = 0; m < l; m++) {
                counts[k].all++;
                counts[k].right +=
                    score[l] < score[m] || (score[l] <= 0 && score[m] <= 0);
            }
        }
        printf("%-48s %-7s", path, damages[k].name);
        for (int l = 0; l < DAMAGE_LEVELS; l++)
            printf(" %6.2f", score[l]);
        printf("\n");
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct err e = {0};
    if (argc < 3 || decode_init(&e) != 0) {
        fprintf(stderr, "usage: clarity_pairs LEAST_SHARE FOLDER...\n");
        return 2;
    }
    conf = stages_defaults(a);
    struct count counts[DAMAGES] = {0}, sum = {0, 0};
    for (int i = 2; i < argc; i++) {
        glob_t found;
        if (glob(arena_printf(a, "%s/*", argv[i]), 0, NULL, &found) != 0)
            continue;
        for (size_t k = 0; k < found.gl_pathc; k++)
            try_picture(found.gl_pathv[k], counts);
        globfree(&found);
    }
    for (int k = 0; k < DAMAGES; k++) {
        printf("%-8s %4d of %4d pairs in order\n", damages[k].name,
               counts[k].right, counts[k].all);
        sum.right += counts[k].right;
        sum.all += counts[k].all;
    }
    double share = sum.all > 0 ? (double)sum.right / sum.all : 0;
    printf("all      %.4f, wanted %s\n", share, argv[1]);
    arena_free(a);
    return share >= atof(argv[1]) ? 0 : 1;
}
