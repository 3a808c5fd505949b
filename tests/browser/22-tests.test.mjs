// Connection tests: other addresses, copies of a report, one at a time,
// cancelling, and what is stored when nobody looks any more.
import { test, after, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, everywhere, facts, labControl, open, quit,
	shoot, signIn, signedIn, until } from './company.mjs';
import { addRecord, fillRecord, record, recordLink, records, stored }
	from './records.mjs';

const own = record().email;
const other = facts.lab.mailboxes[1].address;
const nobody = 'nobody@lab.example';

// The lab misbehaves in the test only that tells it to.
afterEach(() => labControl('/reset'));
after(quit);

async function testPage(page)
{
	addRecord();
	const { id } = stored(record().display_name);
	await page.goto(`/exchange/test?id=${id}`);
	return id;
}

async function ended(page, how)
{
	await page.getByRole('heading', { level: 1,
		name: new RegExp(`^Test of .* ${how}$`) })
	    .waitFor({ timeout: 60000 });
}

test('several addresses, one tree each; the record stays', async () => {
	const page = await signedIn();
	await testPage(page);
	const before = stored(record().display_name).rev;
	await page.getByLabel('Email addresses')
	    .fill(`${own}\n${nobody}, ${other}`);
	await axe(page, 'other addresses');
	await page.getByRole('button', { name: 'Test these addresses' }).click();
	await ended(page, 'failed');
	for (const [who, word] of [[own, 'Passed'], [nobody, 'Failed'],
		[other, 'Passed']])
		await page.getByRole('region', { name: who, exact: true })
		    .getByText(word, { exact: true }).first().waitFor();
	await page.getByText('3 addresses, 1 failed').waitFor();
	// A failed step is open and says what to type; a passed one is folded.
	const bad = page.getByRole('region', { name: nobody, exact: true });
	assert.ok(await bad.locator('details[open] pre.cmd').count() > 0);
	assert.equal(await page.getByRole('region', { name: own, exact: true })
	    .locator('details[open]').count(), 0);
	await axe(page, 'three trees');
	assert.equal(stored(record().display_name).rev, before);
	// They are kept, with who and when.
	const past = page.getByRole('region', { name: 'Newest test' });
	for (const who of [own, nobody, other])
		await past.getByRole('row', { name: new RegExp(who) })
		    .getByText(facts.admin_user).waitFor();
	await everywhere(page, 'tests');
	await past.getByRole('link', { name: nobody }).click();
	await page.getByRole('heading', { name: 'As text' }).waitFor();
	assert.match(await page.getByLabel('Report', { exact: true })
	    .inputValue(), new RegExp(`^Test of .*${nobody}`));
	await axe(page, 'a kept report');
	await shoot(page, 'tests-report');
	await close(page);
});

test('what is no address is said beside the field', async () => {
	const page = await signedIn();
	await testPage(page);
	for (const [typed, text] of [['alice@@lab', /./],
		[Array(11).fill(own).join('\n'), /At most 10/]]) {
		await page.getByLabel('Email addresses').fill(typed);
		await page.getByRole('button', { name: 'Test these addresses' })
		    .click();
		await page.locator('#errors a[href="#addresses"]').waitFor();
		assert.match(await page.locator('#addresses-e').innerText(),
		    text);
		assert.equal(await page.getByLabel('Email addresses')
		    .inputValue(), typed);
		await axe(page, 'bad address');
	}
	await close(page);
});

