/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The routes of intake as a table; what they do is in intake/api_*.c. */

#include "intake/core/route.h"

#define ROUTE(method, pattern, permission, flags, handler, request, response,  \
              zh, en)                                                          \
    route_handler handler;
#include "intake/api/routes.def"
#undef ROUTE

static const struct route routes[] = {
#define ROUTE(method, pattern, permission, flags, handler, request, response,  \
              zh, en)                                                          \
    {METHOD_##method, pattern, PERMIT_##permission,                            \
     flags,           handler, request,                                        \
     response,        zh,      en},
#include "intake/api/routes.def"
#undef ROUTE
};

const struct route_table intake_routes = {routes,
                                          sizeof routes / sizeof *routes};
