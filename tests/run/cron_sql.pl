#!/usr/bin/perl
# cron_sql.pl: writes portable SQL that puts the cron functions to the test; tests/run/cron.sh plays it on both engines.
#
#   cron_sql.pl facts FILE     facts of a file like tests/data/cron_facts.tsv: prints every one that does not hold, then their number
#   cron_sql.pl sample SEED N  N random expressions, zones and instants: prints what each gives, then the invariants that are broken
#
# A fact: next|prev|match|parse, expression (\t is a tab), number of fields, zone, start epoch, inclusive, expected epoch or word.
use strict;
use warnings;
use POSIX qw(floor);

sub quote {
  my ($s) = @_;
  return 'NULL' unless defined $s;
  $s =~ s/'/''/g;
  return "'$s'";
}

# Microseconds since 1970 as an instant both engines read.
sub instant {
  my ($us) = @_;
  my $s = floor($us / 1e6);
  my ($sec, $min, $hour, $day, $month, $year) = gmtime $s;
  return sprintf '%04d-%02d-%02dT%02d:%02d:%02d.%06dZ', $year + 1900, $month + 1, $day, $hour, $min, $sec, $us - $s * 1e6;
}

sub insert {
  my ($table, @rows) = @_;
  while (my @part = splice @rows, 0, 400) {
    print "INSERT INTO $table VALUES\n", join(",\n", map { '(' . join(', ', @$_) . ')' } @part), ";\n";
  }
}

sub facts {
  my ($path) = @_;
  my (@rows, $line);
  open my $in, '<', $path or die "$path: $!\n";
  while (my $fact = <$in>) {
    next if ++$line == 1;
    chomp $fact;
    my ($dir, $expr, $fields, $zone, $start, $inclusive, $expected) = split /\t/, $fact, -1;
    $expr =~ s/\\t/\t/g;
    # The source was told how many fields to expect; a macro has none.
    my @words = split " ", $expr;
    my $count = $expr =~ /\@/ ? $fields : @words;
    my ($whole, $part) = $start eq '' ? (0, 0) : split /\./, $start;
    my $us = $whole * 1e6 + ($part || 0) + ($inclusive ? { next => -1, prev => 1 }->{$dir} || 0 : 0);
    push @rows, [$line, quote($dir), quote($expr), $count == $fields ? 1 : 0, quote($zone eq '' ? 'UTC' : $zone),
      quote(instant($us)), quote($expected)];
  }
  print "CREATE TABLE facts (line INTEGER, dir TEXT, expr TEXT, counted INTEGER, tz TEXT, start TIMESTAMPTZ, expected TEXT);\n";
  insert('facts', @rows);
  print <<"SQL";
SELECT 'line', line, got, 'not', expected FROM (SELECT line, expected, CASE dir
    WHEN 'parse' THEN CASE WHEN cron_error(expr) IS NULL AND counted = 1 THEN 'VALID' ELSE 'ERROR' END
    WHEN 'match' THEN CASE WHEN cron_matches(expr, start, tz) THEN 'MATCH' ELSE 'NOMATCH' END
    WHEN 'next' THEN coalesce(CAST(instant_us(cron_next(expr, start, tz)) / 1000000 AS TEXT), 'NONE')
    ELSE coalesce(CAST(instant_us(cron_prev(expr, start, tz)) / 1000000 AS TEXT), 'NONE') END AS got FROM facts) f
  WHERE got IS DISTINCT FROM expected ORDER BY line;
SELECT 'facts', count(*) FROM facts;
SQL
}

# ---- random cases: the same from the same seed, on every machine ----------------------------------------------------------

my $state;

sub below {
  my ($n) = @_;
  $state = ($state * 1103515245 + 12345) & 0x7fffffff;
  return ($state >> 8) % $n;
}

sub one_of { return $_[below(scalar @_)]; }

sub value_in {
  my ($min, $max) = @_;
  return $min + below($max - $min + 1);
}

sub field {
  my ($min, $max, @special) = @_;
  my $kind = below(10);
  return '*' if $kind < 3;
  return '*/' . value_in(1, $max) if $kind == 3;
  return value_in($min, $max) . '-' . value_in($min, $max) if $kind == 4;
  return value_in($min, $max) . '-' . value_in($min, $max) . '/' . value_in(1, $max) if $kind == 5;
  return join ',', map { value_in($min, $max) } 1 .. value_in(2, 4) if $kind == 6;
  return one_of(@special) if @special && $kind == 7;
  return value_in($min, $max);
}

