/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * name - do two texts spell one name, and if not, where do they differ
 *
 * Names are compared in their canonical form (utf8_name): widths, brackets,
 * dots and spaces make no difference, characters always do. The distance is a
 * weighted edit distance (Wagner and Fischer 1974): characters that readers
 * mix up cost little, everything else costs 1. A small distance is never taken
 * for equality: 恒达建设 and 恒达建筑 are two companies.
 */

#ifndef RULES_NAME_H
#define RULES_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* One column of the alignment; 0 on the side where a character is missing. */
struct name_step {
    uint32_t a, b;
    bool confusable; /* they differ, but a reader might mix them up */
};

struct name_match {
    bool same;            /* the canonical forms are equal */
    bool only_confusable; /* they differ in nothing but look-alikes */
    bool first_is_part;   /* the first is the second without its ends */
    bool second_is_part;  /* and the other way round */
    double distance;
    double similarity; /* 1 - distance / longer length */
    size_t length_change;
    const struct name_step *steps; /* the whole of both names */
    size_t n_steps;
};

enum { NAME_MAX_LENGTH = 200 }; /* what is longer is cut for the comparison */

struct name_match name_compare(struct arena *a, const char *first,
                               const char *second);

bool name_is_confusable(uint32_t a, uint32_t b);

/* The differences in words, the first few of them; e.g.
 * 第 8 字“设”与“筑”不同 / character 8: "设" against "筑". */
const char *name_difference_zh(struct arena *a, const struct name_match *m);
const char *name_difference_en(struct arena *a, const struct name_match *m);

#endif
