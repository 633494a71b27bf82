#!/usr/bin/perl
# Writes tests/conformance/transitions.sql, or with --out its expected output: every pair (from, to) of Runs.Status, the
# states 0 to 9 and what is none: 10, -1 and NULL. The expectation comes from the table of the rules (systems.md T.2) below,
# not from the program. tests/run/conformance.sh compares the two checked-in files with what this prints.
use strict;
use warnings;

my @name = qw(Created AwaitingApproval Approved Dispatching Running Succeeded Failed Denied Canceled TimedOut);
# Legal targets in the order of the rulebook, and the event rows that each pair writes.
my %edges = (
  0 => [[1, 'ApprovalRequested'], [8, 'RunCanceled']],
  1 => [[2, 'RunApproved'], [3, 'RunApproved', 'ExecutionDispatched'], [7, 'RunDenied'], [8, 'RunCanceled'], [9, 'RunTimedOut']],
  2 => [[3, 'ExecutionDispatched'], [8, 'RunCanceled'], [9, 'RunTimedOut']],
  3 => [[4, 'ExecutionStarted'], [5, 'ExecutionSucceeded'], [6, 'ExecutionFailed'], [8, 'RunCanceled'], [9, 'RunTimedOut']],
  4 => [[5, 'ExecutionSucceeded'], [6, 'ExecutionFailed'], [8, 'RunCanceled'], [9, 'RunTimedOut']]);
# How a run gets to a state, from its birth on, and with how many events it is there.
my %path = (0 => [0], 1 => [1], 2 => [1, 2], 3 => [1, 3], 4 => [1, 3, 4], 5 => [1, 3, 4, 5], 6 => [1, 3, 6], 7 => [1, 7], 8 => [0, 8], 9 => [1, 2, 9]);
my %events = (0 => 1, 1 => 2);
my @targets = (0 .. 10, -1, 'NULL');
my $want_out = ($ARGV[0] // '') eq '--out';

my $text = '';
sub comment { $text .= "-- $_[0]\n" }
sub step { my ($sql, @result) = @_; $text .= "$sql;\n"; $text .= join('', map { "$_\n" } @result) if $want_out }
sub rows { return $_[0] == 1 ? '1 row' : "$_[0] rows" }
sub edge { my ($f, $t) = @_; return (grep { $_->[0] eq $t } @{ $edges{$f} || [] })[0] }
sub steps_of { # events a path has written, its updates
  my ($f) = @_;
  my @p = @{ $path{$f} };
  my $n = $events{ $p[0] };
  $n += @{ edge($p[$_ - 1], $p[$_]) } - 1 for 1 .. $#p;
  return $n;
}

comment('Every pair of Runs.Status, by UPDATE. Written by transitions.pl.');
step("SELECT interlock_set_clock('2026-01-01T00:00:00Z')", '2026-01-01T00:00:00.000Z');
step("SELECT interlock_install('textops')", '1');
$text .= "\n";
comment('A run for each pair: f3t5 is in state 3 and will be sent to state 5.');
step(qq{CREATE TABLE target (t integer PRIMARY KEY, name varchar(4) NOT NULL)}, 'ok');
step('INSERT INTO target VALUES ' . join(', ', map { my $t = $targets[$_]; my $n = $t eq 'NULL' ? 'NULL' : $t; "($_, '$n')" } 0 .. $#targets),
  rows(scalar @targets));
for my $f (0 .. 9) {
  my @p = @{ $path{$f} };
  step(qq{INSERT INTO "Runs" ("RunId", "JobKey", "Status", "RequestedByAddress", "ChannelId", "ConversationId")\n}
    . qq{  SELECT 'f${f}t' || name, 'job', $p[0], 'a', 'c', 'v' FROM target}, rows(scalar @targets));
  step(qq{UPDATE "Runs" SET "Status" = $p[$_] WHERE substr("RunId", 1, 3) = 'f${f}t'}, rows(scalar @targets)) for 1 .. $#p;
}
step(q{SELECT "Status", count(*), min("Version"), max("Version") FROM "Runs" GROUP BY "Status" ORDER BY "Status"},
  map { join '|', $_, scalar @targets, scalar @{ $path{$_} }, scalar @{ $path{$_} } } 0 .. 9);
my $before = 0;
$before += steps_of($_) * @targets for 0 .. 9;
step(q{SELECT count(*) FROM "RunEvents"}, $before);

my ($written, $moved) = (0, 0);
for my $f (0 .. 9) {
  $text .= "\n";
  comment("From $f $name[$f]");
  for my $t (@targets) {
    next if $t eq 'NULL' && $f >= 5; # PostgreSQL's NOT NULL comes before the rule, SQLite's after: transitions_null of each engine
    my $sql = qq{UPDATE "Runs" SET "Status" = $t WHERE "RunId" = 'f${f}t$t'};
    my $allowed = join ', ', map { $name[$_->[0]] } @{ $edges{$f} || [] };
    if ($t eq 'NULL') { comment('rule X-03 refuse'); step($sql, 'refused: not null Runs.Status'); }
    elsif ($t eq $f) { comment('rule X-16 accept'); step($sql, '1 row'); }
    elsif ($f >= 5) { comment('rule T-04 refuse'); step($sql, "refused T-04: Runs is final in $name[$f]: Status cannot change (RunId=f${f}t$t)"); }
    elsif ($t < 0 || $t > 9) { comment('rule T-01 refuse'); step($sql, "refused T-01: Runs.Status has no state $t (RunId=f${f}t$t); allowed: " . join(q{, }, @name)); }
    elsif (my $e = edge($f, $t)) {
      comment('rule T-03 accept'); step($sql, '1 row');
      $written += @$e - 1;
      $moved++;
    }
    else {
      comment('rule T-03 refuse');
      step($sql, "refused T-03: Runs.Status cannot go from $name[$f] to $name[$t] (RunId=f${f}t$t); allowed: $allowed");
    }
  }
}
$text .= "\n";
comment("Only the $moved legal pairs moved, each with its events and one step of the version; same-state writes did nothing.");
step(q{SELECT count(*) FROM "RunEvents"}, $before + $written);
my @legal = map { my $f = $_; map { [$f, $_] } sort { $a->[0] <=> $b->[0] } @{ $edges{$f} || [] } } 0 .. 9;
step(qq{SELECT "RunId", "Status", "Version" FROM "Runs" WHERE substr("RunId", 2, 1) <> CAST("Status" AS varchar(4)) ORDER BY "RunId"},
  map { my ($f, $e) = @$_; join '|', "f${f}t$e->[0]", $e->[0], @{ $path{$f} } + 1 } @legal);
step(qq{SELECT e."RunId", e."Type", e."Actor", e."PayloadJson" FROM "RunEvents" e JOIN "Runs" r ON r."RunId" = e."RunId"\n}
  . qq{  WHERE substr(r."RunId", 2, 1) <> CAST(r."Status" AS varchar(4))\n}
  . qq{    AND e."Id" > $before ORDER BY e."RunId", e."Id"},
  map { my ($f, $e) = @$_; map { "f${f}t$e->[0]|$_|system|{}" } @{$e}[1 .. $#$e] } @legal);
comment('The function says the same as the UPDATE did: legal pairs, a state to itself included.');
step(qq{SELECT f.t, g.t FROM target f CROSS JOIN target g\n}
  . qq{  WHERE f.t < 10 AND g.t < 10 AND f.t <> g.t AND fsm_can('Runs', CAST(f.t AS varchar(4)), CAST(g.t AS varchar(4))) ORDER BY 1, 2},
  map { "$_->[0]|$_->[1][0]" } @legal);
print $text;
