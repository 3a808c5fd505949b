// Administrator accounts: added, changed, unlocked and deleted by another;
// a session that is ended from the list ends at once.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, facts, open, quit, signIn, signedIn }
	from './company.mjs';

after(quit);

const first = 'Made by somebody else 2';
const name = 'gül.çelik';

async function list()
{
	const page = await signedIn();
	await page.goto('/administrators');
	return page;
}

const typeOwn = (page, password) => page.getByLabel('Your own password')
    .fill(password);

test('an account is added only with the own password', async () => {
	const page = await list();
	await page.getByRole('link', { name: 'Add an administrator' }).click();
	await page.getByLabel('Name').fill(name);
	await page.getByLabel('Read-only', { exact: true }).check();
	await page.getByLabel('First password').fill(first);
	await typeOwn(page, 'not this one at all');
	await page.getByRole('button', { name: 'Add' }).click();
	const summary = page.locator('#errors');
	await summary.getByText('Your own password').click();
	assert.equal(await page.evaluate(() => document.activeElement.id),
	    'current');
	assert.equal(await page.getByLabel('Name').inputValue(), name);
	assert.equal(await page.getByLabel('First password').inputValue(), '');
	await axe(page, 'refused');
	assert.ok(!ctlJson(['admin', 'list']).admins
	    .some((a) => a.name === name));
	await page.getByLabel('First password').fill(first);
	await typeOwn(page, facts.admin_password);
	await page.getByRole('button', { name: 'Add' }).click();
	await page.getByText('The account is saved').waitFor();
	await page.getByRole('link', { name }).waitFor();
	await axe(page, 'list');
	await close(page);
});

test('a session is seen and ended', async () => {
	ctl(['admin', 'password', name, 'must_change=no'], first + '3\n');
	const theirs = await open();
	await signIn(theirs, name, first + '3');
	await theirs.waitForURL((u) => u.pathname === '/');
	// Who may only read sees the accounts and changes none.
	await theirs.goto('/administrators');
	assert.equal(await theirs.getByRole('button', { name: /^End/ })
	    .count(), 0);
	assert.equal(await theirs.getByRole('link',
	    { name: 'Add an administrator' }).count(), 0);
	const page = await list();
	await page.getByRole('button', { name: new RegExp(
	    `^End the session of ${name}`) }).click();
	await page.getByText('The session has ended').waitFor();
	await theirs.goto('/users');
	assert.equal(new URL(theirs.url()).pathname, '/sign-in');
	await close(theirs);
	await close(page);
});

test('an account that failed too often is unlocked', async () => {
	const theirs = await open();
	for (let i = 0; i < 12; i++) {
		await signIn(theirs, name, 'guess ' + i);
		if (await theirs.getByText('Too many failed attempts').count())
			break;
	}
	const page = await list();
	await page.getByRole('button', { name: `Unlock ${name}` }).click();
	await page.getByText('The account may try to sign in again').waitFor();
	await signIn(theirs, name, first + '3');
	await theirs.waitForURL((u) => u.pathname === '/');
	await close(theirs);
	await close(page);
});

test('an account is deleted, with its sessions', async () => {
	const page = await list();
	await page.getByRole('link', { name }).click();
	await page.getByRole('link', { name: /^Delete this administrator/ })
	    .click();
	await typeOwn(page, facts.admin_password);
	await page.getByRole('button', { name: 'Delete this administrator' })
	    .click();
	await page.getByText('The account is deleted').waitFor();
	assert.equal(await page.getByRole('link', { name }).count(), 0);
	await close(page);
});
