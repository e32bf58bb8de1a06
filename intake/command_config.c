/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `config` and `rules`: the tables of the program, as text. */

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/commands.h"
#include "intake/sections.h"
#include "rules/engine.h"
#include "rules/settings.h"

enum { TEXT_BYTES = 16 << 20 };

static int check_file(struct arena *a, const struct cli *cli)
{
    int r = EXIT_CLEAN;
    struct cli c = *cli;
    c.config = cli->check_file;
    const struct conf *conf = cli_settings(a, &c, &r);
    if (!conf)
        return r;
    cli_say("%s: no mistakes; settings %.12s", c.config, conf_hash(conf));
    cli_say("%s：没有错误。", c.config);
    return r;
}

int command_config(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct str t;
    if (cli->check_file)
        return check_file(a, cli);
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    str_init(&t, TEXT_BYTES);
    if (cli->markdown)
        conf_print_reference(conf, &t);
    else
        conf_print(conf, &t);
    r = cli_print(&t);
    str_done(&t);
    return r;
}

static void rules_json(const struct conf *conf, struct str *t)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *rule = engine_rule(i);
        struct jval *j = jval_new_object();
        jval_set_string(j, "rule", rule->id);
        jval_set_string(j, "severity",
                        severity_name(settings_severity_of(conf, rule)));
        jval_set_string(j, "zh", rule->zh);
        jval_set_string(j, "en", rule->en);
        jval_set_string(j, "unsure_zh", rule->unsure_zh);
        jval_set_string(j, "unsure_en", rule->unsure_en);
        jval_set_string(j, "advice_zh", rule->advice_zh);
        jval_append(all, j);
    }
    jval_print(all, true, t);
    str_add(t, "\n");
    jval_free(all);
}

static void rules_text(const struct conf *conf, struct str *t)
{
    for (size_t i = 0; i < engine_rule_count(); i++) {
        const struct rule *rule = engine_rule(i);
        str_printf(t, "%-4s %-5s  %s\n            %s\n", rule->id,
                   severity_name(settings_severity_of(conf, rule)), rule->zh,
                   rule->en);
    }
}

int command_rules(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct err e = {0};
    struct str t;
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    if (cli->format == FORMAT_HTML) {
        err_set(&e, ERR_USAGE, "rules --format html: allowed are json, text");
        return cli_fail(&e);
    }
    str_init(&t, TEXT_BYTES);
    if (cli_format_of(cli) == FORMAT_TEXT)
        rules_text(conf, &t);
    else
        rules_json(conf, &t);
    r = cli_print(&t);
    str_done(&t);
    return r;
}
