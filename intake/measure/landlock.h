/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * landlock - files that a process may still read, kernel-enforced
 *
 * The C library has no functions for it and Debian 12's header knows version
 * 2 only, so the calls are raw and the later rights are named here. The
 * kernel is asked for its version at run time; rights it does not know are
 * left out.
 */

#ifndef INTAKE_LANDLOCK_H
#define INTAKE_LANDLOCK_H

struct err;

/* The version of the running kernel; 0: Landlock is not there. */
int landlock_abi(void);

/*
 * From now on only files below `dirs` (ended by NULL; those that do not exist
 * are passed over) can be opened, for reading. Needs no_new_privs.
 */
int landlock_restrict(int abi, const char *const *dirs, struct err *e);

/* From now on nothing but files in `dir` can be opened, made and removed, and
 * no socket be bound or connected. For the calling thread and those that it
 * starts. Needs no_new_privs. */
int landlock_restrict_to_spool(int abi, const char *dir, struct err *e);

#endif
