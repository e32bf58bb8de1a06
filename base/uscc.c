/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * GB 32100: weights 3^i mod 31 over the first seventeen characters, the check
 * character completes the sum to a multiple of 31. GB 11714: weights
 * 3,7,9,10,5,8,4,2 mod 11, letters count from A = 10 through all 26 letters.
 * 31 and 11 are primes and no weight is a multiple of them, so each finds
 * every single wrong character whose value it sees.
 */

#include "base/uscc.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/resident_id.h"
#include "base/utf8.h"

enum {
    REGION = 2,
    ORG = 8,
    ORG_BODY = 8,
    ORG_CHECK = 16,
    CHECK = 17,
    MOD = 31,
    ORG_MOD = 11
};

const char uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static const char digits[] = "0123456789";

/* Which characters may stand at a place. */
static const char *allowed(int place)
{
    switch (place) {
    case 0:
        return "123456789ANY";
    case 1:
        return "123459";
    case ORG_CHECK:
        return "0123456789X";
    default:
        return place < ORG ? digits : uscc_alphabet;
    }
}

static bool is_in(char c, const char *set)
{
    return c && strchr(set, c);
}

static int value31(char c)
{
    const char *at = c ? strchr(uscc_alphabet, c) : NULL;
    return at ? (int)(at - uscc_alphabet) : -1;
}

static int value36(char c)
{
    static const char all[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *at = c ? strchr(all, c) : NULL;
    return at ? (int)(at - all) : -1;
}

bool uscc_is_well_formed(const char *code)
{
    if (strlen(code) != USCC_LENGTH)
        return false;
    for (int i = 0; i < USCC_LENGTH; i++)
        if (!is_in(code[i], allowed(i)))
            return false;
    return true;
}

char uscc_check_char(const char *code)
{
    int sum = 0;
    for (int i = 0, weight = 1; i < CHECK; i++, weight = weight * 3 % MOD) {
        int v = value31(code[i]);
        if (v < 0)
            return 0;
        sum += v * weight;
    }
    return uscc_alphabet[(MOD - sum % MOD) % MOD];
}

char uscc_org_check_char(const char *code)
{
    static const int weights[ORG_BODY] = {3, 7, 9, 10, 5, 8, 4, 2};
    if (strnlen(code, ORG_CHECK) < ORG_CHECK)
        return 0;
    int sum = 0;
    for (int i = 0; i < ORG_BODY; i++) {
        int v = value36(code[ORG + i]);
        if (v < 0)
            return 0;
        sum += v * weights[i];
    }
    return "0X987654321"[sum % ORG_MOD];
}

bool uscc_has_check(const char *code)
{
    return strlen(code) == USCC_LENGTH && uscc_check_char(code) == code[CHECK];
}

bool uscc_has_org_check(const char *code)
{
    return strlen(code) == USCC_LENGTH &&
           uscc_org_check_char(code) == code[ORG_CHECK];
}

bool uscc_has_region(const char *code)
{
    return strlen(code) == USCC_LENGTH &&
           (strncmp(code + REGION, "10", 2) == 0 ||
            resident_id_has_province(code + REGION));
}

bool uscc_is_valid(const char *code)
{
    return uscc_is_well_formed(code) && uscc_has_region(code) &&
           uscc_has_check(code) && uscc_has_org_check(code);
}

bool uscc_is_pilot(const char *code)
{
    return uscc_is_well_formed(code) && strncmp(code + ORG, "M000", 4) == 0 &&
           uscc_has_org_check(code) && !uscc_has_check(code);
}

/* Pairs "from, to" for letters that never occur, and for letters where only a
 * digit can stand. */
static const char never[][2] = {
    {'I', '1'}, {'O', '0'}, {'S', '5'}, {'Z', '2'}, {'V', 'U'}};
static const char as_digit[][2] = {{'B', '8'}, {'G', '6'}, {'D', '0'},
                                   {'Q', '0'}, {'U', '0'}, {'L', '1'},
                                   {'T', '7'}, {'A', '4'}};

static char look_up(char c, const char (*table)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (table[i][0] == c)
            return table[i][1];
    return c;
}

static char forced(char c, int place)
{
    c = look_up(c, never, sizeof never / sizeof *never);
    if (is_in(c, allowed(place)))
        return c;
    char d = look_up(c, as_digit, sizeof as_digit / sizeof *as_digit);
    return is_in(d, allowed(place)) ? d : c;
}

/* The half-width upper-case form of a Latin letter or digit, 0 for others. */
static char latin(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if (c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    bool is = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    return is ? (char)c : 0;
}

bool uscc_fold(const char *text, char ret[USCC_SIZE])
{
    int n = 0;
    for (uint32_t c; (c = utf8_next(&text)) != 0;) {
        char l = latin(c);
        if (!l)
            continue;
        if (n == USCC_LENGTH)
            return false;
        ret[n] = forced(l, n);
        n++;
    }
    ret[n] = '\0';
    return n == USCC_LENGTH;
}

/*
 * Look-alikes of which both belong to the alphabet, so that only the checks
 * can tell them apart: the usual ones of print, and those that line readers
 * confuse most (the serif of a 1 read as the arm of an L, a T or a 4).
 */
static const char *const look_alikes[] = {
    "8B", "0D", "0Q", "6G", "56", "38", "17", "1L", "27", "UY",
    "HN", "HM", "HW", "NM", "NW", "MW", "PR", "KX", "CG", "EF",
    "1T", "14", "LE", "35", "3B", "06", "XY", "5B"};

bool uscc_repair(const char *code, const double confidence[USCC_LENGTH],
                 double limit, char ret[USCC_SIZE])
{
    if (strlen(code) != USCC_LENGTH || uscc_is_valid(code))
        return false;
    int found = 0;
    char trial[USCC_SIZE];
    memcpy(trial, code, USCC_SIZE);
    for (int i = 0; i < USCC_LENGTH; i++) {
        if (!(confidence[i] < limit))
            continue;
        for (size_t k = 0; k < sizeof look_alikes / sizeof *look_alikes; k++) {
            const char *pair = look_alikes[k];
            if (!is_in(code[i], pair))
                continue;
            trial[i] = code[i] == pair[0] ? pair[1] : pair[0];
            if (uscc_is_valid(trial) && found++ == 0)
                memcpy(ret, trial, USCC_SIZE);
        }
        trial[i] = code[i];
    }
    return found == 1;
}
