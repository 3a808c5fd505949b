// Signing in, the first password, signing out.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, facts, open, quit, shoot, signIn, signedIn }
	from './company.mjs';

after(quit);

const first = 'Made by somebody else 1';
const own = 'a word that only I know';

function account(name, ...settings)
{
	ctl(['admin', 'add', name, ...settings], first + '\n');
}

test('plain HTTP leads to HTTPS, and pages ask for the sign-in', async () => {
	const page = await open();
	await page.goto('/users?state=error');
	assert.equal(new URL(page.url()).pathname, '/sign-in');
	await axe(page, 'sign-in');
	await shoot(page, 'sign-in');
	const answer = await page.request.get('/sign-in');
	const headers = answer.headers();
	assert.match(headers['strict-transport-security'], /max-age=\d{7,}/);
	assert.match(headers['content-security-policy'], /default-src 'none'/);
	assert.doesNotMatch(headers['content-security-policy'],
	    /unsafe|\*|http/);
	assert.equal(headers['x-content-type-options'], 'nosniff');
	assert.match(headers['cache-control'], /no-store/);
	await close(page);
});

test('a wrong password is refused in words, the name stays', async () => {
	account('walker', 'role=read-write', 'must_change=no');
	const page = await open();
	await signIn(page, 'walker', 'not this one');
	const note = page.locator('.note.err');
	await note.getByText('The name, the password or the code is wrong').waitFor();
	assert.equal(await page.getByLabel('Name', { exact: true })
	    .inputValue(), 'walker');
	assert.equal(await page.getByLabel('Password', { exact: true })
	    .inputValue(), '');
	await axe(page, 'refused');
	await shoot(page, 'sign-in-refused');
	// Word for word the same for a name that nobody has.
	const said = await note.innerText();
	await signIn(page, 'nobody-at-all', 'not this one');
	assert.equal(await page.locator('.note.err').innerText(), said);
	await close(page);
});

test('empty fields are named', async () => {
	const page = await open();
	await page.goto('/sign-in');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('link', { name: 'Password' }).click();
	assert.equal(await page.evaluate(() => document.activeElement.id),
	    'password');
	await axe(page, 'sign-in with errors');
	await close(page);
});

test('many wrong passwords stop the account for a while', async () => {
	account('blocked', 'role=read-only', 'must_change=no');
	const page = await open();
	let stopped = false;
	for (let i = 0; i < 12 && !stopped; i++) {
		await signIn(page, 'blocked', 'guess ' + i);
		stopped = await page.getByText('Too many failed attempts')
		    .count() > 0;
	}
	assert.ok(stopped, 'never stopped');
	await signIn(page, 'blocked', first);
	await page.getByText('Too many failed attempts').waitFor();
	await axe(page, 'stopped');
	await close(page);
});

test('the first password must be replaced, then pages open', async () => {
	account('newcomer', 'role=read-write', 'must_change=yes');
	const page = await open();
	await signIn(page, 'newcomer', first);
	await page.waitForURL('**/password');
	await axe(page, 'forced change');
	await shoot(page, 'password-forced');
	await page.goto('/exchange');
	assert.equal(new URL(page.url()).pathname, '/password');
	await page.getByLabel('Current password').fill(first);
	await page.getByLabel('New password', { exact: true }).fill('short');
	await page.getByLabel('New password again').fill('other');
	await page.getByRole('button', { name: 'Change the password' }).click();
	await page.getByText('The password was not changed').waitFor();
	await axe(page, 'password with errors');
	await page.getByLabel('Current password').fill(first);
	await page.getByLabel('New password', { exact: true }).fill(own);
	await page.getByLabel('New password again').fill(own);
	await page.getByRole('button', { name: 'Change the password' }).click();
	await page.waitForURL((u) => u.pathname !== '/password' ||
	    u.search !== '');
	await page.goto('/');
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByText('You are signed out').waitFor();
	await signIn(page, 'newcomer', first);
	await page.getByText('The name, the password or the code is wrong').waitFor();
	await signIn(page, 'newcomer', own);
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	await close(page);
});

test('the overview of an empty appliance says where to begin', async () => {
	const page = await signedIn();
	await page.goto('/');
	await page.getByText(
	    'Nothing is configured yet: begin with Microsoft Exchange')
	    .waitFor();
	await axe(page, 'overview, blank');
	await shoot(page, 'overview-blank');
	await page.getByRole('link', { name: 'Link Microsoft Exchange' })
	    .click();
	await page.waitForURL('**/exchange/new');
	await close(page);
});

test('the cookie is a __Host- one, closed to scripts', async () => {
	const page = await open();
	await signIn(page, 'newcomer', own);
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	const all = await page.context().cookies();
	for (const c of all) {
		assert.match(c.name, /^__Host-/);
		assert.ok(c.httpOnly && c.secure, c.name);
		assert.equal(c.path, '/');
		assert.notEqual(c.sameSite, 'None');
	}
	assert.ok(all.length > 0);
	assert.equal(await page.evaluate(() => document.cookie), '');
	await close(page);
});

test('a read-only administrator and an auditor see no more than theirs',
    async () => {
	account('looker', 'role=read-only', 'must_change=no');
	account('auditor', 'role=auditor', 'must_change=no');
	let page = await open();
	await signIn(page, 'looker', first);
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	await page.goto('/exchange/new');
	await page.getByText('may read these settings').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Add' }).count(), 0);
	await axe(page, 'read-only form');
	const csrf = await page.locator('[name=csrf]').first().inputValue();
	const answer = await page.request.post('/users/edit', {
		form: { csrf, address: 'x@lab.example' },
		headers: { Origin: new URL(facts.url).origin } });
	assert.equal(answer.status(), 403);
	await close(page);
	page = await open();
	await signIn(page, 'auditor', first);
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	await page.goto('/configuration-log');
	await page.getByRole('heading', { name: 'Configuration Log' }).first()
	    .waitFor();
	assert.equal((await page.request.get('/exchange')).status(), 403);
	await close(page);
});

test('a post without the token, or from elsewhere, is refused', async () => {
	const page = await signedIn();
	await page.goto('/users/new');
	const csrf = await page.locator('[name=csrf]').first().inputValue();
	const origin = new URL(facts.url).origin;
	const form = { address: 'mallory@lab.example', enabled: 'no' };
	for (const [f, headers] of [
		[form, { Origin: origin }],
		[{ ...form, csrf: '0'.repeat(32) }, { Origin: origin }],
		[{ ...form, csrf }, { Origin: 'https://evil.example' }],
		[{ ...form, csrf }, { Origin: 'null' }]]) {
		const answer = await page.request.post('/users/edit',
		    { form: f, headers });
		assert.equal(answer.status(), 403);
	}
	assert.doesNotMatch(ctl(['users', 'list']), /mallory/);
	await close(page);
});
