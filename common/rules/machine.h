/* machine.h: a compiled state machine, read from the `machines` operation of a plan. */
#ifndef IL_MACHINE_H
#define IL_MACHINE_H
#include "plan.h"

typedef enum il_state_kind { IL_STATE_NORMAL, IL_STATE_INITIAL, IL_STATE_FINAL } il_state_kind;

typedef struct il_state {
  const char *name;
  const char *code; /* the stored value as text; the name when no code is given */
  int64_t icode;    /* the code as an integer when integer_codes */
  int is_null;      /* stored as NULL: code is the name and means nothing */
  il_state_kind kind;
  int initial; /* a row may be born in it; kind is FINAL when it is final as well */
  int nborn;
  const char **born; /* events of a birth in this state */
  /* delayed transition ("after"): NULL target when none */
  const char *after_target, *after_since, *after_actor, *after_rule;
  int64_t after_us;
} il_state;

typedef struct il_edge {
  int from, to;     /* state indexes */
  const char *name; /* the edge's event name, "" for `to` edges */
  int nevents;
  const char **events; /* event rows it writes, in order */
  int wildcard;        /* made from a root `on` */
} il_edge;

typedef struct il_machine {
  int col;           /* plan column of the state */
  int integer_codes; /* codes are integers and the column holds integers */
  int self_deny;     /* "self": "deny" */
  int nstates, nedges;
  int null_state; /* -1: none is stored as NULL */
  il_state *states;
  struct il_packed {
    const char *p;
    size_t n;
  } * codes;       /* of the states, packed: what judging a row walks over */
  il_edge *edges;  /* in file order */
  uint64_t *reach; /* nstates rows of (nstates+63)/64 words: one bit per legal pair */
  const char *rule_domain, *rule_birth, *rule_transition,
      *rule_freeze;        /* rule ids; default: the machine's */
  const char *event_table; /* NULL when the machine writes no events */
  int acyclic;             /* no state can be reached from itself */
} il_machine;

/* The machine of a plan by column (NULL: the only or first one); *op (may be NULL) is its operation. NULL when there is none. */
const il_machine *il_plan_machine(const il_plan *plan, const char *column,
                                  const il_op **op /*out*/);
/* State of a stored value; of a name or code given by a user ("either way everywhere"); -1 when there is none. */
int il_machine_stored(const il_machine *m, const il_value *v);
int il_machine_state(const il_machine *m, const char *p, size_t n);
/* The value that is stored for a state. */
il_value il_machine_code(const il_machine *m, int state);
int il_machine_can(const il_machine *m, int from, int to);
const il_edge *il_machine_edge(const il_machine *m, int from, int to);
/* "A, B, C": names reachable from a state, in file order. */
char *il_machine_allowed(const il_machine *m, int from, char *buf, size_t cap);
/* The same of the states a row may be born in. */
char *il_machine_initial(const il_machine *m, char *buf, size_t cap);
/* The same of all states. */
char *il_machine_names(const il_machine *m, char *buf, size_t cap);
/* The `machines` operation of a plan column (compiled or not yet), and its machine; NULL when there is none. */
const il_op *il_plan_machine_op(const il_plan *plan, int col);
const il_machine *il_plan_machine_at(const il_plan *plan, int col);

#endif
