// Node's xmlrpc: `steps.js basic|struct STEPS`; see ../common/xmlrpc.md for the steps.
//
// Traits of its own: numbers with a fraction as double and others as int, Date in local time, Buffer
// as base64, CDATA for strings with markup in them, a content type of its own.
'use strict';
const assert = require('assert');
const { execFileSync } = require('child_process');
const fs = require('fs');
const xmlrpc = require('xmlrpc');

const [mode, file] = process.argv.slice(2);
const key = process.env.LYCHGATE_API_KEY;
const secret = process.env.LYCHGATE_SHARED_SECRET;
const names = {};

function client(login) {
    const url = new URL(process.env.LYCHGATE_URL);
    const options = { host: url.hostname, port: url.port, path: '/RPC2' };
    if (login === 'wrong' || mode === 'basic') {
        options.basic_auth = { user: key, pass: login === 'wrong' ? 'wrong' : secret };
    }
    if (url.protocol === 'http:') return xmlrpc.createClient(options);
    options.ca = fs.readFileSync(process.env.LYCHGATE_CA);
    return xmlrpc.createSecureClient(options);
}

// A value of the steps as this library has it.
function native(value) {
    if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (_, name) => names[name]);
    if (Array.isArray(value)) return value.map(native);
    if (value === null || typeof value !== 'object') return value;
    if ('$date' in value) {
        const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(value.$date);
        return new Date(+y, mo - 1, +d, +h, +mi, +s);
    }
    if ('$int' in value) return Number(native(value.$int));
    if ('$base64' in value) return Buffer.from(native(value.$base64));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [native(name), native(one)]));
}

function at(value, path) {
    for (const part of path === '' ? [] : path.split('.')) {
        assert(value !== null && typeof value === 'object' && part in value, `no ${part} of ${path} in ${JSON.stringify(value)}`);
        value = value[part];
    }
    return value;
}

function call(step) {
    const params = native(step.params || []);
    const login = step.login || 'right';
    if (login === 'right' && mode === 'struct' && !step.method.startsWith('system.')) {
        const pair = { api_key: key, shared_secret: secret };
        const first = params[0];
        const named = params.length === 1 && typeof first === 'object' && !Array.isArray(first);
        if (named) params[0] = { ...pair, ...first };
        else params.unshift(pair);
    }
    return new Promise((done, fail) => {
        client(login).methodCall(step.method, params, (error, result) => {
            try {
                judge(step, error, result);
                done();
            } catch (wrong) {
                fail(wrong);
            }
        });
    });
}

function judge(step, error, result) {
    const what = `${JSON.stringify(step)}: ${error} ${JSON.stringify(result)}`;
    if (error) {
        assert(error.faultCode !== undefined && error.faultCode === step.fault, what);
        return;
    }
    assert(step.fault === undefined, what);
    for (const [path, expected] of Object.entries(step.is || {})) {
        assert.deepStrictEqual(at(result, path), native(expected), `${path} of ${what}`);
    }
    for (const [path, member] of Object.entries(step.has || {})) {
        assert(at(result, path).includes(native(member)), `${path} of ${what}`);
    }
    if (step.file) assert(result.toString().includes(native(step.file)), `file of ${what}`);
    for (const [name, path] of Object.entries(step.keep || {})) names[name] = at(result, path);
}

async function wait(step) {
    for (let tries = 0; tries < 100; tries++) {
        try {
            return await call(step);
        } catch {
            await new Promise((done) => setTimeout(done, 200));
        }
    }
    return call(step);
}

function happen(event) {
    fs.writeFileSync('events.ndjson', `${JSON.stringify(native(event))}\n`);
    const args = ['events', 'import', 'events.ndjson', '--server', process.env.LYCHGATE_URL];
    execFileSync(process.env.LYCHGATE_BIN, args, { stdio: 'inherit' });
}

(async () => {
    for (const step of JSON.parse(fs.readFileSync(file, 'utf8'))) {
        if (step.event) happen(step.event);
        else if (step.wait) await wait(step);
        else await call(step);
    }
})().catch((error) => {
    console.error(error);
    process.exit(1);
});
