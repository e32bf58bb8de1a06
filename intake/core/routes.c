/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The routes of intake as a table; what they do is in intake/api/. */

#include "intake/core/route.h"

#define ROUTE ROUTE_HANDLER
#include "intake/api/routes.def"
#undef ROUTE

static const struct route routes[] = {
#define ROUTE ROUTE_ROW
#include "intake/api/routes.def"
#undef ROUTE
};

const struct route_table intake_routes = {routes,
                                          sizeof routes / sizeof *routes};
