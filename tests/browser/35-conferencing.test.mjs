// Cisco Conferencing Services Configuration: a service is added and tested
// step by step.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, everywhere, facts, labControl, quit, shoot,
	signedIn } from './company.mjs';

const name = 'Browser TMS';
const service = facts.lab.service_account;

after(async () => {
	try {
		ctl(['conferencing', 'delete', name, 'booked=yes']);
	} catch { /* it was not added */ }
	await quit();
});


async function fill(page, host)
{
	await page.getByLabel('Display Name').fill(name);
	await page.getByLabel('Username').fill('svc-ews');
	await page.getByLabel('Password').fill(service.password);
	await page.locator('#host').fill(host);
	await page.getByLabel('TMS Domain Name').fill('LAB');
}

test('a service is added and tested in one go', async () => {
	ctl(['ca', 'add', facts.lab.ca_file]);
	labControl('/tms/reset');
	const page = await signedIn();
	await page.goto('/conferencing/edit?type=tms');
	await fill(page, 'tms.lab.example');
	await page.getByRole('button', { name: 'Add and test' }).click();
	await page.getByRole('heading', { name: `Test of ${name} passed` })
	    .waitFor({ timeout: 60000 });
	assert.equal(await page.getByText('Passed', { exact: true }).count(),
	    10);
	await everywhere(page, 'conferencing-test');
	await close(page);
});

test('the step that fails says what to do', async () => {
	labControl('/tms', { may_book_for_others: false });
	const page = await signedIn();
	await page.goto('/conferencing');
	await page.getByRole('link', { name }).click();
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByRole('heading', { name: `Test of ${name} failed` })
	    .waitFor({ timeout: 60000 });
	await page.getByText(/Give its group in TMS the rights/).first()
	    .waitFor();
	assert.equal(await page.getByText('Skipped', { exact: true }).count(),
	    4);
	await axe(page, 'failed');
	await page.setViewportSize({ width: 768, height: 900 });
	await shoot(page, 'conferencing-test-failed');
	labControl('/tms', { may_book_for_others: true });
	await page.getByRole('button', { name: 'Test again' }).click();
	await page.getByRole('heading', { name: `Test of ${name} passed` })
	    .waitFor({ timeout: 60000 });
	await page.getByRole('link', { name: 'Change the settings' }).click();
	assert.equal(await page.locator('#host').inputValue(),
	    'tms.lab.example');
	await close(page);
});
