/* SPDX-License-Identifier: GPL-3.0-or-later */

/* routes - what the desk serves, for intake/core/serve.h and the tests */

#ifndef REVIEW_ROUTES_H
#define REVIEW_ROUTES_H

#include "intake/core/route.h"

extern const struct route_table review_routes;

#endif
