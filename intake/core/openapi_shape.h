/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * openapi_shape - the shapes of openapi.def as JSON schemas
 */

#ifndef INTAKE_OPENAPI_SHAPE_H
#define INTAKE_OPENAPI_SHAPE_H

struct arena;
struct jval;
struct route;

/* A type of openapi.def ("[@Document]", "=yes|no", "string?") as a schema. */
struct jval *openapi_type(struct arena *a, const char *type);

/* All shapes by name. Open ones have no properties. */
struct jval *openapi_shapes(struct arena *a);

/* Media types of a shape, parted by blanks; "" for JSON. */
const char *openapi_media(const char *shape);

/* The query's and the headers' parameters of a route, added to the list. */
void openapi_add_parameters(struct arena *a, const struct route *route,
                            struct jval *list);

/* One parameter; a name that ends in ? need not be sent. */
struct jval *openapi_parameter(struct arena *a, const char *in,
                               const char *name, const char *type,
                               const char *what);

#endif
