/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The letter as JSON: kept with the decision, shown to whoever changes it. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/facts_json.h"
#include "base/jval.h"
#include "review/return_letter.h"

enum { MAX_TEXT = 2000, MAX_ITEMS = 60 };

static Rect read_box(const struct jval *j)
{
    double v[4] = {0};
    for (size_t i = 0; i < 4 && jval_count(j) == 4; i++)
        v[i] = jval_real_value(jval_at(j, i), 0);
    for (size_t i = 0; i < 4; i++)
        if (!isfinite(v[i]))
            return (Rect){0};
    return (Rect){v[0], v[1], v[2], v[3]};
}

static struct jval *evidence_json(const struct evidence *e, size_t n)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < n; i++) {
        struct jval *one = jval_new_object();
        jval_set_string(one, "slot", slot_name(e[i].slot));
        jval_set_int(one, "page", e[i].page);
        jval_set(one, "box", facts_json_box(e[i].box));
        jval_append(all, one);
    }
    return all;
}

/* At most `max`; what names no paper is left out. */
static size_t read_evidence(const struct jval *list, struct evidence *ret,
                            size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < jval_count(list) && n < max; i++) {
        const struct jval *j = jval_at(list, i);
        int slot = slot_from_name(jval_string(j, "slot", ""));
        if (slot < 0)
            continue;
        ret[n++] =
            (struct evidence){(enum slot)slot, (int)jval_int(j, "page", 1),
                              read_box(jval_lookup(j, "box"))};
    }
    return n;
}

static struct jval *item_json(const struct return_letter_item *item)
{
    struct jval *j = jval_new_object(), *ids = jval_new_array();
    for (size_t i = 0; i < item->n_findings; i++)
        jval_append_string(ids, item->findings[i]);
    jval_set_string(j, "cause", item->cause);
    jval_set_string(j, "finding", item->n_findings ? item->findings[0] : "");
    jval_set(j, "findings", ids);
    jval_set_string(j, "slot",
                    item->slot != SLOT_UNKNOWN ? slot_name(item->slot) : NULL);
    jval_set_string(j, "title", item->title);
    jval_set_string(j, "text", item->text);
    jval_set_string(j, "advice", item->advice);
    jval_set(j, "pictures", evidence_json(item->pictures, item->n_pictures));
    return j;
}

struct jval *return_letter_json(const struct return_letter *l)
{
    struct jval *j = jval_new_object(), *items = jval_new_array();
    for (size_t i = 0; i < l->n_items; i++)
        jval_append(items, item_json(&l->items[i]));
    jval_set_string(j, "title", l->title);
    jval_set_string(j, "order_no", l->order_no);
    jval_set_string(j, "to", l->to);
    jval_set_string(j, "intro", l->intro);
    jval_set(j, "items", items);
    jval_set_string(j, "kept", l->kept);
    jval_set_string(j, "closing", l->closing);
    jval_set_string(j, "deadline", l->deadline);
    jval_set_string(j, "contact", l->contact);
    return j;
}

/* The member as a text of the arena; too long a one is an error. */
static int text(struct arena *a, const struct jval *j, const char *name,
                const char **ret, struct err *e)
{
    const char *s = jval_string(j, name, "");
    if (strlen(s) > MAX_TEXT)
        return err_set(e, ERR_FORMAT, "%s: longer than %d bytes", name,
                       MAX_TEXT);
    *ret = arena_strdup(a, s);
    return 0;
}

static int read_item(struct arena *a, const struct jval *j,
                     struct return_letter_item *ret, struct err *e)
{
    const struct jval *ids = jval_lookup(j, "findings");
    int slot = slot_from_name(jval_string(j, "slot", ""));
    ret->slot = slot < 0 ? SLOT_UNKNOWN : (enum slot)slot;
    ret->n_findings = jval_count(ids);
    ret->findings = arena_new_array(a, ret->n_findings, const char *);
    for (size_t i = 0; i < ret->n_findings; i++)
        ret->findings[i] =
            arena_strdup(a, jval_string_value(jval_at(ids, i), ""));
    ret->n_pictures = read_evidence(jval_lookup(j, "pictures"), ret->pictures,
                                    RETURN_LETTER_PICTURES);
    int r = text(a, j, "cause", &ret->cause, e);
    if (r == 0)
        r = text(a, j, "title", &ret->title, e);
    if (r == 0)
        r = text(a, j, "text", &ret->text, e);
    return r ? r : text(a, j, "advice", &ret->advice, e);
}

int return_letter_read(struct arena *a, const struct jval *j,
                       struct return_letter **ret, struct err *e)
{
    struct return_letter *l = arena_new_struct(a, struct return_letter);
    const struct jval *items = jval_lookup(j, "items");
    const struct {
        const char *name, **to;
    } texts[] = {
        {"title", &l->title},
        {"order_no", &l->order_no},
        {"to", &l->to},
        {"intro", &l->intro},
        {"kept", &l->kept},
        {"closing", &l->closing},
        {"deadline", &l->deadline},
        {"contact", &l->contact},
    };
    l->n_items = jval_count(items);
    if (jval_kind_of(items) != JVAL_ARRAY || l->n_items > MAX_ITEMS)
        return err_set(e, ERR_FORMAT, "items: a list of at most %d is wanted",
                       MAX_ITEMS);
    l->items = arena_new_array(a, l->n_items, struct return_letter_item);
    int r = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && r == 0; i++)
        r = text(a, j, texts[i].name, texts[i].to, e);
    for (size_t i = 0; i < l->n_items && r == 0; i++)
        r = read_item(a, jval_at(items, i), &l->items[i], e);
    *ret = l;
    return r;
}

bool return_letter_read_finding(struct arena *a, const struct jval *j,
                                const char *id,
                                struct return_letter_finding *ret)
{
    const struct jval *data = jval_lookup(j, "data");
    int slot = slot_from_name(jval_string(j, "slot", ""));
    *ret = (struct return_letter_finding){
        .id = arena_strdup(a, id),
        .rule = arena_strdup(a, jval_string(j, "rule", "")),
        .reason = arena_strdup(a, jval_string(data, "reason", "")),
        .is_unsure = strcmp(jval_string(j, "answer", ""), "fail") != 0,
        .slot = slot < 0 ? SLOT_UNKNOWN : (enum slot)slot,
        .zh = arena_strdup(a, jval_string(j, "zh", "")),
        .advice_zh = arena_strdup(a, jval_string(j, "advice_zh", ""))};
    ret->n_evidence =
        read_evidence(jval_lookup(j, "evidence"), ret->evidence, MAX_EVIDENCE);
    return ret->rule[0] && ret->zh[0];
}
