<?php
// A client in PHP: a form with the document, once for XML and once for a serialized array.

$url = $argv[1];

function check(bool $holds, string $what): void
{
    if (!$holds) {
        fwrite(STDERR, "failed: $what\n");
        exit(1);
    }
}

function post(string $type, string $calls): string
{
    global $url;
    [$key, $secret] = [getenv('LYCHGATE_API_KEY'), getenv('LYCHGATE_SHARED_SECRET')];
    $document = "<api><authentication><api_key>$key</api_key><shared_secret>$secret</shared_secret>"
        . "<response_type>$type</response_type><no_halt>1</no_halt></authentication><data>$calls</data></api>";
    $curl = curl_init($url);
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => http_build_query(['data' => $document]),
        CURLOPT_RETURNTRANSFER => true,
    ]);
    if (getenv('LYCHGATE_CA')) {
        curl_setopt($curl, CURLOPT_CAINFO, getenv('LYCHGATE_CA'));
    }
    $said = curl_exec($curl);
    check($said !== false, curl_error($curl));
    check(curl_getinfo($curl, CURLINFO_RESPONSE_CODE) === 200, "HTTP status of $said");
    return $said;
}

/** A reply's element as PHP's own array of it: what `response_type=php` must be. */
function tree(SimpleXMLElement $element): array|string
{
    if ($element->count() === 0) {
        return (string) $element;
    }
    $members = [];
    foreach ($element->children() as $name => $child) {
        if ($name === 'item') {
            $members[] = tree($child);
        } else {
            $members[$name] = tree($child);
        }
    }
    return $members;
}

/** The array with an empty text for each empty array: of those XML cannot tell which it was. */
function flat(array $members): array
{
    return array_map(fn ($one) => $one === [] ? '' : (is_array($one) ? flat($one) : $one), $members);
}

$calls = '<methodCall><methodName>utilities.checkEmail</methodName><email>zoë@example.com</email></methodCall>'
    . '<methodCall><methodName>utilities.checkEmail</methodName></methodCall>'
    . '<methodCall><methodName>no.such</methodName></methodCall>';
$serialized = post('php', $calls);
$items = unserialize($serialized, ['allowed_classes' => false]);
check(is_array($items) && count($items) === 3, $serialized);
check($items[0]['responseData']['email'] === 'zoë@example.com', $serialized);
check($items[1]['error'] === '1' && $items[1]['responseData']['missing_vars'] === 'email', $serialized);
check($items[2]['responseText'] === 'Incorrect Action Specified', $serialized);
check(!isset($items[0]['error']), $serialized);

$xml = post('xml', $calls);
$response = simplexml_load_string($xml, SimpleXMLElement::class, LIBXML_NOCDATA);
check($response !== false, $xml);
check(tree($response) === flat($items), "$xml\n$serialized");
