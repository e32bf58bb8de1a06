/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `perms`: who may do what, as the service decides it. */

#include "base/str.h"
#include "intake/commands.h"
#include "intake/core/permission.h"

enum { TEXT_BYTES = 1 << 18 };

int command_perms(struct arena *a, const struct cli *cli)
{
    struct str t;
    (void)a, (void)cli;
    str_init(&t, TEXT_BYTES);
    str_add(&t, "# Who may do what\n\n"
                "Printed by `sealdesk perms`; the table is "
                "intake/core/permissions.def. What has no dot is denied.\n"
                "An applicant and an API client see what is their own; a "
                "client's token may hold fewer scopes.\n\n");
    permission_print(&t);
    int r = cli_print(&t);
    str_done(&t);
    return r;
}
