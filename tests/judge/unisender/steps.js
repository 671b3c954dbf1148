// The package `unisender` through a whole life of a list: `steps.js RUN`.
//
// Traits of its own: everything in the form but `?format=json`, brackets by `qs` with indexes and
// without the cells that a row does not have, and an answer is a success only when `result` is
// truthy. It knows no address but the vendor's: its own settings are given ours. Methods that it
// does not list are called by its own request function.
'use strict';
const assert = require('assert');
const { execFileSync } = require('child_process');
const fs = require('fs');
const http = require('http');
const https = require('https');

const UniSender = require('unisender');
const request = require('unisender/src/make-request');
const settings = require('unisender/src/config/defaults');

const url = process.env.LYCHGATE_URL;
const key = process.env.LYCHGATE_SELZY_KEY;
const run = process.argv[2];
settings.url = url;
const client = new UniSender({ api_key: key, lang: 'en' });
const address = (name) => `${name}.${run}@example.com`;

const call = async (method, args) => (await client[method](args)).result;
const other = async (method, args = {}) =>
    (await request(`${url}/en/api/${method}?format=json`, { ...args, api_key: key })).result;

// The code of a call that must fail.
async function refused(made) {
    const said = await made.then((answer) => { throw new Error(`no failure: ${JSON.stringify(answer)}`); }, (error) => error);
    assert(said.error && said.code, `no failure in the vendor's form: ${said.stack || JSON.stringify(said)}`);
    return said.code;
}

async function wait(what, done) {
    for (let tries = 0; tries < 150; tries++) {
        const last = await what();
        if (done(last)) return last;
        await new Promise((again) => setTimeout(again, 200));
    }
    throw new Error(`waited in vain: ${JSON.stringify(await what())}`);
}

function fetch(place) {
    const { get } = place.startsWith('https:') ? https : http;
    return new Promise((done, fail) => {
        get(place, (reply) => {
            let text = '';
            reply.setEncoding('utf8').on('data', (some) => { text += some; }).on('end', () => done({ status: reply.statusCode, text }));
        }).on('error', fail);
    });
}

function happen(...events) {
    const lines = events.map((event) => JSON.stringify({ account: process.env.LYCHGATE_ACCOUNT, ...event }));
    fs.writeFileSync('events.ndjson', `${lines.join('\n')}\n`);
    execFileSync(process.env.LYCHGATE_BIN, ['events', 'import', 'events.ndjson', '--server', url], { stdio: 'inherit' });
}

async function lists() {
    const made = await call('createList', { title: `News ${run}` });
    assert(Number.isInteger(made.id), JSON.stringify(made));
    assert.strictEqual(await refused(client.createList({ title: `News ${run}` })), 'invalid_arg');
    await call('updateList', { list_id: made.id, title: `Letters ${run}` });
    const all = await call('getLists');
    assert(all.some((list) => list.id === made.id && list.title === `Letters ${run}`), JSON.stringify(all));
    return made.id;
}

async function contacts(list) {
    const field = `Size_${run.replace('-', '_')}`;
    const made = await call('createField', { name: field, type: 'number', public_name: 'Size' });
    assert((await call('getFields')).some((one) => one.id === made.id && one.name === field && one.type === 'number'));
    const result = await call('importContacts', {
        field_names: ['email', 'email_list_ids', 'tags', field],
        data: [
            { email: address('ann'), email_list_ids: list, tags: `vip ${run}`, [field]: '41.5' },
            { email: address('bob'), email_list_ids: list },
            { email: 'no address at all', email_list_ids: list },
            { email: 'info@example.com', email_list_ids: list },
            { email: address('zoë+1'), email_list_ids: list, [field]: '38' },
        ],
    });
    assert.deepStrictEqual([result.total, result.inserted, result.updated, result.deleted], [5, 3, 0, 0], JSON.stringify(result));
    assert.deepStrictEqual(result.log.map((one) => one.index).sort(), [2, 3], JSON.stringify(result));
    const again = await call('importContacts', { field_names: ['email', field], data: [{ email: address('bob'), [field]: '44' }] });
    assert.deepStrictEqual([again.inserted, again.updated], [0, 1], JSON.stringify(again));
    const tag = (await call('getTags')).find((one) => one.name === `vip ${run}`);
    assert(tag, 'the tag is not there');
    assert.strictEqual(await refused(client.importContacts({ field_names: ['nobody'], data: [{ nobody: 'x' }] })), 'invalid_arg');

    const rows = await call('exportContacts', { list_id: list, field_names: ['email', field, 'tags'] });
    assert.deepStrictEqual(rows.fields, ['email', field, 'tags']);
    assert.deepStrictEqual(rows.data.map((row) => row[0]).sort(), [address('ann'), address('bob'), address('zoë+1')].sort());
    assert.deepStrictEqual(rows.data.find((row) => row[0] === address('ann')), [address('ann'), '41.5', `vip ${run}`]);
    const person = await other('getContact', { email: address('ann'), include_lists: 1, include_fields: 1 });
    assert(JSON.stringify(person).includes(address('ann')), JSON.stringify(person));
    const count = await other('getContactCount', { list_id: list, params: { type: 'address', search: 'ann.' } });
    assert.strictEqual(count.count, 1, JSON.stringify(count));
    return { field: made.id, tag: tag.id };
}

