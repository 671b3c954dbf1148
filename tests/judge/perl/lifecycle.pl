# Perl's SOAP::Lite: `lifecycle.pl MODE seed|main FOLDER`; MODE: action, defaults.
#
# Traits of its own: `xsi:nil` on an operation without parameters, an action of `namespace#Op`,
# xsi:type on everything it guesses, `Connection: TE, close`.
use strict;
use warnings;
use utf8;
use Encode qw(decode encode);
use MIME::Base64 qw(decode_base64);
use SOAP::Lite;
use Time::HiRes qw(sleep);

my $DATA = 'http://apiconnector.com';
my ($mode, $phase, $folder) = @ARGV;

{
    no warnings 'once', 'redefine';
    *SOAP::Transport::HTTP::Client::get_basic_credentials =
        sub { ($ENV{LYCHGATE_USER}, $ENV{LYCHGATE_PASSWORD}) };
}

my $soap = SOAP::Lite->proxy("$ENV{LYCHGATE_URL}/v2/api.svc")->default_ns('http://apiconnector.com/v2');
$soap->on_action(sub { qq("http://apiconnector.com/v2/ApiService/$_[1]") }) if $mode eq 'action';
# A fault is an answer; anything else that is not one ends the run.
$soap->on_fault(sub { ref $_[1] ? $_[1] : die "no answer: $_[1]\n" });

sub check { my ($holds, $what) = @_; die "failed: $what\n" unless $holds }

sub text { my ($name, $value) = @_; SOAP::Data->name($name => $value)->type('string') }

sub member { my ($name, $value) = @_; text($name, $value)->uri($DATA) }

# A parameter or member with members of its own.
sub record { my ($name, @members) = @_; SOAP::Data->name($name => \SOAP::Data->value(@members)) }

sub inner { record(@_)->uri($DATA) }

sub contact {
    my $data = inner('ApiContactData', member(Key => 'LASTNAME'), member(Value => 'From Perl'));
    record('apiContact', member(Email => $_[0]), inner('DataFields', $data));
}

sub call {
    my ($operation, @parameters) = @_;
    my $answer = $soap->call($operation, @parameters);
    check(!$answer->fault, "$operation: " . ($answer->faultstring // ''));
    $answer->result;
}

sub expect_fault {
    my ($code, $operation, @parameters) = @_;
    my $answer = $soap->call($operation, @parameters);
    check($answer->fault && $answer->faultstring =~ /$code$/, "$operation does not fault with $code");
}

sub slurp {
    my ($name) = @_;
    open my $file, '<:raw', "$folder/$name" or die "$name: $!\n";
    local $/;
    <$file>;
}

sub spill {
    my ($name, $bytes) = @_;
    open my $file, '>:raw', "$folder/$name" or die "$name: $!\n";
    print {$file} $bytes;
    close $file or die "$name: $!\n";
}

sub seed {
    for my $address (split ' ', slurp('contacts.txt')) {
        my $made = call('CreateContact', contact($address));
        check($made->{Id} > 0 && $made->{Email} eq $address, "create $address");
    }
    my ($leaving) = split ' ', slurp('unsubscribe.txt');
    call('UnsubscribeContact', contact($leaving));
}

# The items of an array, of which SOAP::Lite makes a bare value when there is one.
sub items { my ($array, $name) = @_; my $found = ref $array ? $array->{$name} : undef;
    ref $found eq 'ARRAY' ? @$found : defined $found ? ($found) : () }

sub main {
    check(call('GetServerTime') =~ /^\d{4}-.*Z$/, 'the time of the server');
    my ($field) = split ' ', slurp('field.txt');
    call('CreateDataField', record('dataField', member(Name => $field), member(Type => 'Numeric'),
        member(Visibility => 'Public'), SOAP::Data->name(DefaultValue => 0)->type('int')->uri($DATA)));
    my $book = call('CreateAddressBook', record('apiAddressBook', member(Name => "Book of $field")))->{Id};
    my $started = call('ImportContactsToAddressBook', SOAP::Data->name(addressBookId => $book),
        SOAP::Data->name(data => slurp('import.csv'))->type('base64'), text(dataType => 'csv'));
    my $import = text(importId => $started->{Id});
    my $status = $started->{Status};
    for (1 .. 300) {
        last if $status ne 'NotFinished';
        sleep 0.05;
        $status = call('GetContactImportProgress', $import)->{Status};
    }
    check($status eq 'Finished', "import ended as $status");

    my $report = call('GetContactImportReport', $import);
    spill('report.txt', join '', map { "$_=$report->{$_}\n" } sort keys %$report);
    spill('faults.csv', decode_base64(call('GetContactImportReportFaults', $import)));

    my $csv = '';
    for my $skip (0 .. 9) {
        my $page = call('GetContactsInAddressBook', SOAP::Data->name(addressBookId => $book),
            SOAP::Data->name(withFullData => 'true')->type('boolean'),
            SOAP::Data->name(select => 1), SOAP::Data->name(skip => $skip));
        my ($contact) = items($page, 'ApiContact') or last;
        my %values = map { $_->{Key} => $_->{Value} } items($contact->{DataFields}, 'ApiContactData');
        my @row = ($contact->{Email}, $values{FIRSTNAME}, $values{$field});
        s/"/""/g for @row;
        $csv .= join(',', map { qq("$_") } @row) . "\n";
    }
    spill('contacts.csv', encode('UTF-8', $csv));

    expect_fault('ERROR_CONTACT_NOT_FOUND', 'GetContactByEmail', text(email => 'nobody@nowhere.example'));
    expect_fault('ERROR_IMPORT_UNSUPPORTED_FORMAT', 'ImportContacts',
        SOAP::Data->name(data => "Email\r\n")->type('base64'), text(dataType => 'pdf'));
    expect_fault('ERROR_DATAFIELD_NOTFOUND', 'DeleteDataField', text(fieldName => 'NO_SUCH_FIELD'));
}

$phase eq 'seed' ? seed() : main();
