// Users from the directory: filter, preview, save, run.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, everywhere, quit, signedIn } from './company.mjs';
import { addRecord } from './records.mjs';

const path = '/users/directory';
const filter = '(&(objectClass=user)(|(sAMAccountName=dave)' +
	'(sAMAccountName=erin)))';
let had;

function shown()
{
	return ctlJson(['users', 'list', '--limit', '1000']).users
	    .map((u) => u.address);
}

before(() => {
	addRecord();
	had = shown();
});

after(async () => {
	ctl(['directory', 'set', 'exchange=', 'filter=', 'schedule=off',
		'gone=keep', 'gone_max=']);
	for (const who of shown())
		if (!had.includes(who))
			ctl(['users', 'delete', who]);
	await quit();
});

test('a filter is tried, saved, and run', async () => {
	const page = await signedIn();
	await page.goto('/users');
	await page.getByRole('link', { name: 'Directory…' }).click();
	await page.getByRole('heading', { name: 'Users from the directory' })
	    .waitFor();
	await everywhere(page, 'user-directory');

	await page.getByLabel('Filter').fill('(mail=*');
	await page.getByRole('button', { name: 'Preview' }).click();
	await page.locator('#dir_filter-e').getByText('character 8').waitFor();
	assert.equal(await page.getByLabel('Filter').inputValue(), '(mail=*');
	await axe(page, 'user-directory errors');

	await page.getByLabel('Directory of').selectOption({ index: 1 });
	await page.getByLabel('Filter').fill(filter);
	await page.getByRole('button', { name: 'Preview' }).click();
	await page.getByRole('heading', { name: /^Preview: add/ }).waitFor();
	await page.getByRole('rowheader', { name: /dave@lab\.example/ })
	    .waitFor();
	await everywhere(page, 'user-directory-preview');
	assert.deepEqual(shown(), had);
	assert.equal(ctlJson(['directory', 'show']).exchange, '');

	await page.getByLabel('Daily', { exact: true }).check();
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { name: /^Saved as revision/ })
	    .waitFor();
	assert.match(await page.locator('dl.kv dd').first().textContent(),
	    /\d\d:\d\d/);
	await page.getByRole('button', { name: 'Run now as it is saved' })
	    .click();
	await page.getByText('Found 2; added').waitFor({ timeout: 60000 });
	await everywhere(page, 'user-directory-done');
	for (const who of ['dave@lab.example', 'erin@lab.example'])
		assert.ok(shown().includes(who));
	await close(page);
});

test('without scripting the preview comes by refreshing', async () => {
	const page = await signedIn({ script: false });
	await page.goto(path);
	await page.getByRole('button', { name: 'Preview' }).click();
	await page.getByRole('heading', { name: /^Preview: add/ })
	    .waitFor({ timeout: 30000 });
	await close(page);
});
