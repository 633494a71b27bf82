#!/usr/bin/perl
# play.pl: runs an SQL script in an engine's own shell and prints it as a story that is the same on both engines.
#
#   play.pl sqlite DATABASE LIBRARY script.sql      play.pl postgres DATABASE SEARCH_PATH script.sql
#
# Every statement of the script is printed as it stands, then what it did:
#   rows           a|b|c with NULL as -, truth as 1/0, decimals without zeros at the end, instants as YYYY-MM-DDTHH:MM:SS.sssZ, JSON compact with sorted keys
#   N rows         what an INSERT, UPDATE or DELETE wrote;  "no rows" from a SELECT;  "ok" from anything else
#   refused T-03: message (RunId=r1); allowed: A, B       a rule, on either engine, put together from its frame
#   conflict T-05: message (RunId=r1)                     a version or expected-state conflict
#   refused: not null T.c | unique T | foreign key | too long | check | not json | not an instant | not a number
#                  what one of the engines refuses by itself, before or instead of a rule
#   error: message                                        anything else
# Comment lines of the script are part of the story; "-- @guards off" and "-- @guards on" are the engine's way around every guard
# (SQLite: triggers disabled; PostgreSQL: session_replication_role). A line beginning with "." (sqlite) or "\" (psql) goes to that shell as it is:
# for scripts of one engine only. Only perl-base is needed.
use strict;
use warnings;

my ($engine, $db, $extra, $script) = @ARGV;
die "usage: play.pl sqlite|postgres DATABASE LIBRARY|SEARCH_PATH script.sql\n" unless defined $script && $engine =~ /^(sqlite|postgres)$/;
my $pg = $engine eq 'postgres';
my ($US, $RS, $MARK) = ("\037", "\036", '@@ statement');

# ---- the script, cut into comments and statements ------------------------------------------------------------------------

# The statement that begins at the start of $$text, without its semicolon; removes both. Knows quotes, comments, $$ and CREATE TRIGGER.
sub take_statement {
  my ($text) = @_;
  my $trigger = $$text =~ /^\s*CREATE\s+(TEMP\s+)?TRIGGER\b/i && !$pg;
  pos($$text) = 0;
  while ($$text =~ /\G(?:('(?:[^']|'')*')|("(?:[^"]|"")*")|(\$\$.*?\$\$)|(--[^\n]*)|(\/\*.*?\*\/)|(;)|([\w]+)|.)/gcs) {
    next unless defined $6;
    my $end = pos($$text);
    next if $trigger && substr($$text, 0, $end - 1) !~ /\bEND\s*$/i;
    my $statement = substr($$text, 0, $end - 1);
    $$text = substr($$text, $end);
    return $statement;
  }
  my $rest = $$text;
  $$text = '';
  return $rest;
}

