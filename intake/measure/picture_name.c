/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/picture_name.h"

#include <string.h>

#include "base/arena.h"
#include "intake/measure/measured.h"

const char *picture_name_page(struct arena *a, enum slot slot, int page)
{
    return arena_printf(a, "%s-p%d.jpg", measured_word(slot), page);
}

const char *picture_name_part(struct arena *a, enum slot slot, int page,
                              const char *part)
{
    return arena_printf(a, "%s-p%d-%s.png", measured_word(slot), page, part);
}

const char *picture_name_tiles(struct arena *a, enum slot slot, int page,
                               bool is_private)
{
    return arena_printf(a, "%s-p%d%s.tiles", measured_word(slot), page,
                        is_private ? ".private" : "");
}

const char *picture_name_seal(struct arena *a, const char *id)
{
    return arena_printf(a, "%s.png", id);
}

const char *picture_name_seal_source(struct arena *a, const char *id)
{
    return arena_printf(a, "%s-source.jpg", id);
}

int picture_name_slot(const char *name)
{
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        const char *word = measured_word((enum slot)slot);
        size_t n = strlen(word);
        if (strncmp(name, word, n) == 0 && name[n] == '-')
            return slot;
    }
    return -1;
}
