/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The routes of the desk as a table; the handlers are in review/desk_*.c. */

#include "review/routes.h"

#include "review/handlers.h"

static const struct route routes[] = {
#define ROUTE ROUTE_ROW
#include "review/routes.def"
#undef ROUTE
};

const struct route_table review_routes = {routes,
                                          sizeof routes / sizeof *routes};
