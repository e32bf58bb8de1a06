/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * artefact - pictures and tiles that a run made, read from the vault
 *
 * A picture lies inside the records of its document, tiles in a pack of their
 * own. What was decrypted last stays in memory for a while, since a viewer
 * asks for dozens of tiles of one pack. Call these on a thread (response_work);
 * several may be at it.
 */

#ifndef INTAKE_ARTEFACT_H
#define INTAKE_ARTEFACT_H

#include <stddef.h>
#include <stdint.h>

#include "base/facts.h"
#include "base/tile_pack.h"
#include "intake/blob/vault.h"
#include "intake/store/store.h"

struct arena;
struct artefact_cache;
struct err;
struct service;

/* In the arena, with which it ends. */
struct artefact_cache *artefact_cache_new(struct arena *a);

/* The picture, or the whole pack of tiles. ERR_MISSING when there is none of
 * that name in the blob. */
int artefact_load(struct service *s, struct arena *a,
                  const struct vault_key *key, const struct store_artefact *row,
                  const uint8_t **ret_bytes, size_t *ret_n, struct err *e);

/* One tile of a pack; of size 0 when the pack leaves it out. */
int artefact_tile(struct service *s, struct arena *a,
                  const struct vault_key *key, const struct store_artefact *row,
                  int level, int x, int y, struct tile *ret, struct err *e);

/* A picture out of a document's records that are no run's yet. */
int artefact_picture(struct service *s, struct arena *a,
                     const struct vault_key *key, const char *records_blob,
                     enum slot slot, const char *name,
                     const uint8_t **ret_bytes, size_t *ret_n, struct err *e);

#endif
