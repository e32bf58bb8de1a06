/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * `letter`: the return letter of a stored report, as if a person had confirmed
 * everything that failed. The pages' previews are taken from the report's
 * folder, if they are there (check --out).
 */

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/commands.h"
#include "intake/measure/measured.h"
#include "intake/measure/picture_name.h"
#include "intake/outcome.h"
#include "review/return_letter.h"

enum {
    MAX_REPORT = 16 << 20,
    MAX_PREVIEW = 8 << 20,
    MAX_LETTER = 64 << 20,
    DEADLINE_DAYS = 15,
    PRIVATE = 0600
};

static const char contact[] = "如有疑问，请拨打客服电话 400-800-1040。";

/* Width and height of a JPEG, from its frame header. */
static bool jpeg_size(const uint8_t *p, size_t n, int *ret_w, int *ret_h)
{
    for (size_t at = 2; at + 9 < n && p[at] == 0xff;) {
        unsigned marker = p[at + 1];
        bool is_frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
                        marker != 0xc8 && marker != 0xcc;
        if (is_frame) {
            *ret_h = p[at + 5] << 8 | p[at + 6];
            *ret_w = p[at + 7] << 8 | p[at + 8];
            return *ret_w > 0 && *ret_h > 0;
        }
        at += 2 + ((size_t)p[at + 2] << 8 | p[at + 3]);
    }
    return false;
}

/* A page's preview beside the report; false when there is none to be used. */
static bool read_page(struct arena *a, const char *folder, enum slot slot,
                      int number, const struct jval *page,
                      struct return_letter_page *ret)
{
    char *bytes;
    double width = jval_real(page, "width", 0);
    const char *name = picture_name_page(a, slot, number);
    *ret = (struct return_letter_page){.slot = slot,
                                       .page = number,
                                       .rotation_deg =
                                           (int)jval_int(page, "rotation", 0)};
    if (width <= 0 ||
        file_read_below(a, folder, name, MAX_PREVIEW, &bytes, &ret->n, NULL))
        return false;
    ret->jpeg = (const uint8_t *)bytes;
    if (!measured_is_jpeg(ret->jpeg, ret->n) ||
        !jpeg_size(ret->jpeg, ret->n, &ret->width, &ret->height))
        return false;
    ret->scale = ret->width / width;
    return true;
}

/* What a report says, as a letter needs it. */
struct source {
    struct return_letter_case c;
    struct return_letter_page *pages;
    size_t n_pages;
};

static void read_documents(struct arena *a, const char *folder,
                           const struct jval *report, struct source *ret)
{
    const struct jval *documents = jval_lookup(report, "documents");
    enum slot *slots = arena_new_array(a, jval_count(documents), enum slot);
    ret->c.slots = slots;
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        const struct jval *pages = jval_lookup(d, "pages");
        int slot = slot_from_name(jval_string(d, "slot", ""));
        if (slot < 0)
            continue;
        slots[ret->c.n_slots++] = (enum slot)slot;
        ret->pages =
            arena_grow(a, ret->pages, ret->n_pages,
                       ret->n_pages + jval_count(pages), sizeof *ret->pages);
        for (size_t p = 0; p < jval_count(pages); p++)
            ret->n_pages +=
                read_page(a, folder, (enum slot)slot, (int)p + 1,
                          jval_at(pages, p), &ret->pages[ret->n_pages]);
    }
}

static void read_findings(struct arena *a, const struct jval *report,
                          struct source *ret)
{
    const struct jval *list = jval_lookup(report, "findings");
    struct return_letter_finding *f =
        arena_new_array(a, jval_count(list), struct return_letter_finding);
    ret->c.findings = f;
    for (size_t i = 0; i < jval_count(list); i++) {
        const struct jval *j = jval_at(list, i);
        if (strcmp(jval_string(j, "answer", ""), "fail") == 0 &&
            strcmp(jval_string(j, "severity", ""), "info") != 0)
            ret->c.n_findings += return_letter_read_finding(
                a, j, arena_printf(a, "%zu", i + 1), &f[ret->c.n_findings]);
    }
}

