/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * commands - one function for each command of the program; each is a
 * cli_run in a file command_NAME.c
 */

#ifndef INTAKE_COMMANDS_H
#define INTAKE_COMMANDS_H

#include "intake/cli.h"

cli_run command_check, command_inspect, command_seal, command_compare,
    command_judge, command_calibrate, command_rules, command_config,
    command_doctor, command_store, command_serve, command_perms, command_letter;

#endif
