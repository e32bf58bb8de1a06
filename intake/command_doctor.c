/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `doctor`: tries everything a review needs, the sandbox included. */

#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/str.h"
#include "imaging/decode.h"
#include "imaging/jpeg_out.h"
#include "imaging/pipeline.h"
#include "intake/commands.h"
#include "intake/http/http.h"
#include "intake/measure/sandbox.h"
#include "intake/measure/worker.h"
#include "intake/store/keep.h"
#include "intake/version.h"
#include "ocr/models.h"
#include "ocr/reader.h"

enum { TEXT_BYTES = 1 << 16 };

struct visit {
    struct arena *arena;
    const struct conf *conf;
    struct str said;
    int failures;
};

static void tell(struct visit *v, bool good, const char *zh, const char *en,
                 const char *detail)
{
    str_printf(&v->said, "%s  %s  %s: %s\n", good ? "[ok]  " : "[FAIL]", zh, en,
               detail);
    v->failures += !good;
}

/* What to do about it, below what was told. */
static void advise(struct visit *v, const char *zh, const char *en)
{
    str_printf(&v->said, "        %s\n        %s\n", zh, en);
}

static void tell_none(struct visit *v, const char *zh, const char *en,
                      const char *why)
{
    str_printf(&v->said, "[none]  %s  %s: %s\n", zh, en, why);
}

/* Not having it is no failure, but costs something. */
static void tell_second(struct visit *v, const struct reader *reader)
{
    const char *about;
    struct models models;
    if (!reader_has_second(reader, &about)) {
        tell_none(v, "第二识别引擎", "second reader", about);
        advise(v,
               "没有它也能使用，但名称中的生僻字读不准，需要人工核对的名称会"
               "多一些。安装 sealdesk-models，或者运行 models/setup.sh。",
               "Names with rare characters are read less well, and more go to "
               "a person. Install sealdesk-models, or run models/setup.sh.");
        return;
    }
    tell(v, true, "第二识别引擎", "second reader", about);
    if (models_find(v->arena, &models) && models.direction) {
        tell(v, true, "方向识别", "direction of lines", models.direction);
        return;
    }
    tell_none(v, "方向识别", "direction of lines", "not installed");
    advise(v, "没有它也能使用，但放倒的页面更容易认错方向。重装第二识别引擎。",
           "Pages that lie on their side are more often set up wrongly. "
           "Install the second reader anew.");
}

/* The first is Tesseract; the others are the second reader's. */
static void tell_readers(struct visit *v, const struct reader *reader)
{
    const char *about;
    const char *const *s = reader_versions(reader);
    tell(v, true, "文字识别", "engines", *s++);
    for (; reader_has_second(reader, &about) && *s; s++)
        tell(v, true, "文字识别", "engines", *s);
    tell_second(v, reader);
}

static void check_engines(struct visit *v)
{
    struct err e = {0};
    struct reader *reader = NULL;
    int r = decode_init(&e);
    tell(v, r == 0, "图像库", "libvips", r ? e.text : jpeg_out_library());
    r = pipeline_validate(&e);
    tell(v, r == 0, "处理步骤", "stages", r ? e.text : "in order");
    r = reader_open(v->arena, v->conf, &reader, &e);
    if (r) {
        tell(v, false, "文字识别", "engines", e.text);
        advise(v, "apt-get install tesseract-ocr-chi-sim tesseract-ocr-eng",
               "If TESSDATA_PREFIX is set, it has to name the folder of both.");
    } else {
        tell_readers(v, reader);
    }
}

static int do_nothing(void *context, size_t job, int fd, struct err *e)
{
    (void)context, (void)job, (void)fd, (void)e;
    return 0;
}

/* The real thing: a child that locks itself up, as for a document. */
static void check_sandbox(struct visit *v)
{
    struct err e = {0};
    struct worker_result result;
    const struct worker_limits *limits =
        conf_values(v->conf, worker_section.name);
    int abi = sandbox_landlock_abi();
    int r = worker_run(v->arena, limits, do_nothing, NULL, 1, &result, &e);
    if (r == 0)
        r = result.code;
    tell(v, r == 0, "安全沙箱", "seccomp",
         r == 0          ? "a child was locked up"
         : result.detail ? result.detail
                         : e.text);
    if (r)
        advise(v,
               "内核或容器不允许 seccomp；没有沙箱就不打开任何材料。容器里请"
               "用默认的 seccomp 配置。",
               "The kernel or the container forbids seccomp; without it no "
               "paper is opened. In a container use its default profile.");
    tell(v, true, "文件限制", "Landlock",
         abi ? arena_printf(v->arena, "version %d", abi)
             : "not in this kernel; children open no files at all");
}

static void check_memory(struct visit *v)
{
    const struct worker_limits *w = conf_values(v->conf, worker_section.name);
    double mb = (double)sysconf(_SC_PHYS_PAGES) *
                (double)sysconf(_SC_PAGESIZE) / (1 << 20);
    tell(v, mb >= w->memory_mb, "内存", "memory",
         arena_printf(v->arena, "%.0f MB, one file may take %d MB", mb,
                      w->memory_mb));
    if (mb < w->memory_mb)
        advise(v, "增加内存，或者把 worker.memory_mb 改小。",
               "Give it more memory, or make worker.memory_mb smaller.");
}

static void check_store(struct visit *v)
{
    struct err e = {0};
    const char *about;
    int r = keep_try(v->arena, &about, &e);
    tell(v, r == 0, "数据存储", "store", r ? e.text : about);
    if (r)
        advise(v, "/tmp 须可写，并有空间。",
               "/tmp has to be writable, with room.");
}

static void check_http(struct visit *v)
{
    const char *version = http_library();
    tell(v, version, "网络服务", "libmicrohttpd",
         version ? version : "has no poll");
}

int command_doctor(struct arena *a, const struct cli *cli)
{
    int r = 0;
    struct visit v = {.arena = a, .conf = cli_settings(a, cli, &r)};
    if (!v.conf)
        return r;
    str_init(&v.said, TEXT_BYTES);
    tell(&v, true, "程序", "sealdesk", SEALDESK_VERSION);
    check_engines(&v);
    check_sandbox(&v);
    check_memory(&v);
    check_store(&v);
    check_http(&v);
    str_add(&v.said, v.failures ? "本机还不能使用。 Not ready.\n"
                                : "本机可以使用。 Ready.\n");
    r = cli_print(&v.said);
    str_done(&v.said);
    return r ? r : v.failures ? EXIT_INTERNAL : EXIT_CLEAN;
}
