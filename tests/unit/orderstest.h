/* orderstest.h: the tables that the tests of reading and of lint share, and rulebooks begun. */
#ifndef ORDERSTEST_H
#define ORDERSTEST_H
#include "rulebooktest.h"

static const char tables[] =
    "orders id:int! status:text! paid_at:instant? done_at:instant? ms:int? total:int! made:int?g "
    "version:int! touched:instant! note:text? | id\n"
    "nullable id:int! status:text? raw:untyped! n:int! gen:text!g t:text! | id\n"
    "events id:int! of:int! what:text! at:instant! | id\n"
    "strict id:int! of:int! what:text! at:instant! needs:text! has:text!d | id\n"
    "keyless a:int b:int?\n"
    "expr a:int! b:text! | a | lower(b)\n"
    "inbox a:text! b:text! at:instant! | a b | b\n";

#define HEAD "{'interlock':1,'name':'o','tables':{"
#define ORDERS HEAD "'orders':{"
#define MACHINE ORDERS "'machines':{'rule':'O-1','column':'status','initial':'new','states':{"
#define END "}}}"

/* A rulebook with everything in it. */
#define ORDERS_ALL                                                                                                                    \
  MACHINE                                                                                                                             \
  "'new':{'born':['A'],'to':['paid'],'require':['total'],'after':{'86400000':{'target':'paid','since':'touched'}}},"                  \
  "'paid':{'stamp':{'paid_at':'now','ms':'ms(touched, paid_at)'},'freeze':['note'],'on':{'X':{'target':'done','events':['a','b']}}}," \
  "'done':{'type':'final','freeze':true}},'on':{'K':'.done'},"                                                                        \
  "'events':{'table':'events','writer':'application','order':'id','columns':{'of':'$key','what':'$event','at':'$now'}}},"             \
  "'row_version':{'rule':'v','column':'version'},'touch':{'rule':'t','column':'touched'},"                                            \
  "'asserts':{'rule':'a','that':'NEW.total > 0','text':'t'},'effects':{'rule':'e','enter':'paid','do':['SELECT 1']},"                 \
  "'enum':{'rule':'n','columns':{'note':['a','b']}}},'events':{'append_only':{'rule':'E'}}}}"

#endif
