#include "machine_bind.h"
il_kind il_guard_bind(il_binder *b, const il_machine_bind *m, il_draft *events,
                      const char *log_rule, const char *events_rule, const char *key_column,
                      const char *event_column, int application, int verify) {
  (void)b;
  (void)m;
  (void)events;
  (void)log_rule;
  (void)events_rule;
  (void)key_column;
  (void)event_column;
  (void)verify;
  return application ? il_bind_error(b, m->json, IL_ARGUMENT, "not yet") : IL_OK;
}
const il_role il_role_guard = {.name = ".guard"};
