// Users: who is out of office, what happened to each, and the meetings of
// the next weeks.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { close, ctl, ctlJson, everywhere, labControl, open, people, quit,
	signedIn, until } from './company.mjs';
import { addRecord } from './records.mjs';

const away = 'away.page@lab.example';
let id, added = [];

before(async () => {
	addRecord();
	ctl(['connector', 'enable']);
	labControl('/mailboxes', { address: away, oof: 'Enabled' });
	const have = ctlJson(['users', 'list']).users.map((u) => u.address);
	for (const who of [away, 'alice@lab.example'])
		if (!have.includes(who)) {
			ctl(['users', 'add', who, 'enabled=yes', 'room_link=' +
			    'https://site.webex.example/meet/' +
			    who.split('@')[0]]);
			added.push(who);
		}
	people('create', '--as', 'alice', '--client', 'light', '--subject', 'Weekly planning',
		'--location', '@webex');
	await until('away', () => ctlJson(['users', 'show', away])
	    .out_of_office === 'yes', 60);
});

after(async () => {
	for (const who of added)
		ctl(['users', 'delete', who]);
	await quit();
});

test('the list says who is out of office', async () => {
	const page = await signedIn();
	await page.goto('/users?q=' + away);
	await page.getByRole('cell', { name: /Subscribed Out of office/ })
	    .waitFor();
	await everywhere(page, 'users-away');
	await page.getByRole('link', { name: away }).click();
	await page.getByRole('heading', { name: 'Timeline' }).waitFor();
	await everywhere(page, 'user-timeline');
	id = new URL(page.url()).searchParams.get('id');
	await close(page);
});

test('the meetings of the next four weeks come by themselves', async () => {
	const page = await signedIn();
	await page.goto('/users?q=alice@lab.example');
	await page.getByRole('rowheader').getByRole('link').first().click();
	await page.getByRole('link', { name: 'Meetings of the next four weeks' })
	    .click();
	await page.getByRole('rowheader', { name: /Weekly planning/ }).first()
	    .waitFor();
	await everywhere(page, 'user-meetings');
	await close(page);
});

test('and without scripting', async () => {
	const first = await signedIn();
	const state = await first.context().storageState();
	await close(first);
	const page = await open({ script: false, state });
	await page.goto('/users/meetings?id=' + id);
	await page.getByText('There is no meeting in the next four weeks.')
	    .waitFor();
	await close(page);
});

test('the webhook of those who show presence', async () => {
	const page = await signedIn();
	await page.goto('/alarm-delivery');
	await page.getByRole('link', { name: 'Set up Out-of-office webhook' })
	    .click();
	await page.getByLabel('Address').fill('https://hook.lab.example/');
	await page.getByRole('group', { name: 'Tell who is out of office?' })
	    .getByLabel('Yes').check();
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.locator('#secret-e').waitFor();
	await everywhere(page, 'presence-refused');
	await page.goto('/alarm-delivery');
	await everywhere(page, 'delivery-presence');
	await close(page);
	assert.equal(ctlJson(['alarms', 'delivery', 'presence']).enabled, false);
});

test('how long it took stands in a chart', async () => {
	const page = await signedIn();
	await page.goto('/calendar-status');
	await page.getByRole('img', { name: /^Time from change to details/ })
	    .waitFor();
	assert.match(await page.locator('.chart path').last()
	    .getAttribute('d'), /^M\d+ \d+V\d+/);
	await everywhere(page, 'status-times');
	await close(page);
});

// Nobody configured TMS: the organizer is told, and so is the administrator.
test('what was done with a meeting, and why', async () => {
	const item = people('create', '--as', 'alice', '--subject', 'Told',
		'--location', '@webex:tms').split(/\s+/)[0];
	try {
		await until('told', () => ctlJson(['keywords', 'list']).asked
		    .some((k) => k.word === '@webex:tms'), 60);
		const page = await signedIn();
		await page.goto('/keywords');
		await page.getByRole('heading',
		    { name: 'Asked for in meetings, and not set up' }).waitFor();
		await everywhere(page, 'keywords-asked');
		await page.goto('/users?q=alice@lab.example');
		await page.getByRole('rowheader').getByRole('link').first()
		    .click();
		await page.getByRole('row', { name: /@webex:tms/ }).first()
		    .getByRole('link', { name: /each decision/ }).click();
		await page.getByRole('heading', { name: 'What was done and why' })
		    .waitFor();
		await page.getByText('No conferencing service of the kind')
		    .first().waitFor();
		await everywhere(page, 'user-meeting');
		await close(page);
	} finally {
		people('update', '--as', 'alice', '--id', item, '--location',
			'Room 4');
		await until('untold', () => !ctlJson(['keywords', 'list']).asked
		    .some((k) => k.word === '@webex:tms'), 60);
	}
});
