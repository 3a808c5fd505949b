// company.mjs - what the tests know of the run: quickstart.json, its lab,
// and calconnctl; and the browser that walks through the pages.
import { execFileSync } from 'node:child_process';
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';
import path from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const facts = JSON.parse(
	readFileSync(process.env.QUICKSTART_JSON, 'utf8'));
export const out = process.env.OUT ?? 'out';
export const shots = path.join(out, 'screenshots');
mkdirSync(shots, { recursive: true });

export const widths = [360, 768, 1440];
export const schemes = ['light', 'dark'];

// calconnctl, with standard input where given; the answer as text.
export function ctl(args, input = '')
{
	return execFileSync(facts.ctl, args, { input, encoding: 'utf8' });
}

export function ctlJson(args)
{
	return JSON.parse(ctl([...args, '--json']));
}

// Acts as a person of the lab's company (tests/lab/people.py).
export function people(...args)
{
	return execFileSync('/usr/bin/python3', [
		new URL('../lab/people.py', import.meta.url).pathname,
		'--lab', path.join(facts.lab.dir, 'lab.json'), ...args],
	{ encoding: 'utf8' }).trim();
}

// Tells the lab to misbehave: labControl('/faults', { action: 'never' }).
export function labControl(what, data = {})
{
	execFileSync('/usr/bin/python3', ['-c',
		'import json, sys; sys.path.insert(0, sys.argv[1]); ' +
		'import people; lab = people.Lab(sys.argv[2]); lab.enter(); ' +
		'lab.post(sys.argv[3], **json.loads(sys.argv[4]))',
		new URL('../lab', import.meta.url).pathname,
		path.join(facts.lab.dir, 'lab.json'), what,
		JSON.stringify(data)]);
}

let browser;
export async function launch()
{
	browser ??= await chromium.launch({
		executablePath: '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu', '--disable-quic',
		    '--no-first-run', '--disable-background-networking',
		    '--disable-component-update', '--disable-sync'] });
	return browser;
}

export async function quit()
{
	await browser?.close();
	browser = undefined;
}

// A window of its own, with nothing remembered.  Whatever a page says on
// the console, asks of another origin or meets as an error is kept.
export async function open(options = {})
{
	const b = await launch();
	const context = await b.newContext({
		ignoreHTTPSErrors: true, baseURL: facts.url,
		viewport: { width: options.width ?? 1440, height: 900 },
		colorScheme: options.scheme ?? 'light', reducedMotion: 'reduce',
		javaScriptEnabled: options.script ?? true,
		storageState: options.state });
	const page = await context.newPage();
	page.setDefaultTimeout(options.timeout ?? 30000);
	page.complaints = [];
	page.on('console', (m) => {
		// A refused form answers 4xx: the browser notes that.
		if (m.type() === 'error' &&
		    !/Failed to load resource.*\b(403|404|409|422|429)\b/.test(
		    m.text()))
			page.complaints.push(m.text());
	});
	page.on('pageerror', (e) => page.complaints.push(String(e)));
	page.on('request', (r) => {
		if (!r.url().startsWith(facts.url) &&
		    !r.url().startsWith('data:'))
			page.complaints.push('asks ' + r.url());
	});
	return page;
}

export async function close(page)
{
	const complaints = page.complaints;
	await page.context().close();
	assert.deepEqual(complaints, []);
}

export async function signIn(page, name = facts.admin_user,
    password = facts.admin_password)
{
	await page.goto('/sign-in');
	await page.getByLabel('Name', { exact: true }).fill(name);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

// Signed in once; other windows of the same administrator start from it.
let state;
export async function signedIn(options = {})
{
	if (!state) {
		const first = await open();
		await signIn(first);
		await first.waitForURL((u) => u.pathname === '/');
		state = await first.context().storageState();
		await first.context().close();
	}
	return open({ ...options, state });
}

// axe-core on the page as it is: no violation.  (It needs scripting.)
export async function axe(page, what)
{
	if (!await page.evaluate('typeof axe !== "undefined"'))
		await page.evaluate(axeSource);
	const found = await page.evaluate(async () => {
		const r = await globalThis.axe.run(document, {
			resultTypes: ['violations'],
			runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',
			    'wcag22aa', 'best-practice'] });
		return r.violations.map((v) =>
			`${v.id}: ${v.nodes.map((n) => n.target).join(', ')}`);
	});
	assert.deepEqual(found, [], what);
}

export async function shoot(page, name)
{
	await page.screenshot({ path: path.join(shots, name + '.png'),
		fullPage: true });
}

// Nothing sticks out sideways: only .scroll regions scroll, inside.
export async function fits(page, what)
{
	const [need, have] = await page.evaluate(() =>
		[document.documentElement.scrollWidth,
		    document.documentElement.clientWidth]);
	assert.ok(need <= have, `${what}: ${need} px wide in ${have}`);
}

export async function until(what, check, seconds = 20)
{
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const value = await check();
		if (value)
			return value;
		if (Date.now() > end)
			assert.fail(`${what}: not within ${seconds} s`);
		await new Promise((go) => setTimeout(go, 200));
	}
}

// A page in each width and scheme: for axe, for its borders, for a person's
// eyes.  With a path it is loaded each time.
export async function everywhere(page, name, path = null)
{
	for (const scheme of schemes)
		for (const width of widths) {
			await page.emulateMedia({ colorScheme: scheme });
			await page.setViewportSize({ width, height: 900 });
			if (path)
				await page.goto(path);
			await axe(page, `${name} ${width} ${scheme}`);
			await fits(page, `${name} ${width}`);
			await shoot(page, `${name}-${width}-${scheme}`);
		}
}
