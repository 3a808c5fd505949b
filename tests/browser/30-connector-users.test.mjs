// Connector Management and Users, up to a subscribed mailbox.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, facts, people, quit, shoot, signedIn, until }
	from './company.mjs';
import { addRecord, fillRecord } from './records.mjs';

after(quit);

const alice = facts.lab.mailboxes[0];

async function active(page, word)
{
	await page.goto('/connectors/calendar');
	await page.getByLabel('Active').selectOption({ label: word });
	await page.getByRole('button', { name: 'Save' }).click();
}

test('not enabled at first', async () => {
	addRecord();
	const page = await signedIn();
	await page.goto('/connectors');
	const row = page.getByRole('row', { name: /^Calendar Connector/ });
	await row.getByText('Not enabled').waitFor();
	await page.getByRole('row', { name: /^Management Connector/ })
	    .getByText('Running').waitFor();
	await axe(page, 'connectors');
	await shoot(page, 'connectors');
	await close(page);
});

test('bad fields of a user', async () => {
	const page = await signedIn();
	await page.goto('/users');
	await axe(page, 'no users');
	await shoot(page, 'users-empty');
	await page.getByRole('link', { name: 'Add a user' }).click();
	await axe(page, 'new user');
	await fillRecord(page, { address: 'alice', room_link: 'javascript:x',
		room_video: 'no address', name: '<b>Alice</b>' });
	await page.getByRole('button', { name: 'Add' }).click();
	for (const name of ['address', 'room_link', 'room_video'])
		await page.locator(`#${name}-e`).waitFor();
	assert.equal(await page.locator('#name').inputValue(), '<b>Alice</b>');
	await axe(page, 'user with errors');
	await shoot(page, 'user-errors');
	await close(page);
});

test('from pending to subscribed, by itself, on the page', async () => {
	const page = await signedIn();
	await page.goto('/users/new');
	await fillRecord(page, { address: alice.address, name: alice.name,
		enabled: 'yes', room_link: 'https://site.webex.example/meet/alice',
		room_number: '264010001', room_video: 'alice@site.webex.example' });
	await page.getByRole('button', { name: 'Add' }).click();
	await until('stored', () => ctl(['users', 'list'])
	    .includes(alice.address));
	await page.goto('/users');
	const row = page.getByRole('row', { name: new RegExp(alice.name) });
	await row.getByText('Pending').waitFor();
	await axe(page, 'users, pending');
	await shoot(page, 'users-pending');
	const other = await signedIn();
	await active(other, 'Enabled');
	await other.getByText('Running', { exact: true }).first()
	    .waitFor({ timeout: 20000 });
	await axe(other, 'connector running');
	await shoot(other, 'connector-running');
	await close(other);
	// Nobody reloads this one.
	await row.getByText('Subscribed').waitFor({ timeout: 30000 });
	await shoot(page, 'users-subscribed');
	await close(page);
});

test('a meeting of hers is decorated and her page says so', async () => {
	const id = people('create', '--as', 'alice', '--client', 'light',
	    '--location', '@webex', '--subject', 'In the browser');
	people('wait-decorated', '--as', 'alice', '--id', id);
	const page = await signedIn();
	await page.goto('/users');
	await page.getByRole('link', { name: alice.name }).click();
	await page.getByRole('heading', { name: 'State', exact: true })
	    .waitFor();
	await page.getByText('1 meetings').waitFor();
	await axe(page, 'user');
	await shoot(page, 'user');
	await close(page);
});

test('restart: it runs again by itself', async () => {
	const page = await signedIn();
	await page.goto('/connectors/calendar');
	await page.getByRole('button', { name: 'Restart' }).click();
	await page.getByText('told to restart').waitFor();
	await until('running and subscribed', () => {
		const s = ctlJson(['status']);
		return s.state === 'running' && ctl(['users', 'list'])
		    .includes('subscribed');
	}, 40);
	await page.locator('#live').getByText('Running', { exact: true })
	    .first().waitFor({ timeout: 20000 });
	await close(page);
});

test('disable: it stops and says so', async () => {
	const page = await signedIn();
	await active(page, 'Disabled');
	await page.locator('#live').getByText('Not enabled', { exact: true })
	    .first().waitFor({ timeout: 20000 });
	await axe(page, 'connector, not enabled');
	await shoot(page, 'connector-not-enabled');
	await active(page, 'Enabled');
	await page.locator('#live').getByText('Running', { exact: true })
	    .first().waitFor({ timeout: 20000 });
	await close(page);
});

test('users: find, tick, disable, delete', async () => {
	ctl(['users', 'add', 'zoe@lab.example', 'name=Zoe Zander']);
	const page = await signedIn();
	await page.goto('/users?q=zander');
	assert.equal(await page.getByRole('link', { name: alice.name }).count(),
	    0);
	await page.getByRole('checkbox').first().check();
	await page.getByRole('button', { name: 'Enable' }).click();
	await until('enabled', () => ctlJson(['users', 'show',
	    'zoe@lab.example']).enabled);
	await page.goto('/users?q=zoe');
	await page.getByRole('link', { name: 'Zoe Zander' }).click();
	await page.getByRole('link', { name: /^Delete this user/ }).click();
	await axe(page, 'delete user');
	await shoot(page, 'user-delete');
	await page.getByRole('button', { name: 'Delete this user' }).click();
	await page.waitForURL('**/users?*');
	assert.doesNotMatch(ctl(['users', 'list']), /zoe@/);
	await page.goto('/users?q=nobody-like-this');
	await page.getByText('No user matches').waitFor();
	await axe(page, 'no match');
	await close(page);
});
