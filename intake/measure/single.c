/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "intake/measure/single.h"

#include <sys/stat.h>

#ifdef SEALDESK_THREADS

#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#include <stddef.h>

static void *nothing(void *unused)
{
    return unused;
}

/* The sanitizer only ends a thread of its own that it has begun beside one of
 * the program, not one that came with a fork: so here is one, before all. */
__attribute__((constructor)) static void have_a_thread(void)
{
    pthread_t t;
    if (pthread_create(&t, NULL, nothing, NULL) == 0)
        pthread_join(t, NULL);
}

/* Asked for by the sanitizer. What libraries do is not seen, so that half of
 * what they do for us would look like a race. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0 ignore_noninstrumented_modules=1";
}

static void end_helpers(void)
{
    __sanitizer_sandbox_on_notify(NULL);
}
#else
static void end_helpers(void) {}
#endif

bool single_threaded(void)
{
    struct stat st;
    end_helpers();
    /* Entries of this folder beside . and .. are two links more. */
    return stat("/proc/self/task", &st) != 0 || st.st_nlink <= 3;
}
