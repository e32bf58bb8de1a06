/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * `compare`: do two extracted impressions come from one stamp, and are they
 * suspiciously alike. Each file is opened in a child of its own; what comes
 * back are samples, and those are compared here. Two that are one and the
 * same impression, or that cannot be told, are for a person to look at.
 */

#include <math.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/str.h"
#include "imaging/decode.h"
#include "imaging/seal_compare.h"
#include "intake/bundle.h"
#include "intake/commands.h"
#include "intake/measure/measure.h"
#include "intake/measure/measured.h"
#include "intake/measure/worker.h"

enum { FILES = 2, TEXT_BYTES = 64 << 10, RATIO = 4, DEG = 2, MM = 2 };

static const size_t scratch_bytes = (size_t)64 << 20;

struct side {
    struct bundle_file file;
    struct imprint imprint;
};

/* Tells why a file could not be taken and returns the exit code. */
static int refuse(const struct bundle_file *f, int code, const char *why)
{
    cli_say("%s: %s%s%s", f->file, err_summary(code), why ? ": " : "",
            why ? why : "");
    cli_say("%s：%s。", f->file, err_zh(code));
    int exit_code = err_exit_code(code);
    return exit_code ? exit_code : EXIT_INTERNAL;
}

/* The imprints of both files; an exit code when there is one missing. */
static int take_both(struct arena *a, const struct conf *conf,
                     struct side sides[FILES])
{
    struct err e = {0};
    const struct bundle_file *files[FILES] = {&sides[0].file, &sides[1].file};
    struct worker_result results[FILES];
    struct measure m = {.conf = conf, .files = files};
    int worst = 0, r = decode_init(&e);
    if (r == 0)
        r = worker_run(a, conf_values(conf, worker_section.name),
                       measure_impression, &m, FILES, results, &e);
    if (r)
        return cli_fail(&e);
    for (int i = 0; i < FILES; i++) {
        const char *why = results[i].detail;
        int code = results[i].code;
        if (code == 0)
            code = measured_read_imprint(a, results[i].bytes, results[i].n,
                                         &sides[i].imprint, &why, &e);
        if (code == 0)
            continue;
        int exit_code = refuse(files[i], code, why ? why : e.text);
        worst = exit_code > worst ? exit_code : worst;
    }
    return worst;
}

static void set_tri(struct jval *j, const char *name, enum tri v)
{
    if (v == TRI_UNKNOWN)
        jval_set_null(j, name);
    else
        jval_set_bool(j, name, v == TRI_YES);
}

static struct jval *side_json(const struct side *s)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "file", s->file.file);
    jval_set_string(j, "sha256", s->file.sha256);
    jval_set_real(j, "size_mm",
                  s->imprint.scale_known ? s->imprint.size_mm : (double)NAN,
                  MM);
    return j;
}

static void write_json(const struct side sides[FILES],
                       const struct seal_comparison *c, struct str *t)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "schema", "sealdesk.comparison/1");
    jval_set(j, "a", side_json(&sides[0]));
    jval_set(j, "b", side_json(&sides[1]));
    set_tri(j, "same_stamp", c->is_same_stamp);
    set_tri(j, "same_impression", c->is_same_impression);
    jval_set_real(j, "confidence", c->confidence, RATIO);
    jval_set_real(j, "shape", c->shape, RATIO);
    jval_set(j, "extra_ink", jval_new_reals(c->extra, 2, RATIO));
    jval_set_real(j, "weak_cells", c->weak_cells, RATIO);
    jval_set_real(j, "correlation", c->correlation, RATIO);
    jval_set_real(j, "texture", c->texture, RATIO);
    jval_set_real(j, "turn", c->turn_deg, DEG);
    jval_set_real(j, "size_ratio", c->size_ratio, RATIO);
    jval_finish(j, true, t);
}

static void write_text(const struct seal_comparison *c, struct str *t)
{
    static const char *const stamp[] = {
        [TRI_UNKNOWN] = "无法确定是否为同一枚印章，请人工比对。",
        [TRI_NO] = "不是同一枚印章。",
        [TRI_YES] = "是同一枚印章。"};
    static const char *const impression[] = {
        [TRI_UNKNOWN] = "两个印迹过于相像，不能排除是同一次盖印，请人工比对。",
        [TRI_NO] = "是两次分别盖印。",
        [TRI_YES] = "两个印迹几乎完全一致，疑为同一次盖印的复制或粘贴。"};
    str_printf(t, "%s（把握 %.0f%%）\n", stamp[c->is_same_stamp],
               100 * c->confidence);
    if (c->is_same_stamp != TRI_NO)
        str_printf(t, "%s\n", impression[c->is_same_impression]);
    str_printf(t,
               "形状相关 %.3f，多出的墨迹 %.1f%% 和 %.1f%%，"
               "最不相符处的相关 %.3f，墨色相关 %.3f",
               c->shape, 100 * c->extra[0], 100 * c->extra[1], c->weak_cells,
               c->correlation);
    if (isfinite(c->texture))
        str_printf(t, "，笔画内纹理相关 %.3f", c->texture);
    str_add(t, "\n");
}

static int deliver(const struct cli *cli, const struct side sides[FILES],
                   const struct seal_comparison *c)
{
    struct str t;
    str_init(&t, TEXT_BYTES);
    if (cli_format_of(cli) == FORMAT_TEXT)
        write_text(c, &t);
    else
        write_json(sides, c, &t);
    int r = cli_print(&t);
    str_done(&t);
    bool plausible =
        c->is_same_stamp == TRI_YES && c->is_same_impression == TRI_NO;
    return r ? r : plausible ? EXIT_CLEAN : EXIT_FLAGGED;
}

int command_compare(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct conf *conf = cli_settings(a, cli, &r);
    if (!conf)
        return r;
    r = cli_refuse_html(cli);
    if (r)
        return r;
    const struct worker_limits *w = conf_values(conf, worker_section.name);
    struct side sides[FILES] = {0};
    for (int i = 0; i < FILES; i++) {
        sides[i].file = bundle_read_file(a, cli->args[i], SLOT_UNKNOWN,
                                         (size_t)w->file_mb << 20);
        if (sides[i].file.error)
            return refuse(&sides[i].file, sides[i].file.error,
                          sides[i].file.detail);
    }
    r = take_both(a, conf, sides);
    if (r)
        return r;
    struct arena *scratch = arena_new(scratch_bytes);
    struct seal_comparison c =
        seal_compare(scratch, &sides[0].imprint, &sides[1].imprint);
    arena_free(scratch);
    return deliver(cli, sides, &c);
}
