# Perl's RPC::XML: `steps.pl basic|struct STEPS`; see ../common/xmlrpc.md for the steps.
#
# Traits of its own: dashed dates, guessed types (a string of digits is an int, so that all that
# must stay text is said to be), `Content-Type: text/xml` without a charset, gzip when it is offered.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use RPC::XML;
use RPC::XML::Client;
use Time::HiRes qw(sleep);

my ($mode, $file) = @ARGV;
my ($key, $secret) = @ENV{qw(LYCHGATE_API_KEY LYCHGATE_SHARED_SECRET)};
my %names;
$RPC::XML::ENCODING = 'utf-8';
binmode $_, ':encoding(UTF-8)' for *STDOUT, *STDERR;

sub check { my ($holds, $what) = @_; die "failed: $what\n" unless $holds }

sub show { JSON::PP->new->canonical->allow_nonref->allow_blessed->encode($_[0]) }

sub client {
    my ($login) = @_;
    my $url = "$ENV{LYCHGATE_URL}/RPC2";
    my $user = $login eq 'wrong' ? "$key:wrong" : $mode eq 'basic' ? "$key:$secret" : '';
    $url =~ s{://}{://$user\@} if $user;
    RPC::XML::Client->new($url);
}

sub filled { my ($text) = @_; $text =~ s/\{(\w+)\}/$names{$1}/g; $text }

# A value of the steps as this library has it.
sub native {
    my ($value) = @_;
    return [map { native($_) } @$value] if ref $value eq 'ARRAY';
    if (ref $value eq 'HASH') {
        return RPC::XML::datetime_iso8601->new($value->{'$date'}) if exists $value->{'$date'};
        return RPC::XML::base64->new(bytes(filled($value->{'$base64'}))) if exists $value->{'$base64'};
        return int filled($value->{'$int'}) if exists $value->{'$int'};
        return {map { filled($_) => native($value->{$_}) } keys %$value};
    }
    return RPC::XML::boolean->new($value ? 1 : 0) if JSON::PP::is_bool($value);
    return RPC::XML::string->new(bytes(filled($value))) if defined $value && $value !~ /^-?\d+$/;
    return $value;
}

# The library writes bytes: text is encoded first.
sub bytes { my ($text) = @_; utf8::encode($text); $text }

sub at {
    my ($value, $path) = @_;
    for my $part (split /\./, $path) {
        $value = ref $value eq 'ARRAY' ? $value->[$part] : $value->{$part};
        check(defined $value, "no $part of $path");
    }
    $value;
}

sub text { my ($value) = @_; utf8::decode($value) unless ref $value; show($value) }

sub call {
    my ($step) = @_;
    my $params = native($step->{params} // []);
    my $login = $step->{login} // 'right';
    if ($login eq 'right' && $mode eq 'struct' && $step->{method} !~ /^system\./) {
        my %pair = map { $_->[0] => RPC::XML::string->new($_->[1]) } ['api_key', $key], ['shared_secret', $secret];
        if (@$params == 1 && ref $params->[0] eq 'HASH') { %{$params->[0]} = (%{$params->[0]}, %pair) }
        else { unshift @$params, \%pair }
    }
    my $said = client($login)->send_request($step->{method}, @$params);
    check(ref $said, "$step->{method}: " . ($said // 'no answer'));
    if ($said->is_fault) {
        my $what = show($step) . ': ' . $said->code . ' ' . $said->string;
        check(defined $step->{fault} && $said->code == $step->{fault}, $what);
        return;
    }
    my $result = $said->value;
    my $what = show($step) . ': ' . show($result);
    check(!defined $step->{fault}, $what);
    for my $path (keys %{$step->{is} // {}}) {
        my $expected = $step->{is}{$path};
        $expected = filled($expected) unless ref $expected;
        check(text(at($result, $path)) eq show($expected) || at($result, $path) eq $expected, "$path of $what");
    }
    for my $path (keys %{$step->{has} // {}}) {
        my $member = filled($step->{has}{$path});
        check((grep { $_ eq $member } @{at($result, $path)}) > 0, "$path of $what");
    }
    check(index($result, filled($step->{file})) >= 0, "file of $what") if exists $step->{file};
    $names{$_} = at($result, $step->{keep}{$_}) for keys %{$step->{keep} // {}};
}

sub wait_for {
    my ($step) = @_;
    for (1 .. 100) {
        return if eval { call($step); 1 };
        sleep 0.2;
    }
    call($step);
}

# The event with the names of this run in its texts.
sub event {
    my ($event) = @_;
    return {map { $_ => ref $event->{$_} ? native($event->{$_}) : filled($event->{$_}) } keys %$event};
}

sub happen {
    my ($event) = @_;
    open my $out, '>', 'events.ndjson' or die "events.ndjson: $!\n";
    print {$out} JSON::PP->new->utf8->encode(event($event)), "\n";
    close $out or die "events.ndjson: $!\n";
    system($ENV{LYCHGATE_BIN}, 'events', 'import', 'events.ndjson', '--server', $ENV{LYCHGATE_URL}) == 0
        or die "failed: events import\n";
}

open my $in, '<:raw', $file or die "$file: $!\n";
my $steps = JSON::PP->new->utf8->decode(do { local $/; <$in> });
for my $step (@$steps) {
    exists $step->{event} ? happen($step->{event}) : $step->{wait} ? wait_for($step) : call($step);
}
