/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/report/rules_html.h"

#include <stddef.h>
#include <string.h>

#include "base/jval.h"
#include "base/str.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'\"><title>规则目录</title><style>"
    "body{margin:24px auto;max-width:60em;padding:0 16px;font:15px/1.6 "
    "sans-serif;color:#1c2127}h2{margin:24px 0 4px;font-size:17px}"
    "h2 small{font-weight:400;color:#4d5761}p{margin:2px 0}"
    "dl{display:grid;grid-template-columns:7em 1fr;gap:2px 12px;margin:0}"
    "dt{color:#4d5761}dd{margin:0}</style></head><body><h1>规则目录</h1>\n";

/* What stands in the catalogue by its word, as people say it. */
static const char *said(const char *word)
{
    static const char *const words[][2] = {
        {"block", "致命"},
        {"look", "需人看"},
        {"info", "提示"},
        {"clerk", "由审核人员核对"},
        {"applicant", "由申请人自己留意"},
        {"program", "由程序保证"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], word) == 0)
            return words[i][1];
    return word;
}

static void row(const struct jval *rule, const char *name, const char *label,
                struct str *out)
{
    const char *text = jval_string(rule, name, "");
    if (!*text)
        return;
    str_printf(out, "<dt>%s</dt><dd>", label);
    str_add_html(out, text);
    str_add(out, "</dd>");
}

static void section(const struct jval *rule, struct str *out)
{
    const struct jval *reasons = jval_lookup(rule, "reasons");
    const char *keeper = jval_string(rule, "keeper", "");
    str_add(out, "<section><h2>");
    str_add_html(out, jval_string(rule, "rule", ""));
    str_printf(out, " <small>%s</small></h2><dl>",
               said(jval_string(rule, "severity", keeper)));
    row(rule, "zh", "内容", out);
    row(rule, "unsure_zh", "不能确定", out);
    for (size_t i = 0; i < jval_count(reasons); i++)
        row(jval_at(reasons, i), "zh", "", out);
    row(rule, "advice_zh", "怎么改", out);
    row(rule, "person_zh", "仍要人看", out);
    row(rule, "seed_zh", "须知原文", out);
    str_add(out, "</dl></section>\n");
}

void rules_html(const struct jval *catalogue, struct str *out)
{
    str_add(out, head);
    for (size_t i = 0; i < jval_count(catalogue); i++)
        section(jval_at(catalogue, i), out);
    str_add(out, "</body></html>\n");
}