sub read_script {
  my ($path) = @_;
  open my $in, '<', $path or die "$path: $!\n";
  my $text = do { local $/; <$in> };
  close $in;
  my @items;
  while ($text =~ /\S/ || $text =~ /\n/) {
    if ($text =~ s/^[ \t]*\n//) { push @items, { kind => 'blank' }; next; }
    if ($text =~ s/^(-- \@guards (on|off))\n?//) { push @items, { kind => 'guards', text => $1, on => $2 eq 'on' }; next; }
    if ($text =~ s/^(--[^\n]*)\n?//) { push @items, { kind => 'comment', text => $1 }; next; }
    if ($text =~ s/^([.\\][^\n]*)\n?//) { push @items, { kind => 'shell', text => $1 }; next; }
    my $statement = take_statement(\$text);
    $text =~ s/^[ \t]*\n//;
    $statement =~ s/^\s+//;
    push @items, { kind => 'statement', text => $statement } if $statement ne '';
  }
  return @items;
}

# What a statement gives: 'write' a row count, 'rows' a result, 'other' neither.
sub kind_of {
  my ($s) = @_;
  $s =~ s/^(\s+|--[^\n]*\n|\/\*.*?\*\/)+//s;
  return 'write' if $s =~ /^(INSERT|UPDATE|DELETE|REPLACE|MERGE)\b/i;
  return $s =~ /\)\s*(INSERT|UPDATE|DELETE)\b/i ? 'write' : 'rows' if $s =~ /^WITH\b/i;
  return 'rows' if $s =~ /^(SELECT|VALUES|SHOW|TABLE|PRAGMA|EXPLAIN|EXECUTE|FETCH)\b/i;
  return 'other';
}

# ---- one run of the shell ----------------------------------------------------------------------------------------------

sub shell_input {
  my (@items) = @_;
  my $in = $pg
    ? "\\set VERBOSITY verbose\n\\pset null '-'\nSET client_min_messages = error;\nSET search_path = $extra;\n"
    : ".bail off\n.timeout 10000\n.headers off\n.mode list\n.nullvalue -\n.separator \"\\037\" \"\\036\"\n" . ($extra eq '-' ? '' : ".load $extra\n") . "PRAGMA foreign_keys = ON;\n";
  my $n = 0;
  for my $item (@items) {
    if ($item->{kind} eq 'shell') { $in .= "$item->{text}\n"; next; }
    if ($item->{kind} eq 'guards') { $in .= guards($item->{on}); next; }
    next unless $item->{kind} eq 'statement';
    $n++;
    $in .= $pg ? "\\echo '$MARK $n'\n" : ".print $MARK $n\n";
    $in .= "$item->{text};\n";
    $in .= "SELECT 'changes', changes();\n" if !$pg && kind_of($item->{text}) eq 'write';
  }
  return $in;
}

# The way around every guard that each engine has for its superuser or owner (X-15); what it prints goes to part 0.
sub guards {
  my ($on) = @_;
  return "\\echo '$MARK 0'\nSET session_replication_role = " . ($on ? 'origin' : 'replica') . ";\n" if $pg;
  my $word = $on ? 'on' : 'off';
  return ".print $MARK 0\n.dbconfig enable_trigger $word\nPRAGMA foreign_keys = $word;\n";
}

# Output of each statement, by number from 1; 0 is what came before the first.
sub run_shell {
  my ($input) = @_;
  my $file = ($ENV{TMPDIR} || '/tmp') . "/interlock-play.$$.sql";
  open my $out, '>', $file or die "$file: $!\n";
  print $out $input;
  close $out;
  my @command = $pg
    ? ('psql', '-X', '-A', '-t', '-F', $US, '-R', $RS, '-d', $db)
    : ('sqlite3', '-batch', $db);
  my $pid = open my $pipe, '-|';
  die "fork: $!\n" unless defined $pid;
  if (!$pid) {
    open STDIN, '<', $file or die "$file: $!\n";
    open STDERR, '>&', \*STDOUT or die;
    exec 'stdbuf', '-oL', @command or die "$command[0]: $!\n";
  }
  my $text = do { local $/; <$pipe> };
  close $pipe;
  my $status = $?;
  unlink $file;
  $text = '' unless defined $text;
  my @parts = ('');
  for my $part (split /^(?=\Q$MARK\E \d+\n)|(?<=\036)(?=\Q$MARK\E \d+\n)/m, $text) {
    if ($part =~ s/^\Q$MARK\E ([1-9]\d*)\n//) { $parts[$1] = $part } else { $parts[0] .= $part }
  }
  return ($status, @parts);
}

# ---- values --------------------------------------------------------------------------------------------------------------

# JSON text, compact and with sorted keys; undef when it is not JSON. Strings and numbers stay as they are written.
sub json_canonical {
  my ($text, $depth) = @_;
  my $value = json_value(\$text, 0);
  return undef unless defined $value && $text =~ /^\s*$/;
  return $value;
}
sub json_value {
  my ($t, $depth) = @_;
  return undef if $depth > 200;
  return $1 if $$t =~ s/^\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)//s;
  if ($$t =~ s/^\s*\[//) {
    my @items;
    return '[]' if $$t =~ s/^\s*\]//;
    while (1) {
      my $v = json_value($t, $depth + 1);
      return undef unless defined $v;
      push @items, $v;
      next if $$t =~ s/^\s*,//;
      return '[' . join(',', @items) . ']' if $$t =~ s/^\s*\]//;
      return undef;
    }
  }
  return undef unless $$t =~ s/^\s*\{//;
  my @members;
  return '{}' if $$t =~ s/^\s*\}//;
  while (1) {
    return undef unless $$t =~ s/^\s*("(?:[^"\\]|\\.)*")\s*://s;
    my $key = $1;
    my $v = json_value($t, $depth + 1);
    return undef unless defined $v;
    push @members, [$key, $v];
    next if $$t =~ s/^\s*,//;
    return undef unless $$t =~ s/^\s*\}//;
    return '{' . join(',', map { "$_->[0]:$_->[1]" } sort { $a->[0] cmp $b->[0] } @members) . '}';
  }
}

