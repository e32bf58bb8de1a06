/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Breadth first: the list of places found is the queue.
 */

#include "imaging/flood.h"

int flood_fill(const struct flood *f, int start, int *ret_places)
{
    int n = 1, w = f->width;
    ret_places[0] = start;
    f->mask[start] = f->to;
    for (int done = 0; done < n; done++) {
        int x = ret_places[done] % w, y = ret_places[done] / w;
        for (int j = y - 1; j <= y + 1; j++)
            for (int i = x - 1; i <= x + 1; i++) {
                bool inside = i >= 0 && j >= 0 && i < w && j < f->height;
                if (!inside || (i != x && j != y && !f->diagonal) ||
                    f->mask[j * w + i] != f->from)
                    continue;
                f->mask[j * w + i] = f->to;
                ret_places[n++] = j * w + i;
            }
    }
    return n;
}
