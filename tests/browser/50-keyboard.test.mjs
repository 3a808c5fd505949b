// By keyboard alone: sign in, skip to the content, add a record, reach
// everything, never get stuck.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { close, ctl, facts, open, quit, signedIn, until }
	from './company.mjs';
import { records } from './records.mjs';

after(quit);

// What has the focus: its words, as a person would call it.
function focused(page)
{
	return page.evaluate(() => {
		const e = document.activeElement;
		const label = e.labels?.[0]?.innerText ?? '';
		return { tag: e.tagName, id: e.id, type: e.type ?? '',
			text: (label || e.innerText || '').trim() };
	});
}

async function tabTo(page, match, most = 80)
{
	for (let i = 0; i < most; i++) {
		const f = await focused(page);
		if (match(f))
			return f;
		await page.keyboard.press('Tab');
	}
	assert.fail('not reached by the tab key');
}

async function ring(page)
{
	return page.evaluate(() => {
		const s = getComputedStyle(document.activeElement);
		return s.outlineStyle !== 'none' &&
		    parseFloat(s.outlineWidth) >= 2;
	});
}

test('sign in', async () => {
	const page = await open();
	await page.goto('/sign-in');
	await tabTo(page, (f) => f.id === 'name');
	await page.keyboard.type(facts.admin_user);
	await page.keyboard.press('Tab');
	assert.equal((await focused(page)).id, 'password');
	assert.ok(await ring(page));
	await page.keyboard.type(facts.admin_password);
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
	await close(page);
});

test('the first stop skips to the content', async () => {
	const page = await signedIn();
	await page.goto('/exchange');
	await page.keyboard.press('Tab');
	assert.match((await focused(page)).text, /Skip to content/);
	assert.ok(await page.locator('.skip').evaluate((e) =>
		e.getBoundingClientRect().top >= 0));
	await page.keyboard.press('Enter');
	assert.equal((await focused(page)).id, 'main');
	await close(page);
});

test('the whole form of a record, errors included', async () => {
	const page = await signedIn();
	await page.goto('/exchange/new');
	for (const [id, text] of [['account', 'svc-keys@lab.example'],
		['password', 'typed by keys'], ['display_name', 'By keys']]) {
		await tabTo(page, (f) => f.id === id);
		assert.ok(await ring(page), `no ring on ${id}`);
		await page.keyboard.type(text);
	}
	await tabTo(page, (f) => f.id === 'scp_enabled');
	await page.keyboard.press('ArrowDown');	// Yes -> No
	await tabTo(page, (f) => f.id === 'email');
	await page.keyboard.type('no-address');
	await page.keyboard.press('Enter');
	await page.locator('#errors').waitFor();
	// The summary has the focus; its link lands on the field.
	assert.equal((await focused(page)).id, 'errors');
	await tabTo(page, (f) => f.tag === 'A');
	await page.keyboard.press('Enter');
	assert.equal((await focused(page)).id, 'email');
	await page.keyboard.press('Control+a');
	await page.keyboard.press('Delete');
	await tabTo(page, (f) => f.id === 'password', 200);
	await page.keyboard.type('typed by keys');
	await tabTo(page, (f) => f.tag === 'BUTTON' && f.text === 'Add', 200);
	await page.keyboard.press('Enter');
	await until('stored', () => records().some(
	    (r) => r.display_name === 'By keys'), 60);
	ctl(['exchange', 'delete', 'By keys']);
	await close(page);
});

test('the menu of a small window opens and closes', async () => {
	const page = await signedIn({ width: 360 });
	await page.goto('/');
	await tabTo(page, (f) => f.tag === 'SUMMARY' && /^Menu/.test(f.text));
	await page.keyboard.press('Enter');
	await tabTo(page, (f) => f.tag === 'A' && f.text === 'Users');
	await page.keyboard.press('Enter');
	await page.waitForURL('**/users');
	await close(page);
});

test('everything on a page is reached, in the order of reading', async () => {
	const page = await signedIn();
	for (const url of ['/', '/exchange', '/exchange/new', '/users',
		'/connectors/calendar']) {
		await page.goto(url);
		const want = await page.evaluate(() => [...document
		    .querySelectorAll('a[href], button, input, select, summary')]
		    .filter((e) => e.tabIndex >= 0 && !e.disabled &&
		    e.type !== 'hidden' && e.checkVisibility() &&
		    !(e.type === 'radio' && !e.checked)).length);
		const seen = [];
		for (let i = 0; i < want + 60; i++) {
			await page.keyboard.press('Tab');
			const at = await page.evaluate(() => {
				const e = document.activeElement;
				if (e === document.body)
					return null;
				return [...document.querySelectorAll('*')]
				    .indexOf(e);
			});
			if (at === null || seen.includes(at))
				break;
			seen.push(at);
		}
		assert.ok(seen.length >= want, `${url}: ${seen.length} of ${want}`);
		assert.deepEqual(seen, [...seen].sort((a, b) => a - b), url);
	}
	await close(page);
});
