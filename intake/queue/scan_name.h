/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * scan_name - what the name of a scanned file says: "ORDER-SLOT.jpg"
 *
 * Order number and paper stand apart by -, _ or a space, also the full-width
 * ones. A paper is called as in the interface (id_card), as on the pages
 * (经办人身份证) or as everybody calls it (身份证). The kind of file is read
 * from its content, never from its name.
 */

#ifndef INTAKE_SCAN_NAME_H
#define INTAKE_SCAN_NAME_H

#include "base/facts.h"

struct arena;

struct scan_name {
    const char *order_no; /* in the arena */
    enum slot slot;
};

/* *ret_why: NULL, or in Chinese what is wrong with the name. */
struct scan_name scan_name_read(struct arena *a, const char *name,
                                const char **ret_why);

#endif