async function optOuts(list) {
    await call('unsubscribe', { contact_type: 'email', contact: address('zoë+1'), list_ids: list });
    const left = await call('exportContacts', { email: address('zoë+1'), field_names: ['email_list_ids', 'email_unsubscribed_list_ids'] });
    assert.deepStrictEqual(left.data, [['', String(list)]], JSON.stringify(left));
    const again = await call('importContacts', { field_names: ['email', 'email_list_ids'], data: [{ email: address('zoë+1'), email_list_ids: list }] });
    const still = await call('exportContacts', { email: address('zoë+1'), field_names: ['email_list_ids', 'email_unsubscribed_list_ids'] });
    assert.deepStrictEqual(still.data, [['', String(list)]], JSON.stringify([again, still]));
}

async function exported(list) {
    const task = await other('async/exportContacts', { list_id: list, field_names: ['email', 'email_status'] });
    assert.strictEqual(task.status, 'new', JSON.stringify(task));
    const done = await wait(() => other('async/getTaskResult', { task_uuid: task.task_uuid }), (one) => one.status === 'completed');
    const file = await fetch(done.file_to_download);
    assert.strictEqual(file.status, 200);
    const [head, ...rows] = file.text.trimEnd().split('\n');
    assert.strictEqual(head, 'email,email_status');
    assert(rows.some((row) => row.startsWith(`${address('ann')},`)), file.text);
    assert.strictEqual((await fetch(done.file_to_download.replace(/.{5}\.csv$/, '00000.csv'))).status, 404);
}

async function campaign(list) {
    const message = await call('createEmailMessage', {
        sender_name: 'Shop', sender_email: 'shop@example.com', subject: 'News', list_id: list,
        body: '<p>Look: <a href="https://b.example/sale">sale</a></p>', generate_text: 1,
        attachments: { 'prices.csv': 'a,1\nb,2\n' },
    });
    const read = await call('getMessage', { id: message.message_id });
    assert.strictEqual(read.text_body, 'Look: sale (https://b.example/sale)');
    const made = await call('createCampaign', { message_id: message.message_id, track_links: 1 });
    assert.deepStrictEqual([made.status, made.count], ['scheduled', 2], JSON.stringify(made));
    await wait(() => call('getCampaignStatus', { campaign_id: made.campaign_id }), (one) => one.status === 'completed');
    assert((await call('getCampaigns')).some((one) => one.id === made.campaign_id && one.message_id === message.message_id));
    happen(
        { type: 'opened', email: address('ann'), campaign_id: made.campaign_id },
        { type: 'clicked', email: address('ann'), campaign_id: made.campaign_id, url: 'https://b.example/sale' },
        { type: 'bounced', email: address('bob'), campaign_id: made.campaign_id, reason: '550 5.1.1 user unknown' },
    );
    const links = await call('getVisitedLinks', { campaign_id: made.campaign_id, group: 1 });
    assert.deepStrictEqual(links.data.map((row) => [row[0], row[1], row[4]]), [[address('ann'), 'https://b.example/sale', 1]]);
    const outcomes = await call('getCampaignAggregateStats', { campaign_id: made.campaign_id });
    assert.deepStrictEqual(outcomes, { total: 2, data: { err_user_unknown: 1, ok_link_visited: 1 } });
    const each = await call('getCampaignDeliveryStats', { campaign_id: made.campaign_id });
    assert.deepStrictEqual(each.data.map((row) => row[1]).sort(), ['err_user_unknown', 'ok_link_visited']);
    const letter = await other('getWebVersion', { campaign_id: made.campaign_id });
    assert((await fetch(letter.web_letter_link)).text.includes('https://b.example/sale'));
    await call('deleteMessage', { message_id: message.message_id });
}

async function single(list) {
    const mail = { sender_name: 'Shop', sender_email: 'shop@example.com', subject: 'Order', body: '<p>Thanks</p>', list_id: list };
    const sent = await call('sendEmail', { ...mail, email: `Ann Lee <${address('ann')}>` });
    const checked = await call('checkEmail', { email_id: sent.email_id });
    assert.deepStrictEqual(checked, { statuses: [{ id: sent.email_id, status: 'ok_sent' }] });
    const each = await call('sendEmail', { ...mail, email: [address('ann'), 'nobody'], error_checking: 1 });
    assert.strictEqual(each[1].errors.length, 1, JSON.stringify(each));
}

async function errors() {
    const stranger = new UniSender({ api_key: 'wrong' });
    assert.strictEqual(await refused(stranger.getLists()), 'invalid_api_key');
    assert.strictEqual(await refused(client.sendSms({ phone: '353871234567', sender: 'Shop', text: 'Hi' })), 'access_denied');
    assert.strictEqual(await refused(client.register({ email: address('ann') })), 'access_denied');
    assert.strictEqual(await refused(client.getMessage({ id: 999999 })), 'invalid_arg');
    assert.strictEqual(await refused(request(`${url}/en/api/getNothing?format=json`, { api_key: key })), 'unknown_method');
}

(async () => {
    const list = await lists();
    const { field, tag } = await contacts(list);
    await optOuts(list);
    await exported(list);
    await campaign(list);
    await single(list);
    await errors();
    await call('exclude', { contact_type: 'email', contact: address('ann'), list_ids: list });
    await call('deleteTag', { id: tag });
    await call('deleteField', { id: field });
    await call('deleteList', { list_id: list });
})().catch((error) => {
    console.error(error);
    process.exit(1);
});
