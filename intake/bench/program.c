/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "intake/bench/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

enum { NOT_FOUND = 127 };

_Noreturn static void become(const char *const argv[])
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
        _exit(EXIT_FAILURE);
    setenv("OMP_THREAD_LIMIT", "1", 1);
    execvp(argv[0], (char *const *)argv);
    _exit(NOT_FOUND);
}

static double ms_of(struct timeval t)
{
    return 1e3 * (double)t.tv_sec + 1e-3 * (double)t.tv_usec;
}

int program_run(const char *const argv[], struct program_use *ret,
                struct err *e)
{
    int status = 0;
    struct rusage used = {0};
    double start = clock_exact_ms();
    pid_t pid = fork();
    if (pid == 0)
        become(argv);
    if (pid < 0)
        return err_set(e, ERR_SYS, "fork: %s", strerror(errno));
    while (wait4(pid, &status, 0, &used) < 0 && errno == EINTR)
        ;
    ret->wall_ms = clock_exact_ms() - start;
    ret->cpu_ms = ms_of(used.ru_utime) + ms_of(used.ru_stime);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
        return err_set(e, ERR_MISSING, "%s is not installed", argv[0]);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0
               ? 0
               : err_set(e, ERR_LIBRARY, "%s ended with status %d", argv[0],
                         WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}
