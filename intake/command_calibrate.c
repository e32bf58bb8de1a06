/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * `calibrate`: settings from applications whose truth is known
 *
 * The folders hold stored reports (report.json, as `check --out` writes it).
 * What is true of them lies beside each as truth.json, which the generator
 * writes, or in the folder that was named as labels.csv and decisions.csv.
 */

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/commands.h"
#include "intake/judge/calibration.h"
#include "intake/judge/decisions.h"
#include "intake/judge/labels.h"
#include "intake/judge/stored.h"

enum { MAX_TEXT = 64 << 20, PER_REPORT = 64 << 20, MAX_TRUTH = 16 << 20 };

static const double usual_false_alarms = 0.01;

/* What is known, and the reports it is known of. */
struct labelled {
    struct labels *labels;
    struct decisions *decisions;
    const char *const *paths;
    size_t n;
};

/* A file that is not there is no failure. */
static int load_tables(struct arena *a, const struct cli *cli,
                       struct labelled *set, struct err *e)
{
    int r = 0;
    for (size_t i = 0; i < cli->n_args && r == 0; i++) {
        r = labels_load(set->labels,
                        arena_printf(a, "%s/labels.csv", cli->args[i]), e);
        if (r == 0 || r == ERR_MISSING)
            r = decisions_load(
                set->decisions,
                arena_printf(a, "%s/decisions.csv", cli->args[i]), e);
        if (r == ERR_MISSING)
            r = 0;
    }
    return r;
}

static int load_truth(struct labelled *set, const char *report, struct err *e)
{
    struct arena *a = arena_new(PER_REPORT);
    struct jval *truth = NULL;
    struct stored at = {.path = report};
    char *bytes;
    size_t n;
    stored_place(a, &at);
    int r = file_read(a, arena_printf(a, "%s/truth.json", at.folder), MAX_TRUTH,
                      &bytes, &n, e);
    if (r == 0)
        r = jval_parse(bytes, n, &truth, e);
    if (r == 0)
        labels_add_truth(set->labels, set->decisions, at.folder, truth);
    else if (r != ERR_MISSING)
        r = err_context(e, r, "%s/truth.json", at.folder);
    jval_free(truth);
    arena_free(a);
    return r == ERR_MISSING ? 0 : r;
}

static int load_labels(struct arena *a, const struct cli *cli,
                       struct labelled *set, struct err *e)
{
    set->labels = labels_new(a);
    set->decisions = decisions_new(a);
    int r = stored_list(a, cli->args, cli->n_args, &set->paths, &set->n, e);
    if (r == 0)
        r = load_tables(a, cli, set, e);
    for (size_t i = 0; i < set->n && r == 0; i++)
        r = load_truth(set, set->paths[i], e);
    if (r)
        return r;
    if (labels_count(set->labels) + decisions_count(set->decisions) == 0)
        return err_set(e, ERR_MISSING,
                       "%s: no truth.json, labels.csv or decisions.csv",
                       cli->args[0]);
    labels_sort(set->labels);
    return decisions_sort(set->decisions, e);
}

static int add_all(struct calibration *c, const struct cli *cli,
                   const struct labelled *set)
{
    int worst = 0;
    for (size_t i = 0; i < set->n; i++) {
        struct err e = {0};
        struct stored stored;
        struct arena *a = arena_new(PER_REPORT);
        int r = 0;
        if (stored_load(a, set->paths[i], cli->today, &stored, &e))
            r = cli_fail(&e);
        else
            calibration_add(c, &stored, set->labels, set->decisions);
        worst = r > worst ? r : worst;
        arena_free(a);
    }
    return worst;
}

static int save(const char *dir, const char *name, const struct str *t,
                struct err *e)
{
    int r = file_make_dir(dir, e);
    return r ? r : file_write(dir, name, t->s, t->len, 0644, e);
}

/* Settings to standard output, or both files into --out. */
static int print(struct calibration *c, const struct cli *cli,
                 const char *source)
{
    int r = 0;
    struct err e = {0};
    struct str settings, cues;
    str_init(&settings, MAX_TEXT);
    str_init(&cues, MAX_TEXT);
    calibration_print(c, source, &settings);
    if (cli->out) {
        calibration_print_cues(c, source, &cues);
        if (save(cli->out, "pipeline.conf", &settings, &e) ||
            save(cli->out, "cues.def", &cues, &e))
            r = cli_fail(&e);
    } else {
        r = cli_print(&settings);
    }
    str_done(&settings);
    str_done(&cues);
    return r;
}

int command_calibrate(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct err e = {0};
    struct labelled set = {0};
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    if (load_labels(a, cli, &set, &e))
        return cli_fail(&e);
    double rate =
        cli->false_alarms >= 0 ? cli->false_alarms : usual_false_alarms;
    struct calibration *c = calibration_new(a, conf, rate);
    int worst = add_all(c, cli, &set);
    const char *source = cli->args[0];
    for (size_t i = 1; i < cli->n_args; i++)
        source = arena_printf(a, "%s %s", source, cli->args[i]);
    r = print(c, cli, source);
    return r ? r : worst;
}
