// Administrator accounts: added, changed, unlocked and deleted by another;
// a session that is ended from the list ends at once.
import { test, after } from 'node:test';
import { createHmac } from 'node:crypto';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, facts, open, quit, shoot, signIn,
	signedIn }
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

// RFC 6238 over RFC 4226, as an authenticator app does it.
function appCode(key, at = Date.now())
{
	const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	const bits = [...key.replaceAll(' ', '')].map((c) =>
		digits.indexOf(c).toString(2).padStart(5, '0')).join('');
	const raw = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
	const mac = createHmac('sha1', raw).update(step).digest();
	const n = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
	return String(n % 1000000).padStart(6, '0');
}

test('a second factor is set, asked for, and taken away', async () => {
	const who = 'with.phone', word = 'three quiet harbours';
	ctl(['admin', 'add', who, 'role=auditor', 'must_change=no'],
	    word + '\n');
	const page = await open();
	await signIn(page, who, word);
	await page.waitForURL((u) => u.pathname === '/');
	await page.goto('/second-factor');
	await axe(page, 'not set');
	await page.getByLabel('Your own password').fill('not this one');
	await page.getByRole('button', { name: 'Make a key' }).click();
	await page.getByText('This is not the password').first().waitFor();
	await page.getByLabel('Your own password').fill(word);
	await page.getByRole('button', { name: 'Make a key' }).click();
	const key = await page.locator('#key').innerText();
	await axe(page, 'key');
	await shoot(page, 'second-factor-key');
	await page.getByLabel('Code').fill('000000');
	await page.getByRole('button', { name: 'Set the second factor' })
	    .click();
	await page.getByText('This is not the code').first().waitFor();
	await axe(page, 'wrong code');
	// A code of the step before: the next sign-in needs a newer one.
	await page.getByLabel('Code').fill(appCode(key, Date.now() - 30000));
	await page.getByRole('button', { name: 'Set the second factor' })
	    .click();
	await page.getByText('The second factor is set').waitFor();
	await axe(page, 'set');
	await shoot(page, 'second-factor-set');

	const again = await open();
	await signIn(again, who, word);
	const refused = again.getByText(
	    'The name, the password or the code is wrong');
	await refused.waitFor();
	const code = appCode(key);
	const enter = async (typed) => {
		await again.goto('/sign-in');
		await again.getByLabel('Name', { exact: true }).fill(who);
		await again.getByLabel('Password', { exact: true }).fill(word);
		await again.getByLabel('Code').fill(typed);
		await again.getByRole('button', { name: 'Sign in' }).click();
	};
	await enter(code.slice(0, 3) + ' ' + code.slice(3));
	await again.waitForURL((u) => u.pathname === '/');
	await again.getByRole('button', { name: 'Sign out' }).click();
	await enter(code);
	await refused.waitFor();

	assert.ok(ctlJson(['admin', 'list']).admins
	    .find((a) => a.name === who).second_factor);
	const boss = await signedIn();
	await boss.goto(`/administrators/edit?name=${who}`);
	await axe(boss, 'account with a factor');
	await boss.getByLabel('Take it away').check();
	await typeOwn(boss, facts.admin_password);
	await boss.getByRole('button', { name: 'Save' }).click();
	await boss.getByText('The account is saved').waitFor();
	await enter('');
	await again.waitForURL((u) => u.pathname === '/');
	ctl(['admin', 'delete', who]);
	await close(boss);
	await close(again);
	await close(page);
});
