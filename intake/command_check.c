/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `check` and `inspect`: measure, judge, report. */

#include <string.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "intake/bundle.h"
#include "intake/commands.h"
#include "intake/measure/examine.h"
#include "intake/measure/worker.h"
#include "intake/outcome.h"

static size_t max_bytes(const struct conf *conf)
{
    const struct worker_limits *w = conf_values(conf, worker_section.name);
    return (size_t)w->file_mb << 20;
}

typedef const struct judgement *judge_function(struct arena *a,
                                               const struct conf *conf,
                                               const struct facts *facts);

static int review_files(struct arena *a, const struct cli *cli,
                        const struct conf *conf, const struct bundle *b,
                        judge_function *judge)
{
    const struct examine_options options = {
        .jobs = cli->jobs,
        .reads_fields = true,
        .sends_evidence = cli->out || cli_format_of(cli) == FORMAT_HTML,
        .sends_dumps = cli->dump_stages != NULL,
        .reveal = cli->reveal,
        .order = &b->order};
    struct err e = {0};
    struct examined x;
    if (outcome_folders(cli, &e))
        return outcome_fail(&e);
    if (examine_files(a, conf, &options, b->files, b->n_files, &x, &e))
        return cli_fail(&e);
    if (outcome_dump(cli, &x, &e))
        return outcome_fail(&e);
    struct facts facts = x.facts;
    facts.today = cli->today;
    facts.order = b->order;
    const struct judgement *j = judge(a, conf, &facts);
    struct review review = examine_review(conf, &x, &facts, j);
    review.inspection = judge == engine_inspect;
    if (cli->trace)
        outcome_trace(&x);
    outcome_tell_errors(&facts);
    if (outcome_save(a, cli, &review, &e))
        return outcome_fail(&e);
    int r = outcome_print(a, cli, &review);
    return r ? r : outcome_exit(j->verdict, &facts);
}

int command_check(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct err e = {0};
    struct bundle b;
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    if (bundle_load(a, cli->args[0], max_bytes(conf), &b, &e)) {
        for (size_t i = 0; i < b.n_mistakes; i++)
            cli_say("%s/%s", cli->args[0], b.mistakes[i]);
        return cli_fail(&e);
    }
    return review_files(a, cli, conf, &b, engine_judge);
}

int command_inspect(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct err e = {0};
    if (cli->slot == SLOT_UNKNOWN) {
        err_set(&e, ERR_USAGE,
                "inspect needs --slot SLOT; see sealdesk "
                "inspect --help");
        return cli_fail(&e);
    }
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    struct bundle_file file =
        bundle_read_file(a, cli->args[0], cli->slot, max_bytes(conf));
    struct bundle b = {.files = &file, .n_files = 1};
    return review_files(a, cli, conf, &b, engine_inspect);
}
