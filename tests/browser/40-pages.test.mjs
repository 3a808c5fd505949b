// Every page at each width, light and dark: no violation, nothing sticks
// out, small on the wire, nothing from elsewhere.  Pictures for a person.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, facts, fits, quit, schemes, shoot,
	signedIn, widths } from './company.mjs';
import { addRecord, records } from './records.mjs';

after(quit);

const ON_THE_WIRE = 50 * 1024;	// bytes of a page with all it loads

async function prepare()
{
	addRecord();
	const have = ctl(['users', 'list']);
	for (const [i, state] of ['yes', 'no'].entries()) {
		const m = facts.lab.mailboxes[i];
		if (!have.includes(m.address))
			ctl(['users', 'add', m.address,
			    `name=${m.name}`, `enabled=${state}`,
			    'room_link=https://site.webex.example/meet/' + i]);
	}
	// Long names and addresses must not break a page.
	if (!have.includes('quite-long'))
		ctl(['users', 'add',
		    `quite-long-${'x'.repeat(40)}@lab.example`,
		    `name=${'Wolfeschlegelsteinhausenbergerdorff'.repeat(3)}`,
		    'enabled=no']);
	const id = records()[0].id;
	const page = await signedIn();
	await page.goto('/users');
	const user = /id=(\d+)/.exec(await page.getByRole('link',
		{ name: facts.lab.mailboxes[0].name }).getAttribute('href'))[1];
	// A test that has ended keeps its page.
	await page.goto('/exchange');
	await page.getByRole('button', { name: /^Test / }).first().click();
	await page.getByRole('heading', { name: /^Test of .* passed$/ })
	    .waitFor({ timeout: 60000 });
	const report = page.url().slice(facts.url.length - 1);
	await page.goto('/ca-certificates');
	const ca = await page.getByRole('link', { name: /^Delete/ }).first()
	    .getAttribute('href');
	await close(page);
	return { '/': 'overview', '/alarms': 'alarms',
		'/configuration-log': 'configuration-log',
		'/connectors': 'connectors',
		'/connectors/calendar': 'connector',
		'/exchange': 'exchange-list', '/exchange/new': 'exchange-new',
		[`/exchange/edit?id=${id}`]: 'exchange-edit',
		[`/exchange/delete?id=${id}`]: 'exchange-delete',
		[report]: 'exchange-test',
		'/users': 'users', '/users/new': 'user-new', '/users/import': 'users-import',
		'/workspaces': 'workspaces', '/workspaces/edit': 'workspace-new',
		'/calendar-status': 'calendar-status',
		[`/users/edit?id=${user}`]: 'user',
		[`/users/delete?id=${user}`]: 'user-delete',
		'/ca-certificates': 'ca', [ca]: 'ca-delete',
		'/conferencing': 'conferencing',
		'/conferencing/edit?type=tms': 'conferencing-tms',
		'/conferencing/edit?type=webex': 'conferencing-webex',
		'/keywords': 'keywords',
		'/keywords?location=Room+5%3B+%40webex&user=nobody%40lab.example':
		    'keywords-tried',
		'/join-details': 'join-details',
		'/join-details?language=ar': 'join-details-ar',
		'/join-details/template?language=ar': 'join-template',
		'/rule-tester': 'rule-tester',
		'/administrators': 'administrators',
		'/administrators/new': 'administrator-new',
		[`/administrators/edit?name=${facts.admin_user}`]:
		    'administrator',
		[`/administrators/delete?name=${facts.admin_user}`]:
		    'administrator-delete',
		'/password': 'password', '/no/such/page': 'error' };
}

const pages = await prepare();

for (const [url, name] of Object.entries(pages)) {
	test(name, async (t) => {
		const page = await signedIn();
		const answer = await page.goto(url);
		assert.ok(answer.status() < 500);
		for (const width of widths) {
			for (const colorScheme of schemes) {
				await t.test(`${name}, ${width}, ${colorScheme}`,
				    async () => {
					await page.setViewportSize({ width,
						height: 900 });
					await page.emulateMedia({ colorScheme });
					await axe(page, url);
					await fits(page, url);
					await shoot(page,
					    `${name}-${width}-${colorScheme}`);
				});
			}
		}
		if (name === 'error')
			page.complaints.length = 0;
		await close(page);
	});
}

test('each page is small on the wire', async () => {
	for (const [url, name] of Object.entries(pages)) {
		const page = await signedIn();
		const client = await page.context().newCDPSession(page);
		let bytes = 0;
		await client.send('Network.enable');
		client.on('Network.loadingFinished', (e) => {
			bytes += e.encodedDataLength;
		});
		await page.goto(url, { waitUntil: 'networkidle' });
		assert.ok(bytes > 0 && bytes <= ON_THE_WIRE,
		    `${name}: ${bytes} bytes`);
		await page.context().close();
	}
});

test('nothing is sideways at 320 px and in large text', async () => {
	for (const url of Object.keys(pages)) {
		const page = await signedIn({ width: 320 });
		await page.goto(url);
		await fits(page, url);
		await page.context().close();
	}
});
