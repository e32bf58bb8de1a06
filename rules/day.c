/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "rules/day.h"

#include <string.h>

static bool digits(const char *s, int n, int *ret)
{
    *ret = 0;
    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        *ret = *ret * 10 + (s[i] - '0');
    }
    return true;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Years begin in March, so that the leap day is the last of its year. */
static long count(int year, int month, int day)
{
    long y = month <= 2 ? year - 1 : year;
    long m = month <= 2 ? month + 9 : month - 3;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
           719469;
}

bool day_parse(const char *iso, long *ret_days)
{
    int year, month, day;
    if (!iso || strlen(iso) != 10 || iso[4] != '-' || iso[7] != '-' ||
        !digits(iso, 4, &year) || !digits(iso + 5, 2, &month) ||
        !digits(iso + 8, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month))
        return false;
    *ret_days = count(year, month, day);
    return true;
}

bool day_is_never(const char *text)
{
    static const char *const words[] = {"长期", "永久", "无固定期限",
                                        "不约定期限", "无期限"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text && strstr(text, words[i]))
            return true;
    return false;
}
