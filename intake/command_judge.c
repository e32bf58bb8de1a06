/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * `judge`: the findings of stored reports made anew, from their measurements
 * and the present settings. No picture is opened. With --changes it tells what
 * is another than what was stored, with --diff what two settings make of the
 * same reports, with --decisions how the rules do against what people decided.
 */

#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/str.h"
#include "intake/commands.h"
#include "intake/judge/changes.h"
#include "intake/judge/decisions.h"
#include "intake/judge/scores.h"
#include "intake/judge/stored.h"
#include "intake/measure/examine.h"
#include "intake/outcome.h"
#include "intake/report/report.h"

enum { MAX_TEXT = 256 << 20, PER_REPORT = 64 << 20 };

/* Several reports as JSON: one line each. */
static int print_line(struct arena *a, const struct review *review)
{
    struct str line;
    str_init(&line, MAX_TEXT);
    report_json(a, review, false, &line);
    int r = cli_print(&line);
    str_done(&line);
    return r;
}

/* The exit code of one report. */
static int judge_one(struct arena *a, const struct cli *cli,
                     const struct conf *conf, const char *path, bool is_alone)
{
    struct err e = {0};
    struct stored stored;
    const struct examined nothing = {0};
    if (stored_load(a, path, cli->today, &stored, &e))
        return cli_fail(&e);
    const struct judgement *judgement = stored_judge(a, conf, &stored);
    struct review review =
        examine_review(conf, &nothing, &stored.facts, judgement);
    review.inspection = stored.is_inspection;
    bool is_line = !is_alone && cli_format_of(cli) == FORMAT_JSON;
    int r = is_line ? print_line(a, &review) : outcome_print(a, cli, &review);
    return r ? r : outcome_exit(judgement->verdict, &stored.facts);
}

/* What is done with each report; the arena is the report's. */
typedef void report_visit(void *context, struct arena *a,
                          const struct stored *report);

/* A report that cannot be read is told and left out; the code is kept. */
static int visit_all(const struct cli *cli, const char *const *paths, size_t n,
                     report_visit *visit, void *context)
{
    int worst = 0;
    for (size_t i = 0; i < n; i++) {
        struct err e = {0};
        struct stored stored;
        struct arena *a = arena_new(PER_REPORT);
        int r = stored_load(a, paths[i], cli->today, &stored, &e) ? cli_fail(&e)
                                                                  : 0;
        if (r == 0)
            visit(context, a, &stored);
        arena_free(a);
        worst = r > worst ? r : worst;
    }
    return worst;
}

struct comparison {
    struct changes *changes;
    const struct conf *from, *to; /* `from` NULL: against what was stored */
};

static void compare(void *context, struct arena *a, const struct stored *report)
{
    const struct comparison *c = context;
    struct opinion before =
        c->from ? stored_opinion(a, stored_judge(a, c->from, report))
                : report->opinion;
    struct opinion after = stored_opinion(a, stored_judge(a, c->to, report));
    changes_add(c->changes, report, &before, &after);
}

static int compare_all(struct arena *a, const struct cli *cli,
                       const struct conf *from, const struct conf *to,
                       const char *const *paths, size_t n)
{
    struct str t;
    struct changes *changes = changes_new(a);
    struct comparison comparison = {changes, from, to};
    int worst = visit_all(cli, paths, n, compare, &comparison);
    str_init(&t, MAX_TEXT);
    if (cli_format_of(cli) == FORMAT_JSON)
        changes_json(changes, &t);
    else
        changes_text(changes, &t);
    int r = cli_print(&t);
    str_done(&t);
    return r ? r : worst;
}

struct scoring {
    struct scores *scores;
    const struct conf *conf;
    const struct decisions *decisions;
};

static void score(void *context, struct arena *a, const struct stored *report)
{
    const struct scoring *c = context;
    struct opinion now = stored_opinion(a, stored_judge(a, c->conf, report));
    scores_add(c->scores, report, &now, c->decisions);
}

