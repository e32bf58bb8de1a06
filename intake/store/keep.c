/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/store/keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/blob/blob.h"
#include "intake/blob/vault.h"
#include "intake/store/audit.h"
#include "intake/store/store.h"

enum { ARENA_BYTES = 1 << 30 };

static const char vault_name[] = "vault.id";

/* --- opening --------------------------------------------------------------*/

const char *keep_default_folder(struct arena *a)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && *data == '/')
        return arena_printf(a, "%s/sealdesk", data);
    return arena_printf(a, "%s/.local/share/sealdesk",
                        home && *home ? home : ".");
}

int keep_find(struct arena *a, const char *data, struct err *e)
{
    return access(arena_printf(a, "%s/store.db", data), F_OK) == 0
               ? 0
               : err_set(e, ERR_STORE, "%s: there is no store", data);
}

static int open_store(const char *folder, bool to_write, struct store **ret,
                      struct err *e)
{
    const struct store_options options = {
        .folder = folder, .mode = to_write ? STORE_WRITE : STORE_READ};
    return store_open(&options, ret, e);
}

/* Another master key would make every file unreadable, one by one. */
static int compare_vault(struct keep *k, struct err *e)
{
    struct arena *a = arena_new(1 << 20);
    const char *id;
    int r = store_meta_get(k->store, a, vault_name, &id, e);
    if (r == 0 && !id)
        r = store_meta_put(k->store, vault_name, vault_id(k->vault), e);
    else if (r == 0 && strcmp(id, vault_id(k->vault)) != 0)
        r = err_set(e, ERR_CONFIG,
                    "the master key is not the one of this store");
    arena_free(a);
    return r;
}

static int open_vault(const char *data, const char *key_file, bool to_write,
                      struct keep *k, struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/master.key", data);
    int r = vault_open(key_file ? key_file : path, to_write, &k->vault, e);
    if (r == ERR_MISSING && !to_write && !key_file)
        return 0; /* a copy: the key is elsewhere */
    return r || !to_write ? r : compare_vault(k, e);
}

int keep_open(const char *data, const char *key_file, bool to_write,
              struct keep *ret, struct err *e)
{
    char path[4096];
    *ret = (struct keep){0};
    snprintf(path, sizeof path, "%s/blobs", data);
    int r = open_store(data, to_write, &ret->store, e);
    if (r == 0)
        r = open_vault(data, key_file, to_write, ret, e);
    if (r == 0)
        r = blob_folder_open(path, true, &ret->blobs, e);
    if (r)
        keep_close(ret);
    return r;
}

void keep_close(struct keep *k)
{
    vault_close(k->vault);
    blob_close(k->blobs);
    store_close(k->store);
    *k = (struct keep){0};
}

/* A store of its own, with one value written and waited for. */
int keep_try(struct arena *a, const char **ret_about, struct err *e)
{
    static const char *const files[] = {"store.db", "store.lock"};
    char folder[] = "/tmp/sealdesk-try-XXXXXX";
    struct store *s = NULL;
    if (!mkdtemp(folder))
        return err_set(e, ERR_SYS, "%s: %s", folder, strerror(errno));
    int r = open_store(folder, true, &s, e);
    if (r == 0)
        r = store_meta_put(s, "tried", "yes", e);
    if (r == 0)
        *ret_about =
            arena_printf(a, "%s, schema %d", store_backend(s), store_schema(s));
    store_close(s);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(arena_printf(a, "%s/%s", folder, files[i]));
    rmdir(folder);
    return r;
}

/* --- which blobs ----------------------------------------------------------*/

/* Names and whose they are, in the names' order. Taken down first, so that the
 * database is not held while files are read. */
struct named {
    char blob[BLOB_NAME];
    char application[40];
};
struct names {
    struct arena *arena;
    struct named *all;
    size_t n, room;
};

static int take_name(void *context, const char *blob, const char *application,
                     struct err *e)
{
    struct names *t = context;
    (void)e;
    if (t->n == t->room) {
        size_t room = t->room ? t->room * 2 : 256;
        t->all = arena_grow(t->arena, t->all, t->n, room, sizeof *t->all);
        t->room = room;
    }
    struct named *name = &t->all[t->n++];
    snprintf(name->blob, sizeof name->blob, "%s", blob);
    snprintf(name->application, sizeof name->application, "%s", application);
    return 0;
}

