/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * sandbox - what a process gives up before it opens a foreign file; the only
 * door to libseccomp
 *
 * After sandbox_enter the process can compute, start threads, read and write
 * the descriptors it kept, and read fonts. It can no longer open, create or
 * change files, run programs, fork, use the network, trace or signal others,
 * or map executable memory; a call outside the list kills it (SIGSYS). There
 * is no way back and, in a release build, no switch that leaves a part out:
 * when seccomp cannot be had, nothing is opened at all (ERR_SANDBOX).
 * Landlock is used as far as the kernel knows it. Without it the process opens
 * no files whatever, and PDF text in fonts that are not embedded may look
 * different.
 */

#ifndef INTAKE_SANDBOX_H
#define INTAKE_SANDBOX_H

#include <stddef.h>

struct err;

struct sandbox_limits {
    int cpu_s;
    int memory_mb; /* of address space; not under a sanitizer */
};

/*
 * Closes every descriptor but those below `first_closed`, then locks the
 * process up. Call it in a forked child; ERR_SANDBOX when it has more than one
 * thread, since the filter would bind only this one.
 */
int sandbox_enter(const struct sandbox_limits *limits, int first_closed,
                  struct err *e);

/*
 * For a process of the service: from now on it and the threads it will start
 * make only the calls that front or core need. Others are refused (EPERM);
 * running a program, forking, connecting, tracing kill it. When the filter
 * cannot be had: ERR_SANDBOX, and nothing may be served.
 */
enum sandbox_service { SANDBOX_FRONT, SANDBOX_CORE };
int sandbox_enter_service(enum sandbox_service who, struct err *e);

/* Landlock's version in this kernel; 0: none. */
int sandbox_landlock_abi(void);

#endif
