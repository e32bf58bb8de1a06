/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * openapi - the interface described by its own tables (OpenAPI 3.1)
 */

#ifndef INTAKE_OPENAPI_H
#define INTAKE_OPENAPI_H

#include <stddef.h>

struct arena;
struct jval;
struct route_table;

/* The whole document; the caller frees it. */
struct jval *openapi_new(struct arena *a, const struct route_table *tables,
                         size_t n);

#endif
