// Status > Alarms > Delivery: a way of sending from nothing to a test message.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, everywhere, quit, shoot,
	signedIn } from './company.mjs';

after(async () => {
	for (const way of ['syslog', 'mail', 'webhook'])
		ctl(['alarms', 'delivery', way, 'enabled=no']);
	await quit();
});

test('a mail server is set, refused field by field, and tested', async () => {
	const page = await signedIn();
	await page.goto('/alarms');
	await page.getByRole('link', { name: 'Have them sent' }).click();
	await page.getByRole('link', { name: 'Set up Mail' }).click();
	await page.getByRole('group', { name: 'Send alarms by mail?' })
	    .getByLabel('Yes').check();
	await page.getByLabel('Username').fill('me');
	await page.getByLabel('To', { exact: true }).fill('a@lab.example, b');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.locator('#recipients-e').waitFor();
	for (const key of ['host', 'sender'])
		assert.equal(await page.locator(`#${key}-e`).count(), 1, key);
	assert.match(await page.title(), /^Error: /);
	await axe(page, 'mail refused');
	await shoot(page, 'delivery-refused');
	await page.getByLabel('Mail server').fill('refused.lab.example');
	await page.getByLabel('Password').fill('not to be seen');
	await page.getByLabel('From').fill('calconn@lab.example');
	await page.getByLabel('To', { exact: true }).fill('a@lab.example');
	await page.getByRole('button', { name: 'Save and send a test message' })
	    .click();
	await page.getByRole('heading',
		{ name: 'The test message was not taken' }).waitFor();
	await page.getByText('Nothing listens at this address').first()
	    .waitFor();
	await axe(page, 'delivery test failed');
	await shoot(page, 'delivery-test-failed');
	assert.equal(ctlJson(['alarms', 'delivery', 'mail']).has_secret, true);
	await page.getByRole('link', { name: 'Change the settings' }).click();
	assert.equal(await page.getByLabel('Password').inputValue(), '');
	await page.getByLabel('Port').fill('25');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.locator('#password-e').waitFor();
	assert.equal(await page.locator('#port-e').count(), 1);
	await close(page);
});

test('each page of it everywhere', async () => {
	const page = await signedIn();
	ctl(['alarms', 'delivery', 'syslog', 'enabled=yes', 'transport=udp',
	    'host=mail.lab.example']);
	await everywhere(page, 'delivery', '/alarm-delivery');
	for (const way of ['syslog', 'mail', 'webhook'])
		await everywhere(page, `delivery-${way}`,
		    `/alarm-delivery/edit?channel=${way}`);
	await page.goto('/alarm-delivery');
	await page.getByRole('button', { name: 'Send a test by Syslog' }).click();
	await page.getByRole('heading', { name: 'The test message was taken' })
	    .waitFor();
	const path = new URL(page.url());
	await everywhere(page, 'delivery-test', path.pathname + path.search);
	await close(page);
});
