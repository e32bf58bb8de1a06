/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * ISO 7064 MOD 11-2: the weight of a place is a power of two modulo 11, so
 * that every single wrong digit and every swap of neighbours is found.
 */

#include "base/resident_id.h"

#include <stddef.h>
#include <string.h>

enum { BODY = RESIDENT_ID_LENGTH - 1, FIRST_YEAR = 1900 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool resident_id_is_well_formed(const char *id)
{
    if (strlen(id) != RESIDENT_ID_LENGTH)
        return false;
    for (int i = 0; i < BODY; i++)
        if (!is_digit(id[i]))
            return false;
    return is_digit(id[BODY]) || id[BODY] == 'X';
}

char resident_id_check_char(const char *id)
{
    static const int weights[BODY] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                      3, 7, 9,  10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < BODY; i++) {
        if (!is_digit(id[i]))
            return 0;
        sum += (id[i] - '0') * weights[i];
    }
    return "10X98765432"[sum % 11];
}

bool resident_id_has_check(const char *id)
{
    return resident_id_is_well_formed(id) &&
           id[BODY] == resident_id_check_char(id);
}

bool resident_id_has_province(const char *id)
{
    static const char provinces[][3] = {
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
        "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
        "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"};
    for (size_t i = 0; i < sizeof provinces / sizeof *provinces; i++)
        if (strncmp(id, provinces[i], 2) == 0)
            return true;
    return false;
}

static int number(const char *s, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++)
        v = v * 10 + (s[i] - '0');
    return v;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool resident_id_birth(const char *id, int *ret_year, int *ret_month,
                       int *ret_day)
{
    if (!resident_id_is_well_formed(id))
        return false;
    int year = number(id + 6, 4), month = number(id + 10, 2);
    int day = number(id + 12, 2);
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > days_of(year, month))
        return false;
    *ret_year = year;
    *ret_month = month;
    *ret_day = day;
    return true;
}

bool resident_id_is_male(const char *id)
{
    return resident_id_is_well_formed(id) && (id[BODY - 1] - '0') % 2 == 1;
}

bool resident_id_is_valid(const char *id)
{
    int year, month, day;
    return resident_id_has_check(id) && resident_id_has_province(id) &&
           resident_id_birth(id, &year, &month, &day);
}