static int compare_names(const void *x, const void *y)
{
    return strcmp(((const struct named *)x)->blob,
                  ((const struct named *)y)->blob);
}

static bool is_named(const struct names *t, const char *blob)
{
    struct named key;
    snprintf(key.blob, sizeof key.blob, "%s", blob);
    return t->n && bsearch(&key, t->all, t->n, sizeof *t->all, compare_names);
}

struct orphans {
    const struct names *names;
    struct blobs *remove_from; /* NULL: count only */
    uint64_t n;
};

static int take_orphan(void *context, const char *blob, uint64_t size,
                       struct err *e)
{
    struct orphans *o = context;
    (void)size;
    if (is_named(o->names, blob))
        return 0;
    o->n++;
    return o->remove_from ? blob_remove(o->remove_from, blob, e) : 0;
}

int keep_sweep(struct keep *k, uint64_t *ret_removed, struct err *e)
{
    struct names names = {.arena = arena_new(ARENA_BYTES)};
    struct orphans orphans = {&names, k->blobs, 0};
    int r = blob_sweep(k->blobs, e);
    if (r == 0)
        r = store_each_blob(k->store, take_name, &names, e);
    if (r == 0)
        r = blob_list(k->blobs, take_orphan, &orphans, e);
    *ret_removed = orphans.n;
    arena_free(names.arena);
    return r;
}

/* --- verifying ------------------------------------------------------------*/

struct verifying {
    struct keep *keep;
    keep_tell *tell;
    void *context;
    struct keep_report *report;
};

static void count_defect(void *context, const char *defect)
{
    struct verifying *v = context;
    v->report->records_defects++;
    v->tell(v->context, defect);
}

/* Was it erased while we read? Then it need not be there. */
static bool is_erased(struct store *s, const char *application)
{
    struct arena *a = arena_new(1 << 22);
    struct store_application row = {0};
    int r = store_application_get(s, a, application, &row, NULL);
    bool erased = r == 0 && row.erased_ms > 0;
    arena_free(a);
    return erased;
}

static void verify_blob(struct verifying *v, const struct named *name)
{
    struct err e = {0};
    int r = blob_verify(v->keep->blobs, name->blob, &e);
    v->report->blobs++;
    if (r == 0 ||
        (r == ERR_MISSING && is_erased(v->keep->store, name->application)))
        return;
    if (r == ERR_MISSING)
        v->report->missing++;
    else
        v->report->damaged++;
    v->tell(v->context, e.text);
}

static int verify_blobs(struct verifying *v, struct err *e)
{
    struct names names = {.arena = arena_new(ARENA_BYTES)};
    struct orphans orphans = {&names, NULL, 0};
    int r = store_each_blob(v->keep->store, take_name, &names, e);
    for (size_t i = 0; r == 0 && i < names.n; i++)
        verify_blob(v, &names.all[i]);
    if (r == 0)
        r = blob_list(v->keep->blobs, take_orphan, &orphans, e);
    v->report->orphans = orphans.n;
    arena_free(names.arena);
    return r;
}

static int verify_audit(struct verifying *v, const char *head, struct err *e)
{
    struct audit_result result;
    if (!v->keep->vault)
        return 0;
    int r = audit_verify(v->keep->store, v->keep->vault, head, &result, e);
    if (r)
        return r;
    v->report->has_audit = true;
    v->report->audit_rows = result.rows;
    if (result.first_bad) {
        char said[200];
        snprintf(said, sizeof said, "audit log: %s", result.what);
        count_defect(v, said);
    }
    return 0;
}

int keep_verify(struct keep *k, const char *audit_head, keep_tell *tell,
                void *context, struct keep_report *ret, struct err *e)
{
    *ret = (struct keep_report){0};
    struct verifying v = {k, tell, context, ret};
    struct err defects = {0};
    int r = store_check(k->store, count_defect, &v, &defects);
    if (r && ret->records_defects == 0)
        count_defect(&v, defects.text);
    r = verify_blobs(&v, e);
    if (r == 0)
        r = verify_audit(&v, audit_head, e);
    ret->is_sound =
        r == 0 && !ret->records_defects && !ret->missing && !ret->damaged;
    return r;
}

