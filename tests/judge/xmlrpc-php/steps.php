<?php
// PHP's xmlrpc extension: `steps.php basic|struct STEPS`; see ../common/xmlrpc.md for the steps.
//
// Traits of its own: white space between all elements, base64 in lines, arrays whose keys decide
// between struct and array.

[, $mode, $file] = $argv;
[$key, $secret] = [getenv('LYCHGATE_API_KEY'), getenv('LYCHGATE_SHARED_SECRET')];
$names = [];

function check(bool $holds, string $what): void
{
    if (!$holds) {
        throw new RuntimeException("failed: $what");
    }
}

/** A value of the steps as this library has it. */
function native(mixed $value): mixed
{
    global $names;
    if (is_string($value)) {
        return preg_replace_callback('/\{(\w+)\}/', fn ($name) => $names[$name[1]], $value);
    }
    if (!is_array($value)) {
        return $value;
    }
    if (isset($value['$date'])) {
        $date = $value['$date'];
        xmlrpc_set_type($date, 'datetime');
        return $date;
    }
    if (isset($value['$int'])) {
        return (int) native($value['$int']);
    }
    if (isset($value['$base64'])) {
        $bytes = native($value['$base64']);
        xmlrpc_set_type($bytes, 'base64');
        return $bytes;
    }
    $keys = array_map('native', array_keys($value));
    return array_combine($keys, array_map('native', array_values($value)));
}

function at(mixed $value, string $path): mixed
{
    foreach ($path === '' ? [] : explode('.', $path) as $part) {
        check(is_array($value) && array_key_exists($part, $value), "no $part of $path in " . json_encode($value));
        $value = $value[$part];
    }
    return $value;
}

function post(string $body, string $login): string
{
    global $mode, $key, $secret;
    $curl = curl_init(getenv('LYCHGATE_URL') . '/RPC2');
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => $body,
        CURLOPT_HTTPHEADER => ['Content-Type: text/xml'],
        CURLOPT_RETURNTRANSFER => true,
    ]);
    if ($login === 'wrong' || $mode === 'basic') {
        curl_setopt($curl, CURLOPT_USERPWD, $key . ':' . ($login === 'wrong' ? 'wrong' : $secret));
    }
    if (getenv('LYCHGATE_CA')) {
        curl_setopt($curl, CURLOPT_CAINFO, getenv('LYCHGATE_CA'));
    }
    $said = curl_exec($curl);
    check($said !== false, curl_error($curl));
    check(curl_getinfo($curl, CURLINFO_RESPONSE_CODE) === 200, "HTTP status of $said");
    return $said;
}

function call(array $step): void
{
    global $names, $mode, $key, $secret;
    $params = native($step['params'] ?? []);
    $login = $step['login'] ?? 'right';
    if ($login === 'right' && $mode === 'struct' && !str_starts_with($step['method'], 'system.')) {
        $pair = ['api_key' => $key, 'shared_secret' => $secret];
        if (count($params) === 1 && is_array($params[0]) && !array_is_list($params[0])) {
            $params[0] = $pair + $params[0];
        } else {
            array_unshift($params, $pair);
        }
    }
    $options = ['encoding' => 'utf-8', 'escaping' => 'markup'];
    $said = post(xmlrpc_encode_request($step['method'], $params, $options), $login);
    $result = xmlrpc_decode($said, 'utf-8');
    $what = json_encode($step) . ': ' . json_encode($result);
    if (is_array($result) && xmlrpc_is_fault($result)) {
        check($result['faultCode'] === ($step['fault'] ?? null), $what);
        return;
    }
    check(!isset($step['fault']), $what);
    foreach ($step['is'] ?? [] as $path => $expected) {
        check(at($result, $path) === native($expected), "$path of $what");
    }
    foreach ($step['has'] ?? [] as $path => $member) {
        check(in_array(native($member), at($result, $path), true), "$path of $what");
    }
    if (isset($step['file'])) {
        check(str_contains($result->scalar, native($step['file'])), "file of $what");
    }
    foreach ($step['keep'] ?? [] as $name => $path) {
        $names[$name] = at($result, $path);
    }
}

function wait(array $step): void
{
    for ($tries = 0; $tries < 100; $tries++) {
        try {
            call($step);
            return;
        } catch (RuntimeException) {
            usleep(200_000);
        }
    }
    call($step);
}

function happen(array $event): void
{
    file_put_contents('events.ndjson', json_encode(native($event)) . "\n");
    $command = [getenv('LYCHGATE_BIN'), 'events', 'import', 'events.ndjson', '--server', getenv('LYCHGATE_URL')];
    system(implode(' ', array_map('escapeshellarg', $command)), $code);
    check($code === 0, 'events import');
}

foreach (json_decode(file_get_contents($file), true, 64, JSON_THROW_ON_ERROR) as $step) {
    match (true) {
        isset($step['event']) => happen($step['event']),
        isset($step['wait']) => wait($step),
        default => call($step),
    };
}
