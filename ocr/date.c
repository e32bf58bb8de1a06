/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ocr/date.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

enum { TEN = 0x5341, FIRST_YEAR = 1900, LAST_YEAR = 2199, RUN_MAX = 8 };

static const char endless[] = "长期";

struct cursor {
    const uint32_t *c;
    size_t n, at;
};

/* The value of a digit of any kind, -1: none. */
static int digit(uint32_t c)
{
    static const char *const kinds[] = {
        "0123456789",
        "０１２３４５６７８９",
        "〇一二三四五六七八九",
        "零壹贰叁肆伍陆柒捌玖",
        "○",
        "O",
    };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const char *s = kinds[k];
        for (int i = 0; *s; i++)
            if (utf8_next(&s) == c)
                return i;
    }
    return -1;
}

static uint32_t peek(const struct cursor *k, size_t ahead)
{
    return k->at + ahead < k->n ? k->c[k->at + ahead] : 0;
}

static size_t run_of_digits(const struct cursor *k)
{
    size_t n = 0;
    while (n <= RUN_MAX && digit(peek(k, n)) >= 0)
        n++;
    return n;
}

static int take_digits(struct cursor *k, size_t n)
{
    int v = 0;
    while (n-- > 0)
        v = 10 * v + digit(k->c[k->at++]);
    return v;
}

static bool is_ten(uint32_t c)
{
    return c == TEN || c == 0x62fe; /* also as on cheques */
}

/* One or two digits, or a Chinese number below a hundred; -1: none. */
static int take_number(struct cursor *k)
{
    size_t run = run_of_digits(k);
    if (is_ten(peek(k, run > 0))) {
        int tens = run > 0 ? take_digits(k, 1) : 1;
        k->at++;
        /* A zero may stand before the ten. */
        tens = tens == 0 ? 1 : tens;
        return 10 * tens + (digit(peek(k, 0)) >= 0 ? take_digits(k, 1) : 0);
    }
    return run > 0 ? take_digits(k, run > 2 ? 2 : run) : -1;
}

/* The sign behind a number, of which any one may be misread. */
static void skip_sign(struct cursor *k)
{
    if (k->at < k->n && digit(peek(k, 0)) < 0 && !is_ten(peek(k, 0)))
        k->at++;
}

static bool exists(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 &&
           month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && leap);
}

static bool is_day_sign(uint32_t c)
{
    static const char *s = "日号曰目";
    for (const char *at = s; *at;)
        if (utf8_next(&at) == c)
            return true;
    return false;
}

static void put_digits(char *s, int v, int n)
{
    for (; n-- > 0; v /= 10)
        s[n] = (char)('0' + v % 10);
}

/* Digits that stand together are a year, a year and a month, or all. */
static bool take_date(struct cursor *k, struct date *ret)
{
    size_t run = run_of_digits(k);
    if (run != 4 && run != 6 && run != 8)
        return false;
    int year = take_digits(k, 4), month, day;
    if (run == 4)
        skip_sign(k);
    month = run == 4 ? take_number(k) : take_digits(k, 2);
    if (run < 8)
        skip_sign(k);
    day = run < 8 ? take_number(k) : take_digits(k, 2);
    if (!exists(year, month, day))
        return false;
    if (is_day_sign(peek(k, 0)))
        k->at++;
    strcpy(ret->text, "yyyy-mm-dd");
    put_digits(ret->text, year, 4);
    put_digits(ret->text + 5, month, 2);
    put_digits(ret->text + 8, day, 2);
    return true;
}

static bool take_endless(struct cursor *k, struct date *ret)
{
    static const char *const words[] = {endless,      "永久",   "无固定期限",
                                        "不约定期限", "无期限", "****"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *s = words[i];
        size_t n = 0;
        while (*s) {
            uint32_t c = utf8_next(&s);
            if (peek(k, n) != c)
                break;
            n++;
            if (*s)
                continue;
            k->at += n;
            strcpy(ret->text, endless);
            return true;
        }
    }
    return false;
}

size_t date_find(const uint32_t *c, size_t n, struct date *ret, size_t max)
{
    struct cursor k = {c, n, 0};
    size_t found = 0;
    while (k.at < n && found < max) {
        struct cursor try = k;
        struct date *d = &ret[found];
        if (take_endless(&try, d) || take_date(&try, d)) {
            d->from = k.at;
            d->to = try.at;
            found++;
            k.at = try.at;
            continue;
        }
        /* A longer run of digits is a number, not a number and a date. */
        size_t run = 0;
        while (digit(peek(&k, run)) >= 0)
            run++;
        k.at += run > RUN_MAX ? run : 1;
    }
    return found;
}
