/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * lane: warm fork servers, asked over their sockets. A page becomes records,
 * records become a report; foreign bytes become an error; a lane that is
 * killed in the middle of a task is seen to end and another takes its place;
 * all end with the link.
 */

/* cmocka.h needs the four before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/memfile.h"
#include "base/tile_pack.h"
#include "drawn_page.h"
#include "imaging/png_out.h"
#include "intake/bundle.h"
#include "intake/measure/measured.h"
#include "intake/measure/wire.h"
#include "intake/queue/lane.h"
#include "intake/queue/packet.h"
#include "intake/sections.h"

enum { WAIT_MS = 60 * 1000 };

struct nursery {
    struct arena *arena;
    struct conf *conf;
    pid_t pid;
    int link;
};

static int set_up(void **state)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct nursery *n = arena_new_struct(a, struct nursery);
    int ends[2];
    struct err e = {0};
    *n = (struct nursery){.arena = a, .conf = sections_new(a)};
    assert_int_equal(packet_pair(ends, &e), 0);
    n->pid = fork();
    if (n->pid == 0) {
        close(ends[0]);
        int r = lanes_main(n->conf, ends[1], &e);
        if (r)
            fprintf(stderr, "%s\n", e.text);
        _exit(r ? 1 : 0);
    }
    close(ends[1]);
    n->link = ends[0];
    *state = n;
    return 0;
}

static int tear_down(void **state)
{
    struct nursery *n = *state;
    int status = -1;
    close(n->link);
    assert_int_equal(waitpid(n->pid, &status, 0), n->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    arena_free(n->arena);
    return 0;
}

static void wait_readable(int fd)
{
    struct pollfd p = {fd, POLLIN, 0};
    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
}

static int new_lane(const struct nursery *n)
{
    int socket = -1;
    struct err e = {0};
    wait_readable(n->link);
    assert_int_equal(lane_accept(n->link, &socket, &e), 1);
    return socket;
}

/* A page with a few lines, as PNG. */
static struct bundle_file page(struct arena *a)
{
    struct drawn_page p = drawn_open(105, 74);
    uint8_t *png;
    size_t n;
    for (int i = 0; i < 6; i++)
        drawn_text(&p, 12, 16 + 8 * i, "江西省公共资源交易数字证书用户申请表");
    const struct image *im = drawn_scan(a, &p);
    assert_int_equal(png_out_write(a, im, DRAWN_DPI, &png, &n, NULL), 0);
    return (struct bundle_file){.slot = SLOT_APPLICATION_FORM,
                                .file = "form.png",
                                .sha256 = "00",
                                .bytes = (const char *)png,
                                .n = n};
}

static void ask(int socket, enum lane_kind kind, const struct bundle_file *f)
{
    int fd;
    struct err e = {0};
    const struct lane_task t = {.kind = kind,
                                .files = f,
                                .n_files = 1,
                                .today = "2026-04-01",
                                .is_kept = true};
    assert_int_equal(memfile_new(f->bytes, f->n, &fd, &e), 0);
    assert_int_equal(lane_ask(socket, &t, &fd, &e), 0);
    close(fd);
}

static struct lane_answer answer(struct arena *a, int socket,
                                 const uint8_t **ret, size_t *ret_n)
{
    struct lane_answer got;
    struct err e = {0};
    wait_readable(socket);
    assert_int_equal(lane_take(a, socket, &got, &e), 1);
    assert_int_equal(memfile_map(a, got.fd, ret, ret_n, &e), 0);
    close(got.fd);
    return got;
}

static void page_to_report(void **state)
{
    const struct nursery *n = *state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct bundle_file f = page(a);
    struct measured m;
    struct tile_pack pack;
    struct err e = {0};
    const uint8_t *bytes;
    size_t size;
    int socket = new_lane(n);
    ask(socket, LANE_MEASURE, &f);
    assert_int_equal(answer(a, socket, &bytes, &size).code, 0);
    assert_int_equal(measured_read(a, f.slot, bytes, size, &m, &e), 0);
    assert_int_equal(m.document.error, 0);
    assert_int_equal(m.document.n_pages, 1);
    assert_int_equal(m.n_tiles, 1);
    assert_int_equal(tile_pack_open(m.tiles[0].bytes, m.tiles[0].n, &pack, &e),
                     0);
    assert_int_equal(pack.grid.width, m.document.pages[0].width);

    f.bytes = (const char *)bytes;
    f.n = size;
    ask(socket, LANE_ASSEMBLE, &f);
    assert_int_equal(answer(a, socket, &bytes, &size).code, 0);
    struct wire_reader r = {bytes, size, 0, 0};
    struct wire_record report, index;
    assert_int_equal(wire_next(&r, &report, &e), 1);
    assert_int_equal(report.type, WIRE_REPORT);
    assert_memory_equal(report.bytes, "{\n  \"schema\": \"sealdesk.report/1\"",
                        31);
    assert_int_equal(wire_next(&r, &index, &e), 1);
    assert_int_equal(index.type, WIRE_INDEX);
    close(socket);
    arena_free(a);
}

static void foreign_bytes(void **state)
{
    const struct nursery *n = *state;
    struct arena *a = arena_new((size_t)1 << 30);
    const struct bundle_file f = {.slot = SLOT_ID_CARD,
                                  .file = "x.png",
                                  .sha256 = "00",
                                  .bytes = "\x89PNG\r\n\x1a\n no picture",
                                  .n = 19};
    struct measured m;
    struct err e = {0};
    const uint8_t *bytes;
    size_t size;
    int socket = new_lane(n);
    ask(socket, LANE_MEASURE, &f);
    assert_int_equal(answer(a, socket, &bytes, &size).code, 0);
    assert_int_equal(measured_read(a, f.slot, bytes, size, &m, &e), 0);
    assert_true(m.document.error < 0);
    close(socket);
    arena_free(a);
}

/* The children of the process that makes lanes are the lanes. */
static void kill_lanes(pid_t maker)
{
    char path[64];
    int pid, n = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)maker,
             (int)maker);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    for (; fscanf(f, "%d", &pid) == 1; n++)
        kill(pid, SIGKILL);
    fclose(f);
    assert_true(n > 0);
}

static void a_killed_lane_is_replaced(void **state)
{
    const struct nursery *n = *state;
    struct arena *a = arena_new((size_t)1 << 30);
    struct bundle_file f = page(a);
    struct lane_answer got;
    struct err e = {0};
    const uint8_t *bytes;
    size_t size;
    int socket = new_lane(n);
    ask(socket, LANE_MEASURE, &f);
    kill_lanes(n->pid);
    wait_readable(socket);
    assert_int_equal(lane_take(a, socket, &got, &e), ERR_SYS);
    close(socket);
    /* Those that waited are gone as well; sooner or later one answers. */
    for (int tries = 0; tries < 20; tries++) {
        socket = new_lane(n);
        struct pollfd p = {socket, POLLIN, 0};
        if (poll(&p, 1, 300) == 0)
            break; /* alive: it waits for a task */
        close(socket);
    }
    ask(socket, LANE_MEASURE, &f);
    assert_int_equal(answer(a, socket, &bytes, &size).code, 0);
    close(socket);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(page_to_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_killed_lane_is_replaced, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