# An instant in canonical form, milliseconds cut; undef when the text is none. Days are counted as in a proleptic calendar.
sub instant_canonical {
  my ($t) = @_;
  return undef unless $t =~ /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([-+])(\d\d)(?::?(\d\d))?)?$/;
  my ($y, $mo, $d, $h, $mi, $s, $frac, $sign, $oh, $om) = ($1, $2, $3, $4, $5, $6, $7 // '', $8, $9, $10 // 0);
  my $ms = substr($frac . '000', 0, 3);
  if (defined $sign) {
    my $minutes = days($y, $mo, $d) * 1440 + $h * 60 + $mi - ($sign eq '-' ? -1 : 1) * ($oh * 60 + $om);
    my $day = int($minutes / 1440);
    $day-- if $minutes < 0 && $minutes % 1440;
    $mi = ($minutes - $day * 1440) % 60;
    $h = int(($minutes - $day * 1440) / 60);
    ($y, $mo, $d) = civil($day);
  }
  return sprintf '%04d-%02d-%02dT%02d:%02d:%02d.%sZ', $y, $mo, $d, $h, $mi, $s, $ms;
}
sub days { # days since 0000-03-01, years from 0
  my ($y, $m, $d) = @_;
  if ($m <= 2) { $y--; $m += 12 }
  return 365 * $y + int($y / 4) - int($y / 100) + int($y / 400) + int((153 * ($m - 3) + 2) / 5) + $d - 1;
}
sub civil {
  my ($n) = @_;
  my $y = int($n / 365.2425) + 1;
  $y-- while days($y, 3, 1) > $n;
  my $rest = $n - days($y, 3, 1);
  my $m = int((5 * $rest + 2) / 153);
  my $d = $rest - int((153 * $m + 2) / 5) + 1;
  return $m < 10 ? ($y, $m + 3, $d) : ($y + 1, $m - 9, $d);
}

