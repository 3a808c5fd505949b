// Microsoft Exchange Configuration: add, bad input, edit, delete.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, facts, quit, shoot, signedIn, until }
	from './company.mjs';
import { addRecord, fillRecord, record, recordLink, records, stored }
	from './records.mjs';

after(quit);

test('an empty list says what belongs there', async () => {
	assert.equal(records().length, 0, 'needs a blank run');
	const page = await signedIn();
	await page.goto('/exchange');
	await axe(page, 'empty list');
	await shoot(page, 'exchange-empty');
	await page.getByRole('link', { name: 'New Exchange server' }).click();
	await page.waitForURL('**/exchange/new');
	await axe(page, 'new record');
	await close(page);
});

// What is typed, the field that is named, and whether the text is kept.
const bad = [
	['nothing at all', {}, ['account', 'display_name', 'ad_domain']],
	['64 KiB', { display_name: 'x'.repeat(65536) }, ['display_name']],
	['control characters', { display_name: 'a\u0001b' }, ['display_name']],
	['markup', { account: '<script>alert(1)</script>' }, ['account']],
	['SQL', { ad_domain: "'; DROP TABLE exchange; --" }, ['ad_domain']],
	['a bad account', { account: 'svc ews' }, ['account']],
	['a bad address', { discovery: 'direct', address: 'ex change!' },
	    ['address']],
	['no address', { discovery: 'direct', address: '' }, ['address']],
	['a bad e-mail', { email: 'alice@@lab' }, ['email']],
	['a comma', { email: 'alice@lab,example' }, ['email']],
	['no way to sign in', { auth_ntlm: 'no', auth_basic: 'no' },
	    ['auth_ntlm']],
];

// What fits into a line of text stands in it again.
const keeps = ['markup', 'SQL', 'a bad account', 'a bad address',
	'a bad e-mail', 'a comma'];

for (const [what, fields, named] of bad) {
	test(`bad input: ${what}`, async () => {
		const page = await signedIn();
		await page.goto('/exchange/new');
		const all = what === 'nothing at all' ? {} :
		    { ...record(), ...fields };
		await fillRecord(page, all);
		await page.getByRole('button', { name: 'Add' }).click();
		const summary = page.locator('#errors');
		await summary.waitFor();
		assert.match(await page.title(), /^Error: /);
		for (const name of named) {
			const field = page.locator(`#${name}`);
			assert.ok(await summary.locator(`a[href="#${name}"]`)
			    .count() > 0, `${name} is not in the summary`);
			assert.ok(await page.locator(`#${name}-e`).count() > 0,
			    `nothing stands beside ${name}`);
			if (keeps.includes(what))
				assert.equal(await field.inputValue(),
				    fields[name]);
		}
		// What was right is kept as well; the password never is.
		if (all.scheduling_email)
			assert.equal(await page.locator('#scheduling_email')
			    .inputValue(), all.scheduling_email);
		assert.equal(await page.locator('#password').inputValue(), '');
		await axe(page, what);
		if (what === 'nothing at all')
			await shoot(page, 'exchange-errors');
		assert.equal(records().length, 0);
		await close(page);
	});
}

test('bytes that no browser sends', async () => {
	const page = await signedIn();
	await page.goto('/exchange/new');
	const csrf = await page.locator('[name=csrf]').first().inputValue();
	const origin = new URL(facts.url).origin;
	for (const name of ['a%00b', 'a%ff%feb', '%c0%af', '%ed%a0%80']) {
		const answer = await page.request.post('/exchange/edit', {
			headers: { Origin: origin, 'Content-Type':
			    'application/x-www-form-urlencoded' },
			data: `csrf=${csrf}&do=test&display_name=${name}` +
			    '&account=svc%40lab.example' });
		assert.ok([400, 422].includes(answer.status()), name);
		assert.doesNotMatch(await answer.text(), /\0/);
	}
	assert.equal(records().length, 0);
	await close(page);
});

test('a failed test shows the step and stores nothing', async () => {
	const page = await signedIn();
	await page.goto('/exchange/new');
	await fillRecord(page, { ...record(), password: 'not the right one' });
	await page.getByRole('button', { name: 'Add' }).click();
	await page.getByRole('heading', { name: /^Test of .* failed$/ })
	    .waitFor({ timeout: 60000 });
	await page.getByText('Nothing was saved').waitFor();
	await axe(page, 'failed test');
	await shoot(page, 'exchange-test-failed');
	assert.equal(records().length, 0);
	// Nothing typed is lost: back in the form all but the password stands.
	await page.getByRole('link', { name: 'Change the settings' }).click();
	assert.equal(await page.locator('#display_name').inputValue(),
	    record().display_name);
	await page.getByText('A password is stored sealed').waitFor();
	await close(page);
});

