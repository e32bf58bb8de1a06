/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * picture_name - what the pictures of a review are called
 *
 * The report names them, the store keeps them under these names, and the pages
 * ask for them: one place says how a name is made. Pages count from 1.
 */

#ifndef INTAKE_PICTURE_NAME_H
#define INTAKE_PICTURE_NAME_H

#include <stdbool.h>

#include "base/facts.h"

struct arena;

/* "form-p1.jpg": the preview of a page. */
const char *picture_name_page(struct arena *a, enum slot slot, int page);

/* "form-p1-org_name.png": a part of it, or something drawn over it. */
const char *picture_name_part(struct arena *a, enum slot slot, int page,
                              const char *part);

/* "form-p1.tiles", "form-p1.private.tiles" */
const char *picture_name_tiles(struct arena *a, enum slot slot, int page,
                               bool is_private);

/* The paper of a picture or a seal: "license-p1.jpg", "sheet-1-1"; -1: none. */
int picture_name_slot(const char *name);

/* Of a seal by its id: cut out, and as it lies on the page. */
const char *picture_name_seal(struct arena *a, const char *id);
const char *picture_name_seal_source(struct arena *a, const char *id);

#endif
