/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * pool: the test plays the core's loop on one side and the lanes on the other.
 * What is urgent goes first, one lane is kept for checks, a task whose lane
 * dies goes to another one, and the second time it is answered as a crash.
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
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/jval.h"
#include "base/memfile.h"
#include "intake/bundle.h"
#include "intake/core/service.h"
#include "intake/measure/measured.h"
#include "intake/queue/lane.h"
#include "intake/queue/packet.h"
#include "intake/queue/pool.h"

/* --- the core's loop ------------------------------------------------------ */

enum { WATCHES = 16 };

struct core {
    struct {
        int fd;
        service_ready *ready;
        void *context;
    } watches[WATCHES];
};

void service_watch(struct service *s, int fd, service_ready *ready,
                   void *context)
{
    for (int i = 0; i < WATCHES; i++)
        if (!s->core->watches[i].ready) {
            s->core->watches[i].fd = fd;
            s->core->watches[i].ready = ready;
            s->core->watches[i].context = context;
            return;
        }
    fail_msg("too many watches");
}

void service_unwatch(struct service *s, int fd)
{
    for (int i = 0; i < WATCHES; i++)
        if (s->core->watches[i].ready && s->core->watches[i].fd == fd)
            s->core->watches[i].ready = NULL;
}

/* Whatever can be read is read. */
static void turn(struct service *s)
{
    for (int i = 0; i < WATCHES; i++) {
        struct pollfd p = {s->core->watches[i].fd, POLLIN, 0};
        if (s->core->watches[i].ready && poll(&p, 1, 0) > 0)
            s->core->watches[i].ready(s, s->core->watches[i].context, p.fd);
    }
}

/* --- the stage ------------------------------------------------------------ */

enum { LANES = 2 }; /* and one for checks */

struct stage {
    struct arena *arena;
    struct service service;
    struct core core;
    struct pool *pool;
    int link;      /* the far end */
    char log[256]; /* what was answered, in order */
    int code;      /* of the last answer */
    enum { NO_ERROR_SEEN, ERROR_SEEN } records;
};

static int set_up(void **state)
{
    struct arena *a = arena_new(64 << 20);
    struct stage *t = arena_new_struct(a, struct stage);
    struct conf *conf = conf_new(a, &lane_section, 1);
    struct lane_settings *settings =
        (struct lane_settings *)(uintptr_t)conf_values(conf, "lanes");
    int ends[2];
    settings->lanes = LANES;
    assert_int_equal(packet_pair(ends, NULL), 0);
    t->arena = a;
    t->service.conf = conf;
    t->service.core = &t->core;
    t->service.lanes_fd = ends[0];
    t->link = ends[1];
    t->pool = pool_open(&t->service, a);
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *t = *state;
    close(t->link);
    turn(&t->service); /* it is seen, and no longer watched */
    close(t->service.lanes_fd);
    arena_free(t->arena);
    return 0;
}

/* A lane appears; the end that the test plays. */
static int new_lane(struct stage *t)
{
    int ends[2];
    assert_int_equal(packet_pair(ends, NULL), 0);
    assert_int_equal(packet_send(t->link, jval_new_object(), ends, 1, NULL), 0);
    close(ends[0]);
    turn(&t->service);
    return ends[1];
}

struct want {
    struct stage *stage;
    char name;
};

static void on_answer(struct service *s, void *context,
                      const struct lane_answer *answer)
{
    (void)s;
    struct want *w = context;
    struct arena *a = arena_new(1 << 20);
    struct measured m;
    const uint8_t *bytes;
    size_t n;
    w->stage->log[strlen(w->stage->log)] = w->name;
    w->stage->code = answer->code;
    if (memfile_map(a, answer->fd, &bytes, &n, NULL) == 0 &&
        measured_read(a, SLOT_ID_CARD, bytes, n, &m, NULL) == 0 &&
        m.document.error == ERR_CRASH)
        w->stage->records = ERROR_SEEN;
    arena_free(a);
}

static void add(struct stage *t, enum urgency u, char name)
{
    struct want *w = arena_new_struct(t->arena, struct want);
    const char file_name[] = {name, '\0'};
    const struct bundle_file file = {
        .slot = SLOT_ID_CARD, .file = file_name, .sha256 = "00"};
    const struct lane_task task = {
        .kind = LANE_MEASURE, .files = &file, .n_files = 1};
    int fd;
    *w = (struct want){t, name};
    assert_int_equal(memfile_new("x", 1, &fd, NULL), 0);
    pool_add(t->pool, u, &task, &fd, on_answer, w);
}

