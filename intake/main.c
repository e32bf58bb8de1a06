/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * sealdesk - the program: reads the command line and calls the command
 */

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "intake/cli.h"
#include "intake/version.h"

enum { ARENA_BYTES = 2047 << 20, TEXT_BYTES = 1 << 20 };

static int print_help(const struct cli *cli)
{
    struct str t;
    str_init(&t, TEXT_BYTES);
    if (cli->help)
        cli_help(cli->command, &t);
    else
        str_add(&t, "sealdesk " SEALDESK_VERSION "\n");
    int r = cli_print(&t);
    str_done(&t);
    return r;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct cli cli;
    struct err e = {0};
    int r;
    if (cli_parse(a, argc, argv, &cli, &e))
        r = cli_fail(&e);
    else if (cli.help || cli.version)
        r = print_help(&cli);
    else
        r = cli_lookup(cli.command)->run(a, &cli);
    arena_free(a);
    return r;
}