test('adding a record shows its steps and stores it', async () => {
	const page = await signedIn();
	await page.goto('/exchange/new');
	await fillRecord(page, record());
	await page.getByRole('button', { name: 'Add' }).click();
	await page.getByRole('heading', { name: 'Connection test' }).waitFor();
	await page.getByRole('heading', { name: /^Test of .* passed$/ })
	    .waitFor({ timeout: 60000 });
	await axe(page, 'passed test');
	await shoot(page, 'exchange-test-passed');
	for (const box of await page.locator('details.none, ol.rep details')
	    .all())
		await box.evaluate((d) => { d.open = true; });
	await axe(page, 'passed test, unfolded');
	await shoot(page, 'exchange-test-unfolded');
	assert.equal(records().length, 1);
	await page.goto('/exchange');
	await recordLink(page, record().display_name).waitFor();
	await axe(page, 'list');
	await shoot(page, 'exchange-list');
	// Nowhere in a page stands the password.
	assert.ok(!(await page.content()).includes(record().password));
	await close(page);
});

test('a display name that is taken, in any case', async () => {
	addRecord();
	const page = await signedIn();
	await page.goto('/exchange/new');
	await fillRecord(page, { ...record(),
		display_name: record().display_name.toUpperCase() });
	await page.getByRole('button', { name: 'Add' }).click();
	await page.locator('#display_name-e').waitFor();
	assert.equal(records().length, 1);
	await close(page);
});

test('what a password is bound to asks for it again', async () => {
	addRecord();
	const page = await signedIn();
	const other = record().account.replace(/^[^@]+/, 'somebody-else');
	for (const [name, value] of [['account', other],
		['type', 'office365'], ['tls_verify', 'no']]) {
		await page.goto('/exchange');
		await recordLink(page, record().display_name).click();
		await fillRecord(page, { [name]: value });
		await page.getByRole('button', { name: 'Save and test' })
		    .click();
		await page.locator('#password-e').waitFor();
		await axe(page, `changed ${name}`);
	}
	await shoot(page, 'exchange-password-again');
	assert.equal(stored(record().display_name).account, record().account);
	await close(page);
});

test('editing what it is not bound to keeps the password', async () => {
	addRecord();
	const page = await signedIn();
	await page.goto('/exchange');
	await recordLink(page, record().display_name).click();
	await axe(page, 'edit');
	await shoot(page, 'exchange-edit');
	await fillRecord(page, { scheduling_email: 'room1@lab.example' });
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByRole('heading', { name: /passed$/ })
	    .waitFor({ timeout: 60000 });
	assert.equal(stored(record().display_name).scheduling_email, 'room1@lab.example');
	await close(page);
});

test('two windows: the later save is told, not swallowed', async () => {
	addRecord();
	const page = await signedIn();
	await page.goto('/exchange');
	await recordLink(page, record().display_name).click();
	ctl(['exchange', 'edit', record().display_name,
	    'scheduling_email=room2@lab.example']);
	await fillRecord(page, { scheduling_email: 'carol@lab.example' });
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByText('This was changed meanwhile').waitFor();
	await axe(page, 'conflict');
	await shoot(page, 'exchange-conflict');
	assert.equal(stored(record().display_name).scheduling_email, 'room2@lab.example');
	await close(page);
});

test('back and again: a form sent twice makes no second record', async () => {
	addRecord();
	const page = await signedIn();
	await page.goto('/exchange');
	await recordLink(page, record().display_name).click();
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByRole('heading', { name: /passed$/ })
	    .waitFor({ timeout: 60000 });
	await page.goBack();
	await page.reload();
	await page.goBack().catch(() => null);
	assert.equal(records().length, 1);
	await close(page);
});

test('deleting asks first', async () => {
	ctl(['exchange', 'add', 'display_name=To be deleted',
	    'account=svc@lab.example', 'scp_enabled=no'], 'a password\n');
	const page = await signedIn();
	await page.goto('/exchange');
	await recordLink(page, 'To be deleted').click();
	await page.getByRole('link', { name: /^Delete this record/ }).click();
	await page.getByRole('heading', { name: 'Delete To be deleted?' })
	    .waitFor();
	await axe(page, 'delete');
	await shoot(page, 'exchange-delete');
	await page.getByRole('button', { name: 'Delete this record' }).click();
	await page.waitForURL('**/exchange?*');
	await until('deleted', () => records().every(
	    (r) => r.display_name !== 'To be deleted'));
	assert.equal(await recordLink(page, 'To be deleted')
	    .count(), 0);
	await close(page);
});

test('a test of a stored record from the list', async () => {
	addRecord();
	const page = await signedIn();
	await page.goto('/exchange');
	await page.getByRole('button', { name: `Test ${record().display_name}` })
	    .click();
	await page.getByRole('heading', { name: /passed$/ })
	    .waitFor({ timeout: 60000 });
	assert.ok(ctlJson(['exchange', 'list']));
	await close(page);
});
