<?php
// Calls in the manner of the vendor's PHP wrapper: `wrapper.php RUN`.
//
// Its habits: `http_build_query` with everything in the form but `?format=json`, the argument
// `platform`, `file_get_contents`, which loses the body of anything but 200, and, where PHP has
// bz2, a bzip2 form with the key in the query.

$run = $argv[1];
$url = getenv('LYCHGATE_URL');
$key = getenv('LYCHGATE_SELZY_KEY');
$ca = getenv('LYCHGATE_CA');

function ask(string $method, array $params = [], bool $packed = false): array {
    global $url, $key, $ca;
    $params['platform'] = 'Judge v1.0';
    $place = "$url/en/api/$method?format=json";
    if ($packed) {
        $place .= "&api_key=$key&request_compression=bzip2";
        $content = bzcompress(http_build_query($params));
    } else {
        $content = http_build_query($params + ['api_key' => $key]);
    }
    $options = ['http' => ['method' => 'POST', 'header' => 'Content-type: application/x-www-form-urlencoded', 'content' => $content]];
    if ($ca) {
        $options['ssl'] = ['cafile' => $ca, 'verify_peer_name' => false];
    }
    $said = file_get_contents($place, false, stream_context_create($options));
    is($said !== false, "$method was answered with a status that loses its body");
    $read = json_decode($said, true);
    is(is_array($read), "$method: no JSON: $said");
    return $read;
}

function result(string $method, array $params = [], bool $packed = false) {
    $read = ask($method, $params, $packed);
    is(!isset($read['error']) && array_key_exists('result', $read), "$method: " . json_encode($read));
    return $read['result'];
}

function is(bool $claim, string $why): void {
    if (!$claim) {
        fwrite(STDERR, "$why\n");
        exit(1);
    }
}

$list = result('createList', ['title' => "Wrapper $run"])['id'];
is(is_int($list), 'a list has a number');

// The vendor's example: a hole in a row, and a list for one contact only.
$result = result('importContacts', [
    'field_names' => ['email', 'email_list_ids', 'FIRSTNAME'],
    'data' => [
        ["ann.$run@example.com", $list, 'Änn & Co'],
        ["bob.$run@example.com", 2 => 'Bob'],
        ['nobody', $list, 'X'],
    ],
]);
is([$result['total'], $result['inserted'], $result['invalid']] === [3, 2, 1], json_encode($result));
is($result['log'][0]['index'] === 2, json_encode($result));

$rows = result('exportContacts', ['list_id' => $list, 'field_names' => ['email', 'FIRSTNAME']]);
is($rows['data'] === [["ann.$run@example.com", 'Änn & Co']], json_encode($rows));

$person = result('subscribe', [
    'list_ids' => "$list",
    'fields' => ['email' => "cid.$run@example.com", 'FIRSTNAME' => 'Cid'],
    'double_optin' => 3,
    'overwrite' => 2,
    'request_ip' => '127.0.0.1',
]);
is($person['person_id'] > 0, json_encode($person));
is(result('getContactCount', ['list_id' => $list, 'params' => ['type' => 'address']])['count'] === 2, 'two in the list');
is(result('isContactInLists', ['email' => "cid.$run@example.com", 'list_ids' => "$list", 'condition' => 'and']) === true, 'Cid is in the list');

$message = result('createEmailMessage', [
    'sender_name' => 'Shop', 'sender_email' => 'shop@example.com', 'subject' => 'News', 'body' => '<p>Hi</p>',
    'list_id' => $list, 'attachments' => ['bytes.bin' => "\x00\xff\x80%&=+"],
])['message_id'];
$all = result('getMessages', ['date_from' => '2000-01-01 00:00', 'date_to' => '2099-01-01 00:00', 'limit' => 100]);
$mine = array_values(array_filter($all, fn ($one) => $one['id'] === $message))[0];
is($mine['attachments'][0]['size'] === 7, json_encode($mine));
$tls = $ca ? ['ssl' => ['cafile' => $ca, 'verify_peer_name' => false]] : [];
$file = file_get_contents($mine['attachments'][0]['url'], false, stream_context_create($tls));
is($file === "\x00\xff\x80%&=+", 'a file came back otherwise');

$failed = ask('getMessage', ['id' => 999999]);
is($failed['code'] === 'invalid_arg', json_encode($failed));
is(ask('sendSms', ['phone' => 380971112233, 'sender' => 'S', 'text' => 'Hi'])['code'] === 'access_denied', 'no SMS');

if (function_exists('bzcompress')) {
    $packed = result('importContacts', [
        'field_names' => ['email', 'email_list_ids'],
        'data' => array_map(fn ($n) => ["p$n.$run@example.com", $list], range(1, 500)),
    ], true);
    is($packed['inserted'] === 500, json_encode($packed));
}

result('deleteList', ['list_id' => $list]);
