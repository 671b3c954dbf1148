<?php
// PHP's SoapClient: `php lifecycle.php MODE WSDL LOCATION seed|main FOLDER`.
// MODE: 11, 12, gzip (HTTP Basic each), wsse (UsernameToken, no Basic).

[, $mode, $wsdl, $location, $phase, $folder] = $argv;

$options = [
    'location' => $location,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'exceptions' => true,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    'soap_version' => $mode === '12' ? SOAP_1_2 : SOAP_1_1,
    'stream_context' => stream_context_create(['ssl' => ['cafile' => getenv('LYCHGATE_CA') ?: null]]),
];
if ($mode !== 'wsse') {
    $options['login'] = getenv('LYCHGATE_USER');
    $options['password'] = getenv('LYCHGATE_PASSWORD');
}
if ($mode === 'gzip') {
    $options['compression'] = SOAP_COMPRESSION_ACCEPT | SOAP_COMPRESSION_GZIP | 5;
}
$api = new SoapClient($wsdl, $options);
if ($mode === 'wsse') {
    $ns = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
    $type = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText';
    $token = '<wsse:Security xmlns:wsse="' . $ns . '"><wsse:UsernameToken><wsse:Username>'
        . htmlspecialchars(getenv('LYCHGATE_USER')) . '</wsse:Username><wsse:Password Type="' . $type . '">'
        . htmlspecialchars(getenv('LYCHGATE_PASSWORD')) . '</wsse:Password></wsse:UsernameToken></wsse:Security>';
    $api->__setSoapHeaders(new SoapHeader($ns, 'Security', new SoapVar($token, XSD_ANYXML), true));
}
$phase === 'seed' ? seed($api, $folder) : import($api, $folder);

function seed(SoapClient $api, string $folder): void
{
    foreach (file("$folder/contacts.txt", FILE_IGNORE_NEW_LINES) as $address) {
        $made = $api->CreateContact(['apiContact' => contact($address)])->CreateContactResult;
        check($made->Id > 0 && $made->Email === $address, "create $address");
    }
    $gone = trim(file_get_contents("$folder/unsubscribe.txt"));
    $api->UnsubscribeContact(['apiContact' => contact($gone)]);
}

function contact(string $address): array
{
    $name = new SoapVar('From PHP', XSD_STRING, 'string', 'http://www.w3.org/2001/XMLSchema');
    return [
        'Id' => 0, 'Email' => $address, 'OptInType' => 'Unknown', 'EmailType' => 'Html',
        'DataFields' => ['ApiContactData' => [['Key' => 'LASTNAME', 'Value' => $name]]],
        'Status' => 'Subscribed',
    ];
}

function import(SoapClient $api, string $folder): void
{
    $field = trim(file_get_contents("$folder/field.txt"));
    $default = new SoapVar('0', XSD_DECIMAL, 'decimal', 'http://www.w3.org/2001/XMLSchema');
    $api->CreateDataField(['dataField' => [
        'Name' => $field, 'Type' => 'Numeric', 'Visibility' => 'Public', 'DefaultValue' => $default,
    ]]);
    $book = $api->CreateAddressBook(['apiAddressBook' => [
        'Id' => 0, 'Name' => "Book of $field", 'Visibility' => 'Private', 'Contacts' => 0,
    ]])->CreateAddressBookResult;

    // SoapClient encodes the bytes of a base64Binary by itself.
    $import = $api->importContactsToAddressBook([
        'addressBookId' => $book->Id,
        'data' => file_get_contents("$folder/import.csv"),
        'dataType' => 'csv',
    ])->ImportContactsToAddressBookResult;
    for ($i = 0; $import->Status === 'NotFinished' && $i < 300; $i++) {
        usleep(50_000);
        $import = $api->GetContactImportProgress(['importId' => $import->Id])->GetContactImportProgressResult;
    }
    check($import->Status === 'Finished', "import ended as {$import->Status}");

    $report = $api->GetContactImportReport(['importId' => $import->Id])->GetContactImportReportResult;
    $lines = '';
    foreach (get_object_vars($report) as $name => $number) {
        $lines .= "$name=$number\n";
    }
    file_put_contents("$folder/report.txt", $lines);
    $faults = $api->GetContactImportReportFaults(['importId' => $import->Id]);
    file_put_contents("$folder/faults.csv", $faults->GetContactImportReportFaultsResult);

    $page = $api->GetContactsInAddressBook([
        'addressBookId' => $book->Id, 'withFullData' => true, 'select' => 1000, 'skip' => 0,
    ])->GetContactsInAddressBookResult->ApiContact;
    $out = fopen("$folder/contacts.csv", 'w');
    foreach ($page as $contact) {
        $values = [];
        foreach ($contact->DataFields->ApiContactData as $data) {
            $values[$data->Key] = $data->Value ?? null;
        }
        fputcsv($out, [$contact->Email, $values['FIRSTNAME'], $values[$field]], ',', '"', '');
    }

    expect_fault('ERROR_CONTACT_NOT_FOUND', fn () => $api->GetContactById(['id' => 2000000000]));
    expect_fault('ERROR_ADDRESSBOOK_DUPLICATE', fn () => $api->CreateAddressBook(['apiAddressBook' => [
        'Id' => 0, 'Name' => "Book of $field", 'Visibility' => 'Private', 'Contacts' => 0,
    ]]));
    expect_fault('ERROR_IMPORT_REPORT_NOT_FOUND|ERROR_IMPORT_NOT_FOUND', fn () => $api->GetContactImportReport([
        'importId' => '00000000-0000-4000-8000-000000000000',
    ]));
}

function expect_fault(string $codes, callable $call): void
{
    try {
        $call();
    } catch (SoapFault $fault) {
        check(preg_match("/($codes)$/", $fault->getMessage()) === 1, 'fault: ' . $fault->getMessage());
        return;
    }
    check(false, "no fault $codes");
}

function check(bool $holds, string $what): void
{
    if (!$holds) {
        fwrite(STDERR, "failed: $what\n");
        exit(1);
    }
}
