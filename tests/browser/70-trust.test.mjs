// The Trust List: a redirect waits for a decision, with what is known of it;
// allow, block, take back, add by hand; without script as well.
import { test, after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { axe, close, ctl, ctlJson, facts, fits, quit, schemes, shoot,
	signedIn, widths } from './company.mjs';
import { addRecord } from './records.mjs';

const FAULT = 'fault.lab.example';
const lab = new URL('../lab/lab', import.meta.url).pathname;

function control(what, body)
{
	execFileSync(lab, ['exec', '--dir', facts.lab.dir, 'curl', '-sf',
		`http://127.0.0.1:10099${what}`, '-d', JSON.stringify(body)]);
}

function state(host)
{
	return ctlJson(['trust', 'list']).trust
	    .find((t) => t.host === host)?.state;
}

before(() => {
	ctl(['ca', 'add', facts.lab.ca_file]);
	addRecord();
	for (const host of ['mail', 'autodiscover'].map(
	    (x) => `${x}.lab.example`).concat('lab.example'))
		control('/faults', { host, op: 'Autodiscover',
			action: 'redirectUrl',
			url: `https://${FAULT}/autodiscover/autodiscover.xml` });
	try {
		ctl(['exchange', 'test', 'Lab Exchange']);
		assert.fail('the redirect was followed');
	} catch (e) {
		assert.match(String(e.stderr), /nobody has allowed/);
	}
});

after(async () => {
	control('/reset', {});
	for (const host of [FAULT, 'hand.example.org', '*.example.org']) {
		try {
			ctl(['trust', 'delete', host]);
		} catch {
			// It was not decided about.
		}
	}
	await quit();
});

for (const width of widths)
	for (const scheme of schemes)
		test(`trust list at ${width}, ${scheme}`, async () => {
			const page = await signedIn({ width, scheme });
			await page.goto('/trust-list');
			await axe(page, 'trust list');
			await fits(page, 'trust list');
			await shoot(page, `trust-list-${width}-${scheme}`);
			await close(page);
		});

test('the form tells how many wait and leads to the list', async () => {
	const page = await signedIn();
	await page.goto('/exchange/new');
	await page.getByText(/waits? for a decision/).first().waitFor();
	await page.getByRole('link', { name: 'Configure Trust List' }).click();
	await page.getByRole('heading', { name: 'Trust List' }).waitFor();
	await close(page);
});

for (const script of [true, false])
	test(`decide ${script ? 'with' : 'without'} script`, async () => {
		const page = await signedIn({ script });
		await page.goto('/trust-list');
		const card = page.getByRole('article', { name: FAULT });
		await card.getByText('Issuer is trusted here').waitFor();
		assert.equal(await card.locator('.go').count(), 0,
		    'no decision is the advised one');
		await card.getByRole('button', { name: 'Block' }).click();
		await page.getByText('Saved as revision').waitFor();
		assert.equal(state(FAULT), 'blocked');
		const row = page.getByRole('row').filter({ hasText: FAULT });
		await row.getByRole('button', { name: 'Allow' }).click();
		await page.getByRole('row').filter({ hasText: FAULT })
		    .getByText('Allowed').waitFor();
		assert.equal(state(FAULT), 'allowed');
		if (script)
			await axe(page, 'decided');
		await page.getByRole('row').filter({ hasText: FAULT })
		    .getByRole('button', { name: 'Remove' }).click();
		await page.getByRole('article', { name: FAULT }).waitFor();
		assert.equal(state(FAULT), 'pending');
		await close(page);
	});

test('add by hand', async () => {
	const page = await signedIn();
	await page.goto('/trust-list');
	await page.getByLabel('Host').fill('http://hand.example.org/');
	await page.getByLabel('Note').fill('typed <b>here</b>');
	await page.getByRole('button', { name: 'Add as allowed' }).click();
	await page.getByText('Only https addresses').first().waitFor();
	assert.equal(await page.getByLabel('Note').inputValue(),
	    'typed <b>here</b>');
	await axe(page, 'refused');
	await page.getByLabel('Host').fill('https://HAND.example.org/x');
	await page.getByRole('button', { name: 'Add as allowed' }).click();
	await page.getByRole('row').filter({ hasText: 'hand.example.org' })
	    .getByText('typed <b>here</b>').waitFor();
	assert.equal(state('hand.example.org'), 'allowed');
	await page.getByLabel('Host').fill('*.example.org');
	await page.getByRole('button', { name: 'Add as blocked' }).click();
	await page.getByText('Saved as revision').waitFor();
	assert.equal(state('*.example.org'), 'blocked');
	await close(page);
});
