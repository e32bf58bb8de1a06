/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * version - of the program, as in CMakeLists.txt (a test compares the two)
 */

#ifndef INTAKE_VERSION_H
#define INTAKE_VERSION_H

#define SEALDESK_VERSION "0.1.0"

#endif