sub cell {
  my ($v) = @_;
  return $v eq 't' ? '1' : '0' if $pg && ($v eq 't' || $v eq 'f');
  $v = sprintf '%.15f', $v if $v =~ /^-?\d\.\d+e-0\d$/; # SQLite's small numbers
  return $1 . (defined $3 && $3 ne '' ? ".$3" : '') if $v =~ /^(-?\d+)(\.(\d*?)0*)$/;
  my $instant = instant_canonical($v);
  return $instant if defined $instant;
  if ($v =~ /^\s*[\[{]/) {
    my $json = json_canonical($v);
    return $json if defined $json;
  }
  return $v;
}
sub record { return join('|', map { cell($_) } split(/$US/, $_[0], -1)) }

# ---- errors --------------------------------------------------------------------------------------------------------------

# Refusals that one engine makes by itself are shown by their class, so that a rule saying the same there compares equal.
sub by_rule {
  my ($rule, $rest) = @_;
  return "refused: not null $1" if $rest =~ /^(\S+) cannot be NULL/;
  return 'refused: too long' if $rest =~ /^\S+ must have (?:\d+ to |at most )(\d+) characters?, not (\d+)/ && $2 > $1;
  return 'refused: not an instant' if $rest =~ /^\S+ must be (an instant|a date,)/;
  return 'refused: not a number' if $rest =~ /^\S+ must be a (?:whole )?number(?! of| from)|^\S+ has at most \d+ digits before/;
  return 'refused: not a uuid' if $rest =~ /^\S+ must be a UUID/;
  # a number that the database would choose: lost in PostgreSQL, not known yet before an INSERT in SQLite
  $rest =~ s/ \(Id=-?\d+\)// unless $rest =~ /append-only/;
  return "refused $rule: $rest";
}

# The table of an index over an expression, which SQLite names instead.
sub table_of {
  my ($index) = @_;
  open my $in, '-|', 'sqlite3', '-batch', $db, "SELECT tbl_name FROM sqlite_schema WHERE name = '$index'" or die "sqlite3: $!\n";
  chomp(my $table = <$in> // '');
  close $in;
  return $table;
}

sub sqlite_error {
  my ($text) = @_;
  $text =~ s/ \(\d+\)$//;
  $text =~ s/^stepping, //;
  return "conflict $1: $2" if $text =~ /^interlock conflict ([^ :]+): (.*)$/s;
  return by_rule($1, $2) if $text =~ /^interlock ([^ :]+): (.*)$/s;
  return "refused: not null $1" if $text =~ /^NOT NULL constraint failed: (\S+)/;
  return 'refused: unique ' . table_of($1) if $text =~ /^UNIQUE constraint failed: index '(.*)'/;
  return "refused: unique $1" if $text =~ /^UNIQUE constraint failed: ([^.]+)/;
  return 'refused: foreign key' if $text =~ /^FOREIGN KEY constraint failed/;
  return 'refused: check' if $text =~ /^CHECK constraint failed/;
  return 'refused: not an instant' if $text =~ /^not an instant/;
  $text =~ s/ (into|in) main\b/ $1 public/; # the default schema's name
  return "error: no such $1 $2" if $text =~ /^no such (table|column): (?:main\.)?(.*)/;
  return "error: $text";
}

my %native = (
  '23503' => 'foreign key', '22001' => 'too long', '22007' => 'not an instant', '22008' => 'not an instant',
  '22003' => 'not a number');
sub postgres_error {
  my ($state, $message, %f) = @_;
  my $row = '';
  my $rule = '';
  if (($f{DETAIL} // '') =~ /^rule (\S+)(?: of \S+?)?(?:, (.*))?$/) { ($rule, $row) = ($1, $2 // '') }
  if ($rule ne '') {
    my $text = $message . ($row ne '' ? " ($row)" : '');
    $text .= "; allowed: $1" if ($f{HINT} // '') =~ /^Allowed(?: from .*?)?: (.*)\.$/;
    return "error: constraint is " . ($f{'CONSTRAINT NAME'} // 'missing') . " in: $text" if ($f{'CONSTRAINT NAME'} // '') ne $rule;
    return "conflict $rule: $text" if $state eq '40001';
    return "error: SQLSTATE $state in: $text" unless $state =~ /^(23514|23001)$/;
    return by_rule($rule, $text);
  }
  return "refused: not null $f{'TABLE NAME'}.$f{'COLUMN NAME'}" if $state eq '23502' && defined $f{'COLUMN NAME'};
  return "refused: unique $f{'TABLE NAME'}" if $state eq '23505' && defined $f{'TABLE NAME'};
  return 'refused: check' if $state eq '23514';
  return 'refused: not json' if $state eq '22P02' && $message =~ /type json/;
  return 'refused: not a number' if $state eq '22P02' && $message =~ /type (integer|bigint|smallint|double|numeric)/;
  return 'refused: not a uuid' if $state eq '22P02' && $message =~ /type uuid/;
  return "refused: $native{$state}" if $native{$state} && $message !~ /^interlock/;
  return "error: no such table $1" if $state eq '42P01' && $message =~ /^relation "([^"]+)" does not exist/;
  return "error: no such column $1" if $state eq '42703' && $message =~ /^column "?([^" ]+)"? does not exist/;
  $message =~ s/^no such table: /no such table /;
  $message .= "; allowed: $1" if ($f{HINT} // '') =~ /^Allowed(?: from .*?)?: (.*)\.$/;
  return "error: $message";
}

# Splits the output of a statement into its rows and its error line (or undef).
sub split_error {
  my ($text) = @_;
  if (!$pg) {
    return ($1, sqlite_error($2)) if $text =~ /^(.*?)(?:Runtime|Parse) error(?: near line \d+)?: (.*?)\n(?:  .*?)?(?:changes\037-?\d+\036)?$/s;
    return ($text, undef);
  }
  return ($text, undef) unless $text =~ /^(.*?)^(?:psql:\S+ )?(?:ERROR|FATAL|PANIC):  (\w{5}): (.*)$/ms;
  my ($rows, $state, $rest) = ($1, $2, $3);
  my ($message, @lines) = split /\n/, $rest;
  my %fields;
  for (@lines) { $fields{$1} = $2 if /^(DETAIL|HINT|SCHEMA NAME|TABLE NAME|COLUMN NAME|CONSTRAINT NAME|LOCATION):  (.*)$/ }
  return ($rows, postgres_error($state, $message, %fields));
}

sub story {
  my ($statement, $text) = @_;
  my $kind = kind_of($statement);
  my ($rows, $error) = split_error($text);
  my ($count, @out);
  if ($pg) {
    $count = $1 if $kind eq 'write' && $rows =~ s/^(?:INSERT 0|UPDATE|DELETE|MERGE) (\d+)\n\z//m;
    $rows = '' if $kind eq 'other';
    # psql ends the last record with a line feed instead of a separator
    @out = map { record($_) } split /$RS/, $rows, -1 if $rows =~ s/\n\z//;
  } else {
    $count = $1 if $rows =~ s/changes\037(-?\d+)\036\z//;
    @out = map { record($_) } split /$RS/, $rows, -1 if $rows =~ s/\036\z//;
  }
  # the same for a number that the statement leaves to the database
  $error =~ s/ \(id=-?\d+\)// if defined $error && $statement =~ /^INSERT[^(]*\((?!id\b)/;
  # a key that the database made
  $error =~ s/ \(id=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/index($statement, $1) < 0 ? '' : " (id=$1)"/e if defined $error;
  if (defined $error) { push @out, $error }
  elsif ($kind eq 'write') { push @out, !defined $count ? 'error: no row count' : $count == 1 ? '1 row' : "$count rows" }
  elsif (!@out) { push @out, $kind eq 'rows' ? 'no rows' : 'ok' }
  return join('', map { "$_\n" } @out);
}

my @items = read_script($script);
my ($status, @parts) = run_shell(shell_input(@items));
print $parts[0] if $parts[0] =~ /error/i;
my $n = 0;
for my $item (@items) {
  if ($item->{kind} eq 'blank') { print "\n" }
  elsif ($item->{kind} ne 'statement') { print "$item->{text}\n" }
  else {
    $n++;
    print "$item->{text};\n";
    print defined $parts[$n] ? story($item->{text}, $parts[$n]) : "error: the shell ended before this statement\n";
  }
}
exit($status == 0 || $parts[$#parts] =~ /error/i || !$pg ? 0 : 1);
