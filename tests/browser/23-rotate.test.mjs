// Another service account for a record: entered, tested, taken.
import { test, after, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, everywhere, facts, labControl, open, quit, shoot,
	signIn, signedIn, until } from './company.mjs';
import { addRecord, record, recordLink, stored } from './records.mjs';

const service = facts.lab.service_account;
const next = facts.lab.mailboxes[1];

function restore()
{
	labControl('/reset');
	labControl('/impersonation', { accounts: [service.address] });
	ctl(['exchange', 'edit', record().display_name, '--password-stdin',
	    'password_max_days=', `account=${service.username}`],
	service.password + '\n');
}

afterEach(restore);
after(quit);

async function rotatePage(page)
{
	addRecord();
	labControl('/impersonation',
	    { accounts: [service.address, next.address] });
	await page.goto('/exchange');
	await page.getByText('Password set today').first().waitFor();
	await recordLink(page, record().display_name).click();
	await page.getByRole('link', { name: 'Change the service account' })
	    .click();
	await page.getByRole('heading', { name: /^Service account of/ })
	    .waitFor();
}

async function enter(page, account, password)
{
	await page.getByLabel('Username').fill(account);
	await page.getByLabel('Password', { exact: false }).last()
	    .fill(password);
	await page.getByRole('button', { name: 'Enter and test' }).click();
}

test('entered, tested and taken with one press', async () => {
	const page = await signedIn();
	await rotatePage(page);
	await axe(page, 'no next account');
	await page.getByRole('button', { name: 'Enter and test' }).click();
	await page.locator('#errors').waitFor();
	assert.ok(await page.locator('#account-e').count() > 0);
	assert.ok(await page.locator('#password-e').count() > 0);
	await axe(page, 'nothing entered');
	await enter(page, next.address, 'not the password');
	await page.getByRole('heading', { name: /^Test of .* failed$/ })
	    .waitFor({ timeout: 60000 });
	await page.getByText(`Tested with the account ${next.address}`)
	    .waitFor();
	await axe(page, 'failed test of the next account');
	await page.getByRole('link', { name: 'Back to the service account' })
	    .click();
	await page.getByRole('button', { name: 'Forget it' }).waitFor();
	assert.equal(await page.getByRole('button', { name: 'Take this' })
	    .count(), 0);
	await enter(page, next.address, next.password);
	await page.getByRole('heading', { name: /^Test of .* passed$/ })
	    .waitFor({ timeout: 60000 });
	await shoot(page, 'rotate-tested');
	await page.getByRole('link', { name: 'Back to the service account' })
	    .click();
	await page.getByRole('button', { name: 'Take this account now' })
	    .waitFor();
	await everywhere(page, 'rotate');
	assert.ok(!(await page.content()).includes(next.password));
	assert.equal(stored(record().display_name).account, service.username);
	await page.getByRole('button', { name: 'Take this account now' })
	    .click();
	await page.getByRole('heading', { name: /^The next account was taken/ })
	    .waitFor();
	await axe(page, 'taken');
	assert.equal(stored(record().display_name).account, next.address);
	await close(page);
});

test('another test of the same sign-in gives way', async () => {
	const page = await signedIn();
	await rotatePage(page);
	const at = page.url();
	await enter(page, next.address, next.password);
	await page.getByRole('heading', { name: /^Test of .* passed$/ })
	    .waitFor({ timeout: 60000 });
	labControl('/faults', { action: 'never' });
	await page.goto(`/exchange/test?id=${stored(record().display_name)
	    .id}`);
	await page.getByRole('button', { name: 'Test these addresses' }).click();
	await page.getByRole('heading', { name: /^Testing / }).waitFor();
	await page.goto(at);
	await page.getByRole('button', { name: 'Test it again' }).click();
	await page.getByRole('heading', { name: 'Another test of yours' })
	    .waitFor();
	await axe(page, 'another test');
	await page.getByRole('button', { name: 'Cancel the other' }).click();
	await page.getByRole('heading', { name: /^Testing / }).waitFor();
	await page.getByText(`Tested with the account ${next.address}`)
	    .waitFor();
	await page.getByRole('button', { name: 'Cancel test' }).click();
	await page.getByRole('heading', { name: /^Test of .* failed$/ })
	    .waitFor();
	// What passed before still did: a cancelled test says nothing.
	await page.goto(at);
	await page.getByRole('button', { name: 'Take this account now' })
	    .waitFor();
	await page.getByRole('button', { name: 'Forget it' }).click();
	await close(page);
});

test('with scripting off and by keyboard', async () => {
	const page = await open({ script: false });
	await signIn(page);
	await rotatePage(page);
	await page.getByLabel('Username').focus();
	await page.keyboard.type(next.address);
	await page.keyboard.press('Tab');
	await page.keyboard.type(next.password);
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: /^Test of .* passed$/ })
	    .waitFor({ timeout: 60000 });
	await page.getByRole('link', { name: 'Back to the service account' })
	    .focus();
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Forget it' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Forgotten' }).waitFor();
	assert.ok(!stored(record().display_name).next_account);
	await close(page);
});

test('the declared age stands on the page', async () => {
	const page = await signedIn();
	addRecord();
	await page.goto('/exchange');
	await recordLink(page, record().display_name).click();
	await page.getByLabel('Maximum password age').fill('sixty');
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.locator('#password_max_days-e').waitFor();
	await page.getByLabel('Maximum password age').fill('60');
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByRole('heading', { name: /^Test of .* passed$/ })
	    .waitFor({ timeout: 60000 });
	await until('stored', () =>
	    stored(record().display_name).password_max_days === '60');
	await page.goto(`/exchange/rotate?id=${stored(record().display_name)
	    .id}`);
	await page.getByText(/^60 days, until/).waitFor();
	await axe(page, 'with an age');
	await close(page);
});