/* The name of the file a lane was given; 0 when it was given none. */
static char given(int lane)
{
    struct jval *j;
    int fds[PACKET_MAX_FDS];
    size_t n;
    if (packet_receive(lane, false, &j, fds, PACKET_MAX_FDS, &n, NULL) <= 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        close(fds[i]);
    char name = *jval_string(jval_at(jval_lookup(j, "files"), 0), "file", "?");
    jval_free(j);
    return name;
}

static void reply(struct stage *t, int lane)
{
    int fd;
    struct jval *j = jval_new_object();
    jval_set_string(j, "error", "");
    assert_int_equal(memfile_new("", 0, &fd, NULL), 0);
    assert_int_equal(packet_send(lane, j, &fd, 1, NULL), 0);
    close(fd);
    turn(&t->service);
}

/* --- tests ---------------------------------------------------------------- */

static void urgent_ones_first(void **state)
{
    struct stage *t = *state;
    add(t, URGENCY_BULK, 'b');
    add(t, URGENCY_BULK, 'c');
    add(t, URGENCY_APPLICANT, 'a');
    add(t, URGENCY_CHECK, '!');
    int lane = new_lane(t);
    static const char order[] = "!abc";
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(given(lane), order[i]);
        reply(t, lane);
    }
    assert_string_equal(t->log, order);
    assert_int_equal(given(lane), 0);
    close(lane);
    turn(&t->service);
}

static void one_lane_is_kept(void **state)
{
    struct stage *t = *state;
    int lanes[LANES + 1];
    struct pool_counts counts;
    for (int i = 0; i <= LANES; i++)
        lanes[i] = new_lane(t);
    for (char c = 'a'; c < 'f'; c++)
        add(t, URGENCY_BULK, c);
    assert_int_equal(given(lanes[0]), 'a');
    assert_int_equal(given(lanes[1]), 'b');
    assert_int_equal(given(lanes[2]), 0);
    assert_false(pool_is_hungry(t->pool));
    add(t, URGENCY_CHECK, '!');
    assert_int_equal(given(lanes[2]), '!');
    reply(t, lanes[2]);
    assert_int_equal(given(lanes[2]), 0); /* free again, for the next check */
    reply(t, lanes[0]);
    assert_int_equal(given(lanes[0]), 'c');
    pool_count(t->pool, &counts);
    assert_int_equal(counts.lanes, LANES + 1);
    assert_int_equal(counts.running, LANES);
    assert_int_equal(counts.waiting[URGENCY_BULK], 2);
    for (int i = 0; i <= LANES; i++)
        close(lanes[i]);
    turn(&t->service);
}

static void a_lane_that_dies(void **state)
{
    struct stage *t = *state;
    struct pool_counts counts;
    int first = new_lane(t);
    add(t, URGENCY_BULK, 'p');
    add(t, URGENCY_BULK, 'q');
    assert_int_equal(given(first), 'p');
    close(first);
    turn(&t->service);
    assert_string_equal(t->log, "");
    int second = new_lane(t);
    assert_int_equal(given(second), 'p'); /* once more, before the others */
    close(second);
    turn(&t->service);
    assert_string_equal(t->log, "p"); /* an answer, not a silence */
    assert_int_equal(t->code, ERR_CRASH);
    assert_int_equal(t->records, ERROR_SEEN);
    int third = new_lane(t);
    assert_int_equal(given(third), 'q');
    reply(t, third);
    assert_string_equal(t->log, "pq");
    pool_count(t->pool, &counts);
    assert_int_equal(counts.deaths, 2);
    close(third);
    turn(&t->service);
}

/* Nothing is lost while the process that makes lanes is started again. */
static void another_maker(void **state)
{
    struct stage *t = *state;
    int ends[2];
    add(t, URGENCY_APPLICANT, 'a');
    close(t->link);
    turn(&t->service);
    assert_int_equal(packet_pair(ends, NULL), 0);
    close(t->service.lanes_fd);
    t->service.lanes_fd = ends[0];
    t->link = ends[1];
    pool_link_changed(t->pool);
    int lane = new_lane(t);
    assert_int_equal(given(lane), 'a');
    reply(t, lane);
    assert_string_equal(t->log, "a");
    close(lane);
    turn(&t->service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(urgent_ones_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_lane_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lane_that_dies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_maker, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
