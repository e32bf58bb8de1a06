/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * message - what the service's processes say to each other
 *
 * One frame is one packet of a SOCK_SEQPACKET socket: a header, then fields of
 * (tag, length, bytes, 0), each at most once, and at most one descriptor beside
 * it. A body that does not fit goes as a file in memory, which is that
 * descriptor. The other side is taken for hostile: tags, lengths and texts are
 * checked before anything is believed.
 */

#ifndef INTAKE_MESSAGE_H
#define INTAKE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

enum message_kind {
    MESSAGE_ADMIT = 1, /* front to core: may this body come? */
    MESSAGE_REQUEST,   /* front to core: a whole request */
    MESSAGE_GO,        /* core to front: yes, it may */
    MESSAGE_ANSWER,    /* core to front */
    MESSAGE_LINK,      /* master: a new socket to the peer of PEER */
    MESSAGE_DRAIN,     /* master: end what was begun, then end */
    MESSAGE_READY,     /* to master: all is well */
    MESSAGE_RELOAD,    /* to master: the published rules are others */
    MESSAGE_LAST = MESSAGE_RELOAD
};

/* What a message can carry. T: text in UTF-8 without NUL; B: any bytes. */
#define MESSAGE_FIELDS(F)                                                      \
    F(METHOD, T)                                                               \
    F(PATH, T)                                                                 \
    F(QUERY, T)                                                                \
    F(ID, T)                                                                   \
    F(CLIENT, T)                                                               \
    F(IF_MATCH, T)                                                             \
    F(KEY, T)                                                                  \
    F(TYPE, T)                                                                 \
    F(LAST_EVENT, T)                                                           \
    F(OFFSET, T)                                                               \
    F(FILE_NAME, T)                                                            \
    F(AUTHORIZATION, T)                                                        \
    F(COOKIE, T)                                                               \
    F(ORIGIN, T)                                                               \
    F(HOST, T)                                                                 \
    F(FETCH_SITE, T)                                                           \
    F(AGENT, T)                                                                \
    F(SHA256, T)                                                               \
    F(SIZE, T)                                                                 \
    F(BODY, B)                                                                 \
    F(STATUS, T)                                                               \
    F(ETAG, T)                                                                 \
    F(LOCATION, T)                                                             \
    F(DISPOSITION, T)                                                          \
    F(CACHE, T)                                                                \
    F(FLAGS, T)                                                                \
    F(SET_COOKIE, T)                                                           \
    F(RETRY, T)                                                                \
    F(HEADERS, T)                                                              \
    F(PEER, T)

enum message_field {
#define F(name, kind) FIELD_##name,
    MESSAGE_FIELDS(F)
#undef F
        MESSAGE_FIELD_COUNT
};

enum {
    MESSAGE_BYTES = 64 << 10,      /* of a packet */
    MESSAGE_BODY_BYTES = 32 << 10, /* from here on beside it */
};

struct message {
    enum message_kind kind;
    uint64_t id; /* the answer to a question has its id */
    struct {
        const char *s; /* ended by 0; NULL: not there */
        size_t n;
    } field[MESSAGE_FIELD_COUNT];
    int fd; /* -1: none; the receiver closes it */
};

void message_init(struct message *m, enum message_kind kind, uint64_t id);
void message_set(struct message *m, enum message_field f, const char *s);
void message_set_bytes(struct message *m, enum message_field f, const void *s,
                       size_t n);
void message_set_int(struct arena *a, struct message *m, enum message_field f,
                     long long v);

/* The field, or `otherwise`. */
const char *message_text(const struct message *m, enum message_field f,
                         const char *otherwise);
long long message_int(const struct message *m, enum message_field f,
                      long long otherwise);

/*
 * Sends; fd stays the sender's. A body too long for the packet goes beside it.
 * ERR_SYS when the other side is gone or has not read for `timeout` of the
 * socket; ERR_LIMIT when it cannot be said in one packet.
 */
int message_send(int socket, const struct message *m, struct err *e);

/* 1: one came; 0: none waits (or, blocking, the other side is gone: ERR_SYS).
 * ERR_FORMAT: it was no message, and whoever sent it cannot be trusted. */
int message_take(int socket, struct arena *a, bool wait, struct message *ret,
                 struct err *e);

/* The bytes of one packet as a message; texts point into them. For
 * message_take and the fuzzer. */
int message_parse(const char *bytes, size_t n, struct message *ret,
                  struct err *e);

/* A pair of sockets with room for a few hundred packets. */
int message_pair(int ret_sockets[2], struct err *e);

/* The whole file beside a message, at most max_bytes of it. */
int message_read_file(struct arena *a, int fd, size_t max_bytes,
                      const char **ret, size_t *ret_n, struct err *e);

#endif
