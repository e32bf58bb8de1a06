/* SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE

#include "intake/cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/utf8.h"
#include "intake/commands.h"
#include "intake/sections.h"

enum { CLI_ANY = 1000000 };

static const struct cli_command commands[] = {
#define COMMAND(name, arguments, min, max, en, zh)                             \
    {#name, arguments, min, max, command_##name, en, zh},
#include "intake/commands.def"
#undef COMMAND
};

enum option_id {
    OPT_NONE = 1000, /* apart from letters */
#define OPTION(id, name, argument, commands, at, en) OPT_##id,
#include "intake/options.def"
#undef OPTION
};

#define AT(member) offsetof(struct cli, member)

static const struct option_row {
    const char *name;
    enum option_id id;
    const char *argument;
    const char *commands;
    const char *en;
    size_t at;
} options[] = {
#define OPTION(id, name, argument, commands, at, en)                           \
    {name, OPT_##id, argument, commands, en, at},
#include "intake/options.def"
#undef OPTION
};

enum {
    N_COMMANDS = sizeof commands / sizeof *commands,
    N_OPTIONS = sizeof options / sizeof *options,
    DEFAULT_DPI = 300,
    DEFAULT_RUNS = 3,
};

const struct cli_command *cli_lookup(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* Whether `word` is one of the words of a list parted by spaces. */
static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

/* --- values ------------------------------------------------------------ */

static bool is_leap(int y)
{
    return (y % 4 == 0 && y % 100) || y % 400 == 0;
}

/* A day of the calendar, written YYYY-MM-DD. */
static bool is_date(const char *s)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const char shape[] = "dddd-dd-dd";
    int v[3] = {0}, part = 0;
    if (strlen(s) != sizeof shape - 1)
        return false;
    for (size_t i = 0; shape[i]; i++) {
        if (shape[i] == '-' ? s[i] != '-' : s[i] < '0' || s[i] > '9')
            return false;
        if (shape[i] == '-')
            part++;
        else
            v[part] = 10 * v[part] + s[i] - '0';
    }
    if (v[0] < 1 || v[1] < 1 || v[1] > 12)
        return false;
    int most = days[v[1] - 1] + (v[1] == 2 && is_leap(v[0]));
    return v[2] >= 1 && v[2] <= most;
}

static const char *today(struct arena *a)
{
    time_t now = time(NULL);
    struct tm tm;
    char text[16] = "1970-01-01";
    if (localtime_r(&now, &tm))
        strftime(text, sizeof text, "%Y-%m-%d", &tm);
    return arena_strdup(a, text);
}

static int whole_number(const char *name, const char *s, int min, int max,
                        int *ret, struct err *e)
{
    char *end;
    long v = strtol(s, &end, 10);
    if (*s == '\0' || *end || v < min || v > max)
        return err_set(e, ERR_USAGE,
                       "--%s %.40s: a whole number %d .. %d is wanted", name, s,
                       min, max);
    *ret = (int)v;
    return 0;
}

static int share(const char *name, const char *s, double *ret, struct err *e)
{
    char *end;
    *ret = strtod(s, &end);
    return *s && !*end && *ret >= 0 && *ret < 1
               ? 0
               : err_set(e, ERR_USAGE,
                         "--%s %.40s: a share from 0 to below 1 is wanted",
                         name, s);
}

/* Index of a word of a list parted by '|', or an error. */
static int word_of(const char *name, const char *s, const char *const *words,
                   int *ret, struct err *e)
{
    char all[200] = "";
    for (int i = 0; words[i]; i++) {
        size_t n = strlen(all);
        snprintf(all + n, sizeof all - n, "%s%s", i ? ", " : "", words[i]);
        if (strcmp(words[i], s) == 0) {
            *ret = i;
            return 0;
        }
    }
    return err_set(e, ERR_USAGE, "--%s %.40s: allowed are %s", name, s, all);
}

static int set_format(struct cli *c, const char *s, struct err *e)
{
    static const char *const words[] = {"json", "text", "html", NULL};
    int i = 0, r = word_of("format", s, words, &i, e);
    c->format = (enum cli_format)(FORMAT_JSON + i);
    return r;
}

static int set_slot(struct cli *c, const char *s, struct err *e)
{
    static const char *const words[] = {
        "application_form",     "business_license", "id_card",
        "authorization_letter", "seal_sheet",       NULL};
    int i = 0, r = word_of("slot", s, words, &i, e);
    c->slot = (enum slot)slot_from_name(words[i]);
    return r;
}

static int set_role(struct cli *c, const char *s, struct err *e)
{
    static const char *const words[] = {"official", "legal_rep", NULL};
    int i = 0, r = word_of("role", s, words, &i, e);
    c->role = seal_role_from_name(words[i]);
    return r;
}

static int set_today(struct cli *c, const char *s, struct err *e)
{
    c->today = s;
    return is_date(s)
               ? 0
               : err_set(e, ERR_USAGE,
                         "--today %.40s: a day as YYYY-MM-DD is wanted", s);
}

static int set_option(struct cli *c, enum option_id id, const char *value,
                      struct err *e)
{
    for (size_t i = 0; i < N_OPTIONS; i++) {
        void *at = (char *)c + options[i].at;
        if (options[i].id != id || options[i].at == 0)
            continue;
        if (options[i].argument)
            *(const char **)at = value;
        else
            *(bool *)at = true;
    }
    switch (id) {
    case OPT_TODAY:
        return set_today(c, value, e);
    case OPT_FORMAT:
        return set_format(c, value, e);
    case OPT_SLOT:
        return set_slot(c, value, e);
    case OPT_ROLE:
        return set_role(c, value, e);
    case OPT_DPI:
        return whole_number("dpi", value, 72, 1200, &c->dpi, e);
    case OPT_JOBS:
        return whole_number("jobs", value, 1, 64, &c->jobs, e);
    case OPT_RUNS:
        return whole_number("runs", value, 1, 100, &c->runs, e);
    case OPT_PORT:
        return whole_number("port", value, 0, 65535, &c->port, e);
    case OPT_FALSE_ALARMS:
        return share("false-alarms", value, &c->false_alarms, e);
    default:
        return 0;
    }
}

/* --- the whole line ---------------------------------------------------- */

static int check_command(struct cli *c, const bool *used, struct err *e)
{
    const struct cli_command *cmd = cli_lookup(c->command);
    if (!cmd)
        return err_set(e, ERR_USAGE,
                       "there is no command \"%.40s\"; see sealdesk --help",
                       c->command);
    for (size_t i = 0; i < N_OPTIONS; i++)
        if (used[i] && options[i].commands &&
            !has_word(options[i].commands, cmd->name))
            return err_set(e, ERR_USAGE,
                           "%s does not know --%s; see sealdesk "
                           "%s --help",
                           cmd->name, options[i].name, cmd->name);
    if (c->n_args < cmd->min_args || c->n_args > cmd->max_args)
        return err_set(e, ERR_USAGE, "%s %s: %zu argument%s given", cmd->name,
                       *cmd->arguments ? cmd->arguments : "(no arguments)",
                       c->n_args, c->n_args == 1 ? "" : "s");
    return 0;
}

int cli_parse(struct arena *a, int argc, char **argv, struct cli *ret,
              struct err *e)
{
    struct option rows[N_OPTIONS + 1];
    bool used[N_OPTIONS] = {false};
    int got, row = 0;
    memset(rows, 0, sizeof rows);
    for (size_t i = 0; i < N_OPTIONS; i++)
        rows[i] = (struct option){options[i].name,
                                  options[i].argument ? required_argument
                                                      : no_argument,
                                  NULL, (int)options[i].id};
    *ret = (struct cli){.slot = SLOT_UNKNOWN,
                        .role = -1,
                        .dpi = DEFAULT_DPI,
                        .runs = DEFAULT_RUNS,
                        .false_alarms = -1,
                        .port = -1,
                        .today = today(a)};
    opterr = 0;
    while ((got = getopt_long(argc, argv, ":h", rows, &row)) != -1) {
        if (got == 'h')
            got = OPT_HELP;
        if (got == '?')
            return err_set(e, ERR_USAGE, "%.60s: no such option",
                           optopt > 0 && optopt < 256
                               ? arena_printf(a, "-%c", optopt)
                               : argv[optind - 1]);
        if (got == ':')
            return err_set(e, ERR_USAGE, "%.60s: its argument is missing",
                           argv[optind - 1]);
        for (size_t i = 0; i < N_OPTIONS; i++)
            used[i] |= (int)options[i].id == got;
        if (set_option(ret, (enum option_id)got, optarg, e))
            return ERR_USAGE;
    }
    if (optind < argc)
        ret->command = argv[optind++];
    ret->args = argv + optind;
    ret->n_args = (size_t)(argc - optind);
    if (ret->version ||
        (ret->help && (!ret->command || cli_lookup(ret->command))))
        return 0;
    if (!ret->command)
        return err_set(e, ERR_USAGE,
                       "a command is wanted; see sealdesk "
                       "--help");
    return check_command(ret, used, e);
}

/* --- help -------------------------------------------------------------- */

static void help_options(const char *command, struct str *t)
{
    str_add(t, "\nOptions:\n");
    for (size_t i = 0; i < N_OPTIONS; i++) {
        const struct option_row *o = &options[i];
        if (command && o->commands && !has_word(o->commands, command))
            continue;
        str_printf(t, "  --%s%s%s\n        %s\n", o->name,
                   o->argument ? " " : "", o->argument ? o->argument : "",
                   o->en);
    }
}

void cli_help(const char *command, struct str *t)
{
    const struct cli_command *one = command ? cli_lookup(command) : NULL;
    if (one) {
        str_printf(t, "sealdesk %s %s\n  %s\n  %s\n", one->name, one->arguments,
                   one->en, one->zh);
        help_options(one->name, t);
        return;
    }
    str_add(t, "sealdesk reviews the papers of an application for a digital "
               "certificate.\n\nusage: sealdesk COMMAND [OPTIONS]\n\n"
               "Commands:\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        str_printf(t, "  %s %s\n        %s\n        %s\n", commands[i].name,
                   commands[i].arguments, commands[i].en, commands[i].zh);
    help_options(NULL, t);
    str_add(t, "\nExit codes: 0 clean, 1 flagged, 2 blocked, 3 a file cannot "
               "be read, 4 refused\nfor safety, 5 bad configuration or "
               "application.json, 6 store unavailable,\n7 timed out, 64 "
               "usage, 70 internal error.\n");
}

/* --- what all commands need -------------------------------------------- */

/* Names of files are others' and go to a terminal: no control characters. */
void cli_say(const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&text, fmt, ap);
    va_end(ap);
    fputs("sealdesk: ", stderr);
    const char *at = n < 0 ? "(no memory)" : text;
    for (uint32_t c; (c = utf8_next(&at)) != 0;) {
        char bytes[4] = "?";
        bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
        fwrite(bytes, 1, control ? 1 : utf8_put(c, bytes), stderr);
    }
    fputc('\n', stderr);
    if (n >= 0)
        free(text);
}

