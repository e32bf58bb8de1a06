/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * permission - who may do what: one table of actions and roles
 *
 * permissions.def is the whole of it; a role that is not named there for an
 * action is denied. `sealdesk perms` prints it, the tests try every route with
 * every role.
 */

#ifndef INTAKE_PERMISSION_H
#define INTAKE_PERMISSION_H

#include <stdbool.h>
#include <stddef.h>

struct str;

#define ROLES(ROLE)                                                            \
    ROLE(ANYONE, 0, "anyone", "未登录")                                        \
    ROLE(APPLICANT, 1, "applicant", "申请人")                                  \
    ROLE(CLIENT, 2, "client", "接口")                                          \
    ROLE(REVIEWER, 3, "reviewer", "初审")                                      \
    ROLE(SECOND, 4, "second", "复核")                                          \
    ROLE(MAKER, 5, "maker", "制章")                                            \
    ROLE(LEAD, 6, "lead", "组长")                                              \
    ROLE(ADMIN, 7, "admin", "管理员")                                          \
    ROLE(AUDITOR, 8, "auditor", "审计")

enum role {
#define ROLE(name, bit, en, zh) ROLE_##name = 1 << (bit),
    ROLES(ROLE)
#undef ROLE
};

enum { ROLE_COUNT = 9 };

enum permission {
#define PERMISSION(name, roles, zh, en) PERMIT_##name,
#include "intake/core/permissions.def"
#undef PERMISSION
    PERMISSIONS
};

/* Whether one of these roles may do it. */
bool permission_has(enum permission p, unsigned roles);
const char *permission_name(enum permission p); /* "APPLICATION_READ" */
const char *permission_zh(enum permission p);

/* Whether an API token with these scopes may do it, when clients may at all: a
 * scope is the name of an action ("seal_export"), or "intake" for all but
 * SEAL_EXPORT and LIFE_CYCLE. */
bool permission_in_scopes(enum permission p, const char *scopes);

const char *role_name(unsigned role); /* "reviewer"; of one bit */

/* The set written "reviewer second", with spaces or commas; 0 when a word is
 * no role. */
unsigned roles_from_text(const char *text);
void roles_print(unsigned roles, struct str *t);

/* The whole table, in Markdown. */
void permission_print(struct str *t);

#endif
