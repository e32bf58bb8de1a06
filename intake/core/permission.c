/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/core/permission.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"

static const struct {
    const char *name;
    unsigned roles;
    const char *zh, *en;
} permissions[] = {
#define PERMISSION(name, roles, zh, en) {#name, roles, zh, en},
#include "intake/core/permissions.def"
#undef PERMISSION
};

static const struct {
    unsigned role;
    const char *en, *zh;
} roles[] = {
#define ROLE(name, bit, en, zh) {1U << (bit), en, zh},
    ROLES(ROLE)
#undef ROLE
};

bool permission_has(enum permission p, unsigned set)
{
    return p < PERMISSIONS && (permissions[p].roles & set) != 0;
}

const char *permission_name(enum permission p)
{
    return permissions[p].name;
}

const char *permission_zh(enum permission p)
{
    return permissions[p].zh;
}

/* Whether `word` (any case) is one of the words of a list parted by spaces. */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *p = list; *p; p += *p == ' ') {
        size_t n = strcspn(p, " ");
        if (n == length && strncasecmp(p, word, n) == 0)
            return true;
        p += n;
    }
    return false;
}

bool permission_in_scopes(enum permission p, const char *scopes)
{
    bool intake = p != PERMIT_SEAL_EXPORT && p != PERMIT_LIFE_CYCLE;
    return (intake && has_word(scopes, "intake")) ||
           has_word(scopes, permissions[p].name);
}

const char *role_name(unsigned role)
{
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (roles[i].role == role)
            return roles[i].en;
    return "";
}

static unsigned role_from_word(const char *word, size_t n)
{
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (strlen(roles[i].en) == n && memcmp(roles[i].en, word, n) == 0)
            return roles[i].role;
    return 0;
}

unsigned roles_from_text(const char *text)
{
    unsigned set = 0;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, ", ");
        unsigned role = role_from_word(p, n);
        if (!role)
            return 0;
        set |= role;
        p += n + (p[n] != '\0');
    }
    return set;
}

void roles_print(unsigned set, struct str *t)
{
    const char *between = "";
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (!(set & roles[i].role))
            continue;
        str_printf(t, "%s%s", between, roles[i].en);
        between = ",";
    }
}

void permission_print(struct str *t)
{
    str_add(t, "| action |");
    for (size_t i = 0; i < ROLE_COUNT; i++)
        str_printf(t, " %s %s |", roles[i].zh, roles[i].en);
    str_add(t, "\n|---|");
    for (size_t i = 0; i < ROLE_COUNT; i++)
        str_add(t, ":-:|");
    for (size_t p = 0; p < PERMISSIONS; p++) {
        str_printf(t, "\n| %s: %s |", permissions[p].zh, permissions[p].en);
        for (size_t i = 0; i < ROLE_COUNT; i++)
            str_add(t, permissions[p].roles & roles[i].role ? " ● |" : " |");
    }
    str_add(t, "\n");
}
