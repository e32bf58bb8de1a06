/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What was measured, as a table and as JSON. Ratios are of processor time
 * within one run, so that they mean the same on a slow and a fast machine.
 */

#include "base/jval.h"
#include "base/str.h"
#include "intake/bench/bench.h"

enum { MS = 1, RATIO = 2, PER_SECOND = 3, KB_PER_MB = 1024 };

/* How many times what decoding alone costs. */
static double over_decoding(const struct bench *b)
{
    return b->cpu_ms / bench_part_ms(b, "decode");
}

static double over_decoding_unread(const struct bench *b)
{
    return (b->cpu_ms - bench_part_ms(b, "read")) / bench_part_ms(b, "decode");
}

/* --- JSON -------------------------------------------------------------- */

static struct jval *parts_json(const struct bench *b)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < b->n_parts; i++) {
        struct jval *j = jval_new_object();
        jval_set_string(j, "name", b->parts[i].name);
        jval_set_real(j, "median_ms", b->parts[i].median_ms, MS);
        jval_set_real(j, "most_ms", b->parts[i].most_ms, MS);
        jval_append(all, j);
    }
    return all;
}

static struct jval *speeds_json(const struct bench *b)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < b->n_speeds; i++) {
        struct jval *j = jval_new_object();
        jval_set_int(j, "workers", b->speeds[i].workers);
        jval_set_real(j, "per_second", b->speeds[i].per_second, PER_SECOND);
        jval_append(all, j);
    }
    return all;
}

static struct jval *others_json(const struct bench *b)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < b->n_others; i++) {
        const struct bench_other *o = &b->others[i];
        struct jval *j = jval_new_object();
        jval_set_string(j, "name", o->name);
        if (o->why_not) {
            jval_set_string(j, "why_not", o->why_not);
        } else {
            jval_set_int(j, "files", (long long)o->n_files);
            jval_set_real(j, "cpu_ms", o->cpu_ms, MS);
            jval_set_real(j, "wall_ms", o->wall_ms, MS);
            jval_set_real(j, "ours_ms", o->ours_ms, MS);
            jval_set_real(j, "times_ours", o->cpu_ms / o->ours_ms, RATIO);
        }
        jval_append(all, j);
    }
    return all;
}

struct jval *bench_json(const struct bench *b)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "schema", "sealdesk.bench/1");
    jval_set_int(j, "applications", (long long)b->n_applications);
    jval_set_int(j, "files", (long long)b->n_files);
    jval_set_int(j, "runs", b->runs);
    jval_set_real(j, "cpu_ms", b->cpu_ms, MS);
    jval_set_real(j, "wall_ms", b->wall_ms, MS);
    jval_set_int(j, "peak_kb", b->peak_kb);
    jval_set(j, "parts", parts_json(b));
    jval_set_real(j, "over_decoding", over_decoding(b), RATIO);
    jval_set_real(j, "over_decoding_unread", over_decoding_unread(b), RATIO);
    jval_set(j, "speeds", speeds_json(b));
    jval_set(j, "others", others_json(b));
    return j;
}

/* --- text -------------------------------------------------------------- */

static void print_parts(const struct bench *b, struct str *t)
{
    str_printf(t, "%-12s %10s %10s %7s\n", "part", "median ms", "most ms",
               "share");
    for (size_t i = 0; i < b->n_parts; i++) {
        const struct bench_part *p = &b->parts[i];
        str_printf(t, "%-12s %10.1f %10.1f %6.1f%%\n", p->name, p->median_ms,
                   p->most_ms, 100 * p->median_ms / b->cpu_ms);
    }
    str_printf(t, "%-12s %10.1f\n%-12s %10.1f\n", "processor", b->cpu_ms,
               "wall clock", b->wall_ms);
    str_printf(t, "largest process: %ld MB\n\n", b->peak_kb / KB_PER_MB);
}

static void print_others(const struct bench *b, struct str *t)
{
    for (size_t i = 0; i < b->n_others; i++) {
        const struct bench_other *o = &b->others[i];
        if (o->why_not)
            str_printf(t, "%s: not measured: %s\n", o->name, o->why_not);
        else
            str_printf(t,
                       "%s: %.0f ms for %zu files, %.2f times the %.0f ms "
                       "of sealdesk\n",
                       o->name, o->cpu_ms, o->n_files, o->cpu_ms / o->ours_ms,
                       o->ours_ms);
    }
}

void bench_text(const struct bench *b, struct str *t)
{
    str_printf(t,
               "%zu applications, %zu files, %d runs; milliseconds of "
               "processor for one application\n\n",
               b->n_applications, b->n_files, b->runs);
    print_parts(b, t);
    str_add(t, "workers  applications per second\n");
    for (size_t i = 0; i < b->n_speeds; i++)
        str_printf(t, "%7d  %.3f (%.2f times one)\n", b->speeds[i].workers,
                   b->speeds[i].per_second,
                   b->speeds[i].per_second / b->speeds[0].per_second);
    str_printf(t, "\nto decoding alone: %.1f times, without reading %.1f\n",
               over_decoding(b), over_decoding_unread(b));
    print_others(b, t);
}
