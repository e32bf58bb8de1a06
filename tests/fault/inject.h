/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * inject - faults of the disk, on order (LD_PRELOAD); see inject.c
 */

#ifndef TESTS_INJECT_H
#define TESTS_INJECT_H

enum fault {
    FAULT_EIO,
    FAULT_ENOSPC,
    FAULT_SHORT,
    FAULT_DIE_BEFORE,
    FAULT_DIE_AFTER,
    FAULTS
};
enum { FAULT_EXIT = 86 };

/* The at-th call from now fails so; 0: none, count only; -1: not even count.
 * Calls on spare_fd are not counted. */
void fault_arm(long at, enum fault how, int spare_fd);
long fault_count(void);

#endif