static int read_source(struct arena *a, const struct cli *cli,
                       struct source *ret, struct err *e)
{
    const char *path = cli->args[0], *slash = strrchr(path, '/');
    const char *folder =
        slash ? arena_strndup(a, path, (size_t)(slash - path)) : ".";
    char *bytes;
    size_t n;
    struct jval *j;
    *ret = (struct source){.c.today = cli->today,
                           .c.deadline_days = DEADLINE_DAYS,
                           .c.contact = contact};
    int r = file_read(a, path, MAX_REPORT, &bytes, &n, e);
    if (r)
        return r;
    r = jval_parse(bytes, n, &j, e);
    if (r)
        return err_context(e, r, "%s", path);
    if (strcmp(jval_string(j, "schema", ""), "sealdesk.report/1") != 0) {
        jval_free(j);
        return err_set(e, ERR_FORMAT,
                       "%s: is not a report (schema sealdesk.report/1)", path);
    }
    const struct jval *organization =
        jval_lookup(jval_lookup(j, "application"), "organization");
    ret->c.order_no = arena_strdup(a, jval_string(j, "order_no", ""));
    ret->c.org_name = arena_strdup(a, jval_string(organization, "name", ""));
    read_documents(a, folder, j, ret);
    read_findings(a, j, ret);
    jval_free(j);
    return 0;
}

static int save(const struct cli *cli, const struct source *s,
                const struct return_letter *l, struct err *e)
{
    struct str html, pdf;
    str_init(&html, MAX_LETTER);
    str_init(&pdf, MAX_LETTER);
    return_letter_html(l, s->pages, s->n_pages, &html);
    int r = file_make_dir(cli->out, e);
    if (r == 0)
        r = return_letter_pdf(l, s->pages, s->n_pages, &pdf, e);
    if (r == 0)
        r = file_write(cli->out, "letter.html", html.s, html.len, PRIVATE, e);
    if (r == 0)
        r = file_write(cli->out, "letter.pdf", pdf.s, pdf.len, PRIVATE, e);
    str_done(&html);
    str_done(&pdf);
    return r;
}

static void write_text(const struct return_letter *l, struct str *t)
{
    str_printf(t, "%s\n订单编号：%s\n\n%s：\n%s\n", l->title, l->order_no,
               l->to, l->intro);
    for (size_t i = 0; i < l->n_items; i++)
        str_printf(t, "\n%zu. %s\n   %s\n   怎么改：%s\n", i + 1,
                   l->items[i].title, l->items[i].text, l->items[i].advice);
    str_printf(t, "\n%s\n%s\n%s\n", l->kept, l->closing, l->contact);
}

static int print(const struct cli *cli, const struct source *s,
                 const struct return_letter *l)
{
    struct str t;
    str_init(&t, MAX_LETTER);
    enum cli_format format = cli_format_of(cli);
    if (format == FORMAT_HTML) {
        return_letter_html(l, s->pages, s->n_pages, &t);
    } else if (format == FORMAT_TEXT) {
        write_text(l, &t);
    } else {
        jval_finish(return_letter_json(l), true, &t);
    }
    int r = cli_print(&t);
    str_done(&t);
    return r;
}

int command_letter(struct arena *a, const struct cli *cli)
{
    struct err e = {0};
    struct source s;
    if (read_source(a, cli, &s, &e))
        return cli_fail(&e);
    if (s.c.n_findings == 0) {
        cli_say("%s: nothing failed, there is no letter to write",
                cli->args[0]);
        cli_say("%s：没有不符合要求的地方，不用写通知书。", cli->args[0]);
        return EXIT_FLAGGED;
    }
    const struct return_letter *l = return_letter_make(a, &s.c);
    if (cli->out && save(cli, &s, l, &e))
        return outcome_fail(&e);
    return print(cli, &s, l);
}