static int score_all(struct arena *a, const struct cli *cli, struct conf *conf,
                     const char *const *paths, size_t n)
{
    struct err e = {0};
    struct str t;
    struct decisions *decisions = decisions_new(a);
    if (decisions_load(decisions, cli->decisions, &e))
        return cli_fail(&e);
    struct conf *trial = cli->false_alarms >= 0 ? conf : NULL;
    struct scores *scores = scores_new(a, trial, cli->false_alarms);
    struct scoring scoring = {scores, conf, decisions};
    int worst = visit_all(cli, paths, n, score, &scoring);
    if (scores_decided(scores) == 0)
        cli_say("%s: no decision is about one of these reports",
                cli->decisions);
    str_init(&t, MAX_TEXT);
    if (cli_format_of(cli) == FORMAT_JSON)
        scores_json(scores, &t);
    else
        scores_text(scores, &t);
    int r = cli_print(&t);
    str_done(&t);
    return r ? r : worst;
}

static int judge_all(const struct cli *cli, const struct conf *conf,
                     const char *const *paths, size_t n)
{
    int worst = 0;
    for (size_t i = 0; i < n; i++) {
        struct arena *own = arena_new(PER_REPORT);
        int r = judge_one(own, cli, conf, paths[i], n == 1);
        worst = r > worst ? r : worst;
        arena_free(own);
    }
    return worst;
}

/* The settings of a file, as if it had been given by --config. */
static struct conf *settings_of(struct arena *a, const struct cli *cli,
                                const char *path, int *ret_exit)
{
    struct cli with = *cli;
    with.config = path;
    return cli_settings(a, &with, ret_exit);
}

/* The settings that judge, before and now; *ret_from is NULL without --diff. */
static int open_settings(struct arena *a, const struct cli *cli,
                         struct conf **ret_from, struct conf **ret_to)
{
    int r = 0;
    *ret_from = *ret_to = NULL;
    if (cli->diff)
        *ret_from = settings_of(a, cli, cli->args[0], &r);
    if (r == 0)
        *ret_to = cli->diff ? settings_of(a, cli, cli->args[1], &r)
                            : cli_settings(a, cli, &r);
    return r;
}

/* What cannot be asked for together. */
static int check_options(const struct cli *cli, struct err *e)
{
    bool is_table = cli->diff || cli->changes || cli->decisions;
    if (cli->format == FORMAT_HTML && is_table)
        return err_set(e, ERR_USAGE, "--format html: allowed are json, text");
    if (cli->diff + cli->changes + (cli->decisions != NULL) > 1)
        return err_set(e, ERR_USAGE,
                       "--changes, --diff, --decisions: one at a time");
    if (cli->false_alarms >= 0 && !cli->decisions)
        return err_set(e, ERR_USAGE, "--false-alarms needs --decisions FILE");
    return 0;
}

int command_judge(struct arena *a, const struct cli *cli)
{
    enum { SETTINGS = 2 }; /* OLD NEW before the reports */
    struct err e = {0};
    struct conf *from, *to;
    size_t n = 0, skip = cli->diff ? SETTINGS : 0;
    const char *const *paths = NULL;
    if (check_options(cli, &e) == 0 && cli->n_args <= skip)
        err_set(&e, ERR_USAGE, "judge --diff OLD NEW REPORT...: %zu given",
                cli->n_args);
    if (e.code == 0)
        stored_list(a, cli->args + skip, cli->n_args - skip, &paths, &n, &e);
    if (e.code)
        return cli_fail(&e);
    int r = open_settings(a, cli, &from, &to);
    if (r)
        return r;
    if (cli->diff || cli->changes)
        return compare_all(a, cli, from, to, paths, n);
    if (cli->decisions)
        return score_all(a, cli, to, paths, n);
    return judge_all(cli, to, paths, n);
}
