/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * scans - the folder into which staff scan single papers
 *
 * DATA/scans takes ORDER-PAPER.jpg (intake/queue/scan_name.h) or a folder
 * ORDER with PAPER.jpg in it. A file is waited for until nobody writes it any
 * more, and goes the way of an upload: into the vault, then to its order, as
 * one of its documents while these may be changed, as an original while papers
 * are awaited. When that is on the disk the file is removed, so that no paper
 * lies about in clear. What cannot be taken goes to DATA/scans/bad, beside a
 * note in Chinese. DATA/scans/taking holds what is being taken: whatever dies
 * meanwhile, it is found there again and taken once.
 */

#ifndef INTAKE_SCANS_H
#define INTAKE_SCANS_H

#include "intake/core/route.h"

struct api_file;
struct arena;
struct err;
struct service;
struct store_application;

#define SCANS_ORIGIN "folder"

/*
 * Takes an original whose application awaits papers; answers with a problem
 * when it may not be taken. Of serve_parts: the desk's.
 */
typedef int scans_taker(struct service *s, struct arena *a,
                        const struct store_application *row,
                        const struct api_file *file, struct response *r,
                        struct err *e);

/* Once, when the core starts, after jobs_open. */
int scans_open(struct service *s, struct arena *a, struct err *e);

#endif
