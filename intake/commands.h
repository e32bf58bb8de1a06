/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * commands - one function for each command of the program; each is a
 * cli_run in a file command_NAME.c
 */

#ifndef INTAKE_COMMANDS_H
#define INTAKE_COMMANDS_H

#include "intake/cli.h"

#define COMMAND(name, arguments, min, max, en, zh) cli_run command_##name;
#include "intake/commands.def"
#undef COMMAND

#endif
