/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/outcome.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "intake/cli.h"
#include "intake/measure/examine.h"
#include "intake/measure/measured.h"
#include "intake/measure/review.h"
#include "intake/report/report.h"

enum { REPORT_BYTES = 1 << 30, PRIVATE = 0600, MAX_GRADE = 4 };

void outcome_tell_errors(const struct facts *facts)
{
    for (size_t i = 0; i < facts->n_documents; i++) {
        const struct document *d = &facts->documents[i];
        if (d->error == 0)
            continue;
        cli_say("%s: %s%s%s", d->file, err_summary(d->error),
                d->detail ? ": " : "", d->detail ? d->detail : "");
        cli_say("%s（%s）：%s。", slot_zh(d->slot), d->file, err_zh(d->error));
    }
}

void outcome_trace(const struct examined *x)
{
    for (size_t i = 0; i < x->facts.n_documents; i++) {
        const struct document *d = &x->facts.documents[i];
        const struct examined_process *p = &x->processes[i];
        for (size_t k = 0; k < p->n_trace; k++) {
            const struct trace_line *t = &p->trace[k];
            cli_say("trace: %s: page %d: %-8s %-7s %7.1f ms%s%s", d->file,
                    t->page, t->stage, t->outcome, t->ms, *t->why ? " " : "",
                    t->why);
        }
        cli_say("trace: %s: process: %.0f ms, %.0f ms of processor, %ld MB, "
                "attempts: %d",
                d->file, p->wall_ms, p->cpu_ms, p->max_rss_kb / 1024,
                p->attempts);
    }
}

int outcome_exit(enum verdict verdict, const struct facts *facts)
{
    int grade = (int)verdict, above = 0;
    for (size_t i = 0; i < facts->n_documents; i++) {
        int code = err_exit_code(facts->documents[i].error);
        if (code > MAX_GRADE && code > above)
            above = code;
        if (code <= MAX_GRADE && code > grade)
            grade = code;
    }
    return above ? above : grade;
}

static int save_pictures(const char *dir, const struct picture *pictures,
                         size_t n, bool dumps, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const struct picture *p = &pictures[i];
        if ((p->kind == PICTURE_STAGE) == dumps &&
            file_write(dir, p->name, p->bytes, p->n, PRIVATE, e))
            return e->code;
    }
    return 0;
}

int outcome_dump(const struct cli *cli, const struct examined *x, struct err *e)
{
    return cli->dump_stages ? save_pictures(cli->dump_stages, x->pictures,
                                            x->n_pictures, true, e)
                            : 0;
}

/* The folder is there and can be written. */
static int make_folder(const char *dir, struct err *e)
{
    int r = file_make_dir(dir, e);
    if (r == 0 && access(dir, W_OK | X_OK) != 0)
        r = err_set(e, ERR_SYS, "%s: %s", dir, strerror(errno));
    return r;
}

int outcome_folders(const struct cli *cli, struct err *e)
{
    int r = cli->out ? make_folder(cli->out, e) : 0;
    return r || !cli->dump_stages ? r : make_folder(cli->dump_stages, e);
}

int outcome_fail(const struct err *e)
{
    cli_say("the result could not be written: %s", e->text);
    cli_say("结果没有写成，请检查文件夹的权限和磁盘空间，或者换一个文件夹。");
    return err_exit_code(e->code);
}

static int save_text(const char *dir, const char *name, struct str *t,
                     struct err *e)
{
    int r = t->failed ? err_set(e, ERR_LIMIT, "%s: too large", name)
                      : file_write(dir, name, t->s, t->len, PRIVATE, e);
    str_done(t);
    return r;
}

/* report.json names the others and comes last: where it is, all is. */
int outcome_save(struct arena *a, const struct cli *cli,
                 const struct review *review, struct err *e)
{
    struct str t;
    if (!cli->out)
        return 0;
    int r =
        save_pictures(cli->out, review->pictures, review->n_pictures, false, e);
    if (r)
        return r;
    str_init(&t, REPORT_BYTES);
    report_html(a, review, cli->reveal, &t);
    r = save_text(cli->out, "report.html", &t, e);
    if (r)
        return r;
    str_init(&t, REPORT_BYTES);
    report_json(a, review, true, &t);
    return save_text(cli->out, "report.json", &t, e);
}

int outcome_print(struct arena *a, const struct cli *cli,
                  const struct review *review)
{
    struct str t;
    str_init(&t, REPORT_BYTES);
    switch (cli_format_of(cli)) {
    case FORMAT_HTML:
        report_html(a, review, cli->reveal, &t);
        break;
    case FORMAT_TEXT:
        report_text(a, review, cli->reveal, &t);
        break;
    default:
        report_json(a, review, true, &t);
        break;
    }
    int r = cli_print(&t);
    str_done(&t);
    return r;
}
