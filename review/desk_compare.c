/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The comparison strip: for each value the order's, and below it what every
 * paper says, with the characters that differ. Codes of one length are compared
 * place by place, everything else by the longest common subsequence with the
 * order's value, so that one character too many does not make all that follow
 * differ.
 */

#include <string.h>

#include "base/arena.h"
#include "base/jval.h"
#include "base/resident_id.h"
#include "base/uscc.h"
#include "base/utf8.h"
#include "intake/measure/picture_name.h"
#include "review/handlers.h"

enum { MAX_CODES = 200, CONFIDENCE = 4 };

static const struct item {
    const char *field, *label, *path[2]; /* of the order in the report */
    bool is_private, is_code, is_name;
} items[] = {
    {"credit_code",
     "统一社会信用代码",
     {"organization", "credit_code"},
     false,
     true,
     false},
    {"org_name", "单位名称", {"organization", "name"}, false, false, true},
    {"legal_rep",
     "法定代表人",
     {"legal_representative", "name"},
     false,
     false,
     true},
    {"handler_name", "经办人", {"handler", "name"}, false, false, true},
    {"handler_id",
     "经办人身份证号",
     {"handler", "id_number"},
     true,
     true,
     false},
    {"handler_mobile", "经办人手机", {"handler", "mobile"}, true, true, false},
    {"project", "项目名称", {"project", NULL}, false, false, true},
    {"order_no", "订单编号", {"order_no", NULL}, false, true, false},
    {"valid_to", "有效期止", {NULL, NULL}, false, true, false},
};

/* Marks in `differs` what of b is not in the longest common subsequence. */
static void align(struct arena *a, const uint32_t *x, size_t nx,
                  const uint32_t *y, size_t ny, bool *differs)
{
    uint16_t *t = arena_new_array(a, (nx + 1) * (ny + 1), uint16_t);
    const size_t w = ny + 1;
    for (size_t i = nx; i-- > 0;)
        for (size_t k = ny; k-- > 0;) {
            uint16_t down = t[(i + 1) * w + k], right = t[i * w + k + 1];
            t[i * w + k] = x[i] == y[k] ? (uint16_t)(t[(i + 1) * w + k + 1] + 1)
                           : down > right ? down
                                          : right;
        }
    for (size_t i = 0, k = 0; k < ny;) {
        if (i < nx && x[i] == y[k]) {
            i++;
            k++;
        } else if (i < nx && t[(i + 1) * w + k] >= t[i * w + k + 1]) {
            i++;
        } else {
            differs[k++] = true;
        }
    }
}

/* Positions in `value` that the order's value has not. */
static struct jval *differing(struct arena *a, const struct item *item,
                              const char *ordered, const char *value)
{
    struct jval *list = jval_new_array();
    if (!ordered || !ordered[0])
        return list;
    const char *same = item->is_name ? utf8_name(a, ordered) : ordered;
    const char *mine = item->is_name ? utf8_name(a, value) : value;
    if (strcmp(same, mine) == 0)
        return list;
    size_t nx, ny;
    uint32_t *x = utf8_codes(a, same, &nx), *y = utf8_codes(a, value, &ny);
    if (nx > MAX_CODES || ny > MAX_CODES)
        return list;
    bool *differs = arena_new_array(a, ny + 1, bool);
    if (item->is_code && nx == ny)
        for (size_t i = 0; i < ny; i++)
            differs[i] = x[i] != y[i];
    else
        align(a, x, nx, y, ny, differs);
    for (size_t i = 0; i < ny; i++)
        if (differs[i])
            jval_append_real(list, (double)i, 0);
    return list;
}

/* Check digits, where the value has some. */
static void set_check(struct jval *j, const struct item *item,
                      const char *value)
{
    if (strcmp(item->field, "credit_code") == 0)
        jval_set_bool(j, "check", uscc_is_valid(value));
    else if (strcmp(item->field, "handler_id") == 0)
        jval_set_bool(j, "check", resident_id_has_check(value));
    else
        jval_set_null(j, "check");
}

static void set_value(struct arena *a, struct jval *j, const struct item *item,
                      const char *value, bool reveal)
{
    jval_set_string(j, "value",
                    item->is_private && !reveal ? facts_mask_number(a, value)
                                                : value);
}

static const char *ordered_value(const struct jval *order,
                                 const struct item *item)
{
    if (!item->path[0])
        return NULL;
    return item->path[1] ? jval_string(jval_lookup(order, item->path[0]),
                                       item->path[1], NULL)
                         : jval_string(order, item->path[0], NULL);
}

static struct jval *order_row(struct arena *a, const struct item *item,
                              const char *value, bool reveal)
{
    struct jval *j = jval_new_object();
    jval_set_string(j, "source", "订单");
    set_value(a, j, item, value, reveal);
    jval_set_string(j, "by", "order");
    jval_set_null(j, "crop");
    jval_set_null(j, "slot");
    jval_set_null(j, "page");
    jval_set_null(j, "box");
    jval_set_null(j, "confidence");
    set_check(j, item, value);
    jval_set(j, "differs", jval_new_array());
    return j;
}

static struct jval *field_row(const struct desk_load *l,
                              const struct item *item, const char *slot,
                              const struct jval *field, const char *ordered,
                              bool reveal)
{
    struct arena *a = l->arena;
    struct jval *j = jval_new_object();
    enum slot s = (enum slot)slot_from_name(slot);
    const char *value = jval_string(field, "value", "");
    int page = (int)jval_int(field, "page", 1);
    const char *crop = picture_name_part(a, s, page, item->field);
    jval_set_string(j, "source", slot_zh(s));
    set_value(a, j, item, value, reveal);
    jval_set_string(j, "by", jval_string(field, "source", "ocr"));
    jval_set_string(j, "crop", desk_picture_url(l, crop, reveal));
    jval_set_string(j, "slot", slot);
    jval_set_int(j, "page", page);
    jval_set(j, "box", jval_copy(jval_lookup(field, "box")));
    jval_set_real(j, "confidence", jval_real(field, "confidence", 0),
                  CONFIDENCE);
    set_check(j, item, value);
    jval_set(j, "differs", differing(a, item, ordered, value));
    jval_set_or_null(j, "handwritten",
                     jval_copy(jval_lookup(field, "handwritten")));
    return j;
}

static struct jval *item_json(const struct desk_load *l,
                              const struct item *item, bool reveal)
{
    const struct jval *documents = jval_lookup(l->report, "documents");
    const char *ordered =
        ordered_value(jval_lookup(l->report, "application"), item);
    struct jval *j = jval_new_object(), *rows = jval_new_array();
    if (ordered)
        jval_append(rows, order_row(l->arena, item, ordered, reveal));
    for (size_t i = 0; i < jval_count(documents); i++) {
        const struct jval *d = jval_at(documents, i);
        const struct jval *field =
            jval_lookup(jval_lookup(d, "fields"), item->field);
        const char *slot = jval_string(d, "slot", "");
        if (field && slot_from_name(slot) >= 0)
            jval_append(rows, field_row(l, item, slot, field, ordered, reveal));
    }
    jval_set_string(j, "field", item->field);
    jval_set_string(j, "label", item->label);
    jval_set_bool(j, "code", item->is_code);
    jval_set_bool(j, "private", item->is_private);
    jval_set(j, "rows", rows);
    return j;
}

struct jval *desk_compare(const struct desk_load *l, bool reveal)
{
    struct jval *all = jval_new_array();
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct jval *j = item_json(l, &items[i], reveal);
        if (jval_count(jval_lookup(j, "rows")) > 0)
            jval_append(all, j);
        else
            jval_free(j);
    }
    return all;
}
