// Status: an alarm from the Overview to its end, the Event Log and the
// Configuration Log.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axe, close, ctl, ctlJson, everywhere, facts, open, quit, shoot,
	signIn, signedIn, until } from './company.mjs';
import { addRecord } from './records.mjs';

after(quit);

const nobody = 'nobody@lab.example';
const alarm = () => ctlJson(['alarms', 'list']).alarms
    .find((a) => a.number === 60131);

test('an alarm says what to do and whom it touches', async () => {
	addRecord();
	ctl(['connector', 'enable']);
	ctl(['users', 'add', nobody, 'name=Nobody', 'enabled=yes',
	    'room_link=https://site.webex.example/meet/nobody']);
	await until('the alarm is raised', alarm, 30);
	const page = await signedIn();
	await page.goto('/');
	await page.getByRole('link', { name: 'Addresses of users have no mailbox' })
	    .click();
	await page.getByRole('heading', { level: 1,
		name: 'Addresses of users have no mailbox' }).waitFor();
	await page.getByRole('heading', { name: /^Whom it touches/ }).waitFor();
	const path = page.url().slice(facts.url.length - 1);
	await everywhere(page, 'alarm', path);
	await page.getByLabel('Note', { exact: true }).fill('Leaves on Friday');
	await page.getByRole('button', { name: 'Acknowledge' }).click();
	await page.getByRole('heading', { name: 'Acknowledged' }).waitFor();
	assert.equal(alarm().note, 'Leaves on Friday');
	await page.getByLabel('Note', { exact: true }).fill('x'.repeat(501));
	await page.getByRole('button', { name: 'Change the note' }).click();
	await page.locator('#note-e').waitFor();
	assert.match(await page.title(), /^Error: /);
	await axe(page, 'note refused');
	await everywhere(page, 'alarms', '/alarms');
	await page.getByRole('row', { name: /Acknowledged.*Leaves on Friday/ })
	    .waitFor();
	ctl(['users', 'delete', nobody]);
	await until('the alarm is lowered', () => !alarm(), 30);
	await page.goto('/alarms');
	await page.getByRole('heading', { name: /^History/ }).waitFor();
	await page.goto(path);
	await page.getByRole('heading', { name: 'This alarm is not raised' })
	    .waitFor();
	await axe(page, 'no alarm');
	await close(page);
});

test('the Event Log is filtered, followed and downloaded', async () => {
	const page = await signedIn();
	await everywhere(page, 'event-log', '/event-log');
	await page.getByText('More options').click();
	await page.getByLabel('User', { exact: true }).fill('NOBODY@lab');
	await page.getByLabel('Level', { exact: true }).selectOption('WARN');
	await page.getByRole('button', { name: 'Filter' }).click();
	await page.getByText('Mailbox State').first().waitFor();
	assert.equal(await page.getByText('Engine Started').count(), 0);
	await shoot(page, 'event-log-filtered');
	const [file] = await Promise.all([page.waitForEvent('download'),
	    page.getByRole('link', { name: 'Download these lines' }).click()]);
	const text = readFileSync(await file.path(), 'utf8');
	assert.match(text, /Mailbox="nobody@lab.example"/);
	for (const line of text.trim().split('\n'))
		assert.match(line, /nobody@lab/i);
	// What comes while one looks.
	await page.goto('/event-log?all=Signed');
	await page.getByRole('link', { name: 'Follow' }).click();
	await page.getByRole('link', { name: 'Stop following' }).waitFor();
	const count = () => page.getByRole('row').count();
	const before = await count();
	const other = await open();
	await signIn(other);
	await close(other);
	await until('the line of another sign-in', async () =>
	    await count() > before);
	await axe(page, 'following');
	await page.goto('/event-log?all=no-such-word-anywhere');
	await page.getByText('No line matches.').waitFor();
	await page.goto('/event-log?from=yesterday');
	await page.locator('#from-e').waitFor();
	await axe(page, 'filter refused');
	await close(page);
});

test('the Configuration Log is searched', async () => {
	const page = await signedIn();
	await page.goto('/configuration-log');
	await page.getByRole('searchbox').fill('Leaves on FRIDAY');
	await page.getByRole('button', { name: 'Find' }).click();
	await page.getByRole('row', { name: /alarm\/60131/ }).first().waitFor();
	await axe(page, 'found');
	await shoot(page, 'configuration-log-found');
	assert.equal(ctlJson(['audit', 'verify']).whole, true);
	await close(page);
});

test('a module logs more for a while', async () => {
	const page = await signedIn();
	await everywhere(page, 'log-levels', '/log-levels');
	const row = page.getByRole('row', { name: /^hybridservices.c_mgmt/ });
	await page.getByLabel('For how many minutes').fill('never');
	await row.getByRole('button', { name: /^Set to debug/ }).click();
	await page.locator('#minutes-e').waitFor();
	await axe(page, 'minutes refused');
	await page.getByLabel('For how many minutes').fill('5');
	await row.getByRole('button', { name: /^Set to debug/ }).click();
	await page.getByRole('heading', { name: 'The level is set' }).waitFor();
	await row.getByText('DEBUG', { exact: true }).waitFor();
	await shoot(page, 'log-levels-debug');
	const level = () => ctlJson(['log', 'levels']).modules
	    .find((m) => m.module === 'hybridservices.c_mgmt');
	assert.equal(level().level, 'DEBUG');
	assert.ok(level().until);
	await row.getByRole('button', { name: /^Reset to info/ }).click();
	await row.getByText('INFO', { exact: true }).waitFor();
	assert.equal(level().until, null);
	await close(page);
});

test('the Experimental menu is shown to one session', async () => {
	const page = await open();
	await signIn(page);
	await page.waitForURL((u) => u.pathname === '/');
	const entry = page.getByRole('link', { name: 'Hybrid Services Log',
		exact: true });
	assert.equal(await entry.count(), 0);
	await everywhere(page, 'setaccess', '/setaccess');
	await page.getByLabel('Access password').fill('not this');
	await page.getByRole('button', { name: 'Enable access' }).click();
	await page.locator('#access-e').waitFor();
	await axe(page, 'access refused');
	await page.getByLabel('Access password').fill('qwertsys');
	await page.getByRole('button', { name: 'Enable access' }).click();
	await page.getByRole('heading', {
		name: 'The Experimental menu is shown' }).waitFor();
	await axe(page, 'access');
	await shoot(page, 'experimental');
	await page.goto('/');
	await entry.click();
	await page.getByRole('heading', { level: 1, name: 'Event Log' })
	    .waitFor();
	// Another session of the same administrator does not see it.
	const other = await open();
	await signIn(other);
	await other.waitForURL((u) => u.pathname === '/');
	assert.equal(await other.getByRole('link', {
		name: 'Hybrid Services Log', exact: true }).count(), 0);
	await close(other);
	await page.goto('/setaccess');
	await page.getByRole('button', { name: 'Hide the menu' }).click();
	await page.getByLabel('Access password').waitFor();
	assert.equal(await entry.count(), 0);
	await close(page);
});
