/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * `store`: looking after a data folder. `verify` and `backup` work beside a
 * running service, the others want the folder for themselves.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "intake/commands.h"
#include "intake/store/ident.h"
#include "intake/store/keep.h"
#include "intake/store/store.h"

enum { TEXT_BYTES = 1 << 20 };

struct task {
    struct arena *arena;
    const struct cli *cli;
    const char *data, *argument;
    struct str said;
    bool failed; /* what was looked at is not sound */
};

typedef int verb_fn(struct task *t, struct err *e);

/* --- what they say --------------------------------------------------------*/

static void tell_defect(void *context, const char *defect)
{
    struct task *t = context;
    str_printf(&t->said, "[FAIL]  %s\n", defect);
}

static void tell_report(struct task *t, const struct keep_report *r)
{
    str_printf(&t->said,
               "文件 files: %" PRIu64 "，缺失 missing: %" PRIu64
               "，损坏 damaged: %" PRIu64 "，多余 orphans: %" PRIu64 "\n",
               r->blobs, r->missing, r->damaged, r->orphans);
    if (r->has_audit)
        str_printf(&t->said, "审计记录 audit rows: %" PRId64 "\n",
                   r->audit_rows);
    else
        str_add(&t->said, "审计记录未验证（没有主密钥）。 audit log not "
                          "verified: no master key here\n");
    str_add(&t->said,
            r->is_sound ? "数据完好。 Sound.\n" : "数据有损坏。 Not sound.\n");
    t->failed |= !r->is_sound;
}

static int verify_folder(struct task *t, const char *folder, const char *head,
                         struct err *e)
{
    struct keep k;
    struct keep_report report;
    int r = keep_open(folder, t->cli->key_file, false, &k, e);
    if (r)
        return r;
    r = keep_verify(&k, head, tell_defect, t, &report, e);
    keep_close(&k);
    if (r == 0)
        tell_report(t, &report);
    return r;
}

/* --- what they do ---------------------------------------------------------*/

static int verify(struct task *t, struct err *e)
{
    return verify_folder(t, t->data, t->cli->audit_head, e);
}

/* A whole copy, and then it is read: a backup that was never read is a hope. */
static int copy_and_verify(struct task *t, const char *from, const char *to,
                           struct err *e)
{
    struct keep k;
    uint64_t n;
    int r = keep_open(from, t->cli->key_file, false, &k, e);
    if (r)
        return r;
    r = keep_copy(&k, to, &n, e);
    keep_close(&k);
    return r ? r : verify_folder(t, to, t->cli->audit_head, e);
}

static int backup(struct task *t, struct err *e)
{
    int r = copy_and_verify(t, t->data, t->argument, e);
    if (r == 0)
        str_printf(&t->said,
                   "已备份到 %s，不含主密钥，请另行保管。\n"
                   "Backed up to %s without the master key: keep that "
                   "elsewhere.\n",
                   t->argument, t->argument);
    return r;
}

static int restore(struct task *t, struct err *e)
{
    int r = copy_and_verify(t, t->argument, t->data, e);
    return r == ERR_CONFLICT
               ? err_set(e, ERR_CONFLICT, "%s holds a store already", t->data)
               : r;
}

static int erase(struct task *t, struct err *e)
{
    struct keep k;
    size_t n;
    if (!ident_is_valid(t->argument))
        return err_set(e, ERR_USAGE, "store erase %.40s: no application's id",
                       t->argument);
    int r = keep_find(t->arena, t->data, e);
    if (r == 0)
        r = keep_open(t->data, t->cli->key_file, true, &k, e);
    if (r)
        return r;
    r = keep_erase(&k, t->argument, "operator", clock_unix_ms(), &n, e);
    keep_close(&k);
    if (r == 0)
        str_printf(&t->said,
                   "已销毁密钥并删除 %zu 个文件。 Erased: the key and "
                   "%zu files.\n",
                   n, n);
    return r;
}

static int migrate(struct task *t, struct err *e)
{
    struct store *s;
    int r = keep_find(t->arena, t->data, e);
    if (r == 0)
        r = store_open(
            &(struct store_options){.folder = t->data, .mode = STORE_WRITE}, &s,
            e);
    if (r)
        return r;
    str_printf(&t->said, "%s，结构版本 schema %d\n", store_backend(s),
               store_schema(s));
    store_close(s);
    return 0;
}

/* --------------------------------------------------------------------------*/

static const struct verb {
    const char *name, *argument; /* NULL: none */
    verb_fn *run;
} verbs[] = {
    {"verify", NULL, verify},    {"backup", "DIR", backup},
    {"restore", "DIR", restore}, {"erase", "ID", erase},
    {"migrate", NULL, migrate},
};

static const struct verb *verb_of(const struct cli *cli, struct err *e)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        const struct verb *v = &verbs[i];
        if (strcmp(v->name, cli->args[0]) != 0)
            continue;
        if ((cli->n_args == 2) == (v->argument != NULL))
            return v;
        err_set(e, ERR_USAGE, "store %s %s", v->name,
                v->argument ? v->argument : "takes no argument");
        return NULL;
    }
    err_set(e, ERR_USAGE,
            "store %.40s: allowed are verify, backup, restore, erase, migrate",
            cli->args[0]);
    return NULL;
}

/* Who reads this is the administrator whom others are sent to. */
static int fail(const struct err *e)
{
    int code =
        e->code == ERR_MISSING || e->code == ERR_SYS ? ERR_STORE : e->code;
    if (code == ERR_USAGE)
        return cli_fail(e);
    cli_say("%s: %s", err_summary(code), e->text);
    cli_say("%s", code == ERR_BUSY ? "服务正在使用这个数据目录，请先停止它："
                                     "systemctl stop sealdesk。"
                  : code == ERR_CONFLICT
                      ? "那里已有数据或备份，请换一个空的文件夹。"
                      : "没有完成，原因见上一行；请检查路径、权限和磁盘空间。");
    return err_exit_code(code);
}

int command_store(struct arena *a, const struct cli *cli)
{
    struct err e = {0};
    const struct verb *v = verb_of(cli, &e);
    if (!v)
        return cli_fail(&e);
    struct task t = {.arena = a,
                     .cli = cli,
                     .data = cli->data ? cli->data : keep_default_folder(a),
                     .argument = cli->n_args > 1 ? cli->args[1] : NULL};
    umask(077); /* as the service: a backup is no one else's business */
    str_init(&t.said, TEXT_BYTES);
    int r = v->run(&t, &e);
    int printed = cli_print(&t.said);
    str_done(&t.said);
    return r          ? fail(&e)
           : printed  ? printed
           : t.failed ? err_exit_code(ERR_STORE)
                      : EXIT_CLEAN;
}
