// Install a bundle: what is refused is said, what is good runs afterwards.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { axe, close, ctlJson, facts, fits, open, quit, schemes, shoot, signIn,
	signedIn, until, widths } from './company.mjs';

after(quit);

const run = path.dirname(facts.ctl);
const FORM = '/connectors/calendar/install';
const junk = { name: 'a.tlp', mimeType: 'application/octet-stream',
	buffer: Buffer.alloc(4 * 1024 * 1024, 'junk') };

async function fill(page, file, password = facts.admin_password)
{
	await page.getByLabel('Your own password').fill(password);
	await page.locator('#bundle').setInputFiles(file);
}

const installed = () => ctlJson(['connector', 'versions']).installed;

test('the form, at each width', async () => {
	const page = await signedIn();
	await page.goto('/connectors/calendar');
	await page.getByRole('link', { name: 'Install a bundle' }).click();
	await page.waitForURL('**' + FORM);
	for (const width of widths)
		for (const colorScheme of schemes) {
			await page.setViewportSize({ width, height: 900 });
			await page.emulateMedia({ colorScheme,
				reducedMotion: 'reduce' });
			await fits(page, `bundle, ${width}`);
			await axe(page, `bundle, ${width}, ${colorScheme}`);
			await shoot(page, `bundle-${width}-${colorScheme}`);
		}
	await close(page);
});

test('a wrong password and no file are said beside their fields', async () => {
	const page = await signedIn();
	await page.goto(FORM);
	await fill(page, [], 'not mine');
	await page.getByRole('button', { name: 'Install' }).click();
	await page.locator('#current-e').waitFor();
	await page.locator('#bundle-e').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.id),
	    'errors');
	assert.match(await page.title(), /^Error: /);
	await axe(page, 'bundle refused');
	await shoot(page, 'bundle-errors');
	// The page that was put in place sends as well.
	await fill(page, [junk], 'not mine');
	await page.getByRole('button', { name: 'Install' }).click();
	await page.locator('#bundle-e').waitFor({ state: 'detached' });
	await page.locator('#current-e').waitFor();
	await close(page);
});

test('progress while it is sent, then why it is refused', async () => {
	const page = await signedIn();
	await page.goto(FORM);
	const cdp = await page.context().newCDPSession(page);
	const upload = (bytes) => cdp.send('Network.emulateNetworkConditions',
		{ offline: false, latency: 0, downloadThroughput: -1,
		uploadThroughput: bytes });
	// So slow that it is still being sent when all was looked at.
	await upload(100 * 1024);
	await fill(page, [junk]);
	await page.getByRole('button', { name: 'Install' }).click();
	await page.getByText(/^[1-9]\d?% sent$/).waitFor();
	await page.getByRole('progressbar').waitFor();
	await axe(page, 'bundle being sent');
	await shoot(page, 'bundle-sending');
	await upload(-1);
	await page.waitForURL('**/connectors/calendar?*');
	await page.getByRole('heading', { name: 'The installation failed' })
	    .waitFor();
	await page.getByText('This is not a bundle.').first().waitFor();
	await axe(page, 'bundle refused');
	await shoot(page, 'bundle-refused');
	assert.equal(installed(), '1.0');
	await close(page);
});

test('without scripting: a file with a changed byte', async () => {
	const bytes = readFileSync(path.join(run, '1.1.tlp'));
	bytes[bytes.length >> 1] ^= 1;
	const page = await open({ script: false });
	await signIn(page);
	await page.goto(FORM);
	await fill(page, [{ ...junk, buffer: bytes }]);
	await page.getByRole('button', { name: 'Install' }).click();
	await page.waitForURL('**/connectors/calendar?*');
	await page.locator('p',
	    { hasText: 'The signature does not fit.' }).first()
	    .waitFor({ timeout: 30000 });
	await shoot(page, 'no-script-bundle-refused');
	assert.equal(installed(), '1.0');
	await close(page);
});

test('a newer version, watched on the page', async () => {
	const page = await signedIn({ timeout: 60000 });
	await page.goto(FORM);
	await fill(page, [path.join(run, '1.1.tlp')]);
	await page.getByRole('button', { name: 'Install' }).click();
	await page.waitForURL('**/connectors/calendar?*');
	await page.getByRole('heading', { name: 'Installing' }).waitFor();
	await shoot(page, 'bundle-installing');
	await until('installed', () => installed() === '1.1', 60);
	await page.getByRole('heading', { name: 'Installing' })
	    .waitFor({ state: 'detached' });
	await page.reload();
	await page.getByText('1.1', { exact: true }).first().waitFor();
	await page.getByRole('link', { name: 'Roll back' }).waitFor();
	await axe(page, 'installed');
	await shoot(page, 'bundle-installed');
	// While the pages are away a poll fails; the browser notes that.
	page.complaints = page.complaints.filter(
	    (c) => !/Failed to load resource/.test(c));
	await close(page);
});
