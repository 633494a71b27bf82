/* machine_bind.h: a machine while it is being bound, for the roles that are born of one (their
** names begin with a dot). */
#ifndef IL_MACHINE_BIND_H
#define IL_MACHINE_BIND_H
#include "roles.h"

typedef struct il_edge_bind {
  int from, to;
  const char *name;    /* NULL: an edge without a name */
  const cJSON *events; /* list of event rows; NULL: one, by the edge's name or else the target's */
  int wildcard;
} il_edge_bind;

typedef struct il_machine_bind {
  const cJSON *json;
  const char *rule;
  int col;
  il_bind_machine *as; /* how other roles see it */
  int nstates, nedges;
  int null_state; /* -1: none is stored as NULL */
  const cJSON **states;
  const char **codes;
  il_edge_bind *edges;
} il_machine_bind;

/* Each adds the operations of its part of the machine. */
il_kind il_freeze_bind(il_binder *b, const il_machine_bind *m);
il_kind il_require_bind(il_binder *b, const il_machine_bind *m); /* require and forbid */
il_kind il_stamp_bind(il_binder *b, const il_machine_bind *m);
il_kind il_after_bind(il_binder *b, const il_machine_bind *m, int state, il_bind_op *machine);
il_kind il_events_bind(il_binder *b, const il_machine_bind *m); /* events and event_log */
il_kind il_guard_bind(il_binder *b, const il_machine_bind *m, il_draft *events,
                      const char *log_rule, const char *events_rule, const char *key_column,
                      const char *event_column, int application, int verify);

il_kind il_machines_bind(il_binder *b, const cJSON *json); /* machines_bind.c */
/* Refuses a value that is no state (domain.c): NULL, or "Runs.Status has no state 10". */
il_kind il_domain_refuse(const il_op *op, const il_machine *m, const il_row *row, const il_value *v,
                         il_error *err);

/* The operation of one state: column 0 is the state's column, word 0 its code, word 1 "n" and
** its name. */
il_bind_op *il_state_op(il_binder *b, const il_machine_bind *m, const il_role *role,
                        const char *rule, unsigned events, int state);
/* Index of a state by name; -1. */
int il_machine_bind_state(const il_machine_bind *m, const char *name);
/* An event name: 1 to 100 bytes without control characters. */
il_kind il_bind_name(il_binder *b, const cJSON *at, const char *name);
/* Number of event rows of an edge, and the k-th. */
int il_edge_events(const il_edge_bind *edge);
const char *il_edge_event(const il_machine_bind *m, const il_edge_bind *edge, int k);

#endif
