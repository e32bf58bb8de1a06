/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * program - another program, run to its end for what it costs
 *
 * It gets no input, its output is dropped, and it may use one thread. What it
 * opens it opens unprotected: never for files of others.
 */

#ifndef INTAKE_PROGRAM_H
#define INTAKE_PROGRAM_H

struct err;

struct program_use {
    double wall_ms, cpu_ms; /* of the program and what it started */
};

/*
 * argv[0] is looked for in PATH. ERR_MISSING when it is not there, ERR_LIBRARY
 * when it does not end with status 0.
 */
int program_run(const char *const argv[], struct program_use *ret,
                struct err *e);

#endif
