/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `serve`: intake's service with the desk's routes beside its own. */

#include "intake/commands.h"
#include "intake/core/serve.h"
#include "review/desk.h"
#include "review/handlers.h"
#include "review/routes.h"

int command_serve(struct arena *a, const struct cli *cli)
{
    const struct route_table tables[] = {intake_routes, review_routes};
    serve_open *const opens[] = {desk_open, NULL};
    const struct serve_parts parts = {.tables = tables,
                                      .n_tables =
                                          sizeof tables / sizeof *tables,
                                      .opens = opens,
                                      .take_paper = desk_paper_from_folder};
    return serve_run(a, cli, &parts);
}
