// Join Details in a language that is written from right to left: the preview
// begins at the right edge, in one that is not at the left.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { close, quit, shoot, signedIn } from './company.mjs';

after(quit);

// How far the shortest line of the preview is from both edges, in pixels.
async function gaps(page)
{
	return page.locator('#preview pre').first().evaluate((pre) => {
		const text = pre.firstChild;
		const style = getComputedStyle(pre);
		const box = pre.getBoundingClientRect();
		let at = 0;
		let best = null;
		for (const line of text.data.split('\n')) {
			const n = line.trim().length;
			if (n > 3 && (!best || n < best.n))
				best = { at, n };
			at += line.length + 1;
		}
		const r = document.createRange();
		r.setStart(text, best.at);
		r.setEnd(text, best.at + best.n);
		const b = r.getBoundingClientRect();
		return {
			dir: style.direction,
			left: b.left - box.left - parseFloat(style.paddingLeft),
			right: box.right - b.right -
			    parseFloat(style.paddingRight),
		};
	});
}

for (const [language, dir] of [['ar', 'rtl'], ['he', 'rtl'], ['de', 'ltr']])
	test(`the preview in ${language} begins where its text does`,
		async () => {
			const page = await signedIn();
			await page.goto('/join-details?language=' + language);
			const g = await gaps(page);
			assert.equal(g.dir, dir);
			const [near, far] = dir === 'rtl' ? [g.right, g.left]
				: [g.left, g.right];
			assert.ok(Math.abs(near) < 3, JSON.stringify(g));
			assert.ok(far > 20, JSON.stringify(g));
			await shoot(page, 'right-to-left-' + language);
			await close(page);
		});
