/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * `judge`: the findings of stored reports made anew, from their measurements
 * and the present settings. No picture is opened. A report without
 * "application" came from `inspect` and is judged as one.
 */

#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/commands.h"
#include "intake/examine.h"
#include "intake/outcome.h"
#include "intake/report.h"

enum { MAX_REPORT = 64 << 20, MAX_LISTED = 10000 };

static int wrong(struct err *e, const char *path, const char *what)
{
    return err_set(e, ERR_FORMAT, "%s: %s", path, what);
}

static int read_documents(struct arena *a, const struct jval *j,
                          struct facts *f, struct err *e)
{
    size_t n = jval_count(j);
    f->documents = arena_new_array(a, n, struct document);
    for (size_t i = 0; i < n; i++) {
        int r = facts_json_read_document(a, jval_at(j, i), &f->documents[i], e);
        if (r)
            return err_context(e, r, "documents[%zu]", i);
    }
    f->n_documents = n;
    return 0;
}

static int read_seals(struct arena *a, const struct jval *j, struct facts *f,
                      struct err *e)
{
    size_t n = jval_count(j);
    f->seals = arena_new_array(a, n, struct seal);
    for (size_t i = 0; i < n; i++) {
        int r = facts_json_read_seal(a, jval_at(j, i), &f->seals[i], e);
        if (r)
            return err_context(e, r, "seals[%zu]", i);
    }
    f->n_seals = n;
    return 0;
}

static int read_facts(struct arena *a, const struct jval *j, const char *path,
                      struct facts *f, struct err *e)
{
    const struct jval *documents = jval_lookup(j, "documents");
    const struct jval *seals = jval_lookup(j, "seals");
    const struct jval *order = jval_lookup(j, "application");
    const char *today = jval_string(j, "today", NULL);
    if (strcmp(jval_string(j, "schema", ""), "sealdesk.report/1") != 0)
        return wrong(e, path, "is not a report (schema sealdesk.report/1)");
    if (jval_kind_of(documents) != JVAL_ARRAY ||
        jval_kind_of(seals) != JVAL_ARRAY ||
        jval_count(documents) > MAX_LISTED || jval_count(seals) > MAX_LISTED)
        return wrong(e, path, "documents and seals must be lists");
    if (today)
        f->today = arena_strdup(a, today);
    int r = read_documents(a, documents, f, e);
    if (r == 0)
        r = read_seals(a, seals, f, e);
    if (r == 0 && order)
        r = facts_json_read_order(a, order, &f->order, e);
    return r ? err_context(e, r, "%s", path) : 0;
}

/* One report as one line when there are several. */
static void compact(const struct str *pretty, struct str *out)
{
    struct jval *j;
    if (jval_parse(pretty->s, pretty->len, &j, NULL))
        out->failed = true;
    else {
        jval_print(j, false, out);
        str_add(out, "\n");
        jval_free(j);
    }
}

static int print_one(struct arena *a, const struct cli *cli,
                     const struct review *review)
{
    if (cli->n_args == 1 || cli_format_of(cli) != FORMAT_JSON)
        return outcome_print(a, cli, review);
    struct str pretty, line;
    str_init(&pretty, MAX_REPORT);
    str_init(&line, MAX_REPORT);
    report_json(a, review, &pretty);
    compact(&pretty, &line);
    int r = cli_print(&line);
    str_done(&pretty);
    str_done(&line);
    return r;
}

/* The exit code of one report. */
static int judge_one(struct arena *a, const struct cli *cli,
                     const struct conf *conf, const char *path)
{
    char *bytes;
    size_t n;
    struct err e = {0};
    struct jval *j = NULL;
    struct examined nothing = {0};
    struct facts f = {.today = cli->today};
    int r = file_read(a, path, MAX_REPORT, &bytes, &n, &e);
    if (r == 0)
        r = jval_parse(bytes, n, &j, &e);
    if (r && j == NULL && e.code == ERR_FORMAT)
        err_context(&e, r, "%s", path);
    if (r == 0)
        r = read_facts(a, j, path, &f, &e);
    bool is_inspection = !jval_lookup(j, "application");
    jval_free(j);
    if (r)
        return cli_fail(&e);
    const struct judgement *judgement =
        is_inspection ? engine_inspect(a, conf, &f) : engine_judge(a, conf, &f);
    struct review review = examine_review(conf, &nothing, &f, judgement);
    review.inspection = is_inspection;
    r = print_one(a, cli, &review);
    return r ? r : outcome_exit(judgement->verdict, &f);
}

int command_judge(struct arena *a, const struct cli *cli)
{
    int worst = 0;
    struct conf *conf = cli_settings(a, cli, &worst);
    if (!conf)
        return worst;
    for (size_t i = 0; i < cli->n_args; i++) {
        int r = judge_one(a, cli, conf, cli->args[i]);
        if (r > worst)
            worst = r;
    }
    return worst;
}