sub expression {
  my @days = ('L', 'LW', 'L-3', '15W', '1W', '1,L', '31', '?');
  my @weekdays = ('MON-FRI', 'FRI-MON', '5L', 'FRI#1', '1#5', '+1', '+1-5', '7', '?');
  my @f = (field(0, 59), field(0, 23), field(1, 31, @days), field(1, 12, 'JAN-MAR', 'NOV-FEB'), field(0, 7, @weekdays));
  unshift @f, field(0, 59) if below(4) == 0;
  return join ' ', @f;
}

sub sample {
  my ($seed, $n) = @_;
  my @zones = qw(UTC America/New_York Europe/London Europe/Dublin Australia/Lord_Howe America/Sao_Paulo Africa/Cairo Asia/Beirut Pacific/Apia
    Antarctica/Troll Africa/Casablanca Asia/Kathmandu America/St_Johns Pacific/Kiritimati Asia/Tehran);
  # Changes of the clocks, around which half of the instants lie.
  my @changes = (1741503600, 1762063200, 1743296400, 1761440400, 1759593600, 1743865200, 1541300400, 1518922800, 1745532000, 1325239200, 1740276000);
  my @rows;
  $state = $seed;
  for my $i (1 .. $n) {
    my $at = below(2) ? one_of(@changes) + value_in(-90000, 90000) : -2000000000 + below(1 << 22) * 3000 + below(3000);
    push @rows, [$i, quote(expression()), quote(one_of(@zones)), quote(instant($at * 1e6 + (below(3) ? 0 : below(1000000))))];
  }
  print "CREATE TABLE sample (i INTEGER, expr TEXT, tz TEXT, at TIMESTAMPTZ);\n";
  insert('sample', @rows);
  print <<"SQL";
CREATE TABLE answer (i INTEGER, nxt TIMESTAMPTZ, prv TIMESTAMPTZ, hit INTEGER);
INSERT INTO answer SELECT i, cron_next(expr, at, tz), cron_prev(expr, at, tz), CASE WHEN cron_matches(expr, at, tz) THEN 1 ELSE 0 END FROM sample;
SELECT s.i, expr, tz, instant_us(at), instant_us(nxt), instant_us(prv), hit, cron_describe(expr) FROM sample s JOIN answer a ON a.i = s.i ORDER BY s.i;
SELECT 'instants', count(nxt) + count(prv) FROM answer;
SELECT 'broken: next is not later', i FROM sample JOIN answer USING (i) WHERE instant_us(nxt) <= instant_us(at);
SELECT 'broken: prev is not earlier', i FROM sample JOIN answer USING (i) WHERE instant_us(prv) >= instant_us(at);
SELECT 'broken: prev of next', i FROM sample JOIN answer USING (i) WHERE nxt IS NOT NULL AND CASE WHEN hit = 1
  THEN instant_us(cron_prev(expr, nxt, tz)) <> instant_us(at) ELSE instant_us(cron_prev(expr, nxt, tz)) IS DISTINCT FROM instant_us(prv) END;
SELECT 'broken: next of prev', i FROM sample JOIN answer USING (i) WHERE prv IS NOT NULL AND CASE WHEN hit = 1
  THEN instant_us(cron_next(expr, prv, tz)) <> instant_us(at) ELSE instant_us(cron_next(expr, prv, tz)) IS DISTINCT FROM instant_us(nxt) END;
SELECT 'broken: what is found does not match', i FROM sample JOIN answer USING (i)
  WHERE (nxt IS NOT NULL AND NOT cron_matches(expr, nxt, tz)) OR (prv IS NOT NULL AND NOT cron_matches(expr, prv, tz));
SELECT 'broken: matches and not in the series', s.i FROM sample s JOIN answer a ON a.i = s.i
  WHERE hit <> (SELECT count(*) FROM cron_series(s.expr, s.at, s.at, s.tz));
SELECT 'broken: the series is not what next gives', s.i FROM sample s JOIN answer a ON a.i = s.i WHERE nxt IS NOT NULL AND
  (SELECT min(instant_us(fire_at)) FROM cron_series(s.expr, s.at, a.nxt, s.tz)) <> CASE WHEN hit = 1 THEN instant_us(s.at) ELSE instant_us(nxt) END;
SELECT 'broken: a series of ten in disorder', s.i FROM sample s WHERE
  (SELECT count(DISTINCT instant_us(fire_at)) FROM cron_series(s.expr, s.at, 'infinity', s.tz, 10)) NOT IN
  (CASE WHEN cron_next(s.expr, s.at, s.tz) IS NULL THEN 0 ELSE 10 END);
SQL
}

my ($what, @args) = @ARGV;
if (($what || '') eq 'facts' && @args == 1) { facts(@args) }
elsif (($what || '') eq 'sample' && @args == 2) { sample(@args) }
else { die "usage: cron_sql.pl facts FILE | sample SEED N\n" }
