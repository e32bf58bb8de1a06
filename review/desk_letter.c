/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Letters: made from what is marked as standing, changed by a person, kept with
 * the decision. Staff see the letter as it would be sent now, or as it was
 * sent; applicants only one that is in force.
 */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/str.h"
#include "intake/blob/vault.h"
#include "intake/core/service.h"
#include "intake/measure/picture_name.h"
#include "intake/queue/process.h"
#include "review/handlers.h"
#include "review/return_letter.h"
#include "review/rule_words.h"

static const char contact[] = "如有疑问，请拨打客服电话 400-800-1040。";
static const char label[] = "letter";

enum { MAX_LETTER = 8 << 20 };

/* --- making -------------------------------------------------------------- */

static size_t confirmed(const struct desk_load *l,
                        const struct desk_marks *marks,
                        struct return_letter_finding *ret)
{
    const struct jval *findings = jval_lookup(l->report, "findings");
    size_t n = 0;
    for (size_t i = 0; i < jval_count(findings); i++) {
        const char *id = desk_finding_id(l->arena, findings, i);
        const struct store_mark *m = desk_mark_find(marks, id);
        n += m && strcmp(m->mark, "stands") == 0 &&
             return_letter_read_finding(l->arena, jval_at(findings, i), id,
                                        &ret[n]);
    }
    return n;
}

static size_t papers(const struct desk_load *l, enum slot *ret)
{
    const struct jval *documents = jval_lookup(l->report, "documents");
    size_t n = 0;
    for (size_t i = 0; i < jval_count(documents); i++) {
        int slot =
            slot_from_name(jval_string(jval_at(documents, i), "slot", ""));
        if (slot >= 0)
            ret[n++] = (enum slot)slot;
    }
    return n;
}

static const struct return_letter_item *item_of(const struct return_letter *l,
                                                const char *finding)
{
    for (size_t i = 0; i < l->n_items; i++)
        for (size_t k = 0; k < l->items[i].n_findings; k++)
            if (strcmp(l->items[i].findings[k], finding) == 0)
                return &l->items[i];
    return NULL;
}

/* One item as a person left it: a machine's with other words, or their own. */
static struct return_letter_item edited(struct arena *a,
                                        const struct return_letter *made,
                                        const struct jval *j)
{
    const struct return_letter_item *from =
        item_of(made, jval_string(j, "finding", ""));
    int slot = slot_from_name(jval_string(j, "slot", ""));
    struct return_letter_item item = {
        .cause = "person", .slot = slot < 0 ? SLOT_UNKNOWN : (enum slot)slot};
    if (from)
        item = *from;
    else
        item.title = slot < 0 ? "订单信息" : slot_zh((enum slot)slot);
    item.text = arena_strdup(a, jval_string(j, "text", from ? from->text : ""));
    item.advice =
        arena_strdup(a, jval_string(j, "advice", from ? from->advice : ""));
    return item;
}

/* Every confirmed cause stays in the letter: an item that is left out is put
 * at the end again, so that nothing is told in a second round only. */
static void apply_edits(struct arena *a, struct return_letter *l,
                        const struct jval *edits)
{
    const struct jval *list = jval_lookup(edits, "items");
    const char *intro = jval_string(edits, "intro", ""),
               *closing = jval_string(edits, "closing", "");
    if (intro[0])
        l->intro = arena_strdup(a, intro);
    if (closing[0])
        l->closing = arena_strdup(a, closing);
    size_t n = jval_count(list), had = 0;
    if (n == 0)
        return;
    struct return_letter_item *items =
        arena_new_array(a, n + l->n_items, struct return_letter_item);
    struct return_letter with = *l;
    for (size_t i = 0; i < n; i++)
        items[had++] = edited(a, l, jval_at(list, i));
    with.items = items;
    with.n_items = had;
    for (size_t i = 0; i < l->n_items; i++)
        if (l->items[i].n_findings && !item_of(&with, l->items[i].findings[0]))
            items[had++] = l->items[i];
    l->items = items;
    l->n_items = had;
}

int desk_make_letter(const struct desk_load *l, const struct desk_marks *marks,
                     const struct jval *edits, int64_t now_ms,
                     struct return_letter **ret, struct err *e)
{
    struct arena *a = l->arena;
    size_t n = jval_count(jval_lookup(l->report, "findings"));
    struct return_letter_finding *f =
        arena_new_array(a, n, struct return_letter_finding);
    enum slot *slots = arena_new_array(
        a, jval_count(jval_lookup(l->report, "documents")), enum slot);
    const struct return_letter_case c = {.order_no = l->row.order_no,
                                         .org_name = l->row.org_name,
                                         .slots = slots,
                                         .n_slots = papers(l, slots),
                                         .findings = f,
                                         .n_findings = confirmed(l, marks, f),
                                         .today = process_today(a, now_ms),
                                         .deadline_days = DESK_LETTER_DAYS,
                                         .contact = contact};
    struct return_letter *made = return_letter_make(a, &c);
    if (edits)
        apply_edits(a, made, edits);
    /* What was put together is held to the limits of what is read. */
    struct jval *j = return_letter_json(made);
    int r = return_letter_read(a, j, ret, e);
    jval_free(j);
    return r;
}

