/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings of the service. */

#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "intake/cli.h"
#include "intake/core/serve.h"

static const char *const listens[] = {"loopback", "socket", "any", NULL};

static const char *const factors[] = {"nobody", "deciders", "all", NULL};

#define T struct serve_settings
static const struct param params[] = {
    {"listen", PARAM_CHOICE, "", 0, 0, LISTEN_LOOPBACK, listens,
     offsetof(T, listen),
     "在哪里接收请求：仅本机、数据目录下的 front.sock，或所有网络地址",
     "where requests are taken: this machine only, front.sock in the data "
     "folder, or every address"},
    PARAM_INT_OF(T, port, "", 0, 65535, 8080, "端口，0 表示由系统选择",
                 "port; 0: the system chooses one"),
    PARAM_BOOL_OF(T, behind_proxy, 0,
                  "前面有反向代理，客户端地址取自 X-Forwarded-For",
                  "a proxy is in front; the client's address is what it says "
                  "in X-Forwarded-For"),
    PARAM_BOOL_OF(T, public_ok, 0, "允许不经代理直接对外（不建议）",
                  "every address without a proxy is meant so (not advised)"),
    PARAM_INT_OF(T, connections, "", 10, 10000, 1000, "最多同时连接数",
                 "connections at the same time"),
    PARAM_INT_OF(T, per_address, "", 0, 10000, 40,
                 "每个地址最多同时连接数，0 表示不限",
                 "connections of one address; 0: any number. Not looked at "
                 "behind a proxy"),
    PARAM_INT_OF(T, header_s, "s", 1, 120, 10, "请求头须在多久内到齐",
                 "how long the headers of a request may take"),
    PARAM_INT_OF(T, idle_s, "s", 1, 600, 15, "空闲连接保持多久",
                 "how long a connection may be idle"),
    PARAM_INT_OF(T, body_s, "s", 1, 3600, 20, "上传开始多久后检查最低速度",
                 "after which time a body must have come at the lowest rate"),
    PARAM_INT_OF(T, floor_kib, "KiB/s", 1, 10240, 16, "上传的最低速度",
                 "lowest rate of a body, on average"),
    PARAM_INT_OF(T, requests_per_minute, "", 1, 1000000, 6000,
                 "每个地址每分钟最多请求数",
                 "requests of one address in a minute"),
    PARAM_INT_OF(T, strict_per_minute, "", 1, 1000000, 30,
                 "每个地址每分钟最多登录与新建次数",
                 "log-ins and new applications of one address in a minute"),
    PARAM_INT_OF(T, uploads_in_flight_mb, "MB", 20, 102400, 512,
                 "正在上传的文件总量上限",
                 "bytes of all uploads on their way at the same time"),
    PARAM_INT_OF(T, reserve_mb, "MB", 1, 1048576, 200,
                 "磁盘剩余空间低于此值时不再接收文件",
                 "free room on the disk below which nothing more is taken"),
    PARAM_INT_OF(T, application_mb, "MB", 10, 102400, 1000,
                 "一份申请累计可上传多少",
                 "bytes of all files ever uploaded to one application"),
    PARAM_INT_OF(T, client_per_day, "", 0, 10000000, 20000,
                 "一个接口用户 24 小时内可新建多少申请，0 表示不限",
                 "applications one API client may open in 24 hours; 0: any "
                 "number"),
    {"second_factor", PARAM_CHOICE, "", 0, 0, FACTOR_NOBODY, factors,
     offsetof(T, second_factor),
     "哪些人员必须用动态码登录：无、复核制章组长管理员、全部",
     "staff that must log in with a second device: nobody, those who decide "
     "(second, maker, lead, admin), or all"},
    PARAM_INT_OF(T, workers, "", 1, 64, 8, "加密与写盘的线程数",
                 "threads that encrypt and write files"),
    PARAM_INT_OF(T, session_idle_min, "min", 1, 1440, 30,
                 "多久没有操作即自动退出",
                 "a session ends after so long without a request"),
    PARAM_INT_OF(T, session_hours, "h", 1, 168, 10, "登录最长有效时间",
                 "a session ends after so long in any case"),
    PARAM_INT_OF(T, failures, "", 3, 100, 5, "连续登录失败几次后锁定",
                 "wrong passwords in a row after which a user is locked"),
    PARAM_INT_OF(T, lock_min, "min", 1, 1440, 5, "锁定多久", "for how long"),
    PARAM_INT_OF(T, drain_s, "s", 1, 600, 30, "停止时最多等待多久",
                 "how long the end waits for what was begun"),
    {0},
};
#undef T

const struct conf_section serve_section = {"serve", params,
                                           sizeof(struct serve_settings)};

struct conf *serve_conf(struct arena *a, const struct cli *cli,
                        const char *data, int *ret_exit)
{
    const char *rules = arena_printf(a, "%s/rules.conf", data);
    struct err e = {0};
    struct conf *conf = cli_settings(a, cli, ret_exit);
    if (!conf || access(rules, F_OK) != 0 || conf_load(conf, rules, &e) == 0)
        return conf;
    *ret_exit = cli_fail(&e);
    return NULL;
}
