/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * sealdesk - the program: reads the command line and calls the command
 */

#include <fcntl.h>
#include <unistd.h>

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

/* A descriptor that was closed would be given to the next file that is opened,
 * which then becomes standard output or error. Writing to it still fails. */
static bool has_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    if (!has_standard())
        return EXIT_INTERNAL;
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
