/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * single - whether this process has one thread
 *
 * A fork copies the thread that calls it, and the locks of all others; a filter
 * of system calls binds the thread that sets it.
 */

#ifndef INTAKE_SINGLE_H
#define INTAKE_SINGLE_H

#include <stdbool.h>

/* Under the thread sanitizer its own thread is ended before it is looked; it
 * comes back with a fork, in the child. */
bool single_threaded(void);

#endif