struct store_bytes desk_seal_letter(struct service *s, struct arena *a,
                                    const struct store_application *row,
                                    const struct return_letter *l,
                                    struct err *e)
{
    struct vault_key k;
    struct str t;
    struct store_bytes sealed = {0};
    if (vault_key_open(s->vault, row->id, row->data_key, &k, e))
        return sealed;
    struct jval *j = return_letter_json(l);
    str_init(&t, MAX_LETTER);
    jval_print(j, false, &t);
    sealed = vault_seal(&k, a, label, t.s, t.len);
    str_done(&t);
    jval_free(j);
    vault_key_done(&k);
    return sealed;
}

/* --- showing ------------------------------------------------------------- */

static int unseal(struct service *s, struct arena *a,
                  const struct store_application *row,
                  const struct store_decision *d, struct return_letter **ret,
                  struct err *e)
{
    struct vault_key k;
    char *bytes;
    size_t n;
    struct jval *j;
    int r = vault_key_open(s->vault, row->id, row->data_key, &k, e);
    if (r)
        return r;
    r = vault_unseal(&k, a, label, d->letter, &bytes, &n, e);
    vault_key_done(&k);
    if (r == 0)
        r = jval_parse(bytes, n, &j, e);
    if (r)
        return r;
    r = return_letter_read(a, j, ret, e);
    jval_free(j);
    return r;
}

/* The newest decision that has a letter: in force, or, for staff, also one
 * that can still be undone; of the present revision. NULL: none. */
static const struct store_decision *with_letter(struct service *s,
                                                struct arena *a,
                                                const struct request *q,
                                                const char *application,
                                                struct err *e)
{
    bool is_staff = permission_has(PERMIT_REVIEW_READ, q->who.roles);
    struct store_decision *rows;
    const struct store_decision *d = NULL;
    size_t n;
    if (store_decisions(s->store, a, application, &rows, &n, e))
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (rows[i].letter.n > 0 &&
            (rows[i].state == DECISION_SETTLED ||
             (is_staff && (rows[i].state == DECISION_PENDING ||
                           rows[i].state == DECISION_SECOND))))
            d = &rows[i];
    return d;
}

/* The run that a decision was about. */
static const char *run_of(struct arena *a, const struct store_decision *d)
{
    struct jval *j;
    if (!d || !d->items || jval_parse(d->items, strlen(d->items), &j, NULL))
        return NULL;
    const char *run = jval_string(j, "run", NULL);
    run = run ? arena_strdup(a, run) : NULL;
    jval_free(j);
    return run;
}

/* Step 0: which letter it is, and its pictures. */
static int start(struct service *s, struct arena *a, const struct request *q,
                 bool wants_pages, struct response *r, struct err *e)
{
    struct store_application row;
    int code = desk_find(s, a, q, &row, e);
    if (code)
        return code;
    const struct store_decision *d = with_letter(s, a, q, row.id, NULL);
    bool is_at_work = row.stage == STAGE_REVIEW || row.stage == STAGE_HELD;
    bool is_staff = permission_has(PERMIT_REVIEW_READ, q->who.roles);
    if (!row.run || (!d && !(is_staff && is_at_work)))
        return problem_set(r, PROBLEM_NOT_FOUND, "还没有通知书。");
    const char *run = is_staff && is_at_work ? NULL : run_of(a, d);
    return desk_load(s, a, &row, run,
                     DESK_BEFORE | (wants_pages ? DESK_PAGES : 0), r, e);
}

/* Step 1. */
static int find(struct service *s, struct arena *a, const struct request *q,
                struct desk_load **ret_load, struct return_letter **ret,
                struct err *e)
{
    struct desk_load *l;
    struct desk_marks marks;
    int code = desk_loaded(q, &l, e);
    if (code)
        return code;
    *ret_load = l;
    bool is_staff = permission_has(PERMIT_REVIEW_READ, q->who.roles);
    if (is_staff &&
        (l->row.stage == STAGE_REVIEW || l->row.stage == STAGE_HELD)) {
        code = desk_marks(s, l, &l->row, &marks, e);
        return code ? code
                    : desk_make_letter(l, &marks, NULL, q->now_ms, ret, e);
    }
    const struct store_decision *d = with_letter(s, a, q, l->row.id, e);
    return d ? unseal(s, a, &l->row, d, ret, e)
             : err_set(e, ERR_MISSING, "no letter");
}