/* --- copying --------------------------------------------------------------*/

static int copy_bytes(int fd, struct blob_writer *to, struct err *e)
{
    char piece[1 << 16];
    ssize_t n;
    int r = 0;
    while (r == 0 && (n = read(fd, piece, sizeof piece)) != 0) {
        if (n > 0)
            r = blob_write(to, piece, (size_t)n, e);
        else if (errno != EINTR)
            r = err_set(e, ERR_STORE, "copy: %s", strerror(errno));
    }
    return r;
}

static int copy_blob(struct blobs *from, struct blobs *to, const char *name,
                     struct err *e)
{
    struct blob_writer *w;
    char copied[BLOB_NAME];
    int fd, r = blob_open(from, name, &fd, e);
    if (r)
        return r;
    r = blob_create(to, &w, e);
    if (r == 0) {
        r = copy_bytes(fd, w, e);
        if (r)
            blob_abort(w);
        else
            r = blob_commit(w, copied, e);
    }
    close(fd);
    if (r == 0 && strcmp(copied, name) != 0)
        r = err_set(e, ERR_STORE, "blob %s: the bytes are others", name);
    return r;
}

/* A copy is opened for writing only when there is something to erase in it. */
static int erase_in_copy(const char *folder, const char *application,
                         struct err *e)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct store *s;
    const char *const *blobs;
    size_t n;
    int r = open_store(folder, true, &s, e);
    if (r == 0) {
        r = store_application_erase(s, a, application, 1, &blobs, &n, e);
        store_close(s);
    }
    arena_free(a);
    return r;
}

static int copy_blobs(struct keep *k, const char *folder,
                      const struct names *names, struct err *e)
{
    char path[4096];
    struct blobs *to;
    snprintf(path, sizeof path, "%s/blobs", folder);
    int r = blob_folder_open(path, true, &to, e);
    if (r)
        return r;
    for (size_t i = 0; r == 0 && i < names->n; i++) {
        const struct named *name = &names->all[i];
        r = copy_blob(k->blobs, to, name->blob, e);
        if (r == ERR_MISSING && is_erased(k->store, name->application))
            r = erase_in_copy(folder, name->application, e);
    }
    blob_close(to);
    return r;
}

/* First the records, then the files: files that come later do no harm, and
 * none that the records name can be missing. */
int keep_copy(struct keep *k, const char *folder, uint64_t *ret_blobs,
              struct err *e)
{
    struct names names = {.arena = arena_new(ARENA_BYTES)};
    struct store *copy;
    *ret_blobs = 0;
    int r = store_copy(k->store, folder, e);
    if (r == 0)
        r = open_store(folder, false, &copy, e);
    if (r == 0) {
        r = store_each_blob(copy, take_name, &names, e);
        store_close(copy);
    }
    if (r == 0)
        r = copy_blobs(k, folder, &names, e);
    *ret_blobs = names.n;
    arena_free(names.arena);
    return r;
}

/* --- erasing --------------------------------------------------------------*/

static int erase_records(struct keep *k, struct arena *a, const char *id,
                         const char *actor, int64_t now_ms,
                         const char *const **ret_blobs, size_t *ret_n,
                         struct err *e)
{
    int r = store_begin(k->store, STORE_FACT, e);
    if (r)
        return r;
    r = store_application_erase(k->store, a, id, now_ms, ret_blobs, ret_n, e);
    if (r == 0)
        r = audit_append(k->store, k->vault, now_ms, actor, "erase", id, NULL,
                         e);
    if (r == 0)
        return store_commit(k->store, e);
    store_rollback(k->store);
    return r;
}

/* The key goes first: what is left of the files by a cut tells nothing. */
int keep_erase(struct keep *k, const char *application, const char *actor,
               int64_t now_ms, size_t *ret_blobs, struct err *e)
{
    struct arena *a = arena_new(ARENA_BYTES);
    const char *const *blobs = NULL;
    size_t n = 0;
    int r = erase_records(k, a, application, actor, now_ms, &blobs, &n, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = blob_remove(k->blobs, blobs[i], e);
    if (r == 0)
        r = store_maintain(k->store, true, e);
    *ret_blobs = n;
    arena_free(a);
    return r;
}
