// With scripting off: the same work, by plain requests.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { close, ctl, ctlJson, facts, open, quit, shoot, signIn, until }
	from './company.mjs';
import { fillRecord, record, records } from './records.mjs';

after(quit);

test('sign in, add a record, see its steps, add a user', async () => {
	if (records().some((r) => r.display_name === 'Without script'))
		ctl(['exchange', 'delete', 'Without script']);
	if (ctl(['users', 'list']).includes('erin@'))
		ctl(['users', 'delete', 'erin@lab.example']);
	const page = await open({ script: false });
	await signIn(page);
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	await page.goto('/exchange/new');
	await fillRecord(page, { ...record(), display_name: 'Without script' });
	await page.getByRole('button', { name: 'Add' }).click();
	// The page asks for itself again until the test has ended.
	await page.getByRole('heading', { name: /^Test of .* passed$/ })
	    .waitFor({ timeout: 60000 });
	await shoot(page, 'no-script-test');
	await until('stored', () => records().some(
	    (r) => r.display_name === 'Without script'));
	await page.goto('/users/new');
	await fillRecord(page, { address: 'erin@lab.example', enabled: 'yes',
		room_link: 'https://site.webex.example/meet/erin' });
	await page.getByRole('button', { name: 'Add' }).click();
	await until('user stored', () => ctl(['users', 'list'])
	    .includes('erin@lab.example'));
	await page.goto('/connectors/calendar');
	await page.getByLabel('Active').selectOption({ label: 'Enabled' });
	await page.getByRole('button', { name: 'Save' }).click();
	// Then the page asks for itself again every half minute only.
	await until('subscribed', () => ctlJson(['users', 'list']).users
	    .every((u) => !u.enabled || u.state === 'subscribed'), 30);
	await page.goto('/users');
	await page.getByRole('row', { name: /erin@lab/ }).getByText('Subscribed')
	    .waitFor();
	await shoot(page, 'no-script-users');
	await page.goto('/exchange');
	await page.getByRole('link', { name: 'Without script' }).click();
	await page.getByRole('link', { name: /^Delete this record/ }).click();
	await page.getByRole('button', { name: 'Delete this record' }).click();
	await until('deleted', () => records().every(
	    (r) => r.display_name !== 'Without script'));
	ctl(['users', 'delete', 'erin@lab.example']);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByText('You are signed out').waitFor();
	assert.ok(facts.url);
	await close(page);
});