/* The preview of the page that a picture is cut from. */
static const struct store_artefact *preview_of(const struct desk_load *l,
                                               const struct jval *picture)
{
    int slot = slot_from_name(jval_string(picture, "slot", ""));
    return slot < 0 ? NULL
                    : desk_artefact(l, picture_name_page(
                                           l->arena, (enum slot)slot,
                                           (int)jval_int(picture, "page", 1)));
}

/* Each picture's page as an address, with its pixels per pixel of the scan;
 * the first one's also as the item's. */
static void set_pictures(const struct desk_load *l, struct jval *item)
{
    enum { DECIMALS = 4 };
    const struct jval *all = jval_lookup(item, "pictures");
    jval_set_null(item, "picture");
    for (size_t i = jval_count(all); i > 0; i--) {
        struct jval *p = jval_at(all, i - 1);
        const struct store_artefact *row = preview_of(l, p);
        double width = jval_real(
            desk_page(l, jval_string(p, "slot", ""), jval_int(p, "page", 1)),
            "width", 0);
        if (!row || width <= 0)
            continue;
        const char *url = desk_picture_url(l, row->name, false);
        jval_set_string(p, "url", url);
        jval_set_real(p, "scale", (double)row->width / width, DECIMALS);
        jval_set_string(item, "picture", url);
    }
}

int desk_letter(struct service *s, struct arena *a, const struct request *q,
                struct response *r, struct err *e)
{
    struct desk_load *l = NULL;
    struct return_letter *letter = NULL;
    if (q->step == 0)
        return start(s, a, q, false, r, e);
    int code = find(s, a, q, &l, &letter, e);
    if (code)
        return code;
    struct jval *j = return_letter_json(letter);
    const struct jval *items = jval_lookup(j, "items");
    for (size_t i = 0; i < jval_count(items); i++)
        set_pictures(l, jval_at(items, i));
    if (permission_has(PERMIT_DECIDE, q->who.roles))
        jval_set(j, "rules", rule_words_choices());
    return response_json(r, 200, j);
}

/* A letter on its way to a file. */
struct printing {
    const struct desk_load *load;
    const struct return_letter *letter;
    bool as_pdf;
    const char *bytes;
    size_t n;
};

/* On a thread: laying out Chinese text takes its time. */
static int run_print(struct service *s, void *context, struct err *e)
{
    struct printing *p = context;
    const struct desk_load *l = p->load;
    struct str t;
    int r = 0;
    (void)s;
    str_init(&t, MAX_LETTER);
    if (p->as_pdf)
        r = return_letter_pdf(p->letter, l->pages, l->n_pages, &t, e);
    else
        return_letter_html(p->letter, l->pages, l->n_pages, &t);
    if (r == 0 && t.failed)
        r = err_set(e, ERR_LIMIT, "the letter is too large");
    if (r == 0) {
        p->bytes = arena_memdup(l->arena, t.s, t.len);
        p->n = t.len;
    }
    str_done(&t);
    return r;
}

static int print(struct service *s, struct arena *a, const struct request *q,
                 bool as_pdf, struct response *r, struct err *e)
{
    struct desk_load *l;
    struct return_letter *letter;
    struct printing *p = q->state;
    if (q->step == 0)
        return start(s, a, q, true, r, e);
    if (q->step == 1) {
        int code = find(s, a, q, &l, &letter, e);
        p = arena_new_struct(a, struct printing);
        *p = (struct printing){.load = l, .letter = letter, .as_pdf = as_pdf};
        return code ? code : response_work(r, run_print, p);
    }
    if (q->result)
        return err_set(e, (enum err_code)q->result, "the letter");
    if (as_pdf)
        r->disposition = arena_printf(a, "通知书-%s.pdf", p->letter->order_no);
    return response_bytes(
        r, 200, as_pdf ? "application/pdf" : "text/html; charset=utf-8",
        p->bytes, p->n);
}

int desk_letter_html(struct service *s, struct arena *a,
                     const struct request *q, struct response *r, struct err *e)
{
    response_header(r, "Content-Security-Policy",
                    "default-src 'none'; img-src data:; style-src "
                    "'unsafe-inline'; frame-ancestors 'self'");
    return print(s, a, q, false, r, e);
}

int desk_letter_pdf(struct service *s, struct arena *a, const struct request *q,
                    struct response *r, struct err *e)
{
    return print(s, a, q, true, r, e);
}
