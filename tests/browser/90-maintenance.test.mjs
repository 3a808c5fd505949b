// Maintenance > Diagnostics and Backup: a system snapshot from its button to
// the file.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { axe, close, ctl, ctlJson, everywhere, facts, quit,
	signedIn } from './company.mjs';

after(quit);

test('a snapshot is made, taken and deleted', async () => {
	const page = await signedIn();
	await page.goto('/');
	await page.getByRole('link', { name: 'System Snapshot' }).click();
	await page.getByText('There is no snapshot yet.').waitFor();
	await everywhere(page, 'snapshot-none', '/system-snapshot');
	await page.getByRole('button', { name: 'Make a snapshot' }).click();
	// The page follows by itself.
	const link = page.getByRole('link', { name: /^Download snapshot-/ });
	await link.waitFor({ timeout: 60000 });
	await everywhere(page, 'snapshot', '/system-snapshot');
	const waits = page.waitForEvent('download');
	await link.click();
	const file = await waits;
	const [made] = ctlJson(['snapshot', 'list']).snapshots;
	assert.equal(file.suggestedFilename(), made.name);
	const bytes = readFileSync(await file.path());
	assert.equal(bytes.length, made.bytes);
	assert.match(gunzipSync(bytes).toString('latin1'),
	    /calconn-snapshot\/README\.txt/);
	await page.getByRole('button', { name: `Delete ${made.name}` }).click();
	await page.getByRole('heading', { name: 'The snapshot is deleted' })
	    .waitFor();
	assert.deepEqual(ctlJson(['snapshot', 'list']).snapshots, []);
	await close(page);
});

test('diagnostic logging: start, marker, stop, the file', async () => {
	const page = await signedIn();
	await page.goto('/diagnostic-logging');
	await page.getByText('There was no diagnostic logging yet.').waitFor();
	await everywhere(page, 'diaglog-none', '/diagnostic-logging');
	await page.getByLabel('For how many minutes').fill('241');
	await page.getByRole('button', { name: 'Start' }).click();
	await page.locator('#minutes-e').waitFor();
	assert.match(await page.title(), /^Error: /);
	await axe(page, 'minutes refused');
	await page.getByLabel('For how many minutes').fill('5');
	await page.getByRole('button', { name: 'Start' }).click();
	await page.getByRole('heading', { name: 'Diagnostic logging runs' })
	    .waitFor();
	assert.ok(ctlJson(['log', 'levels']).modules
	    .every((m) => m.level === 'DEBUG'));
	await page.getByLabel('Marker', { exact: true }).fill('now "Alice" saves <it>');
	await page.getByRole('button', { name: 'Add the marker' }).click();
	await page.getByRole('heading', { name: 'The marker is in the log' })
	    .waitFor();
	await everywhere(page, 'diaglog-runs', '/diagnostic-logging');
	await page.getByRole('button', { name: 'Stop' }).click();
	await page.getByRole('heading',
	    { name: 'Diagnostic logging has ended' }).waitFor();
	await everywhere(page, 'diaglog-ended', '/diagnostic-logging');
	const waits = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download what was logged' })
	    .click();
	const text = readFileSync(await (await waits).path(), 'utf8');
	assert.match(text, /Diagnostic Marker/);
	assert.ok(ctlJson(['log', 'levels']).modules
	    .every((m) => m.level === 'INFO'));
	await close(page);
});

test('a large file of users is looked at, with scripting and without',
async () => {
	const rows = ['address,name,enabled'];
	for (let i = 0; i < 20000; i++)
		rows.push(`many${i}@lab.example,` +
		    `Somebody with a long name ${i},maybe`);
	const file = { name: 'users.csv', mimeType: 'text/csv',
		buffer: Buffer.from(rows.join('\n')) };
	assert.ok(file.buffer.length > 1024 * 1024);
	const good = { ...file, buffer: Buffer.from(
		'address,name\nfromfile@lab.example,From A File\n') };
	for (const options of [{}, { javaScriptEnabled: false }]) {
		const page = await signedIn(options);
		await page.goto('/users/import');
		await page.getByLabel('Choose a file').setInputFiles(file);
		await page.getByRole('button', { name: 'Look at the file' })
		    .click();
		await page.getByRole('heading',
		    { name: '20000 problems' }).waitFor();
		await page.getByLabel('Choose a file').setInputFiles(good);
		await page.getByRole('button', { name: 'Look at the file' })
		    .click();
		await page.getByRole('heading', { name: /add 1/ }).waitFor();
		if (options.javaScriptEnabled !== false)
			await everywhere(page, 'users-import-planned');
		await page.getByRole('button', { name: 'Import 1 user' }).click();
		try {
			await page.waitForURL(/\/users\?saved=/);
		} finally {
			ctl(['users', 'delete', 'fromfile@lab.example']);
		}
		await close(page);
	}
});

test('a backup is taken, looked at and restored', async () => {
	const page = await signedIn();
	await page.goto('/backup');
	await page.getByText('No recovery passphrase is set').waitFor();
	await everywhere(page, 'backup', '/backup');
	const waits = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download a backup' }).click();
	const path = await (await waits).path();
	ctlJson(['keywords', 'add', '@frombackup']);
	await page.getByRole('button', { name: 'Look at the file' }).click();
	await page.locator('#upload-e').waitFor();
	await axe(page, 'no file');
	await page.getByLabel('Choose a file').setInputFiles(path);
	await page.getByRole('button', { name: 'Look at the file' }).click();
	await page.getByRole('heading',
	    { name: 'It would change one thing' }).waitFor();
	await page.getByRole('row', { name: /@frombackup/ }).waitFor();
	await everywhere(page, 'backup-planned');
	await page.getByLabel('Your own password').fill('not this one');
	await page.getByRole('button', { name: 'Restore', exact: true })
	    .click();
	await page.locator('#current-e').waitFor();
	assert.match(await page.title(), /^Error: /);
	await page.getByLabel('Your own password').fill(facts.admin_password);
	await page.getByRole('button', { name: 'Restore', exact: true })
	    .click();
	await page.waitForURL(/sign-in/);
	assert.ok(!ctlJson(['keywords', 'list']).keywords
	    .some((k) => k.word === '@frombackup'));
	await close(page);
});