int cli_fail(const struct err *e)
{
    int exit_code = err_exit_code(e->code);
    cli_say("%s: %s", err_summary(e->code), e->text);
    cli_say("%s。", err_zh(e->code));
    return exit_code ? exit_code : EXIT_INTERNAL;
}

int cli_refuse_html(const struct cli *cli)
{
    struct err e = {0};
    if (cli->format != FORMAT_HTML)
        return 0;
    err_set(&e, ERR_USAGE, "%s --format html: allowed are json, text",
            cli->command);
    return cli_fail(&e);
}

struct conf *cli_settings(struct arena *a, const struct cli *cli, int *ret_exit)
{
    struct conf *conf = sections_new(a);
    struct err e = {0};
    if (!cli->config || conf_load(conf, cli->config, &e) == 0)
        return conf;
    for (size_t i = 0; i < conf_mistake_count(conf); i++)
        cli_say("%s", conf_mistake(conf, i));
    if (conf_mistake_count(conf) == 0)
        cli_say("%s", e.text);
    cli_say("配置文件 %s 有误，请按上面的提示改正。", cli->config);
    *ret_exit = EXIT_CONFIG;
    return NULL;
}

int cli_print(const struct str *t)
{
    if (!t->failed && fwrite(t->s, 1, t->len, stdout) == t->len &&
        fflush(stdout) == 0)
        return EXIT_CLEAN;
    cli_say("standard output: the result could not be written");
    cli_say("结果无法写出。");
    return EXIT_INTERNAL;
}

enum cli_format cli_format_of(const struct cli *cli)
{
    if (cli->format != FORMAT_AUTO)
        return cli->format;
    return isatty(STDOUT_FILENO) ? FORMAT_TEXT : FORMAT_JSON;
}
