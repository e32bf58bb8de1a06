/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * sections - all settings of the program in one place: the sections of
 * pipeline.conf, in the order in which they are printed
 */

#ifndef INTAKE_SECTIONS_H
#define INTAKE_SECTIONS_H

struct arena;
struct conf;

/* Everything at its default. */
struct conf *sections_new(struct arena *a);

#endif
