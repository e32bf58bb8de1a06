/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * watch - the folder from which staff and bulk imports bring applications
 *
 * DATA/inbox holds one folder for each application, as `sealdesk check` takes
 * it: application.json and the files it names. A folder that nobody has
 * touched for some seconds is taken in, submitted, and moved to
 * DATA/inbox/done; one that cannot be taken goes to DATA/inbox/bad with the
 * reason in WHY.txt. Inside it is the same path as an upload: vault, store,
 * queue, after whoever waits in front of a screen. A folder counts as taken in
 * when it is in the store: one that is still there after a crash is not taken a
 * second time.
 */

#ifndef INTAKE_WATCH_H
#define INTAKE_WATCH_H

struct arena;
struct err;
struct service;

/* Once, when the core starts, after jobs_open. */
int watch_open(struct service *s, struct arena *a, struct err *e);

#endif
