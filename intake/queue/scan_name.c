/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Read from the end: a word for a paper may hold what else separates
 * (id_card), an order number ends where that word begins. Of two words that
 * both fit the longer one is meant.
 */

#include "intake/queue/scan_name.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"

#define HOW_TO "请把文件命名为“订单编号-材料名称”，例如“%s-身份证.jpg”。"

enum { MAX_ORDER = 64, SHOWN_BYTES = 200 };

/* Beside slot_name and slot_zh. */
static const struct {
    const char *word;
    enum slot slot;
} words[] = {
    {"申请表", SLOT_APPLICATION_FORM},
    {"用户申请表", SLOT_APPLICATION_FORM},
    {"执照", SLOT_BUSINESS_LICENSE},
    {"身份证", SLOT_ID_CARD},
    {"委托书", SLOT_AUTHORIZATION_LETTER},
    {"授权委托书", SLOT_AUTHORIZATION_LETTER},
    {"采集表", SLOT_SEAL_SHEET},
    {"签章采集表", SLOT_SEAL_SHEET},
    {"印章采集表", SLOT_SEAL_SHEET},
};

static const char *const separators[] = {"-", "_", " ", "－", "＿", "　", "—"};

/* Bytes of the separator with which these n bytes end. */
static size_t separated(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        size_t m = strlen(separators[i]);
        if (n >= m && memcmp(s + n - m, separators[i], m) == 0)
            return m;
    }
    return 0;
}

/* How long the word is when the n bytes end with it. */
static size_t ends_with(const char *s, size_t n, const char *word)
{
    size_t m = strlen(word);
    return n >= m && strncasecmp(s + n - m, word, m) == 0 ? m : 0;
}

/* The longest word for a paper at the end of the n bytes; 0: none. */
static size_t find_slot(const char *s, size_t n, enum slot *ret)
{
    size_t longest = 0;
    for (int i = 0; i < SLOT_COUNT; i++) {
        const char *both[] = {slot_name((enum slot)i), slot_zh((enum slot)i)};
        for (size_t k = 0; k < 2; k++) {
            size_t m = ends_with(s, n, both[k]);
            if (m > longest)
                longest = m, *ret = (enum slot)i;
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t m = ends_with(s, n, words[i].word);
        if (m > longest)
            longest = m, *ret = words[i].slot;
    }
    return longest;
}

/* Without what stands behind the last point, and without blanks around. */
static size_t stem(const char *name)
{
    const char *point = strrchr(name, '.');
    size_t n = point && point > name ? (size_t)(point - name) : strlen(name);
    while (n > 0 && name[n - 1] == ' ')
        n--;
    return n;
}

/* The names themselves may be anything. */
static const char *shown(struct arena *a, const char *name)
{
    size_t n = strlen(name);
    return utf8_repair(a, name, n < SHOWN_BYTES ? n : SHOWN_BYTES);
}

struct scan_name scan_name_read(struct arena *a, const char *name,
                                const char **ret_why)
{
    struct scan_name ret = {.order_no = "", .slot = SLOT_UNKNOWN};
    size_t n = stem(name), word = find_slot(name, n, &ret.slot);
    *ret_why = NULL;
    if (!word) {
        *ret_why = arena_printf(a, "从文件名“%s”看不出是哪一项材料。" HOW_TO,
                                shown(a, name), "20260402791743");
        return ret;
    }
    n -= word;
    bool is_apart = false;
    for (size_t gap; n > 0 && (gap = separated(name, n)) > 0; n -= gap)
        is_apart = true;
    if (!is_apart || n == 0 || n > MAX_ORDER) {
        *ret_why = arena_printf(a, "从文件名“%s”看不出订单编号。" HOW_TO,
                                shown(a, name), "20260402791743");
        return ret;
    }
    ret.order_no = arena_strndup(a, name, n);
    return ret;
}
