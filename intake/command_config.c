/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `config` and `rules`: the tables of the program, as text. */

#include "base/arena.h"
#include "base/conf.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/commands.h"
#include "intake/report/rules_html.h"
#include "intake/sections.h"
#include "rules/catalogue.h"

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

/* As JSON, or as a page made from it. */
static void print_rules(const struct conf *conf, bool is_page, struct str *t)
{
    struct jval *all = catalogue_json(conf);
    if (is_page) {
        rules_html(all, t);
    } else {
        jval_print(all, true, t);
        str_add(t, "\n");
    }
    jval_free(all);
}

int command_rules(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct str t;
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    str_init(&t, TEXT_BYTES);
    if (cli->markdown)
        catalogue_markdown(conf, &t);
    else if (cli_format_of(cli) == FORMAT_TEXT)
        catalogue_text(conf, &t);
    else
        print_rules(conf, cli->format == FORMAT_HTML, &t);
    r = cli_print(&t);
    str_done(&t);
    return r;
}
