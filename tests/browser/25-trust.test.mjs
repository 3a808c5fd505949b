// Maintenance > Security > Trusted CA certificate.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axe, close, ctl, ctlJson, facts, quit, shoot, signedIn }
	from './company.mjs';

after(quit);

const address = '/ca-certificates';

test('what is no certificate is refused, and kept to be mended', async () => {
	const page = await signedIn();
	await page.goto(address);
	const wrong = '-----BEGIN CERTIFICATE-----\nAAAA\n' +
	    '-----END CERTIFICATE-----';
	for (const text of ['', 'no certificate', wrong]) {
		await page.getByLabel('Certificate', { exact: true }).fill(text);
		await page.getByRole('button', { name: 'Look at it' }).click();
		await page.locator('#pem-e').waitFor();
		assert.match(await page.title(), /^Error: /);
		assert.equal((await page.locator('#pem').inputValue()).trim(),
		    text);
		await axe(page, 'refused');
	}
	await shoot(page, 'ca-refused');
	await close(page);
});

test('a CA is deleted and added again', async () => {
	const have = () => ctlJson(['ca', 'list']);
	const before = JSON.stringify(have());
	const page = await signedIn();
	await page.goto(address);
	await page.getByRole('link', { name: /^Delete/ }).first().click();
	await axe(page, 'delete CA');
	await shoot(page, 'ca-delete');
	await page.getByRole('button', { name: 'Delete this certificate' })
	    .click();
	await page.waitForURL(`**${address}?*`);
	assert.notEqual(JSON.stringify(have()), before);
	await axe(page, 'no CA');
	// The CA of the lab as a person would paste it.
	await page.getByLabel('Certificate', { exact: true })
	    .fill(readFileSync(facts.lab.ca_file, 'utf8'));
	await page.getByRole('button', { name: 'Look at it' }).click();
	await page.getByRole('heading', { name: 'Trust these certificates?' })
	    .waitFor();
	await axe(page, 'look at a CA');
	await shoot(page, 'ca-look');
	const now = () => have().ca.length;
	assert.equal(now(), 0);
	assert.ok(await page.getByRole('checkbox').first().isChecked());
	await page.getByRole('button', { name: 'Trust what is ticked' }).click();
	await page.waitForURL(`**${address}?*`);
	await page.getByRole('row', { name: /Delete/ }).first().waitFor();
	await axe(page, 'CA');
	await shoot(page, 'ca');
	assert.match(ctl(['ca', 'list']), /CN/);
	await close(page);
});
