// Workspaces: from nothing to a device that was told its meetings.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, everywhere, facts, labControl, people, quit,
	shoot, signedIn, until } from './company.mjs';
import { addRecord } from './records.mjs';

const name = 'Browser room', password = 'Of the device, not to be seen';

before(() => {
	if (ctlJson(['ca', 'list']).ca.length === 0)
		ctl(['ca', 'add', facts.lab.ca_file]);
	addRecord();
	ctl(['connector', 'enable']);
	labControl('/device', { name: 'device1', password });
	people('create', '--as', 'alice', '--client', 'light', '--subject',
	    'Room planning', '--location', '4711@meet.lab.example',
	    '--invite', 'room2@lab.example');
});

after(async () => {
	try {
		ctl(['workspaces', 'delete', name]);
	} catch {
		// The test has deleted it.
	}
	await quit();
});

test('a workspace is added, tested, disabled and deleted', async () => {
	const page = await signedIn();
	await page.goto('/workspaces');
	if (ctlJson(['workspaces', 'list']).workspaces.length === 0) {
		await everywhere(page, 'workspaces-none', '/workspaces');
		await page.getByRole('link', { name: 'Add the first workspace' })
		    .click();
	} else {
		await page.goto('/workspaces/edit');
	}
	await page.getByLabel('Display Name').fill(name);
	await page.getByLabel('Device Address').fill('device1.lab.example');
	await page.getByLabel('Join button before start').fill('90');
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	await page.locator('#mailbox-e').waitFor();
	for (const key of ['account', 'window'])
		assert.equal(await page.locator(`#${key}-e`).count(), 1, key);
	assert.match(await page.title(), /^Error: /);
	await axe(page, 'workspace refused');
	await shoot(page, 'workspace-refused');
	await page.getByLabel('Room Mailbox').fill('room2@lab.example');
	await page.getByLabel('Username').fill('admin');
	await page.getByLabel('Password').fill(password);
	await page.getByLabel('Join button before start').fill('10');
	await page.getByRole('button', { name: 'Add and test' }).click();
	await page.getByRole('heading', { name: `Test of ${name} passed` })
	    .waitFor();
	assert.equal((await page.content()).includes(password), false);
	const tested = new URL(page.url());
	await everywhere(page, 'workspace-test',
	    tested.pathname + tested.search);
	await until('the device was told', async () =>
		ctlJson(['workspaces', 'show', name]).state === 'ok', 60);
	assert.equal(ctlJson(['workspaces', 'show', name]).meetings
	    .some((m) => m.dials === '4711@meet.lab.example'), true);
	await everywhere(page, 'workspaces', '/workspaces');
	await page.goto('/workspaces');
	await page.getByRole('link', { name }).click();
	const edit = new URL(page.url());
	await everywhere(page, 'workspace-edit', edit.pathname + edit.search);
	await page.goto(edit.pathname + edit.search);
	// Another device is not shown the password that is stored.
	await page.getByLabel('Device Address').fill('device2.lab.example');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.locator('#password-e').waitFor();
	assert.equal(await page.locator('#host-e').count(), 1);
	await page.goto('/workspaces');
	await page.getByRole('button', { name: `Disable ${name}` }).click();
	await page.getByRole('button', { name: `Enable ${name}` }).waitFor();
	assert.equal(ctlJson(['workspaces', 'show', name]).enabled, false);
	await page.getByRole('link', { name }).click();
	await page.getByRole('link', { name: 'Delete this workspace…' }).click();
	await axe(page, 'delete a workspace');
	await page.getByRole('button', { name: 'Delete this workspace' }).click();
	await page.waitForURL(/\/workspaces\?deleted=1/);
	assert.equal(ctlJson(['workspaces', 'list']).workspaces
	    .some((w) => w.display_name === name), false);
	await close(page);
});