test('a report as text and as JSON, as calconnctl gives it', async () => {
	const page = await signedIn();
	await testPage(page);
	await page.context().grantPermissions(['clipboard-read',
	    'clipboard-write']);
	await page.getByLabel('Email addresses').fill(own);
	await page.getByRole('button', { name: 'Test these addresses' }).click();
	await ended(page, 'passed');
	await page.getByRole('link', { name: /^Copy as text/ }).click();
	await page.getByRole('status').getByText('Copied').waitFor();
	const text = await page.evaluate(() => navigator.clipboard.readText());
	assert.match(text, /^Test of Lab Exchange/);
	const [file] = await Promise.all([page.waitForEvent('download'),
	    page.getByRole('link', { name: /^Download as JSON/ }).click()]);
	assert.match(file.suggestedFilename(), /^connection-test-\d+\.json$/);
	const url = file.url();
	const answer = await page.request.get(url);
	assert.equal(answer.headers()['content-type'], 'application/json');
	assert.match(answer.headers()['content-disposition'], /^attachment;/);
	const body = await answer.text(), json = JSON.parse(body);
	assert.ok(!body.includes(record().password));
	assert.equal(json.mailbox, own);
	const { report } = ctlJson(['exchange', 'test', record().display_name]);
	assert.deepEqual(Object.keys(json), Object.keys(report));
	assert.deepEqual(json.steps.map((s) => s.title),
	    report.steps.map((s) => s.title));
	await close(page);
});

test('one at a time; cancelling ends it and keeps what was typed', async () => {
	labControl('/faults', { action: 'never' });
	const page = await signedIn();
	await page.goto('/exchange/new');
	await fillRecord(page, { ...record(), display_name: 'Slow',
		scp_enabled: 'no' });
	await page.getByRole('button', { name: 'Add' }).click();
	await page.getByRole('heading', { name: 'Testing Slow' }).waitFor();
	await page.locator('ol.rep li').first().waitFor();
	await page.getByText('also when you close this page').waitFor();
	await axe(page, 'a test that runs');
	await shoot(page, 'tests-running');
	const first = page.url();
	await testPage(page);
	await page.getByRole('button', { name: 'Test these addresses' }).click();
	await page.getByRole('heading', { name: 'Another test of yours' })
	    .waitFor();
	await axe(page, 'one at a time');
	await shoot(page, 'tests-another');
	await page.getByRole('button', { name: 'Cancel the other' }).click();
	await page.getByRole('heading', { name: /^Testing / }).waitFor();
	await page.getByRole('button', { name: 'Cancel test' }).click();
	await ended(page, 'failed');
	await page.goto(first);
	await page.getByText('The test was cancelled').first().waitFor();
	await page.getByText('Nothing was saved').waitFor();
	await page.getByRole('link', { name: 'Change the settings' }).click();
	assert.equal(await page.locator('#display_name').inputValue(), 'Slow');
	await page.getByText('A password is stored sealed').waitFor();
	await close(page);
});

test('what passed is stored though the window was closed', async () => {
	const page = await signedIn();
	await page.goto('/exchange/new');
	await fillRecord(page, { ...record(), display_name: 'Closed' });
	// The answer that leads to the page of the test is not followed.
	await page.route('**/exchange/test?*', (r) => r.abort());
	await page.getByRole('button', { name: 'Add' }).click()
	    .catch(() => null);
	await page.context().close();
	await until('stored', () => records().some(
	    (r) => r.display_name === 'Closed'), 30);
	assert.ok(stored('Closed').tested);
	assert.equal(stored('Closed').changed_by, facts.admin_user);
	ctl(['exchange', 'delete', 'Closed']);
});

test('with scripting off and by keyboard', async () => {
	addRecord();
	const page = await open({ script: false });
	await signIn(page);
	await page.goto('/exchange');
	await recordLink(page, record().display_name).click();
	await page.getByRole('link', { name: 'Test this record' }).click();
	const field = page.getByLabel('Email addresses');
	await field.focus();
	await page.keyboard.press('Control+A');
	await page.keyboard.type(other);
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await ended(page, 'passed');
	await page.getByRole('link', { name: /^Copy as text/ }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'As text' }).waitFor();
	assert.match(await page.getByLabel('Report', { exact: true })
	    .inputValue(), /^Test of /);
	await shoot(page, 'tests-no-script');
	await close(page);
});
